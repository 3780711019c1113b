//! API clients: the outside systems that trigger campaigns.

mod calls;
mod list;
mod new_client;
mod page;

pub use calls::{CreateApiClient, RevokeApiClient, list_api_clients};
pub use page::ApiClientsPage;
