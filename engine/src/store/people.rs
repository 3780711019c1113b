//! People as rules of audiences ask for them: pages of profiles in the order of their ids, and what is known of such a page
//! beside the profiles, with few questions.

use std::collections::HashMap;

use domain::SandboxName;
use domain::Timestamp;
use domain::audience_rule::{ConsentChoice, PastMessages, PastState};
use domain::channel_configuration::Channel;
use domain::consent::{Choice, counting};
use domain::id::{AudienceId, ProfileId};
use domain::message::MessageState;
use domain::profile::Identity;
use serde_json::{Map, Value};
use sqlx::{query_as, query_scalar};

use super::audiences::member_key;
use super::messages::search_key;
use super::picked::picked;
use super::{Store, read, stored};
use crate::Result;

/// As many parameters as [`WIDE`], the first ones.
macro_rules! keys {
    () => {
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
         $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44,
         $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64)"
    };
}

/// Keys of one question.
const WIDE: usize = 64;

/// Messages to people with these user ids, but for proofs: of one campaign and of one channel, unless these are empty. Two ways, because the
/// index by user id has only those whose address is another text.
macro_rules! of_people {
    () => {
        concat!(
            "SELECT m.* FROM messages m WHERE m.sandbox = $65 AND m.address_key IN ",
            keys!(),
            " AND m.user_key = m.address_key AND m.lane <> 3 AND ($66 = '' OR m.campaign_id = $66) AND ($67 = '' OR m.channel = $67)
             UNION ALL SELECT m.* FROM messages m WHERE m.sandbox = $65 AND m.user_key IN ",
            keys!(),
            " AND m.user_key <> m.address_key AND m.lane <> 3 AND ($66 = '' OR m.campaign_id = $66) AND ($67 = '' OR m.channel = $67)"
        )
    };
}

