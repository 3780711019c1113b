//! API clients, their access tokens, and the callers they become.

mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::address::required_line;
use domain::api_client::{ApiClient, ClientLimits, ClientLimitsDraft, NewApiClient};
use domain::id::ApiClientId;
use domain::{Failure, Fault, SandboxName, Timestamp};
use subtle::ConstantTimeEq;

use crate::clock::random_bytes;
use crate::ids::new_id;
use crate::keys::fingerprint;
use crate::recent::Recent;
use crate::store::api_clients;
use crate::{Engine, Result};

/// How long another process may still accept the token of a client that was revoked here.
const REMEMBERED_FOR: Duration = Duration::from_secs(5);
/// Uses are noted this often at most.
const USE_NOTED_EVERY: Duration = Duration::from_mins(1);

/// Clients seen lately, so that a call does not cost a query.
pub(crate) struct CallerCache(Recent<ApiClientId, Arc<KnownClient>>);

impl Default for CallerCache {
    fn default() -> Self {
        Self(Recent::new(10_000, Some(REMEMBERED_FOR)))
    }
}

struct KnownClient {
    client: ApiClient,
    /// When a use was last noted, in milliseconds.
    use_noted_at: AtomicI64,
}

/// Proof that an API call may act in a sandbox. Made only by [`Engine::authenticate`].
#[derive(Debug, Clone)]
pub struct ApiCaller {
    pub(crate) client_id: ApiClientId,
    pub(crate) name: String,
    pub(crate) sandbox: SandboxName,
    pub(crate) limits: ClientLimits,
}

impl ApiCaller {
    /// Which client calls.
    pub fn client_id(&self) -> &ApiClientId {
        &self.client_id
    }

    /// The client's name, as shown in the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the call acts.
    pub fn sandbox(&self) -> &SandboxName {
        &self.sandbox
    }
}

/// Answer of the token endpoint.
#[derive(Clone)]
pub struct AccessToken {
    pub token: String,
    pub expires_in_seconds: u64,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken").field("expires_in_seconds", &self.expires_in_seconds).finish_non_exhaustive()
    }
}

impl Engine {
    /// Creates an API client. The secret is in the answer and nowhere else: stored is its hash.
    pub async fn create_api_client(&self, sandbox: &SandboxName, name: &str, by: &str) -> Result<NewApiClient> {
        let name = required_line(name, 100).map_err(|fault: Fault| fault.under("name"))?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let secret = format!("hs_{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>()));
        let now = self.now();
        let client = ApiClient {
            id: new_id(now, ApiClientId::new),
            sandbox,
            name,
            created_at: now,
            created_by: by.to_owned(),
            last_used_at: None,
            revoked_at: None,
            limits: ClientLimits::default(),
        };
        let mut tx = self.store().begin().await?;
        api_clients::insert(&mut tx, &client, &fingerprint(secret.as_bytes())).await?;
        tx.commit().await?;
        Ok(NewApiClient { client_id: client.id, client_secret: secret })
    }

    /// All clients of a sandbox, newest first, revoked ones too.
    pub async fn list_api_clients(&self, sandbox: &SandboxName) -> Result<Vec<ApiClient>> {
        api_clients::list(self.store(), sandbox).await
    }

    /// Its tokens stop working at once in this process, within seconds in others. Harmless when done twice.
    pub async fn revoke_api_client(&self, sandbox: &SandboxName, id: &ApiClientId) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !api_clients::revoke(&mut tx, sandbox, id, self.now()).await? {
            return Err(Failure::not_found("API client").into());
        }
        tx.commit().await?;
        self.0.callers.0.forget(id);
        Ok(())
    }

    /// Gives a client limits of its own. They hold at once in this process, within seconds in others. Invalid at
    /// `requestsPerSecond` or `requestsPerDay`; `NotFound` also when the client is revoked.
    pub async fn set_api_client_limits(
        &self,
        sandbox: &SandboxName,
        id: &ApiClientId,
        limits: &ClientLimitsDraft,
    ) -> Result<()> {
        let limits = limits.check().map_err(|faults| Failure::Invalid { faults })?;
        let mut tx = self.store().begin().await?;
        if !api_clients::set_limits(&mut tx, sandbox, id, limits).await? {
            return Err(Failure::not_found("API client").into());
        }
        tx.commit().await?;
        self.0.callers.0.forget(id);
        Ok(())
    }

