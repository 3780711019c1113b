//! What is wrong with the values of a call. Every call comes through here: nothing is allocated for one that is right.

use std::fmt;

use domain::{Fault, Faults};
use serde_json::{Map, Value};

use crate::shape::{Present, Shape, Shapes, is_something};
use crate::types::what_it_is;

/// More faults than these are not counted.
const FAULTS_MAX: usize = 100;

/// Values that are needed and not there, and values of the wrong type.
pub(crate) fn check<'v>(
    shapes: &Shapes,
    roots: impl IntoIterator<Item = (&'static str, &'v Map<String, Value>)>,
) -> Faults {
    let mut search = Search { faults: Faults::default() };
    for (root, values) in roots {
        let place = Place { above: None, step: Step::Name(root) };
        for (name, shape) in shapes.root.field(root).map_or(&[][..], |shape| &shape.fields) {
            search.value(shape, values.get(name), &place.then(Step::Name(name)), 2, Present::default());
        }
    }
    search.faults
}

/// Where the search is. Written out only for a fault.
struct Place<'a> {
    above: Option<&'a Self>,
    step: Step<'a>,
}

enum Step<'a> {
    Name(&'a str),
    /// Of an object that is looped over.
    Key(&'a str),
    Position(usize),
}

impl<'a> Place<'a> {
    fn then(&'a self, step: Step<'a>) -> Self {
        Self { above: Some(self), step }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match self.step {
            Step::Name(name) if self.above.is_some() => write!(f, ".{name}"),
            Step::Name(name) => f.write_str(name),
            Step::Key(key) => write!(f, "[{key}]"),
            Step::Position(position) => write!(f, "[{position}]"),
        }
    }
}

struct Search {
    faults: Faults,
}

impl Search {
    fn value(&mut self, shape: &Shape, value: Option<&Value>, place: &Place<'_>, length: usize, present: Present) {
        if self.faults.0.len() >= FAULTS_MAX {
            return;
        }
        let value = value.filter(|value| !value.is_null());
        if value.is_none() && shape.is_needed(present) {
            let who = match (shape.is_demanded_only(present), shape.in_content) {
                (true, _) => "campaign",
                (false, true) => "content",
                (false, false) => "channel configuration",
            };
            self.add(place, "missing_variable", format!("The {who} needs {place}."));
        }
        if let (Some(value), Some(kind)) = (value, shape.rule.kind)
            && !kind.takes(value)
        {
            let (wanted, given) = (kind.with_article(), what_it_is(value));
            return self.add(
                place,
                "wrong_type",
                format!("The campaign takes {place} as {wanted}, and it is {given}."),
            );
        }
        let present = present.with(length, value);
        for (name, below) in &shape.fields {
            let value = value.and_then(|value| value.get(name));
            self.value(below, value, &place.then(Step::Name(name)), length + 1, present);
        }
        match value {
            Some(value @ (Value::Array(_) | Value::Object(_)))
                if shape.is_single() && (shape.is_needed(present) || is_something(value)) =>
            {
                let text = format!("The content reads {place} as one value, and it is {}.", what_it_is(value));
                self.add(place, "wrong_type", text);
            }
            Some(Value::Array(list)) => {
                let elements = list.iter().enumerate();
                self.elements(shape, elements.map(|(n, value)| (Step::Position(n), value)), place, length, present);
            }
            Some(Value::Object(object)) => {
                let elements = object.iter().map(|(key, value)| (Step::Key(key), value));
                self.elements(shape, elements, place, length, present);
            }
            Some(value) if shape.usage.list && (shape.is_needed(present) || is_something(value)) => {
                self.add(
                    place,
                    "wrong_type",
                    format!("The content reads {place} as a list, and it is {}.", what_it_is(value)),
                );
            }
            _ => {}
        }
    }

    fn elements<'v>(
        &mut self,
        shape: &Shape,
        elements: impl Iterator<Item = (Step<'v>, &'v Value)>,
        place: &Place<'_>,
        length: usize,
        present: Present,
    ) {
        let Some(each) = &shape.each else { return };
        for (step, element) in elements {
            self.value(each, Some(element), &place.then(step), length + 1, present);
        }
    }

    fn add(&mut self, place: &Place<'_>, code: &str, text: String) {
        self.faults.0.push(Fault::new(place.to_string(), code, text));
    }
}
