//! Profiles and their identities.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use domain::id::ProfileId;
use domain::profile::{Identity, Profile};
use domain::{SandboxName, Timestamp};
use serde_json::{Map, Value};
use sqlx::{query, query_as, query_scalar};

use super::messages::search_key;
use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;

/// As [`Row`] reads it.
macro_rules! columns {
    () => {
        "p.id, p.attributes, p.time_zone, p.language, p.is_test, p.revision, p.created_at, p.updated_at"
    };
}

/// As many parameters as [`WIDE`], after the first.
macro_rules! wide {
    () => {
        "($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
          $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48,
          $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65)"
    };
}

pub(super) use wide;

/// Keys of one question.
pub(super) const WIDE: usize = 64;

super::statements! {
    PUT = "INSERT INTO profiles (sandbox, id, attributes, time_zone, language, is_test, revision, created_at, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (sandbox, id) DO UPDATE SET attributes = excluded.attributes, time_zone = excluded.time_zone,
           language = excluded.language, is_test = excluded.is_test, revision = excluded.revision,
           updated_at = excluded.updated_at";
    /// An identity that is somebody's stays so.
    INSERT_IDENTITY = "INSERT INTO profile_identities (sandbox, identity_key, profile_id, namespace, user_id)
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sandbox, identity_key) DO NOTHING";
    OWNERS = concat!("SELECT identity_key, profile_id FROM profile_identities
                      WHERE sandbox = $1 AND identity_key IN ", wide!());
    OWNER = "SELECT profile_id FROM profile_identities WHERE sandbox = $1 AND identity_key = $2";
    THERE = concat!("SELECT id FROM profiles WHERE sandbox = $1 AND id IN ", wide!());
    FIND_ALL = concat!("SELECT ", columns!(), " FROM profiles p WHERE p.sandbox = $1 AND p.id IN ", wide!());
    COUNT_IDENTITIES = concat!("SELECT profile_id, COUNT(*) FROM profile_identities
                                WHERE sandbox = $1 AND profile_id IN ", wide!(), " GROUP BY profile_id");
    FIND = concat!("SELECT ", columns!(), " FROM profiles p WHERE p.sandbox = $1 AND p.id = $2");
    FIND_BY_IDENTITY = concat!("SELECT ", columns!(), " FROM profile_identities i
                               JOIN profiles p ON p.sandbox = i.sandbox AND p.id = i.profile_id
                               WHERE i.sandbox = $1 AND i.identity_key = $2");
    IDENTITIES = "SELECT namespace, user_id FROM profile_identities WHERE profile_id = $1 AND sandbox = $2
                  ORDER BY namespace, identity_key";
    /// Of whoever has one of these identities: those of the namespace $66. An order would make SQLite read all of the sandbox.
    IN_NAMESPACE = concat!("SELECT i.identity_key, o.namespace, o.user_id FROM profile_identities i
                            JOIN profile_identities o ON o.profile_id = i.profile_id AND o.sandbox = i.sandbox
                            WHERE i.sandbox = $1 AND o.namespace = $66 AND i.identity_key IN ", wide!());
    /// Of whatever namespace; $2 and $3 are the start and the end of such keys.
    OF_USER = "SELECT DISTINCT profile_id FROM profile_identities
               WHERE sandbox = $1 AND identity_key >= $2 AND identity_key < $3";
    MOVE_IDENTITIES = "UPDATE profile_identities SET profile_id = $3 WHERE profile_id = $2 AND sandbox = $1";
    REMOVE_IDENTITY = "DELETE FROM profile_identities WHERE sandbox = $1 AND identity_key = $2";
    REMOVE_IDENTITIES = "DELETE FROM profile_identities WHERE profile_id = $2 AND sandbox = $1";
    REMOVE = "DELETE FROM profiles WHERE sandbox = $1 AND id = $2";
    ANY = "SELECT COUNT(*) FROM (SELECT 1 FROM profiles WHERE sandbox = $1 LIMIT 1) AS one";
    /// Newest first. $2: the last one of the page before, or what is after all.
    LIST = concat!("SELECT ", columns!(), " FROM profiles p WHERE p.sandbox = $1 AND p.id < $2 ORDER BY p.id DESC LIMIT $3");
    LIST_FOR_TESTS = concat!("SELECT ", columns!(), " FROM profiles p WHERE p.sandbox = $1 AND p.id < $2 AND p.is_test
                             ORDER BY p.id DESC LIMIT $3");
    /// In the order of user ids, those that begin so. $2: the start, or the last key of the page before; $3: its end.
    LIST_BY_USER = concat!("SELECT i.identity_key, ", columns!(), " FROM profile_identities i
                           JOIN profiles p ON p.sandbox = i.sandbox AND p.id = i.profile_id
                           WHERE i.sandbox = $1 AND i.identity_key > $2 AND i.identity_key < $3 AND (p.is_test OR NOT $5)
                           ORDER BY i.identity_key LIMIT $4");
    /// Of the profiles of a page.
    IDENTITIES_OF = concat!("SELECT profile_id, namespace, user_id FROM profile_identities
                             WHERE sandbox = $1 AND profile_id IN ", wide!(), " ORDER BY namespace, identity_key");
}

/// After every id.
const AFTER_ALL: &str = "pro_zzzzzzzzzzzzzzzzzzzzzzzzzz";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    attributes: String,
    time_zone: String,
    language: String,
    is_test: bool,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

/// A profile without its identities.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredProfile {
    pub(crate) id: ProfileId,
    pub(crate) attributes: Map<String, Value>,
    /// Empty: not known.
    pub(crate) time_zone: String,
    /// Empty: not known.
    pub(crate) language: String,
    pub(crate) is_test: bool,
    pub(crate) revision: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl StoredProfile {
    /// Somebody of whom nothing is known yet.
    pub(crate) fn new(id: ProfileId, now: Timestamp) -> Self {
        Self {
            id,
            attributes: Map::new(),
            time_zone: String::new(),
            language: String::new(),
            is_test: false,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }

    pub(crate) fn with(self, identities: Vec<Identity>) -> Profile {
        let known = |text: String| Some(text).filter(|text| !text.is_empty());
        Profile {
            id: self.id,
            identities,
            attributes: self.attributes,
            time_zone: known(self.time_zone),
            language: known(self.language),
            is_test: self.is_test,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl TryFrom<Row> for StoredProfile {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: stored(&row.id)?,
            attributes: serde_json::from_str(&row.attributes)?,
            time_zone: row.time_zone,
            language: row.language,
            is_test: row.is_test,
            revision: row.revision,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

/// An identity that is to become a profile's.
#[derive(Debug, Clone)]
pub(crate) struct NewIdentity {
    pub(crate) key: Vec<u8>,
    pub(crate) profile_id: ProfileId,
    pub(crate) identity: Identity,
}

impl NewIdentity {
    pub(crate) fn new(identity: Identity, profile_id: ProfileId) -> Self {
        Self { key: identity.key().into_bytes(), profile_id, identity }
    }
}

/// Runs a statement of [`WIDE`] keys over any number of them; `$rows` is extended by what it finds.
macro_rules! in_wide_steps {
    ($tx:expr, $sql:expr, $sandbox:expr, $keys:expr, $rows:expr) => {
        for keys in $keys.chunks(WIDE) {
            // The last step asks for its last key more than once.
            let Some(last) = keys.last() else { continue };
            let padded = keys.iter().chain(std::iter::repeat_n(last, WIDE - keys.len()));
            $rows.extend(within!($tx, db => {
                let mut query = query_as($sql).bind($sandbox.as_str());
                for key in padded {
                    query = query.bind(key);
                }
                query.fetch_all(db).await
            })?);
        }
    };
}

pub(super) use in_wide_steps;

/// Whose the identities with these keys are; those that are nobody's are left out.
pub(crate) async fn owners(
    tx: &mut Tx,
    sandbox: &SandboxName,
    keys: &[Vec<u8>],
) -> Result<HashMap<Vec<u8>, ProfileId>> {
    let mut rows: Vec<(Vec<u8>, String)> = Vec::with_capacity(keys.len());
    in_wide_steps!(tx, OWNERS, sandbox, keys, rows);
    rows.into_iter().map(|(key, id)| Ok((key, stored(&id)?))).collect()
}

/// The same of one, outside a transaction.
pub(crate) async fn owner(store: &Store, sandbox: &SandboxName, identity: &Identity) -> Result<Option<ProfileId>> {
    let key = identity.key().into_bytes();
    let id: Option<String> =
        read!(store, db => query_scalar(OWNER).bind(sandbox.as_str()).bind(key).fetch_optional(db).await)?;
    id.as_deref().map(stored).transpose()
}

/// Which of these profiles are there.
pub(crate) async fn there(tx: &mut Tx, sandbox: &SandboxName, ids: &[&ProfileId]) -> Result<HashSet<ProfileId>> {
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let mut rows: Vec<(String,)> = Vec::with_capacity(ids.len());
    in_wide_steps!(tx, THERE, sandbox, ids, rows);
    rows.into_iter().map(|(id,)| stored(&id)).collect()
}

pub(crate) async fn find_all(tx: &mut Tx, sandbox: &SandboxName, ids: &[String]) -> Result<Vec<StoredProfile>> {
    let mut rows: Vec<Row> = Vec::with_capacity(ids.len());
    in_wide_steps!(tx, FIND_ALL, sandbox, ids, rows);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many identities each of these profiles has.
pub(crate) async fn count_identities(
    tx: &mut Tx,
    sandbox: &SandboxName,
    ids: &[String],
) -> Result<HashMap<String, i64>> {
    let mut rows: Vec<(String, i64)> = Vec::with_capacity(ids.len());
    in_wide_steps!(tx, COUNT_IDENTITIES, sandbox, ids, rows);
    Ok(rows.into_iter().collect())
}

static PROFILES: Rows = Rows::new(PUT);

/// Writes new profiles, and changed ones.
pub(crate) async fn put(tx: &mut Tx, sandbox: &SandboxName, all: &[&StoredProfile]) -> Result<()> {
    for rows in groups(all) {
        let sql = PROFILES.text(tx, rows.len());
        let texts = rows.iter().map(|row| serde_json::to_string(&row.attributes)).collect::<Result<Vec<_>, _>>()?;
        within!(tx, db => {
            let mut query = query(sql);
            for (profile, attributes) in rows.iter().zip(&texts) {
                query = query
                    .bind(sandbox.as_str())
                    .bind(profile.id.as_str())
                    .bind(attributes)
                    .bind(&profile.time_zone)
                    .bind(&profile.language)
                    .bind(profile.is_test)
                    .bind(profile.revision)
                    .bind(profile.created_at.as_millis())
                    .bind(profile.updated_at.as_millis());
            }
            query.execute(db).await.map(drop)
        })?;
    }
    Ok(())
}

static IDENTITIES_ROWS: Rows = Rows::new(INSERT_IDENTITY);

/// Writes identities that are nobody's yet, in the order of their keys; how many were? Two that write the same ones wait for
/// each other in this order, and so never both.
pub(crate) async fn insert_identities(tx: &mut Tx, sandbox: &SandboxName, all: &mut [NewIdentity]) -> Result<u64> {
    all.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    let mut inserted = 0;
    for rows in groups(all) {
        let sql = IDENTITIES_ROWS.text(tx, rows.len());
        inserted += within!(tx, db => {
            let mut query = query(sql);
            for new in rows {
                query = query
                    .bind(sandbox.as_str())
                    .bind(&new.key)
                    .bind(new.profile_id.as_str())
                    .bind(&new.identity.namespace)
                    .bind(&new.identity.user_id);
            }
            query.execute(db).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(inserted)
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, id: &ProfileId) -> Result<Option<StoredProfile>> {
    let row: Option<Row> =
        read!(store, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_in(tx: &mut Tx, sandbox: &SandboxName, id: &ProfileId) -> Result<Option<StoredProfile>> {
    let row: Option<Row> =
        within!(tx, db => query_as(FIND).bind(sandbox.as_str()).bind(id.as_str()).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Whoever has this identity.
pub(crate) async fn find_by_identity(
    store: &Store,
    sandbox: &SandboxName,
    identity: &Identity,
) -> Result<Option<StoredProfile>> {
    let key = identity.key().into_bytes();
    let row: Option<Row> =
        read!(store, db => query_as(FIND_BY_IDENTITY).bind(sandbox.as_str()).bind(key).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// By the key of an identity: the first one of a namespace that the same person has. `keys`: each once.
pub(crate) async fn identities_in_namespace(
    store: &Store,
    sandbox: &SandboxName,
    keys: &[Vec<u8>],
    namespace: &str,
) -> Result<HashMap<Vec<u8>, Identity>> {
    let mut found = HashMap::new();
    for keys in keys.chunks(WIDE) {
        let Some(last) = keys.last() else { continue };
        let padded = keys.iter().chain(std::iter::repeat_n(last, WIDE - keys.len()));
        let rows: Vec<(Vec<u8>, String, String)> = read!(store, db => {
            let mut query = query_as(IN_NAMESPACE).bind(sandbox.as_str());
            for key in padded {
                query = query.bind(key);
            }
            query.bind(namespace).fetch_all(db).await
        })?;
        for (key, namespace, user_id) in rows {
            let one = identity((namespace, user_id));
            match found.entry(key) {
                Entry::Vacant(first) => drop(first.insert(one)),
                Entry::Occupied(mut first) if one.key() < Identity::key(first.get()) => drop(first.insert(one)),
                Entry::Occupied(_) => {}
            }
        }
    }
    Ok(found)
}

fn identity((namespace, user_id): (String, String)) -> Identity {
    Identity { namespace, user_id }
}

/// In the order of namespaces.
pub(crate) async fn identities(store: &Store, sandbox: &SandboxName, id: &ProfileId) -> Result<Vec<Identity>> {
    let rows: Vec<(String, String)> =
        read!(store, db => query_as(IDENTITIES).bind(id.as_str()).bind(sandbox.as_str()).fetch_all(db).await)?;
    Ok(rows.into_iter().map(identity).collect())
}

pub(crate) async fn identities_in(tx: &mut Tx, sandbox: &SandboxName, id: &ProfileId) -> Result<Vec<Identity>> {
    let rows: Vec<(String, String)> =
        within!(tx, db => query_as(IDENTITIES).bind(id.as_str()).bind(sandbox.as_str()).fetch_all(db).await)?;
    Ok(rows.into_iter().map(identity).collect())
}

/// Profiles of whoever has this user id in any namespace.
pub(crate) async fn of_user(store: &Store, sandbox: &SandboxName, user_id: &str) -> Result<Vec<ProfileId>> {
    let (start, end) = (search_key(&format!("{user_id}\n")), search_key(&format!("{user_id}\u{b}")));
    let ids: Vec<String> =
        read!(store, db => query_scalar(OF_USER).bind(sandbox.as_str()).bind(start).bind(end).fetch_all(db).await)?;
    ids.iter().map(|id| stored(id)).collect()
}

/// All that one profile had is another one's.
pub(crate) async fn move_identities(
    tx: &mut Tx,
    sandbox: &SandboxName,
    from: &ProfileId,
    to: &ProfileId,
) -> Result<()> {
    within!(tx, db => query(MOVE_IDENTITIES).bind(sandbox.as_str()).bind(from.as_str()).bind(to.as_str())
        .execute(db).await.map(drop))?;
    Ok(())
}

pub(crate) async fn remove_identity(tx: &mut Tx, sandbox: &SandboxName, identity: &Identity) -> Result<()> {
    within!(tx, db => query(REMOVE_IDENTITY).bind(sandbox.as_str()).bind(identity.key().into_bytes())
        .execute(db).await.map(drop))?;
    Ok(())
}

/// With its identities. Was it there?
pub(crate) async fn remove(tx: &mut Tx, sandbox: &SandboxName, id: &ProfileId) -> Result<bool> {
    within!(tx, db => query(REMOVE_IDENTITIES).bind(sandbox.as_str()).bind(id.as_str()).execute(db).await.map(drop))?;
    Ok(within!(tx, db => query(REMOVE).bind(sandbox.as_str()).bind(id.as_str()).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}

/// Has the sandbox any?
pub(crate) async fn any(store: &Store, sandbox: &SandboxName) -> Result<bool> {
    let count: i64 = read!(store, db => query_scalar(ANY).bind(sandbox.as_str()).fetch_one(db).await)?;
    Ok(count > 0)
}

/// Newest first, those after `after`.
pub(crate) async fn list(
    store: &Store,
    sandbox: &SandboxName,
    only_tests: bool,
    after: Option<&ProfileId>,
    limit: i64,
) -> Result<Vec<StoredProfile>> {
    let sql = if only_tests { LIST_FOR_TESTS } else { LIST };
    let after = after.map_or(AFTER_ALL, |id| id.as_str());
    let rows: Vec<Row> =
        read!(store, db => query_as(sql).bind(sandbox.as_str()).bind(after).bind(limit).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    identity_key: Vec<u8>,
    #[sqlx(flatten)]
    row: Row,
}

/// In the order of user ids, those that begin so, in any case; with the key of each. A profile is found by each of its
/// identities.
pub(crate) async fn list_by_user(
    store: &Store,
    sandbox: &SandboxName,
    (start, only_tests): (&str, bool),
    after: Option<&[u8]>,
    limit: i64,
) -> Result<Vec<(Vec<u8>, StoredProfile)>> {
    let start = search_key(start);
    // No text in UTF-8 has this byte.
    let end = [&start[..], &[0xff]].concat();
    // No key ends where its start does: a line break and a namespace follow.
    let from = after.map_or(start, <[u8]>::to_vec);
    let rows: Vec<FoundRow> = read!(store, db => query_as(LIST_BY_USER)
        .bind(sandbox.as_str()).bind(from).bind(end).bind(limit).bind(only_tests).fetch_all(db).await)?;
    rows.into_iter().map(|found| Ok((found.identity_key, found.row.try_into()?))).collect()
}

/// The identities of these profiles, in the order of namespaces.
pub(crate) async fn identities_of(
    store: &Store,
    sandbox: &SandboxName,
    ids: &[ProfileId],
) -> Result<HashMap<ProfileId, Vec<Identity>>> {
    let mut found: HashMap<ProfileId, Vec<Identity>> = HashMap::new();
    for ids in ids.chunks(WIDE) {
        let Some(last) = ids.last() else { continue };
        let padded = ids.iter().chain(std::iter::repeat_n(last, WIDE - ids.len()));
        let rows: Vec<(String, String, String)> = read!(store, db => {
            let mut query = query_as(IDENTITIES_OF).bind(sandbox.as_str());
            for id in padded {
                query = query.bind(id.as_str());
            }
            query.fetch_all(db).await
        })?;
        for (id, namespace, user_id) in rows {
            found.entry(stored(&id)?).or_default().push(Identity { namespace, user_id });
        }
    }
    Ok(found)
}
