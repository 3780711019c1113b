//! Audiences: people who are addressed together. A list comes in whole, by an import; whom a rule holds of is looked for when
//! a run begins.
//!
//! | file | does |
//! |---|---|
//! | `change` | audiences are created, changed and deleted |
//! | `files`, `table` | a file that somebody explains column by column becomes a list |
//! | `import` | a list becomes the members of an audience |
//! | `look` | people by a rule: pages of them, and how many there may be |
//! | `members` | who belongs to an audience, page by page |

mod change;
mod files;
mod import;
mod look;
mod members;
mod table;

use domain::audience::Audience;
use domain::id::AudienceId;
use domain::{Failure, SandboxName};

use crate::store::audiences::{self, StoredAudience};
use crate::{Engine, Result};
pub use change::Uses;
pub(crate) use import::skip_line;
pub use import::{ImportError, ImportRules, Imported, LineFault};

/// Audiences that are listed; a choice of more would help nobody.
const LISTED: i64 = 500;

impl Engine {
    /// By name, 500 at most.
    pub async fn list_audiences(&self, sandbox: &SandboxName) -> Result<Vec<Audience>> {
        let all = audiences::list(self.store(), sandbox, LISTED).await?;
        Ok(all.into_iter().map(|stored| stored.audience).collect())
    }

    /// `NotFound` `audience` when there is none in this sandbox. An id that cannot exist is an unknown audience.
    pub(crate) async fn find_audience(&self, sandbox: &SandboxName, id: &str) -> Result<StoredAudience> {
        let unknown = || Failure::not_found("audience");
        let id: AudienceId = id.trim().parse().map_err(|_| unknown())?;
        Ok(audiences::find(self.store(), sandbox, &id).await?.ok_or_else(unknown)?)
    }
}
