//! What happens in a field while somebody writes.

use content::Place;
use domain::Fault;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::asked::{asked, own_names};
use super::control::Control;
use super::layer::Layer;
use super::list::List;
use super::marks::marks;
use super::painting;
use super::proposals::{Names, Proposal, proposals};
use super::vocabulary::Vocabulary;
use crate::i18n::{Language, language};

/// One field.
#[derive(Clone, Copy)]
pub struct Editor {
    id: StoredValue<String>,
    /// There is HTML in it.
    markup: bool,
    pub layer: Layer,
    pub list: List,
    vocabulary: StoredValue<Vocabulary>,
    /// What is told of it.
    pub fault: RwSignal<Option<Fault>>,
    /// An input method puts a syllable together.
    is_composing: StoredValue<bool>,
    /// Where the cursor was last.
    cursor: StoredValue<Option<usize>>,
    language: Language,
}

impl Editor {
    pub fn new(id: &str, markup: bool, fault: RwSignal<Option<Fault>>) -> Self {
        let editor = Self {
            id: StoredValue::new(id.to_owned()),
            markup,
            layer: Layer::new(),
            list: List::new(id),
            vocabulary: StoredValue::new(Vocabulary::of_page()),
            fault,
            is_composing: StoredValue::new(false),
            cursor: StoredValue::new(None),
            language: language(),
        };
        Effect::new(move || {
            editor.fault.track();
            editor.draw();
        });
        // What is learned only after somebody has begun to type is proposed then.
        Effect::new(move |before: Option<()>| {
            editor.vocabulary().follow();
            if before.is_some() && editor.has_focus() {
                editor.propose(false);
            }
        });
        editor
    }

    pub fn vocabulary(self) -> Vocabulary {
        self.vocabulary.get_value()
    }

    fn has_focus(self) -> bool {
        let focused = document().active_element().map(|element| element.id());
        focused.is_some_and(|id| self.id.with_value(|own| *own == id))
    }

    fn control(self) -> Option<Control> {
        self.id.try_with_value(|id| Control::find(id)).flatten()
    }

    /// Draws the text as it is now.
    fn draw(self) {
        let Some(control) = self.control() else { return };
        let text = control.text();
        let marks = marks(&text, self.markup);
        let place = self.fault.with_untracked(|fault| Some(Place::split(&fault.as_ref()?.text)?.0));
        let faulty = place.map(|place| painting::faulty(&text, &marks, place));
        self.layer.draw(painting::lines(&text, &marks, faulty.as_ref()));
        self.layer.follow(&control);
    }

    /// Something was typed, or written in another way.
    pub fn typed(self) {
        self.draw();
        if !self.is_composing.get_value() {
            self.propose(false);
        }
    }

    pub fn composes(self, is_composing: bool) {
        self.is_composing.set_value(is_composing);
        if is_composing {
            self.list.close();
        } else {
            self.propose(false);
        }
    }

    pub fn entered(self) {
        self.vocabulary().load();
    }

    /// The cursor leaves; a panel of the field writes where it was.
    pub fn left(self) {
        self.list.close();
        if let Some(control) = self.control() {
            self.cursor.set_value(Some(control.cursor(&control.text())));
        }
    }

    pub fn scrolled(self) {
        let Some(control) = self.control() else { return };
        self.layer.follow(&control);
        // A letter that makes the field scroll was typed a moment ago.
        if self.list.is_open()
            && let Some(place) = self.layer.place_of(&control.text(), self.list.range().start)
        {
            self.list.move_to(&place);
        }
    }

    /// Opens the list of what could be meant. Unless it `is_wanted`, only where something is typed or must follow.
    fn propose(self, is_wanted: bool) {
        let Some(control) = self.control() else { return };
        let text = control.text();
        let cursor = control.cursor(&text);
        let found = asked(&text, cursor).filter(|asked| is_wanted || !asked.typed.is_empty() || asked.must_follow());
        let Some(asked) = found else { return self.list.close() };
        let (values, fragments) = untrack(|| (self.vocabulary().values(self.language), self.vocabulary().fragments()));
        let own = own_names(&text[..asked.from]);
        let names = Names { values: &values, fragments: &fragments, own: &own };
        let proposals = proposals(&asked, &names, self.language);
        // What is written out in full needs no list.
        let is_done = proposals.len() == 1 && proposals[0].name == asked.typed;
        match self.layer.place_of(&text, asked.from) {
            Some(place) if !proposals.is_empty() && !is_done => {
                self.list.open(proposals, asked.from..cursor, &place, !asked.typed.is_empty());
            }
            _ => self.list.close(),
        }
    }

    /// A proposal takes the place of what was typed.
    pub fn take(self, proposal: &Proposal) {
        let range = self.list.range();
        self.list.close();
        if let Some(control) = self.control() {
            control.write(&range, &proposal.text);
            self.list.close();
        }
    }

    /// Keys that are meant for the list.
    pub fn key(self, event: &KeyboardEvent) {
        if event.is_composing() || self.is_composing.get_value() {
            return;
        }
        if event.key() == " " && event.ctrl_key() {
            event.prevent_default();
            return self.propose(true);
        }
        if !self.list.is_open() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => self.list.step(1),
            "ArrowUp" => self.list.step(-1),
            "Escape" => {
                event.stop_propagation();
                self.list.close();
            }
            "Tab" if event.shift_key() => return self.list.close(),
            "Enter" | "Tab" => match self.list.active() {
                Some(proposal) => self.take(&proposal),
                None => return self.list.close(),
            },
            "ArrowLeft" | "ArrowRight" | "Home" | "End" => return self.list.close(),
            _ => return,
        }
        event.prevent_default();
    }

    /// Writes an expression where the cursor was last.
    pub fn insert(self, expression: &str) {
        let Some(control) = self.control() else { return };
        let text = control.text();
        let at = text.floor_char_boundary(self.cursor.get_value().unwrap_or(text.len()));
        control.write(&(at..at), expression);
        self.list.close();
    }

    /// Puts the cursor to a place of the text.
    pub fn go_to(self, place: Place) {
        let Some(control) = self.control() else { return };
        let text = control.text();
        let at = place.offset_in(&text);
        control.select(&text, &(at..at));
        self.layer.show(&control, &text, at);
    }
}
