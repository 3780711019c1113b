//! A rendered email becomes the bytes of a mail.

use std::borrow::Cow;

use domain::Timestamp;
use domain::address::EmailAddress;
use domain::channel_configuration::Category;
use domain::content::RenderedEmail;
use domain::id::MessageId;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::headers::{HeaderType, message_id};
use mail_builder::mime::MimePart;

use super::dkim::{Signer, Unsignable, sign};
use super::{Attachment, Author};
use crate::{Error, Result};

/// A mail in RFC 5322 form.
pub struct Composed {
    /// Name and value of every header in the bytes, in order, decoded for people.
    pub headers: Vec<(String, String)>,
    /// Lines end with CRLF.
    pub bytes: Vec<u8>,
}

impl Composed {
    /// The same with a signature in front. Its time is that of the mail, so that every attempt sends the same bytes.
    pub fn signed(mut self, signer: &Signer, at: Timestamp) -> Result<Self, Unsignable> {
        let mut bytes = sign(&self.bytes, std::slice::from_ref(signer), at)?;
        let header = String::from_utf8_lossy(&bytes).replace("\r\n\t", " ");
        let (name, value) = header.trim_end().split_once(": ").unwrap_or_default();
        self.headers.insert(0, (name.to_owned(), value.to_owned()));
        bytes.append(&mut self.bytes);
        Ok(Self { bytes, ..self })
    }
}

/// What looks like an encoded word (RFC 2047) would be decoded by mail programs into what nobody wrote: an invisible space
/// keeps it apart.
fn never_encoded(text: &str) -> String {
    text.replace("=?", "=\u{200b}?")
}

/// What a mail has beside its text.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    pub author: &'a Author,
    pub category: Category,
    pub message_id: &'a MessageId,
    pub to: &'a EmailAddress,
    pub attachments: &'a [Attachment],
}

/// The same input gives the same bytes, so an attempt that is repeated sends the very same mail. `list_headers` are of plain
/// ASCII.
pub fn compose(
    Envelope { author, category, message_id, to, attachments }: Envelope<'_>,
    date: Timestamp,
    rendered: &RenderedEmail,
    list_headers: &[(&'static str, String)],
) -> Result<Composed> {
    let mut head = Head { builder: MessageBuilder::new(), told: Vec::new() };
    let name = never_encoded(author.name.trim());
    let name = name.as_str();
    let from = author.address.as_str();
    head.put("From", format!("{name} <{from}>").trim_start(), Address::from((name, from)));
    let sender = author.sender.as_ref().map(|(name, address)| (never_encoded(name.trim()), address.as_str()));
    if let Some((name, address)) = &sender {
        head.put("Sender", format!("{name} <{address}>").trim_start(), Address::from((name.as_str(), *address)));
    }
    if let Some(reply_to) = &author.reply_to {
        head.put("Reply-To", reply_to.as_str(), Address::from(reply_to.as_str()));
    }
    head.put("To", to.as_str(), Address::from(to.as_str()));
    let subject: String =
        never_encoded(&rendered.subject).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    head.put("Subject", &subject, Text::new(subject.clone()));
    let date = Date::new(date.as_millis().div_euclid(1000));
    head.put("Date", &date.to_rfc822(), date.clone());
    let id = format!("{message_id}@{}", author.address.domain());
    head.put("Message-ID", &format!("<{id}>"), message_id::MessageId::new(id.clone()));
    if category == Category::Transactional {
        // RFC 3834: keeps holiday notices from answering a machine.
        head.put("Auto-Submitted", "auto-generated", Raw::new("auto-generated"));
    }
    for (name, value) in list_headers {
        head.put(name, value, Raw::new(value.as_str()));
    }
    head.put("MIME-Version", "1.0", Raw::new("1.0"));
    head.finish(message_id, rendered, attachments)
}

struct Head<'x> {
    builder: MessageBuilder<'x>,
    told: Vec<(String, String)>,
}

impl<'x> Head<'x> {
    fn put(&mut self, name: &'static str, told: &str, value: impl Into<HeaderType<'x>>) {
        self.told.push((name.to_owned(), told.to_owned()));
        self.builder.headers.push((name.into(), value.into()));
    }

    fn finish(
        mut self,
        message_id: &MessageId,
        rendered: &RenderedEmail,
        attachments: &'x [Attachment],
    ) -> Result<Composed> {
        let text = MimePart::new("text/plain", body(&rendered.text));
        let html = MimePart::new("text/html", body(&rendered.html));
        let part = match (rendered.text.is_empty(), rendered.html.is_empty()) {
            (_, true) => text,
            (true, false) => html,
            (false, false) => {
                // No text in quoted-printable or base64 can hold `=_`.
                let boundary = format!("=_{message_id}");
                let content_type = ContentType::new("multipart/alternative").attribute("boundary", boundary);
                MimePart::new(content_type, vec![text, html])
            }
        };
        let part = if attachments.is_empty() { part } else { with_attachments(part, message_id, attachments) };
        let bytes = self.builder.body(part).write_to_vec().map_err(Error::unexpected)?;
        self.told.extend(content_headers(&bytes));
        Ok(Composed { headers: self.told, bytes })
    }
}

/// The text first, then the files, each in base64 (RFC 2046 §5.1.3); names of other letters by RFC 2231.
fn with_attachments<'x>(text: MimePart<'x>, message_id: &MessageId, attachments: &'x [Attachment]) -> MimePart<'x> {
    let file = |file: &'x Attachment| {
        MimePart::new(ContentType::new(file.content_type.as_str()), &file.bytes[..]).attachment(file.name.as_str())
    };
    let parts = std::iter::once(text).chain(attachments.iter().map(file)).collect::<Vec<_>>();
    MimePart::new(ContentType::new("multipart/mixed").attribute("boundary", format!("=_m{message_id}")), parts)
}

