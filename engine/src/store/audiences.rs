//! Audiences, their imports and the members of each.

use domain::audience::{Audience, AudienceKind};
use domain::id::{AudienceId, ImportId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::messages::search_key;
use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

macro_rules! audience {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.name, a.import_id, i.members, i.finished_at, i.started_by, a.rule, a.revision,
             COALESCE(a.modified_at, a.created_at) AS modified_at, COALESCE(a.modified_by, a.created_by) AS modified_by
             FROM audiences a LEFT JOIN audience_imports i ON i.id = a.import_id ",
            $rest
        )
    };
}

super::statements! {
    LIST = audience!("WHERE a.sandbox = $1 ORDER BY a.name LIMIT $2");
    FIND = audience!("WHERE a.sandbox = $1 AND a.id = $2");
    FIND_BY_NAME = audience!("WHERE a.sandbox = $1 AND a.name = $2");
    INSERT = "INSERT INTO audiences (id, sandbox, name, created_at, created_by) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (sandbox, name) DO NOTHING";
    INSERT_IMPORT = "INSERT INTO audience_imports (id, audience_id, members, started_by, touched_at)
                     VALUES ($1, $2, 0, $3, $4)";
    /// Whoever stands twice in a list counts as he stands first.
    INSERT_MEMBER = "INSERT INTO audience_members
                     (import_id, position, member_key, user_id, namespace, address, address_key, phone, profile)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     ON CONFLICT (import_id, member_key) DO NOTHING";
    TOUCH_IMPORT = "UPDATE audience_imports SET touched_at = $2 WHERE id = $1";
    FINISH_IMPORT = "UPDATE audience_imports SET touched_at = $2, finished_at = $2, members = $3 WHERE id = $1";
    REPLACED_IMPORT = "UPDATE audience_imports SET touched_at = $2
                       WHERE id = (SELECT a.import_id FROM audiences a WHERE a.id = $1)";
    PUT_IN_FORCE = "UPDATE audiences SET import_id = $2 WHERE id = $1";
    MEMBERS_AFTER = "SELECT position, user_id, namespace, address, phone, profile FROM audience_members
                     WHERE import_id = $1 AND position > $2 ORDER BY position LIMIT $3";
    /// Neither in force nor read by a run, and left alone for a while.
    UNUSED_IMPORT = "SELECT i.id FROM audience_imports i JOIN audiences a ON a.id = i.audience_id
                     WHERE (a.import_id IS NULL OR a.import_id <> i.id) AND i.touched_at < $1
                     AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.import_id = i.id AND r.state IN ('running', 'paused'))
                     ORDER BY i.id LIMIT 1";
    REMOVE_MEMBERS = "DELETE FROM audience_members WHERE import_id = $1 AND position IN (
                          SELECT position FROM audience_members WHERE import_id = $1 ORDER BY position LIMIT $2)";
    REMOVE_IMPORT = "DELETE FROM audience_imports WHERE id = $1";
    /// Memberships of a person: by the address $2, or by the key of a member $3.
    FIND_MEMBERSHIPS = "SELECT m.import_id, m.position FROM audience_members m
                        JOIN audience_imports i ON i.id = m.import_id JOIN audiences a ON a.id = i.audience_id
                        WHERE a.sandbox = $1 AND m.address_key = $2
                        UNION
                        SELECT m.import_id, m.position FROM audience_members m
                        JOIN audience_imports i ON i.id = m.import_id JOIN audiences a ON a.id = i.audience_id
                        WHERE a.sandbox = $1 AND m.phone = $5 AND m.phone <> ''
                        UNION
                        SELECT m.import_id, m.position FROM audiences a JOIN audience_imports i ON i.audience_id = a.id
                        JOIN audience_members m ON m.import_id = i.id AND m.member_key = $3
                        WHERE a.sandbox = $1 LIMIT $4";
    /// Of a user id of whatever namespace, in any case: all lists are read for it. $2: how the keys of such members end, in $4
    /// bytes.
    FIND_MEMBERSHIPS_OF_USER = "SELECT m.import_id, m.position FROM audiences a
                                JOIN audience_imports i ON i.audience_id = a.id
                                JOIN audience_members m ON m.import_id = i.id
                                AND SUBSTR(m.member_key, LENGTH(m.member_key) - $4 + 1, $4) = $2
                                WHERE a.sandbox = $1 LIMIT $3";
    /// In lists that are in force: of a member's key $2, of the address $3, of the number $4.
    MEMBERSHIPS = "SELECT a.name, m.user_id, m.namespace, m.address, m.phone, m.profile FROM audiences a
                   JOIN audience_members m ON m.import_id = a.import_id AND m.member_key = $2 WHERE a.sandbox = $1
                   UNION
                   SELECT a.name, m.user_id, m.namespace, m.address, m.phone, m.profile FROM audience_members m
                   JOIN audiences a ON a.import_id = m.import_id WHERE a.sandbox = $1 AND m.address_key = $3
                   UNION
                   SELECT a.name, m.user_id, m.namespace, m.address, m.phone, m.profile FROM audience_members m
                   JOIN audiences a ON a.import_id = m.import_id WHERE a.sandbox = $1 AND m.phone = $4";
    REMOVE_MEMBER = "DELETE FROM audience_members WHERE import_id = $1 AND position = $2";
    COUNT_DOWN = "UPDATE audience_imports SET members = members - 1 WHERE id = $1 AND members > 0";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    import_id: Option<String>,
    members: Option<i64>,
    finished_at: Option<i64>,
    started_by: Option<String>,
    rule: Option<String>,
    revision: i64,
    modified_at: i64,
    modified_by: String,
}

