//! Server functions of images. An image itself comes by a form, see `console::assets`.

use domain::Page;
use domain::asset::Asset;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A page of images, the newest first; `search`: a part of the name.
#[server]
pub async fn list_assets(sandbox: String, search: String, cursor: String) -> Answer<Page<Asset>> {
    answer(server::list(sandbox, search, cursor).await)
}

/// Gives an image another name and alternative text. Gives back the name.
#[server]
pub async fn describe_asset(sandbox: String, asset: String, name: String, alt: String) -> Answer<String> {
    answer(server::describe(sandbox, asset, name, alt).await)
}

/// Takes an image out of the library. Gives it back, so that it can be put back.
#[server]
pub async fn remove_asset(sandbox: String, asset: String) -> Answer<Asset> {
    answer(server::remove(sandbox, asset).await)
}

/// Undoes that.
#[server]
pub async fn put_back_asset(sandbox: String, asset: String) -> Answer<()> {
    answer(server::put_back(sandbox, asset).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::asset::Asset;
    use domain::id::AssetId;
    use domain::{Failure, Page};
    use engine::Result;
    use engine::assets::PAGE;

    use crate::session::caller;

    pub async fn list(sandbox: String, search: String, cursor: String) -> Result<Page<Asset>> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let cursor = Some(cursor.as_str()).filter(|cursor| !cursor.is_empty());
        caller.engine.list_assets(&sandbox, &search, cursor, PAGE).await
    }

    pub async fn describe(sandbox: String, asset: String, name: String, alt: String) -> Result<String> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        Ok(caller.engine.describe_asset(&sandbox, &asset_id(&asset)?, &name, &alt).await?.name)
    }

    pub async fn remove(sandbox: String, asset: String) -> Result<Asset> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.remove_asset(&sandbox, &asset_id(&asset)?).await
    }

    pub async fn put_back(sandbox: String, asset: String) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.put_back_asset(&sandbox, &asset_id(&asset)?).await.map(drop)
    }

    fn asset_id(text: &str) -> Result<AssetId> {
        Ok(text.parse().map_err(|_| Failure::not_found("asset"))?)
    }
}
