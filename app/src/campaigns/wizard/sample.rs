//! Sample values of the preview: one text per variable, as a person types them, and the data they stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use content::{Data, Given};
use domain::variable::Variable;
use serde_json::{Map, Value};

use crate::campaigns::typed::{text_of, value_of};

/// What was typed for each variable, by path. An empty text means: the call does not give this value.
pub type SampleTexts = BTreeMap<String, String>;

/// Texts for the variables that `data` has a value for.
pub fn texts_of(data: &Data, variables: &[Variable]) -> SampleTexts {
    let found = |path: &str| {
        let (root, rest) = path.split_once('.')?;
        let (first, rest) = rest.split_once('.').map_or((rest, None), |(first, rest)| (first, Some(rest)));
        let start = root_of(data, root)?.get(first)?;
        rest.into_iter().flat_map(|rest| rest.split('.')).try_fold(start, |value, name| value.get(name))
    };
    let text = |variable: &Variable| Some(text_of(found(&variable.path)?, variable.rule.kind));
    variables.iter().filter_map(|variable| Some((variable.path.clone(), text(variable)?))).collect()
}

/// The data that these texts stand for, for the variables in use only.
pub fn data_of(texts: &SampleTexts, variables: &[Variable]) -> Data {
    let mut data = Data { given: Given::sample(), ..Data::default() };
    for variable in variables {
        let Some(text) = texts.get(&variable.path).filter(|text| !text.is_empty()) else { continue };
        let value = value_of(text, variable.rule.kind);
        match variable.path.split_once('.') {
            Some(("context", path)) => place(Arc::make_mut(&mut data.context), path, value),
            Some(("profile", path)) => place(&mut data.profile, path, value),
            _ => {}
        }
    }
    data
}

fn root_of<'a>(data: &'a Data, name: &str) -> Option<&'a Map<String, Value>> {
    match name {
        "context" => Some(&data.context),
        "profile" => Some(&data.profile),
        _ => None,
    }
}

/// Puts a value at a dotted path. What stands in the way and has no fields gives way.
pub fn place(fields: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            // A path that goes deeper may have come first: its fields are not lost to the shorter one.
            match (fields.get_mut(path), value) {
                (Some(Value::Object(there)), Value::Object(new)) => there.extend(new),
                (_, value) => {
                    fields.insert(path.to_owned(), value);
                }
            }
        }
        Some((name, rest)) => {
            let inner = fields.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Value::Object(inner) = inner {
                place(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn variables(paths: &[&str]) -> Vec<Variable> {
        paths.iter().map(|path| Variable { path: (*path).to_owned(), needed: true, ..Variable::default() }).collect()
    }

    #[test]
    fn data_becomes_texts_and_texts_become_the_same_data() {
        let data = json!({"context": {"order": {"id": 7, "total": 12.5}}, "profile": {"name": "Ann"}});
        let data: Data = serde_json::from_value(data).unwrap();
        let variables = variables(&["context.order.id", "context.order.total", "profile.name"]);
        let texts = texts_of(&data, &variables);
        assert_eq!(data_of(&texts, &variables), Data { given: Given::sample(), ..data });
    }

    #[test]
    fn an_emptied_text_is_a_missing_value() {
        let texts = SampleTexts::from([("context.name".to_owned(), String::new())]);
        let data = data_of(&texts, &variables(&["context.name"]));
        assert!(data.context.is_empty());
    }
}
