//! Some values of a JSON object: the others are passed over unread, which is most of the work when many objects are large.

use std::fmt::{Formatter, Result as Written};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

/// The values of an object that have one of these names. A fault for what is no JSON object.
pub(crate) fn picked(json: &str, names: &[&str]) -> serde_json::Result<Map<String, Value>> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let found = reader.deserialize_map(Object(names))?;
    reader.end()?;
    Ok(found)
}

struct Object<'a>(&'a [&'a str]);

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, text: &mut Formatter<'_>) -> Written {
        text.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = Map::new();
        while let Some(name) = object.next_key_seed(Name(self.0))? {
            match name {
                Some(name) => drop(found.insert(name.to_owned(), object.next_value()?)),
                None => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// One of these names, or none.
struct Name<'a>(&'a [&'a str]);

impl<'de, 'a> DeserializeSeed<'de> for Name<'a> {
    type Value = Option<&'a str>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        name.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Name<'a> {
    type Value = Option<&'a str>;

    fn expecting(&self, text: &mut Formatter<'_>) -> Written {
        text.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|wanted| **wanted == name).copied())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_values_that_were_asked_for_are_read() {
        let stored = r#"{"city":"Seoul","person":{"name":{"first":"Ann"}},"a\u0062":[1,{"city":"no"}],"points":7}"#;
        let found = picked(stored, &["person", "ab", "nowhere"]).unwrap();
        assert_eq!(Value::Object(found), json!({"person": {"name": {"first": "Ann"}}, "ab": [1, {"city": "no"}]}));
        assert!(picked("{}", &["city"]).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_object_is_told() {
        for broken in ["[]", "{", r#"{"city":}"#, "{} {}", ""] {
            assert!(picked(broken, &["city"]).is_err(), "{broken}");
        }
    }
}
