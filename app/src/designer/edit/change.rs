//! Every change of a design, as data: what it does, and what is selected after it.

use domain::design::{BLOCKS_MAX, Block, COLUMNS_MAX, Color, Column, Design, Padding, PartId, Row, Show, Theme};

use super::clip::Clip;
use super::place::{Selected, Slot, block_of, neighbour, row_behind, row_of, slot_behind, slot_of};

/// A change. Ids of parts that are added mean nothing: each gets one that is free.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    AddBlock(Block, Slot),
    /// At this place among the rows.
    AddRow(Row, usize),
    MoveBlock(PartId, Slot),
    /// To stand at this place among the other rows.
    MoveRow(PartId, usize),
    /// One place up (−1) or down (1); a block at the end of its column goes on in the next row.
    Shift(Selected, isize),
    /// Into the column at the left (−1) or at the right (1).
    ShiftAcross(PartId, isize),
    Duplicate(Selected),
    Remove(Selected),
    /// The block with the same id looks so now.
    Block(Block),
    Row(PartId, RowLook),
    /// So many columns of such widths; blocks of those that go stand in the last one.
    Columns(PartId, Vec<u8>),
    ColumnBackground(PartId, usize, Option<Color>),
    Theme(Theme),
    /// Language and title of the document.
    Head(String, String),
    Paste(Clip, Selected),
    /// Another design in its place.
    Replace(Box<Design>),
}

/// A row without its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLook {
    pub show: Show,
    pub background: Option<Color>,
    pub background_image: String,
    pub padding: Padding,
    pub stack: bool,
}

impl RowLook {
    pub fn of(row: &Row) -> Self {
        Self {
            show: row.show.clone(),
            background: row.background.clone(),
            background_image: row.background_image.clone(),
            padding: row.padding,
            stack: row.stack,
        }
    }
}

impl Change {
    /// Makes the change, and says what is selected then; `None`: nothing can be changed so.
    pub fn apply(self, design: &mut Design) -> Option<Selected> {
        match self {
            Self::AddBlock(block, slot) => add_block(design, block, slot),
            Self::AddRow(row, at) => add_row(design, row, at),
            Self::MoveBlock(id, slot) => move_block(design, id, slot),
            Self::MoveRow(id, to) => move_row(design, id, to),
            Self::Shift(part, by) => shift(design, part, by),
            Self::ShiftAcross(id, by) => shift_across(design, id, by),
            Self::Duplicate(part) => duplicate(design, part),
            Self::Remove(part) => remove(design, part),
            Self::Block(block) => {
                let id = block.id;
                *design.block_mut(id)? = block;
                Some(Selected::Block(id))
            }
            Self::Row(id, look) => {
                let row = row_mut(design, id)?;
                let RowLook { show, background, background_image, padding, stack } = look;
                *row = Row { show, background, background_image, padding, stack, ..std::mem::take(row) };
                row.id = id;
                Some(Selected::Row(id))
            }
            Self::Columns(id, widths) => set_columns(design, id, &widths),
            Self::ColumnBackground(id, number, color) => {
                row_mut(design, id)?.columns.get_mut(number)?.background = color;
                Some(Selected::Row(id))
            }
            Self::Theme(theme) => {
                design.theme = theme;
                Some(Selected::Mail)
            }
            Self::Head(language, title) => {
                (design.language, design.title) = (language, title);
                Some(Selected::Mail)
            }
            Self::Paste(clip, behind) => paste(design, clip, behind),
            Self::Replace(other) => {
                *design = *other;
                Some(Selected::Mail)
            }
        }
    }
}

fn row_mut(design: &mut Design, id: PartId) -> Option<&mut Row> {
    design.rows.iter_mut().find(|row| row.id == id)
}

fn has_room(design: &Design, for_blocks: usize) -> bool {
    design.blocks().count() + for_blocks <= BLOCKS_MAX
}

fn add_block(design: &mut Design, mut block: Block, slot: Slot) -> Option<Selected> {
    if !has_room(design, 1) {
        return None;
    }
    block.id = design.fresh_id();
    let id = block.id;
    let blocks = &mut row_mut(design, slot.row)?.columns.get_mut(slot.column)?.blocks;
    blocks.insert(slot.place.min(blocks.len()), block);
    Some(Selected::Block(id))
}

fn add_row(design: &mut Design, mut row: Row, at: usize) -> Option<Selected> {
    let added: usize = row.columns.iter().map(|column| column.blocks.len()).sum();
    if !has_room(design, added) {
        return None;
    }
    let mut free = design.fresh_id();
    row.id = free;
    for block in row.columns.iter_mut().flat_map(|column| &mut column.blocks) {
        free += 1;
        block.id = free;
    }
    let id = row.id;
    design.rows.insert(at.min(design.rows.len()), row);
    Some(Selected::Row(id))
}

