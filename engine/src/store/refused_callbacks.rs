//! Callbacks that were refused: a few numbers for each configuration.

use domain::Timestamp;
use domain::id::ChannelConfigurationId;
use domain::inbound::RefusedCallbacks;
use sqlx::{query, query_as};

use super::{Store, Tx, read, stored, within};
use crate::Result;

super::statements! {
    ADD = "INSERT INTO refused_callbacks (configuration_id, hour, times, last_at, kind, words) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (configuration_id, hour) DO UPDATE SET times = refused_callbacks.times + excluded.times,
           last_at = excluded.last_at, kind = excluded.kind, words = excluded.words";
    REMOVE_OLD = "DELETE FROM refused_callbacks WHERE configuration_id = $1 AND hour < $2";
    FIND = "SELECT last_at, kind, words,
            (SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT) FROM refused_callbacks l
             WHERE l.configuration_id = $1 AND l.hour >= $2) AS lately
            FROM refused_callbacks WHERE configuration_id = $1 ORDER BY hour DESC LIMIT 1";
}

const HOUR_MILLIS: i64 = 3_600_000;

/// The beginning of the first hour that counts as lately.
fn first_hour(now: Timestamp) -> i64 {
    hour(now) - 23 * HOUR_MILLIS
}

fn hour(time: Timestamp) -> i64 {
    time.as_millis().div_euclid(HOUR_MILLIS) * HOUR_MILLIS
}

/// Adds `new.lately` refusals, and forgets those that are older than a day.
pub(crate) async fn add(tx: &mut Tx, configuration: &ChannelConfigurationId, new: &RefusedCallbacks) -> Result<()> {
    within!(tx, db => query(REMOVE_OLD).bind(configuration.as_str()).bind(first_hour(new.last_at)).execute(db).await
        .map(drop))?;
    within!(tx, db => query(ADD)
        .bind(configuration.as_str())
        .bind(hour(new.last_at))
        .bind(new.lately)
        .bind(new.last_at.as_millis())
        .bind(new.kind.as_str())
        .bind(&new.words)
        .execute(db)
        .await
        .map(drop))?;
    Ok(())
}

/// `None`: none was ever refused. The last one stays known for longer than a day.
pub(crate) async fn find(
    store: &Store,
    configuration: &ChannelConfigurationId,
    now: Timestamp,
) -> Result<Option<RefusedCallbacks>> {
    let row: Option<(i64, String, String, i64)> = read!(store, db => query_as(FIND)
        .bind(configuration.as_str()).bind(first_hour(now)).fetch_optional(db).await)?;
    row.map(|(last_at, kind, words, lately)| {
        Ok(RefusedCallbacks { lately, last_at: Timestamp::from_millis(last_at), kind: stored(&kind)?, words })
    })
    .transpose()
}
