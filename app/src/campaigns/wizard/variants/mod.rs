//! The part of the action step that says which variants there are: by an experiment, by targeting rules, by language.
//!
//! | file | holds |
//! |---|---|
//! | `editing` | the variants while they are edited, and the way back of what was removed |
//! | `experiment`, `shares` | treatments and how people are shared out |
//! | `targeting`, `languages` | rules and languages, in their order |
//! | `glance` | all of it in a few lines, for the review |
//!
//! Without a program it can be written as JSON, as the API of campaigns has it.

mod editing;
mod experiment;
mod glance;
mod languages;
mod section;
mod shares;
mod targeting;

pub use glance::VariantFacts;
pub use section::VariantsSection;
