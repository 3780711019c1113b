//! What is known of the attributes of a sandbox's profiles.

use domain::profile_schema::Attribute;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_scalar};

use super::{Store, Tx, read, within};
use crate::Result;

super::statements! {
    FIND = "SELECT attributes FROM profile_schemas WHERE sandbox = $1";
    PUT = "INSERT INTO profile_schemas (sandbox, attributes, updated_at, updated_by) VALUES ($1, $2, $3, $4)
           ON CONFLICT (sandbox) DO UPDATE SET attributes = excluded.attributes, updated_at = excluded.updated_at,
           updated_by = excluded.updated_by";
}

/// Empty: nobody has written any.
pub(crate) async fn find(store: &Store, sandbox: &SandboxName) -> Result<Vec<Attribute>> {
    let json: Option<String> = read!(store, db => query_scalar(FIND).bind(sandbox.as_str()).fetch_optional(db).await)?;
    Ok(serde_json::from_str(json.as_deref().unwrap_or("[]"))?)
}

pub(crate) async fn put(
    tx: &mut Tx,
    sandbox: &SandboxName,
    attributes: &[Attribute],
    by: &str,
    now: Timestamp,
) -> Result<()> {
    let json = serde_json::to_string(attributes)?;
    within!(tx, db => query(PUT).bind(sandbox.as_str()).bind(json).bind(now.as_millis()).bind(by)
        .execute(db).await.map(drop))?;
    Ok(())
}
