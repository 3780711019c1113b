//! The coloured text behind a field, whose own letters are not seen. It has the same letters at the same places, so that it also
//! knows where on the page each of them is.

use leptos::html::Pre;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{DomRect, Element, HtmlElement, Range};

use super::control::{Control, to_utf16};

#[derive(Clone, Copy)]
pub struct Layer {
    pub place: NodeRef<Pre>,
    /// What is drawn.
    lines: StoredValue<Vec<String>>,
}

impl Layer {
    pub fn new() -> Self {
        Self { place: NodeRef::new(), lines: StoredValue::new(Vec::new()) }
    }

    /// Draws the lines that are not the same as before.
    pub fn draw(self, lines: Vec<String>) {
        let Some(place) = self.place.get_untracked() else { return };
        self.lines.update_value(|before| {
            // The element may be that of a field that was drawn before; a text has at least one line.
            if before.is_empty() {
                place.set_text_content(None);
            }
            replace(&place, before, &lines);
            *before = lines;
        });
    }

    /// Shows the part that the field shows.
    pub fn follow(self, control: &Control) {
        if let Some(place) = self.place.get_untracked() {
            place.set_scroll_top(control.element().scroll_top());
            place.set_scroll_left(control.element().scroll_left());
        }
    }

    /// Where a letter is on the screen.
    pub fn place_of(self, text: &str, at: usize) -> Option<DomRect> {
        let before = &text[..text.floor_char_boundary(at)];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let place = self.place.get_untracked()?;
        let line = place.children().item(u32::try_from(before.matches('\n').count()).ok()?)?;
        Some(
            rect_in(&line, to_utf16(&before[line_start..], usize::MAX))
                .unwrap_or_else(|| line.get_bounding_client_rect()),
        )
    }

    /// Scrolls the field so that a letter is seen.
    pub fn show(self, control: &Control, text: &str, at: usize) {
        let (Some(letter), Some(place)) = (self.place_of(text, at), self.place.get_untracked()) else { return };
        let (element, frame) = (control.element(), place.get_bounding_client_rect());
        let hidden = |from: f64, to: f64, letter: f64| letter < from || letter + 24.0 > to;
        #[expect(clippy::cast_possible_truncation, reason = "the browser rounds it as well")]
        let by = |distance: f64, size: i32| distance as i32 - size / 3;
        if hidden(frame.top(), frame.bottom(), letter.top()) {
            element.set_scroll_top(element.scroll_top() + by(letter.top() - frame.top(), element.client_height()));
        }
        if hidden(frame.left(), frame.right(), letter.left()) {
            element.set_scroll_left(element.scroll_left() + by(letter.left() - frame.left(), element.client_width()));
        }
        self.follow(control);
    }
}

/// Puts the lines that changed in the places of those before.
fn replace(place: &HtmlElement, before: &[String], now: &[String]) {
    let head = before.iter().zip(now).take_while(|(a, b)| a == b).count();
    let tails = before[head..].iter().rev().zip(now[head..].iter().rev());
    let tail = tails.take_while(|(a, b)| a == b).count();
    let drawn = place.children();
    for number in (head..before.len() - tail).rev() {
        if let Some(line) = u32::try_from(number).ok().and_then(|number| drawn.item(number)) {
            line.remove();
        }
    }
    let html: String =
        now[head..now.len() - tail].iter().map(|line| format!("<div>{}</div>", or_break(line))).collect();
    if html.is_empty() {
        return;
    }
    let above = head.checked_sub(1).and_then(|above| drawn.item(u32::try_from(above).ok()?));
    // Refused only where there is no parent.
    drop(match above {
        Some(above) => above.insert_adjacent_html("afterend", &html),
        None => place.insert_adjacent_html("afterbegin", &html),
    });
}

/// An empty line is as high as others.
fn or_break(line: &str) -> &str {
    if line.is_empty() { "<br>" } else { line }
}

/// Of the letter behind so many units of a line.
fn rect_in(line: &Element, units: usize) -> Option<DomRect> {
    let mut left = units;
    let pieces = line.child_nodes();
    for piece in (0..pieces.length()).filter_map(|number| pieces.get(number)) {
        let words = piece.first_child().unwrap_or(piece);
        let length = words.text_content().unwrap_or_default().encode_utf16().count();
        if left <= length && words.dyn_ref::<web_sys::Text>().is_some() {
            let range = Range::new().ok()?;
            let at = u32::try_from(left).ok()?;
            range.set_start(&words, at).ok()?;
            range.set_end(&words, at).ok()?;
            return Some(range.get_bounding_client_rect());
        }
        left = left.saturating_sub(length);
    }
    None
}
