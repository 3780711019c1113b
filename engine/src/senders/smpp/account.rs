//! With whom a session is held, and how.

use std::fmt;
use std::time::Duration;

use domain::Fault;
use rusmpp::values::{Npi, Ton};

/// How texts go that do not fit one short message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LongMessages {
    /// In parts with a user data header (3GPP TS 23.040 §9.2.3.24.1); what nearly every SMSC takes.
    #[default]
    Udh,
    /// In parts with the parameters `sar_*` (SMPP 3.4 §5.3.2.22 to 24); the SMSC makes the header.
    Sar,
    /// Whole, in `message_payload` (§5.3.2.32); the SMSC makes the parts.
    Payload,
}

/// How texts of the GSM alphabet are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GsmOctets {
    /// `data_coding` 0, one septet in an octet.
    #[default]
    Septets,
    /// `data_coding` 3, for an SMSC that makes the septets itself.
    Latin1,
}

/// How an SMSC writes a message's id in its answer and in the receipt. Both are brought into one form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IdFormat {
    /// The same in both, compared letter by letter.
    #[default]
    Same,
    /// Hexadecimal in the answer, decimal in the receipt; decimal with us.
    HexToDecimal,
    /// Decimal in the answer, hexadecimal in the receipt; hexadecimal with us.
    DecimalToHex,
}

impl IdFormat {
    /// The id of an answer, as we keep it.
    pub fn of_answer(self, id: &str) -> String {
        match self {
            Self::Same => Some(id.to_owned()),
            Self::HexToDecimal => u128::from_str_radix(id, 16).ok().map(|number| number.to_string()),
            Self::DecimalToHex => id.parse::<u128>().ok().map(|number| format!("{number:x}")),
        }
        .unwrap_or_else(|| id.to_owned())
    }

    /// The id of a receipt, as we keep it.
    pub fn of_receipt(self, id: &str) -> String {
        match self {
            Self::Same => Some(id.to_owned()),
            Self::HexToDecimal => id.parse::<u128>().ok().map(|number| number.to_string()),
            Self::DecimalToHex => u128::from_str_radix(id, 16).ok().map(|number| format!("{number:x}")),
        }
        .unwrap_or_else(|| id.to_owned())
    }
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For the connection, and again for the bind.
    pub connect: Duration,
    /// For the answer to a PDU.
    pub answer: Duration,
    /// Before the first attempt to reconnect; doubled each time …
    pub first_back_off: Duration,
    /// … up to here.
    pub last_back_off: Duration,
    /// After a bind that was refused for the password's sake: to try on would lock the account.
    pub refused: Duration,
    /// For what is in flight, when the session is to be closed.
    pub drain: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            first_back_off: Duration::from_secs(1),
            last_back_off: Duration::from_mins(1),
            refused: Duration::from_mins(10),
            drain: Duration::from_secs(5),
        }
    }
}

/// An account with an SMSC.
#[derive(Clone)]
pub struct Account {
    pub host: String,
    /// 2775, and 3550 with TLS, by custom.
    pub port: u16,
    pub is_tls: bool,
    /// At most 15 octets.
    pub system_id: String,
    /// At most 8 octets.
    pub password: String,
    /// At most 12 octets, mostly empty.
    pub system_type: String,
    /// PDUs of a session that may await their answer, 1 to 500.
    pub window: usize,
    /// 1 to 10.
    pub sessions: usize,
    /// Of silence, before the line is tried.
    pub enquire_link: Duration,
    pub gsm_octets: GsmOctets,
    pub long_messages: LongMessages,
    pub ids: IdFormat,
    /// After the SMSC said that it is too much.
    pub throttle_pause: Duration,
    pub pace: Pace,
}

impl Account {
    /// An account with everything as it mostly is.
    pub fn new(host: &str, port: u16, system_id: &str, password: &str) -> Self {
        Self {
            host: host.into(),
            port,
            is_tls: false,
            system_id: system_id.into(),
            password: password.into(),
            system_type: String::new(),
            window: 50,
            sessions: 1,
            enquire_link: Duration::from_secs(30),
            gsm_octets: GsmOctets::default(),
            long_messages: LongMessages::default(),
            ids: IdFormat::default(),
            throttle_pause: Duration::from_secs(1),
            pace: Pace::default(),
        }
    }

