//! Campaigns as files: `hermod apply`. The same validation as the wizard; applying twice changes nothing.
//! `docs/campaign-files.md` shows the format.

mod apply;
mod attached;
mod check;
mod document;
mod rcs;
mod section;
mod shape;
mod variants;

use std::collections::BTreeMap;
use std::path::Path;

use domain::SandboxName;

use crate::{Engine, Result};
use document::Document;

/// Largest file in bytes.
pub const FILE_MAX_BYTES: usize = 10 * 1024 * 1024;

/// What happened to one document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// As in the file: `sandbox`, `channel-configuration` or `campaign`.
    pub kind: &'static str,
    pub name: String,
    pub id: String,
    pub change: Change,
}

/// Created, updated, activated as version N, or nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Created,
    Updated,
    Activated { version: i64 },
    Unchanged,
}

/// A fault with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// From 1.
    pub line: usize,
    /// Of the value in its document: `transport.port`. Empty: the whole.
    pub path: String,
    pub text: String,
}

/// Why a file was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// All faults, in the order of lines. Nothing was applied.
    #[error("{} faults", .0.len())]
    Faults(Vec<FileFault>),
    /// Something changed or broke meanwhile; documents before it may have been applied. Apply the file again.
    #[error(transparent)]
    Engine(#[from] crate::Error),
}

impl Engine {
    /// Applies one YAML text (several documents allowed). `sandbox` is used where a document names none. Answers in the
    /// order of the file.
    pub async fn apply_file(
        &self,
        sandbox: Option<&SandboxName>,
        yaml: &str,
        by: &str,
    ) -> Result<Vec<Applied>, ApplyError> {
        self.apply_file_in(sandbox, yaml, None, by).await
    }

    /// The same of a file that stands in a folder: what it attaches is read there. `None`: it can attach nothing.
    pub async fn apply_file_in(
        &self,
        sandbox: Option<&SandboxName>,
        yaml: &str,
        folder: Option<&Path>,
        by: &str,
    ) -> Result<Vec<Applied>, ApplyError> {
        let documents = document::read(yaml, sandbox, folder).map_err(|fault| ApplyError::Faults(vec![fault]))?;
        self.check_file(&documents).await?;
        let (documents, faults): (Vec<_>, Vec<_>) =
            documents.into_iter().map(|placed| (placed.document, placed.notes.into_faults())).unzip();
        let mut faults: Vec<FileFault> = faults.into_iter().flatten().collect();
        if !faults.is_empty() {
            faults.sort_by_key(|fault| fault.line);
            return Err(ApplyError::Faults(faults));
        }
        let mut order: Vec<(usize, &Document)> = documents.iter().enumerate().collect();
        // One may name another as its failover that only comes after it, or that names it in turn.
        let naming = documents.iter().enumerate().filter(|(_, document)| document.names_failover());
        order.extend(naming);
        order.sort_by_key(|(_, document)| rank(document));
        let mut applied = BTreeMap::<usize, Applied>::new();
        for (position, document) in order {
            let done = self.apply_document(document, by).await?;
            match applied.get_mut(&position) {
                Some(before) if before.change == Change::Unchanged => *before = done,
                Some(_) => {}
                None => drop(applied.insert(position, done)),
            }
        }
        Ok(applied.into_values().collect())
    }
}

/// What others need comes first.
fn rank(document: &Document) -> u8 {
    match document {
        Document::Sandbox { .. } | Document::Unknown => 0,
        Document::ChannelConfiguration(_) => 1,
        Document::Campaign(_) => 2,
    }
}
