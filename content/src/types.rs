//! Sets of types of JSON: what a value may be, as the content reads it and as its author says.

use domain::variable::ValueType;
use serde_json::Value;

/// A set of types. Whole numbers are apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    const TEXT: Self = Self(1);
    const WHOLE: Self = Self(1 << 1);
    const FRACTION: Self = Self(1 << 2);
    const BOOLEAN: Self = Self(1 << 3);
    pub(crate) const LIST: Self = Self(1 << 4);
    pub(crate) const OBJECT: Self = Self(1 << 5);
    /// What can be printed.
    pub(crate) const SINGLE: Self = Self(0b1111);
    pub(crate) const ANY: Self = Self(0b11_1111);

    pub(crate) const fn of(kind: ValueType) -> Self {
        match kind {
            ValueType::Text => Self::TEXT,
            ValueType::Number => Self(Self::WHOLE.0 | Self::FRACTION.0),
            ValueType::Integer => Self::WHOLE,
            ValueType::Boolean => Self::BOOLEAN,
            ValueType::List => Self::LIST,
            ValueType::Object => Self::OBJECT,
        }
    }

    pub(crate) const fn has_all_of(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    pub(crate) fn take(self, value: &Value) -> bool {
        ValueType::ALL.iter().any(|kind| self.has_all_of(Self::of(*kind)) && kind.takes(value))
    }

    /// The words of JSON Schema; none for a value of any type.
    pub(crate) fn words(self) -> Vec<&'static str> {
        if self == Self::ANY {
            return Vec::new();
        }
        let number = if self.has_all_of(Self::FRACTION) { "number" } else { "integer" };
        let words = [
            (Self::TEXT, "string"),
            (Self::WHOLE, number),
            (Self::BOOLEAN, "boolean"),
            (Self::LIST, "array"),
            (Self::OBJECT, "object"),
        ];
        words.into_iter().filter(|(types, _)| self.has_all_of(*types)).map(|(_, word)| word).collect()
    }

    /// In a sentence: `a list`.
    pub(crate) fn with_article(self) -> &'static str {
        let known = ValueType::ALL.iter().find(|kind| Self::of(**kind) == self);
        known.map_or("one value", |kind| kind.with_article())
    }
}

/// What a value is, in a sentence.
pub(crate) fn what_it_is(value: &Value) -> &'static str {
    let kind = [ValueType::Text, ValueType::Number, ValueType::Boolean, ValueType::List, ValueType::Object]
        .into_iter()
        .find(|kind| kind.takes(value));
    kind.map_or("null", ValueType::with_article)
}
