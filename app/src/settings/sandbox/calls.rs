//! Server function of the sandbox.

use domain::sandbox::{Sandbox, SandboxMode};
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Switches between capture and live.
#[server]
pub async fn set_sandbox_mode(sandbox: String, mode: SandboxMode) -> Answer<Sandbox> {
    answer(server::set_mode(sandbox, mode).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::sandbox::{Sandbox, SandboxMode};
    use engine::Result;

    use crate::session::caller;

    pub async fn set_mode(sandbox: String, mode: SandboxMode) -> Result<Sandbox> {
        let caller = caller(Permission::ManageSandboxes).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.set_sandbox_mode(&sandbox, mode).await
    }
}
