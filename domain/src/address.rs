//! Addresses that are known to be usable once they are parsed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Fault;

/// An email address that SMTP can carry: `local@domain`, no comments, no quoted local part, at most 254 octets
/// (RFC 5321 §4.5.3.1). Holds no control character, space or angle bracket, so it cannot break out of a header or an
/// SMTP command. Non-ASCII local parts and domains are accepted (RFC 6531); the server must offer SMTPUTF8 for them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address as written, without surrounding white space.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`, as [`comparable`] has it.
    pub fn domain(&self) -> String {
        self.0.rsplit_once('@').map_or(String::new(), |(_, domain)| comparable(domain))
    }

    /// Needs SMTPUTF8?
    pub fn is_international(&self) -> bool {
        !self.0.is_ascii()
    }
}

fn good_local_part(local: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn good_domain(domain: &str) -> bool {
    let good_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= 253 && domain.contains('.') && domain.split('.').all(good_label)
}

impl FromStr for EmailAddress {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Fault::new("", "required", "Give an email address."));
        }
        match text.rsplit_once('@') {
            Some((local, domain)) if text.len() <= 254 && good_local_part(local) && good_domain(domain) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(Fault::new("", "bad_email_address", "This is not an email address such as ann@example.com.")),
        }
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> String {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What all writings of an address, a domain or a user id have in common, by which two are compared: lower case, and domains as
/// they are read. `xn--…` is how the DNS writes `bücher.example` (RFC 3492), and many a list with it.
pub fn comparable(text: &str) -> String {
    let lower = text.to_lowercase();
    if !lower.contains("xn--") {
        return lower;
    }
    let labels = lower.split_inclusive(['@', '.', '\n']);
    labels.map(read_label).collect::<String>().to_lowercase()
}

/// A label with what parts it from the next one.
fn read_label(label: &str) -> String {
    let end = label.len() - usize::from(label.ends_with(['@', '.', '\n']));
    let written = label[..end].strip_prefix("xn--").and_then(idna::punycode::decode_to_string);
    written.map_or_else(|| label.to_owned(), |read| read + &label[end..])
}

/// Countries inside which a `0` is dialled before every number, which is no part of it: nowhere else does it stand behind the
/// country. Italian numbers, for one, begin with a `0` of their own. Source: the numbering plans of libphonenumber.
pub const DIAL_ZERO: &[&str] = &[
    "20", "211", "212", "213", "218", "231", "232", "233", "234", "243", "249", "250", "251", "252", "254", "255",
    "256", "260", "261", "262", "263", "264", "265", "27", "291", "31", "32", "33", "353", "355", "358", "359", "370",
    "373", "374", "377", "380", "381", "382", "383", "385", "386", "387", "389", "40", "41", "421", "423", "43", "44",
    "46", "49", "508", "51", "53", "54", "55", "57", "58", "590", "591", "593", "594", "595", "596", "598", "60", "61",
    "62", "63", "64", "66", "686", "81", "82", "84", "850", "855", "856", "86", "880", "886", "90", "91", "92", "93",
    "94", "95", "961", "962", "963", "964", "966", "967", "970", "971", "972", "976", "977", "98", "994", "995", "996",
];

/// A phone number in E.164: `+`, then up to fifteen digits (ITU-T E.164). Whether there is such a number is for the engine
/// to say, which knows the plans of the countries.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = Fault;

    /// Takes what people put between digits, the international prefix in place of `+`, and what is dialled inside the country
    /// only: `+44 (0)7911 123456` and `+7 8 912 345-67-89`.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Fault::new("", "required", "Give a phone number."));
        }
        let bare: String = text.chars().filter(|letter| !" -().\u{a0}/".contains(*letter)).collect();
        let digits = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00")).unwrap_or_default();
        let is_number = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.chars().all(|digit| digit.is_ascii_digit());
        if is_number {
            return Ok(Self(format!("+{}", without_prefix(digits))));
        }
        let text = "This is not a phone number with its country such as +821012345678.";
        Err(Fault::new("", "bad_phone_number", text))
    }
}

