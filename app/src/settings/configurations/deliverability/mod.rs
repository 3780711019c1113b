//! Deliverability: what the DNS says of a configuration that sends mails, and what to change.

mod calls;
mod card;
mod checks;
mod page;
mod proof;
mod words;

pub use calls::check_deliverability;
pub use card::DeliverabilityCard;
pub use page::DeliverabilityPage;
