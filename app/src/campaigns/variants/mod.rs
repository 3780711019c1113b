//! The contents of a campaign beside its main one: which there are, what they are called, and how they are stored.

mod calls;
mod place;
mod words;

pub use calls::{CopyToLanguages, PutBackContents, RemoveContent, WriteContent};
pub(crate) use place::{ContentPlace, place_of};
pub use place::{Row, faults_in, languages_beside, rows};
pub use words::{key_text, share_words, variant_name};
