//! The running server against its own `OpenAPI` document: schemathesis makes up calls, good ones and bad ones.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::machine::python;
use crate::shell;
use crate::site::Profile;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// What a made-up call may name, so that it gets further than an unknown campaign.
const CAMPAIGN: &str = include_str!("contract/campaign.yaml");
/// Puts the names of what exists into made-up calls.
const HOOKS: &str = include_str!("contract/hooks.py");

/// No 5xx, no answer that the document does not describe, nothing malformed that is taken. That every well-formed call is
/// taken is not asked: whether a campaign is live or an address can be used stands in no schema.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,negative_data_rejection,missing_required_header,unsupported_method,ignored_auth";

/// `cargo xtask contract`: what is built already, as it is.
pub fn alone(workspace: &Workspace) -> Result<ExitCode> {
    let tally = run(workspace)?;
    println!("{tally}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the debug build and counts one test for each call of the document.
pub fn run(workspace: &Workspace) -> Result<Tally> {
    let schemathesis = python::with_schemathesis(workspace)?;
    let folder = workspace.target.join("contract");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let server = Server::start(workspace.hermod(Profile::Debug), &folder)?;
    fs::write(folder.join("hooks.py"), HOOKS)?;
    let report = folder.join("report.xml");
    let mut command = Command::new(schemathesis);
    command.current_dir(&folder).arg("run").arg(format!("{}/docs/openapi.json", server.url));
    command.args(["--checks", CHECKS, "--max-examples", "60", "--seed", "1", "--no-color", "--warnings", "off"]);
    command.args(["--report", "junit", "--report-junit-path"]).arg(&report);
    for (name, value) in server.headers() {
        command.args(["--header", &format!("{name}: {value}")]);
    }
    command.env("SCHEMATHESIS_HOOKS", "hooks").env("PYTHONPATH", &folder);
    command.env("HERMOD_CAMPAIGN", &server.campaign).env("HERMOD_FAST_CAMPAIGN", &server.fast_campaign);
    let succeeded = command.status()?.success();
    let mut tally = fs::read_to_string(&report).map(|report| Tally::from_junit(&report)).unwrap_or_default();
    if !succeeded && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

/// A Hermod with a campaign for each door and one API client; ends with this.
struct Server {
    process: Child,
    /// Open for as long as the server may print.
    _output: BufReader<ChildStdout>,
    url: String,
    campaign: String,
    fast_campaign: String,
    client: String,
    token: String,
}

impl Server {
    fn start(hermod: PathBuf, folder: &Path) -> Result<Self> {
        let data = folder.join("data");
        let command = |words: &[&str]| {
            let mut command = Command::new(&hermod);
            command.args(words).arg("--data").arg(&data);
            command
        };
        let file = folder.join("campaign.yaml");
        fs::write(&file, CAMPAIGN)?;
        let applied = shell::output(command(&["apply", "--sandbox", "dev"]).arg(&file))?;
        let mut campaigns = applied.split_whitespace().filter(|word| word.starts_with("cmp_"));
        let mut next = || campaigns.next().map(ToOwned::to_owned).context("apply did not tell a campaign's id");
        let (campaign, fast_campaign) = (next()?, next()?);
        let client = shell::output(&mut command(&["client", "create", "--sandbox", "dev", "--name", "contract"]))?;
        let client: Value = serde_json::from_str(&client)?;
        let text = |name: &str| client[name].as_str().map(ToOwned::to_owned).with_context(|| format!("no {name}"));
        let (client, secret) = (text("client_id")?, text("client_secret")?);
        let serve = &mut command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut process = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (url, output) = address(&mut process)?;
        let mut server = Self { process, _output: output, url, campaign, fast_campaign, client, token: String::new() };
        server.token = server.sign_in(&secret)?;
        Ok(server)
    }

    fn sign_in(&self, secret: &str) -> Result<String> {
        let host = self.url.trim_start_matches("http://");
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={secret}", self.client);
        let mut stream = TcpStream::connect(host)?;
        write!(
            stream,
            "POST /ims/token/v3 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let body: Value = serde_json::from_str(body).context("the token endpoint answers no JSON")?;
        Ok(body["access_token"].as_str().context("there is no token")?.to_owned())
    }

    fn headers(&self) -> [(&'static str, String); 4] {
        [
            ("Authorization", format!("Bearer {}", self.token)),
            ("x-api-key", self.client.clone()),
            ("x-gw-ims-org-id", "contract".to_owned()),
            ("x-sandbox-name", "dev".to_owned()),
        ]
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the server says at its start: `Hermod is at http://…`.
fn address(process: &mut Child) -> Result<(String, BufReader<ChildStdout>)> {
    let mut output = BufReader::new(process.stdout.take().context("standard output was asked for")?);
    let mut line = String::new();
    output.read_line(&mut line)?;
    let url = line.trim().strip_prefix("Hermod is at ").context("the server did not say where it is")?;
    Ok((url.to_owned(), output))
}
