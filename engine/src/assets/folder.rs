//! Images in a folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use domain::asset::AssetFile;
use domain::{Failure, SandboxName};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::{Error, Result};

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Both parts hold letters, digits, hyphens and one dot: nothing leads out of the folder.
    fn place(&self, sandbox: &SandboxName, file: &AssetFile) -> PathBuf {
        self.0.join(sandbox.as_str()).join(file.to_string())
    }

    /// Written beside its place first, so that nobody ever finds half of it.
    pub(super) async fn put(&self, sandbox: &SandboxName, file: &AssetFile, bytes: Bytes) -> Result<()> {
        let place = self.place(sandbox, file);
        let beside = place.with_extension(format!("{}.part", crate::ids::reference()));
        let written = write(&beside, &place, &bytes).await;
        if written.is_err() {
            drop(fs::remove_file(&beside).await);
        }
        written.map_err(|error| not_kept(&place, &error))
    }

    pub(super) async fn find(&self, sandbox: &SandboxName, file: &AssetFile) -> Result<Option<Bytes>> {
        match fs::read(self.place(sandbox, file)).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::unexpected(format!("an image cannot be read: {error}"))),
        }
    }

    pub(super) async fn remove(&self, sandbox: &SandboxName, file: &AssetFile) -> Result<()> {
        match fs::remove_file(self.place(sandbox, file)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::unexpected(format!("an image cannot be removed: {error}")))
            }
            _ => Ok(()),
        }
    }
}

async fn write(beside: &Path, place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).await?;
    }
    let mut file = fs::File::create(beside).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    fs::rename(beside, place).await
}

/// A full disk is noticed by people of the installation, in the log.
fn not_kept(place: &Path, error: &std::io::Error) -> Error {
    tracing::error!(%error, place = %place.display(), "an image cannot be kept");
    Failure::Unavailable { retry_after_seconds: 60 }.into()
}
