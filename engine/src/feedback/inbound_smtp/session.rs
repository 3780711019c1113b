//! The conversation with one mail server.

use std::io;

use domain::Failure;
use domain::id::MessageId;

use super::wire::{LARGEST_MAIL, Wire};
use crate::{Engine, Error};

/// Most mails over one connection, begun ones among them.
const MOST_MAILS: usize = 100;
/// Most commands that are refused.
const MOST_FAULTS: usize = 10;

pub(super) struct Session<'a> {
    engine: &'a Engine,
    /// By which this server calls itself.
    name: &'a str,
    wire: Wire,
    greeted: bool,
    /// Between MAIL and the end of the mail.
    mail: Option<Mail>,
    mails: usize,
    faults: usize,
}

/// A mail whose head of the envelope has come.
#[derive(Default)]
struct Mail {
    /// The return path that was named, and whose it is.
    to: Option<(String, MessageId)>,
}

/// Does the conversation go on?
enum Next {
    Goes,
    Ends,
}

impl<'a> Session<'a> {
    pub(super) fn new(engine: &'a Engine, name: &'a str, wire: Wire) -> Self {
        Self { engine, name, wire, greeted: false, mail: None, mails: 0, faults: 0 }
    }

    pub(super) async fn talk(mut self) -> io::Result<()> {
        self.wire.say(&format!("220 {} ESMTP, for returned mail only", self.name));
        while let Some(line) = self.wire.line().await? {
            if matches!(self.command(&line).await?, Next::Ends) {
                break;
            }
        }
        self.wire.flush().await
    }

    async fn command(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(true),
            "HELO" => self.hello(false),
            "MAIL" if self.mails == MOST_MAILS => return Ok(self.end("421 4.7.0 Enough for one connection")),
            "MAIL" => self.mail_from(rest),
            "RCPT" => self.rcpt_to(rest),
            "DATA" => self.data().await?,
            "RSET" => {
                self.mail = None;
                self.wire.say("250 2.0.0 Forgotten");
            }
            "NOOP" => self.wire.say("250 2.0.0 Fine"),
            "QUIT" => return Ok(self.end("221 2.0.0 Goodbye")),
            _ => self.refuse("502 5.5.1 Not known here"),
        }
        if self.faults > MOST_FAULTS {
            return Ok(self.end("421 4.7.0 Too many faults"));
        }
        Ok(Next::Goes)
    }

    fn hello(&mut self, extended: bool) {
        (self.greeted, self.mail) = (true, None);
        if extended {
            self.wire.say(&format!("250-{}", self.name));
            self.wire.say(&format!("250-SIZE {LARGEST_MAIL}"));
            for extension in ["250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", "250 ENHANCEDSTATUSCODES"] {
                self.wire.say(extension);
            }
        } else {
            self.wire.say(&format!("250 {}", self.name));
        }
    }

    fn mail_from(&mut self, rest: &str) {
        let Some((_, parameters)) = path(rest, "FROM:") else {
            return self.refuse("501 5.5.4 Give MAIL FROM:<address>");
        };
        if !self.greeted || self.mail.is_some() {
            return self.refuse("503 5.5.1 Not now");
        }
        let size = parameters.split(' ').find_map(|it| it.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
        if size.is_some_and(|size: u64| size > LARGEST_MAIL as u64) {
            return self.refuse("552 5.3.4 Too large");
        }
        self.mails += 1;
        self.mail = Some(Mail::default());
        self.wire.say("250 2.1.0 Fine");
    }

    /// Only return paths of ours, and one for each mail: a report is about one message.
    fn rcpt_to(&mut self, rest: &str) {
        let Some((address, _)) = path(rest, "TO:") else {
            return self.refuse("501 5.5.4 Give RCPT TO:<address>");
        };
        let Some(mail) = &mut self.mail else { return self.refuse("503 5.5.1 MAIL comes first") };
        if mail.to.is_some() {
            return self.refuse("452 4.5.3 One recipient for each mail");
        }
        let Some(message) = self.engine.0.keys.return_paths.message(address) else {
            return self.refuse("550 5.1.1 No such address here");
        };
        mail.to = Some((address.to_owned(), message));
        self.wire.give_time();
        self.wire.say("250 2.1.5 Fine");
    }

    async fn data(&mut self) -> io::Result<()> {
        let Some((address, message)) = self.mail.as_mut().and_then(|mail| mail.to.take()) else {
            self.refuse("503 5.5.1 RCPT comes first");
            return Ok(());
        };
        self.mail = None;
        self.wire.say("354 Go on, and end with a dot");
        let Some(raw) = self.wire.mail().await? else {
            self.refuse("552 5.3.4 Too large");
            return Ok(());
        };
        match self.engine.take_returned(&message, &address, &raw).await {
            Ok(()) => self.wire.say("250 2.0.0 Noted"),
            Err(Error::Failure(Failure::Unavailable { .. })) => self.wire.say("451 4.3.0 Come again"),
            Err(error) => {
                tracing::error!(%message, %error, "what came back could not be noted; it comes again");
                self.wire.say("451 4.3.0 Come again");
            }
        }
        Ok(())
    }

    fn refuse(&mut self, reply: &str) {
        self.faults += 1;
        self.wire.say(reply);
    }

    fn end(&mut self, reply: &str) -> Next {
        self.wire.say(reply);
        Next::Ends
    }
}

/// `FROM:<address> PARAMETER …` (RFC 5321 §3.3): the address and what follows. Spaces after the colon are widespread.
fn path<'t>(rest: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let start = rest.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
    let path = rest.strip_prefix(start)?.trim_start().strip_prefix('<')?;
    path.split_once('>')
}
