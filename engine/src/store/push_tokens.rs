//! Devices on which people take notifications.

use domain::execution::{PushPlatform, PushToken};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::messages::search_key;
use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    /// A device belongs to whoever registered it last.
    PUT = "INSERT INTO push_tokens (sandbox, platform, token, app, person_key, user_id, namespace, registered_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (sandbox, platform, token) DO UPDATE SET app = excluded.app, person_key = excluded.person_key,
           user_id = excluded.user_id, namespace = excluded.namespace, registered_at = excluded.registered_at";
    OF_PERSON = "SELECT platform, token, app, registered_at FROM push_tokens WHERE sandbox = $1 AND person_key = $2
                 ORDER BY registered_at DESC, token LIMIT 100";
    FIND = "SELECT COUNT(*) FROM push_tokens WHERE sandbox = $1 AND platform = $2 AND token = $3";
    /// All but the newest 50 of a person.
    REMOVE_SURPLUS = "DELETE FROM push_tokens WHERE sandbox = $1 AND person_key = $2 AND token NOT IN (
                          SELECT token FROM push_tokens WHERE sandbox = $1 AND person_key = $2
                          ORDER BY registered_at DESC, token LIMIT 50)";
    REMOVE = "DELETE FROM push_tokens WHERE sandbox = $1 AND platform = $2 AND token = $3";
    /// A token that was registered anew after the provider's word stays.
    REMOVE_OLDER = "DELETE FROM push_tokens WHERE sandbox = $1 AND platform = $2 AND token = $3 AND registered_at <= $4";
    REMOVE_OF_PERSON = "DELETE FROM push_tokens WHERE sandbox = $1 AND person_key = $2";
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredToken {
    pub(crate) token: PushToken,
    pub(crate) app: String,
    pub(crate) registered_at: Timestamp,
}

/// Who: namespace and user id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) namespace: &'a str,
}

impl Person<'_> {
    fn key(self) -> Vec<u8> {
        search_key(&format!("{}\n{}", self.namespace, self.user_id))
    }
}

pub(crate) async fn put(
    tx: &mut Tx,
    sandbox: &SandboxName,
    person: Person<'_>,
    token: &PushToken,
    app: &str,
    now: Timestamp,
) -> Result<()> {
    within!(tx, db => query(PUT)
        .bind(sandbox.as_str())
        .bind(token.platform.as_str())
        .bind(&token.token)
        .bind(app)
        .bind(person.key())
        .bind(person.user_id)
        .bind(person.namespace)
        .bind(now.as_millis())
        .execute(db)
        .await
        .map(drop))?;
    within!(tx, db => query(REMOVE_SURPLUS).bind(sandbox.as_str()).bind(person.key()).execute(db).await.map(drop))?;
    Ok(())
}

/// The newest first.
pub(crate) async fn of_person(store: &Store, sandbox: &SandboxName, person: Person<'_>) -> Result<Vec<StoredToken>> {
    let rows: Vec<(String, String, String, i64)> = read!(store, db => query_as(OF_PERSON)
        .bind(sandbox.as_str()).bind(person.key()).fetch_all(db).await)?;
    rows.into_iter()
        .map(|(platform, token, app, at)| {
            let token = PushToken { platform: stored::<PushPlatform>(&platform)?, token };
            Ok(StoredToken { token, app, registered_at: Timestamp::from_millis(at) })
        })
        .collect()
}

/// Has a device registered it?
pub(crate) async fn exists(store: &Store, sandbox: &SandboxName, token: &PushToken) -> Result<bool> {
    let count: i64 = read!(store, db => query_scalar(FIND)
        .bind(sandbox.as_str()).bind(token.platform.as_str()).bind(&token.token).fetch_one(db).await)?;
    Ok(count > 0)
}

/// Was it there?
pub(crate) async fn remove(tx: &mut Tx, sandbox: &SandboxName, token: &PushToken) -> Result<bool> {
    let done = within!(tx, db => query(REMOVE)
        .bind(sandbox.as_str()).bind(token.platform.as_str()).bind(&token.token)
        .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Removes a token that was registered no later than `at`.
pub(crate) async fn remove_older(tx: &mut Tx, sandbox: &SandboxName, token: &PushToken, at: Timestamp) -> Result<()> {
    within!(tx, db => query(REMOVE_OLDER)
        .bind(sandbox.as_str()).bind(token.platform.as_str()).bind(&token.token).bind(at.as_millis())
        .execute(db).await.map(drop))?;
    Ok(())
}

/// All devices of a person.
pub(crate) async fn remove_of_person(tx: &mut Tx, sandbox: &SandboxName, person: Person<'_>) -> Result<u64> {
    let done = within!(tx, db => query(REMOVE_OF_PERSON).bind(sandbox.as_str()).bind(person.key())
        .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done)
}