/// An audience and the list that is in force.
#[derive(Debug, Clone)]
pub(crate) struct StoredAudience {
    pub(crate) audience: Audience,
    pub(crate) import_id: Option<ImportId>,
}

impl TryFrom<Row> for StoredAudience {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let rule = row.rule.as_deref().map(serde_json::from_str).transpose()?;
        let audience = Audience {
            id: stored(&row.id)?,
            name: row.name,
            kind: if rule.is_some() { AudienceKind::Rule } else { AudienceKind::List },
            members: row.members.unwrap_or(0),
            imported_at: row.finished_at.map(Timestamp::from_millis),
            imported_by: row.started_by,
            rule,
            revision: row.revision,
            modified_at: Timestamp::from_millis(row.modified_at),
            modified_by: row.modified_by,
        };
        Ok(Self { audience, import_id: row.import_id.as_deref().map(stored).transpose()? })
    }
}

/// By name.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName, limit: i64) -> Result<Vec<StoredAudience>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST).bind(sandbox.as_str()).bind(limit).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, id: &AudienceId) -> Result<Option<StoredAudience>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_in(tx: &mut Tx, sandbox: &SandboxName, id: &AudienceId) -> Result<Option<StoredAudience>> {
    let row: Option<Row> =
        within!(tx, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_by_name(store: &Store, sandbox: &SandboxName, name: &str) -> Result<Option<StoredAudience>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND_BY_NAME).bind(sandbox.as_str()).bind(name).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Does nothing when there is one of this name.
pub(crate) async fn insert(
    tx: &mut Tx,
    sandbox: &SandboxName,
    id: &AudienceId,
    name: &str,
    by: &str,
    now: Timestamp,
) -> Result<()> {
    within!(tx, db => query(INSERT).bind(id.as_str()).bind(sandbox.as_str()).bind(name).bind(now.as_millis()).bind(by)
        .execute(db).await.map(drop))?;
    Ok(())
}

pub(crate) async fn insert_import(
    tx: &mut Tx,
    id: &ImportId,
    audience: &AudienceId,
    by: &str,
    now: Timestamp,
) -> Result<()> {
    within!(tx, db => query(INSERT_IMPORT).bind(id.as_str()).bind(audience.as_str()).bind(by).bind(now.as_millis())
        .execute(db).await.map(drop))?;
    Ok(())
}

/// A person of a list. `profile` is JSON.
#[derive(Debug, Clone)]
pub(crate) struct StoredMember {
    /// From 1.
    pub(crate) position: i64,
    pub(crate) user_id: String,
    pub(crate) namespace: String,
    /// Of email; empty: none is known.
    pub(crate) address: String,
    /// In E.164; empty: none is known.
    pub(crate) phone: String,
    pub(crate) profile: String,
}

/// Who a member is: two with the same key are one person.
pub(crate) fn member_key(namespace: &str, user_id: &str) -> Vec<u8> {
    search_key(&format!("{namespace}\n{user_id}"))
}

static MEMBERS: Rows = Rows::new(INSERT_MEMBER);

