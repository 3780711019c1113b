//! What every piece of the page works on: the design while it is edited, and what was said of it last.

use domain::Faults;
use domain::design::{Block, Design, PartId, Row};
use leptos::prelude::*;

use super::attention::{self, Attention};
use super::edit::{Change, Clip, Editing, Selected, Slot, block_of, part_at, row_behind, row_of, slot_behind};
use super::kinds::Kind;
use super::words::name_of;
use crate::campaigns::Drawing;
use crate::i18n::{Texts, texts};

/// The page's state. Every view looks at its own part of it, and is drawn anew only when that part is another one.
#[derive(Clone, Copy)]
pub struct Designer {
    editing: RwSignal<Editing>,
    /// What is stored.
    stored: RwSignal<Design>,
    /// Differs from what is stored.
    pub dirty: RwSignal<bool>,
    /// Rises with every change that did not come from a field of the settings: their fields are drawn anew then.
    stamp: RwSignal<usize>,
    /// The block whose text is being written in its place.
    pub writing: RwSignal<Option<PartId>>,
    /// What is being dragged.
    pub dragged: RwSignal<Option<Dragged>>,
    /// Where it would be dropped.
    pub target: RwSignal<Option<Target>>,
    pub attention: Attention,
    /// The palette is open, where it is a sheet.
    pub sheet: RwSignal<bool>,
    /// The starting points are shown in the place of the mail.
    pub gallery: RwSignal<bool>,
    faults: Memo<Faults>,
    texts: &'static Texts,
}

/// What a person drags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dragged {
    /// A new block, from the palette.
    New(Kind),
    /// A new row of so many columns.
    NewRow(usize),
    Block(PartId),
    Row(PartId),
}

impl Dragged {
    /// Stands between rows rather than in a column.
    pub const fn is_row(self) -> bool {
        matches!(self, Self::NewRow(_) | Self::Row(_))
    }
}

/// Where something can be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Slot(Slot),
    /// Before the row at this place.
    Row(usize),
}

impl Designer {
    /// Faults are those that `drawing` finds.
    pub fn new(design: Design, drawing: Drawing) -> Self {
        Self {
            editing: RwSignal::new(Editing::new(design.clone())),
            stored: RwSignal::new(design),
            dirty: RwSignal::new(false),
            stamp: RwSignal::new(0),
            writing: RwSignal::new(None),
            dragged: RwSignal::new(None),
            target: RwSignal::new(None),
            attention: Attention::new(),
            sheet: RwSignal::new(false),
            gallery: RwSignal::new(false),
            faults: Memo::new(move |_| drawing.drawn().with(|drawn| drawn.design_faults.clone())),
            texts: texts(),
        }
    }

