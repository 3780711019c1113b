//! Messages on their way to another configuration, and back.

use domain::id::{ChannelConfigurationId, MessageId};
use domain::{SandboxName, Timestamp};
use sqlx::{query, query_scalar};

use super::messages::search_key;
use super::{Store, Tx, read, stored, within};
use crate::Result;

/// What may have arrived is tried again only where it went: elsewhere nobody would know that it is the same.
macro_rules! move_some {
    ($set:literal, $which:literal, $limit:literal) => {
        concat!(
            "UPDATE messages SET slot_at = NULL, ",
            $set,
            " WHERE state = 'queued' AND id IN (SELECT m.id FROM messages m WHERE m.state = 'queued'
              AND m.configuration_id = $1 AND m.due_at <= $2 AND ",
            $which,
            " AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.message_id = m.id AND a.outcome = 'in_doubt') LIMIT ",
            $limit,
            ")"
        )
    };
}

super::statements! {
    WAITS = "SELECT EXISTS (SELECT 1 FROM messages WHERE state = 'queued' AND configuration_id = $1 AND due_at <= $2)";
    GUEST_WAITS = "SELECT EXISTS (SELECT 1 FROM messages WHERE state = 'queued' AND configuration_id = $1 AND due_at <= $2
                   AND home_id IS NOT NULL)";
    /// Whose messages another configuration has sent there.
    HOMES = "SELECT DISTINCT home_id FROM messages WHERE sandbox = $1 AND address_key = $2 AND configuration_id = $3
             AND home_id IS NOT NULL";
    MOVE = "UPDATE messages SET configuration_id = $2, home_id = $3, slot_at = NULL WHERE id = $1 AND state = 'queued'";
    LEAVE = move_some!("configuration_id = $3, home_id = $1", "m.home_id IS NULL", "500");
    RETURN = move_some!(
        "configuration_id = home_id, home_id = NULL",
        "m.home_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM circuits k WHERE k.configuration_id = m.home_id)",
        "500"
    );
    /// Nothing else would find out that the server is there again.
    RETURN_TO_PROBE = move_some!(
        "configuration_id = home_id, home_id = NULL",
        "m.home_id IN (SELECT k.configuration_id FROM circuits k WHERE k.next_try_at <= $2)",
        "1"
    );
}

/// Is anything due there, or any guest? Costs no turn of the writer.
pub(crate) async fn waits(
    store: &Store,
    at: &ChannelConfigurationId,
    only_guests: bool,
    now: Timestamp,
) -> Result<bool> {
    let text = if only_guests { GUEST_WAITS } else { WAITS };
    let waits = read!(store, db => query_scalar(text).bind(at.as_str()).bind(now.as_millis()).fetch_one(db).await)?;
    Ok(waits)
}

/// The configurations for which this one has stood in towards an address.
pub(crate) async fn homes(
    tx: &mut Tx,
    sandbox: &SandboxName,
    address: &str,
    stand_in: &ChannelConfigurationId,
) -> Result<Vec<ChannelConfigurationId>> {
    let homes: Vec<String> = within!(tx, db => query_scalar(HOMES)
        .bind(sandbox.as_str())
        .bind(search_key(address))
        .bind(stand_in.as_str())
        .fetch_all(db)
        .await)?;
    homes.iter().map(|id| stored(id)).collect()
}

/// Puts one queued message into another queue. `home`: the configuration that it comes from; `None`: it comes home.
pub(crate) async fn move_one(
    tx: &mut Tx,
    message: &MessageId,
    to: &ChannelConfigurationId,
    home: Option<&ChannelConfigurationId>,
) -> Result<()> {
    within!(tx, db => query(MOVE)
        .bind(message.as_str())
        .bind(to.as_str())
        .bind(home.map(ChannelConfigurationId::as_str))
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Up to 500 messages that are due leave their own configuration for another one. How many were there?
pub(crate) async fn leave(
    tx: &mut Tx,
    from: &ChannelConfigurationId,
    to: &ChannelConfigurationId,
    now: Timestamp,
) -> Result<u64> {
    let moved = within!(tx, db => query(LEAVE)
        .bind(from.as_str())
        .bind(now.as_millis())
        .bind(to.as_str())
        .execute(db)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(moved)
}

/// Up to 500 messages that are due at a stand-in go back to their own configurations, where those send; to one that does not,
/// one message goes when it is time to probe. How many were there?
pub(crate) async fn go_home(tx: &mut Tx, from: &ChannelConfigurationId, now: Timestamp) -> Result<u64> {
    let mut moved = 0;
    for text in [RETURN, RETURN_TO_PROBE] {
        moved += within!(tx, db => query(text)
            .bind(from.as_str())
            .bind(now.as_millis())
            .execute(db)
            .await
            .map(|done| done.rows_affected()))?;
    }
    Ok(moved)
}
