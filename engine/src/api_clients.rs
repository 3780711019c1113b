//! API clients, their access tokens, and the callers they become.
use domain::{SandboxName, Timestamp, api_client::{ApiClient, NewApiClient}, id::ApiClientId};
use crate::{Engine, Result};
/// Clients seen lately, so that a call does not cost a query.
#[derive(Default)]
pub(crate) struct CallerCache;
/// Proof that an API call may act in a sandbox. Made only by [`Engine::authenticate`].
#[derive(Debug, Clone)]
pub struct ApiCaller { pub(crate) client_id: ApiClientId, pub(crate) name: String, pub(crate) sandbox: SandboxName }
impl ApiCaller {
    pub fn client_id(&self) -> &ApiClientId { &self.client_id }
    pub fn name(&self) -> &str { &self.name }
    pub fn sandbox(&self) -> &SandboxName { &self.sandbox }
}
/// Answer of the token endpoint.
#[derive(Debug, Clone)]
pub struct AccessToken { pub token: String, pub expires_in_seconds: u64 }
impl Engine {
    pub async fn create_api_client(&self, sandbox: &SandboxName, name: &str, by: &str) -> Result<NewApiClient> { todo!() }
    pub async fn list_api_clients(&self, sandbox: &SandboxName) -> Result<Vec<ApiClient>> { todo!() }
    /// Its tokens stop working at once.
    pub async fn revoke_api_client(&self, sandbox: &SandboxName, id: &ApiClientId) -> Result<()> { todo!() }
    /// Client credentials → signed token (compact JWT, HS256). Failure: Unauthenticated `bad_client`.
    pub async fn issue_token(&self, client_id: &str, client_secret: &str) -> Result<AccessToken> { todo!() }
    /// `token` from `Authorization`, `api_key` from `x-api-key`, `sandbox` from `x-sandbox-name` (health: `None`).
    /// Failures: Unauthenticated `missing_token` | `bad_token` | `expired_token` | `wrong_api_key` | `revoked_client`; NotPermitted for another sandbox → Unauthenticated `wrong_sandbox`.
    pub async fn authenticate(&self, token: &str, api_key: &str, sandbox: Option<&str>) -> Result<ApiCaller> { todo!() }
}
#[allow(unused)] type _T = Timestamp;
