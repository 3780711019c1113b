//! A throw-away Postgres cluster: one temporary folder, a Unix socket and no port, gone at the end.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio, id};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::{install, is_root};
use crate::shell;

const PREFIX: &str = "hermod-postgres-";
const START_LIMIT: Duration = Duration::from_mins(1);

/// A running cluster; dropping it stops the server and removes the folder.
pub struct Cluster {
    folder: PathBuf,
    server: Child,
}

impl Cluster {
    /// Creates and starts a cluster that trusts every local connection and does not care for power cuts.
    pub fn start() -> Result<Self> {
        remove_left_overs();
        let programs = programs()?;
        // Not in the target folder: the user `postgres` must be able to reach it, and a socket's path may have 107 bytes.
        let folder = env::temp_dir().join(format!("{PREFIX}{}", id()));
        fs::create_dir(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        let server = launch(&programs, &folder).inspect_err(|_| drop(fs::remove_dir_all(&folder)))?;
        let mut cluster = Self { folder, server };
        cluster.wait_until_ready(&programs)?;
        Ok(cluster)
    }

    /// Where the store tests connect, as the superuser `postgres`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.display())
    }

    fn wait_until_ready(&mut self, programs: &Path) -> Result<()> {
        let started = Instant::now();
        loop {
            let mut probe = Command::new(programs.join("pg_isready"));
            if shell::run_silent(probe.arg("--quiet").arg("--host").arg(&self.folder)).is_ok() {
                return Ok(());
            }
            let ended = self.server.try_wait()?;
            if ended.is_some() || started.elapsed() > START_LIMIT {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL does not start\n{log}");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Nothing in it is worth a clean shutdown, but its shared memory is: QUIT lets the server release that at once.
        let asked = shell::run_silent(Command::new("kill").args(["-QUIT", &self.server.id().to_string()]));
        if asked.is_err() {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `initdb`, then the server itself as our child: Ctrl-C reaches it too, and with our death it is told to end.
fn launch(programs: &Path, folder: &Path) -> Result<Child> {
    if is_root() {
        shell::run_silent(Command::new("chown").arg("postgres").arg(folder))
            .context("the user `postgres` is needed")?;
    }
    let data = folder.join("data");
    shell::run_silent(
        as_its_user(&programs.join("initdb"))
            .current_dir(folder)
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(&data),
    )?;
    let log = fs::File::create(folder.join("log"))?;
    let mut server = as_its_user(&programs.join("postgres"));
    server.current_dir(folder).arg("-D").arg(&data).arg("-k").arg(folder);
    for setting in
        ["listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
    {
        server.args(["-c", setting]);
    }
    server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn().context("PostgreSQL cannot be started")
}

/// Postgres refuses to run as root.
fn as_its_user(program: &Path) -> Command {
    if shell::find_program(&["setpriv"]).is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.arg(program);
    command
}

/// The folder with `initdb`, `postgres` and `pg_isready`; installed when missing.
pub fn programs() -> Result<PathBuf> {
    if let Some(folder) = find_programs() {
        return Ok(folder);
    }
    install(&["postgresql"], "tests and measurements on PostgreSQL")?;
    find_programs().context("PostgreSQL was installed, but its programs are not in /usr/lib/postgresql")
}

fn find_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = versions.max_by_key(|path| path.file_name()?.to_str()?.parse::<u32>().ok());
    let on_path = || shell::find_program(&["initdb"])?.canonicalize().ok()?.parent().map(Path::to_owned);
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file());
    newest.map(|version| version.join("bin")).filter(complete).or_else(on_path).filter(complete)
}

/// Clusters of runs that were killed: their number is no process any more.
fn remove_left_overs() {
    if !Path::new("/proc/self").exists() {
        return;
    }
    for entry in fs::read_dir(env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        if process.parse::<u32>().is_ok() && !Path::new("/proc").join(process).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
