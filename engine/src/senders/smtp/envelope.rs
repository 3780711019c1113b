//! MAIL and RCPT for one mail.

use std::fmt::Write as _;

use super::capabilities::Capabilities;
use super::fault::Fault;
use crate::senders::Mail;

/// Most characters of an envelope id (RFC 3461 §4.4).
const ENVELOPE_ID_MAX: usize = 100;

/// The commands of one mail, without line ends.
pub(super) struct Envelope {
    pub(super) mail: String,
    pub(super) rcpt: String,
}

impl Envelope {
    /// Refused when the mail needs something that the server does not offer.
    pub(super) fn of(mail: &Mail, offered: &Capabilities) -> Result<Self, Fault> {
        if let Some(most) = offered.size_max.filter(|most| mail.bytes.len() > *most) {
            let text = format!("The mail has {} bytes, and the server takes at most {most}.", mail.bytes.len());
            return Err(Fault::new("smtp_552", text));
        }
        let mut line = String::with_capacity(160);
        // Writing to a text does not fail.
        let _ = write!(line, "MAIL FROM:<{}>", mail.from);
        if offered.size {
            let _ = write!(line, " SIZE={}", mail.bytes.len());
        }
        if offered.eight_bit && !mail.bytes.is_ascii() {
            line.push_str(" BODY=8BITMIME");
        }
        if is_international(mail) {
            if !offered.smtp_utf8 {
                let text = "The address needs SMTPUTF8, which the server does not offer.";
                return Err(Fault::new("smtputf8_not_offered", text));
            }
            line.push_str(" SMTPUTF8");
        }
        let mut rcpt = format!("RCPT TO:<{}>", mail.to);
        if offered.dsn {
            wish_for_notices(&mail.envelope_id, &mut line, &mut rcpt);
        }
        Ok(Self { mail: line, rcpt })
    }

    /// Both commands.
    pub(super) fn write_to(&self, out: &mut Vec<u8>) {
        for command in [&self.mail, &self.rcpt] {
            out.extend_from_slice(command.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// A notice says which mail it is about (`Original-Envelope-Id`), and does not bring the whole mail back (RFC 3461 §4).
fn wish_for_notices(envelope_id: &str, mail: &mut String, rcpt: &mut String) {
    mail.push_str(" RET=HDRS");
    if !envelope_id.is_empty() {
        mail.push_str(" ENVID=");
        push_xtext(mail, envelope_id);
    }
    rcpt.push_str(" NOTIFY=FAILURE,DELAY");
}

/// What could be taken for something else is told by its number (RFC 3461 §4).
fn push_xtext(line: &mut String, text: &str) {
    for byte in text.bytes().take(ENVELOPE_ID_MAX) {
        if byte.is_ascii_graphic() && !matches!(byte, b'+' | b'=') {
            line.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(line, "+{byte:02X}");
        }
    }
}

/// An address or a header with letters that plain SMTP cannot carry (RFC 6531).
fn is_international(mail: &Mail) -> bool {
    let head = mail.bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(mail.bytes.len());
    mail.from.is_international() || mail.to.is_international() || !mail.bytes[..head].is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, bytes: &str) -> Mail {
        Mail {
            from: "shop@example.com".parse().unwrap(),
            to: to.parse().unwrap(),
            envelope_id: "msg_01k".into(),
            bytes: bytes.as_bytes().to_vec(),
            list_headers: Vec::new(),
        }
    }

    fn everything() -> Capabilities {
        Capabilities { size: true, eight_bit: true, smtp_utf8: true, ..Capabilities::default() }
    }

    #[test]
    fn only_what_the_server_offers_is_asked_for() {
        let plain = mail("ann@example.com", "A: b\r\n\r\nhi\r\n");
        let line = |mail, offered: &Capabilities| Envelope::of(mail, offered).unwrap().mail;
        assert_eq!(line(&plain, &Capabilities::default()), "MAIL FROM:<shop@example.com>");
        assert_eq!(line(&plain, &everything()), "MAIL FROM:<shop@example.com> SIZE=12");
        let eight_bit = mail("ann@example.com", "A: b\r\n\r\nä");
        let offered = Capabilities { eight_bit: true, ..Capabilities::default() };
        assert_eq!(line(&eight_bit, &offered), "MAIL FROM:<shop@example.com> BODY=8BITMIME");
    }

    #[test]
    fn an_international_address_needs_a_server_that_can_carry_it() {
        let korean = mail("지민@예시.한국", "A: b\r\n\r\nhi");
        assert!(Envelope::of(&korean, &everything()).unwrap().mail.contains(" SMTPUTF8"));
        let refused = Envelope::of(&korean, &Capabilities::default()).err().unwrap();
        assert_eq!(refused.reason, "smtputf8_not_offered");
        let header = mail("ann@example.com", "Reply-To: <지민@예시.한국>\r\n\r\nhi");
        assert_eq!(Envelope::of(&header, &Capabilities::default()).err().unwrap().reason, "smtputf8_not_offered");
    }

    #[test]
    fn notices_are_wished_for_where_that_is_possible_and_name_the_mail() {
        let offered = Capabilities { dsn: true, ..Capabilities::default() };
        let mut plain = mail("ann@example.com", "A: b\r\n\r\nhi\r\n");
        let envelope = Envelope::of(&plain, &offered).unwrap();
        assert_eq!(envelope.mail, "MAIL FROM:<shop@example.com> RET=HDRS ENVID=msg_01k");
        assert_eq!(envelope.rcpt, "RCPT TO:<ann@example.com> NOTIFY=FAILURE,DELAY");
        plain.envelope_id = "a+b=c\r\nRCPT TO:<é>".into();
        let envelope = Envelope::of(&plain, &offered).unwrap();
        assert_eq!(envelope.mail, "MAIL FROM:<shop@example.com> RET=HDRS ENVID=a+2Bb+3Dc+0D+0ARCPT+20TO:<+C3+A9>");
        plain.envelope_id = String::new();
        assert_eq!(Envelope::of(&plain, &offered).unwrap().mail, "MAIL FROM:<shop@example.com> RET=HDRS");
    }

    #[test]
    fn a_mail_that_is_larger_than_the_server_takes_is_refused_here() {
        let mail = mail("ann@example.com", "A: b\r\n\r\nhi\r\n");
        let at_most = |size_max| Capabilities { size: true, size_max, ..Capabilities::default() };
        assert!(Envelope::of(&mail, &at_most(Some(12))).is_ok());
        let refused = Envelope::of(&mail, &at_most(Some(11))).err().unwrap();
        assert_eq!(refused.reason, "smtp_552");
        assert_eq!(refused.text, "The mail has 12 bytes, and the server takes at most 11.");
    }
}
