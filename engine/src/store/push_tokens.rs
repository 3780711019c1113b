//! Devices on which people take notifications.

use domain::address::comparable;
use domain::device::{Device, DeviceRegistration};
use domain::live_activity::PushTokenKind;
use domain::profile::Identity;
use domain::push_token::PushToken;
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::messages::search_key;
use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    /// A device belongs to whoever registered it last.
    PUT = "INSERT INTO push_tokens
           (sandbox, platform, token, app, person_key, user_id, namespace, registered_at, kind, activity, first_at, user_key)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $8, $11)
           ON CONFLICT (sandbox, platform, token) DO UPDATE SET app = excluded.app, person_key = excluded.person_key,
           user_id = excluded.user_id, user_key = excluded.user_key, namespace = excluded.namespace, registered_at = excluded.registered_at,
           kind = excluded.kind, activity = excluded.activity";
    OF_PERSON = "SELECT platform, token FROM push_tokens WHERE sandbox = $1 AND person_key = $2 AND kind = $3
                 AND ($4 = '' OR activity = '' OR activity = $4) ORDER BY registered_at DESC, token LIMIT 100";
    FIND = "SELECT COUNT(*) FROM push_tokens WHERE sandbox = $1 AND platform = $2 AND token = $3";
    /// All but the newest 50 of a person and of a kind.
    REMOVE_SURPLUS = "DELETE FROM push_tokens WHERE sandbox = $1 AND person_key = $2 AND kind = $3 AND token NOT IN (
                          SELECT token FROM push_tokens WHERE sandbox = $1 AND person_key = $2 AND kind = $3
                          ORDER BY registered_at DESC, token LIMIT 50)";
    REMOVE = "DELETE FROM push_tokens WHERE sandbox = $1 AND platform = $2 AND token = $3";
    /// A token that was registered anew after the provider's word stays.
    REMOVE_OLDER = "DELETE FROM push_tokens WHERE sandbox = $1 AND platform = $2 AND token = $3 AND registered_at <= $4";
    LIST = "SELECT user_id, namespace, platform, token, app, kind, activity, first_at, registered_at FROM push_tokens
            WHERE sandbox = $1 AND registered_at <= $2
            ORDER BY registered_at DESC, platform DESC, token DESC LIMIT $3 OFFSET $4";
    LIST_OF_USER = "SELECT user_id, namespace, platform, token, app, kind, activity, first_at, registered_at FROM push_tokens
                    WHERE sandbox = $1 AND registered_at <= $2 AND user_key = $5
                    ORDER BY registered_at DESC, platform DESC, token DESC LIMIT $3 OFFSET $4";
    FIND_DEVICE = "SELECT user_id, namespace, platform, token, app, kind, activity, first_at, registered_at FROM push_tokens
            WHERE sandbox = $1 AND platform = $2 AND token = $3";
    OWNER = "SELECT namespace, user_id FROM push_tokens WHERE sandbox = $1 AND platform = $2 AND token = $3";
    /// Whoever registered the device meanwhile keeps it.
    PUT_BACK = "INSERT INTO push_tokens
                (sandbox, platform, token, app, person_key, user_id, namespace, registered_at, kind, activity, first_at, user_key)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (sandbox, platform, token) DO NOTHING";
    LIST_OF_PERSON = "SELECT user_id, namespace, platform, token, app, kind, activity, first_at, registered_at FROM push_tokens
                      WHERE sandbox = $1 AND person_key = $2 ORDER BY registered_at DESC, platform DESC, token DESC";
    REMOVE_OF_PERSON = "DELETE FROM push_tokens WHERE sandbox = $1 AND person_key = $2";
    /// Of whatever namespace.
    REMOVE_OF_USER = "DELETE FROM push_tokens WHERE sandbox = $1 AND user_key = $2";
    ALL_OF_PERSON = "SELECT platform, token FROM push_tokens WHERE sandbox = $1 AND person_key = $2";
    ALL_OF_USER = "SELECT platform, token FROM push_tokens WHERE sandbox = $1 AND user_key = $2";
}

/// What a token is wanted for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) kind: PushTokenKind,
    /// Of a live activity: the type of its attributes when it is started, otherwise what the app calls it. Empty: any.
    pub(crate) activity: &'a str,
}

impl Wanted<'_> {
    /// Notifications.
    pub(crate) const DEVICE: Self = Self { kind: PushTokenKind::Device, activity: "" };
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

pub(crate) async fn put(tx: &mut Tx, sandbox: &SandboxName, new: &DeviceRegistration, now: Timestamp) -> Result<()> {
    let person = Person { user_id: &new.user_id, namespace: &new.namespace };
    let kind = new.kind.as_str();
    within!(tx, db => query(PUT)
        .bind(sandbox.as_str())
        .bind(new.token.platform.as_str())
        .bind(&new.token.token)
        .bind(&new.app)
        .bind(person.key())
        .bind(person.user_id)
        .bind(person.namespace)
        .bind(now.as_millis())
        .bind(kind)
        .bind(&new.activity)
        .bind(comparable(person.user_id))
        .execute(db)
        .await
        .map(drop))?;
    within!(tx, db => query(REMOVE_SURPLUS).bind(sandbox.as_str()).bind(person.key()).bind(kind).execute(db).await
        .map(drop))?;
    Ok(())
}

