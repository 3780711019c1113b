//! The text and the cursor of a field of the page, in bytes; browsers count in UTF-16.

use std::ops::Range;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, EventInit, HtmlDocument, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// An `<input>` or a `<textarea>`.
pub enum Control {
    Line(HtmlInputElement),
    Lines(HtmlTextAreaElement),
}

impl Control {
    pub fn find(id: &str) -> Option<Self> {
        let found = document().get_element_by_id(id)?;
        match found.dyn_into::<HtmlTextAreaElement>() {
            Ok(lines) => Some(Self::Lines(lines)),
            Err(other) => other.dyn_into().ok().map(Self::Line),
        }
    }

    pub fn element(&self) -> &HtmlElement {
        match self {
            Self::Line(line) => line,
            Self::Lines(lines) => lines,
        }
    }

    pub fn text(&self) -> String {
        match self {
            Self::Line(line) => line.value(),
            Self::Lines(lines) => lines.value(),
        }
    }

    /// Where the cursor is, or where what is marked ends.
    pub fn cursor(&self, text: &str) -> usize {
        let end = match self {
            Self::Line(line) => line.selection_end(),
            Self::Lines(lines) => lines.selection_end(),
        };
        end.ok().flatten().map_or(text.len(), |end| to_bytes(text, end as usize))
    }

    /// Goes into the field and marks this part of its text.
    pub fn select(&self, text: &str, range: &Range<usize>) {
        // A field that is gone from the page has nothing to be marked.
        drop(self.element().focus());
        let [start, end] = [range.start, range.end].map(|at| u32::try_from(to_utf16(text, at)).unwrap_or(u32::MAX));
        drop(match self {
            Self::Line(line) => line.set_selection_range(start, end),
            Self::Lines(lines) => lines.set_selection_range(start, end),
        });
    }

    /// Writes in the place of a part of the text, as if it were typed: it can be undone, and the page hears of it.
    pub fn write(&self, range: &Range<usize>, words: &str) {
        self.select(&self.text(), range);
        let page = document();
        let is_written = page
            .dyn_ref::<HtmlDocument>()
            .is_some_and(|page| page.exec_command_with_show_ui_and_value("insertText", false, words).unwrap_or(false));
        if !is_written {
            let mut text = self.text();
            text.replace_range(range.clone(), words);
            self.set(&text);
        }
    }

    /// Another text, of which the page hears.
    fn set(&self, text: &str) {
        match self {
            Self::Line(line) => line.set_value(text),
            Self::Lines(lines) => lines.set_value(text),
        }
        let bubbles = EventInit::new();
        bubbles.set_bubbles(true);
        if let Ok(event) = Event::new_with_event_init_dict("input", &bubbles) {
            drop(self.element().dispatch_event(&event));
        }
    }
}

/// Puts a text into the field with this id, as if it had been typed, and goes there. Gives back what stood there; `None`: there
/// is no such field.
pub fn put_text(id: &str, text: &str) -> Option<String> {
    let control = Control::find(id)?;
    let before = control.text();
    control.write(&(0..before.len()), text);
    Some(before)
}

/// Writes at the cursor of the field with this id, as if it were typed.
pub fn insert_text(id: &str, words: &str) {
    if let Some(control) = Control::find(id) {
        let text = control.text();
        // Nobody has been in it: at the end of what is shown.
        let cursor = match control.cursor(&text) {
            0 => text.rfind("</body>").unwrap_or(text.len()),
            cursor => cursor,
        };
        control.write(&(cursor..cursor), words);
    }
}

fn to_bytes(text: &str, units: usize) -> usize {
    let mut left = units;
    for (at, letter) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(letter.len_utf16());
    }
    text.len()
}

/// How many UTF-16 units stand before a place.
pub fn to_utf16(text: &str, at: usize) -> usize {
    text[..text.floor_char_boundary(at)].encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_the_browser_counts_them() {
        let text = "a한🎉b";
        for (units, bytes) in [(0, 0), (1, 1), (2, 4), (4, 8), (5, 9), (99, 9)] {
            assert_eq!(to_bytes(text, units), bytes);
            assert!(units > 5 || to_utf16(text, bytes) == units);
        }
    }
}
