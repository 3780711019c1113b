//! What a template may use, and how it is told what it may not.

use domain::Fault;

use crate::functions::{self, Function, Kind, Takes};
use crate::place::Place;
use crate::shape::Use;

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

pub(crate) fn check_filter(name: &str, at: usize) -> Result<(), Refused> {
    if functions::filter(name).is_some() {
        return Ok(());
    }
    let text = format!("There is no filter “{name}” in content. There are: {}.", names(Function::is_filter));
    Err(Refused::Because("unknown_filter", at, text))
}

pub(crate) fn check_test(name: &str, at: usize) -> Result<(), Refused> {
    if functions::test(name).is_some() {
        return Ok(());
    }
    let text = format!("There is no test “is {name}” in content. There are: {}.", names(Function::is_test));
    Err(Refused::Because("unknown_test", at, text))
}

fn names(wanted: fn(&Function) -> bool) -> String {
    let names: Vec<&str> = functions::all().filter(|it| wanted(it)).map(|it| it.name).collect();
    names.join(", ")
}

/// Does the work of this filter not depend on the size of the value?
pub(crate) fn is_quick(filter: &str) -> bool {
    functions::filter(filter).is_some_and(|it| it.kind == Kind::QuickFilter)
}

/// Does this test only ask, also of a missing value?
pub(crate) fn is_calm(test: &str) -> bool {
    functions::test(test).is_some_and(|it| matches!(it.kind, Kind::CalmTest | Kind::AbsenceTest))
}

/// Does this test answer yes when the value is missing?
pub(crate) fn is_for_absence(test: &str) -> bool {
    functions::test(test).is_some_and(|it| it.kind == Kind::AbsenceTest)
}

/// What this filter makes of its value.
pub(crate) fn use_of_filter(filter: &str) -> Use {
    functions::filter(filter).map_or_else(Use::default, use_of)
}

/// What this test asks of its value.
pub(crate) fn use_of_test(test: &str) -> Use {
    functions::test(test).map_or_else(Use::default, use_of)
}

fn use_of(function: &Function) -> Use {
    let takes = |kind| function.takes == kind;
    Use {
        number: takes(Takes::Number),
        moment: takes(Takes::Moment),
        single: takes(Takes::One) || takes(Takes::Number) || takes(Takes::Moment),
        any: takes(Takes::Kinds),
        list: takes(Takes::List),
        object: takes(Takes::Object),
    }
}

/// A fault at a place of a template.
pub(crate) fn fault_at(path: &str, code: &str, source: &str, at: usize, text: &str) -> Fault {
    Fault::new(path, code, Place::of(source, at).before(text))
}
