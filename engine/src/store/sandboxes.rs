//! Sandboxes.

use domain::SandboxName;
use domain::consent::EmptyConsent;
use domain::sandbox::{Sandbox, SandboxMode};
use sqlx::{query, query_as};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    LIST = "SELECT name, mode, empty_consent FROM sandboxes ORDER BY name";
    FIND = "SELECT name, mode, empty_consent FROM sandboxes WHERE name = $1";
    SET_MODE = "UPDATE sandboxes SET mode = $2 WHERE name = $1";
    SET_EMPTY_CONSENT = "UPDATE sandboxes SET empty_consent = $2 WHERE name = $1";
}

fn sandbox((name, mode, empty_consent): (String, String, String)) -> Result<Sandbox> {
    Ok(Sandbox { name: stored(&name)?, mode: stored(&mode)?, empty_consent: stored(&empty_consent)? })
}

pub(crate) async fn list(store: &Store) -> Result<Vec<Sandbox>> {
    read!(store, db => query_as(LIST).fetch_all(db).await)?.into_iter().map(sandbox).collect()
}

pub(crate) async fn find(store: &Store, name: &SandboxName) -> Result<Option<Sandbox>> {
    read!(store, db => query_as(FIND).bind(name.as_str()).fetch_optional(db).await)?.map(sandbox).transpose()
}

/// Was there such a sandbox?
pub(crate) async fn set_mode(tx: &mut Tx, name: &SandboxName, mode: SandboxMode) -> Result<bool> {
    within!(tx, db => {
        let done = query(SET_MODE).bind(name.as_str()).bind(mode.as_str()).execute(db).await?;
        Ok(done.rows_affected() > 0)
    })
}

/// Was there such a sandbox?
pub(crate) async fn set_empty_consent(tx: &mut Tx, name: &SandboxName, empty: EmptyConsent) -> Result<bool> {
    within!(tx, db => {
        let done = query(SET_EMPTY_CONSENT).bind(name.as_str()).bind(empty.as_str()).execute(db).await?;
        Ok(done.rows_affected() > 0)
    })
}
