//! The allow list of a sandbox (reference §4.3): while it is active, mails go to its addresses and domains, and to nobody
//! else.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::address::comparable;

/// Most entries of a sandbox.
pub const ALLOWED_MAX: usize = 1_000;

/// An address, or everybody at a domain, that mails may go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allowed {
    /// A domain has no `@`.
    pub address: String,
    pub comment: String,
    /// Who entered it.
    pub entered_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Allowed {
    pub fn is_domain(&self) -> bool {
        !self.address.contains('@')
    }
}

/// The list as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowList {
    pub active: bool,
    /// Newest first.
    pub entries: Vec<Allowed>,
    /// Of all entries, shown or not.
    pub count: usize,
}

/// Who may be written to while the list is active, as [`comparable`] has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedKeys(HashSet<String>);

impl AllowedKeys {
    /// Of addresses and domains as they were entered.
    pub fn of(addresses: impl IntoIterator<Item = String>) -> Self {
        Self(addresses.into_iter().map(|address| comparable(&address)).collect())
    }

    /// Is the address there, or its domain?
    pub fn allow(&self, address: &str) -> bool {
        let key = comparable(address);
        let domain = key.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.0.contains(&key) || (!domain.is_empty() && self.0.contains(domain))
    }

    /// What is told of an address that is not allowed.
    pub fn words(&self, address: &str) -> String {
        if self.0.is_empty() {
            return "The allow list of the sandbox is active and empty: no mail leaves.".to_owned();
        }
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        format!("The allow list of the sandbox is active, and neither {address} nor {domain} is on it.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_allowed_by_itself_or_by_its_domain_in_any_case() {
        let allowed = AllowedKeys::of(["Ann@Example.com".to_owned(), "example.org".to_owned()]);
        for (address, is_allowed) in [
            ("ann@example.COM", true),
            ("ben@example.com", false),
            ("ben@Example.org", true),
            ("ben@mail.example.org", false),
            ("example.org", true),
            ("", false),
        ] {
            assert_eq!(allowed.allow(address), is_allowed, "{address}");
        }
        assert!(!AllowedKeys::default().allow("ann@example.com"));
        assert!(AllowedKeys::default().words("ann@example.com").contains("empty"));
    }
}
