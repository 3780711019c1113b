//! Where things are in a design, and what comes before and after them.

use domain::design::{Block, Design, PartId, Row};

/// What the settings are shown of, and what keys work on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Selected {
    /// The mail as a whole: its theme.
    #[default]
    Mail,
    Row(PartId),
    /// An empty column of a row.
    Column(PartId, usize),
    Block(PartId),
}

/// A place between the blocks of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub row: PartId,
    pub column: usize,
    /// How many blocks stand before it.
    pub place: usize,
}

/// The row with this id, and its place.
pub fn row_of(design: &Design, id: PartId) -> Option<(usize, &Row)> {
    design.rows.iter().enumerate().find(|(_, row)| row.id == id)
}

/// The block with this id.
pub fn block_of(design: &Design, id: PartId) -> Option<&Block> {
    design.blocks().find(|block| block.id == id)
}

/// Where a block stands.
pub fn slot_of(design: &Design, id: PartId) -> Option<Slot> {
    let (row, column, place) = design.place_of(id)?;
    Some(Slot { row: design.rows.get(row)?.id, column, place })
}

/// Everything that can be selected, in the order in which it is read: each row, its blocks, its empty columns.
pub fn stops(design: &Design) -> Vec<Selected> {
    let mut stops = vec![Selected::Mail];
    for row in &design.rows {
        stops.push(Selected::Row(row.id));
        for (number, column) in row.columns.iter().enumerate() {
            if column.blocks.is_empty() {
                stops.push(Selected::Column(row.id, number));
            }
            stops.extend(column.blocks.iter().map(|block| Selected::Block(block.id)));
        }
    }
    stops
}

/// The stop so many steps further; the first or the last one where there are not so many.
pub fn neighbour(design: &Design, from: Selected, steps: isize) -> Selected {
    let stops = stops(design);
    let here = stops.iter().position(|stop| *stop == from).unwrap_or_default();
    let there = here.saturating_add_signed(steps).min(stops.len() - 1);
    stops[there]
}

/// What it stands in: a block in its row, a row in the mail.
pub fn outside_of(design: &Design, part: Selected) -> Selected {
    match part {
        Selected::Block(id) => slot_of(design, id).map_or(Selected::Mail, |slot| Selected::Row(slot.row)),
        Selected::Column(row, _) => Selected::Row(row),
        Selected::Mail | Selected::Row(_) => Selected::Mail,
    }
}

/// Is it there?
pub fn is_there(design: &Design, part: Selected) -> bool {
    match part {
        Selected::Mail => true,
        Selected::Block(id) => design.place_of(id).is_some(),
        _ => stops(design).contains(&part),
    }
}

/// Where a new block goes when this is selected: behind the block; into the row, an empty column of it first; at the end of
/// the mail. None: there is no row yet.
pub fn slot_behind(design: &Design, part: Selected) -> Option<Slot> {
    let end_of = |row: &Row| {
        let empty = row.columns.iter().position(|column| column.blocks.is_empty());
        let column = empty.unwrap_or(row.columns.len().saturating_sub(1));
        let place = row.columns.get(column).map_or(0, |column| column.blocks.len());
        Slot { row: row.id, column, place }
    };
    match part {
        Selected::Block(id) => slot_of(design, id).map(|slot| Slot { place: slot.place + 1, ..slot }),
        Selected::Column(row, column) => Some(Slot { row, column, place: 0 }),
        Selected::Row(id) => row_of(design, id).map(|(_, row)| end_of(row)),
        Selected::Mail => design.rows.last().map(end_of),
    }
}

/// Which place among the rows comes behind it.
pub fn row_behind(design: &Design, part: Selected) -> usize {
    let row = match part {
        Selected::Row(id) | Selected::Column(id, _) => row_of(design, id).map(|(place, _)| place),
        Selected::Block(id) => design.place_of(id).map(|(row, ..)| row),
        Selected::Mail => None,
    };
    row.map_or(design.rows.len(), |place| place + 1)
}

/// The part that a fault is about: `content.design.rows[2].columns[0].blocks[1].href` is of that block.
pub fn part_at(design: &Design, path: &str) -> Option<Selected> {
    let path = path.strip_prefix("content.").unwrap_or(path);
    let path = path.strip_prefix("design.").unwrap_or(path);
    let Some((row, rest)) = number_in(path, "rows[") else { return Some(Selected::Mail) };
    let row = design.rows.get(row)?;
    let Some((column, rest)) = number_in(rest, "columns[") else { return Some(Selected::Row(row.id)) };
    let blocks = &row.columns.get(column)?.blocks;
    match number_in(rest, "blocks[") {
        Some((block, _)) => blocks.get(block).map(|block| Selected::Block(block.id)),
        None => Some(Selected::Row(row.id)),
    }
}

/// Path of a part in the JSON of the design; that of the mail is empty.
pub fn path_of(design: &Design, part: Selected) -> Option<String> {
    match part {
        Selected::Mail => Some(String::new()),
        Selected::Row(id) => row_of(design, id).map(|(place, _)| format!("rows[{place}]")),
        Selected::Column(id, column) => row_of(design, id).map(|(place, _)| format!("rows[{place}].columns[{column}]")),
        Selected::Block(id) => {
            let (row, column, place) = design.place_of(id)?;
            Some(format!("rows[{row}].columns[{column}].blocks[{place}]"))
        }
    }
}

/// `rows[2].columns` → 2 and `columns`.
fn number_in<'a>(path: &'a str, start: &str) -> Option<(usize, &'a str)> {
    let (number, rest) = path.strip_prefix(start)?.split_once(']')?;
    Some((number.parse().ok()?, rest.strip_prefix('.').unwrap_or(rest)))
}
