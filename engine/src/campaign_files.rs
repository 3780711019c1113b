//! Campaigns as files: `hermod apply`. The same validation as the wizard; applying twice changes nothing.
use domain::SandboxName;
use crate::{Engine, Result};
/// What happened to one document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied { pub kind: &'static str, pub name: String, pub id: String, pub change: Change }
/// Created, updated, activated as version N, or nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change { Created, Updated, Activated { version: i64 }, Unchanged }
/// A fault with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault { pub line: usize, pub path: String, pub text: String }
/// Why a file was not applied: all faults, in order of lines.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("{} faults", .0.len())] Faults(Vec<FileFault>),
    #[error(transparent)] Engine(#[from] crate::Error),
}
impl Engine {
    /// Applies one YAML text (several documents allowed). `sandbox` is used where a document names none.
    pub async fn apply_file(&self, sandbox: Option<&SandboxName>, yaml: &str, by: &str) -> Result<Vec<Applied>, ApplyError> { todo!() }
}
