//! Pieces that many contents share. A content names one; what it then says is what was published last.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{About, Audit, name_key};
use crate::id::FragmentId;
use crate::word::words;
use crate::{Failure, Fault, Faults, Timestamp};

/// Largest piece of HTML (reference §9).
pub const HTML_MAX_BYTES: usize = 100 * 1024;
/// Largest expression (reference §9).
pub const EXPRESSION_MAX_BYTES: usize = 200 * 1024;
/// Fragments of one message, those in fragments counted (reference §9).
pub const FRAGMENTS_MAX: usize = 30;

words! {
    /// What a fragment is.
    FragmentKind {
        /// A piece of a mail's HTML.
        Html = "html",
        /// A piece of any template.
        Expression = "expression",
    }
}

words! {
    /// What an expression makes.
    FragmentFormat {
        Text = "TEXT",
        Html = "HTML",
        Json = "JSON",
    }
}

words! {
    /// Whether contents get what the fragment says.
    FragmentStatus {
        /// Not yet, or something older.
        Draft = "DRAFT",
        Publishing = "PUBLISHING",
        Published = "PUBLISHED",
    }
}

words! {
    /// What became of a publication.
    PublicationStatus {
        Complete = "complete",
        InProgress = "inProgress",
        Error = "error",
    }
}

/// A piece that many contents share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fragment {
    pub id: FragmentId,
    #[serde(flatten)]
    pub what: NewFragment,
    pub status: FragmentStatus,
    /// The publication that contents get.
    pub published: Option<i64>,
    /// The last one that was asked for.
    pub publication: Option<Publication>,
    pub audit: Audit,
}

/// What a fragment says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewFragment {
    pub about: About,
    pub kind: FragmentKind,
    /// Of an expression.
    pub format: Option<FragmentFormat>,
    /// A template.
    pub text: String,
    /// What the editor of an outside system notes, as it came.
    pub editor_context: Option<Value>,
}

impl NewFragment {
    /// What keeps it out of the library. It may be unfinished: its templates are looked at when it is published.
    pub fn check(&self) -> Result<(), Failure> {
        let mut faults = self.about.check();
        let (place, max) = match self.kind {
            FragmentKind::Html => ("fragment.content", HTML_MAX_BYTES),
            FragmentKind::Expression => ("fragment.expression", EXPRESSION_MAX_BYTES),
        };
        if self.text.len() > max {
            faults.add(place, "too_large", format!("At most {} KB.", max / 1024));
        }
        if self.about.name.contains(['"', '\'', '`', '\\']) {
            faults.add("name", "bad_name", "Contents name it in quotation marks: leave them out, and backslashes.");
        }
        faults.into_result()
    }
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    pub status: PublicationStatus,
    pub at: Timestamp,
    pub by: String,
    /// Why there was none.
    pub errors: Faults,
}

impl Publication {
    pub fn refused(at: Timestamp, by: &str, errors: Vec<Fault>) -> Self {
        Self { status: PublicationStatus::Error, at, by: by.to_owned(), errors: Faults(errors) }
    }

    pub fn complete(at: Timestamp, by: &str) -> Self {
        Self { status: PublicationStatus::Complete, at, by: by.to_owned(), errors: Faults::default() }
    }
}

/// What contents get of a fragment: it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    pub id: FragmentId,
    pub number: i64,
    #[serde(flatten)]
    pub text: FragmentText,
}

/// A text that stands in place of a reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FragmentText {
    pub kind: FragmentKind,
    pub text: String,
}

/// Texts that a content refers to, by the name or the id that stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fragments(BTreeMap<String, FragmentText>);

impl Fragments {
    /// A fragment under a name or an id, in any case.
    pub fn add(&mut self, reference: &str, text: FragmentText) {
        self.0.insert(name_key(reference), text);
    }

    /// In any case.
    pub fn get(&self, reference: &str) -> Option<&FragmentText> {
        self.0.get(&name_key(reference))
    }

    /// The names and ids, in lower case.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
