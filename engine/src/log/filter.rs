//! The filters of the log, as conditions. A value that is none is told at the filter's name.

use domain::execution::ExecutionStatus;
use domain::id::{CampaignId, ExecutionId, MessageId};
use domain::message::{LogFilter, MessageState};
use domain::{Fault, Timestamp};

use crate::Result;
use crate::store::log::Wanted;

const HANDED_OVER: &str = " AND EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id
    AND m.state IN ('sent', 'captured', 'delivered'))";
const NOT_HANDED_OVER: &str = " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id
    AND m.state IN ('sent', 'captured', 'delivered'))";
const WAITING: &str =
    " AND EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id AND m.state IN ('queued', 'sending'))";
const NOT_WAITING: &str =
    " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id AND m.state IN ('queued', 'sending'))";

pub(super) fn messages(wanted: &mut Wanted, filter: &LogFilter) -> Result<()> {
    if let Some(id) = id::<CampaignId>("campaignId", &filter.campaign_id)? {
        wanted.and(" AND m.campaign_id = ", id.as_str());
    }
    if let Some(id) = id::<ExecutionId>("executionId", &filter.execution_id)? {
        wanted.and(" AND m.execution_id = ", id.as_str());
    }
    if !filter.state.is_empty() {
        let state: MessageState = filter.state.parse().map_err(|fault: Fault| fault.under("state"))?;
        wanted.and(" AND m.state = ", state.as_str());
    }
    if let Some((text, is_whole)) = recipient(filter) {
        if is_whole {
            wanted.and(" AND m.address_key = ", &text);
        } else {
            let start = starting_with(&text);
            wanted.and(" AND (m.address_key LIKE ", &start);
            wanted.and_plain(" ESCAPE '!'");
            wanted.and(" OR lower(m.user_id) LIKE ", &start);
            wanted.and_plain(" ESCAPE '!')");
        }
    }
    if let Some(request_id) = request_id(filter) {
        wanted.and(" AND e.request_id = ", request_id);
    }
    // Ids sort by time: the bounds use the same index as the order.
    if let Some(from) = time("from", &filter.from)? {
        wanted.and(" AND m.id >= ", MessageId::new(from, [0; 10]).as_str());
    }
    if let Some(until) = time("until", &filter.until)? {
        wanted.and(" AND m.id < ", MessageId::new(until, [0; 10]).as_str());
    }
    Ok(())
}

pub(super) fn executions(wanted: &mut Wanted, filter: &LogFilter) -> Result<()> {
    if let Some(id) = id::<CampaignId>("campaignId", &filter.campaign_id)? {
        wanted.and(" AND e.campaign_id = ", id.as_str());
    }
    if let Some(id) = id::<ExecutionId>("executionId", &filter.execution_id)? {
        wanted.and(" AND e.id = ", id.as_str());
    }
    if !filter.state.is_empty() {
        match filter.state.parse().map_err(|fault: Fault| fault.under("state"))? {
            ExecutionStatus::InProgress => wanted.and_plain(WAITING),
            ExecutionStatus::Succeeded => {
                wanted.and_plain(NOT_WAITING);
                wanted.and_plain(HANDED_OVER);
            }
            ExecutionStatus::Failed => {
                wanted.and_plain(NOT_WAITING);
                wanted.and_plain(NOT_HANDED_OVER);
            }
        }
    }
    if let Some((text, _)) = recipient(filter) {
        wanted.and(
            " AND EXISTS (SELECT 1 FROM messages m WHERE m.execution_id = e.id AND m.address_key LIKE ",
            &starting_with(&text),
        );
        wanted.and_plain(" ESCAPE '!')");
    }
    if let Some(request_id) = request_id(filter) {
        wanted.and(" AND e.request_id = ", request_id);
    }
    if let Some(from) = time("from", &filter.from)? {
        wanted.and(" AND e.id >= ", ExecutionId::new(from, [0; 10]).as_str());
    }
    if let Some(until) = time("until", &filter.until)? {
        wanted.and(" AND e.id < ", ExecutionId::new(until, [0; 10]).as_str());
    }
    Ok(())
}

fn id<Id: std::str::FromStr<Err = Fault>>(name: &str, text: &str) -> Result<Option<Id>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(text.trim().parse().map_err(|fault: Fault| fault.under(name))?))
}

/// What was typed, in lower case, and whether it is a whole address.
fn recipient(filter: &LogFilter) -> Option<(String, bool)> {
    let text = filter.recipient.trim().to_lowercase();
    // PostgreSQL takes no such text, and nobody is called so.
    if text.is_empty() || text.contains('\0') {
        return None;
    }
    let is_whole = text.split_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    Some((text, is_whole))
}

/// PostgreSQL takes no NUL; without it the filter finds what it would have found: nothing of that name.
fn request_id(filter: &LogFilter) -> Option<&str> {
    let text = filter.request_id.trim().trim_matches('\0');
    (!text.is_empty()).then(|| text.split('\0').next().unwrap_or_default())
}

fn starting_with(text: &str) -> String {
    let escaped: String = text.chars().flat_map(|c| if "!%_".contains(c) { vec!['!', c] } else { vec![c] }).collect();
    format!("{escaped}%")
}

/// Milliseconds; a time without a zone is UTC.
fn time(name: &str, text: &str) -> Result<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok().filter(|_| !text.ends_with('Z'));
    let time: Timestamp = match civil {
        Some(civil) => format!("{civil}Z").parse(),
        None => text.parse(),
    }
    .map_err(|fault: Fault| fault.under(name))?;
    Ok(Some(u64::try_from(time.as_millis()).unwrap_or(0)))
}
