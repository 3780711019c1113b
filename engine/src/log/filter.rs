//! The filters of the log, as conditions. A value that is none is told at the filter's name.

use std::str::FromStr;

use domain::channel_configuration::Channel;
use domain::eligibility::Exclusion;
use domain::execution::ExecutionStatus;
use domain::id::{CampaignId, ChannelConfigurationId, ExecutionId, MessageId};
use domain::inbound::InboundFilter;
use domain::keywords::Meaning;
use domain::message::{LogFilter, MessageKind, MessageState};
use domain::{Fault, SandboxName, Timestamp};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::store::log::{Bound, Wanted};
use crate::store::messages::search_key;

/// Messages of a sandbox that pass.
pub(super) fn messages(sandbox: &SandboxName, filter: &LogFilter) -> Result<Wanted, Fault> {
    let mut wanted = Wanted::messages(sandbox);
    if let Some(id) = word::<CampaignId>("campaignId", &filter.campaign_id)? {
        wanted = wanted.and(" AND m.campaign_id = ?", [id.as_str().into()]);
    }
    if let Some(id) = word::<ExecutionId>("executionId", &filter.execution_id)? {
        wanted = wanted.and(" AND m.execution_id = ?", [id.as_str().into()]);
    }
    if let Some(state) = word::<MessageState>("state", &filter.state)? {
        wanted = wanted.in_state(state);
    }
    // Said with the state, which has an index.
    if let Some(reason) = word::<Exclusion>("reason", &filter.reason)? {
        wanted = wanted.in_state(MessageState::Excluded).and(" AND m.reason = ?", [reason.as_str().into()]);
    }
    if let Some(channel) = word::<Channel>("channel", &filter.channel)? {
        wanted = wanted.and(" AND m.channel = ?", [channel.as_str().into()]);
    }
    match word::<MessageKind>("kind", &filter.kind)? {
        Some(MessageKind::Proof) => wanted = wanted.and(" AND m.lane = 3", []),
        Some(MessageKind::Campaign) => wanted = wanted.and(" AND m.lane <> 3", []),
        None => {}
    }
    if let Some(start) = text("recipient", &filter.recipient)? {
        wanted = wanted.and(
            " AND m.id IN (SELECT a.id FROM messages a WHERE a.sandbox = ? AND a.address_key >= ? AND a.address_key < ?
              UNION SELECT u.id FROM messages u WHERE u.sandbox = ? AND u.user_key >= ? AND u.user_key < ?
              AND u.user_key <> u.address_key)",
            starting_with(sandbox, start),
        );
    }
    if let Some(request_id) = text("requestId", &filter.request_id)? {
        wanted = wanted.and(
            " AND m.id IN (SELECT r.id FROM executions x JOIN messages r ON r.execution_id = x.id
              WHERE x.sandbox = ? AND x.request_id = ?)",
            [sandbox.as_str().into(), request_id.into()],
        );
    }
    // Ids sort by time: the bounds use the same index as the order.
    let (from, until) = times(filter)?;
    if let Some(from) = from {
        wanted = wanted.and(" AND m.id >= ?", [MessageId::new(from, [0; 10]).as_str().into()]);
    }
    if let Some(until) = until {
        wanted = wanted.and(" AND m.id < ?", [MessageId::new(until, [0; 10]).as_str().into()]);
    }
    Ok(wanted)
}

/// Executions of a sandbox that pass.
pub(super) fn executions(sandbox: &SandboxName, filter: &LogFilter) -> Result<Wanted, Fault> {
    // Proofs are listed with their campaign, and their messages here as everywhere.
    let mut wanted = Wanted::executions(sandbox).and(" AND e.id NOT LIKE 'UMA-__________________________p'", []);
    if let Some(id) = word::<CampaignId>("campaignId", &filter.campaign_id)? {
        wanted = wanted.and(" AND e.campaign_id = ?", [id.as_str().into()]);
    }
    if let Some(id) = word::<ExecutionId>("executionId", &filter.execution_id)? {
        wanted = wanted.and(" AND e.id = ?", [id.as_str().into()]);
    }
    if let Some(status) = word::<ExecutionStatus>("state", &filter.state)? {
        wanted = with_status(wanted, status);
    }
    if let Some(start) = text("recipient", &filter.recipient)? {
        wanted = wanted.and(
            " AND e.id IN (SELECT a.execution_id FROM messages a WHERE a.sandbox = ? AND a.address_key >= ?
              AND a.address_key < ? UNION
              SELECT u.execution_id FROM messages u WHERE u.sandbox = ? AND u.user_key >= ? AND u.user_key < ?
              AND u.user_key <> u.address_key)",
            starting_with(sandbox, start),
        );
    }
    if let Some(request_id) = text("requestId", &filter.request_id)? {
        wanted = wanted.and(
            " AND e.id IN (SELECT x.id FROM executions x WHERE x.sandbox = ? AND x.request_id = ?)",
            [sandbox.as_str().into(), request_id.into()],
        );
    }
    let (from, until) = times(filter)?;
    if let Some(from) = from {
        wanted = wanted.and(" AND e.id >= ?", [ExecutionId::new(from, [0; 10]).as_str().into()]);
    }
    if let Some(until) = until {
        wanted = wanted.and(" AND e.id < ?", [ExecutionId::new(until, [0; 10]).as_str().into()]);
    }
    Ok(wanted)
}

