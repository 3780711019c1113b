//! Sample data sets: several people and occasions to look at one after the other. They stay in the page, for as long as it is
//! open: they may hold what is said of real people, and a draft is seen by everybody who sees the campaign.

use content::Data;
use domain::{Fault, csv};
use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::campaigns::typed::value_of;
use crate::campaigns::wizard::place_value;
use crate::i18n::{fault_text, texts};
use crate::settings::alive;
use crate::ui::{SelectField, TextArea};

/// Most sets (reference §7).
const SETS_MAX: usize = 30;
/// Longest text, in bytes.
const TEXT_MAX: usize = 512 * 1024;

/// Values for one look.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    pub name: String,
    pub data: Data,
}

/// Reads a JSON list of objects, an object in each line, or CSV whose first line names paths. An object has `context` and
/// `profile`, or paths such as `context.order.id`; `name` names the set.
pub fn data_sets(text: &str) -> Result<Vec<DataSet>, Fault> {
    let fault = |code: &str, text: String| Fault::new("sets", code, text);
    let text = text.trim().trim_start_matches('\u{feff}');
    if text.len() > TEXT_MAX {
        return Err(fault("too_long", format!("Use at most {} KB.", TEXT_MAX / 1024)));
    }
    let objects = match text.chars().next() {
        None => Vec::new(),
        Some('[' | '{') => objects_of(text).map_err(|why| fault("bad_json", why))?,
        Some(_) => rows_of(text),
    };
    if objects.len() > SETS_MAX {
        return Err(fault("too_many", format!("Use at most {SETS_MAX} sets; these are {}.", objects.len())));
    }
    let sets = objects.into_iter().enumerate().map(|(place, object)| set_of(place + 1, object));
    sets.collect::<Result<_, String>>().map_err(|why| fault("unknown_field", why))
}

fn objects_of(text: &str) -> Result<Vec<Map<String, Value>>, String> {
    let values: Vec<Value> = match serde_json::from_str(text) {
        Ok(Value::Array(list)) => list,
        Ok(one) => vec![one],
        Err(whole) => {
            let lines = text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str);
            lines.collect::<Result<_, _>>().map_err(|_| format!("This is not JSON: {whole}."))?
        }
    };
    let object = |value| match value {
        Value::Object(object) => Ok(object),
        _ => Err("Each set is an object.".to_owned()),
    };
    values.into_iter().map(object).collect()
}

fn rows_of(text: &str) -> Vec<Map<String, Value>> {
    let mut rows = csv::rows(text).into_iter();
    let header: Vec<String> = rows.next().unwrap_or_default().iter().map(|name| name.trim().to_owned()).collect();
    let object = |row: Vec<String>| {
        let cells = header.iter().cloned().zip(row);
        // An empty cell says nothing.
        let cells = cells.filter(|(name, cell)| !name.is_empty() && !cell.is_empty());
        cells.map(|(name, cell)| (name, value_of(csv::value_of(&cell), None))).collect()
    };
    rows.map(object).collect()
}

fn set_of(number: usize, object: Map<String, Value>) -> Result<DataSet, String> {
    let (mut name, mut context, mut profile) = (number.to_string(), Map::new(), Map::new());
    for (key, value) in object {
        match (key.split_once('.'), value) {
            (Some(("context", path)), value) => place_value(&mut context, path, value),
            (Some(("profile", path)), value) => place_value(&mut profile, path, value),
            (None, Value::Object(fields)) if key == "context" => context.extend(fields),
            (None, Value::Object(fields)) if key == "profile" => profile.extend(fields),
            (None, Value::String(text)) if key == "name" => name = text,
            (None, Value::Number(told)) if key == "name" => name = told.to_string(),
            _ => {
                return Err(format!(
                    "Set {number}: “{key}” is neither context nor profile, nor a path in one of them."
                ));
            }
        }
    }
    Ok(DataSet { name, data: Data { context: std::sync::Arc::new(context), profile, ..Data::default() } })
}

/// A field for the sets, and the choice between them.
#[component]
pub fn DataSets(take: Callback<Data>) -> impl IntoView {
    let t = &texts().testing;
    let alive = alive();
    let typed = RwSignal::new(String::new());
    let sets = Memo::new(move |_| typed.with(|typed| data_sets(typed)));
    let fault = move || sets.with(|sets| sets.as_ref().err().map(fault_text));
    let choose = Callback::new(move |place: String| {
        let chosen = sets.with_untracked(|sets| sets.as_ref().ok()?.get(place.parse::<usize>().ok()?).cloned());
        if let Some(set) = chosen {
            take.run(set.data);
        }
    });
    let choice = move || {
        let sets = sets.get().ok().filter(|sets| !sets.is_empty())?;
        let none = (String::new(), t.no_set.to_owned());
        let named = sets.into_iter().enumerate().map(|(place, set)| (place.to_string(), set.name));
        let options = [none].into_iter().chain(named).collect();
        Some(view! { <SelectField path="set" label=t.set options on_input=choose/> })
    };
    // The field does nothing without the page's program.
    move || {
        alive.get().then(|| {
            view! {
                <details class="stack">
                    <summary>{t.sets}</summary>
                    <TextArea
                        path="sets" label=t.sets_text hint=t.sets_hint rows=5 source=true
                        on_input=Callback::new(move |text| typed.set(text))
                    />
                    <div aria-live="polite">{move || fault().map(|text| view! { <p class="field-fault">{text}</p> })}</div>
                    {choice}
                </details>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(text: &str) -> Vec<(String, Value)> {
        let sets = data_sets(text).unwrap();
        let value = |data: &Data| json!({ "context": *data.context, "profile": data.profile });
        sets.iter().map(|set| (set.name.clone(), value(&set.data))).collect()
    }

    #[test]
    fn the_same_sets_are_read_from_json_from_lines_and_from_csv() {
        let ann = json!({ "context": { "order": { "id": 7 } }, "profile": { "name": "Ann" } });
        let ben = json!({ "context": { "order": { "id": "007" } }, "profile": {} });
        let expected = vec![("Ann".to_owned(), ann), ("2".to_owned(), ben)];
        let list =
            r#"[{"name":"Ann","context":{"order":{"id":7}},"profile":{"name":"Ann"}},{"context.order.id":"007"}]"#;
        let lines =
            "{\"name\":\"Ann\",\"context.order.id\":7,\"profile.name\":\"Ann\"}\n\n{\"context.order.id\":\"007\"}\n";
        let table = "name,context.order.id,profile.name\r\nAnn,7,Ann\r\n,007,\r\n";
        for text in [list, lines, table] {
            assert_eq!(told(text), expected, "{text}");
        }
        assert_eq!(told(" \n"), []);
        assert_eq!(told(r#"{"profile.name":"Ann"}"#).len(), 1);
    }

    #[test]
    fn what_is_no_set_is_told() {
        let code = |text: &str| data_sets(text).unwrap_err().code;
        assert_eq!(code("[1]"), "bad_json");
        assert_eq!(code("{\"a\""), "bad_json");
        assert_eq!(code(r#"{"order.id":7}"#), "unknown_field");
        assert_eq!(code(&format!("profile.name\n{}", "x\n".repeat(31))), "too_many");
        assert_eq!(code(&"x".repeat(TEXT_MAX + 1)), "too_long");
    }
}
