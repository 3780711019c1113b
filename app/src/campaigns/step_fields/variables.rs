//! What a form says of the values that the content reads.

#[cfg(feature = "ssr")]
use domain::variable::VariableRule;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::with_plain_breaks;
#[cfg(feature = "ssr")]
use crate::campaigns::typed::{text_of, value_of};

/// What a form says of one variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VariableFields {
    pub path: String,
    /// A word of `ValueType`; empty: any type that the content can read.
    #[serde(rename = "type")]
    pub kind: String,
    /// `true` or `false`; empty: as the content has it.
    pub required: String,
    /// As a person types it; empty: none.
    pub example: String,
}

#[cfg(feature = "ssr")]
impl VariableFields {
    /// An example that was not touched stays the value that it was: its text alone may stand for another one.
    pub(super) fn rule(&self, before: Option<&VariableRule>) -> VariableRule {
        let kind = self.kind.parse().ok();
        let text = with_plain_breaks(&self.example);
        let stored = before.filter(|before| before.kind == kind).and_then(|before| before.example.as_ref());
        let example = match stored {
            _ if text.is_empty() => None,
            Some(stored) if text_of(stored, kind) == text => Some(stored.clone()),
            _ => Some(value_of(&text, kind)),
        };
        VariableRule { kind, required: self.required.parse().ok(), example }
    }
}