/// What people wrote in a sandbox, as far as it passes.
pub(crate) fn inbound(sandbox: &SandboxName, filter: &InboundFilter) -> Result<Wanted, Fault> {
    let mut wanted = Wanted::inbound(sandbox);
    if let Some(id) = word::<ChannelConfigurationId>("configurationId", &filter.configuration_id)? {
        wanted = wanted.and(" AND i.configuration_id = ?", [id.as_str().into()]);
    }
    if let Some(meaning) = word::<Meaning>("meaning", &filter.meaning)? {
        wanted = wanted.and(" AND i.meaning = ?", [meaning.as_str().into()]);
    }
    if let Some(number) = text("number", &filter.number)? {
        // Numbers are stored as providers and E.164 write them; people set them apart, and leave the sign out.
        let bare: String = number.chars().filter(|it| !matches!(it, ' ' | '-' | '(' | ')' | '.')).collect();
        let with_sign = format!("+{}", bare.trim_start_matches('+'));
        let of_number = [sandbox.as_str().into(), number.into(), bare.as_str().into(), with_sign.as_str().into()];
        wanted = wanted.and(
            " AND i.id IN (SELECT s.id FROM inbound_messages s WHERE s.sandbox = ? AND s.sender IN (?, ?, ?))",
            of_number,
        );
    }
    Ok(wanted)
}

/// The status is not stored: it follows from the messages.
fn with_status(wanted: Wanted, status: ExecutionStatus) -> Wanted {
    const WAITING: &str =
        " AND EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id AND m.state IN ('queued', 'sending'))";
    const NOT_WAITING: &str =
        " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id AND m.state IN ('queued', 'sending'))";
    const HANDED_OVER: &str = " AND EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id
        AND m.state IN ('sent', 'captured', 'delivered'))";
    const NOT_HANDED_OVER: &str = " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id
        AND m.state IN ('sent', 'captured', 'delivered'))";
    match status {
        ExecutionStatus::InProgress => wanted.and(WAITING, []),
        ExecutionStatus::Succeeded => wanted.and(NOT_WAITING, []).and(HANDED_OVER, []),
        ExecutionStatus::Failed => wanted.and(NOT_WAITING, []).and(NOT_HANDED_OVER, []),
    }
}

/// `None`: the filter is not used.
fn word<T: FromStr<Err = Fault>>(name: &str, given: &str) -> Result<Option<T>, Fault> {
    let given = given.trim();
    if given.is_empty() { Ok(None) } else { given.parse().map(Some).map_err(|fault: Fault| fault.under(name)) }
}

fn text<'a>(name: &str, given: &'a str) -> Result<Option<&'a str>, Fault> {
    let given = given.trim();
    if given.chars().any(char::is_control) {
        return Err(Fault::new(name, "control_character", "Use text without control characters."));
    }
    Ok(Some(given).filter(|given| !given.is_empty()))
}

/// From the text itself to the last one that begins with it. No UTF-8 has the byte 255.
fn starting_with(sandbox: &SandboxName, start: &str) -> [Bound; 6] {
    let first = search_key(start);
    let behind = [first.as_slice(), &[255]].concat();
    let sandbox = || Bound::from(sandbox.as_str());
    [
        sandbox(),
        Bound::Bytes(first.clone()),
        Bound::Bytes(behind.clone()),
        sandbox(),
        Bound::Bytes(first),
        Bound::Bytes(behind),
    ]
}

/// From when until when, in milliseconds.
fn times(filter: &LogFilter) -> Result<(Option<u64>, Option<u64>), Fault> {
    let zone = match filter.zone.trim() {
        "" => TimeZone::UTC,
        name => TimeZone::get(name)
            .map_err(|_| Fault::new("zone", "unknown_time_zone", "Give a time zone such as Asia/Seoul."))?,
    };
    let from = time("from", &filter.from, &zone)?;
    let until = time("until", &filter.until, &zone)?;
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        return Err(Fault::new("until", "end_before_start", "This must be later than “From”."));
    }
    Ok((from, until))
}

