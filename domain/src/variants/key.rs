//! By what variants of a campaign are told apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Fault;

/// Which variant: ids of treatment and target, and tag of the language; empty where there is none. As text `a/vip/ko`, with
/// `-` for what is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VariantKey {
    pub treatment: String,
    pub target: String,
    pub language: String,
}

impl fmt::Display for VariantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
        write!(f, "{}/{}/{}", shown(&self.treatment), shown(&self.target), shown(&self.language))
    }
}

impl FromStr for VariantKey {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let mut parts = text.split('/').map(|part| if part == "-" { String::new() } else { part.to_owned() });
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(treatment), Some(target), Some(language), None) => Ok(Self { treatment, target, language }),
            _ => Err(Fault::new("", "bad_variant", "Name a variant as treatment/target/language, such as a/-/ko.")),
        }
    }
}

impl TryFrom<String> for VariantKey {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<VariantKey> for String {
    fn from(key: VariantKey) -> String {
        key.to_string()
    }
}
