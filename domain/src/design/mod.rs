//! A mail as people put it together: rows of columns of blocks, in a theme. The `content` crate makes HTML of it.
//!
//! Every text of a block is a template, as the texts of a content are. Sizes are CSS pixels.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Faults;

mod block;
mod holds;
mod look;
mod show;

pub use block::{
    Alignment, Block, BlockKind, ButtonBlock, ImageBlock, NOT_IN_REFERENCES, ProductList, SocialLink, SocialNetwork,
};
pub use look::{Color, DarkColors, Font, Padding, Theme};
pub(crate) use show::is_path;
pub use show::{Rule, Show, Test, TestKind};

/// Most blocks of one mail.
pub const BLOCKS_MAX: usize = 300;
/// Most columns side by side.
pub const COLUMNS_MAX: usize = 4;

/// Names a row or a block within its design: the same through edits, so that what is selected stays selected.
pub type PartId = u32;

/// A mail as rows of columns of blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Design {
    /// Of the mail's words, as `ko` or `pt-BR` (BCP 47): screen readers speak it. Empty: not said.
    pub language: String,
    /// Title of the document; a template. Empty: the subject.
    pub title: String,
    pub theme: Theme,
    pub rows: Vec<Row>,
}

/// Columns side by side; on phones below each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Row {
    pub id: PartId,
    pub columns: Vec<Column>,
    pub show: Show,
    /// Behind the row; none: that of the mail.
    pub background: Option<Color>,
    /// Address of a picture behind it; a template; may be empty.
    pub background_image: String,
    pub padding: Padding,
    /// Columns stand below each other on phones.
    pub stack: bool,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            id: 0,
            columns: vec![Column::default()],
            show: Show::Always,
            background: None,
            background_image: String::new(),
            padding: Padding::default(),
            stack: true,
        }
    }
}

/// Blocks below each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Column {
    /// Share of the row, in percent; those of a row make 100.
    #[schemars(range(min = 10, max = 100))]
    pub width: u8,
    pub background: Option<Color>,
    pub blocks: Vec<Block>,
}

impl Default for Column {
    fn default() -> Self {
        Self { width: 100, background: None, blocks: Vec::new() }
    }
}

impl Design {
    /// All blocks, in the order in which they are read.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.rows.iter().flat_map(|row| &row.columns).flat_map(|column| &column.blocks)
    }

    /// Where a block stands: row, column, place.
    pub fn place_of(&self, id: PartId) -> Option<(usize, usize, usize)> {
        self.rows.iter().enumerate().find_map(|(row, it)| {
            it.columns.iter().enumerate().find_map(|(column, it)| {
                it.blocks.iter().position(|block| block.id == id).map(|place| (row, column, place))
            })
        })
    }

    /// The block with this id.
    pub fn block_mut(&mut self, id: PartId) -> Option<&mut Block> {
        let (row, column, place) = self.place_of(id)?;
        self.rows.get_mut(row)?.columns.get_mut(column)?.blocks.get_mut(place)
    }

    /// An id that no row and no block has yet.
    pub fn fresh_id(&self) -> PartId {
        let ids = self.rows.iter().map(|row| row.id).chain(self.blocks().map(|block| block.id));
        ids.max().unwrap_or(0) + 1
    }

    /// What cannot be sent so: paths such as `rows[2].columns[0].blocks[1].href`.
    pub fn check(&self) -> Faults {
        let mut faults = self.theme.check();
        let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
        if self.language.len() > 35 || !self.language.bytes().all(is_letter) {
            faults.add("language", "bad_language", "Write a language as ko or pt-BR.");
        }
        let mut ids = BTreeSet::new();
        if self.blocks().next().is_none() {
            faults.add("rows", "required", "Put something into the mail.");
        }
        if self.blocks().count() > BLOCKS_MAX {
            faults.add("rows", "too_many", format!("A mail has at most {BLOCKS_MAX} blocks."));
        }
        show::check_chain(self.rows.iter().map(|row| &row.show), &mut faults, |place| format!("rows[{place}].show"));
        for (place, row) in self.rows.iter().enumerate() {
            row.check(&mut faults, &mut ids, &format!("rows[{place}]"));
        }
        faults
    }
}

