//! Step 3: what the message says. Editor at the left, live preview at the right.

mod activity;
mod attachments;
mod body;
mod counter;
mod data_field;
mod drawing;
mod drawn;
mod editor;
mod email;
mod help;
mod import;
mod mail;
mod mail_file;
mod mobile;
mod preview;
mod push;
mod rcs;
mod rcs_cards;
mod sample_form;
mod values;
mod variants;
mod worker;

pub use drawing::Drawing;
pub use drawn::{Around, DrawRequest, Drawn};
pub use editor::{ContentStep, provide_vocabulary};
pub use preview::{LivePreview, StillPreview};
pub use variants::{Replaced, VariantSwitch, focus_open_variant};
