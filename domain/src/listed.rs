//! What stands on the suppression list and on the allow list by hand: an email address, or a whole domain.

use std::fmt;
use std::str::FromStr;

use crate::Fault;
use crate::address::EmailAddress;

/// Longest comment of an entry, in characters.
pub const COMMENT_MAX: usize = 500;
/// Longest name of whoever entered it, in characters.
pub const USER_MAX: usize = 255;

/// An address, or everybody at a domain. Never at the domains below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    Address(EmailAddress),
    /// In lower case, without `@`.
    Domain(String),
}

impl Listed {
    /// A domain; one `@` before it is left out.
    pub fn domain(text: &str) -> Result<Self, Fault> {
        let name = text.trim();
        let name = name.strip_prefix('@').unwrap_or(name);
        if name.is_empty() {
            return Err(Fault::new("", "required", "Give a domain."));
        }
        let address = if name.contains('@') { None } else { format!("x@{name}").parse::<EmailAddress>().ok() };
        let text = "This is not a domain such as example.com.";
        address.map(|address| Self::Domain(address.domain())).ok_or_else(|| Fault::new("", "bad_domain", text))
    }

    pub const fn is_domain(&self) -> bool {
        matches!(self, Self::Domain(_))
    }

    /// The word for it in the contract.
    pub const fn kind(&self) -> ListedKind {
        match self {
            Self::Address(_) => ListedKind::Email,
            Self::Domain(_) => ListedKind::Domain,
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Address(address) => address.as_str(),
            Self::Domain(domain) => domain,
        }
    }
}

impl FromStr for Listed {
    type Err = Fault;

    /// A text with something before its `@` is an address, everything else a domain.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        match text.find('@') {
            None | Some(0) => Self::domain(text),
            Some(_) => text.parse().map(Self::Address),
        }
    }
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

crate::word::words! {
    /// What an entry is, in the contract's words.
    ListedKind {
        Email = "email",
        Domain = "domain",
    }
}

impl ListedKind {
    /// Reads a value of this kind.
    pub fn parse(self, value: &str) -> Result<Listed, Fault> {
        match self {
            Self::Email => value.parse().map(Listed::Address),
            Self::Domain => Listed::domain(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_something_before_its_sign_is_an_address_and_the_rest_a_domain() {
        let kind = |text: &str| text.parse::<Listed>().map(|listed| (listed.is_domain(), listed.to_string()));
        assert_eq!(kind(" Ann@Example.com "), Ok((false, "Ann@Example.com".into())));
        assert_eq!(kind("@Example.com"), Ok((true, "example.com".into())));
        assert_eq!(kind("예시.한국"), Ok((true, "예시.한국".into())));
        for (bad, code) in [
            ("", "required"),
            ("@", "required"),
            ("com", "bad_domain"),
            ("@@example.com", "bad_domain"),
            ("exa mple.com", "bad_domain"),
            ("ann@", "bad_email_address"),
            ("a@b@example.com", "bad_email_address"),
        ] {
            assert_eq!(bad.parse::<Listed>().unwrap_err().code, code, "{bad:?}");
        }
    }

    #[test]
    fn a_value_of_the_other_kind_is_refused() {
        assert_eq!(ListedKind::Email.parse("example.com").unwrap_err().code, "bad_email_address");
        assert_eq!(ListedKind::Domain.parse("ann@example.com").unwrap_err().code, "bad_domain");
    }
}
