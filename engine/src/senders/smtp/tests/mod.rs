//! Conversations with servers that follow a script, and with a real one.

mod chunking;
mod conversation;
mod oauth;
mod opening;
mod outage;
mod peer;
mod pools;
mod script;
mod tls;
mod verifying;

use std::sync::Arc;

use domain::channel_configuration::{SmtpRelay, SmtpSecurity};
use domain::message::Outcome;

use super::job::{Ending, Waiting};
use super::{Door, Pool, QUEUE, Tokens, Trust};
use crate::channel_configurations::Password;
use crate::outbound::{Options, Outside};
use crate::senders::{Answer, Mail};
use tokio::sync::watch;

fn relay(port: u16) -> SmtpRelay {
    SmtpRelay {
        host: "127.0.0.1".into(),
        port,
        security: SmtpSecurity::None,
        username: String::new(),
        password_set: false,
        oauth: None,
        max_connections: 1,
        max_messages_per_connection: 1_000,
    }
}

fn door(relay: SmtpRelay) -> Door {
    let password = if relay.password_set { Password::Known("hunter2".to_owned()) } else { Password::Missing };
    let options = Options { outside: Outside { allow_private: true, ..Outside::default() }, ..Options::default() };
    let tokens = Tokens::new(options);
    Door { relay, password, helo_name: "hermod.example.com".into(), trust: Trust::default(), tokens }
}

fn signing_in(port: u16) -> SmtpRelay {
    SmtpRelay { username: "shop".into(), password_set: true, ..relay(port) }
}

fn pool(relay: SmtpRelay) -> Arc<Pool> {
    Pool::new(1, door(relay), no_end())
}

/// A mail to `name@example.com` whose body says `name`.
fn mail(name: &str) -> Mail {
    Mail {
        from: "shop@example.com".parse().unwrap(),
        to: format!("{name}@example.com").parse().unwrap(),
        envelope_id: format!("msg_{name}"),
        bytes: format!("Subject: Hello\r\n\r\nDear {name}\r\n").into_bytes(),
        list_headers: Vec::new(),
    }
}

/// All at once, so that they are in the queue before a connection is open.
async fn hand_over(pool: &Arc<Pool>, names: &[&str]) -> Vec<Answer> {
    let waiting: Vec<Waiting> = names.iter().map(|name| pool.push(mail(name))).collect();
    let mut answers = Vec::new();
    for waiting in waiting {
        answers.push(waiting.answer().await);
    }
    answers
}

/// Of a process that never ends.
fn no_end() -> watch::Receiver<Ending> {
    watch::channel(Ending::NotYet).1
}

fn short(answer: &Answer) -> (Outcome, Option<&str>) {
    (answer.outcome, answer.reason.as_deref())
}

const ACCEPTED: (Outcome, Option<&str>) = (Outcome::Accepted, None);
const IN_DOUBT: (Outcome, Option<&str>) = (Outcome::InDoubt, Some("no_answer_after_data"));

fn retry(reason: &str) -> (Outcome, Option<&str>) {
    (Outcome::Retry, Some(reason))
}

fn unavailable(reason: &str) -> (Outcome, Option<&str>) {
    (Outcome::Unavailable, Some(reason))
}
