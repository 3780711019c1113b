//! What keys do on the canvas and in the outline.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::attention::{self, Place};
use super::edit::{Change, Selected, neighbour, outside_of, stops};
use super::kinds::Kind;
use super::state::Designer;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// So many stops further.
    Go(isize),
    First,
    Last,
    /// To what it stands in.
    Outside,
    /// Up or down.
    Shift(isize),
    /// To the column at the left or at the right.
    ShiftAcross(isize),
    Edit,
    Remove,
    Duplicate,
    Undo,
    Redo,
    Add,
    Help,
}

/// The keys with what they do, as the help shows them: names of keys, and the key of the text.
pub const HELP: [(&str, &str); 12] = [
    ("↑ ↓", "key_go"),
    ("←", "key_outside"),
    ("Home End", "key_ends"),
    ("Enter", "key_edit"),
    ("A", "key_add"),
    ("Alt ↑ ↓", "key_shift"),
    ("Alt ← →", "key_across"),
    ("Delete", "key_remove"),
    ("Ctrl D", "key_duplicate"),
    ("Ctrl C  Ctrl X  Ctrl V", "key_clipboard"),
    ("Ctrl Z  Ctrl Shift Z", "key_undo"),
    ("?", "key_help"),
];

/// Keys with the modifiers that are held. On a Mac, Command is Control.
pub fn command_of(key: &str, alt: bool, control: bool, shift: bool) -> Option<Command> {
    Some(match (key, alt, control) {
        ("ArrowUp", false, false) => Command::Go(-1),
        ("ArrowDown" | "ArrowRight", false, false) => Command::Go(1),
        ("ArrowLeft", false, false) => Command::Outside,
        ("Home", false, false) => Command::First,
        ("End", false, false) => Command::Last,
        ("ArrowUp", true, false) => Command::Shift(-1),
        ("ArrowDown", true, false) => Command::Shift(1),
        ("ArrowLeft", true, false) => Command::ShiftAcross(-1),
        ("ArrowRight", true, false) => Command::ShiftAcross(1),
        ("Enter" | "F2", false, false) => Command::Edit,
        ("Delete" | "Backspace", false, false) => Command::Remove,
        ("a" | "A" | "Insert", false, false) => Command::Add,
        ("?", false, false) => Command::Help,
        ("d" | "D", false, true) => Command::Duplicate,
        ("z" | "Z", false, true) if shift => Command::Redo,
        ("z" | "Z", false, true) => Command::Undo,
        ("y" | "Y", false, true) => Command::Redo,
        _ => return None,
    })
}

/// A key on the canvas or in the outline.
pub fn pressed(designer: Designer, place: Place, event: &KeyboardEvent) {
    if let Some(id) = designer.writing.get_untracked() {
        if event.key() == "Escape" {
            designer.writing.set(None);
            attention::focus(Place::Canvas.id_of(Selected::Block(id)));
        }
        return;
    }
    let control = event.ctrl_key() || event.meta_key();
    let Some(command) = command_of(&event.key(), event.alt_key(), control, event.shift_key()) else { return };
    event.prevent_default();
    designer.attention.is_at(place);
    run(designer, command);
}

/// Does what was asked for; the focus stays with what is selected.
pub fn run(designer: Designer, command: Command) {
    let selected = designer.selected_untracked();
    let select = |part| {
        designer.select(part);
        designer.attention.show_selected();
    };
    match command {
        Command::Go(steps) => select(designer.with_untracked(|design| neighbour(design, selected, steps))),
        Command::First => select(Selected::Mail),
        Command::Last => select(designer.with_untracked(|design| stops(design).last().copied()).unwrap_or_default()),
        Command::Outside => select(designer.with_untracked(|design| outside_of(design, selected))),
        Command::Shift(by) => change(designer, Change::Shift(selected, by)),
        Command::ShiftAcross(by) => {
            if let Selected::Block(id) = selected {
                change(designer, Change::ShiftAcross(id, by));
            }
        }
        Command::Remove => {
            let t = designer.texts();
            let name = designer.name(selected);
            designer.change(Change::Remove(selected), |_, _| t.designer.removed(name));
            designer.attention.show_selected();
        }
        Command::Duplicate => {
            designer.change(Change::Duplicate(selected), |t, name| t.designer.duplicated(name));
            designer.attention.show_selected();
        }
        Command::Undo => {
            designer.undo();
            designer.attention.show_selected();
        }
        Command::Redo => {
            designer.redo();
            designer.attention.show_selected();
        }
        Command::Edit => edit(designer, selected),
        Command::Add => {
            designer.sheet.set(true);
            attention::focus_palette();
        }
        Command::Help => attention::open(super::help::ID),
    }
}

fn change(designer: Designer, change: Change) {
    designer.change(change, |t, name| t.designer.moved(name));
    designer.attention.show_selected();
}

/// A text is written in its place; everything else in its settings.
fn edit(designer: Designer, selected: Selected) {
    match selected {
        Selected::Block(id) if designer.kind(id) == Some(Kind::Text) => designer.writing.set(Some(id)),
        Selected::Column(..) => run(designer, Command::Add),
        _ => attention::focus_settings(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_what_the_help_says() {
        for (key, alt, control, shift, command) in [
            ("ArrowUp", false, false, false, Some(Command::Go(-1))),
            ("ArrowDown", true, false, false, Some(Command::Shift(1))),
            ("ArrowRight", true, false, false, Some(Command::ShiftAcross(1))),
            ("z", false, true, false, Some(Command::Undo)),
            ("Z", false, true, true, Some(Command::Redo)),
            ("d", false, true, false, Some(Command::Duplicate)),
            ("?", false, false, true, Some(Command::Help)),
            // Of the browser.
            ("c", false, true, false, None),
            ("d", false, false, false, None),
            ("ArrowUp", false, true, false, None),
            ("Tab", false, false, false, None),
        ] {
            assert_eq!(command_of(key, alt, control, shift), command, "{key}");
        }
        let t = crate::i18n::Language::English.texts();
        assert!(HELP.iter().all(|(_, key)| t.designer.of(key).is_some()));
    }
}
