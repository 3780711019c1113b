//! Sandboxes and their settings.

use std::time::Duration;

use domain::consent::EmptyConsent;
use domain::sandbox::{Sandbox, SandboxMode};
use domain::{Failure, SandboxName};

use crate::recent::Recent;
use crate::store::sandboxes;
use crate::{Engine, Result};

/// Sandboxes seen lately: each call and each message asks for one.
pub(crate) struct SandboxCache(Recent<SandboxName, Sandbox>);

impl Default for SandboxCache {
    fn default() -> Self {
        // A second decides how long another process still sends after a sandbox was switched to capture.
        Self(Recent::new(100, Some(Duration::from_secs(1))))
    }
}

impl Engine {
    /// All sandboxes, by name.
    pub async fn list_sandboxes(&self) -> Result<Vec<Sandbox>> {
        sandboxes::list(self.store()).await
    }

    /// `NotFound` `sandbox` when there is none of that name. Remembered for a second.
    pub async fn find_sandbox(&self, name: &SandboxName) -> Result<Sandbox> {
        let found = self.0.sandboxes.0.find_or(name, self.now(), sandboxes::find(self.store(), name)).await?;
        Ok(found.ok_or_else(|| Failure::not_found("sandbox"))?)
    }

    /// Switches between capture and live. Holds at once in this process, within a second in others.
    pub async fn set_sandbox_mode(&self, name: &SandboxName, mode: SandboxMode) -> Result<Sandbox> {
        let mut tx = self.store().begin().await?;
        if !sandboxes::set_mode(&mut tx, name, mode).await? {
            return Err(Failure::not_found("sandbox").into());
        }
        tx.commit().await?;
        self.0.sandboxes.0.forget(name);
        self.find_sandbox(name).await
    }

    /// Decides what it means that a person said nothing about marketing. Holds at once in this process, within a second in
    /// others.
    pub async fn set_empty_consent(&self, name: &SandboxName, empty: EmptyConsent) -> Result<Sandbox> {
        let mut tx = self.store().begin().await?;
        if !sandboxes::set_empty_consent(&mut tx, name, empty).await? {
            return Err(Failure::not_found("sandbox").into());
        }
        tx.commit().await?;
        self.0.sandboxes.0.forget(name);
        self.find_sandbox(name).await
    }
}
