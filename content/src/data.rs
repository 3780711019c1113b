//! What templates can read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `context.*` of the call and `profile.*` of the person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Data {
    pub context: Map<String, Value>,
    pub profile: Map<String, Value>,
}

impl Data {
    /// The fields under a root name.
    pub(crate) fn root(&self, name: &str) -> Option<&Map<String, Value>> {
        match name {
            "context" => Some(&self.context),
            "profile" => Some(&self.profile),
            _ => None,
        }
    }

    pub(crate) fn root_mut(&mut self, name: &str) -> Option<&mut Map<String, Value>> {
        match name {
            "context" => Some(&mut self.context),
            "profile" => Some(&mut self.profile),
            _ => None,
        }
    }

    /// Puts `value` at `path` unless something (but null) is there already. What stands in the way and has no fields
    /// stays as it is. `items[]` goes into every element of a list, and makes one when there is none.
    pub(crate) fn fill(&mut self, path: &str, value: &Value) {
        if let Some((root, rest)) = path.split_once('.')
            && let Some(fields) = self.root_mut(root)
        {
            fill(fields, rest, value);
        }
    }
}

fn fill(fields: &mut Map<String, Value>, path: &str, value: &Value) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let (name, element) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
    let entry = fields.entry(name).or_insert(Value::Null);
    if element {
        if entry.is_null() {
            *entry = Value::Array(vec![Value::Null]);
        }
        for item in entry.as_array_mut().into_iter().flatten() {
            fill_here(item, rest, value);
        }
    } else {
        fill_here(entry, rest, value);
    }
}

fn fill_here(place: &mut Value, rest: Option<&str>, value: &Value) {
    match rest {
        None if place.is_null() => *place = value.clone(),
        None => {}
        Some(rest) => {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            if let Value::Object(fields) = place {
                fill(fields, rest, value);
            }
        }
    }
}
