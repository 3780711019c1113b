//! The outer shape of a file, looked at event by event before any of it is built: a short text can stand for a tree of
//! any size, by values that repeat others or that stand deep inside each other.

use saphyr_parser::{Event, Parser, ScanError};

use super::FileFault;

/// Most mappings and lists inside each other. A document of a known kind has three, and what an example of a value brings along.
const DEPTH_MAX: usize = 16;

/// Refuses anchors, aliases and deep values, each at its line; and what is no YAML, up to the first of these.
pub(super) fn check(yaml: &str) -> Result<(), FileFault> {
    let mut depth = 0_usize;
    for event in Parser::new_from_str(yaml) {
        let (event, span) = event.map_err(|error| no_yaml(&error))?;
        if repeats(&event) {
            let text =
                "Write values out: anchors (&) and aliases (*) are not taken. A text that begins so needs quotes.";
            return Err(whole(span.start.line(), text.to_owned()));
        }
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => depth += 1,
            Event::MappingEnd | Event::SequenceEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            let text = format!("Values stand in each other more than {DEPTH_MAX} levels deep.");
            return Err(whole(span.start.line(), text));
        }
    }
    Ok(())
}

/// The fault of a text that is no YAML.
pub(super) fn no_yaml(error: &ScanError) -> FileFault {
    whole(error.marker().line(), format!("This is not YAML: {}.", error.info()))
}

/// A fault of the file, rather than of one value.
pub(super) fn whole(line: usize, text: String) -> FileFault {
    FileFault { line, path: String::new(), text }
}

/// Is the value an alias, or may others be aliases of it?
fn repeats(event: &Event<'_>) -> bool {
    match event {
        Event::Alias(_) => true,
        Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
            *anchor > 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(yaml: &str) -> (usize, String) {
        let fault = check(yaml).unwrap_err();
        assert_eq!(fault.path, "");
        (fault.line, fault.text)
    }

    #[test]
    fn values_that_repeat_others_are_refused_at_their_line() {
        let laughs = "a: [x, x]\nb: &b [x, x]\nc: &c [*b, *b]\nd: [*c, *c]\n";
        for (yaml, line) in [(laughs, 2), ("kind: campaign\nname: &name Order", 2), ("- &x {}", 1)] {
            let (at, text) = refused(yaml);
            assert_eq!(at, line, "{yaml}");
            assert!(text.contains("anchors (&) and aliases (*)"), "{text}");
        }
        assert!(check("html: 'a & b * c'\nsubject: Fish & chips\n").is_ok());
    }

    #[test]
    fn values_up_to_sixteen_levels_deep_are_looked_at_and_deeper_ones_refused_at_their_line() {
        let nested = |levels: usize| format!("name: x\nvalue: {}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(check(&nested(15)).is_ok());
        assert_eq!(refused(&nested(16)).0, 2);
        assert!(refused(&"- ".repeat(10_000)).1.contains("16 levels"));
    }

    #[test]
    fn what_never_ends_is_refused_without_being_followed() {
        for start in ["[", "{a: ", "!!seq ["] {
            assert!(!refused(&start.repeat(10_000)).1.is_empty(), "{start}");
        }
    }

    #[test]
    fn a_second_document_is_looked_at_too() {
        assert_eq!(refused("kind: sandbox\n---\nkind: &k sandbox\n").0, 3);
    }
}