impl Row {
    fn check(&self, faults: &mut Faults, ids: &mut BTreeSet<PartId>, at: &str) {
        if !ids.insert(self.id) {
            faults.add(format!("{at}.id"), "duplicate_id", "Another part of the design has this id.");
        }
        if !(1..=COLUMNS_MAX).contains(&self.columns.len()) {
            faults.add(format!("{at}.columns"), "column_count", format!("A row has 1 to {COLUMNS_MAX} columns."));
        }
        let width: u32 = self.columns.iter().map(|column| u32::from(column.width)).sum();
        if width != 100 || self.columns.iter().any(|column| column.width < 10) {
            let text = "The widths of the columns make 100 percent, each at least 10.";
            faults.add(format!("{at}.columns"), "column_widths", text);
        }
        for (number, column) in self.columns.iter().enumerate() {
            let shows = column.blocks.iter().map(|block| &block.show);
            show::check_chain(shows, faults, |place| format!("{at}.columns[{number}].blocks[{place}].show"));
            for (place, block) in column.blocks.iter().enumerate() {
                let at = format!("{at}.columns[{number}].blocks[{place}]");
                if !ids.insert(block.id) {
                    faults.add(format!("{at}.id"), "duplicate_id", "Another part of the design has this id.");
                }
                faults.0.extend(block.check().0.into_iter().map(|fault| fault.under(&at)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn block(id: PartId, show: Show) -> Block {
        Block { id, show, ..Block::of(0, BlockKind::Spacer { height: 10 }) }
    }

    fn design(blocks: Vec<Block>) -> Design {
        let columns = vec![Column { blocks, ..Column::default() }];
        Design { rows: vec![Row { id: 100, columns, ..Row::default() }], ..Design::default() }
    }

    #[test]
    fn a_design_is_read_as_it_was_written() {
        let text = json!({"rows": [{"id": 1, "columns": [{"width": 100, "blocks": [
            {"id": 2, "kind": "text", "html": "<p>Hello {{ context.name }}</p>"},
            {"id": 3, "kind": "button", "label": "Pay", "href": "https://example.com"},
            {"id": 4, "kind": "productList", "list": "context.items", "title": "{{ item.name }}"}]}]}]});
        let design: Design = serde_json::from_value(text).unwrap();
        assert_eq!(design.check(), Faults::default());
        let again: Design = serde_json::from_value(serde_json::to_value(&design).unwrap()).unwrap();
        assert_eq!((&again, again.fresh_id()), (&design, 5));
        assert_eq!(design.place_of(3), Some((0, 0, 1)));
    }

    #[test]
    fn an_alternative_stands_behind_what_it_is_an_alternative_to() {
        let when = || Show::When(Rule { any: false, tests: vec![Test::default()] });
        let code = |design: Design| design.check().0.first().map(|fault| (fault.path.clone(), fault.code.clone()));
        let good = design(vec![block(1, when()), block(2, Show::Otherwise)]);
        assert_eq!(code(good).map(|(_, code)| code).as_deref(), Some("required"), "the test asks for nothing yet");
        let path = "rows[0].columns[0].blocks[1].show".to_owned();
        let alone = design(vec![block(1, Show::Always), block(2, Show::Otherwise)]);
        assert_eq!(code(alone), Some((path, "no_alternative".to_owned())));
    }

    #[test]
    fn ids_and_widths_are_checked() {
        let twice = design(vec![block(1, Show::Always), block(1, Show::Always)]);
        assert_eq!(twice.check().0[0].code, "duplicate_id");
        let mut narrow = design(vec![block(1, Show::Always)]);
        narrow.rows[0].columns[0].width = 50;
        assert_eq!(narrow.check().0[0].code, "column_widths");
    }
}
