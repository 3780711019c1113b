//! Lines: when the next message of a configuration, or of one of its destination domains, may go.

use domain::Timestamp;
use domain::id::ChannelConfigurationId;
use sqlx::{query, query_scalar};

use super::{Tx, within};
use crate::Result;
use crate::lane::Lane;

super::statements! {
    /// Makes the row when there is none, and keeps it for this transaction.
    LOCK = "INSERT INTO rates (configuration_id, domain, lane_group, next_at) VALUES ($1, $2, $3, 0)
            ON CONFLICT (configuration_id, domain, lane_group) DO UPDATE SET next_at = rates.next_at RETURNING next_at";
    MOVE = "UPDATE rates SET next_at = $4 WHERE configuration_id = $1 AND domain = $2 AND lane_group = $3";
    REMOVE_OLD = "DELETE FROM rates WHERE next_at < $1";
}

/// Which line is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineKey<'a> {
    pub(crate) configuration_id: &'a ChannelConfigurationId,
    /// Empty: of the configuration as a whole.
    pub(crate) domain: String,
    group: i64,
}

impl<'a> LineKey<'a> {
    pub(crate) fn of_configuration(configuration_id: &'a ChannelConfigurationId) -> Self {
        Self { configuration_id, domain: String::new(), group: 0 }
    }

    /// Transactional messages never stand behind marketing.
    pub(crate) fn of_domain(configuration_id: &'a ChannelConfigurationId, lane: Lane, domain: String) -> Self {
        Self { configuration_id, domain, group: if lane == Lane::Marketing { 2 } else { 1 } }
    }
}

/// When the next place is free, in microseconds. Nobody else moves this line before the end of the transaction. Lines of
/// several configurations are locked in the order of their ids.
pub(crate) async fn lock(tx: &mut Tx, key: &LineKey<'_>) -> Result<i64> {
    let LineKey { configuration_id, domain, group } = key;
    let next_at = within!(tx, db => query_scalar(LOCK)
        .bind(configuration_id.as_str())
        .bind(domain)
        .bind(group)
        .fetch_one(db)
        .await)?;
    Ok(next_at)
}

pub(crate) async fn set(tx: &mut Tx, key: &LineKey<'_>, next_at: i64) -> Result<()> {
    let LineKey { configuration_id, domain, group } = key;
    within!(tx, db => query(MOVE)
        .bind(configuration_id.as_str())
        .bind(domain)
        .bind(group)
        .bind(next_at)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// Lines whose next place was free at this time say nothing any more.
pub(crate) async fn remove_older(tx: &mut Tx, than: Timestamp) -> Result<()> {
    let micros = than.as_millis().saturating_mul(1_000);
    within!(tx, db => query(REMOVE_OLD).bind(micros).execute(db).await.map(drop))?;
    Ok(())
}
