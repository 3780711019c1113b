//! What people said of all their addresses: the rows of [`super::consents`] in which the id of a profile stands for the address.
//! They go where the profile goes.

use std::collections::HashSet;

use domain::SandboxName;
use domain::channel_configuration::Channel;
use domain::consent::Consent;
use domain::id::{ProfileId, TopicId};
use sqlx::{query, query_as};

use super::consents::{Row, ordered, topic};
use super::messages::search_key;
use super::profiles::{WIDE, in_wide_steps, wide};
use super::{Store, Tx, read, stored, within};
use crate::Result;

/// Way through the key to everything of one person, who is `$2`.
macro_rules! of_person {
    () => {
        " WHERE sandbox = $1 AND channel IN ('email', 'mobile', 'push') AND subject_key = $2"
    };
}

/// What is merged is what counts.
macro_rules! wins {
    () => {
        "(excluded.choice = 'out' AND consents.choice <> 'out')
         OR (excluded.at > consents.at AND (excluded.choice = 'out' OR consents.choice <> 'out'))"
    };
}

super::statements! {
    LIST = concat!("SELECT channel, address, topic_id, choice, source, at FROM consents", of_person!());
    /// What people want nothing of.
    NOS = concat!("SELECT address, channel, topic_id FROM consents WHERE sandbox = $1
                   AND channel IN ('email', 'mobile', 'push') AND choice = 'out' AND subject_key IN ", wide!());
    /// After what the other one said; before [`MERGE`], which counts both together.
    MERGE_HISTORY = concat!("UPDATE consent_history SET subject_key = $3, address = $4, number = number + COALESCE((
                             SELECT c.entries FROM consents c WHERE c.sandbox = consent_history.sandbox
                             AND c.channel = consent_history.channel AND c.subject_key = $3
                             AND c.topic_id = consent_history.topic_id), 0)", of_person!());
    /// A no of either stays, and of two that are alike in this the later.
    MERGE = concat!(
        "INSERT INTO consents (sandbox, channel, subject_key, topic_id, address, choice, source, at, entries)
         SELECT sandbox, channel, $3, topic_id, $4, choice, source, at, entries FROM consents", of_person!(), "
         ON CONFLICT (sandbox, channel, subject_key, topic_id) DO UPDATE SET
         choice = CASE WHEN ", wins!(), " THEN excluded.choice ELSE consents.choice END,
         source = CASE WHEN ", wins!(), " THEN excluded.source ELSE consents.source END,
         at = CASE WHEN ", wins!(), " THEN excluded.at ELSE consents.at END,
         entries = consents.entries + excluded.entries");
    REMOVE = concat!("DELETE FROM consents", of_person!());
    REMOVE_HISTORY = concat!("DELETE FROM consent_history", of_person!());
}

/// Of all channels, by channel; each before its topics.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName, person: &ProfileId) -> Result<Vec<Consent>> {
    let rows: Vec<Row> = read!(store, db => query_as(LIST)
        .bind(sandbox.as_str()).bind(search_key(person.as_str())).fetch_all(db).await)?;
    by_channel(rows)
}

/// The same as a transaction sees it.
pub(crate) async fn list_in(tx: &mut Tx, sandbox: &SandboxName, person: &ProfileId) -> Result<Vec<Consent>> {
    let rows: Vec<Row> = within!(tx, db => query_as(LIST)
        .bind(sandbox.as_str()).bind(search_key(person.as_str())).fetch_all(db).await)?;
    by_channel(rows)
}

fn by_channel(rows: Vec<Row>) -> Result<Vec<Consent>> {
    let mut all = ordered(rows)?;
    all.sort_by_key(|consent| consent.channel.as_str());
    Ok(all)
}

/// What each of these people wants nothing of, with all addresses of a channel.
pub(crate) async fn nos(
    tx: &mut Tx,
    sandbox: &SandboxName,
    people: &[&ProfileId],
) -> Result<HashSet<(ProfileId, Channel, Option<TopicId>)>> {
    let keys: Vec<Vec<u8>> = people.iter().map(|person| search_key(person.as_str())).collect();
    let mut rows: Vec<(String, String, String)> = Vec::new();
    in_wide_steps!(tx, NOS, sandbox, keys, rows);
    rows.into_iter().map(|(person, channel, id)| Ok((stored(&person)?, stored(&channel)?, topic(&id)?))).collect()
}

/// Two people are one: what `from` said is what `to` said.
pub(crate) async fn merge(tx: &mut Tx, sandbox: &SandboxName, from: &ProfileId, to: &ProfileId) -> Result<()> {
    let (from_key, to_key) = (search_key(from.as_str()), search_key(to.as_str()));
    for sql in [MERGE_HISTORY, MERGE] {
        within!(tx, db => query(sql).bind(sandbox.as_str()).bind(&from_key).bind(&to_key).bind(to.as_str())
            .execute(db).await.map(drop))?;
    }
    within!(tx, db => query(REMOVE).bind(sandbox.as_str()).bind(&from_key).execute(db).await.map(drop))?;
    Ok(())
}

/// Removes everything, a no as well: nobody is left whom it could keep us from. How many entries were there?
pub(crate) async fn remove(tx: &mut Tx, sandbox: &SandboxName, person: &ProfileId) -> Result<u64> {
    let key = search_key(person.as_str());
    within!(tx, db => query(REMOVE).bind(sandbox.as_str()).bind(&key).execute(db).await.map(drop))?;
    Ok(within!(tx, db => query(REMOVE_HISTORY).bind(sandbox.as_str()).bind(&key).execute(db).await
        .map(|done| done.rows_affected()))?)
}
