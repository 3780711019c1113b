//! Enumerations that are one lower-case word in JSON, in the database and in URLs.

use std::str::FromStr;

use crate::Fault;

/// One of the words of `T`, from a form or a file; `required` when nothing is given.
pub fn required_word<T: FromStr<Err = Fault>>(text: &str) -> Result<T, Fault> {
    if text.trim().is_empty() { Err(Fault::new("", "required", "This is needed.")) } else { text.parse() }
}

/// Most characters of an unknown word that are repeated to whoever sent it.
const SHOWN_MAX: usize = 100;

/// The word, or the start of it: what is unknown can be of any length.
pub(crate) fn shown(word: &str) -> &str {
    word.char_indices().nth(SHOWN_MAX).map_or(word, |(end, _)| &word[..end])
}

/// Declares an enum whose variants have exactly one spelling everywhere.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order in which people list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as stored and shown in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($word),+] })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Fault;
            fn try_from(text: String) -> Result<Self, $crate::Fault> { text.parse() }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Fault;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::Fault::new("", "unknown_word", format!(
                        "“{}” is not one of {}.", $crate::word::shown(text), [$($word),+].join(", ")))),
                }
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_repeated_up_to_a_hundred_characters() {
        assert_eq!(shown("fax"), "fax");
        assert_eq!(shown(&"가".repeat(101)), "가".repeat(100));
    }
}
