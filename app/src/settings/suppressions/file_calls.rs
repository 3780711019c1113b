//! Server functions of files of addresses. A file itself comes by a plain form, see `console::suppressions`.

use domain::suppression_upload::{FailedRecord, SuppressionUpload};
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// The newest of a sandbox, and of one of them what cannot be entered. `upload`: its id, or empty.
#[server]
pub async fn list_uploads(
    sandbox: String,
    #[server(default)] upload: String,
) -> Answer<(Vec<SuppressionUpload>, Vec<FailedRecord>)> {
    answer(server::list(sandbox, upload).await)
}

/// Forgets a file; what it entered stays. Gives its id back.
#[server]
pub async fn remove_upload(sandbox: String, upload: String) -> Answer<String> {
    answer(server::remove(sandbox, upload).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::suppression_upload::{FailedRecord, SuppressionUpload};
    use engine::Result;

    use crate::session::caller;

    pub async fn list(sandbox: String, upload: String) -> Result<(Vec<SuppressionUpload>, Vec<FailedRecord>)> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let uploads = caller.engine.list_uploads(&sandbox).await?;
        // One that was removed meanwhile has nothing to show.
        let failed = match uploads.iter().find(|known| known.id == upload) {
            Some(known) => caller.engine.find_upload(&sandbox, &known.id).await?.1,
            None => Vec::new(),
        };
        Ok((uploads, failed))
    }

    pub async fn remove(sandbox: String, upload: String) -> Result<String> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let known = if upload.contains('\0') { "" } else { upload.as_str() };
        caller.engine.remove_upload(&sandbox, known).await?;
        Ok(upload)
    }
}
