//! A person's own account.

mod calls;
mod page;

pub use calls::ChangeOwnPassword;
pub use page::AccountPage;