    /// Of the page's language; handlers of events know no page.
    pub const fn texts(self) -> &'static Texts {
        self.texts
    }

    /// What a part is called.
    pub fn name(self, part: Selected) -> String {
        self.with_untracked(|design| name_of(self.texts, design, part))
    }

    /// Of which kind a block is.
    pub fn kind(self, id: PartId) -> Option<Kind> {
        self.with_untracked(|design| block_of(design, id).map(|block| Kind::of(&block.kind)))
    }

    /// Looks at the design, and again after every change.
    pub fn with<T>(self, look: impl FnOnce(&Design) -> T) -> T {
        self.editing.with(|editing| look(editing.design()))
    }

    pub fn with_untracked<T>(self, look: impl FnOnce(&Design) -> T) -> T {
        self.editing.with_untracked(|editing| look(editing.design()))
    }

    pub fn selected(self) -> Selected {
        self.editing.with(Editing::selected)
    }

    pub fn selected_untracked(self) -> Selected {
        self.editing.with_untracked(Editing::selected)
    }

    /// One block; `None` once it is gone.
    pub fn block(self, id: PartId) -> Memo<Option<Block>> {
        Memo::new(move |_| self.with(|design| block_of(design, id).cloned()))
    }

    /// One row, without what its blocks hold; `None` once it is gone.
    pub fn row(self, id: PartId) -> Memo<Option<Row>> {
        Memo::new(move |_| self.with(|design| row_of(design, id).map(|(_, row)| without_blocks(row))))
    }

    pub fn is_selected(self, part: Selected) -> Memo<bool> {
        Memo::new(move |_| self.selected() == part)
    }

    /// Changes when the fields of the settings no longer hold what is in the design.
    pub fn shown(self) -> Memo<(Selected, usize)> {
        Memo::new(move |_| (self.selected(), self.stamp.get()))
    }

    /// What cannot be sent so.
    pub const fn faults(self) -> Memo<Faults> {
        self.faults
    }

    pub fn can_undo(self) -> bool {
        self.editing.with(Editing::can_undo)
    }

    pub fn can_redo(self) -> bool {
        self.editing.with(Editing::can_redo)
    }

    /// Selects a part and shows it.
    pub fn select(self, part: Selected) {
        if self.selected_untracked() != part {
            self.editing.update(|editing| editing.select(part));
        }
        if self.writing.get_untracked().is_some_and(|id| Selected::Block(id) != part) {
            self.writing.set(None);
        }
    }

    /// Selects the part that a fault is about, and goes to its settings.
    pub fn go_to(self, path: &str) {
        if let Some(part) = self.with_untracked(|design| part_at(design, path)) {
            self.select(part);
            attention::focus_settings();
        }
    }

    /// Makes a change; what is `said` of it takes the name of the part.
    pub fn change(self, change: Change, said: impl FnOnce(&Texts, &str) -> String) -> bool {
        let is_changed = self.editing.try_update(|editing| editing.change(change)).unwrap_or(false);
        if is_changed {
            self.follow();
            let name = self.name(self.selected_untracked());
            self.attention.say(said(self.texts, &name));
        } else {
            self.attention.say(self.texts.designer.cannot.to_owned());
        }
        is_changed
    }

    /// A field of the settings was changed; letters that follow each other in one are taken back together.
    pub fn type_into(self, field: &str, change: Change) {
        let now = attention::now_ms();
        if self.editing.try_update(|editing| editing.type_into(field, change, now)).unwrap_or(false) {
            self.look_whether_stored();
        }
    }

    /// The same where the field lies outside of the settings, which must show it.
    pub fn type_outside(self, field: &str, change: Change) {
        self.type_into(field, change);
        self.stamp.update(|stamp| *stamp += 1);
    }

    /// A field that decides which other fields there are.
    pub fn choose(self, field: &str, change: Change) {
        self.type_outside(field, change);
        attention::focus_again();
    }

    pub fn undo(self) {
        let is_changed = self.editing.try_update(Editing::undo).unwrap_or(false);
        self.went(is_changed, self.texts.designer.undone, self.texts.designer.nothing_to_undo);
    }

    pub fn redo(self) {
        let is_changed = self.editing.try_update(Editing::redo).unwrap_or(false);
        self.went(is_changed, self.texts.designer.redone, self.texts.designer.nothing_to_redo);
    }

    fn went(self, is_changed: bool, done: &str, nothing: &str) {
        if is_changed {
            self.writing.set(None);
            self.follow();
        }
        self.attention.say(if is_changed { done } else { nothing }.to_owned());
    }

    /// Adds a block behind what is selected, in a row of its own where there is none.
    pub fn add(self, kind: Kind) {
        let slot = self.with_untracked(|design| slot_behind(design, self.selected_untracked()));
        match slot {
            Some(slot) => self.add_at(kind, slot),
            None => {
                let block = Clip::Block(Box::new(kind.block(self.texts)));
                self.change(Change::Paste(block, Selected::Mail), |t, name| t.designer.added(name));
                self.attention.show_selected();
            }
        }
    }

    fn add_at(self, kind: Kind, slot: Slot) {
        self.change(Change::AddBlock(kind.block(self.texts), slot), |t, name| t.designer.added(name));
        self.attention.show_selected();
    }

    /// Adds a row behind what is selected.
    pub fn add_row(self, columns: usize) {
        let at = self.with_untracked(|design| row_behind(design, self.selected_untracked()));
        self.add_row_at(columns, at);
    }

    fn add_row_at(self, columns: usize, at: usize) {
        self.change(Change::AddRow(super::kinds::row_of_columns(columns), at), |t, name| t.designer.added(name));
        self.attention.show_selected();
    }

    /// What is dragged is dropped where the line is.
    pub fn drop_dragged(self) {
        let (dragged, target) = (self.dragged.get_untracked(), self.target.get_untracked());
        self.let_go();
        match (dragged, target) {
            (Some(Dragged::New(kind)), Some(Target::Slot(slot))) => self.add_at(kind, slot),
            (Some(Dragged::Block(id)), Some(Target::Slot(slot))) => self.moved(Change::MoveBlock(id, slot)),
            (Some(Dragged::NewRow(columns)), Some(Target::Row(at))) => self.add_row_at(columns, at),
            (Some(Dragged::Row(id)), Some(Target::Row(at))) => {
                // It is named as the rows stand before this one is taken out.
                let from = self.with_untracked(|design| row_of(design, id).map(|(place, _)| place));
                let to = if from.is_some_and(|from| from < at) { at - 1 } else { at };
                self.moved(Change::MoveRow(id, to));
            }
            // A block where there is no row yet.
            (Some(Dragged::New(kind)), Some(Target::Row(_))) => self.add(kind),
            _ => {}
        }
    }

    fn moved(self, change: Change) {
        self.change(change, |t, name| t.designer.moved(name));
        self.attention.show_selected();
    }

    /// Nothing is dragged any more.
    pub fn let_go(self) {
        self.dragged.set(None);
        self.target.set(None);
    }

    /// The design as it is now.
    pub fn design(self) -> Design {
        self.with_untracked(Clone::clone)
    }

    /// This design is stored now; what was changed since it was sent is not.
    pub fn saved(self, design: Design) {
        self.stored.set(design);
        self.look_whether_stored();
    }

    fn follow(self) {
        self.stamp.update(|stamp| *stamp += 1);
        self.look_whether_stored();
    }

    fn look_whether_stored(self) {
        let is_dirty = self.stored.with_untracked(|stored| self.with_untracked(|design| design != stored));
        if self.dirty.get_untracked() != is_dirty {
            self.dirty.set(is_dirty);
        }
    }
}

fn without_blocks(row: &Row) -> Row {
    let bare = |column: &domain::design::Column| domain::design::Column {
        blocks: column.blocks.iter().map(|block| Block::of(block.id, super::kinds::nothing())).collect(),
        ..column.clone()
    };
    Row { columns: row.columns.iter().map(bare).collect(), ..row.clone() }
}

/// The page's state, from any of its pieces.
pub fn designer() -> Designer {
    expect_context::<Designer>()
}

/// Paths of values that the mail can read, for proposals.
#[derive(Clone, Copy)]
pub struct Values(pub Memo<Vec<String>>);

pub fn values() -> Memo<Vec<String>> {
    expect_context::<Values>().0
}
