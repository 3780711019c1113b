//! Audiences: people who are addressed together, by a list or by a rule.
//!
//! | file | holds |
//! |---|---|
//! | `page` | the list |
//! | `create_page` | the form of a new one |
//! | `audience_page` | one audience: what it is, who belongs to it, what needs it |
//! | `editor` | the page on which a rule is written |
//! | `files`, `file_page`, `file_calls` | files of people that become a list |
//! | `words` | a rule in words |
//! | `calls` | server functions |

mod audience_page;
mod calls;
mod create_page;
mod editor;
mod file_calls;
mod file_page;
mod files;
mod page;
mod words;

pub use audience_page::AudiencePage;
pub use create_page::CreateAudiencePage;
pub use editor::RulePage;
pub use file_page::AudienceFilePage;
pub use page::AudiencesPage;

use crate::i18n::texts;

/// Address and name of the list, for what is below it.
fn above(sandbox: &str) -> (String, String) {
    (format!("/{sandbox}/people/audiences"), texts().audiences.title.to_owned())
}

/// Where an audience is shown.
fn audience_path(sandbox: &str, id: &str) -> String {
    format!("/{sandbox}/people/audiences/{id}")
}
