//! What templates can read, and how Tera gets it.

use std::sync::Arc;

use domain::Fault;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::shape::Shapes;

/// What templates can read: `context.*` of the call, `profile.*` of the person, and what the message itself is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Data {
    /// Shared: all recipients of a run have the same.
    #[serde(deserialize_with = "shared")]
    pub context: Arc<Map<String, Value>>,
    pub profile: Map<String, Value>,
    /// No caller gives it, and no contract has it.
    #[serde(skip)]
    pub given: Given,
}

/// What a message is: `campaign.*`, `recipient.*` and `now`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub campaign_id: String,
    pub campaign_name: String,
    pub campaign_version: i64,
    /// As the call names the person.
    pub user_id: String,
    pub namespace: String,
    pub address: String,
    /// When the message is made, in RFC 3339 and UTC.
    pub now: String,
}

/// Names below `campaign` and `recipient`.
pub(crate) const GIVEN: [(&str, &[&str]); 2] =
    [("campaign", &["id", "name", "version"]), ("recipient", &["user_id", "namespace", "address"])];

impl Given {
    /// For previews and examples.
    pub fn sample() -> Self {
        Self {
            campaign_id: "018f2f6e-0000-7000-8000-000000000001".to_owned(),
            campaign_name: "Order confirmation".to_owned(),
            campaign_version: 3,
            user_id: "ann-17".to_owned(),
            namespace: "crm".to_owned(),
            address: "ann@example.com".to_owned(),
            now: "2026-11-28T09:00:00Z".to_owned(),
        }
    }

    /// As rules find it, such as `recipient.namespace`.
    pub fn value(&self) -> Value {
        json!({
            "campaign": { "id": self.campaign_id, "name": self.campaign_name, "version": self.campaign_version },
            "recipient": { "user_id": self.user_id, "namespace": self.namespace, "address": self.address },
        })
    }

    fn put_into(&self, context: &mut tera::Context) {
        let [(campaign, campaign_names), (recipient, recipient_names)] = GIVEN;
        let of_campaign: [tera::Value; 3] =
            [self.campaign_id.as_str().into(), self.campaign_name.as_str().into(), self.campaign_version.into()];
        let of_recipient: [tera::Value; 3] =
            [self.user_id.as_str().into(), self.namespace.as_str().into(), self.address.as_str().into()];
        for (root, names, values) in
            [(campaign, campaign_names, of_campaign), (recipient, recipient_names, of_recipient)]
        {
            let map: tera::Map = names.iter().map(|name| (*name).into()).zip(values).collect();
            context.insert_value(root, map.into());
        }
        context.insert_value("now", self.now.as_str().into());
    }
}

fn shared<'de, D: Deserializer<'de>>(values: D) -> Result<Arc<Map<String, Value>>, D::Error> {
    Map::deserialize(values).map(Arc::new)
}

/// Largest data for one message, in bytes, as far as templates read it.
const DATA_MAX: usize = 1024 * 1024;

/// Levels of lists and objects.
const DEPTH_MAX: usize = 64;

/// Data as Tera reads it, and its size.
#[derive(Default)]
pub(crate) struct Prepared {
    pub(crate) context: tera::Context,
    pub(crate) bytes: usize,
}

impl Data {
    pub(crate) fn roots(&self) -> [(&'static str, &Map<String, Value>); 2] {
        [("context", &self.context), ("profile", &self.profile)]
    }

    /// Converts the top-level values that the templates read; the others cost nothing.
    pub(crate) fn prepare(&self, shapes: &Shapes) -> Result<Prepared, Fault> {
        let mut copy = Copy { bytes: 0 };
        let mut context = tera::Context::new();
        for (root, values) in self.roots() {
            let wanted = shapes.root.field(root).map_or(&[][..], |shape| &shape.fields);
            let mut map = tera::Map::with_capacity(wanted.len());
            for (name, _) in wanted {
                if let Some(value) = values.get(name).filter(|value| !value.is_null()) {
                    let value =
                        copy.value(value, 0).map_err(|why| Fault::new(format!("{root}.{name}"), "too_large", why))?;
                    map.insert(name.clone().into(), value);
                }
            }
            context.insert_value(root, map.into());
        }
        if shapes.given {
            self.given.put_into(&mut context);
        }
        Ok(Prepared { context, bytes: copy.bytes })
    }
}

struct Copy {
    bytes: usize,
}

impl Copy {
    /// A null is left out of objects and is undefined in lists: Tera would print it as nothing.
    fn value(&mut self, value: &Value, depth: usize) -> Result<tera::Value, &'static str> {
        self.bytes += 16;
        if let Value::String(text) = value {
            self.bytes += text.len();
        }
        if self.bytes > DATA_MAX {
            return Err("The data of this message is too large.");
        }
        if depth > DEPTH_MAX {
            return Err("The data of this message is nested too deeply.");
        }
        Ok(match value {
            Value::Null => tera::Value::undefined(),
            Value::Bool(truth) => (*truth).into(),
            Value::Number(number) => number_of(number),
            Value::String(text) => tera::Value::normal_string(text),
            Value::Array(list) => {
                let copies: Result<Vec<_>, _> = list.iter().map(|value| self.value(value, depth + 1)).collect();
                copies?.into()
            }
            Value::Object(object) => {
                let mut map = tera::Map::with_capacity(object.len());
                for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
                    self.bytes += name.len();
                    map.insert(name.clone().into(), self.value(value, depth + 1)?);
                }
                map.into()
            }
        })
    }
}

fn number_of(number: &serde_json::Number) -> tera::Value {
    match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => whole.into(),
        (_, Some(whole)) => whole.into(),
        _ => number.as_f64().unwrap_or_default().into(),
    }
}
