//! What people said about marketing: looked up and entered here, and the topics that they choose from.

mod calls;
mod files;
mod of_person;
mod page;
mod record;
mod set;
mod topic_calls;
mod topic_form;
mod topics_page;
mod words;

pub(crate) use calls::SetConsent;
pub(crate) use of_person::PersonConsents;
pub use page::ConsentPage;
pub use topics_page::TopicsPage;
pub(crate) use words::topic_name;
