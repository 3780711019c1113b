//! What people write back: the list beside that of messages.

mod calls;
mod empty;
mod filters;
mod page;
mod table;
mod words;

pub use calls::{ConfigurationChoice, list_inbound_messages, list_reply_configurations};
pub use page::RepliesPage;
