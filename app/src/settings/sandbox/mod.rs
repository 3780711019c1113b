//! The sandbox: does anything leave it?

mod calls;
mod erase;
mod page;

pub use calls::{ErasePerson, SetSandboxMode};
pub use page::SandboxPage;
