//! Images are removed when nothing shows them any more. Their bytes stay a while: mails that went out show them, and a person
//! may want them back.

use std::time::Duration;

use domain::asset::{Asset, AssetUse};
use domain::id::AssetId;
use domain::{Failure, SandboxName, Timestamp};

use super::{being_removed, missing};
use crate::store::assets::{self, StoredAsset};
use crate::{Engine, Result};

/// How long the bytes of an image that was removed are kept.
pub const KEPT_FOR: Duration = Duration::from_hours(24 * 30);
/// Of what shows an image, so much is told.
const USES_TOLD: i64 = 5;

impl Engine {
    /// What shows an image: campaigns as they are written or live, templates and fragments; some of each. `NotFound` `asset`.
    pub async fn asset_uses(&self, sandbox: &SandboxName, id: &AssetId) -> Result<Vec<AssetUse>> {
        let asset = self.find_asset(sandbox, id).await?;
        assets::uses(self.store(), sandbox, &asset.sha256, USES_TOLD).await
    }

    /// Takes an image out of the list; it can be put back for a while. Conflict `asset_in_use`, `NotFound` `asset`.
    pub async fn remove_asset(&self, sandbox: &SandboxName, id: &AssetId) -> Result<Asset> {
        let asset = self.find_asset(sandbox, id).await?;
        let uses = assets::uses(self.store(), sandbox, &asset.sha256, USES_TOLD).await?;
        if !uses.is_empty() {
            let names: Vec<String> = uses.into_iter().map(|it| format!("{} “{}”", it.kind, it.name)).collect();
            let text = format!("This image is shown by: {}. Take it out there first.", names.join(", "));
            return Err(Failure::conflict("asset_in_use", text).into());
        }
        let mut tx = self.store().begin().await?;
        if !assets::remove(&mut tx, sandbox, id, self.now()).await? {
            return Err(missing().into());
        }
        tx.commit().await?;
        Ok(asset)
    }

    /// Undoes that. `NotFound` `asset`; `Unavailable` while its bytes are being removed.
    pub async fn put_back_asset(&self, sandbox: &SandboxName, id: &AssetId) -> Result<Asset> {
        let stored = assets::find(self.store(), sandbox, id).await?.ok_or_else(missing)?;
        if stored.removed_at.is_some() {
            let mut tx = self.store().begin().await?;
            if !assets::put_back(&mut tx, sandbox, id).await? {
                return Err(being_removed().into());
            }
            tx.commit().await?;
        }
        self.find_asset(sandbox, id).await
    }

    /// Removes the bytes of images that were removed long ago; how many were there? One that cannot be removed now is left
    /// for the next time.
    pub(crate) async fn forget_assets(&self) -> Result<u64> {
        let end = self.now().minus(KEPT_FOR);
        let mut forgotten = 0;
        for stored in assets::forgotten(self.store(), end).await? {
            match self.forget_asset(&stored, end).await {
                Ok(gone) => forgotten += u64::from(gone),
                Err(error) => tracing::error!(%error, asset = %stored.asset.id, "an image cannot be removed"),
            }
        }
        Ok(forgotten)
    }

    /// Is it gone? Something may show it again.
    async fn forget_asset(&self, stored: &StoredAsset, end: Timestamp) -> Result<bool> {
        let id = &stored.asset.id;
        let is_shown = !assets::uses(self.store(), &stored.sandbox, &stored.asset.sha256, 1).await?.is_empty();
        let mut tx = self.store().begin().await?;
        let goes = if is_shown && assets::put_back(&mut tx, &stored.sandbox, id).await? {
            false
        } else {
            assets::claim(&mut tx, id, end).await?
        };
        tx.commit().await?;
        if !goes {
            return Ok(false);
        }
        self.0.assets.keeper.remove(&stored.sandbox, &stored.asset.file(), self.now()).await?;
        let mut tx = self.store().begin().await?;
        assets::forget(&mut tx, id).await?;
        tx.commit().await?;
        Ok(true)
    }
}
