//! API clients: the outside systems that trigger campaigns.

mod calls;
mod limits;
mod list;
mod new_client;
mod page;

pub use calls::{CreateApiClient, RevokeApiClient, SetLimits, list_api_clients};
pub use page::ApiClientsPage;
