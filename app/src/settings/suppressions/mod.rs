//! Suppressions: addresses that are not written to any more.

mod calls;
mod list;
mod page;

pub use calls::{RemoveSuppression, list_suppressions};
pub use page::SuppressionsPage;
