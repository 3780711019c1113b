//! What a mail is put together of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Color, Padding, PartId, Show};
use crate::Faults;
use crate::word::words;

words! {
    /// Where something stands in its column.
    #[derive(Default)]
    Alignment {
        #[default]
        Left = "left",
        Center = "center",
        Right = "right",
    }
}

words! {
    /// Networks with a picture of their own.
    SocialNetwork {
        Facebook = "facebook",
        Instagram = "instagram",
        X = "x",
        Linkedin = "linkedin",
        Youtube = "youtube",
        Tiktok = "tiktok",
        Kakaotalk = "kakaotalk",
        Naver = "naver",
        Web = "web",
    }
}

/// One thing in a column. As JSON an object with `id`, `kind` and the fields of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    pub id: PartId,
    #[serde(default)]
    pub show: Show,
    #[serde(default)]
    pub background: Option<Color>,
    #[serde(default)]
    pub padding: Padding,
    #[serde(flatten)]
    pub kind: BlockKind,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum BlockKind {
    /// Paragraphs, headings and lists: a small part of HTML with templates in it.
    Text {
        html: String,
        #[serde(default)]
        align: Alignment,
    },
    Button(ButtonBlock),
    Image(ImageBlock),
    /// A line.
    Divider {
        #[serde(default)]
        color: Option<Color>,
        #[serde(default = "one")]
        thickness: u8,
    },
    Spacer {
        height: u16,
    },
    Social {
        links: Vec<SocialLink>,
        #[serde(default)]
        align: Alignment,
    },
    /// Taken as it is.
    Html {
        source: String,
    },
    /// A piece of HTML that many mails share, by its name or id.
    Fragment {
        name: String,
    },
    ProductList(ProductList),
    /// A link by which the person leaves the list.
    Unsubscribe {
        text: String,
        #[serde(default)]
        align: Alignment,
    },
    /// A link to the mail as a page.
    Mirror {
        text: String,
        #[serde(default)]
        align: Alignment,
    },
}

/// Highest empty room, in pixels.
const SPACER_MAX: u16 = 500;

const fn one() -> u8 {
    1
}

/// What would end a reference to a fragment, or the place in the mail where it stands.
pub const NOT_IN_REFERENCES: [char; 8] = ['"', '\'', '`', '\\', '<', '>', '{', '}'];

/// A link that looks like a button.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ButtonBlock {
    pub label: String,
    /// A template.
    pub href: String,
    pub align: Alignment,
    /// As wide as its column.
    pub full_width: bool,
    /// None: those of the theme.
    pub color: Option<Color>,
    pub text_color: Option<Color>,
}

/// A picture, which may be a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ImageBlock {
    /// A template.
    pub src: String,
    /// For whoever does not see it; empty: it only decorates.
    pub alt: String,
    pub decorative: bool,
    /// A template; empty: no link.
    pub href: String,
    /// None: as wide as its column.
    pub width: Option<u16>,
    pub align: Alignment,
}

/// A row for each entry of a list in the call. Its texts are templates that read `item`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ProductList {
    /// Path of the list: `context.order.items`.
    pub list: String,
    /// Address of a picture; empty: none.
    pub image: String,
    pub title: String,
    pub text: String,
    pub price: String,
    /// Where an entry leads; empty: no link.
    pub href: String,
    /// What stands there when the list is empty.
    pub empty: String,
}

/// A link with the picture of its network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SocialLink {
    pub network: SocialNetwork,
    /// A template.
    pub href: String,
}

impl Block {
    /// Shown always, with the usual room around it.
    pub fn of(id: PartId, kind: BlockKind) -> Self {
        Self { id, show: Show::Always, background: None, padding: Padding::default(), kind }
    }

    /// Faults with paths in the block's JSON.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        let mut required = |path: &str, text: &str, what: &str| {
            if text.trim().is_empty() {
                faults.add(path, "required", what);
            }
        };
        match &self.kind {
            BlockKind::Button(button) => {
                required("label", &button.label, "Say what the button does.");
                required("href", &button.href, "Give the address that the button opens.");
            }
            BlockKind::Image(image) => {
                required("src", &image.src, "Choose a picture.");
                if !image.decorative {
                    required("alt", &image.alt, "Say what the picture shows, or that it only decorates.");
                }
            }
            BlockKind::Social { links, .. } => {
                for (place, link) in links.iter().enumerate() {
                    required(&format!("links[{place}].href"), &link.href, "Give the address of the page.");
                }
            }
            BlockKind::ProductList(list) => {
                required("list", &list.list, "Name the list: context.order.items.");
                if !list.list.trim().is_empty() && !super::show::is_path(&list.list) {
                    faults.add("list", "bad_path", "Name a list of the call such as context.order.items.");
                }
            }
            BlockKind::Unsubscribe { text, .. } | BlockKind::Mirror { text, .. } => {
                required("text", text, "Write the words of the link.");
            }
            BlockKind::Fragment { name } => {
                required("name", name, "Choose a fragment.");
                if name.contains(NOT_IN_REFERENCES) {
                    faults.add("name", "bad_name", "Give the fragment's id: its name has characters of templates.");
                }
            }
            BlockKind::Spacer { height } if *height > SPACER_MAX => {
                faults.add("height", "out_of_range", format!("Use 0 to {SPACER_MAX} pixels."));
            }
            BlockKind::Text { .. } | BlockKind::Divider { .. } | BlockKind::Spacer { .. } | BlockKind::Html { .. } => {}
        }
        faults.0.extend(self.show.check().0.into_iter().map(|fault| fault.under("show")));
        faults
    }
}
