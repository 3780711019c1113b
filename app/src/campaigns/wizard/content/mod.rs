//! Step 3: what the message says. Editor at the left, live preview at the right.

mod editor;
mod help;
mod mail;
mod preview;
mod sample_form;
mod values;

pub use editor::ContentStep;
pub use preview::StillPreview;
