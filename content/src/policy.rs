//! What a template may use, and how it is told what it may not.

use domain::Fault;

/// Why our reader does not take a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Something is wrong at this offset; Tera says it better.
    Syntax(usize),
    /// Code, offset and sentence.
    Because(&'static str, usize, String),
}

impl Refused {
    pub(crate) fn not_allowed(at: usize, what: &str) -> Self {
        Self::Because("not_allowed", at, format!("{what} is not available in content."))
    }

    /// `what` begins at this offset and never ends.
    pub(crate) fn not_closed(at: usize, what: &str, end: &str) -> Self {
        Self::Because("template_syntax", at, format!("{what} is not closed: {end} is missing."))
    }

    pub(crate) fn too_complex(at: usize, text: &str) -> Self {
        Self::Because("too_complex", at, text.to_owned())
    }
}

/// Filters that take a time that does not depend on the size of the value.
const QUICK_FILTERS: [&str; 7] = ["default", "first", "last", "nth", "round", "abs", "pluralize"];

/// The other filters. None of them makes more than a few times of what it is given; `replace`, `join`,
/// `split`, `urlencode` and `json` are our own.
const FILTERS: [&str; 22] = [
    "upper",
    "lower",
    "capitalize",
    "title",
    "trim",
    "trim_start",
    "trim_end",
    "truncate",
    "replace",
    "join",
    "split",
    "reverse",
    "length",
    "wordcount",
    "str",
    "int",
    "float",
    "escape",
    "newlines_to_br",
    "safe",
    "urlencode",
    "json",
];

/// Tests that answer no when the value is missing.
const CALM_TESTS: [&str; 11] =
    ["defined", "undefined", "none", "string", "number", "integer", "float", "bool", "array", "map", "iterable"];

const TESTS: [&str; 5] = ["odd", "even", "starting_with", "ending_with", "containing"];

pub(crate) fn check_filter(name: &str, at: usize) -> Result<(), Refused> {
    if QUICK_FILTERS.contains(&name) || FILTERS.contains(&name) {
        return Ok(());
    }
    let text = format!(
        "There is no filter “{name}” in content. There are: {}, {}.",
        QUICK_FILTERS.join(", "),
        FILTERS.join(", ")
    );
    Err(Refused::Because("unknown_filter", at, text))
}

pub(crate) fn check_test(name: &str, at: usize) -> Result<(), Refused> {
    if is_calm(name) || TESTS.contains(&name) {
        return Ok(());
    }
    let text =
        format!("There is no test “is {name}” in content. There are: {}, {}.", CALM_TESTS.join(", "), TESTS.join(", "));
    Err(Refused::Because("unknown_test", at, text))
}

/// Does the work of this filter not depend on the size of the value?
pub(crate) fn is_quick(filter: &str) -> bool {
    QUICK_FILTERS.contains(&filter)
}

/// Does this test only ask, also of a missing value?
pub(crate) fn is_calm(test: &str) -> bool {
    CALM_TESTS.contains(&test)
}

/// Does this filter need a number?
pub(crate) fn is_for_numbers(filter: &str) -> bool {
    matches!(filter, "round" | "abs" | "int" | "float" | "pluralize")
}

/// Does this filter need a text or a number?
pub(crate) fn is_for_single_values(filter: &str) -> bool {
    !is_for_lists(filter) && !matches!(filter, "default" | "reverse" | "length" | "json")
}

/// Does this test make sense of every kind of value?
pub(crate) fn is_for_any_kind(test: &str) -> bool {
    test == "containing" || (is_calm(test) && !matches!(test, "defined" | "undefined" | "none"))
}

/// Does this filter need a list?
pub(crate) fn is_for_lists(filter: &str) -> bool {
    matches!(filter, "first" | "last" | "nth" | "join")
}

/// A fault at a line of a template.
pub(crate) fn fault_at(path: &str, code: &str, source: &str, at: usize, text: &str) -> Fault {
    let line = source.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    Fault::new(path, code, on_line(line, text))
}

/// A sentence with its line.
pub(crate) fn on_line(line: usize, text: &str) -> String {
    format!("Line {line}: {text}")
}