/// The slot is named as it is before the block is taken out.
fn move_block(design: &mut Design, id: PartId, mut slot: Slot) -> Option<Selected> {
    let from = slot_of(design, id)?;
    row_of(design, slot.row)?.1.columns.get(slot.column)?;
    let is_same_column = (from.row, from.column) == (slot.row, slot.column);
    if is_same_column && from.place < slot.place {
        slot.place -= 1;
    }
    if from == slot {
        return None;
    }
    let block = row_mut(design, from.row)?.columns.get_mut(from.column)?.blocks.remove(from.place);
    let blocks = &mut row_mut(design, slot.row)?.columns.get_mut(slot.column)?.blocks;
    blocks.insert(slot.place.min(blocks.len()), block);
    Some(Selected::Block(id))
}

fn move_row(design: &mut Design, id: PartId, to: usize) -> Option<Selected> {
    let (from, _) = row_of(design, id)?;
    let to = to.min(design.rows.len() - 1);
    if from == to {
        return None;
    }
    let row = design.rows.remove(from);
    design.rows.insert(to, row);
    Some(Selected::Row(id))
}

fn shift(design: &mut Design, part: Selected, by: isize) -> Option<Selected> {
    match part {
        Selected::Row(id) => {
            let (from, _) = row_of(design, id)?;
            move_row(design, id, from.checked_add_signed(by)?)
        }
        Selected::Block(id) => {
            let slot = shifted_slot(design, id, by)?;
            move_block(design, id, slot)
        }
        Selected::Mail | Selected::Column(..) => None,
    }
}

/// Up or down in the column; from its end into the next row, into the same column or the last one there.
fn shifted_slot(design: &Design, id: PartId, by: isize) -> Option<Slot> {
    let slot = slot_of(design, id)?;
    let (row, found) = row_of(design, slot.row)?;
    let count = found.columns.get(slot.column)?.blocks.len();
    if by < 0 && slot.place > 0 {
        return Some(Slot { place: slot.place - 1, ..slot });
    }
    if by > 0 && slot.place + 1 < count {
        return Some(Slot { place: slot.place + 2, ..slot });
    }
    let next = design.rows.get(row.checked_add_signed(by.signum())?)?;
    let column = slot.column.min(next.columns.len().checked_sub(1)?);
    let place = if by < 0 { next.columns.get(column)?.blocks.len() } else { 0 };
    Some(Slot { row: next.id, column, place })
}

fn shift_across(design: &mut Design, id: PartId, by: isize) -> Option<Selected> {
    let slot = slot_of(design, id)?;
    let column = slot.column.checked_add_signed(by)?;
    move_block(design, id, Slot { column, ..slot })
}

fn duplicate(design: &mut Design, part: Selected) -> Option<Selected> {
    match part {
        Selected::Block(id) => {
            let (block, slot) = (block_of(design, id)?.clone(), slot_of(design, id)?);
            add_block(design, block, Slot { place: slot.place + 1, ..slot })
        }
        Selected::Row(id) => {
            let (place, row) = row_of(design, id)?;
            let row = row.clone();
            add_row(design, row, place + 1)
        }
        Selected::Mail | Selected::Column(..) => None,
    }
}

/// Selects what stands in its place then, so that removing can go on.
fn remove(design: &mut Design, part: Selected) -> Option<Selected> {
    match part {
        Selected::Block(id) => {
            let slot = slot_of(design, id)?;
            let blocks = &mut row_mut(design, slot.row)?.columns.get_mut(slot.column)?.blocks;
            blocks.remove(slot.place);
            let next = blocks.get(slot.place).or(blocks.last()).map(|block| Selected::Block(block.id));
            Some(next.unwrap_or(Selected::Column(slot.row, slot.column)))
        }
        Selected::Row(id) => {
            let (place, _) = row_of(design, id)?;
            design.rows.remove(place);
            let next = design.rows.get(place).or(design.rows.last());
            Some(next.map_or(Selected::Mail, |row| Selected::Row(row.id)))
        }
        Selected::Mail | Selected::Column(..) => None,
    }
}

fn set_columns(design: &mut Design, id: PartId, widths: &[u8]) -> Option<Selected> {
    if !(1..=COLUMNS_MAX).contains(&widths.len()) {
        return None;
    }
    let columns = &mut row_mut(design, id)?.columns;
    let homeless: Vec<Block> = columns.drain(widths.len().min(columns.len())..).flat_map(|it| it.blocks).collect();
    columns.resize_with(widths.len(), Column::default);
    for (column, width) in columns.iter_mut().zip(widths) {
        column.width = *width;
    }
    columns.last_mut()?.blocks.extend(homeless);
    Some(Selected::Row(id))
}

/// Equal widths of so many columns that make 100.
pub fn equal_widths(count: usize) -> Vec<u8> {
    let count = u8::try_from(count.clamp(1, COLUMNS_MAX)).unwrap_or(1);
    (0..count).map(|number| 100 / count + u8::from(number < 100 % count)).collect()
}

fn paste(design: &mut Design, clip: Clip, behind: Selected) -> Option<Selected> {
    match clip {
        Clip::Block(block) => match slot_behind(design, behind) {
            Some(slot) => add_block(design, *block, slot),
            None => {
                let columns = vec![Column { blocks: vec![*block], ..Column::default() }];
                add_row(design, Row { columns, ..Row::default() }, 0).map(|row| neighbour(design, row, 1))
            }
        },
        Clip::Row(row) => {
            let at = row_behind(design, behind);
            add_row(design, *row, at)
        }
    }
}
