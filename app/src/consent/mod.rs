//! What people said about marketing: looked up and entered here, and the topics that they choose from.

mod calls;
mod files;
mod page;
mod record;
mod set;
mod topic_calls;
mod topic_form;
mod topics_page;
mod words;

pub use page::ConsentPage;
pub use topics_page::TopicsPage;
pub(crate) use words::topic_name;
