//! A server that nobody here wrote, started for a test. Where the test runner does not name it, its tests say so and pass.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use engine::outbound::{Client, Options, Outside};
use engine::providers::{Request, Response};
use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// Importing a library with two hundred packages takes its time on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the test runner says of a peer.
#[expect(clippy::disallowed_methods, reason = "the test runner names the peers")]
pub fn named(variable: &str) -> Option<PathBuf> {
    let named = std::env::var(variable).ok().map(PathBuf::from);
    if named.is_none() {
        println!("skipped: {variable} is not set");
    }
    named
}

pub struct Peer {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub url: String,
}

impl Peer {
    /// Runs a script of this folder, which tells the address where it listens in its first line.
    pub async fn start<A: AsRef<OsStr>>(program: &Path, script: &str, arguments: &[A], folder: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/peers").join(script);
        let mut command = Command::new(program);
        command.arg(script).args(arguments).current_dir(folder);
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the peer starts");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut peer = Self { process, lines, url: String::new() };
        peer.url = peer.line().await;
        peer
    }

    /// The same with Node and the packages of npm; `None`: there are none.
    pub async fn of_npm(script: &str, arguments: &[&OsStr]) -> Option<Self> {
        let packages = named("HERMOD_TEST_NPM")?;
        let arguments = [&[packages.as_os_str()], arguments].concat();
        Some(Self::start(Path::new("node"), script, &arguments, &packages).await)
    }

    async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.lines.next_line()).await.expect("the peer tells something in time");
        line.unwrap().expect("the peer goes on")
    }

    /// Asks it something as a person would who looks after it. `certificate`: by which it is known.
    pub async fn ask(&self, certificate: &str, method: Method, path: &str, body: Value) -> Value {
        let outside = Outside { allow_private: true, ..Outside::default() };
        let options = Options { outside, extra_roots: certificate.to_owned(), ..Options::default() };
        let (url, headers) = (format!("{}{path}", self.url), vec![(CONTENT_TYPE, "application/json".to_owned())]);
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let asked = Client::new(&options).await.unwrap().ask(Request { method, url, headers, body }).await;
        let response: Response = asked.unwrap();
        assert_eq!(response.status, 200, "{path}: {}", String::from_utf8_lossy(&response.body));
        response.json()
    }

    /// Ends it, and returns what it tells then.
    pub async fn end(mut self) -> Value {
        drop(self.process.stdin.take());
        serde_json::from_str(&self.line().await).unwrap()
    }
}
