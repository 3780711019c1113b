//! Live activities of iOS: what a campaign says of one, and one message of it after rendering (reference §5.5; Apple,
//! "Starting and updating Live Activities with `ActivityKit` push notifications").

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::word::words;
use crate::{Fault, Timestamp};

words! {
    /// What is done with a live activity.
    #[derive(Default)]
    ActivityEvent {
        /// It appears on devices that have registered a token to start it by.
        Start = "start",
        #[default]
        Update = "update",
        /// It goes from the Dynamic Island, and at its dismissal date from the lock screen.
        End = "end",
    }
}

words! {
    /// What a registered push token is good for.
    #[derive(Default)]
    PushTokenKind {
        /// Notifications.
        #[default]
        Device = "device",
        /// Starts live activities.
        ActivityStart = "activityStart",
        /// Updates and ends one live activity.
        Activity = "activity",
    }
}

/// Of a push campaign of the kind `live_activity`. Every text is a template. Its alert is the title and the body of the
/// notification, its sound and priority are that one's, too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ActivityContent {
    /// A word of [`ActivityEvent`], or a template that comes to one.
    pub event: String,
    /// What the app calls the activity when it registers its token; for `update` and `end`.
    pub id: String,
    /// JSON object; its shape is the app's `ContentState`.
    pub state: String,
    /// Name of the app's `ActivityAttributes`; for `start`.
    pub attributes_type: String,
    /// JSON object; for `start`. Empty: one without fields.
    pub attributes: String,
    /// When what it shows counts as old: see [`ActivityTime`]. Optional.
    pub stale_date: String,
    /// When an ended one leaves the lock screen. Empty: when iOS sees fit, after four hours at the latest.
    pub dismissal_date: String,
    /// A number: which of several activities is shown first. Optional.
    pub relevance_score: String,
    /// For `start`: id of the broadcast channel from which the activity takes its updates. Empty: it gets a token of its own.
    pub input_channel: String,
}

/// The templates of a live activity by their names below `content.activity`.
pub const ACTIVITY_TEMPLATES: [&str; 9] = [
    "event",
    "id",
    "state",
    "attributesType",
    "attributes",
    "staleDate",
    "dismissalDate",
    "relevanceScore",
    "inputChannel",
];

impl ActivityContent {
    /// The template sources, in the order of [`ACTIVITY_TEMPLATES`].
    pub fn sources(&self) -> [&String; 9] {
        [
            &self.event,
            &self.id,
            &self.state,
            &self.attributes_type,
            &self.attributes,
            &self.stale_date,
            &self.dismissal_date,
            &self.relevance_score,
            &self.input_channel,
        ]
    }

    /// The same, to be written.
    pub fn sources_mut(&mut self) -> [&mut String; 9] {
        [
            &mut self.event,
            &mut self.id,
            &mut self.state,
            &mut self.attributes_type,
            &mut self.attributes,
            &mut self.stale_date,
            &mut self.dismissal_date,
            &mut self.relevance_score,
            &mut self.input_channel,
        ]
    }

    /// The event, when it is the same for every message.
    pub fn fixed_event(&self) -> Option<ActivityEvent> {
        self.event.trim().parse().ok()
    }

    /// What must be written before it can be sent: path, source, and what to do.
    pub fn needed(&self) -> Vec<(&'static str, &str, &'static str)> {
        let event = ("content.activity.event", self.event.as_str(), "Say what is done: start, update or end.");
        let state = ("content.activity.state", self.state.as_str(), "Write the state as a JSON object.");
        let kind =
            ("content.activity.attributesType", self.attributes_type.as_str(), "Name the attributes of the app.");
        match self.fixed_event() {
            Some(ActivityEvent::Start) => vec![event, kind, state],
            Some(ActivityEvent::End) => vec![event],
            Some(ActivityEvent::Update) | None => vec![event, state],
        }
    }
}

/// A live activity after rendering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RenderedActivity {
    pub event: ActivityEvent,
    /// May be empty.
    pub id: String,
    /// `None`: the state stays as it is, which only an end may leave.
    pub state: Option<Map<String, Value>>,
    /// Empty but for `start`.
    pub attributes_type: String,
    /// Empty but for `start`.
    pub attributes: Map<String, Value>,
    pub stale_date: Option<ActivityTime>,
    pub dismissal_date: Option<ActivityTime>,
    pub relevance_score: Option<Number>,
    /// May be empty.
    pub input_channel: String,
}

