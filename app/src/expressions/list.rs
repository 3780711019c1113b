//! The list of what could be meant, under the cursor. The field keeps the focus, and says which one is chosen.

use std::ops::Range;

use leptos::html::Ul;
use leptos::prelude::*;
use web_sys::DomRect;

use super::editor::Editor;
use super::proposals::Proposal;
use crate::i18n::texts;

/// Room that the list may need, in pixels.
const HEIGHT: f64 = 256.0;
const WIDTH: f64 = 352.0;
const EDGE: f64 = 8.0;

#[derive(Clone, Copy)]
pub struct List {
    id: StoredValue<String>,
    place: NodeRef<Ul>,
    shown: RwSignal<Vec<Proposal>>,
    active: RwSignal<Option<usize>>,
    /// What the chosen one takes the place of.
    range: StoredValue<Range<usize>>,
}

impl List {
    pub fn new(field: &str) -> Self {
        Self {
            id: StoredValue::new(format!("{field}-proposals")),
            place: NodeRef::new(),
            shown: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
            range: StoredValue::new(0..0),
        }
    }

    pub fn id(self) -> String {
        self.id.get_value()
    }

    /// Id of the chosen one, for the field.
    pub fn active_id(self) -> Option<String> {
        self.active.get().map(|number| self.option_id(number))
    }

    fn option_id(self, number: usize) -> String {
        self.id.with_value(|id| format!("{id}-{number}"))
    }

    pub fn is_open(self) -> bool {
        self.shown.with_untracked(|shown| !shown.is_empty())
    }

    pub fn range(self) -> Range<usize> {
        self.range.get_value()
    }

    pub fn active(self) -> Option<Proposal> {
        let number = self.active.get_untracked()?;
        self.shown.with_untracked(|shown| shown.get(number).cloned())
    }

    /// Shows it below the letter at `place`, or above where there is no room. `chooses` the first.
    pub fn open(self, proposals: Vec<Proposal>, range: Range<usize>, place: &DomRect, chooses: bool) {
        self.range.set_value(range);
        self.active.set(chooses.then_some(0));
        self.shown.set(proposals);
        let Some(list) = self.place.get_untracked() else { return };
        drop(list.set_attribute("style", &style_at(place)));
        // Refused only where it is open already.
        drop(list.show_popover());
        list.set_scroll_top(0);
    }

    /// Stays beside its letter.
    pub fn move_to(self, place: &DomRect) {
        if let Some(list) = self.place.get_untracked() {
            drop(list.set_attribute("style", &style_at(place)));
        }
    }

    pub fn close(self) {
        if self.is_open() {
            self.shown.set(Vec::new());
            self.active.set(None);
            if let Some(list) = self.place.get_untracked() {
                drop(list.hide_popover());
            }
        }
    }

    /// Chooses the next one, or the one before; after the last comes the first.
    pub fn step(self, by: isize) {
        let count = self.shown.with_untracked(Vec::len);
        let Ok(signed) = isize::try_from(count) else { return };
        let next = match self.active.get_untracked().and_then(|active| isize::try_from(active).ok()) {
            Some(active) => (active + by).rem_euclid(signed),
            None if by > 0 => 0,
            None => signed - 1,
        };
        self.active.set(usize::try_from(next).ok());
        let option = document().get_element_by_id(&self.option_id(next.unsigned_abs()));
        if let Some(option) = option {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    }
}

/// Beside a letter, inside of the window.
fn style_at(letter: &DomRect) -> String {
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|size| size.as_f64()).unwrap_or(HEIGHT);
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let left = letter.left().min(width - WIDTH - EDGE).max(EDGE);
    if letter.bottom() + HEIGHT + EDGE > height && letter.top() > HEIGHT + EDGE {
        return format!("left:{left}px;bottom:{}px", height - letter.top() + 2.0);
    }
    format!("left:{left}px;top:{}px", letter.bottom() + 2.0)
}

/// The list, and how many there are for whoever does not see it.
#[component]
pub fn Proposals(editor: Editor) -> impl IntoView {
    let t = texts();
    let list = editor.list;
    let count = move || {
        let count = list.shown.with(Vec::len);
        (count > 0).then(|| t.expressions.count(count))
    };
    let options = move || {
        let shown = list.shown.get().into_iter().enumerate();
        shown.map(|(number, proposal)| view! { <Choice editor number proposal/> }).collect_view()
    };
    view! {
        <ul
            class="proposals" id=list.id() role="listbox" aria-label=t.expressions.proposals popover="manual" node_ref=list.place
            // The field keeps the focus.
            on:mousedown=move |event| event.prevent_default()
        >
            {options}
        </ul>
        <span class="visually-hidden" role="status" aria-live="polite">{count}</span>
    }
}

#[component]
fn Choice(editor: Editor, number: usize, proposal: Proposal) -> impl IntoView {
    let list = editor.list;
    let Proposal { name, detail, about, .. } = proposal.clone();
    view! {
        <li
            class="proposal" id=list.option_id(number) role="option"
            aria-selected=move || (list.active.get() == Some(number)).to_string()
            on:click=move |_| editor.take(&proposal)
        >
            <code>{name}{(!detail.is_empty()).then(|| view! { <span class="hint">" "{detail}</span> })}</code>
            <span class="hint">{about}</span>
        </li>
    }
}
