//! A running Hermod to measure: set up by its own command line, called by its own API.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::process::{Running, free_port};

/// Root of the source tree.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("bench is a folder of the repository").to_owned()
}

/// Cargo's target folder.
#[expect(clippy::disallowed_methods, reason = "cargo's own variable, not a setting of the product")]
pub fn target() -> PathBuf {
    std::env::var("CARGO_TARGET_DIR").map_or_else(|_| repository().join("target"), PathBuf::from)
}

/// The program that `HERMOD_BIN` names; or the release binary, built if need be.
pub fn binary() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("HERMOD_BIN") {
        return Ok(named.into());
    }
    let built = Command::new("cargo").args(["xtask", "build", "--release"]).current_dir(repository()).status()?;
    ensure!(built.success(), "the release could not be built");
    Ok(target().join("release/hermod"))
}

/// Credentials of an API client.
#[derive(Clone)]
pub struct Client {
    id: String,
    secret: String,
}

impl Client {
    /// The headers of a call, each line ended with CRLF.
    pub fn headers(&self, token: &str) -> String {
        let id = &self.id;
        format!("Authorization: Bearer {token}\r\nx-api-key: {id}\r\nx-gw-ims-org-id: bench\r\nx-sandbox-name: dev\r\n")
    }
}

/// Hermod on a data folder and a port of its own.
pub struct Hermod {
    binary: PathBuf,
    data: PathBuf,
    database: Option<String>,
    /// Environment variables.
    settings: Vec<(&'static str, String)>,
    /// Program and arguments that start it; it is their last argument. Empty: nothing stands between.
    launcher: Vec<&'static str>,
    pub port: u16,
    process: Option<Running>,
}

impl Hermod {
    /// Not started yet. On SQLite in its data folder, or on the `database` with this URL.
    pub fn new(binary: PathBuf, data: &Path, database: Option<String>) -> Result<Self> {
        Ok(Self {
            binary,
            data: data.to_owned(),
            database,
            settings: Vec::new(),
            launcher: Vec::new(),
            port: free_port()?,
            process: None,
        })
    }

    /// Gives it a setting, by the name of its environment variable.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.settings.push((name, value.to_owned()));
    }

    /// Starts it through another program, which must become it (`exec`).
    pub fn launch_through(&mut self, launcher: &[&'static str]) {
        self.launcher = launcher.to_vec();
    }

    /// Where its database is.
    pub fn database_url(&self) -> String {
        let file = || format!("sqlite:{}", self.data.join("hermod.sqlite").display());
        self.database.clone().unwrap_or_else(file)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.launcher.split_first() {
            Some((program, its_arguments)) => {
                let mut command = Command::new(program);
                command.args(its_arguments).arg(&self.binary);
                command
            }
            None => Command::new(&self.binary),
        };
        command.args(arguments).arg("--data").arg(&self.data);
        if let Some(url) = &self.database {
            command.env("HERMOD__DATABASE__URL", url);
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs one of its commands to the end and returns what it printed.
    fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).output()?;
        let words = arguments.first().copied().unwrap_or_default();
        ensure!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// `hermod apply` of one YAML text.
    pub fn apply(&self, yaml: &str) -> Result<String> {
        let file = self.data.join("bench.yaml");
        fs::write(&file, yaml)?;
        self.run(&["apply", &file.to_string_lossy()])
    }

    /// `hermod audience import` of a list in a file, of people who opted in.
    pub fn import_audience(&self, name: &str, list: &Path) -> Result<()> {
        self.run(&[
            "audience",
            "import",
            "--sandbox",
            "dev",
            "--name",
            name,
            "--opted-in",
            "bench",
            &list.to_string_lossy(),
        ])
        .map(drop)
    }

    /// Applies files with one campaign and returns its id.
    pub fn apply_campaign(&self, yaml: &str) -> Result<String> {
        let applied = self.apply(yaml)?;
        let id = applied.split_whitespace().find(|word| word.starts_with("cmp_"));
        id.map(ToOwned::to_owned).context("apply did not tell the campaign's id")
    }

    /// Of the running process.
    pub fn process_id(&self) -> Result<u32> {
        Ok(self.process.as_ref().context("Hermod is not running")?.0.id())
    }

    /// Memory in use, in megabytes of 1024 × 1024 bytes.
    pub fn resident_megabytes(&self) -> Result<u64> {
        self.megabytes("VmRSS:")
    }

    /// The most that was in use since it started.
    pub fn peak_megabytes(&self) -> Result<u64> {
        self.megabytes("VmHWM:")
    }

    /// Processor time of all its threads since it started.
    pub fn processor_time(&self) -> Result<Duration> {
        /// Of the times in `/proc`, on Linux.
        const TICK: Duration = Duration::from_millis(10);
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process_id()?))?;
        // The name stands in brackets, and may hold anything; user and system time are the twelfth and thirteenth after it.
        let behind_name = stat.rsplit_once(") ").context("no name of the process")?.1;
        let fields = behind_name.split(' ').skip(11).take(2).map(str::parse::<u32>);
        Ok(TICK * fields.sum::<Result<u32, _>>()?)
    }

