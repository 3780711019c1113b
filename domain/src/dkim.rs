//! By which domain mails are signed (DKIM, RFC 6376), and what of the key stands in the DNS. Not the key.

use serde::{Deserialize, Serialize};

use crate::address::EmailAddress;
use crate::{Fault, Faults};

/// The signature of the mails of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dkim {
    /// The value of `d=`: the domain of the from-address, or one above it. In lower case.
    pub domain: String,
    /// The value of `s=`: tells the keys of a domain apart.
    pub selector: String,
}

impl Dkim {
    /// Faults at `dkimDomain` and `dkimSelector`. A signature by another domain than that of the from-address is worth
    /// nothing to DMARC (RFC 7489 §3.1.1).
    pub fn check(domain: &str, selector: &str, from: &EmailAddress) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let domain = faults.take("dkimDomain", domain_name(domain));
        let selector = faults.take("dkimSelector", selector_name(selector));
        let (Some(domain), Some(selector)) = (domain, selector) else { return Err(faults) };
        let dkim = Self { domain, selector };
        if dkim.covers(from) {
            return Ok(dkim);
        }
        let text = format!("Give the domain of the from-address, {}, or one above it.", from.domain());
        faults.add("dkimDomain", "dkim_domain", text);
        Err(faults)
    }

    /// Is the address of this domain, or of one below it?
    pub fn covers(&self, from: &EmailAddress) -> bool {
        let domain = from.domain();
        domain.strip_suffix(&self.domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// A TXT record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    pub name: String,
    pub value: String,
}

impl DnsRecord {
    /// The value as a zone file writes it: quoted, in strings of at most 255 characters (RFC 1035 §3.3.14), which the reader
    /// joins without spaces (RFC 6376 §3.6.2.2).
    pub fn in_zone_file(&self) -> String {
        let strings = self.value.as_bytes().chunks(255).map(|part| format!("\"{}\"", String::from_utf8_lossy(part)));
        strings.collect::<Vec<_>>().join(" ")
    }
}

/// A domain in ASCII, in lower case: an international one as the DNS has it, `xn--…`.
pub(crate) fn domain_name(text: &str) -> Result<String, Fault> {
    let name = text.trim().to_ascii_lowercase();
    match name.as_str() {
        "" => Err(Fault::new("", "required", "This is needed.")),
        _ if is_name(&name) && name.contains('.') => Ok(name),
        _ => Err(Fault::new("", "bad_domain", "Give a domain such as mail.example.com.")),
    }
}

fn selector_name(text: &str) -> Result<String, Fault> {
    let name = text.trim().to_ascii_lowercase();
    match name.as_str() {
        "" => Err(Fault::new("", "required", "This is needed.")),
        _ if is_name(&name) && name.len() <= 63 => Ok(name),
        _ => Err(Fault::new("", "bad_selector", "Use letters, digits and hyphens, such as hermod1.")),
    }
}

fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 190 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(domain: &str, selector: &str) -> Result<Dkim, Vec<String>> {
        let from = "shop@Mail.Example.com".parse().unwrap();
        Dkim::check(domain, selector, &from)
            .map_err(|faults| faults.0.into_iter().map(|fault| format!("{} {}", fault.path, fault.code)).collect())
    }

    #[test]
    fn a_domain_signs_for_itself_and_for_those_below_it() {
        for domain in ["mail.example.com", " Example.COM "] {
            assert_eq!(check(domain, "H1").unwrap().selector, "h1", "{domain}");
        }
        for domain in ["ample.com", "shop.mail.example.com", "example.org", "xmail.example.com"] {
            assert_eq!(check(domain, "h1").unwrap_err(), ["dkimDomain dkim_domain"], "{domain}");
        }
    }

    #[test]
    fn what_could_leave_its_header_is_refused() {
        for domain in ["com", "example.com;", "a\r\nb.c", "example..com", "-a.com", "예시.한국"] {
            assert_eq!(check(domain, "h1").unwrap_err(), ["dkimDomain bad_domain"], "{domain}");
        }
        assert_eq!(check("", "").unwrap_err(), ["dkimDomain required", "dkimSelector required"]);
        for selector in ["a b", "a;", "_x", "a."] {
            assert_eq!(check("example.com", selector).unwrap_err(), ["dkimSelector bad_selector"], "{selector}");
        }
    }

    #[test]
    fn a_long_record_is_split_for_the_zone_file() {
        let record = DnsRecord { name: "h1._domainkey.example.com".into(), value: "x".repeat(400) };
        let written = record.in_zone_file();
        assert!(written.split("\" \"").all(|part| part.trim_matches('"').len() <= 255), "{written}");
        assert_eq!(written.replace("\" \"", "").trim_matches('"'), record.value);
    }
}
