//! An image of the library becomes part of the mail.

use domain::asset::Asset;
use domain::design::{BlockKind, ImageBlock, PartId};

use super::edit::{Change, block_of};
use super::state::Designer;

/// As wide as the content of most mails: a wider image is as wide as its column.
const WIDE: u32 = 600;

/// Puts an image into a picture or into a list of products. What a picture says to whoever does not see it stays, if it says
/// something.
pub fn put(designer: Designer, id: PartId, asset: &Asset) {
    let Some(mut block) = designer.with_untracked(|design| block_of(design, id).cloned()) else { return };
    match &mut block.kind {
        BlockKind::Image(image) => show(image, asset),
        BlockKind::ProductList(list) => list.image.clone_from(&asset.url),
        _ => return,
    }
    designer.choose("image", Change::Block(block));
}

fn show(image: &mut ImageBlock, asset: &Asset) {
    image.src.clone_from(&asset.url);
    if image.alt.trim().is_empty() {
        image.alt.clone_from(&asset.alt);
    }
    image.width = u16::try_from(asset.width).ok().filter(|width| u32::from(*width) < WIDE);
}