    fn megabytes(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process_id()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kilobytes.div_ceil(1024))
    }

    /// An access token.
    pub fn token(&self, client: &Client) -> Result<String> {
        let mut caller = Caller::new(self.port, client);
        caller.sign_in()?;
        Ok(caller.token)
    }

    /// `hermod client create`.
    pub fn create_client(&self) -> Result<Client> {
        let created = self.run(&["client", "create", "--sandbox", "dev", "--name", "bench"])?;
        let client: Value = serde_json::from_str(&created)?;
        let text = |name: &str| client[name].as_str().map(ToOwned::to_owned).with_context(|| format!("no {name}"));
        Ok(Client { id: text("client_id")?, secret: text("client_secret")? })
    }

    /// Starts the server and waits until it answers.
    pub fn start(&mut self) -> Result<()> {
        let listen = format!("127.0.0.1:{}", self.port);
        let child =
            self.command(&["serve", "--listen", &listen]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        self.process = Some(Running(child));
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if ureq::get(format!("http://{listen}/healthz")).call().is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(5));
        }
        bail!("Hermod did not answer within 30 seconds")
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
        }
        Ok(())
    }
}

/// A search that takes longer is no measurement any more.
const SEARCH_WITHIN: Duration = Duration::from_mins(1);

/// An import that takes longer is no measurement any more.
const IMPORT_WITHIN: Duration = Duration::from_hours(1);

/// An outside system that triggers a campaign.
pub struct Caller {
    agent: ureq::Agent,
    base: String,
    client: Client,
    token: String,
}

impl Caller {
    /// A caller without a token yet.
    pub fn new(port: u16, client: &Client) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_secs(5))).build().new_agent();
        Self { agent, base: format!("http://127.0.0.1:{port}"), client: client.clone(), token: String::new() }
    }

    fn sign_in(&mut self) -> Result<()> {
        let form = [
            ("client_id", self.client.id.as_str()),
            ("client_secret", self.client.secret.as_str()),
            ("grant_type", "client_credentials"),
        ];
        let answer: Value =
            self.agent.post(format!("{}/ims/token/v3", self.base)).send_form(form)?.body_mut().read_json()?;
        answer["access_token"].as_str().context("no access_token")?.clone_into(&mut self.token);
        Ok(())
    }

    /// One call for one recipient; returns the execution's id. `Ok` only for 202.
    pub fn trigger(&mut self, campaign: &str, request_id: &str, recipient: &str) -> Result<String> {
        if self.token.is_empty() {
            self.sign_in()?;
        }
        let body = json!({
            "requestId": request_id,
            "campaignId": campaign,
            "recipients": [{
                "type": "external", "userId": recipient, "namespace": "email",
                "context": {"order": {"id": request_id}}
            }]
        });
        self.execute("unitary", &body)
    }

    /// Starts the run of a marketing campaign; returns the execution's id. `Ok` only for 202.
    pub fn trigger_run(&mut self, campaign: &str, request_id: &str) -> Result<String> {
        if self.token.is_empty() {
            self.sign_in()?;
        }
        self.execute("audience", &json!({ "requestId": request_id, "campaignId": campaign }))
    }

    fn execute(&self, door: &str, body: &Value) -> Result<String> {
        let call = self.agent.post(format!("{}/ajo/im/executions/{door}", self.base));
        let mut answer = self.identify(call).send_json(body)?;
        ensure!(answer.status() == 202, "{}: {}", answer.status(), answer.body_mut().read_to_string()?);
        let accepted: Value = answer.body_mut().read_json()?;
        accepted["executionId"].as_str().map(ToOwned::to_owned).context("no executionId")
    }

    /// How long a search of the log takes: `query` with its filters, as in an address. `Ok` only for 200.
    pub fn search(&mut self, query: &str) -> Result<Duration> {
        if self.token.is_empty() {
            self.sign_in()?;
        }
        let call = self.agent.get(format!("{}/ajo/im/messages?{query}", self.base));
        let call = self.identify(call).config().timeout_global(Some(SEARCH_WITHIN)).build();
        let start = Instant::now();
        let mut answer = call.call()?;
        let body = answer.body_mut().read_to_string()?;
        let took = start.elapsed();
        ensure!(answer.status() == 200, "{query}: {}: {body}", answer.status());
        Ok(took)
    }

    /// `POST /ajo/profiles/imports` of lines of JSON, as they are read; returns the import.
    pub fn import_profiles(&mut self, rows: &mut dyn std::io::Read) -> Result<Value> {
        if self.token.is_empty() {
            self.sign_in()?;
        }
        let call = self.agent.post(format!("{}/ajo/profiles/imports", self.base));
        let call = self.identify(call).header("content-type", "application/x-ndjson");
        let call = call.config().timeout_global(Some(IMPORT_WITHIN)).build();
        let mut answer = call.send(ureq::SendBody::from_reader(rows))?;
        ensure!(answer.status() == 200, "{}: {}", answer.status(), answer.body_mut().read_to_string()?);
        Ok(answer.body_mut().read_json()?)
    }

    /// The messages of an execution.
    pub fn messages(&self, execution: &str) -> Result<Vec<Value>> {
        let call = self.agent.get(format!("{}/ajo/im/executions/{execution}/messages", self.base));
        let answer: Value = self.identify(call).call()?.body_mut().read_json()?;
        answer["messages"].as_array().cloned().context("no messages")
    }

    fn identify<B>(&self, call: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        call.header("authorization", format!("Bearer {}", self.token))
            .header("x-api-key", &self.client.id)
            .header("x-gw-ims-org-id", "bench")
            .header("x-sandbox-name", "dev")
    }
}
