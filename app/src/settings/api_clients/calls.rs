//! Server functions of API clients.

use domain::api_client::{ApiClient, ClientLimitsDraft, NewApiClient};
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// All clients of a sandbox, revoked ones too.
#[server]
pub async fn list_api_clients(sandbox: String) -> Answer<Vec<ApiClient>> {
    answer(server::list(sandbox).await)
}

/// Creates a client. Its secret is in this answer and nowhere else.
#[server]
pub async fn create_api_client(sandbox: String, name: String) -> Answer<NewApiClient> {
    answer(server::create(sandbox, name).await)
}

/// Gives a client limits of its own; empty texts leave them to the settings.
#[server]
pub async fn set_limits(sandbox: String, client: String, #[server(default)] limits: ClientLimitsDraft) -> Answer<()> {
    answer(server::set_limits(sandbox, client, limits).await)
}

/// Ends a client's access for good.
#[server]
pub async fn revoke_api_client(sandbox: String, client: String) -> Answer<()> {
    answer(server::revoke(sandbox, client).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::api_client::{ApiClient, ClientLimitsDraft, NewApiClient};
    use domain::id::ApiClientId;
    use engine::{Error, Result};

    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<ApiClient>> {
        let caller = caller(Permission::ManageApiClients).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_api_clients(&sandbox).await
    }

    pub async fn create(sandbox: String, name: String) -> Result<NewApiClient> {
        let caller = caller(Permission::ManageApiClients).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.create_api_client(&sandbox, &name, caller.name()).await
    }

    pub async fn set_limits(sandbox: String, client: String, limits: ClientLimitsDraft) -> Result<()> {
        let caller = caller(Permission::ManageApiClients).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ApiClientId = client.parse().map_err(|_| Failure::not_found("API client"))?;
        let set = caller.engine.set_api_client_limits(&sandbox, &id, &limits).await;
        set.map_err(|error| match error {
            // The page has such fields for every client.
            Error::Failure(Failure::Invalid { mut faults }) => {
                faults.0.iter_mut().for_each(|fault| fault.path = format!("{}-{client}", fault.path));
                Error::Failure(Failure::Invalid { faults })
            }
            other => other,
        })
    }

    pub async fn revoke(sandbox: String, client: String) -> Result<()> {
        let caller = caller(Permission::ManageApiClients).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let client: ApiClientId = client.parse().map_err(|_| Failure::not_found("API client"))?;
        caller.engine.revoke_api_client(&sandbox, &client).await
    }
}