    /// Client credentials → signed token (compact JWT, HS256). Failure: Unauthenticated `bad_client`, the same for an
    /// unknown client, a wrong secret and a revoked client.
    pub async fn issue_token(&self, client_id: &str, client_secret: &str) -> Result<AccessToken> {
        let bad = || Failure::unauthenticated("bad_client", "client_id or client_secret is not right.");
        let id: ApiClientId = client_id.parse().map_err(|_| bad())?;
        self.0.health.check()?;
        let found = self.0.health.note(api_clients::find(self.store(), &id).await)?;
        let (client, stored) = found.ok_or_else(bad)?;
        let given = fingerprint(client_secret.as_bytes());
        if !bool::from(given.as_bytes().ct_eq(stored.as_bytes())) || client.revoked_at.is_some() {
            return Err(bad().into());
        }
        let lifetime = self.0.settings.token_lifetime_seconds;
        let iat = self.now().as_millis().div_euclid(1_000);
        let exp = iat.saturating_add_unsigned(lifetime);
        let claims = token::Claims { client_id: client.id, sandbox: client.sandbox, iat, exp };
        Ok(AccessToken { token: token::sign(&self.0.keys, &claims)?, expires_in_seconds: lifetime })
    }

    /// `token` from `Authorization`, `api_key` from `x-api-key`, `sandbox` from `x-sandbox-name` (health: `None`).
    /// Failures: Unauthenticated `missing_token` | `bad_token` | `expired_token` | `wrong_api_key` | `revoked_client` |
    /// `wrong_sandbox`.
    pub async fn authenticate(&self, token: &str, api_key: &str, sandbox: Option<&str>) -> Result<ApiCaller> {
        let refuse = |reason: &str, text: &str| Err(Failure::unauthenticated(reason, text).into());
        if token.is_empty() {
            return refuse("missing_token", "Send an access token: Authorization: Bearer <token>.");
        }
        let now = self.now();
        let claims = token::verify(&self.0.keys, token, now)?;
        if api_key != claims.client_id.as_str() {
            return refuse("wrong_api_key", "x-api-key must be the client_id that the access token was issued to.");
        }
        let known = self.known_client(&claims.client_id, now).await?;
        let Some(known) = known.filter(|known| known.client.revoked_at.is_none()) else {
            return refuse("revoked_client", "This API client was revoked.");
        };
        if sandbox.is_some_and(|sandbox| sandbox != known.client.sandbox.as_str()) {
            return refuse("wrong_sandbox", "x-sandbox-name must be the sandbox of the API client.");
        }
        self.note_use(&known, now);
        let client = &known.client;
        Ok(ApiCaller {
            client_id: client.id.clone(),
            name: client.name.clone(),
            sandbox: client.sandbox.clone(),
            limits: client.limits,
        })
    }

    async fn known_client(&self, id: &ApiClientId, now: Timestamp) -> Result<Option<Arc<KnownClient>>> {
        let load = async {
            let found = api_clients::find(self.store(), id).await?;
            Ok(found.map(|(client, _)| {
                let use_noted_at = client.last_used_at.map_or(i64::MIN, Timestamp::as_millis).into();
                Arc::new(KnownClient { client, use_noted_at })
            }))
        };
        self.0.health.note(self.0.callers.0.find_or(id, now, load).await)
    }

    /// Notes the use, once a minute and beside the call: nobody waits for it.
    fn note_use(&self, known: &KnownClient, now: Timestamp) {
        let noted = known.use_noted_at.load(Ordering::Relaxed);
        let every = i64::try_from(USE_NOTED_EVERY.as_millis()).unwrap_or(i64::MAX);
        let due = now.as_millis().saturating_sub(noted) >= every;
        let mine = due
            && known
                .use_noted_at
                .compare_exchange(noted, now.as_millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if !mine {
            return;
        }
        let (engine, id) = (self.clone(), known.client.id.clone());
        tokio::spawn(async move {
            if let Err(error) = engine.store_use(&id, now).await {
                tracing::warn!(client = %id, %error, "the use of an API client could not be noted");
            }
        });
    }

    async fn store_use(&self, id: &ApiClientId, now: Timestamp) -> Result<()> {
        let mut tx = self.store().begin().await?;
        api_clients::note_use(&mut tx, id, now).await?;
        tx.commit().await
    }
}
