//! What of a new content would break callers of the one before.

use domain::Faults;

use crate::shape::{Present, Shape, Shapes};

/// More changes than these are not told.
const TOLD_MAX: usize = 100;

/// What stands behind the path of an element.
const ELEMENT: &str = "[]";

/// Values that are newly required, and values of which a type is no longer taken.
pub(crate) fn between(before: &Shapes, after: &Shapes) -> Faults {
    let mut search = Search(Faults::default());
    for (root, shape) in &after.root.fields {
        search.fields(before.root.field(root), shape, root, 1);
    }
    search.0
}

struct Search(Faults);

impl Search {
    fn fields(&mut self, before: Option<&Shape>, after: &Shape, path: &str, length: usize) {
        for (name, shape) in &after.fields {
            self.value(before.and_then(|before| before.field(name)), shape, &format!("{path}.{name}"), length + 1);
        }
    }

    /// `length` is that of the value's path.
    fn value(&mut self, before: Option<&Shape>, after: &Shape, path: &str, length: usize) {
        let above = Present::up_to(length - 1);
        // An element is there whenever its list is: only what is in it can be newly required.
        let is_element = path.ends_with(ELEMENT);
        let was_needed = before.is_some_and(|before| before.is_needed(above));
        if after.is_needed(above) && !was_needed && !is_element {
            self.add("newly_required", path, "Calls without it are taken now; the new version refuses them.");
        } else if before.is_some_and(|before| !after.types(length).has_all_of(before.types(length))) {
            self.add("type_changed", path, "The new version refuses a type of value that is taken now.");
        }
        // What is in a new, optional value reaches nobody who does not send it.
        if before.is_some() || after.needs_anything(above) {
            self.fields(before, after, path, length);
        }
        if let (Some(each), Some(before)) = (&after.each, before) {
            self.value(before.each.as_deref(), each, &format!("{path}{ELEMENT}"), length + 1);
        }
    }

    /// What is read inside of a list belongs to the variable of the list.
    fn add(&mut self, code: &str, path: &str, what: &str) {
        if self.0.0.len() < TOLD_MAX {
            let variable = path.split(ELEMENT).next().unwrap_or_default();
            self.0.add(format!("variables.{variable}"), code, format!("{path}: {what}"));
        }
    }
}
