//! Where the focus goes when parts of a rule were added or removed, and what is said of it to whoever does not see them.

use leptos::prelude::*;

use super::part::{Body, Group, Part};
use crate::i18n::{Texts, texts};
use crate::ui::{field_id, focus_soon};

/// What was said last.
#[derive(Clone, Copy)]
pub(super) struct Attention {
    said: RwSignal<String>,
    texts: &'static Texts,
}

impl Attention {
    pub(super) fn new() -> Self {
        Self { said: RwSignal::new(String::new()), texts: texts() }
    }

    /// A part stands at the end of a group now: its first control has the focus.
    pub(super) fn added(self, group: Group, part: Part) {
        let t = &self.texts.audience_rule;
        let number = group.of.with_untracked(Vec::len);
        self.said.set(match part.body {
            Body::Condition(_) => t.condition_added(number),
            Body::Group(_) => t.group_added(number),
        });
        focus_soon(first_control(part));
    }

    /// A part does not stand at this place of a group any more: the focus goes to the one that stands there now, otherwise to
    /// the button that adds.
    pub(super) fn removed(self, group: Group, part: Part, place: usize) {
        let t = &self.texts.audience_rule;
        let (left, next) = group.of.with_untracked(|of| (of.len(), of.get(place).copied()));
        self.said.set(match part.body {
            Body::Condition(_) => t.condition_removed(left),
            Body::Group(_) => t.group_removed(left),
        });
        focus_soon(next.map_or_else(|| adds_to(group), first_control));
    }

    /// Where it is said; nothing of it is seen.
    pub(super) fn view(self) -> impl IntoView {
        view! { <p class="visually-hidden" aria-live="polite">{self.said}</p> }
    }
}

/// Id of the button that adds a condition to a group.
pub(super) fn adds_to(group: Group) -> String {
    field_id(&format!("r{}.add", group.id))
}

fn first_control(part: Part) -> String {
    let name = match part.body {
        Body::Condition(_) => "kind",
        Body::Group(_) => "join",
    };
    field_id(&format!("r{}.{name}", part.id))
}