super::statements! {
    PAGE = "SELECT id, '{}' AS attributes, time_zone, language, is_test FROM profiles
            WHERE sandbox = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4";
    PAGE_WITH_ATTRIBUTES = "SELECT id, attributes, time_zone, language, is_test FROM profiles
                            WHERE sandbox = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4";
    COUNT = "SELECT COUNT(*) FROM profiles WHERE sandbox = $1";
    /// The profile that is so many places after this one.
    SKIP = "SELECT id FROM profiles WHERE sandbox = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3";
    IDENTITIES = "SELECT profile_id, namespace, user_id FROM profile_identities
                  WHERE sandbox = $1 AND profile_id > $2 AND profile_id <= $3 ORDER BY profile_id";
    LISTED = concat!("SELECT m.member_key FROM audience_members m JOIN audiences a ON a.import_id = m.import_id
                      WHERE m.member_key IN ", keys!(), " AND a.sandbox = $65 AND a.id = $66");
    /// Of whole channels, with an address or with all of a person.
    CONSENTS = concat!("SELECT subject_key, choice, at FROM consents WHERE subject_key IN ", keys!(),
                       " AND sandbox = $65 AND channel = $66 AND topic_id = ''");
    COUNT_MESSAGES = concat!("SELECT user_key, namespace, COUNT(*) FROM (", of_people!(), ") AS found
                             WHERE created_at >= $68 AND state IN ($69, $70, $71) GROUP BY user_key, namespace");
    COUNT_EVENTS = concat!("SELECT found.user_key, found.namespace, COUNT(DISTINCT found.id) FROM (", of_people!(), ") AS found
                            JOIN message_events e ON e.message_id = found.id WHERE e.at >= $68 AND e.kind = $69 GROUP BY found.user_key, found.namespace");
}

/// A profile as rules ask for it.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: ProfileId,
    /// Those that somebody asks for.
    pub(crate) attributes: Map<String, Value>,
    pub(crate) time_zone: String,
    pub(crate) language: String,
    pub(crate) is_test: bool,
    /// In the order of namespaces and user ids.
    pub(crate) identities: Vec<Identity>,
}

/// Which profiles are looked at: those after one id and before another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Between<'a> {
    pub(crate) sandbox: &'a SandboxName,
    pub(crate) after: &'a str,
    pub(crate) before: &'a str,
}

type Row = (String, String, String, String, bool);

/// Up to `limit` people in the order of their ids, with their identities and the attributes of these names.
pub(crate) async fn page(store: &Store, between: Between<'_>, attributes: &[&str], limit: i64) -> Result<Vec<Person>> {
    let sql = if attributes.is_empty() { PAGE } else { PAGE_WITH_ATTRIBUTES };
    let Between { sandbox, after, before } = between;
    let rows: Vec<Row> = read!(store, db => query_as(sql)
        .bind(sandbox.as_str()).bind(after).bind(before).bind(limit).fetch_all(db).await)?;
    let Some(last) = rows.last().map(|row| row.0.clone()) else { return Ok(Vec::new()) };
    let named: Vec<(String, String, String)> = read!(store, db => query_as(IDENTITIES)
        .bind(sandbox.as_str()).bind(after).bind(&last).fetch_all(db).await)?;
    let mut named = named.into_iter().peekable();
    rows.into_iter()
        .map(|(id, stored_attributes, time_zone, language, is_test)| {
            let mut identities = Vec::new();
            // Both are in one order; identities may be there whose profile is being written.
            while let Some((_, namespace, user_id)) = named.next_if(|(of, ..)| *of <= id) {
                identities.push(Identity { namespace, user_id });
            }
            identities.sort_by(|one, other| (&one.namespace, &one.user_id).cmp(&(&other.namespace, &other.user_id)));
            let attributes = picked(&stored_attributes, attributes)?;
            Ok(Person { id: stored(&id)?, attributes, time_zone, language, is_test, identities })
        })
        .collect()
}

/// Profiles of a sandbox.
pub(crate) async fn count(store: &Store, sandbox: &SandboxName) -> Result<i64> {
    Ok(read!(store, db => query_scalar(COUNT).bind(sandbox.as_str()).fetch_one(db).await)?)
}

/// The id of the profile that is so many places after this one.
pub(crate) async fn skip(store: &Store, sandbox: &SandboxName, after: &str, places: i64) -> Result<Option<String>> {
    Ok(read!(store, db => query_scalar(SKIP).bind(sandbox.as_str()).bind(after).bind(places)
        .fetch_optional(db).await)?)
}

/// Asks a statement of [`WIDE`] keys for any number of them, with what else it wants to know.
macro_rules! in_steps {
    ($store:expr, $sql:expr, $keys:expr, |$query:ident| $bound:expr) => {{
        let mut rows = Vec::new();
        for keys in $keys.chunks(WIDE) {
            let Some(last) = keys.last() else { continue };
            // The last step asks for its last key more than once.
            let padded = keys.iter().chain(std::iter::repeat_n(last, WIDE - keys.len()));
            rows.extend(read!($store, db => {
                let mut $query = query_as($sql);
                for key in padded {
                    $query = $query.bind(key);
                }
                $bound.fetch_all(db).await
            })?);
        }
        rows
    }};
}

/// Who of these people stands in the list of an audience, by position.
pub(crate) async fn listed(
    store: &Store,
    sandbox: &SandboxName,
    audience: &AudienceId,
    people: &[Person],
) -> Result<Vec<bool>> {
    let by_key = |identity: &Identity| member_key(&identity.namespace, &identity.user_id);
    let owners = owners(people, by_key);
    let keys: Vec<&Vec<u8>> = owners.keys().collect();
    let rows: Vec<(Vec<u8>,)> =
        in_steps!(store, LISTED, keys, |query| query.bind(sandbox.as_str()).bind(audience.as_str()));
    let mut listed = vec![false; people.len()];
    for (key,) in rows {
        owners.get(&key).into_iter().flatten().for_each(|position| listed[*position] = true);
    }
    Ok(listed)
}

/// What counts of what each of these people said of marketing on a channel, by position, as it does in delivery; who said nothing,
/// or has no address there, has not decided.
pub(crate) async fn consents(
    store: &Store,
    sandbox: &SandboxName,
    channel: Channel,
    people: &[Person],
) -> Result<Vec<ConsentChoice>> {
    let mut owners: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    let mut keys_of_people: HashMap<Vec<u8>, usize> = HashMap::new();
    for (position, person) in people.iter().enumerate() {
        // The address that a run would write to.
        if let Some(identity) = person.identities.iter().find(|identity| identity.is_of(channel.namespace())) {
            owners.entry(search_key(&identity.user_id)).or_default().push(position);
            keys_of_people.insert(search_key(person.id.as_str()), position);
        }
    }
    let keys: Vec<&Vec<u8>> = owners.keys().chain(keys_of_people.keys()).collect();
    let rows: Vec<(Vec<u8>, String, i64)> =
        in_steps!(store, CONSENTS, keys, |query| query.bind(sandbox.as_str()).bind(channel.as_str()));
    let mut own: Vec<Option<Said>> = vec![None; people.len()];
    let mut of_person = own.clone();
    for (key, choice, at) in rows {
        let said = Some((stored(&choice)?, Timestamp::from_millis(at)));
        owners.get(&key).into_iter().flatten().for_each(|position| own[*position] = said);
        if let Some(position) = keys_of_people.get(&key) {
            of_person[*position] = said;
        }
    }
    Ok(own.into_iter().zip(of_person).map(|(own, person)| decided(counting(own, person, |said| *said))).collect())
}

/// A choice, and when it was made.
type Said = (Choice, Timestamp);

fn decided(said: Option<Said>) -> ConsentChoice {
    match said.map(|(choice, _)| choice) {
        Some(Choice::In) => ConsentChoice::In,
        Some(Choice::Out) => ConsentChoice::Out,
        // Nobody knows yet.
        Some(Choice::Pending) | None => ConsentChoice::Empty,
    }
}

/// How many messages of this kind there were for each of these people, by position.
pub(crate) async fn past(
    store: &Store,
    sandbox: &SandboxName,
    asked: &PastMessages,
    people: &[Person],
    since: Timestamp,
) -> Result<Vec<i64>> {
    let by_key = |identity: &Identity| search_key(&identity.user_id);
    let owners = owners(people, by_key);
    let keys: Vec<&Vec<u8>> = owners.keys().collect();
    let campaign = asked.campaign_id.as_deref().unwrap_or_default();
    let channel = asked.channel.map_or("", Channel::as_str);
    let rows: Vec<(Vec<u8>, String, i64)> = match asked.state {
        PastState::Opened | PastState::Clicked => in_steps!(store, COUNT_EVENTS, keys, |query| query
            .bind(sandbox.as_str())
            .bind(campaign)
            .bind(channel)
            .bind(since.as_millis())
            .bind(asked.state.as_str())),
        state => {
            let [one, two, three] = states(state).map(MessageState::as_str);
            in_steps!(store, COUNT_MESSAGES, keys, |query| query
                .bind(sandbox.as_str())
                .bind(campaign)
                .bind(channel)
                .bind(since.as_millis())
                .bind(one)
                .bind(two)
                .bind(three))
        }
    };
    let mut counts = vec![0; people.len()];
    for (key, namespace, count) in rows {
        for position in owners.get(&key).into_iter().flatten() {
            // Another person may have the same user id in another namespace.
            let is_theirs = |identity: &Identity| identity.is_of(&namespace) && search_key(&identity.user_id) == key;
            if people[*position].identities.iter().any(is_theirs) {
                counts[*position] += count;
            }
        }
    }
    Ok(counts)
}

/// The states of messages that are meant.
fn states(state: PastState) -> [MessageState; 3] {
    use MessageState::{Bounced, Captured, Delivered, Excluded, Failed, InDoubt, Sent};
    match state {
        PastState::Excluded => [Excluded; 3],
        PastState::Failed => [Failed, Bounced, InDoubt],
        PastState::HandedOver | PastState::Opened | PastState::Clicked => [Sent, Captured, Delivered],
    }
}

/// Positions of the people who have each key.
fn owners(people: &[Person], key: impl Fn(&Identity) -> Vec<u8>) -> HashMap<Vec<u8>, Vec<usize>> {
    let mut owners: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
    for (position, person) in people.iter().enumerate() {
        for identity in &person.identities {
            owners.entry(key(identity)).or_default().push(position);
        }
    }
    owners
}
