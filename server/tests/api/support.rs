//! A world for each test: a router on its own `SQLite` database, a clock that stands still, a client and a live campaign.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody as _, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use domain::SandboxName;
use domain::api_client::NewApiClient;
use engine::keys::SecretKey;
use engine::{Engine, ManualClock};
use serde_json::{Value, json};
use server::state::{AppState, Ending, Settings};
use tower::ServiceExt as _;

/// The clock of every test starts here.
pub const START: &str = "2026-12-01T09:00:00.000Z";

const CAMPAIGN: &str = "kind: channel-configuration
name: Shop
category: transactional
status: active
fromName: Shop
fromAddress: shop@example.com
transport:
  kind: capture
---
kind: campaign
name: Order confirmation
category: transactional
configuration: Shop
status: live
content:
  subject: 'Order {{ context.order.id }}'
  html: '<p>Thank you for order {{ context.order.id }}.</p>'
";

pub struct World {
    pub engine: Engine,
    pub clock: Arc<ManualClock>,
    pub client: NewApiClient,
    pub token: String,
    pub campaign: String,
    /// Ends the server when it is told to.
    pub switch: tokio::sync::watch::Sender<bool>,
    router: Router,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Settings { public_url: "http://hermod.test".into(), ..Settings::default() }).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::with_engine(settings, |_| {}).await
    }

    /// The same with other settings of the engine.
    pub async fn with_engine(settings: Settings, change: impl FnOnce(&mut engine::Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START.parse().unwrap()));
        let mut stored = engine::Settings::sqlite_in(folder.path(), SecretKey::random());
        change(&mut stored);
        let engine = Engine::open(stored, clock.clone()).await.unwrap();
        let client = engine.create_api_client(&dev(), "Shop backend", "test").await.unwrap();
        let token = engine.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap().token;
        let (switch, ending) = Ending::new();
        let router = server::router::router(AppState::new(engine.clone(), settings, ending));
        let world = Self { engine, clock, client, token, campaign: String::new(), switch, router, _folder: folder };
        let campaign = world.apply(CAMPAIGN).await;
        Self { campaign, ..world }
    }

    /// Applies a file and returns the id of its last document.
    pub async fn apply(&self, yaml: &str) -> String {
        self.engine.apply_file(Some(&dev()), yaml, "test").await.unwrap().pop().unwrap().id
    }

    /// A call with everything that the contract asks of an API client.
    pub fn client(&self, method: Method, path: &str) -> Call<'_> {
        self.anonymous(method, path)
            .header("authorization", &format!("Bearer {}", self.token))
            .header("x-api-key", self.client.client_id.as_str())
            .header("x-gw-ims-org-id", "shop")
            .header("x-sandbox-name", "dev")
    }

    /// A call without any header.
    pub fn anonymous(&self, method: Method, path: &str) -> Call<'_> {
        let (headers, body) = (HeaderMap::new(), Body::empty());
        Call { world: self, method, path: path.to_owned(), headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.client(Method::GET, path).send().await
    }

    pub async fn trigger(&self, call: &Value) -> Answer {
        self.trigger_text(call.to_string()).await
    }

    pub async fn trigger_text(&self, body: impl Into<Body>) -> Answer {
        self.post("/ajo/im/executions/unitary", body).await
    }

    pub async fn trigger_high_throughput(&self, call: &Value) -> Answer {
        self.post("/ajo/im/executions/highthroughput", call.to_string()).await
    }

    /// A call with a JSON body.
    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        let body = body.into();
        let bytes = body.size_hint().exact().unwrap().to_string();
        let call = self.client(Method::POST, path).header("content-length", &bytes);
        call.header("content-type", "application/json").body(body).send().await
    }

    /// A call for `people`, whose order is number 1.
    pub fn order(&self, request_id: &str, people: &[&str]) -> Value {
        let recipients: Vec<Value> = people.iter().map(|person| recipient(person)).collect();
        json!({ "requestId": request_id, "campaignId": self.campaign, "recipients": recipients })
    }
}

pub fn recipient(person: &str) -> Value {
    json!({
        "type": "external", "userId": person, "namespace": "email", "context": { "order": { "id": 1 } }
    })
}

pub fn dev() -> SandboxName {
    "dev".parse().unwrap()
}

/// A request that is being put together.
pub struct Call<'a> {
    world: &'a World,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Body,
}

impl Call<'_> {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    pub fn another(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(name, value.parse().unwrap());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub fn body(self, body: impl Into<Body>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// The answer, with a body that may never end.
    pub async fn open(self) -> axum::response::Response {
        let mut request = Request::builder().method(self.method).uri(self.path).body(self.body).unwrap();
        *request.headers_mut() = self.headers;
        self.world.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(self) -> Answer {
        let (head, body) = self.open().await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: head.status.as_u16(), headers: head.headers, text, json }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// `null` when the body is not JSON.
    pub json: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of an error, whose shape is checked on the way.
    #[track_caller]
    pub fn refusal(&self) -> (u16, &str) {
        let code = self.json["code"].as_str().unwrap_or_else(|| panic!("no error: {self:?}"));
        assert_eq!(self.json["type"], format!("urn:hermod:error:{code}"));
        assert_eq!(self.json["status"], self.status);
        // Those of the console and of the addresses of providers are no part of the API.
        let of_console = ["signed_out", "sandbox_not_found", "callback_forged"].contains(&code);
        assert!(of_console || server::api::docs::errors::is_listed(self.status, code), "{code} is in no table");
        assert!(self.json["title"].as_str().is_some_and(|title| !title.is_empty()));
        let context = self.json["report"]["additionalContext"].as_object().unwrap();
        assert!(context.values().all(Value::is_string));
        (self.status, code)
    }

    /// Path and code of the first fault.
    #[track_caller]
    pub fn fault(&self) -> (&str, &str) {
        let fault = &self.json["faults"][0];
        (fault["path"].as_str().unwrap(), fault["code"].as_str().unwrap())
    }
}

/// The path of a server function of the console, with the hash that ends it.
pub fn path_of(function: &str) -> &'static str {
    let mut paths = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path);
    let name =
        |path: &str| path.trim_start_matches("/api/").trim_end_matches(|sign: char| sign.is_ascii_digit()) == function;
    paths.find(|path| name(path)).unwrap_or_else(|| panic!("no server function {function}"))
}

/// Everybody on a list has agreed to marketing.
pub fn opted_in() -> engine::audiences::ImportRules<'static> {
    engine::audiences::ImportRules { opted_in: Some("Newsletter form"), ..Default::default() }
}
