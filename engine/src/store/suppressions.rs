//! Addresses and domains that are not written to any more.

use domain::channel_configuration::Channel;
use domain::id::MessageId;
use domain::suppression::{Suppression, SuppressionKind, SuppressionReason};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_as};

use super::messages::search_key;
use super::{Store, Tx, read, stored, within};
use crate::Result;

/// Of a row, as [`Row`] reads it.
macro_rules! columns {
    () => {
        "channel, address, is_domain, reason, detail, entered_by, configuration_id, message_id, created_at, updated_at"
    };
}
pub(super) use columns;

/// What the reference calls the suppression list: addresses and domains of email, without what people want themselves.
macro_rules! listed {
    () => {
        "sandbox = $1 AND channel = 'email' AND configuration_id = '' AND NOT own_wish"
    };
}
pub(super) use listed;

super::statements! {
    /// What is known already stays: the first reason, and its time. A complaint gives way to what stops more, and of two
    /// entries by hand the later one is in force.
    INSERT = concat!("INSERT INTO suppressions
              (sandbox, address_key, own_wish, ", columns!(), ")
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
              ON CONFLICT (sandbox, channel, address_key, configuration_id, own_wish) DO UPDATE SET
              reason = excluded.reason, detail = excluded.detail, entered_by = excluded.entered_by,
              message_id = excluded.message_id, updated_at = excluded.updated_at,
              created_at = CASE WHEN suppressions.reason = excluded.reason THEN suppressions.created_at
                                ELSE excluded.created_at END
              WHERE (suppressions.reason = 'complained' AND excluded.reason <> 'complained')
              OR (suppressions.reason = 'manual' AND excluded.reason = 'manual')");
    /// Everything that may keep a message away: of the address and of its domain, of the whole channel and of two
    /// configurations.
    FIND = concat!("SELECT ", columns!(), " FROM suppressions
            WHERE sandbox = $1 AND channel = $2 AND address_key IN ($3, $4) AND configuration_id IN ('', $5, $6)
            ORDER BY is_domain, configuration_id, own_wish");
    /// Of whichever configuration.
    OF_ADDRESS = concat!("SELECT ", columns!(), " FROM suppressions
                  WHERE sandbox = $1 AND channel = $2 AND address_key = $3 AND NOT is_domain
                  ORDER BY configuration_id, own_wish");
    FIND_LISTED = concat!("SELECT ", columns!(), " FROM suppressions WHERE ", listed!(), " AND address_key = $2");
    /// Has the sandbox any, and is its allow list active?
    LOOK = "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM suppressions WHERE sandbox = $1 LIMIT 1) one) AS suppressed,
            allow_list_active FROM sandboxes WHERE name = $1";
    LIST = concat!("SELECT ", columns!(), " FROM suppressions
            WHERE sandbox = $1 AND ($3 = '' OR reason = $3 OR reason = $4) AND address_key >= $5 AND address_key < $6
            ORDER BY created_at DESC, address_key DESC, configuration_id, own_wish LIMIT $2");
    REMOVE = concat!("DELETE FROM suppressions WHERE sandbox = $1 AND channel = $2 AND address_key = $3
              AND configuration_id = $4 AND own_wish = $5 RETURNING ", columns!());
    /// Written together with that of another configuration.
    REMOVE_TWIN = "DELETE FROM suppressions WHERE sandbox = $1 AND channel = $2 AND address_key = $3 AND configuration_id = $4
                   AND own_wish AND created_at = (
                       SELECT s.created_at FROM suppressions s WHERE s.sandbox = $1 AND s.channel = $2
                       AND s.address_key = $3 AND s.configuration_id = $5 AND s.own_wish)";
    WIPE = concat!("DELETE FROM suppressions WHERE ", listed!(), " AND address_key IN (
            SELECT address_key FROM suppressions WHERE ", listed!(), " LIMIT $2)");
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    channel: String,
    address: String,
    is_domain: bool,
    reason: String,
    detail: String,
    entered_by: String,
    configuration_id: String,
    message_id: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Suppression {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let configuration = Some(row.configuration_id.as_str()).filter(|id| !id.is_empty());
        Ok(Self {
            channel: stored(&row.channel)?,
            is_domain: row.is_domain,
            reason: stored(&row.reason)?,
            configuration_id: configuration.map(stored).transpose()?,
            message_id: row.message_id.as_deref().map(stored).transpose()?,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
            address: row.address,
            detail: row.detail,
            entered_by: row.entered_by,
        })
    }
}

/// Did it change anything?
pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, new: &Suppression) -> Result<bool> {
    let done = within!(tx, db => query(INSERT)
        .bind(sandbox.as_str())
        .bind(search_key(&new.address))
        .bind(new.reason.is_own_wish())
        .bind(new.channel.as_str())
        .bind(&new.address)
        .bind(new.is_domain)
        .bind(new.reason.as_str())
        .bind(&new.detail)
        .bind(&new.entered_by)
        .bind(new.configuration_id.as_ref().map_or("", |id| id.as_str()))
        .bind(new.message_id.as_ref().map(MessageId::as_str))
        .bind(new.created_at.as_millis())
        .bind(new.updated_at.as_millis())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Everything that may keep messages of one of these configurations from an address, the address before its domain. An
/// empty configuration: only what is of the whole channel.
pub(crate) async fn find(
    store: &Store,
    sandbox: &SandboxName,
    channel: Channel,
    address: &str,
    configurations: [&str; 2],
) -> Result<Vec<Suppression>> {
    let key = search_key(address);
    let domain = match (channel, address.rsplit_once('@')) {
        (Channel::Email, Some((_, domain))) => search_key(domain),
        _ => key.clone(),
    };
    let [first, second] = configurations;
    let rows: Vec<Row> = read!(store, db => query_as(FIND)
        .bind(sandbox.as_str()).bind(channel.as_str()).bind(key).bind(domain).bind(first).bind(second)
        .fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Everything that is entered of an address itself.
pub(crate) async fn of_address(
    store: &Store,
    sandbox: &SandboxName,
    channel: Channel,
    address: &str,
) -> Result<Vec<Suppression>> {
    let rows: Vec<Row> = read!(store, db => query_as(OF_ADDRESS)
        .bind(sandbox.as_str()).bind(channel.as_str()).bind(search_key(address)).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The entry of an address or a domain on the list.
pub(crate) async fn find_listed(store: &Store, sandbox: &SandboxName, listed: &str) -> Result<Option<Suppression>> {
    let row: Option<Row> = read!(store, db => query_as(FIND_LISTED)
        .bind(sandbox.as_str()).bind(search_key(listed)).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

/// What a sandbox has of both lists.
pub(crate) struct Look {
    /// Is any address suppressed?
    pub(crate) any: bool,
    pub(crate) allow_list_active: bool,
}

/// `None`: there is no such sandbox.
pub(crate) async fn look(store: &Store, sandbox: &SandboxName) -> Result<Option<Look>> {
    let row: Option<(i64, bool)> = read!(store, db => query_as(LOOK).bind(sandbox.as_str()).fetch_optional(db).await)?;
    Ok(row.map(|(suppressed, allow_list_active)| Look { any: suppressed > 0, allow_list_active }))
}

/// Which rows of the list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    /// `None`: of every kind.
    pub(crate) kind: Option<SuppressionKind>,
    /// How address or domain begins, in any case.
    pub(crate) start: &'a str,
}

/// Newest first.
pub(crate) async fn list(
    store: &Store,
    sandbox: &SandboxName,
    wanted: Wanted<'_>,
    limit: i64,
) -> Result<Vec<Suppression>> {
    let (first, second) = reasons_of(wanted.kind);
    let start = search_key(wanted.start);
    // No text in UTF-8 has this byte.
    let end = [&start[..], &[0xff]].concat();
    let rows: Vec<Row> = read!(store, db => query_as(LIST)
        .bind(sandbox.as_str()).bind(limit).bind(first).bind(second).bind(start).bind(end)
        .fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One or two; empty for every reason.
fn reasons_of(kind: Option<SuppressionKind>) -> (&'static str, &'static str) {
    let mut reasons = SuppressionReason::ALL.iter().filter(|reason| Some(reason.kind()) == kind);
    let first = reasons.next().map_or("", |reason| reason.as_str());
    (first, reasons.next().map_or(first, |reason| reason.as_str()))
}

/// Which row of an address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) channel: Channel,
    pub(crate) address: &'a str,
    /// Empty: of the whole channel.
    pub(crate) configuration: &'a str,
    pub(crate) own_wish: bool,
}

/// The row as it was, when it was there.
pub(crate) async fn remove(tx: &mut Tx, sandbox: &SandboxName, entry: Entry<'_>) -> Result<Option<Suppression>> {
    let row: Option<Row> = within!(tx, db => query_as(REMOVE)
        .bind(sandbox.as_str())
        .bind(entry.channel.as_str())
        .bind(search_key(entry.address))
        .bind(entry.configuration)
        .bind(entry.own_wish)
        .fetch_optional(db)
        .await)?;
    row.map(TryInto::try_into).transpose()
}

/// Removes that of a configuration which was written together with that of another one: what the person
/// wanted of both.
pub(crate) async fn remove_twin(
    tx: &mut Tx,
    sandbox: &SandboxName,
    channel: Channel,
    address: &str,
    (configuration, other): (&str, &str),
) -> Result<()> {
    within!(tx, db => query(REMOVE_TWIN)
        .bind(sandbox.as_str()).bind(channel.as_str()).bind(search_key(address)).bind(configuration).bind(other)
        .execute(db).await.map(drop))?;
    Ok(())
}

/// Removes up to `limit` entries of the list; how many?
pub(crate) async fn wipe(tx: &mut Tx, sandbox: &SandboxName, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(WIPE).bind(sandbox.as_str()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_kind_has_more_reasons_than_the_statement_takes() {
        for kind in SuppressionKind::ALL.iter().copied() {
            let count = SuppressionReason::ALL.iter().filter(|reason| reason.kind() == kind).count();
            assert!((1..=2).contains(&count), "{kind}");
        }
        assert_eq!(reasons_of(None), ("", ""));
        assert_eq!(reasons_of(Some(SuppressionKind::Manual)), ("manual", "manual"));
    }
}