/// Writes members and says how many of them were not there yet.
pub(crate) async fn insert_members(tx: &mut Tx, import: &ImportId, all: &[StoredMember]) -> Result<u64> {
    let mut inserted = 0;
    for rows in groups(all) {
        let sql = MEMBERS.text(tx, rows.len());
        inserted += within!(tx, db => {
            let mut query = query(sql);
            for member in rows {
                query = query
                    .bind(import.as_str())
                    .bind(member.position)
                    .bind(member_key(&member.namespace, &member.user_id))
                    .bind(&member.user_id)
                    .bind(&member.namespace)
                    .bind(&member.address)
                    .bind(search_key(&member.address))
                    .bind(&member.phone)
                    .bind(&member.profile);
            }
            query.execute(db).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(inserted)
}

/// The import is still going on.
pub(crate) async fn touch_import(tx: &mut Tx, id: &ImportId, now: Timestamp) -> Result<()> {
    within!(tx, db => query(TOUCH_IMPORT).bind(id.as_str()).bind(now.as_millis()).execute(db).await.map(drop))?;
    Ok(())
}

/// The import is complete: its list is in force from now on.
pub(crate) async fn finish_import(
    tx: &mut Tx,
    audience: &AudienceId,
    id: &ImportId,
    members: i64,
    now: Timestamp,
) -> Result<()> {
    within!(tx, db => query(FINISH_IMPORT).bind(id.as_str()).bind(now.as_millis()).bind(members).execute(db).await
        .map(drop))?;
    within!(tx, db => query(REPLACED_IMPORT).bind(audience.as_str()).bind(now.as_millis()).execute(db).await
        .map(drop))?;
    within!(tx, db => query(PUT_IN_FORCE).bind(audience.as_str()).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(())
}

/// Up to `limit` members whose position is higher, in the order of the list.
pub(crate) async fn members_after(
    store: &Store,
    import: &ImportId,
    position: i64,
    limit: i64,
) -> Result<Vec<StoredMember>> {
    let rows: Vec<(i64, String, String, String, String, String)> = read!(store, db => query_as(MEMBERS_AFTER)
        .bind(import.as_str()).bind(position).bind(limit).fetch_all(db).await)?;
    let member = |(position, user_id, namespace, address, phone, profile)| StoredMember {
        position,
        user_id,
        namespace,
        address,
        phone,
        profile,
    };
    Ok(rows.into_iter().map(member).collect())
}

/// An import that nobody needs, untouched since `before`.
pub(crate) async fn unused_import(store: &Store, before: Timestamp) -> Result<Option<ImportId>> {
    let id: Option<String> =
        read!(store, db => query_scalar(UNUSED_IMPORT).bind(before.as_millis()).fetch_optional(db).await)?;
    id.as_deref().map(stored).transpose()
}

/// Removes up to `limit` members, and the import with the last of them. How many members were removed?
pub(crate) async fn remove_members(tx: &mut Tx, import: &ImportId, limit: i64) -> Result<u64> {
    let removed = within!(tx, db => query(REMOVE_MEMBERS).bind(import.as_str()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?;
    if removed == 0 {
        within!(tx, db => query(REMOVE_IMPORT).bind(import.as_str()).execute(db).await.map(drop))?;
    }
    Ok(removed)
}

/// As which member of which list, by its name, a person is named. What is empty or none is no address.
pub(crate) async fn memberships(
    store: &Store,
    sandbox: &SandboxName,
    (namespace, user_id): (&str, &str),
) -> Result<Vec<(String, StoredMember)>> {
    let address = Some(user_id).filter(|_| namespace == "email").unwrap_or("\n");
    let number = Some(user_id).filter(|_| namespace == "phone").unwrap_or("\n");
    let rows: Vec<(String, String, String, String, String, String)> = read!(store, db => query_as(MEMBERSHIPS)
        .bind(sandbox.as_str()).bind(member_key(namespace, user_id)).bind(search_key(address)).bind(number)
        .fetch_all(db).await)?;
    let member = |(name, user_id, namespace, address, phone, profile)| {
        (name, StoredMember { position: 0, user_id, namespace, address, phone, profile })
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Removes up to `limit` memberships of whoever has this email address or number in a sandbox, and says how many there were.
/// `namespace`: the one whose user ids are such addresses.
pub(crate) async fn remove_memberships(
    tx: &mut Tx,
    sandbox: &SandboxName,
    namespace: Option<&str>,
    address: &str,
    limit: i64,
) -> Result<u64> {
    let found: Vec<(String, i64)> = match namespace {
        Some(namespace) => within!(tx, db => query_as(FIND_MEMBERSHIPS).bind(sandbox.as_str())
            .bind(search_key(address)).bind(member_key(namespace, address)).bind(limit).bind(address)
            .fetch_all(db).await)?,
        None => {
            let end = search_key(&format!("\n{address}"));
            let bytes = i32::try_from(end.len()).map_err(crate::Error::unexpected)?;
            within!(tx, db => query_as(FIND_MEMBERSHIPS_OF_USER).bind(sandbox.as_str()).bind(&end).bind(limit).bind(bytes)
                .fetch_all(db).await)?
        }
    };
    let mut removed = 0;
    for (import, position) in found {
        removed += within!(tx, db => query(REMOVE_MEMBER).bind(&import).bind(position).execute(db).await
            .map(|done| done.rows_affected()))?;
        within!(tx, db => query(COUNT_DOWN).bind(&import).execute(db).await.map(drop))?;
    }
    Ok(removed)
}