/// Those that are good for this, the newest first.
pub(crate) async fn of_person(
    store: &Store,
    sandbox: &SandboxName,
    person: Person<'_>,
    wanted: Wanted<'_>,
) -> Result<Vec<PushToken>> {
    let rows: Vec<(String, String)> = read!(store, db => query_as(OF_PERSON)
        .bind(sandbox.as_str()).bind(person.key()).bind(wanted.kind.as_str()).bind(wanted.activity)
        .fetch_all(db).await)?;
    rows.into_iter().map(|(platform, token)| Ok(PushToken { platform: stored(&platform)?, token })).collect()
}

/// The addresses of all devices of a user id, of whatever kind; of whatever namespace when none is named.
pub(crate) async fn addresses_of(
    tx: &mut Tx,
    sandbox: &SandboxName,
    user_id: &str,
    namespace: Option<&str>,
) -> Result<Vec<String>> {
    let rows: Vec<(String, String)> = within!(tx, db => match namespace {
        Some(namespace) => query_as(ALL_OF_PERSON).bind(sandbox.as_str()).bind(Person { user_id, namespace }.key())
            .fetch_all(db).await,
        None => query_as(ALL_OF_USER).bind(sandbox.as_str()).bind(comparable(user_id)).fetch_all(db).await,
    })?;
    let token =
        |(platform, token): (String, String)| Ok(PushToken { platform: stored(&platform)?, token }.to_address());
    rows.into_iter().map(token).collect()
}

/// Has a device registered it?
pub(crate) async fn exists(store: &Store, sandbox: &SandboxName, token: &PushToken) -> Result<bool> {
    let count: i64 = read!(store, db => query_scalar(FIND)
        .bind(sandbox.as_str()).bind(token.platform.as_str()).bind(&token.token).fetch_one(db).await)?;
    Ok(count > 0)
}

/// Whose device it is.
pub(crate) async fn owner(store: &Store, sandbox: &SandboxName, token: &PushToken) -> Result<Option<Identity>> {
    let row: Option<(String, String)> = read!(store, db => query_as(OWNER)
        .bind(sandbox.as_str()).bind(token.platform.as_str()).bind(&token.token).fetch_optional(db).await)?;
    Ok(row.map(|(namespace, user_id)| Identity { namespace, user_id }))
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

/// Removes all devices of a user id, of whatever namespace it is; how many were there?
pub(crate) async fn remove_of_user(tx: &mut Tx, sandbox: &SandboxName, user_id: &str) -> Result<u64> {
    let done = within!(tx, db => query(REMOVE_OF_USER).bind(sandbox.as_str()).bind(comparable(user_id))
        .execute(db).await.map(|done| done.rows_affected()))?;
    Ok(done)
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    user_id: String,
    namespace: String,
    platform: String,
    token: String,
    app: String,
    kind: String,
    activity: String,
    first_at: i64,
    registered_at: i64,
}

impl TryFrom<DeviceRow> for Device {
    type Error = crate::Error;

    fn try_from(row: DeviceRow) -> Result<Self> {
        Ok(Self {
            user_id: row.user_id,
            namespace: row.namespace,
            platform: stored(&row.platform)?,
            token: row.token,
            app: row.app,
            kind: stored(&row.kind)?,
            activity: row.activity,
            first_at: Timestamp::from_millis(row.first_at),
            registered_at: Timestamp::from_millis(row.registered_at),
        })
    }
}

/// Where a page of the list begins: at devices of this moment, after so many of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) at: Timestamp,
    pub(crate) skipped: i64,
}

/// Up to `limit` devices, the newest first; of one person in whichever namespace, when there is a `user_id`.
pub(crate) async fn list(
    store: &Store,
    sandbox: &SandboxName,
    user_id: &str,
    start: Start,
    limit: i64,
) -> Result<Vec<Device>> {
    let sql = if user_id.is_empty() { LIST } else { LIST_OF_USER };
    let wanted = comparable(user_id);
    let rows: Vec<DeviceRow> = read!(store, db => {
        let query = query_as(sql).bind(sandbox.as_str()).bind(start.at.as_millis()).bind(limit).bind(start.skipped);
        let query = if user_id.is_empty() { query } else { query.bind(&wanted) };
        query.fetch_all(db).await
    })?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Everything that a person has registered, newest first.
pub(crate) async fn list_of_person(store: &Store, sandbox: &SandboxName, person: Person<'_>) -> Result<Vec<Device>> {
    let rows: Vec<DeviceRow> = read!(store, db => query_as(LIST_OF_PERSON)
        .bind(sandbox.as_str()).bind(person.key()).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The device with this token.
pub(crate) async fn find_in(tx: &mut Tx, sandbox: &SandboxName, token: &PushToken) -> Result<Option<Device>> {
    let row: Option<DeviceRow> = within!(tx, db => query_as(FIND_DEVICE)
        .bind(sandbox.as_str()).bind(token.platform.as_str()).bind(&token.token).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// Puts a device back as it was. Was nobody quicker?
pub(crate) async fn put_back(tx: &mut Tx, sandbox: &SandboxName, device: &Device) -> Result<bool> {
    let person = Person { user_id: &device.user_id, namespace: &device.namespace };
    let done = within!(tx, db => query(PUT_BACK)
        .bind(sandbox.as_str())
        .bind(device.platform.as_str())
        .bind(&device.token)
        .bind(&device.app)
        .bind(person.key())
        .bind(&device.user_id)
        .bind(&device.namespace)
        .bind(device.registered_at.as_millis())
        .bind(device.kind.as_str())
        .bind(&device.activity)
        .bind(device.first_at.as_millis())
        .bind(comparable(person.user_id))
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
