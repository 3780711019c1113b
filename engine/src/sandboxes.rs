//! Sandboxes and their mode.
use domain::{SandboxName, sandbox::{Sandbox, SandboxMode}};
use crate::{Engine, Result};
impl Engine {
    pub async fn list_sandboxes(&self) -> Result<Vec<Sandbox>> { todo!() }
    /// NotFound `sandbox` when there is none of that name. Cached briefly: it is asked for on every call.
    pub async fn find_sandbox(&self, name: &SandboxName) -> Result<Sandbox> { todo!() }
    pub async fn set_sandbox_mode(&self, name: &SandboxName, mode: SandboxMode) -> Result<Sandbox> { todo!() }
}