impl RenderedActivity {
    /// With U+FFFD in the place of U+0000, which PostgreSQL does not store.
    #[must_use]
    pub fn without_nul(mut self) -> Self {
        for object in self.state.iter_mut().chain([&mut self.attributes]) {
            *object = clean_object(std::mem::take(object));
        }
        self
    }
}

fn clean(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn clean_object(object: Map<String, Value>) -> Map<String, Value> {
    object.into_iter().map(|(name, value)| (clean(name), clean_value(value))).collect()
}

fn clean_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(text)),
        Value::Array(list) => list.into_iter().map(clean_value).collect(),
        Value::Object(object) => Value::Object(clean_object(object)),
        other => other,
    }
}

/// A point in time, or how long after it was sent. As text RFC 3339, seconds since 1970, or such as `+90s`, `+15m`, `+4h`,
/// `+1d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ActivityTime {
    /// Seconds since 1970.
    At(i64),
    After(Duration),
}

impl ActivityTime {
    /// Seconds since 1970, of a message that is sent then.
    pub fn seconds(self, sent_at: Timestamp) -> i64 {
        match self {
            Self::At(seconds) => seconds,
            Self::After(duration) => sent_at.plus(duration).as_millis() / 1_000,
        }
    }
}

/// A letter and its seconds.
const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];

impl FromStr for ActivityTime {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if let Ok(seconds) = text.parse::<u32>() {
            return Ok(Self::At(i64::from(seconds)));
        }
        let after = || {
            let (number, (_, seconds)) = UNITS.iter().find_map(|unit| Some((text.strip_suffix(unit.0)?, unit)))?;
            let number: u32 = number.strip_prefix('+')?.parse().ok()?;
            Some(Self::After(Duration::from_secs(u64::from(number) * seconds)))
        };
        if text.starts_with('+') {
            let fault = || Fault::new("", "bad_time", "This is no time such as +90s, +15m, +4h or +1d.");
            return after().ok_or_else(fault);
        }
        text.parse::<Timestamp>().map(|time| Self::At(time.as_millis() / 1_000))
    }
}

impl fmt::Display for ActivityTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(seconds) => write!(f, "{}", Timestamp::from_millis(seconds.saturating_mul(1_000))),
            Self::After(duration) => write!(f, "+{}s", duration.as_secs()),
        }
    }
}

impl TryFrom<String> for ActivityTime {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<ActivityTime> for String {
    fn from(time: ActivityTime) -> Self {
        time.to_string()
    }
}

impl JsonSchema for ActivityTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ActivityTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "examples": ["2026-12-01T09:00:00.000Z", "+900s"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Timestamp = Timestamp::from_millis(1_796_115_600_007);

    #[test]
    fn a_time_is_a_point_or_counts_from_sending() {
        let seconds = |text: &str| text.parse::<ActivityTime>().map(|time| time.seconds(SENT)).ok();
        assert_eq!(seconds("2026-12-01T10:00:00+01:00"), Some(1_796_115_600));
        assert_eq!(seconds("1796115600"), Some(1_796_115_600));
        assert_eq!(seconds("+0s"), Some(1_796_115_600));
        assert_eq!(seconds("+15m"), Some(1_796_115_600 + 900));
        assert_eq!(seconds("+1d"), Some(1_796_115_600 + 86_400));
        for bad in ["", "soon", "+", "+m", "+-1m", "+1y", "-1", "+99999999999s"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_is_stored_as_a_text_that_is_read_back() {
        for text in ["1796115600", "+90s", "2026-12-01T09:00:00Z"] {
            let time: ActivityTime = text.parse().unwrap();
            assert_eq!(serde_json::from_str::<ActivityTime>(&serde_json::to_string(&time).unwrap()).unwrap(), time);
        }
    }

    #[test]
    fn what_is_needed_depends_on_what_is_done() {
        let needed = |event: &str| -> Vec<&str> {
            let content = ActivityContent { event: event.into(), ..ActivityContent::default() };
            content.needed().iter().filter(|it| it.1.is_empty()).map(|it| it.0).collect()
        };
        assert_eq!(needed("start"), ["content.activity.attributesType", "content.activity.state"]);
        assert_eq!(needed("end"), [""; 0]);
        assert_eq!(needed("{{ context.event }}"), ["content.activity.state"]);
        assert_eq!(needed(""), ["content.activity.event", "content.activity.state"]);
    }
}
