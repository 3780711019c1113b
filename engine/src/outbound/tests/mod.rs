//! Requests to servers on this machine.

mod asking;
mod doors;
mod protected;
mod server;
mod speed;
mod tokens;
mod with_a_provider;

use std::time::Duration;

use http::Method;

use super::*;

/// Reaches the servers of these tests.
fn inside() -> Options {
    Options { outside: Outside { allow_private: true, ..Outside::default() }, ..Options::default() }
}

/// Runs out of patience soon.
fn hasty() -> Options {
    let limits = Limits { connect: Duration::from_millis(400), whole: Duration::from_millis(400) };
    Options { limits, ..inside() }
}

async fn client(options: Options) -> Client {
    Client::new(&options).await.unwrap()
}

fn get(url: impl Into<String>) -> Request {
    Request { method: Method::GET, url: url.into(), headers: Vec::new(), body: Vec::new() }
}

/// How far it came, and the reason.
fn short(result: Result<Response, Trouble>) -> (&'static str, &'static str) {
    match result {
        Ok(_) => ("answered", ""),
        Err(Trouble::NotSent { reason, .. }) => ("not sent", reason),
        Err(Trouble::NoAnswer { reason, .. }) => ("no answer", reason),
    }
}
