//! The contents of a campaign beside its main one: which there are, what they are called, and how they are stored.

mod calls;
mod place;
mod words;

pub use calls::{CopyToLanguages, PutBackContents, RemoveContent, WriteContent};
#[cfg(feature = "ssr")]
pub(crate) use place::content_mut;
pub(crate) use place::{ContentPlace, place_of, stand_in};
pub use place::{Row, faults_in, languages_beside, rows};
pub use words::{key_text, share_words, variant_name};