/// Milliseconds; a time that names no zone of its own is one of `zone`.
fn time(name: &str, given: &str, zone: &TimeZone) -> Result<Option<u64>, Fault> {
    let given = given.trim();
    if given.is_empty() {
        return Ok(None);
    }
    let local = || given.parse::<DateTime>().ok().and_then(|local| zone.to_timestamp(local).ok());
    let millis = match given.parse::<Timestamp>() {
        Ok(time) => time.as_millis(),
        Err(fault) => local().ok_or_else(|| fault.under(name))?.as_millisecond(),
    };
    // Before 1970 there was nothing.
    Ok(Some(u64::try_from(millis).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::log::plan;

    /// Steps that read the rows of a whole sandbox, or more. Those that are being sent are a few.
    async fn walks(store: &Store, list: Wanted) -> Vec<String> {
        let is_walk = |step: &String| {
            step.starts_with("SCAN") && !step.ends_with("messages_sending") || step.ends_with("_by_sandbox (sandbox=?)")
        };
        plan(store, list).await.into_iter().filter(is_walk).collect()
    }

    #[test]
    fn times_are_those_of_the_zone_that_the_filter_names() {
        let filter = |from: &str, until: &str, zone: &str| LogFilter {
            from: from.into(),
            until: until.into(),
            zone: zone.into(),
            ..Default::default()
        };
        let utc = times(&filter("2026-12-01T00:00", "", "")).unwrap();
        assert_eq!(times(&filter("2026-12-01T09:00", "", "Asia/Seoul")), Ok(utc));
        assert_eq!(times(&filter("2026-12-01T00:00:00Z", "", "Asia/Seoul")), Ok(utc));
        let fault = |from, until, zone| times(&filter(from, until, zone)).unwrap_err();
        assert_eq!(fault("", "", "Mars/Olympus").path, "zone");
        let upside_down = fault("2026-12-02T00:00", "2026-12-01T00:00", "");
        assert_eq!((upside_down.path.as_str(), upside_down.code.as_str()), ("until", "end_before_start"));
    }

    #[tokio::test]
    async fn every_filter_finds_its_rows_through_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("x").display())).await.unwrap();
        store.migrate().await.unwrap();
        let dev: SandboxName = "dev".parse().unwrap();
        let set: [fn(&mut LogFilter); 5] = [
            |it| it.campaign_id = format!("cmp_{:026}", 0),
            |it| it.execution_id = format!("UMA-{:026}", 0),
            |it| it.recipient = "ann".into(),
            |it| it.request_id = "r-1".into(),
            |it| it.from = "2026-12-01".into(),
        ];
        for set in set {
            let mut filter = LogFilter::default();
            set(&mut filter);
            let rows = messages(&dev, &filter).unwrap().and(" ORDER BY m.id DESC LIMIT 51", []);
            assert_eq!(walks(&store, rows).await, Vec::<String>::new(), "{filter:?}");
            let rows = executions(&dev, &filter).unwrap().and(" ORDER BY e.id DESC LIMIT 51", []);
            assert_eq!(walks(&store, rows).await, Vec::<String>::new(), "{filter:?}");
        }
        for state in MessageState::ALL {
            let filter = LogFilter { state: state.to_string(), ..Default::default() };
            let rows = messages(&dev, &filter).unwrap().and(" ORDER BY m.id DESC LIMIT 51", []);
            assert_eq!(walks(&store, rows).await, Vec::<String>::new(), "{state}");
        }
        let filter = LogFilter { reason: Exclusion::OptedOut.to_string(), ..Default::default() };
        let rows = messages(&dev, &filter).unwrap().and(" ORDER BY m.id DESC LIMIT 51", []);
        assert_eq!(walks(&store, rows).await, Vec::<String>::new(), "a reason");
        let set: [fn(&mut InboundFilter); 3] = [
            |it| it.configuration_id = format!("chc_{:026}", 0),
            |it| it.meaning = "stop".into(),
            |it| it.number = "+82 10-1234-5678".into(),
        ];
        for set in set {
            let mut filter = InboundFilter::default();
            set(&mut filter);
            let rows = inbound(&dev, &filter).unwrap().and(" ORDER BY i.id DESC LIMIT 51", []);
            assert_eq!(walks(&store, rows).await, Vec::<String>::new(), "{filter:?}");
        }
        let all = messages(&dev, &LogFilter::default()).unwrap().and(" ORDER BY m.id DESC LIMIT 51", []);
        assert_eq!(walks(&store, all).await.len(), 1, "the plan tells a walk");
    }
}
