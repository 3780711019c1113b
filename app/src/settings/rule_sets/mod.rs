//! Rule sets: how often marketing may reach a person, and when it may not.
//!
//! | file | holds |
//! |---|---|
//! | `list_page` | all sets, and the form of a new one |
//! | `set_page`, `head` | one set: its status, name and rules |
//! | `rule` | one rule in words, and what can be done with it |
//! | `rule_form`, `periods` | the form of a rule |
//! | `week` | when it will be quiet on the next days |
//! | `words` | what rules say, in sentences |
//! | `calls` | server functions |

mod calls;
mod head;
mod list_page;
mod periods;
mod rule;
mod rule_form;
mod set_page;
mod week;
mod words;

pub use list_page::RuleSetsPage;
pub use set_page::RuleSetPage;

use super::settings_path;
use crate::i18n::texts;

/// The address of a set.
fn set_path(sandbox: &str, set: &str) -> String {
    settings_path(sandbox, &format!("rule-sets/{set}"))
}

/// What stands above the title of a set.
fn above_set(sandbox: &str) -> (String, String) {
    (settings_path(sandbox, "rule-sets"), texts().rule_sets.title.to_owned())
}
