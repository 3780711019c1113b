//! One delivering process on an embedded database.

use std::fs::{File, OpenOptions, TryLockError};

use domain::Failure;

use crate::{Engine, Error, Result};

/// Held as long as a process delivers; the system lets go of it when the process ends, however it ends.
pub(super) struct Alone {
    _file: Option<File>,
}

impl Engine {
    /// Conflict `already_running` when another process holds it. On a shared database everybody may deliver.
    pub(super) fn lock_delivery(&self) -> Result<Alone> {
        let Some(path) = self.0.settings.database_url.strip_prefix("sqlite:") else { return Ok(Alone { _file: None }) };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(format!("{path}.lock"));
        let file = file.map_err(Error::unexpected)?;
        match file.try_lock() {
            Ok(()) => Ok(Alone { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                let text = "Another process already delivers from this data folder. Stop it first.";
                Err(Failure::conflict("already_running", text).into())
            }
            Err(TryLockError::Error(error)) => Err(Error::unexpected(error)),
        }
    }
}
