//! The blocks that can be added, and how each begins.

use domain::design::{
    Alignment, Block, BlockKind, ButtonBlock, Column, Design, ImageBlock, ProductList, Row, SocialLink, SocialNetwork,
};

use super::edit::equal_widths;
use crate::i18n::Texts;

/// A kind of block, in the order of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Button,
    Image,
    Divider,
    Spacer,
    Social,
    ProductList,
    Html,
    Fragment,
    Unsubscribe,
    Mirror,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Button,
        Self::Image,
        Self::Divider,
        Self::Spacer,
        Self::Social,
        Self::ProductList,
        Self::Html,
        Self::Fragment,
        Self::Unsubscribe,
        Self::Mirror,
    ];

    pub const fn of(kind: &BlockKind) -> Self {
        match kind {
            BlockKind::Text { .. } => Self::Text,
            BlockKind::Button(_) => Self::Button,
            BlockKind::Image(_) => Self::Image,
            BlockKind::Divider { .. } => Self::Divider,
            BlockKind::Spacer { .. } => Self::Spacer,
            BlockKind::Social { .. } => Self::Social,
            BlockKind::Html { .. } => Self::Html,
            BlockKind::Fragment { .. } => Self::Fragment,
            BlockKind::ProductList(_) => Self::ProductList,
            BlockKind::Unsubscribe { .. } => Self::Unsubscribe,
            BlockKind::Mirror { .. } => Self::Mirror,
        }
    }

    pub const fn name(self, t: &Texts) -> &'static str {
        let t = &t.designer;
        match self {
            Self::Text => t.kind_text,
            Self::Button => t.kind_button,
            Self::Image => t.kind_image,
            Self::Divider => t.kind_divider,
            Self::Spacer => t.kind_spacer,
            Self::Social => t.kind_social,
            Self::ProductList => t.kind_product_list,
            Self::Html => t.kind_html,
            Self::Fragment => t.kind_fragment,
            Self::Unsubscribe => t.kind_unsubscribe,
            Self::Mirror => t.kind_mirror,
        }
    }

    /// A new one. Its words are in the language of whoever adds it.
    pub fn block(self, t: &Texts) -> Block {
        let t = &t.designer;
        let kind = match self {
            Self::Text => BlockKind::Text { html: format!("<p>{}</p>", t.new_text), align: Alignment::Left },
            Self::Button => BlockKind::Button(ButtonBlock {
                label: t.new_button.to_owned(),
                align: Alignment::Center,
                ..ButtonBlock::default()
            }),
            Self::Image => BlockKind::Image(ImageBlock { align: Alignment::Center, ..ImageBlock::default() }),
            Self::Divider => BlockKind::Divider { color: None, thickness: 1 },
            Self::Spacer => BlockKind::Spacer { height: 24 },
            Self::Social => BlockKind::Social {
                links: vec![SocialLink { network: SocialNetwork::Instagram, href: String::new() }],
                align: Alignment::Center,
            },
            Self::ProductList => BlockKind::ProductList(ProductList {
                list: "context.items".to_owned(),
                title: "{{ item.name }}".to_owned(),
                price: "{{ item.price }}".to_owned(),
                ..ProductList::default()
            }),
            Self::Html => BlockKind::Html { source: String::new() },
            Self::Fragment => BlockKind::Fragment { name: String::new() },
            Self::Unsubscribe => {
                BlockKind::Unsubscribe { text: t.new_unsubscribe.to_owned(), align: Alignment::Center }
            }
            Self::Mirror => BlockKind::Mirror { text: t.new_mirror.to_owned(), align: Alignment::Center },
        };
        Block::of(0, kind)
    }
}

/// An empty row of equal columns.
pub fn row_of_columns(count: usize) -> Row {
    let columns = equal_widths(count).into_iter().map(|width| Column { width, ..Column::default() });
    Row { columns: columns.collect(), ..Row::default() }
}

/// Stands for what a block holds where only its place is looked at.
pub const fn nothing() -> BlockKind {
    BlockKind::Spacer { height: 0 }
}

/// A mail with a row that is still empty.
pub fn empty_design() -> Design {
    Design { rows: vec![Row { id: 1, ..row_of_columns(1) }], ..Design::default() }
}
