//! Server function of files of profiles. A file itself comes by a plain form, see `console::profiles`.

use domain::profile_import::ProfileImport;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// The newest of a sandbox.
#[server]
pub async fn list_profile_imports(sandbox: String) -> Answer<Vec<ProfileImport>> {
    answer(server::list(sandbox).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::profile_import::ProfileImport;
    use engine::Result;

    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<ProfileImport>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_profile_imports(&sandbox).await
    }
}
