//! The templates of a live activity. State and attributes are JSON: what is printed in them is escaped as JSON is, so that no
//! value can end the text that it stands in.

use domain::Fault;
use domain::live_activity::{ActivityContent, ActivityEvent, ActivityTime, RenderedActivity};
use serde_json::{Map, Number, Value};

use crate::compiled::{Compiler, Renderer};
use crate::render::Part;

const EVENT: &str = "content.activity.event";
const ID: &str = "content.activity.id";
/// Tera escapes for JSON what is printed in these two.
pub(crate) const STATE: &str = "content.activity.state";
pub(crate) const ATTRIBUTES: &str = "content.activity.attributes";
const ATTRIBUTES_TYPE: &str = "content.activity.attributesType";
const STALE_DATE: &str = "content.activity.staleDate";
const DISMISSAL_DATE: &str = "content.activity.dismissalDate";
const RELEVANCE_SCORE: &str = "content.activity.relevanceScore";
const INPUT_CHANNEL: &str = "content.activity.inputChannel";

/// Which live activity of a person a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityTarget {
    pub event: ActivityEvent,
    /// Of a start the type of its attributes, otherwise what the app calls the activity; may be empty.
    pub name: String,
}

#[derive(Debug)]
pub(crate) struct Activity {
    event: Part,
    id: Part,
    state: Part,
    attributes_type: Part,
    attributes: Part,
    stale_date: Part,
    dismissal_date: Part,
    relevance_score: Part,
    input_channel: Part,
}

impl Activity {
    pub(crate) fn compile(compiler: &mut Compiler, content: &ActivityContent) -> Self {
        Self {
            event: compiler.part(EVENT, &content.event),
            id: compiler.part(ID, &content.id),
            state: compiler.part(STATE, &content.state),
            attributes_type: compiler.part(ATTRIBUTES_TYPE, &content.attributes_type),
            attributes: compiler.part(ATTRIBUTES, &content.attributes),
            stale_date: compiler.part(STALE_DATE, &content.stale_date),
            dismissal_date: compiler.part(DISMISSAL_DATE, &content.dismissal_date),
            relevance_score: compiler.part(RELEVANCE_SCORE, &content.relevance_score),
            input_channel: compiler.part(INPUT_CHANNEL, &content.input_channel),
        }
    }

    /// Rendered alone, because it decides where the message goes.
    pub(crate) fn target(&self, renderer: &mut Renderer<'_>) -> Result<ActivityTarget, Fault> {
        let event = event(&renderer.line(&self.event, EVENT)?)?;
        let name = match event {
            ActivityEvent::Start => renderer.line(&self.attributes_type, ATTRIBUTES_TYPE)?,
            ActivityEvent::Update | ActivityEvent::End => renderer.line(&self.id, ID)?,
        };
        Ok(ActivityTarget { event, name })
    }

    /// `alert`: whether title and text vary, and whether there is one of them.
    pub(crate) fn render(&self, renderer: &mut Renderer<'_>, alert: (bool, bool)) -> Result<RenderedActivity, Fault> {
        let line = renderer.line(&self.event, EVENT)?;
        let any_event = self.event.varies();
        let event = renderer.read(any_event, event(&line))?;
        let starts = event == ActivityEvent::Start;
        let (varies, alerts) = alert;
        let text = "Apple starts a live activity only with an alert: write a title or a text.";
        let silent = || Fault::new("content.title", "empty_text", text);
        renderer.read(any_event || varies, if starts && !alerts { Err(silent()) } else { Ok(()) })?;
        let id = renderer.line(&self.id, ID)?;
        let text = renderer.text(&self.state, STATE)?;
        let state = match text.trim() {
            "" => None,
            text => renderer.read(self.state.varies(), object(text, STATE).map(Some))?,
        };
        let is_there = state.is_some() || event == ActivityEvent::End;
        renderer.demand(any_event || self.state.varies(), is_there, || {
            Fault::new(STATE, "required", "The state is empty.")
        })?;
        let (attributes_type, attributes) =
            if starts { self.render_attributes(renderer)? } else { (String::new(), Map::new()) };
        Ok(RenderedActivity {
            event,
            id,
            state,
            attributes_type,
            attributes,
            stale_date: optional(renderer, &self.stale_date, STALE_DATE, |text| time(text, STALE_DATE))?,
            dismissal_date: optional(renderer, &self.dismissal_date, DISMISSAL_DATE, |text| {
                time(text, DISMISSAL_DATE)
            })?,
            relevance_score: optional(renderer, &self.relevance_score, RELEVANCE_SCORE, number)?,
            input_channel: if starts { renderer.line(&self.input_channel, INPUT_CHANNEL)? } else { String::new() },
        })
    }

    fn render_attributes(&self, renderer: &mut Renderer<'_>) -> Result<(String, Map<String, Value>), Fault> {
        let name = renderer.line(&self.attributes_type, ATTRIBUTES_TYPE)?;
        let unnamed = || Fault::new(ATTRIBUTES_TYPE, "required", "A start needs the name of the app's attributes.");
        let is_named = if name.is_empty() { Err(unnamed()) } else { Ok(()) };
        renderer.read(self.event.varies() || self.attributes_type.varies(), is_named)?;
        let text = renderer.text(&self.attributes, ATTRIBUTES)?;
        let attributes = match text.trim() {
            "" => Map::new(),
            text => renderer.read(self.attributes.varies(), object(text, ATTRIBUTES))?,
        };
        Ok((name, attributes))
    }
}

fn optional<T>(
    renderer: &mut Renderer<'_>,
    part: &Part,
    path: &str,
    read: impl FnOnce(&str) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let line = renderer.line(part, path)?;
    if line.is_empty() { Ok(None) } else { renderer.read(part.varies(), read(&line).map(Some)) }
}

fn event(text: &str) -> Result<ActivityEvent, Fault> {
    text.parse().map_err(|fault: Fault| Fault::new(EVENT, "bad_event", fault.text))
}

fn time(text: &str, path: &str) -> Result<ActivityTime, Fault> {
    text.parse().map_err(|fault: Fault| Fault::new(path, "bad_activity_time", fault.text))
}

fn number(text: &str) -> Result<Number, Fault> {
    text.parse().map_err(|_| Fault::new(RELEVANCE_SCORE, "bad_number", "The relevance is no number."))
}

fn object(text: &str, path: &str) -> Result<Map<String, Value>, Fault> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Fault::new(path, "bad_json", "This is JSON, but no object: write { … }.")),
        Err(error) => Err(Fault::new(path, "bad_json", format!("This is not JSON: {error}."))),
    }
}
