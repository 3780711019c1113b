//! Fills what is missing with `⟦context.order.id⟧`, so that a draft can be looked at without data.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::data::Data;
use crate::shape::{Present, Shape, Shapes};

/// The data with a marker in place of each value that is needed and not there.
pub(crate) fn fill(shapes: &Shapes, data: &Data) -> Data {
    let mut filled = data.clone();
    for (root, values) in [("context", Arc::make_mut(&mut filled.context)), ("profile", &mut filled.profile)] {
        if let Some(shape) = shapes.root.field(root) {
            fill_fields(shape, values, root, 2, Present::default());
        }
    }
    filled
}

fn fill_fields(shape: &Shape, values: &mut Map<String, Value>, path: &str, length: usize, present: Present) {
    for (name, below) in &shape.fields {
        let path = format!("{path}.{name}");
        let mut value = values.remove(name).unwrap_or(Value::Null);
        fill_value(below, &mut value, &path, length, present);
        if !value.is_null() {
            values.insert(name.clone(), value);
        }
    }
}

fn fill_value(shape: &Shape, value: &mut Value, path: &str, length: usize, present: Present) {
    let present = present.with(length, Some(value));
    let object = shape.fields.iter().any(|(_, below)| below.needs_anything(present));
    let parts = value.is_array() || value.is_object();
    let unruly = shape.rule.kind.is_some_and(|kind| !kind.takes(value));
    let of_another_kind = unruly || if parts { shape.is_single() } else { shape.usage.list };
    if object && !value.is_object() {
        *value = Value::Object(Map::new());
    } else if shape.is_needed(present) && (value.is_null() || of_another_kind) {
        *value = made_up(shape, path);
    }
    match value {
        Value::Object(fields) => {
            fill_fields(shape, fields, path, length + 1, present);
            if let Some(each) = &shape.each {
                for (key, element) in fields.iter_mut() {
                    fill_value(each, element, &format!("{path}[{key}]"), length + 1, present);
                }
            }
        }
        Value::Array(list) => {
            if let Some(each) = &shape.each {
                for (position, element) in list.iter_mut().enumerate() {
                    fill_value(each, element, &format!("{path}[{position}]"), length + 1, present);
                }
            }
        }
        _ => {}
    }
}

/// A marker, or a list or object with one.
fn made_up(shape: &Shape, path: &str) -> Value {
    let element = |path: String| match &shape.each {
        // The fields of the element are filled afterwards.
        Some(each) if !each.fields.is_empty() => Value::Object(Map::new()),
        Some(each) if each.usage.list => made_up(each, &path),
        _ => Value::String(mark(&path)),
    };
    if shape.usage.object {
        return Value::Object(Map::from_iter([("key".to_owned(), element(format!("{path}[key]")))]));
    }
    if shape.usage.list {
        return Value::Array(vec![element(format!("{path}[0]"))]);
    }
    Value::String(mark(path))
}

fn mark(path: &str) -> String {
    format!("⟦{path}⟧")
}

/// Does this text stand for a value that is not there? Functions leave it as it is.
pub(crate) fn is_one(text: &str) -> bool {
    text.starts_with('⟦') && text.ends_with('⟧')
}
