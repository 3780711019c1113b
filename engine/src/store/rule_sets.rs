//! Rule sets of marketing. The global set of a sandbox has no row until somebody changes it.

use domain::id::RuleSetId;
use domain::rule_set::{Rule, RuleSet};
use domain::{Failure, SandboxName, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, stored, within};
use crate::Result;
use crate::error::OnUnique as _;

super::statements! {
    LIST = "SELECT id, name, status, definition, revision, modified_at, modified_by FROM rule_sets WHERE sandbox = $1
            ORDER BY id";
    FIND = "SELECT id, name, status, definition, revision, modified_at, modified_by FROM rule_sets
            WHERE sandbox = $1 AND id = $2";
    PUT = "INSERT INTO rule_sets (sandbox, id, name, name_key, status, definition, revision, modified_at, modified_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (sandbox, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
           status = excluded.status, definition = excluded.definition, revision = excluded.revision,
           modified_at = excluded.modified_at, modified_by = excluded.modified_by";
    COUNT_ACTIVE = "SELECT COUNT(*) FROM rule_sets WHERE sandbox = $1 AND status = 'active' AND id <> $2";
    DELETE = "DELETE FROM rule_sets WHERE sandbox = $1 AND id = $2";
}

/// What stands in `definition`.
#[derive(Serialize, Deserialize)]
struct Definition {
    description: String,
    rules: Vec<Rule>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    status: String,
    definition: String,
    revision: i64,
    modified_at: i64,
    modified_by: String,
}

impl TryFrom<Row> for RuleSet {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let Definition { description, rules } = serde_json::from_str(&row.definition)?;
        let id = stored(&row.id)?;
        Ok(Self {
            global: id == Self::global_id(),
            id,
            name: row.name,
            description,
            status: stored(&row.status)?,
            rules,
            revision: row.revision,
            modified_at: Some(Timestamp::from_millis(row.modified_at)),
            modified_by: row.modified_by,
        })
    }
}

/// The global one first, whoever made it; the others in the order in which they were made.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName) -> Result<Vec<RuleSet>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).fetch_all(db).await)?;
    let mut sets: Vec<RuleSet> = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
    if !sets.first().is_some_and(|first| first.global) {
        sets.insert(0, RuleSet::global());
    }
    Ok(sets)
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, id: &RuleSetId) -> Result<Option<RuleSet>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    found(row, id)
}

pub(crate) async fn find_in(tx: &mut Tx, sandbox: &SandboxName, id: &RuleSetId) -> Result<Option<RuleSet>> {
    let row: Option<Row> =
        within!(tx, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    found(row, id)
}

fn found(row: Option<Row>, id: &RuleSetId) -> Result<Option<RuleSet>> {
    let set = row.map(RuleSet::try_from).transpose()?;
    Ok(set.or_else(|| (*id == RuleSet::global_id()).then(RuleSet::global)))
}

/// `Conflict` `name_taken`.
pub(crate) async fn put(tx: &mut Tx, sandbox: &SandboxName, set: &RuleSet) -> Result<()> {
    let definition = Definition { description: set.description.clone(), rules: set.rules.clone() };
    let definition = serde_json::to_string(&definition)?;
    within!(tx, db => query(PUT)
        .bind(sandbox.as_str())
        .bind(set.id.as_str())
        .bind(&set.name)
        .bind(set.name.to_lowercase())
        .bind(set.status.as_str())
        .bind(definition)
        .bind(set.revision)
        .bind(set.modified_at.map_or(0, Timestamp::as_millis))
        .bind(&set.modified_by)
        .execute(db)
        .await
        .map(drop))
    .on_unique(|| Failure::conflict("name_taken", "Another rule set has this name. Choose another one."))
}

/// Custom sets that are in force.
pub(crate) async fn count_active(tx: &mut Tx, sandbox: &SandboxName) -> Result<usize> {
    let count: i64 = within!(tx, db => query_scalar(COUNT_ACTIVE)
        .bind(sandbox.as_str()).bind(RuleSet::global_id().as_str()).fetch_one(db).await)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(crate) async fn delete(tx: &mut Tx, sandbox: &SandboxName, id: &RuleSetId) -> Result<()> {
    within!(tx, db => query(DELETE).bind(sandbox.as_str()).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}
