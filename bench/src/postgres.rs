//! A PostgreSQL server that keeps its promises: fsync and synchronous commit on. Killed and started again on the same data.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::process::Running;
use crate::sink::peer;

/// A running server on a Unix socket, with its data in a folder of its own.
pub struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    server: Option<Running>,
}

impl Postgres {
    /// Creates a cluster and starts its server.
    pub fn start() -> Result<Self> {
        let programs = peer("postgres")?;
        let folder = tempfile::Builder::new().prefix("hermod-bench-postgres-").tempdir()?;
        if is_root() {
            // The server refuses to run as root, and must reach its folder.
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let mut cluster = Self { programs, folder, server: None };
        run(cluster.program("initdb").args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-D",
            "data",
        ]))?;
        cluster.restart()?;
        Ok(cluster)
    }

    /// Where a client connects.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.path().display())
    }

    /// `kill -9` of the server and everything it started.
    pub fn kill(&mut self) -> Result<()> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        let children = Command::new("pkill").args(["-9", "-P", &server.0.id().to_string()]).status()?;
        ensure!(children.code().is_some_and(|code| code <= 1), "the server's processes could not be killed");
        server.kill()
    }

    /// Starts the server on what is there, and waits until it answers.
    pub fn restart(&mut self) -> Result<()> {
        // Left by a server that was killed; nothing else uses this folder.
        let _ = fs::remove_file(self.folder.path().join("data/postmaster.pid"));
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log"))?;
        let server = self
            .program("postgres")
            .args(["-D", "data", "-k"])
            .arg(self.folder.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=on", "-c", "synchronous_commit=on"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        self.server = Some(Running(server));
        let start = Instant::now();
        while run(self.program("pg_isready").arg("--quiet").arg("--host").arg(self.folder.path())).is_err() {
            ensure!(start.elapsed() < Duration::from_mins(1), "PostgreSQL did not start");
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// From now on every connection is one that may only read, or again one that may write. Those that are open are ended.
    pub fn set_read_only(&self, on: bool) -> Result<()> {
        let on = if on { "on" } else { "off" };
        self.execute(&format!("ALTER DATABASE postgres SET default_transaction_read_only = {on}"))?;
        self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'")
    }

    /// Runs a statement as the superuser, in a database that no setting is made for.
    fn execute(&self, sql: &str) -> Result<()> {
        let mut psql = self.program("psql");
        psql.args(["--no-psqlrc", "--quiet", "--username", "postgres", "--dbname", "template1", "--command", sql]);
        run(psql.arg("--host").arg(self.folder.path()))
    }

    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The folder goes away with it: there is nothing to save.
        let _ = self.kill();
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{} cannot be run", program_of(command)))?;
    ensure!(output.status.success(), "{}: {}", program_of(command), String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn program_of(command: &Command) -> String {
    Path::new(command.get_program()).display().to_string()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