/// What the builder adds for the body; plain ASCII, so there is nothing to decode.
fn content_headers(bytes: &[u8]) -> Vec<(String, String)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end])
        .replace("\r\n\t", " ")
        .replace("\r\n ", " ")
        .lines()
        .filter(|line| line.starts_with("Content-"))
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Line ends as the builder wants them. Other control characters are not allowed in a mail (RFC 5322 §2.2).
fn body(text: &str) -> Cow<'_, str> {
    let is_allowed = |letter: char| !letter.is_ascii_control() || matches!(letter, '\n' | '\t');
    if text.bytes().map(char::from).all(is_allowed) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.chars().filter(|letter| is_allowed(*letter)).collect())
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders as _};

    use super::*;

    fn sender() -> Author {
        Author {
            name: "서점 \"Books\", Inc".into(),
            address: "shop@example.com".parse().unwrap(),
            reply_to: Some("help@example.com".parse().unwrap()),
            sender: None,
        }
    }

    fn envelope<'a>(
        author: &'a Author,
        category: Category,
        message_id: &'a MessageId,
        to: &'a EmailAddress,
    ) -> Envelope<'a> {
        Envelope { author, category, message_id, to, attachments: &[] }
    }

    fn composed(rendered: &RenderedEmail) -> Composed {
        let id = MessageId::new(7, [7; 10]);
        let to = "지민@예시.한국".parse().unwrap();
        compose(
            envelope(&sender(), Category::Transactional, &id, &to),
            Timestamp::from_millis(1_796_115_600_007),
            rendered,
            &[],
        )
        .unwrap()
    }

    #[test]
    fn what_looks_like_an_encoded_word_is_not_decoded() {
        let subject = "=?utf-8?q?Hi=0D=0ABcc:_eve=40example.com?=".to_owned();
        let composed = composed(&RenderedEmail { subject, ..RenderedEmail::default() });
        let mail = MessageParser::default().parse(&composed.bytes).unwrap();
        assert!(mail.subject().unwrap().ends_with("?q?Hi=0D=0ABcc:_eve=40example.com?="), "{:?}", mail.subject());
    }

    #[test]
    fn an_independent_parser_reads_what_was_rendered() {
        let rendered = RenderedEmail {
            subject: "주문 1001 – ✅ ".repeat(10).trim().to_owned(),
            html: format!("<p>안녕하세요 {}</p>\n.\n<p>.</p>", "x".repeat(2_000)),
            text: "안녕하세요\n.\nFrom here\n".into(),
        };
        let composed = composed(&rendered);
        let mail = MessageParser::default().parse(&composed.bytes).unwrap();
        assert_eq!(mail.subject(), Some(rendered.subject.as_str()));
        assert_eq!(mail.body_html(0).unwrap().replace("\r\n", "\n"), rendered.html);
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), rendered.text);
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("서점 \"Books\", Inc"));
        assert_eq!(mail.message_id(), Some(format!("{}@example.com", MessageId::new(7, [7; 10])).as_str()));
        assert_eq!(mail.content_type().unwrap().ctype(), "multipart");
    }

    #[test]
    fn every_attempt_hands_over_the_same_bytes() {
        let rendered = RenderedEmail { subject: "A".into(), html: "<p>b</p>".into(), text: "b".into() };
        assert_eq!(composed(&rendered).bytes, composed(&rendered).bytes);
    }

    #[test]
    fn no_line_is_too_long_and_no_line_end_is_half() {
        let rendered = RenderedEmail {
            subject: "A\r\nBcc: all@example.com".into(),
            html: format!("a\rb\nc{}", "é".repeat(5_000)),
            text: "\r.\r".into(),
        };
        let bytes = composed(&rendered).bytes;
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
        let mail = MessageParser::default().parse(text.as_bytes()).unwrap();
        assert!(mail.bcc().is_none());
    }

    #[test]
    fn the_headers_that_are_told_are_those_in_the_bytes_in_their_order() {
        let both = RenderedEmail { subject: "주문 ✅".into(), html: "<p>b</p>".into(), text: "b".into() };
        for rendered in [both.clone(), RenderedEmail { html: String::new(), ..both }] {
            let composed = composed(&rendered);
            let mail = MessageParser::default().parse(&composed.bytes).unwrap();
            let in_bytes: Vec<&str> = mail.headers_raw().map(|(name, _)| name).collect();
            let told: Vec<&str> = composed.headers.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(told, in_bytes);
            for needed in ["From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"] {
                assert!(told.contains(&needed), "{needed} of {told:?}");
            }
            let value = |name| &composed.headers.iter().find(|(told, _)| told == name).unwrap().1;
            assert_eq!(value("Subject"), "주문 ✅");
            assert_eq!(value("From"), "서점 \"Books\", Inc <shop@example.com>");
            assert_eq!(value("Date"), "Tue, 1 Dec 2026 09:00:00 +0000");
        }
    }

    #[test]
    fn nothing_in_a_name_or_a_subject_becomes_a_header() {
        let mut hostile = sender();
        hostile.name = "Shop\r\nBcc: all@example.com\u{0}\u{7f}".into();
        let subject = "Hi\r\n\r\n<script>\u{0}\u{85}\u{2028}Bcc: all@example.com".to_owned();
        let rendered = RenderedEmail { subject, html: "<p>b\u{0}\u{8}</p>".into(), text: "b".into() };
        let to = "ann@example.com".parse().unwrap();
        let id = MessageId::new(7, [7; 10]);
        let bytes =
            compose(envelope(&hostile, Category::Transactional, &id, &to), Timestamp::from_millis(0), &rendered, &[])
                .unwrap()
                .bytes;
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let names: Vec<&str> = mail.headers_raw().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "From",
                "Reply-To",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type"
            ]
        );
        assert!(bytes.iter().all(|byte| *byte >= b' ' || matches!(byte, b'\r' | b'\n' | b'\t')));
        assert_eq!(mail.body_html(0).unwrap(), "<p>b</p>");
    }

    fn attachment(name: &str, content_type: &str, bytes: &[u8]) -> Attachment {
        Attachment { name: name.into(), content_type: content_type.into(), bytes: bytes.into() }
    }

    #[test]
    fn files_go_with_the_mail_and_come_out_as_they_were() {
        let every_byte: Vec<u8> = (0..=255).cycle().take(10_000).collect();
        let attachments = [
            attachment("영수증 2026년 12월, \"최종\"; 사본.pdf", "application/pdf", &every_byte),
            attachment("terms.txt", "text/plain", b".\r\nFrom here\n--=_m\n"),
            attachment("empty.csv", "text/csv", b""),
        ];
        let rendered = RenderedEmail { subject: "A".into(), html: "<p>b</p>".into(), text: "b".into() };
        let (id, to, author) = (MessageId::new(7, [7; 10]), "ann@example.com".parse().unwrap(), sender());
        let envelope = Envelope { attachments: &attachments, ..envelope(&author, Category::Transactional, &id, &to) };
        let composed = compose(envelope, Timestamp::from_millis(0), &rendered, &[]).unwrap();
        let mail = MessageParser::default().parse(&composed.bytes).unwrap();
        assert_eq!(mail.content_type().unwrap().subtype(), Some("mixed"));
        assert_eq!(mail.body_html(0).unwrap(), "<p>b</p>");
        assert_eq!(mail.attachment_count(), attachments.len());
        for (part, file) in mail.attachments().zip(&attachments) {
            assert_eq!(part.attachment_name(), Some(file.name.as_str()));
            let kind = part.content_type().unwrap();
            assert_eq!(format!("{}/{}", kind.ctype(), kind.subtype().unwrap()), file.content_type);
            assert_eq!(part.contents(), &file.bytes[..], "{}", file.name);
            assert!(part.content_disposition().unwrap().is_attachment());
        }
        let text = String::from_utf8(composed.bytes).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 78 || line.starts_with("Subject")), "{text}");
    }

    #[test]
    fn who_hands_a_mail_over_is_named_beside_who_wrote_it() {
        let mut author = sender();
        author.sender = Some(("Robot\r\nBcc: all@example.com".into(), "robot@example.org".parse().unwrap()));
        let (id, to) = (MessageId::new(7, [7; 10]), "ann@example.com".parse().unwrap());
        let rendered = RenderedEmail { subject: "A".into(), html: String::new(), text: "b".into() };
        let envelope = envelope(&author, Category::Marketing, &id, &to);
        let composed = compose(envelope, Timestamp::from_millis(0), &rendered, &[]).unwrap();
        let mail = MessageParser::default().parse(&composed.bytes).unwrap();
        assert_eq!(mail.sender().unwrap().first().unwrap().address(), Some("robot@example.org"));
        assert!(mail.bcc().is_none());
    }

    #[test]
    fn only_a_transactional_mail_calls_itself_an_answer_of_a_machine() {
        let rendered = RenderedEmail { subject: "A".into(), html: String::new(), text: "b".into() };
        let to = "ann@example.com".parse().unwrap();
        let id = MessageId::new(7, [7; 10]);
        let headers =
            compose(envelope(&sender(), Category::Marketing, &id, &to), Timestamp::from_millis(0), &rendered, &[])
                .unwrap()
                .headers;
        assert!(headers.iter().all(|(name, _)| name != "Auto-Submitted"), "{headers:?}");
        assert!(composed(&rendered).headers.iter().any(|(name, _)| name == "Auto-Submitted"));
    }
}
