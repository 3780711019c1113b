//! Server functions of the allow list.

use domain::allow_list::{AllowList, Allowed};
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// The list of a sandbox, and whether it is active. `start`: how the address begins.
#[server]
pub async fn find_allow_list(sandbox: String, #[server(default)] start: String) -> Answer<AllowList> {
    answer(server::find(sandbox, start).await)
}

/// Switches it. Gives back what it is now.
#[server]
pub async fn set_allow_list_active(sandbox: String, active: bool) -> Answer<bool> {
    answer(server::set_active(sandbox, active).await)
}

/// Mails may go to this address or domain. Gives it back.
#[server]
pub async fn add_allowed(sandbox: String, entry: String, #[server(default)] comment: String) -> Answer<String> {
    answer(server::add(sandbox, entry, comment).await)
}

/// They may not any more. Gives the entry back, so that it can be put back.
#[server]
pub async fn remove_allowed(sandbox: String, address: String) -> Answer<Allowed> {
    answer(server::remove(sandbox, address).await)
}

/// Undoes that. `allowed`: what was given back, as JSON.
#[server]
pub async fn put_back_allowed(sandbox: String, allowed: String) -> Answer<()> {
    answer(server::put_back(sandbox, allowed).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::allow_list::{AllowList, Allowed};
    use domain::listed::Listed;
    use engine::Result;

    use super::super::entry::server::{new_entry, of_form};
    use crate::session::caller;

    pub async fn find(sandbox: String, start: String) -> Result<AllowList> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.find_allow_list(&sandbox, &start).await
    }

    pub async fn set_active(sandbox: String, active: bool) -> Result<bool> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.set_allow_list_active(&sandbox, active).await?;
        Ok(active)
    }

    pub async fn add(sandbox: String, entry: String, comment: String) -> Result<String> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let new = new_entry(&entry, comment, &caller.user.email)?;
        let name = new.listed.to_string();
        caller.engine.add_allowed(&sandbox, vec![new]).await.map_err(of_form)?;
        Ok(name)
    }

    pub async fn remove(sandbox: String, address: String) -> Result<Allowed> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let listed: Listed = address.parse().map_err(|_| Failure::not_found("allowed address"))?;
        caller.engine.remove_allowed(&sandbox, &listed).await
    }

    pub async fn put_back(sandbox: String, allowed: String) -> Result<()> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let allowed = serde_json::from_str(&allowed).map_err(|_| Failure::not_found("allowed address"))?;
        caller.engine.put_back_allowed(&sandbox, allowed).await
    }
}
