//! The fields of the provider's form, read one after the other; every fault is noted, none ends the reading.

use std::ops::RangeInclusive;

use domain::{Fault, Faults};
use http::Uri;

use super::pick::Path;
use crate::providers::Settings;

/// The settings and what is wrong with them. After a fault a reader gives a stand-in, which nobody uses: with a fault there
/// is no provider.
pub struct Form<'a> {
    settings: &'a Settings,
    pub faults: Faults,
}

impl<'a> Form<'a> {
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, faults: Faults::default() }
    }

    /// A field as it is; empty when there is none.
    pub fn get(&self, name: &str) -> &'a str {
        self.settings.get(name)
    }

    /// Is anything in one of these fields?
    pub fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| !self.get(name).is_empty())
    }

    /// Notes `required` at a field that is empty.
    pub fn required(&mut self, name: &str) -> &'a str {
        match self.settings.required(name) {
            Ok(value) => value,
            Err(fault) => {
                self.faults.0.push(fault);
                ""
            }
        }
    }

    /// A needed text of one line.
    pub fn line(&mut self, name: &str) -> &'a str {
        let value = self.required(name);
        if value.chars().any(char::is_control) {
            self.faults.add(name, "control_character", "Use one line without control characters.");
        }
        value
    }

    /// A needed text that stands in a header as it is: visible ASCII without spaces.
    pub fn token(&mut self, name: &str) -> &'a str {
        let value = self.required(name);
        if !is_token(value) {
            self.faults.add(name, "bad_token", "Use letters, digits and signs of ASCII without spaces or line breaks.");
        }
        value
    }

    /// A path, when one is given.
    pub fn path(&mut self, name: &str) -> Option<Path> {
        match self.get(name) {
            "" => None,
            text => self.faults.take(name, text.parse()),
        }
    }

    /// A list with commas between its entries.
    pub fn list(&self, name: &str) -> Vec<String> {
        self.get(name).split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    }

    /// A list of HTTP statuses, or `own` when the field is empty.
    pub fn statuses(&mut self, name: &str, own: &str) -> Statuses {
        let text = Some(self.get(name)).filter(|text| !text.is_empty()).unwrap_or(own);
        self.faults.take(name, Statuses::read(text)).unwrap_or_default()
    }

    /// Notes an entry that stands in more than one of these lists: it would mean two things.
    pub fn distinct(&mut self, lists: &[(&str, &[String])]) {
        for (position, (name, list)) in lists.iter().enumerate() {
            for (earlier, other) in &lists[..position] {
                if let Some(entry) = list.iter().find(|entry| other.contains(entry)) {
                    self.faults.add(*name, "ambiguous", format!("“{entry}” stands in {earlier} as well. Keep one."));
                }
            }
        }
    }

    /// A needed address of a server: absolute, http or https, without user name and fragment.
    pub fn url(&mut self, name: &str) -> String {
        let text = self.required(name);
        if !text.is_empty() && !is_url(text) {
            self.faults.add(name, "bad_url", "Give an address such as https://sms.example.com/v1/messages.");
        }
        text.to_owned()
    }
}

/// Can it stand in a header as one word?
pub fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_url(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let is_plain_host = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        && uri.host().is_some_and(|host| !host.is_empty());
    matches!(uri.scheme_str(), Some("http" | "https")) && is_plain_host && !text.contains(['#', '{', '}'])
}

/// HTTP statuses: `200`, or `2xx` for all that begin so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statuses(Vec<RangeInclusive<u16>>);

impl Statuses {
    /// Is this one of them?
    pub fn hold(&self, status: u16) -> bool {
        self.0.iter().any(|range| range.contains(&status))
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let ranges: Option<Vec<_>> = text.split(',').map(|entry| range_of(entry.trim())).collect();
        ranges.map(Self).ok_or_else(|| {
            Fault::new("", "bad_status", "Give HTTP statuses with commas between, such as 200,202 or 2xx.")
        })
    }
}

fn range_of(entry: &str) -> Option<RangeInclusive<u16>> {
    let lower = entry.to_ascii_lowercase();
    let (first, last) = match lower.strip_suffix("xx") {
        Some(class) => (format!("{class}00"), format!("{class}99")),
        None => (lower.clone(), lower),
    };
    let first: u16 = first.parse().ok()?;
    (100..=599).contains(&first).then_some(first..=last.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(value: &str, read: impl FnOnce(&mut Form<'_>)) -> Option<String> {
        let settings = Settings([("field".to_owned(), value.to_owned())].into());
        let mut form = Form::new(&settings);
        read(&mut form);
        form.faults.at("field").map(|fault| fault.code.clone())
    }

    #[test]
    fn statuses_are_named_one_by_one_or_by_their_first_digit() {
        let statuses = Statuses::read("201, 202,5XX").unwrap();
        for (status, expected) in [(200, false), (201, true), (202, true), (499, false), (500, true), (599, true)] {
            assert_eq!(statuses.hold(status), expected, "{status}");
        }
        for bad in ["", "2", "xx", "6xx", "0xx", "20x", "99", "600", "200,,201", "200;201", "-2xx"] {
            assert_eq!(Statuses::read(bad).unwrap_err().code, "bad_status", "{bad}");
        }
    }

    #[test]
    fn only_plain_web_addresses_are_called() {
        for good in ["https://sms.example.com", "http://127.0.0.1:8080/send?x=1", "https://[::1]/"] {
            assert_eq!(fault(good, |form| drop(form.url("field"))), None, "{good}");
        }
        for bad in ["ftp://example.com", "sms.example.com/x", "https://", "https://me:pw@example.com/", "/send"] {
            assert_eq!(fault(bad, |form| drop(form.url("field"))).as_deref(), Some("bad_url"), "{bad}");
        }
        for bad in ["https://example.com/{{toNumber}}", "https://example.com/#x", "https://exam ple.com/"] {
            assert_eq!(fault(bad, |form| drop(form.url("field"))).as_deref(), Some("bad_url"), "{bad}");
        }
    }

    #[test]
    fn a_secret_that_would_end_its_header_is_refused() {
        let token = |value| fault(value, |form| _ = form.token("field"));
        assert_eq!(token("abc.DEF-1_~+/=").as_deref(), None);
        for bad in ["a\r\nX: 1", "a b", "schlüssel"] {
            assert_eq!(token(bad).as_deref(), Some("bad_token"), "{bad}");
        }
        assert_eq!(token(" ").as_deref(), Some("required"));
    }
}
