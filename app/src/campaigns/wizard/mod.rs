//! The wizard: seven steps, in any order. Each is one form that saves its own fields and leads to the next step.

mod action;
mod audience;
mod channel;
mod content;
mod page;
mod properties;
mod rail;
mod review;
mod sample;
mod schedule;
mod step_form;
mod variants;

pub use content::{Around, DrawRequest, Drawing, Drawn, LivePreview, StillPreview, provide_vocabulary};
pub use page::WizardPage;
#[cfg(feature = "ssr")]
pub use sample::SampleTexts;
pub use sample::{data_of, place as place_value};
