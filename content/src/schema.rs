//! What a call carries, as JSON Schema 2020-12. It is as strict as the check, or stricter where the check takes an empty value
//! for none: the check takes whatever the schema takes.

use serde_json::{Map, Value, json};

use crate::shape::{Present, Shape, Shapes};
use crate::types::Types;

/// An object with `context` and `profile`, as far as they are read.
pub(crate) fn of(shapes: &Shapes) -> Value {
    let mut schema = Map::from_iter([
        ("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema")),
        ("type".to_owned(), json!("object")),
    ]);
    put_fields(&mut schema, &shapes.root, 0);
    schema.into()
}

/// `length` is that of the value's path.
fn value(shape: &Shape, length: usize, may_be_null: bool) -> Value {
    let mut schema = Map::new();
    let types = if length == 1 { Types::OBJECT } else { shape.types(length) };
    let mut words = types.words();
    if may_be_null && !words.is_empty() {
        words.push("null");
    }
    match words.as_slice() {
        [] => {}
        [word] => drop(schema.insert("type".to_owned(), json!(word))),
        several => drop(schema.insert("type".to_owned(), json!(several))),
    }
    put_fields(&mut schema, shape, length);
    if let Some(each) = &shape.each {
        let inside = if shape.usage.object { "additionalProperties" } else { "items" };
        let may_be_null = !each.needs_anything(Present::up_to(length));
        schema.insert(inside.to_owned(), value(each, length + 1, may_be_null));
    }
    if let Some(example) = &shape.rule.example {
        schema.insert("examples".to_owned(), json!([example]));
    }
    schema.into()
}

fn put_fields(schema: &mut Map<String, Value>, shape: &Shape, length: usize) {
    let present = Present::up_to(length);
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, below) in &shape.fields {
        let is_needed = below.needs_anything(present);
        if is_needed {
            required.push(name.as_str());
        }
        properties.insert(name.clone(), value(below, length + 1, !is_needed));
    }
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), properties.into());
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
}
