//! What contents are made of: templates to start from, and fragments, which many contents share.

mod fragment;
mod template;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use fragment::{
    EXPRESSION_MAX_BYTES, FRAGMENTS_MAX, Fragment, FragmentFormat, FragmentKind, FragmentStatus, FragmentText,
    Fragments, HTML_MAX_BYTES, NewFragment, Publication, PublicationStatus, Published,
};
pub use template::{NewTemplate, Template, TemplateKind};

use crate::address::required_line;
use crate::{Faults, Timestamp};

/// Longest name, in characters.
pub const NAME_MAX: usize = 255;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 2_000;
/// Most bytes of what an outside system notes beside an entry, as JSON.
const SOURCE_MAX_BYTES: usize = 16 * 1024;
/// Templates, or fragments, of a sandbox.
pub const SHELF_MAX: usize = 5_000;

/// What an entry of the library is called, and what is noted of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct About {
    pub name: String,
    pub description: String,
    /// Of the outside system that puts entries into folders.
    pub parent_folder_id: Option<String>,
    /// Where it comes from: an object with `origin`. Kept as it came.
    pub source: Option<Value>,
}

impl About {
    /// Too long, or without a name.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        faults.take("name", required_line(&self.name, NAME_MAX));
        if self.description.chars().count() > DESCRIPTION_MAX {
            faults.add("description", "too_long", format!("At most {DESCRIPTION_MAX} characters."));
        }
        if self.parent_folder_id.as_ref().is_some_and(|id| id.chars().count() > NAME_MAX) {
            faults.add("parentFolderId", "too_long", format!("At most {NAME_MAX} characters."));
        }
        if self.source.as_ref().is_some_and(|source| source.to_string().len() > SOURCE_MAX_BYTES) {
            faults.add("source", "too_long", "At most 16 KB.");
        }
        faults
    }

    /// Without white space around the name.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        self
    }
}

/// Who made an entry, and who changed it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// Counts changes; a change names the revision that it started from.
    pub revision: i64,
    pub created_at: Timestamp,
    pub created_by: String,
    pub modified_at: Timestamp,
    pub modified_by: String,
}

/// An entry in a list: all but what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub id: String,
    pub about: About,
    /// A [`TemplateKind`] or a [`FragmentKind`] word.
    pub kind: String,
    /// `email`, `push`, `sms`, `shared`.
    pub channel: String,
    /// A [`FragmentStatus`] word; of a template empty.
    pub status: String,
    pub audit: Audit,
}

impl Line {
    /// A piece of HTML that mails get.
    pub fn is_published_html(&self) -> bool {
        self.kind == FragmentKind::Html.as_str() && self.status == FragmentStatus::Published.as_str()
    }
}

/// The key under which a name is looked for: of two that differ in case only, there is one.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}
