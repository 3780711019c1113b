//! Blocks and rows on the clipboard: as JSON, so that they can be carried to another mail, and read by people.

use domain::design::{Block, COLUMNS_MAX, Design, Row};
use serde::{Deserialize, Serialize};

use super::place::{Selected, block_of, row_of};

/// Longest text that is looked at, in bytes.
const CLIP_MAX_BYTES: usize = 256 * 1024;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Clip {
    #[serde(rename = "hermodBlock")]
    Block(Box<Block>),
    #[serde(rename = "hermodRow")]
    Row(Box<Row>),
}

impl Clip {
    /// A block or a row.
    pub fn of(design: &Design, part: Selected) -> Option<Self> {
        match part {
            Selected::Block(id) => block_of(design, id).map(|block| Self::Block(Box::new(block.clone()))),
            Selected::Row(id) => row_of(design, id).map(|(_, row)| Self::Row(Box::new(row.clone()))),
            Selected::Mail | Selected::Column(..) => None,
        }
    }

    /// For the clipboard.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From the clipboard, where anything may be.
    pub fn of_text(text: &str) -> Option<Self> {
        if text.len() > CLIP_MAX_BYTES {
            return None;
        }
        let clip: Self = serde_json::from_str(text.trim()).ok()?;
        match &clip {
            Self::Row(row) if !(1..=COLUMNS_MAX).contains(&row.columns.len()) => None,
            _ => Some(clip),
        }
    }
}
