//! By what a report names the mail it is about. Not whether such a message exists.

use domain::id::MessageId;
use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};

use super::report_fields::{Block, blocks};
use super::verp::ReturnPaths;

/// Everything in a report that may name a message of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// From a return path that we made: nobody else can have written it.
    pub return_path: Option<MessageId>,
    /// `Original-Envelope-Id` (RFC 3464 §2.2.1).
    pub envelope_id: Option<String>,
    /// Of the returned mail, without angle brackets.
    pub message_id: Option<String>,
    /// `Final-Recipient`, or `Original-Rcpt-To` of a complaint.
    pub recipient: Option<String>,
}

impl Named {
    /// The message, by the best of its names: return path, envelope id, Message-ID.
    pub fn message(&self) -> Option<MessageId> {
        let by_text = |text: &Option<String>| text.as_deref().and_then(message_in);
        self.return_path.clone().or_else(|| by_text(&self.envelope_id)).or_else(|| by_text(&self.message_id))
    }

    /// Does a name of our own making say so? All other names can be written by whoever has seen the mail.
    pub fn is_proven(&self) -> bool {
        self.return_path.is_some()
    }

    /// Adds what the report, its envelope recipient and the returned mail say.
    pub(super) fn look(&mut self, mail: &Message<'_>, envelope_to: Option<&str>, paths: &ReturnPaths) {
        let arrived = ["Delivered-To", "X-Original-To", "Envelope-To", "To"];
        let mut addresses: Vec<String> = envelope_to.map(str::to_owned).into_iter().collect();
        addresses.extend(arrived.iter().filter_map(|name| mail.header_raw(*name)).map(str::to_owned));
        for part in &mail.parts {
            let Some(returned) = returned_head(part) else { continue };
            addresses.extend(returned.value("Return-Path").map(str::to_owned));
            if self.message_id.is_none() {
                self.message_id = returned.value("Message-ID").map(without_brackets);
            }
        }
        let found = addresses.iter().flat_map(|text| text.split(',')).find_map(|address| paths.message(address));
        self.return_path = self.return_path.take().or(found);
    }
}

fn without_brackets(text: &str) -> String {
    text.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
}

/// Our id at the start of an envelope id or a Message-ID (`<msg_…@example.com>`).
fn message_in(text: &str) -> Option<MessageId> {
    text.split('@').next()?.trim().to_ascii_lowercase().parse().ok()
}

/// How much of a returned mail is read for its head.
const LONGEST_HEAD: usize = 64 * 1024;

/// The head of the mail that a report is about: the whole mail (`message/rfc822`, `message/global`), or its head alone
/// (`text/rfc822-headers`, `message/global-headers`).
fn returned_head(part: &MessagePart<'_>) -> Option<Block> {
    if let PartType::Message(returned) = &part.body {
        let raw = returned.raw_message.get(usize::try_from(returned.parts.first()?.offset_header).ok()?..)?;
        return blocks(raw.get(..LONGEST_HEAD).unwrap_or(raw)).into_iter().next();
    }
    let subtype = part.content_type()?.subtype()?;
    let is_head =
        ["rfc822-headers", "global-headers", "rfc822", "global"].iter().any(|name| subtype.eq_ignore_ascii_case(name));
    if is_head { blocks(part.contents()).into_iter().next() } else { None }
}
