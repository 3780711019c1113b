//! Server functions of what is known of attributes.

use domain::profile_schema::Attribute;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// All of a sandbox, in their order.
#[server]
pub async fn list_profile_attributes(sandbox: String) -> Answer<Vec<Attribute>> {
    answer(server::list(sandbox).await)
}

/// Adds one at the end. Gives its path.
#[server]
pub async fn add_profile_attribute(
    sandbox: String,
    path: String,
    kind: String,
    #[server(default)] label: String,
    #[server(default)] example: String,
) -> Answer<String> {
    answer(server::add(sandbox, path, kind, label, example).await)
}

/// Takes one out; what is stored under it stays. Gives its path.
#[server]
pub async fn remove_profile_attribute(sandbox: String, path: String) -> Answer<String> {
    answer(server::remove(sandbox, path).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::profile_schema::{Attribute, AttributeType};
    use domain::{Failure, Fault};
    use engine::{Error, Result};

    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<Attribute>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.profile_schema(&sandbox).await
    }

    pub async fn add(sandbox: String, path: String, kind: String, label: String, example: String) -> Result<String> {
        let caller = caller(Permission::ManageProfiles).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let kind: AttributeType = kind.parse().map_err(|fault: Fault| Failure::from(fault.under("kind")))?;
        let path = path.trim().to_owned();
        let mut attributes = caller.engine.profile_schema(&sandbox).await?;
        attributes.push(Attribute { path: path.clone(), kind, label, example });
        let set = caller.engine.set_profile_schema(&sandbox, &attributes, caller.name()).await;
        set.map_err(of_form)?;
        Ok(path)
    }

    pub async fn remove(sandbox: String, path: String) -> Result<String> {
        let caller = caller(Permission::ManageProfiles).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let mut attributes = caller.engine.profile_schema(&sandbox).await?;
        attributes.retain(|attribute| attribute.path != path);
        caller.engine.set_profile_schema(&sandbox, &attributes, caller.name()).await?;
        Ok(path)
    }

    /// The form is that of one attribute.
    fn of_form(error: Error) -> Error {
        let Error::Failure(Failure::Invalid { mut faults }) = error else { return error };
        for fault in &mut faults.0 {
            if let Some((_, field)) = fault.path.rsplit_once("].") {
                fault.path = field.to_owned();
            }
        }
        Failure::Invalid { faults }.into()
    }
}
