//! The schema of a sandbox's profiles: what is known of their attributes. Attributes that it does not name are allowed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::address::single_line;
use crate::word::words;
use crate::{Fault, Faults};

/// Most attributes of a schema.
pub const ATTRIBUTES_MAX: usize = 500;
/// Longest path, in characters.
const PATH_MAX: usize = 200;
/// Longest label or example, in characters.
const TEXT_MAX: usize = 200;

words! {
    /// What a value is.
    AttributeType {
        Text = "text",
        Number = "number",
        Boolean = "boolean",
        /// A day such as `2026-12-01`, or a time as of RFC 3339.
        Date = "date",
        List = "list",
        Object = "object",
    }
}

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attribute {
    /// Names with dots between them: `person.firstName`.
    #[schemars(length(min = 1, max = 200))]
    pub path: String,
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// What people call it.
    #[serde(default)]
    pub label: String,
    /// A value such as it has.
    #[serde(default)]
    pub example: String,
}

impl Attribute {
    /// A cell of a table as a value; its path in a fault is empty.
    pub fn parse(&self, cell: &str) -> Result<Value, Fault> {
        let cell = cell.trim();
        let json = || serde_json::from_str::<Value>(cell).ok();
        let value = match self.kind {
            AttributeType::Text | AttributeType::Date => Some(Value::String(cell.to_owned())),
            AttributeType::Number => cell.parse::<Number>().ok().map(Value::Number),
            AttributeType::Boolean => match cell.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(Value::Bool(true)),
                "false" | "no" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            AttributeType::List | AttributeType::Object => json(),
        };
        value.filter(|value| self.kind.takes(value)).ok_or_else(|| self.kind.fault())
    }
}

impl AttributeType {
    fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text, Value::String(_))
            | (Self::Number, Value::Number(_))
            | (Self::Boolean, Value::Bool(_))
            | (Self::List, Value::Array(_))
            | (Self::Object, Value::Object(_)) => true,
            (Self::Date, Value::String(text)) => is_date(text),
            _ => false,
        }
    }

    fn fault(self) -> Fault {
        let wanted = match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date such as 2026-12-01 or 2026-12-01T09:00:00Z",
            Self::List => "a list",
            Self::Object => "an object",
        };
        Fault::new("", "wrong_type", format!("This must be {wanted}, as the schema of profiles says."))
    }
}

fn is_date(text: &str) -> bool {
    // A day with a time in no zone would be read as a day.
    let is_day = text.len() == "2026-12-01".len() && text.parse::<jiff::civil::Date>().is_ok();
    is_day || text.parse::<jiff::Timestamp>().is_ok()
}

/// Faults of a schema, at `attributes[3].path` and the like.
pub fn check_schema(attributes: &[Attribute]) -> Faults {
    let mut faults = Faults::default();
    if attributes.len() > ATTRIBUTES_MAX {
        faults.add("attributes", "too_many", format!("A schema has at most {ATTRIBUTES_MAX} attributes."));
        return faults;
    }
    for (position, attribute) in attributes.iter().enumerate() {
        let at = |name: &str| format!("attributes[{position}].{name}");
        faults.take(&at("path"), check_path(&attribute.path));
        faults.take(&at("label"), single_line(&attribute.label, TEXT_MAX));
        faults.take(&at("example"), single_line(&attribute.example, TEXT_MAX));
        if attributes[..position].iter().any(|other| other.path == attribute.path) {
            faults.add(at("path"), "stands_twice", "This path stands twice.");
        }
        let inside = |outer: &&Attribute| {
            let rest = attribute.path.strip_prefix(outer.path.as_str());
            rest.is_some_and(|rest| rest.starts_with('.')) && outer.kind != AttributeType::Object
        };
        if let Some(outer) = attributes.iter().find(inside) {
            let text = format!("{} is no object: nothing can be inside it.", outer.path);
            faults.add(at("path"), "not_in_an_object", text);
        }
    }
    faults
}

/// Is it a path? Names of letters, digits and `_`, which templates can write, with dots between them.
pub fn check_path(path: &str) -> Result<(), Fault> {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
    };
    if path.len() <= PATH_MAX && path.split('.').all(is_name) {
        return Ok(());
    }
    let text = "Use names of letters, digits and _ with dots between them, such as person.firstName.";
    Err(Fault::new("", "bad_attribute_path", text))
}

