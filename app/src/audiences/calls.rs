//! Server function of audiences.

use domain::audience::Audience;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Every audience of the sandbox, by name.
#[server]
pub async fn list_audiences(sandbox: String) -> Answer<Vec<Audience>> {
    answer(server::list(sandbox).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::audience::Audience;
    use engine::Result;

    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<Audience>> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_audiences(&sandbox).await
    }
}
