//! Data of a notification as lines that a person types: `name: template`. A line that begins with a space goes on with the
//! value above it, so that values of several lines survive.

use std::collections::BTreeMap;

use domain::Fault;

/// Where faults stand.
pub const PATH: &str = "content.data";

/// The lines of a stored map.
pub fn write(data: &BTreeMap<String, String>) -> String {
    let line = |(name, value): (&String, &String)| format!("{name}: {}", value.replace('\n', "\n "));
    data.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The map of typed lines. Blank lines are left out.
pub fn read(lines: &str) -> Result<BTreeMap<String, String>, Fault> {
    let mut data = BTreeMap::new();
    let mut last: Option<String> = None;
    for (position, line) in lines.lines().enumerate() {
        let value = last.as_ref().and_then(|name| data.get_mut(name));
        if let (Some(value), Some(more)) = (value, line.strip_prefix([' ', '\t'])) {
            let value: &mut String = value;
            value.push('\n');
            value.push_str(more);
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let (name, value) = pair(line).ok_or_else(|| fault(position, "bad_data_line", "write name: value."))?;
        if data.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(fault(position, "duplicate_data_name", &format!("the name “{name}” stands there twice.")));
        }
        last = Some(name.to_owned());
    }
    Ok(data)
}

/// Name and value. A colon without a space may belong to the name, but only when another one follows.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(": ").or_else(|| line.split_once(':'))?;
    let name = name.trim();
    (!name.is_empty()).then_some((name, value))
}

fn fault(position: usize, code: &str, text: &str) -> Fault {
    Fault::new(PATH, code, format!("Line {}: {text}", position + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back_as_it_was() {
        let data = [
            ("empty", ""),
            ("order", "{{ context.order.id }}"),
            ("poem", "one\n\n  two\nthree: four"),
            ("ns:key", " a: b"),
            ("url", "https://example.com/?a=1"),
        ];
        let data: BTreeMap<_, _> = data.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(read(&write(&data)), Ok(data));
    }

    #[test]
    fn a_line_is_a_name_a_colon_and_a_value() {
        let data = read("\na:1\n\nb: 2\n").unwrap();
        assert_eq!((data["a"].as_str(), data["b"].as_str()), ("1", "2"));
        assert_eq!(read("a: 1\nno colon").unwrap_err().text, "Line 2: write name: value.");
        assert_eq!(read(": 1").unwrap_err().code, "bad_data_line");
        assert_eq!(read("a: 1\na: 2").unwrap_err().code, "duplicate_data_name");
    }
}
