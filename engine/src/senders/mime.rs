//! A rendered email as bytes (RFC 5322, MIME). The same message gives the same bytes at every attempt.

use domain::Timestamp;
use domain::address::EmailAddress;
use domain::channel_configuration::ChannelConfiguration;
use domain::content::RenderedEmail;
use domain::id::MessageId;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use crate::{Error, Result};

/// Bytes and what stands in their headers.
pub(crate) struct Composed {
    /// Name and value as people read them, in order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) bytes: Vec<u8>,
}

/// Text and HTML as alternatives, with stable Message-ID, date and boundary.
pub(crate) fn compose(
    configuration: &ChannelConfiguration,
    message_id: &MessageId,
    to: &EmailAddress,
    date: Timestamp,
    rendered: &RenderedEmail,
) -> Result<Composed> {
    let from = &configuration.from_address;
    let id = format!("{message_id}@{}", from.domain());
    let seconds = date.as_millis().div_euclid(1_000);
    let alternatives = ContentType::new("multipart/alternative").attribute("boundary", boundary(message_id));
    let parts = vec![
        MimePart::new(ContentType::new("text/plain").attribute("charset", "utf-8"), with_crlf(&rendered.text)),
        MimePart::new(ContentType::new("text/html").attribute("charset", "utf-8"), with_crlf(&rendered.html)),
    ];
    let mut builder = MessageBuilder::new()
        .from(Address::new_address(Some(configuration.from_name.as_str()), from.as_str()))
        .to(Address::new_address(None::<&str>, to.as_str()));
    if let Some(reply_to) = &configuration.reply_to {
        builder = builder.reply_to(Address::new_address(None::<&str>, reply_to.as_str()));
    }
    let bytes = builder
        .subject(rendered.subject.as_str())
        .date(Date::new(seconds))
        .message_id(id.as_str())
        // Vacation replies to a machine help nobody (RFC 3834).
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .body(MimePart::new(alternatives, BodyPart::Multipart(parts)))
        .write_to_vec()
        .map_err(Error::unexpected)?;
    let mut headers =
        vec![("From".to_owned(), format!("{} <{from}>", configuration.from_name)), ("To".to_owned(), to.to_string())];
    headers.extend(configuration.reply_to.as_ref().map(|reply_to| ("Reply-To".to_owned(), reply_to.to_string())));
    headers.extend([
        ("Subject".to_owned(), rendered.subject.clone()),
        ("Date".to_owned(), Date::new(seconds).to_rfc822()),
        ("Message-ID".to_owned(), format!("<{id}>")),
        ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
    ]);
    Ok(Composed { headers, bytes })
}

/// From the message's own id: random enough not to stand in a text by chance, and the same at every attempt.
fn boundary(id: &MessageId) -> String {
    format!("=_{id}")
}

/// Every line end as CRLF: a lone CR or LF could be read as the end of the mail by one server and not by another.
fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use domain::channel_configuration::{Category, Channel, ChannelConfigurationStatus, Transport};
    use mail_parser::{MessageParser, MimeHeaders as _};

    use super::*;

    fn configuration() -> ChannelConfiguration {
        ChannelConfiguration {
            id: domain::id::ChannelConfigurationId::new(1, [1; 10]),
            channel: Channel::Email,
            category: Category::Transactional,
            status: ChannelConfigurationStatus::Active,
            name: "Shop".into(),
            from_name: "서점 \"Books\", Inc".into(),
            from_address: "shop@example.com".parse().unwrap(),
            reply_to: Some("help@example.com".parse().unwrap()),
            transport: Transport::Capture,
            revision: 1,
            modified_at: Timestamp::from_millis(0),
            modified_by: String::new(),
        }
    }

    fn composed(rendered: &RenderedEmail) -> Composed {
        let id = MessageId::new(7, [7; 10]);
        let to = "지민@예시.한국".parse().unwrap();
        compose(&configuration(), &id, &to, Timestamp::from_millis(1_796_115_600_007), rendered).unwrap()
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
}
