//! A line of a list, as JSON. What is wrong with it is told in words that repeat nothing of it: a fault may be kept longer than
//! the person.

use domain::object::Object;
use domain::{Fault, nul};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// The object that a line holds, or what is wrong with it: `bad_line`, `control_character`.
pub(crate) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, Fault> {
    if nul::is_in_json(line) {
        return Err(Fault::new("", "control_character", "A text or a name here holds the character U+0000."));
    }
    let mut json = serde_json::Deserializer::from_slice(line);
    let read: Result<Object<T>, _> = serde_path_to_error::deserialize(&mut json);
    let Object(value) = read.map_err(|error| fault(&error))?;
    json.end().map_err(|_| Fault::new("", "bad_line", "A line holds one object."))?;
    Ok(value)
}

fn fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let (path, error) = (error.path(), error.inner());
    if !error.is_data() {
        return Fault::new("", "bad_line", format!("This is not JSON, from column {} on.", error.column()));
    }
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    let mut segments: Vec<&Segment> = path.iter().collect();
    let text = match words.rsplit_once(", expected ") {
        Some((start, known)) if start.starts_with("unknown field") => {
            // Its name is whatever somebody has written.
            segments.pop_if(|last| matches!(last, Segment::Map { key } if start.contains(key.as_str())));
            format!("There is an unknown field: it must be {known}.")
        }
        Some((_, wanted)) => format!("This must be {wanted}."),
        None => format!("{words}."),
    };
    Fault::new(written(&segments), "bad_line", text)
}

/// `identities[0].userId`.
fn written(segments: &[&Segment]) -> String {
    let mut path = String::new();
    for segment in segments {
        if !path.is_empty() && !matches!(segment, Segment::Seq { .. }) {
            path.push('.');
        }
        path.push_str(&segment.to_string());
    }
    path
}

#[cfg(test)]
mod tests {
    use domain::audience::Member;
    use domain::profile::ProfileChange;

    use super::*;

    fn told<T: DeserializeOwned + std::fmt::Debug>(line: &str) -> (String, String) {
        let fault = read::<T>(line.as_bytes()).unwrap_err();
        (fault.path, fault.text)
    }

    #[test]
    fn no_fault_repeats_what_stands_in_the_line() {
        for line in [
            r#"{"ann@example.com":1}"#,
            r#"{"ann@example.com, expected `x`":1}"#,
            r#"{"identities":[{"namespace":"crm","userId":"1","ann@example.com":1}]}"#,
            r#"{"identities":["ann@example.com"]}"#,
            r#"{"test":"ann@example.com"}"#,
            r#"{"attributes":{"ann@example.com":nope}}"#,
            r#"{"attributes":{"ann@example.com\u0000":1}}"#,
        ] {
            let (path, text) = told::<ProfileChange>(line);
            assert!(!path.contains("ann@") && !text.contains("ann@"), "{line}: {path}: {text}");
            let (path, text) = told::<Member>(line);
            assert!(!path.contains("ann@") && !text.contains("ann@"), "{line}: {path}: {text}");
        }
    }

    #[test]
    fn a_fault_says_where_it_is() {
        let line = r#"{"identities":[{"namespace":"crm","userId":"1"},{"namespace":"crm","userId":7}]}"#;
        assert_eq!(told::<ProfileChange>(line), ("identities[1].userId".into(), "This must be a string.".into()));
        let line = r#"{"identities":[{"namespace":"crm","userId":"1","more":1}]}"#;
        assert_eq!(told::<ProfileChange>(line).0, "identities[0]");
    }
}
