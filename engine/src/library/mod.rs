//! The library: templates to start from, and fragments, which many contents share.
//!
//! | file | does |
//! |---|---|
//! | [`templates`] | contents to start from |
//! | [`fragments`] | pieces that contents name: made, changed, looked for |
//! | [`publish`] | a fragment reaches the campaigns that name it: each gets a new version |
//! | [`published`] | the published texts that a content names |
//! | [`list`] | order, filters and pages of both lists |

mod fragments;
mod list;
mod publish;
mod published;
mod templates;

use domain::Failure;

pub use list::{Field, Filter, LibraryQuery, OrderBy, Sign, Test};

/// What a patch changes; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AboutPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    /// `Some(None)`: it is in no folder any more.
    pub parent_folder_id: Option<Option<String>>,
}

impl AboutPatch {
    fn apply(self, about: &mut domain::library::About) {
        let Self { name, description, parent_folder_id } = self;
        about.name = name.unwrap_or_else(|| std::mem::take(&mut about.name));
        about.description = description.unwrap_or_else(|| std::mem::take(&mut about.description));
        about.parent_folder_id = parent_folder_id.unwrap_or_else(|| about.parent_folder_id.take());
    }
}

/// Somebody else was faster.
fn changed_meanwhile(what: &str) -> Failure {
    let text = format!("This {what} was changed meanwhile. Read it again, and change that.");
    Failure::conflict("changed_meanwhile", text)
}

fn too_many(what: &str) -> Failure {
    let text = format!("A sandbox has {} {what} at most. Delete some.", domain::library::SHELF_MAX);
    Failure::invalid("", "too_many", text)
}
