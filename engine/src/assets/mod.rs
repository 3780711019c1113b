//! Images that mails show: taken in, looked for, removed, and found by everybody who has their address.
//!
//! | file | does |
//! |---|---|
//! | [`keeper`] | where the bytes are: a folder, or a bucket of S3 |
//! | [`picture`] | is this an image, whole, and of a sensible size |
//! | [`removal`] | what shows an image stands in the way; the bytes stay a while |

mod folder;
mod keeper;
mod picture;
mod removal;
mod s3;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::asset::{ASSET_MAX_BYTES, ASSETS_MAX, Asset, AssetFile, described, name_of_file};
use domain::id::AssetId;
use domain::{Failure, Fault, Page, SandboxName};

use crate::ids::new_id;
use crate::keys::fingerprint;
use crate::recent::Recent;
use crate::store::assets::{self, StoredAsset};
use crate::{Engine, Result};
use keeper::Keeper;
pub use s3::Bucket;

/// Images of a page of the list.
pub const PAGE: usize = 60;
/// Images that were looked at lately are kept at hand: after a mail went out, everybody asks for the same few.
const AT_HAND: usize = 16;
const AT_HAND_FOR: Duration = Duration::from_mins(10);

/// Where images are kept, and how large they may be.
#[derive(Debug, Clone)]
pub struct Settings {
    pub place: Place,
    /// Of one image.
    pub max_bytes: usize,
}

/// Where the bytes of images are.
#[derive(Debug, Clone)]
pub enum Place {
    /// Made when it is needed. Several processes share it, or each finds only its own.
    Folder(PathBuf),
    S3(Bucket),
}

impl Settings {
    /// In a folder, with the usual limit.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { place: Place::Folder(folder), max_bytes: ASSET_MAX_BYTES }
    }
}

/// What images need.
pub(crate) struct Desk {
    keeper: Keeper,
    at_hand: Recent<(SandboxName, AssetFile), Bytes>,
}

impl Desk {
    pub(crate) fn new(settings: &Settings, outbound: &crate::outbound::Settings) -> Self {
        Self { keeper: Keeper::new(&settings.place, outbound), at_hand: Recent::new(AT_HAND, Some(AT_HAND_FOR)) }
    }
}

/// An image as somebody brings it.
#[derive(Debug, Clone, Default)]
pub struct NewAsset {
    /// Of its file; a path is cut.
    pub name: String,
    pub alt: String,
    pub bytes: Vec<u8>,
}

impl Engine {
    /// Most bytes of one image.
    pub fn asset_max_bytes(&self) -> usize {
        self.0.settings.assets.max_bytes
    }

    /// Where an image is found: an address, or only its path where this server has no public one.
    pub fn asset_url(&self, sandbox: &SandboxName, file: &AssetFile) -> String {
        format!("{}{}", self.0.settings.public_url, file.path(sandbox))
    }

    /// Takes in an image. The same bytes are stored once: whoever brings them again gets what is there. Invalid at `file`
    /// (`required`, `image_too_large`, `not_an_image`, `incomplete_image`, `too_many_pixels`), at `alt`, and `too_many_images`;
    /// `Unavailable` when it cannot be kept now.
    pub async fn add_asset(&self, sandbox: &SandboxName, new: NewAsset, by: &str) -> Result<Asset> {
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let picture = picture::look(&new.bytes, self.asset_max_bytes()).map_err(|fault| fault.under("file"))?;
        let (name, alt) =
            described(&name_of_file(&new.name), &new.alt).map_err(|faults| Failure::Invalid { faults })?;
        let file = AssetFile { sha256: fingerprint(&new.bytes), kind: picture.kind };
        if let Some(known) = self.known_asset(&sandbox, &file).await? {
            return Ok(known);
        }
        if assets::count(self.store(), &sandbox).await? >= ASSETS_MAX {
            let text = format!("A sandbox has {ASSETS_MAX} images at most. Remove some.");
            return Err(Failure::invalid("file", "too_many_images", text).into());
        }
        let now = self.now();
        let asset = Asset {
            id: new_id(now, AssetId::new),
            name,
            alt,
            media_type: picture.kind,
            bytes: new.bytes.len() as u64,
            width: picture.width,
            height: picture.height,
            sha256: file.sha256.clone(),
            url: String::new(),
            created_at: now,
            created_by: by.to_owned(),
        };
        // First the bytes: what stands in the list is there.
        self.0.assets.keeper.put(&sandbox, &file, new.bytes.into(), now).await?;
        let mut tx = self.store().begin().await?;
        assets::insert(&mut tx, &sandbox, &asset).await?;
        tx.commit().await?;
        // Somebody may have brought the same at the same time.
        Ok(self.known_asset(&sandbox, &file).await?.ok_or_else(being_removed)?)
    }

