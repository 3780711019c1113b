//! What an author may say of the variables of a content, and what was said.

use std::collections::BTreeMap;

use domain::Faults;
use domain::variable::{ValueType, VariableRules};
use serde::{Deserialize, Serialize};

use crate::shape::{Known, Shape, Shapes};
use crate::types::Types;

/// How a content reads a variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Paths of the templates: `content.subject`.
    pub templates: Vec<String>,
    /// The types that an author may give it.
    pub types: Vec<ValueType>,
}

impl Shapes {
    /// Puts rules in the place of those before. Rules for what is not read have no effect.
    pub(crate) fn set_rules(&mut self, rules: &VariableRules) {
        for Known { names, .. } in &self.order {
            let shape = names.iter().try_fold(&mut self.root, |shape, name| shape.field_mut(name));
            if let Some(shape) = shape {
                shape.rule = rules.get(&names.join(".")).cloned().unwrap_or_default();
            }
        }
    }

    /// Rules that the content cannot keep, at `variables.<path>` and below.
    pub(crate) fn contradictions(&self) -> Faults {
        let mut faults = Faults::default();
        for (known, shape) in self.all() {
            let (path, read_as) = (known.names.join("."), shape.read_as(known.names.len()));
            let at = format!("variables.{path}");
            if shape.always && shape.rule.required == Some(false) {
                let text =
                    format!("The content needs {path}, so it cannot be optional. Give it a default there first.");
                faults.add(format!("{at}.required"), "variable_needed", text);
            }
            if let Some(kind) = shape.rule.kind.filter(|kind| !read_as.has_all_of(Types::of(*kind))) {
                let (read, kind) = (read_as.with_article(), kind.with_article());
                let text = format!("The content reads {path} as {read}, and not as {kind}.");
                faults.add(format!("{at}.type"), "type_unfit", text);
            } else if let Some(example) = &shape.rule.example
                && !read_as.take(example)
            {
                let text = format!("The content reads {path} as {}, and the example is none.", read_as.with_article());
                faults.add(format!("{at}.example"), "wrong_type", text);
            }
        }
        faults
    }

    /// How each variable is read, by its path.
    pub(crate) fn readings(&self) -> BTreeMap<String, Reading> {
        let reading = |(known, shape): (&Known, &Shape)| {
            let read_as = shape.read_as(known.names.len());
            let types = ValueType::ALL.iter().copied().filter(|kind| read_as.has_all_of(Types::of(*kind)));
            let templates = known.templates.iter().map(|path| (*path).to_owned()).collect();
            (known.names.join("."), Reading { templates, types: types.collect() })
        };
        self.all().map(reading).collect()
    }
}
