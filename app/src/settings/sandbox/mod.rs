//! The sandbox: does anything leave it?

mod calls;
mod page;

pub use calls::SetSandboxMode;
pub use page::SandboxPage;
