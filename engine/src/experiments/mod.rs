//! Experiments of campaigns: what is counted of their messages, and what is decided of them. Who gets which treatment is in
//! `domain::experiment`.

mod activation;
mod by_hand;
mod by_itself;
mod counting;
mod now;
mod report;

pub(crate) use activation::begin;
pub(crate) use counting::{Arm, count};
pub(crate) use now::ExperimentCache;

/// Who decides when figures do.
const BY: &str = "Hermod";
