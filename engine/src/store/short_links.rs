//! Where the short links of mobile messages lead.

use domain::Timestamp;
use domain::id::MessageId;
use sqlx::{query, query_as};

use super::{Rows, Store, Tx, groups, read, stored, within};
use crate::Result;
use crate::tracking::ShortLink;

super::statements! {
    /// Every try of a message has the same links. A code that another message has stays that one's.
    INSERT = "INSERT INTO short_links (code, message_id, link, target, expires_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (code) DO UPDATE SET expires_at = excluded.expires_at
              WHERE short_links.message_id = excluded.message_id AND short_links.target = excluded.target";
    FIND = "SELECT message_id, link, target FROM short_links WHERE code = $1 AND expires_at > $2";
    REMOVE_EXPIRED = "DELETE FROM short_links WHERE code IN (SELECT code FROM short_links WHERE expires_at <= $1 LIMIT $2)";
}

static INSERTS: Rows = Rows::new(INSERT);

/// Writes the links of a message, each code once; how many of them are its own?
pub(crate) async fn insert(
    tx: &mut Tx,
    message: &MessageId,
    links: &[ShortLink],
    expires_at: Timestamp,
) -> Result<u64> {
    let mut own = 0;
    for rows in groups(links) {
        let sql = INSERTS.text(tx, rows.len());
        own += within!(tx, db => {
            let mut query = query(sql);
            for ShortLink { code, link, target } in rows {
                query = query
                    .bind(code)
                    .bind(message.as_str())
                    .bind(i64::from(*link))
                    .bind(target)
                    .bind(expires_at.as_millis());
            }
            query.execute(db).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(own)
}

/// Whose link this is, its number and where it leads; `None` once it has expired.
pub(crate) async fn find(store: &Store, code: &str, now: Timestamp) -> Result<Option<(MessageId, u16, String)>> {
    let row: Option<(String, i64, String)> =
        read!(store, db => query_as(FIND).bind(code).bind(now.as_millis()).fetch_optional(db).await)?;
    row.map(|(message, link, target)| Ok((stored(&message)?, u16::try_from(link).unwrap_or_default(), target)))
        .transpose()
}

/// Removes up to `limit` links whose time has come.
pub(crate) async fn remove_expired(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64> {
    Ok(within!(tx, db => query(REMOVE_EXPIRED).bind(now.as_millis()).bind(limit).execute(db).await
        .map(|done| done.rows_affected()))?)
}