    /// What of it cannot be; SMPP 3.4 §4.1.5 sets the lengths of the three names.
    pub fn check(&self) -> Result<(), Fault> {
        let names = [
            ("systemId", &self.system_id, 1, 15),
            ("password", &self.password, 0, 8),
            ("systemType", &self.system_type, 0, 12),
        ];
        for (field, value, least, most) in names {
            if !(least..=most).contains(&value.len()) || !value.bytes().all(|octet| (0x20..0x7F).contains(&octet)) {
                let sentence = format!("This takes {least} to {most} letters of ASCII.");
                return Err(Fault::new(field, "bad_length", sentence));
            }
        }
        let numbers = [("window", self.window, 500), ("sessions", self.sessions, 10)];
        for (field, value, most) in numbers {
            if !(1..=most).contains(&value) {
                return Err(Fault::new(field, "out_of_range", format!("This is between 1 and {most}.")));
            }
        }
        if self.host.trim().is_empty() {
            return Err(Fault::new("host", "required", "This is needed."));
        }
        if self.enquire_link < Duration::from_secs(1) {
            return Err(Fault::new("enquireLinkSeconds", "out_of_range", "This is at least 1."));
        }
        Ok(())
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}:{}", self.system_id, self.host, self.port)
    }
}

/// A sender or recipient as SMPP writes it: type of number, numbering plan, digits (SMPP 3.4 §5.2.5 and §5.2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub ton: Ton,
    pub npi: Npi,
    pub digits: String,
}

impl Address {
    /// A number with `+` or of more than eight digits is international, a shorter one a short code of the network, anything
    /// else a name; nothing leaves the choice to the SMSC.
    pub fn of(text: &str) -> Self {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
        let (ton, npi) = match (is_number, text.is_empty()) {
            (true, _) if text.starts_with('+') || digits.len() > 8 => (Ton::International, Npi::Isdn),
            (true, _) => (Ton::NetworkSpecific, Npi::Unknown),
            (false, true) => (Ton::Unknown, Npi::Unknown),
            (false, false) => (Ton::Alphanumeric, Npi::Unknown),
        };
        Self { ton, npi, digits: if is_number { digits } else { text }.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_sender_is_seen_from_how_it_is_written() {
        let rows = [
            ("+491701234567", 1, 1, "491701234567"),
            ("491701234567", 1, 1, "491701234567"),
            ("72404", 3, 0, "72404"),
            ("Hermod", 5, 0, "Hermod"),
            ("3Shops", 5, 0, "3Shops"),
            ("", 0, 0, ""),
        ];
        for (text, ton, npi, digits) in rows {
            let address = Address::of(text);
            assert_eq!((u8::from(address.ton), u8::from(address.npi), address.digits.as_str()), (ton, npi, digits));
        }
    }

    #[test]
    fn ids_of_answer_and_receipt_meet_whatever_their_form() {
        let rows = [
            (IdFormat::Same, "0A3F", "0A3F", "0A3F"),
            (IdFormat::HexToDecimal, "00000A3F", "0000002623", "2623"),
            (IdFormat::DecimalToHex, "2623", "0A3F", "a3f"),
            (IdFormat::HexToDecimal, "not-a-number", "not-a-number", "not-a-number"),
        ];
        for (format, answer, receipt, kept) in rows {
            assert_eq!((format.of_answer(answer), format.of_receipt(receipt)), (kept.to_owned(), kept.to_owned()));
        }
    }

    #[test]
    fn an_account_that_cannot_be_is_refused_at_its_field() {
        let good = Account::new("smsc.example", 2775, "hermod", "secret");
        assert!(good.check().is_ok());
        let bad = Account { password: "far too long".into(), ..good.clone() };
        assert_eq!(bad.check().map_err(|fault| fault.path), Err("password".into()));
        let bad = Account { window: 501, ..good.clone() };
        assert_eq!(bad.check().map_err(|fault| fault.path), Err("window".into()));
        assert!(!format!("{good:?}").contains("secret"));
    }
}
