//! The shape of the data that a content reads: a tree of names, with what each must be.

use domain::variable::{Variable, VariableRule};
use serde_json::Value;

use crate::types::Types;

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
    /// Read as a date.
    pub(crate) moment: bool,
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
    /// Read by the content, and not by the configuration alone.
    pub(crate) in_content: bool,
    pub(crate) when: Vec<usize>,
    /// What the author says of it; only variables have a rule.
    pub(crate) rule: VariableRule,
}

/// The shapes of `context` and `profile`, and the order in which their values appear.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    pub(crate) root: Shape,
    pub(crate) order: Vec<Known>,
    /// Some template reads what the message itself is.
    pub(crate) given: bool,
    /// How many names there are.
    names: usize,
}

/// A variable, and the templates that read it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) names: Vec<String>,
    pub(crate) templates: Vec<&'static str>,
}

/// What the paths of a configuration's templates begin with.
const CONFIGURATION: &str = "configuration.";

/// Different names in one content.
pub(crate) const NAMES_MAX: usize = 1000;

/// There are more than `NAMES_MAX`.
#[derive(Debug)]
pub(crate) struct TooMany;

impl Use {
    fn take_in(&mut self, other: Self) {
        self.number |= other.number;
        self.moment |= other.moment;
        self.single |= other.single;
        self.any |= other.any;
        self.list |= other.list;
        self.object |= other.object;
    }
}

impl Shape {
    /// From now on also what another content reads of it.
    fn take_in(&mut self, other: &Self, names: &mut usize) {
        self.usage.take_in(other.usage);
        self.always |= other.always;
        self.in_content |= other.in_content;
        self.note_when(&other.when);
        for (name, below) in &other.fields {
            self.at(&Segment::Field(name.clone()), names).take_in(below, names);
        }
        if let Some(each) = &other.each {
            self.at(&Segment::Each, names).take_in(each, names);
        }
    }

    fn note_when(&mut self, lengths: &[usize]) {
        for length in lengths {
            if !self.when.contains(length) {
                self.when.push(*length);
            }
        }
    }

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

    pub(crate) fn field_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.fields.iter_mut().find(|(known, _)| known == name).map(|(_, shape)| shape)
    }

    /// Is it used as one value only, which a list or an object is not?
    pub(crate) fn is_single(&self) -> bool {
        let Use { number, moment, single, any, list, object } = self.usage;
        let has_parts = any || list || object || self.each.is_some() || !self.fields.is_empty();
        (single || number || moment) && !has_parts
    }

    /// Is the value needed, when the values above it at the lengths of `present` are there?
    pub(crate) fn is_needed(&self, present: Present) -> bool {
        self.rule.required == Some(true) || self.is_needed_by_content(present)
    }

    /// Does only the author want it?
    pub(crate) fn is_demanded_only(&self, present: Present) -> bool {
        !self.is_needed_by_content(present)
    }

    fn is_needed_by_content(&self, present: Present) -> bool {
        self.always || self.when.iter().any(|length| present.has(*length))
    }

    /// Is it needed, or something in it?
    pub(crate) fn needs_anything(&self, present: Present) -> bool {
        self.is_needed(present) || self.fields.iter().any(|(_, below)| below.needs_anything(present))
    }

    /// The types that are taken from a caller. `length` is that of the value's path.
    pub(crate) fn types(&self, length: usize) -> Types {
        self.rule.kind.map_or_else(|| self.read_as(length), Types::of)
    }

    /// The types that the content can read.
    pub(crate) fn read_as(&self, length: usize) -> Types {
        let Use { number, moment, single, any, list, object } = self.usage;
        let in_parts_only = !(self.fields.is_empty() || number || moment || single || any);
        if self.is_single() {
            Types::SINGLE
        } else if list {
            Types::LIST
        } else if object || in_parts_only || self.fields.iter().any(|(_, it)| it.needs_anything(Present::up_to(length)))
        {
            Types::OBJECT
        } else {
            Types::ANY
        }
    }
}

/// Lengths of paths, of the values on the way down that are there and not empty.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Present(u64);

impl Present {
    pub(crate) fn with(self, length: usize, value: Option<&Value>) -> Self {
        Self(if value.is_some_and(is_something) { self.0 | 1 << length.min(63) } else { self.0 })
    }

    /// All values on the way are there, down to a path of this length.
    pub(crate) fn up_to(length: usize) -> Self {
        Self(if length >= 63 { u64::MAX } else { (1 << (length + 1)) - 1 })
    }

    fn has(self, length: usize) -> bool {
        self.0 & (1 << length.min(63)) != 0
    }
}

/// What `if` takes for true.
pub(crate) fn is_something(value: &Value) -> bool {
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
    /// Adds what the template at this path reads.
    pub(crate) fn add(&mut self, template: &'static str, reads: Vec<Read>) -> Result<(), TooMany> {
        for read in reads {
            if self.names > NAMES_MAX {
                return Err(TooMany);
            }
            self.note_order(template, &read.path);
            let mut shape = &mut self.root;
            for segment in &read.path {
                shape = shape.at(segment, &mut self.names);
            }
            shape.in_content |= !template.starts_with(CONFIGURATION);
            shape.usage.take_in(read.usage);
            match read.need {
                Need::Always => shape.always = true,
                Need::Never => {}
                Need::When(lengths) => shape.note_when(&lengths),
            }
        }
        Ok(())
    }

    /// Adds what another content reads.
    pub(crate) fn take_in(&mut self, other: &Self) -> Result<(), TooMany> {
        for known in &other.order {
            for template in &known.templates {
                self.note_names(template, known.names.clone());
            }
        }
        self.root.take_in(&other.root, &mut self.names);
        self.given |= other.given;
        if self.names > NAMES_MAX { Err(TooMany) } else { Ok(()) }
    }

    /// What is read inside of a list belongs to the variable of the list.
    fn note_order(&mut self, template: &'static str, path: &[Segment]) {
        let names = path.iter().map_while(|segment| match segment {
            Segment::Field(name) => Some(name.clone()),
            Segment::Each => None,
        });
        self.note_names(template, names.collect());
    }

    fn note_names(&mut self, template: &'static str, names: Vec<String>) {
        match self.order.iter_mut().find(|known| known.names == names) {
            Some(known) if known.templates.contains(&template) => {}
            Some(known) => known.templates.push(template),
            None => self.order.push(Known { names, templates: vec![template] }),
        }
    }

    pub(crate) fn variables(&self) -> Vec<Variable> {
        let variable = |(known, shape): (&Known, &Shape)| Variable {
            path: known.names.join("."),
            needed: shape.always,
            list: shape.usage.list,
            rule: shape.rule.clone(),
        };
        self.all().map(variable).collect()
    }

    /// Each variable with its shape, in order of appearance.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Known, &Shape)> {
        let shape = |names: &[String]| names.iter().try_fold(&self.root, |shape, name| shape.field(name));
        self.order.iter().filter_map(move |known| Some((known, shape(&known.names)?)))
    }
}
