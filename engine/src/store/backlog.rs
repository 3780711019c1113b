//! How many messages wait to be sent.

use sqlx::query_scalar;

use super::{Store, read};
use crate::Result;

super::statements! {
    /// Of all lanes before marketing's: step by step through the index, however long the marketing queues are.
    COUNT = "WITH RECURSIVE queues (id) AS (
                 SELECT MIN(configuration_id) FROM messages WHERE state = 'queued'
                 UNION ALL
                 SELECT (SELECT MIN(m.configuration_id) FROM messages m
                         WHERE m.state = 'queued' AND m.configuration_id > queues.id)
                 FROM queues WHERE queues.id IS NOT NULL)
             SELECT COUNT(*) FROM queues JOIN messages w ON w.configuration_id = queues.id AND w.state = 'queued'
             AND w.lane < 2";
}

/// Messages of trigger calls that are queued.
pub(crate) async fn count(store: &Store) -> Result<i64> {
    Ok(read!(store, db => query_scalar(COUNT).fetch_one(db).await)?)
}
