//! API clients: the outside systems that trigger campaigns.

use serde::{Deserialize, Serialize};

use crate::id::ApiClientId;
use crate::{SandboxName, Timestamp};

/// An API client of one sandbox. The secret is shown once, when it is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiClient {
    pub id: ApiClientId,
    pub sandbox: SandboxName,
    pub name: String,
    pub created_at: Timestamp,
    pub created_by: String,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// Id and secret, the only time the secret is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiClient {
    pub client_id: ApiClientId,
    pub client_secret: String,
}
