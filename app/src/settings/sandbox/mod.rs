//! The sandbox: does anything leave it?

mod calls;
mod empty_consent;
mod erase;
mod page;

pub use calls::{ErasePerson, SetEmptyConsent, SetSandboxMode};
pub use page::SandboxPage;
