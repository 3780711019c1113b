//! People: what is stored of them, what is known of their attributes, files of them, and audiences.
//!
//! | file | holds |
//! |---|---|
//! | `tabs` | the pages of this folder beside each other |
//! | `list_page`, `detail_page`, `edit_page`, `calls` | profiles |
//! | `form` | what a person writes of a profile, and where its faults stand |
//! | `schema_page`, `schema_calls` | what is known of attributes |
//! | `imports_page`, `import_calls` | files of profiles |

mod calls;
mod detail_page;
mod edit_page;
mod form;
mod import_calls;
mod imports_page;
mod list_page;
mod schema_calls;
mod schema_page;
mod tabs;

pub use detail_page::ProfilePage;
pub use edit_page::{EditProfilePage, NewProfilePage};
pub use imports_page::ImportsPage;
pub use list_page::ProfilesPage;
pub(crate) use schema_calls::list_profile_attributes;
pub use schema_page::SchemaPage;
pub(crate) use tabs::PeopleTabs;

use crate::i18n::texts;

/// Address of a page of people.
pub(crate) fn people_path(sandbox: &str, section: &str) -> String {
    format!("/{sandbox}/people/{section}")
}

/// What stands above the title of the page of one profile.
fn above(sandbox: &str) -> (String, String) {
    (people_path(sandbox, "profiles"), texts().people.profiles.to_owned())
}
