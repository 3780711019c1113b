//! Where the focus goes, and what is said to whoever does not see the change.

use domain::design::PartId;
use leptos::prelude::*;

use super::edit::Selected;

/// Where somebody works with the keyboard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Canvas,
    Outline,
}

impl Place {
    /// Id of what stands there for a part.
    pub fn id_of(self, part: Selected) -> String {
        let place = match self {
            Self::Canvas => "canvas",
            Self::Outline => "outline",
        };
        match part {
            Selected::Mail => format!("{place}-mail"),
            Selected::Column(row, column) => format!("{place}-{row}-{column}"),
            Selected::Row(id) | Selected::Block(id) => format!("{place}-{id}"),
        }
    }
}

/// What was said last, and where the focus is.
#[derive(Clone, Copy)]
pub struct Attention {
    said: RwSignal<String>,
    place: StoredValue<Place>,
    wanted: RwSignal<usize>,
}

impl Attention {
    pub fn new() -> Self {
        Self { said: RwSignal::new(String::new()), place: StoredValue::new(Place::Canvas), wanted: RwSignal::new(0) }
    }

    pub fn say(self, text: String) {
        self.said.set(text);
    }

    /// The person works here now.
    pub fn is_at(self, place: Place) {
        self.place.set_value(place);
    }

    pub fn place(self) -> Place {
        self.place.get_value()
    }

    /// The focus goes to what is selected, as soon as it is drawn.
    pub fn show_selected(self) {
        self.wanted.update(|wanted| *wanted += 1);
    }

    /// Runs `focus` each time that somebody wants the focus.
    pub fn on_wanted(self, focus: impl Fn() + 'static) {
        Effect::new(move |before: Option<usize>| {
            let wanted = self.wanted.get();
            if before.is_some_and(|before| before != wanted) {
                focus();
            }
            wanted
        });
    }

    /// Where it is said; nothing of it is seen.
    pub fn view(self) -> impl IntoView {
        view! { <p class="visually-hidden" role="status" aria-live="polite">{self.said}</p> }
    }
}

/// Id of the place where a text is written.
pub fn writing_id(block: PartId) -> String {
    format!("writing-{block}")
}

/// The settings of what is selected, as soon as they are drawn.
pub fn focus_settings() {
    focus_first("#designer-settings :is(input, select, textarea)");
}

/// The first block of the palette.
pub fn focus_palette() {
    focus_first("#designer-palette button");
}

/// What has this id, as soon as it is drawn.
pub fn focus(id: String) {
    focus_first(&format!("#{id}"));
}

#[cfg(target_arch = "wasm32")]
fn focus_first(selector: &str) {
    use leptos::wasm_bindgen::JsCast as _;

    let selector = selector.to_owned();
    request_animation_frame(move || {
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            // Without the focus the page still works.
            drop(found.focus());
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
fn focus_first(_: &str) {}

/// Opens a panel of the page.
#[cfg(target_arch = "wasm32")]
pub fn open(id: &str) {
    use leptos::wasm_bindgen::JsCast as _;

    let found = document().get_element_by_id(id);
    if let Some(found) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        // Refused only where it is open already.
        drop(found.show_popover());
    }
}

/// Nothing opens on a server.
#[cfg(not(target_arch = "wasm32"))]
pub fn open(_: &str) {}

/// A field that is drawn anew because of its own change keeps the focus.
pub fn focus_again() {
    #[cfg(target_arch = "wasm32")]
    if let Some(id) = document().active_element().map(|element| element.id()).filter(|id| !id.is_empty()) {
        focus(id);
    }
}

/// Since the page was opened; only the time between two calls means something.
pub fn now_ms() -> f64 {
    #[cfg(target_arch = "wasm32")]
    return window().performance().map_or(0.0, |clock| clock.now());
    #[cfg(not(target_arch = "wasm32"))]
    0.0
}
