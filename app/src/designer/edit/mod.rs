//! A design while it is edited: changes, what is selected, and the way back. Nothing here knows of a browser.

mod change;
mod clip;
mod place;
#[cfg(test)]
mod tests;

use domain::design::Design;

pub use change::{Change, RowLook, equal_widths};
pub use clip::Clip;
pub use place::{
    Selected, Slot, block_of, neighbour, outside_of, part_at, path_of, row_behind, row_of, slot_behind, slot_of, stops,
};

/// How many changes can be taken back.
const PAST_MAX: usize = 200;
/// A pause while typing after which the next letter is a change of its own, in milliseconds.
const TYPING_PAUSE_MS: f64 = 1_000.0;

/// A design, what is selected of it, and what it was before.
#[derive(Debug, Clone, Default)]
pub struct Editing {
    design: Design,
    selected: Selected,
    past: Vec<Moment>,
    future: Vec<Moment>,
    typing: Option<Typing>,
}

#[derive(Debug, Clone)]
struct Moment {
    design: Design,
    selected: Selected,
}

/// Which field is being typed into, and when its last letter came.
#[derive(Debug, Clone, PartialEq)]
struct Typing {
    part: Selected,
    field: String,
    at_ms: f64,
}

impl Editing {
    /// Of a design as it is stored.
    pub fn new(design: Design) -> Self {
        Self { design, ..Self::default() }
    }

    pub const fn design(&self) -> &Design {
        &self.design
    }

    pub const fn selected(&self) -> Selected {
        self.selected
    }

    /// Makes a change that stands alone; says whether anything is different.
    pub fn change(&mut self, change: Change) -> bool {
        self.typing = None;
        self.make(change)
    }

    /// The same while somebody types into a field of what is selected: letters that follow each other are one change.
    pub fn type_into(&mut self, field: &str, change: Change, at_ms: f64) -> bool {
        let next = Typing { part: self.selected, field: field.to_owned(), at_ms };
        let goes_on = self.typing.as_ref().is_some_and(|before| {
            before.part == next.part && before.field == next.field && at_ms - before.at_ms < TYPING_PAUSE_MS
        });
        let selected = self.selected;
        let is_changed = if goes_on { change.apply(&mut self.design).is_some() } else { self.make(change) };
        self.selected = selected;
        self.typing = is_changed.then_some(next);
        is_changed
    }

    fn make(&mut self, change: Change) -> bool {
        let before = self.moment();
        let Some(selected) = change.apply(&mut self.design) else { return false };
        self.selected = selected;
        if before.design == self.design {
            return false;
        }
        if self.past.len() == PAST_MAX {
            self.past.remove(0);
        }
        self.past.push(before);
        self.future.clear();
        true
    }

    /// Selects a part; one that is not there leaves the selection as it is.
    pub fn select(&mut self, part: Selected) {
        if place::is_there(&self.design, part) {
            self.selected = part;
            self.typing = None;
        }
    }

    /// One change back.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.past.pop() else { return false };
        let now = self.go_to(before);
        self.future.push(now);
        true
    }

    /// One change forward again.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.future.pop() else { return false };
        let now = self.go_to(after);
        self.past.push(now);
        true
    }

    pub const fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Keeps the selection where what is selected is there as well.
    fn go_to(&mut self, moment: Moment) -> Moment {
        let now = self.moment();
        self.design = moment.design;
        self.typing = None;
        if !place::is_there(&self.design, self.selected) {
            self.selected = moment.selected;
        }
        now
    }

    fn moment(&self) -> Moment {
        Moment { design: self.design.clone(), selected: self.selected }
    }
}