/// A number, from its country on, without what is dialled before numbers inside the country.
fn without_prefix(digits: &str) -> String {
    // Behind 7 there are ten digits.
    if let Some(rest) = digits.strip_prefix("78").filter(|rest| rest.len() == 10) {
        return format!("7{rest}");
    }
    let country = DIAL_ZERO.iter().find(|country| digits.starts_with(**country)).copied().unwrap_or_default();
    let rest = digits[country.len()..].strip_prefix('0').filter(|rest| !country.is_empty() && !rest.starts_with('0'));
    rest.map_or_else(|| digits.to_owned(), |rest| format!("{country}{rest}"))
}

impl TryFrom<String> for PhoneNumber {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> String {
        number.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of text for a header or a name: trimmed, no control characters, at most `max` characters.
pub fn single_line(text: &str, max: usize) -> Result<String, Fault> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(Fault::new("", "control_character", "Use one line without control characters."));
    }
    if text.chars().count() > max {
        return Err(Fault::new("", "too_long", format!("Use at most {max} characters.")));
    }
    Ok(text.to_owned())
}

/// Like [`single_line`], and not empty.
pub fn required_line(text: &str, max: usize) -> Result<String, Fault> {
    let line = single_line(text, max)?;
    if line.is_empty() { Err(Fault::new("", "required", "This is needed.")) } else { Ok(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usable_addresses_are_accepted() {
        for good in ["ann@example.com", " ann+tag@mail.example.co.uk ", "o'neil@example.com", "지민@예시.한국", "a@b.c"]
        {
            assert_eq!(good.parse::<EmailAddress>().unwrap().as_str(), good.trim());
        }
    }

    #[test]
    fn an_international_domain_is_the_same_as_people_and_as_the_dns_write_it() {
        for (one, other) in [
            ("Ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
            ("ann@예시.한국", "ANN@XN--VV4B11D.XN--3E0B707E"),
            ("mail.bücher.example", "mail.xn--bcher-kva.example"),
            ("ann@bücher.example\nemail", "ann@xn--bcher-kva.example\nEmail"),
        ] {
            assert_eq!(comparable(one), comparable(other));
        }
        for other in ["ann@xn--.example", "ann@xn--bücher.example", "xn--ann@bcher.example", "ann-xn--bcher-kva"] {
            assert_ne!(comparable("ann@bücher.example"), comparable(other));
        }
    }

    #[test]
    fn a_phone_number_is_taken_as_people_write_it_when_its_country_is_there() {
        for (written, number) in [
            ("+82 10-1234-5678", "+821012345678"),
            ("0049 (30) 1234567", "+49301234567"),
            (" +1.415.555.0100 ", "+14155550100"),
            ("+44 (0)7911 123456", "+447911123456"),
            ("+44 07911 123456", "+447911123456"),
            ("00 49 (0) 30 1234567", "+49301234567"),
            ("+82 (0)10-1234-5678", "+821012345678"),
            ("+33 (0)6 12 34 56 78", "+33612345678"),
            ("+7 8 (912) 345-67-89", "+79123456789"),
            ("+7 (812) 345-67-89", "+78123456789"),
            ("+39 06 6982 1234", "+390669821234"),
            ("+39 (0)6 6982 1234", "+390669821234"),
            ("+225 07 12 34 56 78", "+2250712345678"),
        ] {
            assert_eq!(written.parse::<PhoneNumber>().unwrap().as_str(), number);
        }
        for bad in ["", "010-1234-5678", "+0123456789", "+12345", "+1234567890123456", "+1415555O100", "+1;rm"] {
            assert!(bad.parse::<PhoneNumber>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn addresses_that_could_break_a_header_or_a_command_are_refused() {
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@localhost",
            "a b@example.com",
            "ann@exa mple.com",
            "ann@example.com\r\nBcc: all@example.com",
            "<ann@example.com>",
            "ann@example.com> SIZE=1",
            ".ann@example.com",
            "ann..b@example.com",
            "ann@-example.com",
            "\"a b\"@example.com",
            "a\0@example.com",
            "a,b@example.com",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
    }
}
