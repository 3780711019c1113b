//! What parts of a design are called.

use domain::design::{Block, BlockKind, Design};

use super::edit::{Selected, block_of, row_of};
use super::kinds::Kind;
use super::rich::plain_text;
use crate::i18n::Texts;

/// Longest part of a block's own words in its name, in letters.
const SHOWN: usize = 40;

/// `Row 2`, `Button: Pay now`.
pub fn name_of(t: &Texts, design: &Design, part: Selected) -> String {
    match part {
        Selected::Mail => t.designer.mail.to_owned(),
        Selected::Row(id) => t.designer.row(row_of(design, id).map_or(0, |(place, _)| place + 1)),
        Selected::Column(_, column) => t.designer.empty_column(column + 1),
        Selected::Block(id) => block_of(design, id).map(|block| block_name(t, block)).unwrap_or_default(),
    }
}

/// Its kind, and the start of what it says.
pub fn block_name(t: &Texts, block: &Block) -> String {
    let kind = Kind::of(&block.kind).name(t);
    let words = match &block.kind {
        BlockKind::Text { html, .. } => plain_text(html),
        BlockKind::Button(button) => button.label.clone(),
        BlockKind::Image(image) => image.alt.clone(),
        BlockKind::ProductList(list) => list.list.clone(),
        BlockKind::Fragment { name } => name.clone(),
        BlockKind::Unsubscribe { text, .. } | BlockKind::Mirror { text, .. } => text.clone(),
        BlockKind::Divider { .. } | BlockKind::Spacer { .. } | BlockKind::Social { .. } | BlockKind::Html { .. } => {
            String::new()
        }
    };
    let words: Vec<&str> = words.split_whitespace().collect();
    let words = words.join(" ");
    match words.char_indices().nth(SHOWN) {
        _ if words.is_empty() => kind.to_owned(),
        Some((end, _)) => format!("{kind}: {}…", words.get(..end).unwrap_or_default().trim_end()),
        None => format!("{kind}: {words}"),
    }
}