/// Values that are not what the schema says, each with its path. `null` is no value.
pub fn check_types(schema: &[Attribute], attributes: &Map<String, Value>) -> Faults {
    let mut faults = Faults::default();
    for attribute in schema {
        match find(attributes, &attribute.path) {
            Ok(Some(value)) if !value.is_null() && !attribute.kind.takes(value) => {
                faults.0.push(attribute.kind.fault().under(&attribute.path));
            }
            Ok(_) => {}
            Err(outer) if faults.at(outer).is_none() => faults.0.push(AttributeType::Object.fault().under(outer)),
            Err(_) => {}
        }
    }
    faults
}

/// The value at a path; or the path of what stands there instead of an object.
fn find<'a, 'p>(attributes: &'a Map<String, Value>, path: &'p str) -> Result<Option<&'a Value>, &'p str> {
    let (mut object, mut done) = (attributes, 0);
    loop {
        let rest = &path[done..];
        let Some((name, _)) = rest.split_once('.') else { return Ok(object.get(rest)) };
        done += name.len() + 1;
        match object.get(name) {
            Some(Value::Object(inner)) => object = inner,
            None | Some(Value::Null) => return Ok(None),
            Some(_) => return Err(&path[..done - 1]),
        }
    }
}

/// Puts a value at a path, making the objects on the way. What stands there instead of an object gives way.
pub fn put(attributes: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(attributes.insert(path.to_owned(), value)),
        Some((name, rest)) => {
            let inner = attributes.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attribute(path: &str, kind: AttributeType) -> Attribute {
        Attribute { path: path.into(), kind, label: String::new(), example: String::new() }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_with_its_path() {
        let schema = [
            attribute("person.firstName", AttributeType::Text),
            attribute("person.born", AttributeType::Date),
            attribute("points", AttributeType::Number),
            attribute("tags", AttributeType::List),
        ];
        let told = |attributes: Value| {
            let faults = check_types(&schema, attributes.as_object().unwrap());
            faults.0.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        let good = json!({"person": {"firstName": "Ann", "born": "1990-02-28", "other": 1}, "points": 1.5, "tags": []});
        assert!(told(good).is_empty());
        assert!(told(json!({"person": {"firstName": null}, "points": null, "else": {}})).is_empty());
        let wrong = json!({"person": {"firstName": 1, "born": "1990-02-30"}, "points": "1", "tags": {}});
        assert_eq!(told(wrong), ["person.firstName", "person.born", "points", "tags"]);
        assert_eq!(told(json!({"person": "Ann"})), ["person"]);
    }

    #[test]
    fn a_cell_becomes_a_value_of_its_type() {
        for (kind, cell, value) in [
            (AttributeType::Text, " 007 ", Some(json!("007"))),
            (AttributeType::Number, "7.5", Some(json!(7.5))),
            (AttributeType::Number, "seven", None),
            (AttributeType::Boolean, "Yes", Some(json!(true))),
            (AttributeType::Boolean, "maybe", None),
            (AttributeType::Date, "2026-12-01T09:00:00Z", Some(json!("2026-12-01T09:00:00Z"))),
            (AttributeType::Date, "2026-12-01 09:00", None),
            (AttributeType::List, "[1,2]", Some(json!([1, 2]))),
            (AttributeType::Object, "[1,2]", None),
        ] {
            assert_eq!(attribute("x", kind).parse(cell).ok(), value, "{kind} {cell}");
        }
    }

    #[test]
    fn a_schema_has_each_path_once_and_nothing_inside_a_text() {
        let schema = |paths: &[(&str, AttributeType)]| {
            let attributes: Vec<_> = paths.iter().map(|(path, kind)| attribute(path, *kind)).collect();
            check_schema(&attributes).0.into_iter().map(|fault| (fault.path, fault.code)).collect::<Vec<_>>()
        };
        assert!(schema(&[("a", AttributeType::Object), ("a.b", AttributeType::Text)]).is_empty());
        let fault = |path: &str, code: &str| vec![(path.to_owned(), code.to_owned())];
        let twice = schema(&[("a", AttributeType::Text), ("a", AttributeType::Number)]);
        assert_eq!(twice, fault("attributes[1].path", "stands_twice"));
        let inside = schema(&[("a.b", AttributeType::Text), ("a", AttributeType::Text)]);
        assert_eq!(inside, fault("attributes[0].path", "not_in_an_object"));
        for bad in ["", "a..b", "1a", "a b", "a.b-c", "constructor()"] {
            assert_eq!(
                schema(&[(bad, AttributeType::Text)]),
                fault("attributes[0].path", "bad_attribute_path"),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_value_is_put_at_its_path() {
        let mut attributes = Map::new();
        put(&mut attributes, "a.b.c", json!(1));
        put(&mut attributes, "a.d", json!(2));
        assert_eq!(Value::Object(attributes), json!({"a": {"b": {"c": 1}, "d": 2}}));
    }
}
