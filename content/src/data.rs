//! What templates can read, and how Tera gets it.

use std::sync::Arc;

use domain::Fault;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::shape::Shape;

/// What templates can read: `context.*` of the call and `profile.*` of the person.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Data {
    /// Shared: all recipients of a run have the same.
    #[serde(deserialize_with = "shared")]
    pub context: Arc<Map<String, Value>>,
    pub profile: Map<String, Value>,
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
    pub(crate) fn prepare(&self, shape: &Shape) -> Result<Prepared, Fault> {
        let mut copy = Copy { bytes: 0 };
        let mut context = tera::Context::new();
        for (root, values) in self.roots() {
            let wanted = shape.field(root).map_or(&[][..], |shape| &shape.fields);
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