    /// The image with these bytes; one that was removed is put back.
    async fn known_asset(&self, sandbox: &SandboxName, file: &AssetFile) -> Result<Option<Asset>> {
        let Some(known) = assets::find_by_hash(self.store(), sandbox, &file.sha256).await? else { return Ok(None) };
        if known.removed_at.is_some() {
            return self.put_back_asset(sandbox, &known.asset.id).await.map(Some);
        }
        Ok(Some(self.told(sandbox, known)))
    }

    /// The newest first; `name`: a part of it. Invalid `bad_id` at `cursor`.
    pub async fn list_assets(
        &self,
        sandbox: &SandboxName,
        name: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Asset>> {
        let after: Option<AssetId> =
            cursor.map(str::parse).transpose().map_err(|fault: Fault| fault.under("cursor"))?;
        let after = after.as_ref().map_or("", AssetId::as_str);
        let rows = assets::list(self.store(), sandbox, name, after, limit + 1).await?;
        let rows = rows.into_iter().map(|stored| self.told(sandbox, stored)).collect();
        Ok(Page::from_rows(rows, limit, |asset: &Asset| asset.id.to_string()))
    }

    /// `NotFound` `asset`.
    pub async fn find_asset(&self, sandbox: &SandboxName, id: &AssetId) -> Result<Asset> {
        let stored = assets::find(self.store(), sandbox, id).await?.filter(|stored| stored.removed_at.is_none());
        Ok(self.told(sandbox, stored.ok_or_else(missing)?))
    }

    /// Gives an image another name and alternative text. Mails keep what they say. Invalid at `name` and `alt`; `NotFound`
    /// `asset`.
    pub async fn describe_asset(&self, sandbox: &SandboxName, id: &AssetId, name: &str, alt: &str) -> Result<Asset> {
        let (name, alt) = described(name, alt).map_err(|faults| Failure::Invalid { faults })?;
        let mut tx = self.store().begin().await?;
        if !assets::describe(&mut tx, sandbox, id, &name, &alt).await? {
            return Err(missing().into());
        }
        tx.commit().await?;
        self.find_asset(sandbox, id).await
    }

    /// The bytes of an image, for everybody who has its address. `None`: there is no such image.
    pub async fn asset_bytes(&self, sandbox: &SandboxName, file: &AssetFile) -> Result<Option<Bytes>> {
        let desk = Arc::clone(&self.0);
        let load = async {
            // Names that somebody made up end here, and not at the bucket.
            let known = assets::find_by_hash(self.store(), sandbox, &file.sha256).await?;
            if known.is_none_or(|known| known.asset.file() != *file) {
                return Ok(None);
            }
            desk.assets.keeper.find(sandbox, file, self.asset_max_bytes(), self.now()).await
        };
        self.0.assets.at_hand.find_or(&(sandbox.clone(), file.clone()), self.now(), load).await
    }

    fn told(&self, sandbox: &SandboxName, stored: StoredAsset) -> Asset {
        let url = self.asset_url(sandbox, &stored.asset.file());
        Asset { url, ..stored.asset }
    }
}

fn missing() -> Failure {
    Failure::not_found("asset")
}

/// Its bytes are just going.
fn being_removed() -> Failure {
    Failure::Unavailable { retry_after_seconds: 60 }
}
