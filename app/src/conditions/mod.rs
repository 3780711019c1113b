//! Conditions on the values of a message: of parts of a mail, and of whole contents.

mod fields;
mod words;

pub use fields::RuleFields;
pub use words::rule_words;
