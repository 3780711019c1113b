//! Whether it is quiet for a recipient. Pure.

use std::time::Duration;

use domain::Timestamp;
use domain::id::MessageId;
use domain::rule_set::{QUEUED_AT_MOST, QuietHandling};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::Rules;
use crate::store::messages::QuietWait;

/// When quiet hours end, what waits goes within this time, and not all at once.
const RELEASED_WITHIN: Duration = Duration::from_mins(3);

/// What quiet hours say to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// It may go. The words say of which rules; none, where there are no rules.
    No(Option<String>),
    /// It is not sent.
    Discard(String),
    /// It goes when they end.
    Wait(QuietWait, String),
    /// They did not end in time.
    Expired(String),
}

/// Asks the rules one after the other, up to the first in whose hours the message comes.
pub(crate) fn quiet_at(
    rules: &Rules,
    message: &MessageId,
    waited: Option<QuietWait>,
    profile: &Map<String, Value>,
    now: Timestamp,
) -> Quiet {
    let mut said = Vec::new();
    for rule in rules.quiet_hours() {
        let name = &rule.name;
        let Some(zone) = rule.zone.clone().or_else(|| rules.zone_of_person(profile)) else {
            said.push(format!("“{name}” does not hold: the time zone of the recipient is not known."));
            continue;
        };
        let Some(until) = rule.quiet.quiet_until(&zone, now) else {
            said.push(format!("It is not quiet by “{name}” ({}).", zone_name(&zone)));
            continue;
        };
        let since = waited.map_or(now, |wait| wait.since);
        let latest = since.plus(QUEUED_AT_MOST);
        return match rule.quiet.handling {
            QuietHandling::Discard => Quiet::Discard(format!("Quiet hours “{name}” {}.", end_words(&zone, until, now))),
            QuietHandling::Queue if now >= latest => {
                Quiet::Expired(format!("Quiet hours “{name}” did not end within seven days."))
            }
            QuietHandling::Queue => {
                let words = format!("Waits for the end of quiet hours: “{name}” {}.", end_words(&zone, until, now));
                let released = until.plus(share(message)).min(latest);
                Quiet::Wait(QuietWait { since, until: released }, words)
            }
        };
    }
    Quiet::No((!said.is_empty()).then(|| said.join(" ")))
}

/// “until 2026-12-02 08:00 (Asia/Seoul)”.
fn end_words(zone: &TimeZone, until: Timestamp, now: Timestamp) -> String {
    if until > now.plus(QUEUED_AT_MOST) {
        return format!("for more than seven days ({})", zone_name(zone));
    }
    let local = jiff::Timestamp::from_millisecond(until.as_millis()).map(|until| zone.to_datetime(until));
    let local = local.map_or_else(|_| until.to_string(), |local| local.strftime("%Y-%m-%d %H:%M").to_string());
    format!("until {local} ({})", zone_name(zone))
}

fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// The same for a message each time, and different for others.
fn share(message: &MessageId) -> Duration {
    let mixed = message
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |mixed, byte| (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let most = u64::try_from(RELEASED_WITHIN.as_millis()).unwrap_or(1);
    Duration::from_millis((mixed >> 16) % most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_spread_over_three_minutes() {
        let shares: Vec<u64> = (0..600_u64)
            .map(|number| {
                let mut random = [7; 10];
                random[..8].copy_from_slice(&number.to_be_bytes());
                u64::try_from(share(&MessageId::new(1_796_115_600_000, random)).as_millis()).unwrap()
            })
            .collect();
        for quarter in 0..4 {
            let within = quarter * 45_000..(quarter + 1) * 45_000;
            let count = shares.iter().filter(|share| within.contains(*share)).count();
            assert!((90..=210).contains(&count), "{count} of 600 in quarter {quarter}");
        }
    }
}
