//! Server functions of registered devices.

use domain::Page;
use domain::device::Device;
use domain::push_token::PushPlatform;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// The newest first; of one person, when there is a `user`.
#[server]
pub async fn list_devices(sandbox: String, user: String, cursor: String) -> Answer<Page<Device>> {
    answer(server::list(sandbox, user, cursor).await)
}

/// The device takes no more. Gives it back, so that it can be put back.
#[server]
pub async fn remove_device(sandbox: String, platform: PushPlatform, token: String) -> Answer<Device> {
    answer(server::remove(sandbox, platform, token).await)
}

/// Undoes that. `device`: what was given back, as JSON.
#[server]
pub async fn put_back_device(sandbox: String, device: String) -> Answer<()> {
    answer(server::put_back(sandbox, device).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::device::Device;
    use domain::push_token::{PushPlatform, PushToken};
    use domain::{Failure, Page};
    use engine::Result;

    use crate::session::caller;

    /// Devices of a page.
    const PAGE: usize = 50;

    pub async fn list(sandbox: String, user: String, cursor: String) -> Result<Page<Device>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let mut devices = caller.engine.list_devices(&sandbox, &user, Some(&cursor), PAGE).await?;
        if !caller.sees_tokens() {
            devices.rows.iter_mut().for_each(Device::shorten_token);
        }
        Ok(devices)
    }

    pub async fn remove(sandbox: String, platform: PushPlatform, token: String) -> Result<Device> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.remove_device(&sandbox, &PushToken { platform, token }).await
    }

    pub async fn put_back(sandbox: String, device: String) -> Result<()> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let device = serde_json::from_str(&device).map_err(|_| Failure::not_found("device"))?;
        caller.engine.put_back_device(&sandbox, device).await
    }
}
