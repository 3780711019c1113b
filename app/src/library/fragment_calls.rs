//! Server functions of fragments.

use domain::library::{Fragment, Line};
use leptos::prelude::*;

use super::fragment_form::FragmentForm;
use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Those that were changed last, first.
#[server]
pub async fn list_fragments(sandbox: String) -> Answer<Vec<Line>> {
    answer(server::list(sandbox).await)
}

/// A fragment for its form.
#[server]
pub async fn open_fragment(sandbox: String, fragment: String) -> Answer<Fragment> {
    answer(server::open(sandbox, fragment).await)
}

/// A new fragment, as a draft. Gives back its name.
#[server]
pub async fn create_fragment(sandbox: String, form: FragmentForm) -> Answer<String> {
    answer(server::create(sandbox, form).await)
}

/// What a fragment says from now on; contents get that once it is published. Gives it back.
#[server]
pub async fn save_fragment(sandbox: String, fragment: String, revision: i64, form: FragmentForm) -> Answer<Fragment> {
    answer(server::save(sandbox, fragment, revision, form).await)
}

/// Contents get what the fragment says; or it is told why not. Gives it back.
#[server]
pub async fn publish_fragment(sandbox: String, fragment: String) -> Answer<Fragment> {
    answer(server::publish(sandbox, fragment).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::id::FragmentId;
    use domain::library::{Fragment, Line, SHELF_MAX};
    use engine::library::LibraryQuery;
    use engine::{Error, Result};

    use super::FragmentForm;
    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<Line>> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        Ok(caller.engine.list_fragments(&sandbox, &LibraryQuery::newest(SHELF_MAX)).await?.rows)
    }

    pub async fn open(sandbox: String, fragment: String) -> Result<Fragment> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.find_fragment(&sandbox, &known(&fragment)?).await
    }

    pub async fn create(sandbox: String, form: FragmentForm) -> Result<String> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let new = form.new_fragment()?;
        let made = caller.engine.create_fragment(&sandbox, new, caller.name()).await.map_err(of_form)?;
        Ok(made.what.about.name)
    }

    pub async fn save(sandbox: String, fragment: String, revision: i64, form: FragmentForm) -> Result<Fragment> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id = known(&fragment)?;
        let before = caller.engine.find_fragment(&sandbox, &id).await?.what;
        let new = form.put_into(before)?;
        caller.engine.replace_fragment(&sandbox, &id, revision, new, caller.name()).await.map_err(of_form)
    }

    pub async fn publish(sandbox: String, fragment: String) -> Result<Fragment> {
        let caller = caller(Permission::PublishCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.publish_fragment(&sandbox, &known(&fragment)?, caller.name()).await
    }

    fn known(id: &str) -> Result<FragmentId> {
        Ok(id.parse().map_err(|_| Failure::not_found("fragment"))?)
    }

    /// Faults stand at the fields of the form.
    fn of_form(error: Error) -> Error {
        match error {
            Error::Failure(Failure::Invalid { mut faults }) => {
                for fault in &mut faults.0 {
                    if fault.path.starts_with("fragment.") {
                        "text".clone_into(&mut fault.path);
                    }
                    *fault = fault.clone().under("form");
                }
                Failure::Invalid { faults }.into()
            }
            other => other,
        }
    }
}
