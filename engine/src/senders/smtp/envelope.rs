//! MAIL, RCPT and DATA for one mail.

use std::fmt::Write as _;

use super::capabilities::Capabilities;
use super::fault::Fault;
use crate::senders::Mail;

/// The commands of one mail, without line ends.
pub(super) struct Envelope {
    pub(super) mail: String,
    pub(super) rcpt: String,
}

impl Envelope {
    /// Refused when the mail needs something that the server does not offer.
    pub(super) fn of(mail: &Mail, offered: &Capabilities) -> Result<Self, Fault> {
        let mut line = format!("MAIL FROM:<{}>", mail.from);
        if offered.size {
            // Writing to a text does not fail.
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
        Ok(Self { mail: line, rcpt: format!("RCPT TO:<{}>", mail.to) })
    }

    /// All three commands at once.
    pub(super) fn pipelined(&self) -> String {
        format!("{}\r\n{}\r\nDATA\r\n", self.mail, self.rcpt)
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
}
