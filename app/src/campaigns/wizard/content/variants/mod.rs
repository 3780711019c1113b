//! The content step of a campaign with variants: which content is open, what becomes of the others, two of them side by side.

mod beside;
mod replaced;
mod stand_in;
mod switch;
mod tools;

pub use beside::{SideBySide, ToSideBySide};
pub use replaced::{PutBack, Replaced};
pub use stand_in::StandIn;
pub use switch::{VariantSwitch, focus_open_variant};
pub use tools::Tools;
