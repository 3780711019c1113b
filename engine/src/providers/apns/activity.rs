//! Live activities over APNs (Apple, "Starting and updating Live Activities with `ActivityKit` push notifications" and
//! "Sending broadcast push notification requests to APNs").

use domain::content::RenderedPush;
use domain::id::MessageId;
use domain::live_activity::{ActivityEvent, ActivityTime, RenderedActivity};
use domain::{Fault, Timestamp};
use serde_json::{Map, Value, json};

use crate::providers::Context;
use crate::providers::notification::filled;

/// A token that begins so is a broadcast channel: what follows is its id, as Apple gave it out.
pub(super) const CHANNEL: &str = "channel:";

/// Longest id of a broadcast channel.
const CHANNEL_ID_MAX: usize = 64;

/// The id of the broadcast channel that a token stands for, if it does: base64 (RFC 4648 §4).
pub(super) fn broadcast_channel<'a>(
    token: &'a str,
    activity: Option<&RenderedActivity>,
) -> Result<Option<&'a str>, Fault> {
    let Some(id) = token.strip_prefix(CHANNEL) else { return Ok(None) };
    let is_base64 = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    if id.is_empty() || id.len() > CHANNEL_ID_MAX || !is_base64 {
        return Err(Fault::new("token", "bad_token", "A broadcast channel has an id in base64."));
    }
    match activity {
        Some(activity) if activity.event != ActivityEvent::Start => Ok(Some(id)),
        _ => Err(Fault::new("token", "no_broadcast", "A broadcast channel takes updates and ends of live activities.")),
    }
}

/// `aps`, and nothing beside it.
pub(super) fn payload(content: &RenderedPush, activity: &RenderedActivity, context: Context<'_>) -> Value {
    // An attempt that comes late must not take the place of a later call: Apple goes by this time.
    let called_at = context.message_id.parse::<MessageId>().map_or(context.now, |id| id.made_at());
    let mut aps = Map::from_iter([
        ("timestamp".to_owned(), json!(called_at.as_millis() / 1_000)),
        ("event".to_owned(), json!(activity.event)),
    ]);
    if let Some(state) = &activity.state {
        aps.insert("content-state".into(), json!(state));
    }
    if activity.event == ActivityEvent::Start {
        aps.insert("attributes-type".into(), json!(activity.attributes_type));
        aps.insert("attributes".into(), json!(activity.attributes));
        // Where the activity gets its updates from: a channel, or a token that the app is to register.
        match activity.input_channel.as_str() {
            "" => aps.insert("input-push-token".into(), json!(1)),
            channel => aps.insert("input-push-channel".into(), json!(channel)),
        };
    }
    if !(content.title.is_empty() && content.body.is_empty()) {
        let alert = [("title", content.title.as_str()), ("body", &content.body), ("sound", &content.sound)];
        aps.insert("alert".into(), filled(&alert).into());
    }
    let seconds = |time: Option<ActivityTime>, now: Timestamp| time.map(|time| json!(time.seconds(now)));
    let more = [
        ("stale-date", seconds(activity.stale_date, context.now)),
        ("dismissal-date", seconds(activity.dismissal_date, context.now)),
        ("relevance-score", activity.relevance_score.as_ref().map(|score| json!(score))),
    ];
    aps.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    json!({ "aps": aps })
}
