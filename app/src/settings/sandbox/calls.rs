//! Server functions of the sandbox.

use domain::consent::EmptyConsent;
use domain::execution::Erased;
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

/// Decides what it means that a person said nothing about marketing.
#[server]
pub async fn set_empty_consent(sandbox: String, empty: EmptyConsent) -> Answer<Sandbox> {
    answer(server::set_empty_consent(sandbox, empty).await)
}

/// Removes everything that the sandbox keeps of a person.
#[server]
pub async fn erase_person(sandbox: String, person: String) -> Answer<Erased> {
    answer(server::erase(sandbox, person).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::consent::EmptyConsent;
    use domain::execution::Erased;
    use domain::sandbox::{Sandbox, SandboxMode};
    use engine::Result;

    use crate::session::caller;

    pub async fn set_mode(sandbox: String, mode: SandboxMode) -> Result<Sandbox> {
        let caller = caller(Permission::ManageSandboxes).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.set_sandbox_mode(&sandbox, mode).await
    }

    pub async fn set_empty_consent(sandbox: String, empty: EmptyConsent) -> Result<Sandbox> {
        let caller = caller(Permission::ManageSandboxes).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.set_empty_consent(&sandbox, empty).await
    }

    pub async fn erase(sandbox: String, person: String) -> Result<Erased> {
        let caller = caller(Permission::ErasePeople).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.erase_person(&sandbox, &person, caller.name()).await
    }
}
