//! The shape of the data that a content reads: a tree of names, with what each must be.

use domain::campaign::Variable;
use domain::{Fault, Faults};
use serde_json::Value;

use crate::data::Data;

/// One step of a path through the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    Field(String),
    /// Each element of a list, or each value of an object.
    Each,
}

/// When is the value needed?
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    /// It has a default or is tested first.
    Never,
    /// When one of the values above it is there and not empty: those with paths of these lengths were tested.
    When(Vec<usize>),
}

/// What an expression does with a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a value may be used in several ways")]
pub(crate) struct Use {
    pub(crate) number: bool,
    /// Printed, or changed as a text or a number is.
    pub(crate) single: bool,
    /// Asked for its kind, or for something in it that only rendering knows.
    pub(crate) any: bool,
    pub(crate) list: bool,
    /// Looped over with a key.
    pub(crate) object: bool,
}

/// A place in a template where a value is read.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) path: Vec<Segment>,
    pub(crate) need: Need,
    pub(crate) usage: Use,
}

/// A value and what is below it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    pub(crate) fields: Vec<(String, Shape)>,
    pub(crate) each: Option<Box<Shape>>,
    pub(crate) usage: Use,
    pub(crate) always: bool,
    pub(crate) when: Vec<usize>,
}

/// The shapes of `context` and `profile`, and the order in which their values appear.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    pub(crate) root: Shape,
    order: Vec<Vec<String>>,
    /// How many names there are.
    names: usize,
}

/// Different names in one content.
pub(crate) const NAMES_MAX: usize = 1000;

/// There are more than `NAMES_MAX`.
#[derive(Debug)]
pub(crate) struct TooMany;

/// More missing values than these are not counted.
const FAULTS_MAX: usize = 100;

impl Shape {
    fn at(&mut self, segment: &Segment, names: &mut usize) -> &mut Self {
        match segment {
            Segment::Each => self.each.get_or_insert_default(),
            Segment::Field(name) => {
                let position = self.fields.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                    self.fields.push((name.clone(), Self::default()));
                    *names += 1;
                    self.fields.len() - 1
                });
                &mut self.fields[position].1
            }
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, shape)| shape)
    }

    /// Is it used as one value only, which a list or an object is not?
    pub(crate) fn is_single(&self) -> bool {
        let Use { number, single, any, list, object } = self.usage;
        let has_parts = any || list || object || self.each.is_some() || !self.fields.is_empty();
        (single || number) && !has_parts
    }

    /// Is the value needed, when the values above it at the lengths of `present` are there?
    pub(crate) fn is_needed(&self, present: Present) -> bool {
        self.always || self.when.iter().any(|length| present.has(*length))
    }
}

/// Lengths of paths, of the values on the way down that are there and not empty.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Present(u64);

impl Present {
    pub(crate) fn with(self, length: usize, value: Option<&Value>) -> Self {
        Self(if value.is_some_and(is_something) { self.0 | 1 << length.min(63) } else { self.0 })
    }

    fn has(self, length: usize) -> bool {
        self.0 & (1 << length.min(63)) != 0
    }
}

/// What `if` takes for true.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}

impl Shapes {
    pub(crate) fn add(&mut self, reads: Vec<Read>) -> Result<(), TooMany> {
        for read in reads {
            if self.names > NAMES_MAX {
                return Err(TooMany);
            }
            self.note_order(&read.path);
            let mut shape = &mut self.root;
            for segment in &read.path {
                shape = shape.at(segment, &mut self.names);
            }
            shape.usage.number |= read.usage.number;
            shape.usage.single |= read.usage.single;
            shape.usage.any |= read.usage.any;
            shape.usage.list |= read.usage.list;
            shape.usage.object |= read.usage.object;
            match read.need {
                Need::Always => shape.always = true,
                Need::Never => {}
                Need::When(lengths) => {
                    for length in lengths {
                        if !shape.when.contains(&length) {
                            shape.when.push(length);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// What is read inside of a list belongs to the variable of the list.
    fn note_order(&mut self, path: &[Segment]) {
        let names = path.iter().map_while(|segment| match segment {
            Segment::Field(name) => Some(name.clone()),
            Segment::Each => None,
        });
        let names: Vec<String> = names.collect();
        if !self.order.contains(&names) {
            self.order.push(names);
        }
    }

    pub(crate) fn variables(&self) -> Vec<Variable> {
        let shape = |names: &[String]| names.iter().try_fold(&self.root, |shape, name| shape.field(name));
        let known = self.order.iter().filter_map(|names| Some((names.join("."), shape(names)?)));
        known.map(|(path, shape)| Variable { path, required: shape.always, list: shape.usage.list }).collect()
    }

    /// The values that are needed and not there.
    pub(crate) fn missing(&self, data: &Data) -> Faults {
        let mut search = Search { faults: Faults::default(), path: String::new() };
        for (root, values) in data.roots() {
            for (name, shape) in self.root.field(root).map_or(&[][..], |shape| &shape.fields) {
                root.clone_into(&mut search.path);
                search.field(name, shape, values.get(name), 2, Present::default());
            }
        }
        search.faults
    }
}

struct Search {
    faults: Faults,
    /// Where the search is.
    path: String,
}

impl Search {
    fn field(&mut self, name: &str, shape: &Shape, value: Option<&Value>, length: usize, present: Present) {
        let parent = self.path.len();
        self.path.push('.');
        self.path.push_str(name);
        self.value(shape, value, length, present);
        self.path.truncate(parent);
    }

    fn value(&mut self, shape: &Shape, value: Option<&Value>, length: usize, present: Present) {
        if self.faults.0.len() >= FAULTS_MAX {
            return;
        }
        let value = value.filter(|value| !value.is_null());
        if value.is_none() && shape.is_needed(present) {
            let text = format!("The content needs {}.", self.path);
            self.faults.0.push(Fault::new(self.path.clone(), "missing_variable", text));
        }
        let present = present.with(length, value);
        for (name, below) in &shape.fields {
            self.field(name, below, value.and_then(|value| value.get(name)), length + 1, present);
        }
        match value {
            Some(value @ (Value::Array(_) | Value::Object(_)))
                if shape.is_single() && (shape.is_needed(present) || is_something(value)) =>
            {
                let text = format!("The content reads {} as one value, and it is {}.", self.path, kind_of(value));
                self.faults.0.push(Fault::new(self.path.clone(), "wrong_type", text));
            }
            Some(Value::Array(list)) => self.elements(shape, list.iter().enumerate(), length, present),
            Some(Value::Object(object)) => self.elements(shape, object.iter(), length, present),
            Some(value) if shape.usage.list && (shape.is_needed(present) || is_something(value)) => {
                let text = format!("The content reads {} as a list, and it is {}.", self.path, kind_of(value));
                self.faults.0.push(Fault::new(self.path.clone(), "wrong_type", text));
            }
            _ => {}
        }
    }

    fn elements<'v, K: std::fmt::Display>(
        &mut self,
        shape: &Shape,
        elements: impl Iterator<Item = (K, &'v Value)>,
        length: usize,
        present: Present,
    ) {
        let Some(each) = &shape.each else { return };
        let parent = self.path.len();
        for (key, element) in elements {
            self.path.push_str(&format!("[{key}]"));
            self.value(each, Some(element), length + 1, present);
            self.path.truncate(parent);
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
