//! Where the bytes of images are.

use bytes::Bytes;
use domain::asset::AssetFile;
use domain::{SandboxName, Timestamp};

use super::Place;
use super::folder::Folder;
use super::s3::S3;
use crate::Result;

/// A folder, or a bucket. Both keep an image as `<sandbox>/<hash>.<ending>`.
pub(super) enum Keeper {
    Folder(Folder),
    S3(Box<S3>),
}

impl Keeper {
    pub(super) fn new(place: &Place, outbound: &crate::outbound::Settings) -> Self {
        match place {
            Place::Folder(folder) => Self::Folder(Folder::new(folder.clone())),
            Place::S3(bucket) => Self::S3(Box::new(S3::new(bucket.clone(), outbound))),
        }
    }

    /// Keeps an image; one that is there stays the same, since its name says what is in it.
    pub(super) async fn put(
        &self,
        sandbox: &SandboxName,
        file: &AssetFile,
        bytes: Bytes,
        now: Timestamp,
    ) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.put(sandbox, file, bytes).await,
            Self::S3(s3) => s3.put(sandbox, file, bytes, now).await,
        }
    }

    /// `None`: there is none. `most`: bytes of an image, at most.
    pub(super) async fn find(
        &self,
        sandbox: &SandboxName,
        file: &AssetFile,
        most: usize,
        now: Timestamp,
    ) -> Result<Option<Bytes>> {
        match self {
            Self::Folder(folder) => folder.find(sandbox, file).await,
            Self::S3(s3) => s3.find(sandbox, file, most, now).await,
        }
    }

    /// Harmless when there is none.
    pub(super) async fn remove(&self, sandbox: &SandboxName, file: &AssetFile, now: Timestamp) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.remove(sandbox, file).await,
            Self::S3(s3) => s3.remove(sandbox, file, now).await,
        }
    }
}
