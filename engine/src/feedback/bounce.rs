//! Mail that comes back: delivery reports (RFC 3464, RFC 6533), complaints (RFC 5965), automatic answers (RFC 3834), and all
//! else. Reads a mail as it came; not the mailbox it came to. What comes back may be forged: see [`Named::is_proven`].

use mail_parser::{Message, MessageParser, MimeHeaders as _};

use super::classify::{Class, Refusal};
use super::named::Named;
use super::report_fields::{Block, blocks};
use super::verp::ReturnPaths;

/// A mail that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    Report {
        named: Named,
        recipients: Vec<Recipient>,
    },
    /// `feedback_type` in lower case: `abuse`, `fraud`, `opt-out`, `not-spam`, ….
    Complaint {
        named: Named,
        feedback_type: String,
    },
    /// A holiday notice and the like: nobody needs to do anything.
    AutomaticAnswer,
    /// A person may have written it.
    Other,
}

/// What became of a mail for one of its recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Empty when the report does not tell.
    pub address: String,
    pub action: Action,
    /// `5.1.1`, as written.
    pub status: String,
    /// `Diagnostic-Code` without its type: the words of the server.
    pub diagnostic: String,
}

impl Recipient {
    /// What a failure means for the address.
    pub fn class(&self) -> Class {
        Refusal::of_report(&self.status, &self.diagnostic).class()
    }
}

/// `Action` (RFC 3464 §2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Failed,
    /// Still being tried: no bounce.
    Delayed,
    Delivered,
    /// Handed on to where no reports come from.
    Relayed,
    /// Delivered to a list or an alias.
    Expanded,
}

impl Action {
    fn read(text: &str) -> Option<Self> {
        let word = text.split(|letter: char| !letter.is_ascii_alphabetic()).next()?;
        Some(match word.to_ascii_lowercase().as_str() {
            "failed" => Self::Failed,
            "delayed" => Self::Delayed,
            "delivered" => Self::Delivered,
            "relayed" => Self::Relayed,
            "expanded" => Self::Expanded,
            _ => return None,
        })
    }
}

/// More than a report needs; what is behind is not read.
const LONGEST: usize = 512 * 1024;
/// A parsed mail holds the mails in it, one in another, and the stack must hold them all: no report has so many types.
const MOST_TYPES: usize = 200;

/// Reads a mail as it arrived. `envelope_to` is the address it was handed in for.
pub fn read(raw: &[u8], envelope_to: Option<&str>, paths: &ReturnPaths) -> Returned {
    let raw = raw.get(..LONGEST).unwrap_or(raw);
    let Some(mail) = parse(raw) else { return Returned::Other };
    let mut named = Named::default();
    if let Some(fields) = report(&mail, &["delivery-status", "global-delivery-status"]) {
        named.envelope_id = fields.iter().find_map(|block| block.value("Original-Envelope-Id")).map(str::to_owned);
        let recipients: Vec<Recipient> = fields.iter().filter_map(recipient).collect();
        named.recipient = recipients.first().map(|first| first.address.clone()).filter(|address| !address.is_empty());
        named.look(&mail, envelope_to, paths);
        return Returned::Report { named, recipients };
    }
    if let Some(fields) = report(&mail, &["feedback-report"]) {
        return complaint(&mail, &fields, envelope_to, paths);
    }
    if is_automatic(&mail) { Returned::AutomaticAnswer } else { Returned::Other }
}

/// mail-parser 0.11.9 stops a debug build at some damaged mails (`debug_assert!`): that must not end whoever reads them.
fn parse(raw: &[u8]) -> Option<Message<'_>> {
    if is_too_deep(raw) {
        return None;
    }
    std::panic::catch_unwind(|| MessageParser::default().parse(raw)).ok().flatten()
}

/// A mail in a mail needs a `Content-Type` of its own, or one for it and the digest it stands in: so their number bounds
/// the depth, however they are written.
fn is_too_deep(raw: &[u8]) -> bool {
    raw.windows(12).filter(|here| here.eq_ignore_ascii_case(b"content-type")).count() > MOST_TYPES
}

/// The fields of the first part of such a type, wherever it stands in the mail.
fn report(mail: &Message<'_>, subtypes: &[&str]) -> Option<Vec<Block>> {
    let part = mail.parts.iter().find(|part| {
        let Some(kind) = part.content_type().filter(|kind| kind.ctype().eq_ignore_ascii_case("message")) else {
            return false;
        };
        kind.subtype().is_some_and(|subtype| subtypes.iter().any(|known| subtype.eq_ignore_ascii_case(known)))
    })?;
    Some(blocks(part.contents()))
}

/// A block about a recipient is known by its action; the block about the mail has none.
fn recipient(block: &Block) -> Option<Recipient> {
    let address = block.typed_value("Final-Recipient").or_else(|| block.typed_value("Original-Recipient"));
    Some(Recipient {
        address: address.unwrap_or_default().to_owned(),
        action: Action::read(block.value("Action")?)?,
        status: block
            .value("Status")
            .and_then(|status| status.split_whitespace().next())
            .unwrap_or_default()
            .to_owned(),
        diagnostic: block.typed_value("Diagnostic-Code").unwrap_or_default().to_owned(),
    })
}

fn complaint(mail: &Message<'_>, fields: &[Block], envelope_to: Option<&str>, paths: &ReturnPaths) -> Returned {
    let value = |name| fields.iter().find_map(|block| block.typed_value(name));
    let mut named = Named {
        return_path: value("Original-Mail-From").and_then(|address| paths.message(address)),
        envelope_id: value("Original-Envelope-Id").map(str::to_owned),
        recipient: value("Original-Rcpt-To").map(str::to_owned),
        message_id: None,
    };
    named.look(mail, envelope_to, paths);
    let feedback_type = value("Feedback-Type").unwrap_or("other").to_ascii_lowercase();
    Returned::Complaint { named, feedback_type }
}

/// `Auto-Submitted` other than `no` (RFC 3834 §5), and what older programs write.
fn is_automatic(mail: &Message<'_>) -> bool {
    let value = |name: &'static str| mail.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    value("Auto-Submitted").is_some_and(|value| !value.is_empty() && value != "no")
        || value("X-Autoreply").is_some()
        || value("X-Autorespond").is_some()
        || value("Precedence").is_some_and(|value| value == "auto_reply")
}

#[cfg(test)]
#[path = "bounce_tests.rs"]
mod tests;
