//! Enumerations that are one lower-case word in JSON, in the database and in URLs.

use std::str::FromStr;

use crate::Fault;

/// One of the words of `T`, from a form or a file; `required` when nothing is given.
pub fn required_word<T: FromStr<Err = Fault>>(text: &str) -> Result<T, Fault> {
    if text.trim().is_empty() { Err(Fault::new("", "required", "This is needed.")) } else { text.parse() }
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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Fault;
            fn try_from(text: String) -> Result<Self, Self::Error> { text.parse() }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Fault;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::Fault::new("", "unknown_word", format!(
                        "“{text}” is not one of {}.", [$($word),+].join(", ")))),
                }
            }
        }
    };
}
pub(crate) use words;
