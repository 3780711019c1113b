//! A shop that calls: a live campaign over a transport, and the API client that triggers it.

use domain::SandboxName;
use domain::campaign::CampaignDraft;
use domain::execution::ExecutionRequest;
use domain::id::{CampaignId, ExecutionId};
use domain::message::{LogFilter, Message, MessageDetail};
use domain::sandbox::SandboxMode;
use engine::api_clients::ApiCaller;
use engine::intake::Accepted;
use engine::{Engine, Result};
use serde_json::{Value, json};

use super::{World, audience, dev};

/// Who prepares everything.
pub const ANN: &str = "ann@example.com";

/// A live campaign that reads `context.order.id`, and a caller.
pub struct Shop {
    pub sandbox: SandboxName,
    pub campaign: CampaignId,
    pub caller: ApiCaller,
}

impl Shop {
    /// Transactional, in the sandbox `dev`, whose messages land in the capture inbox.
    pub async fn capturing(world: &World) -> Self {
        Self::open(world, "Orders", "transactional", "{ kind: capture }").await
    }

    /// Transactional, in the sandbox `dev`, which is live from now on; the relay listens at this port.
    pub async fn mailing(world: &World, port: u16) -> Self {
        Self::mailing_as(world, port, "Orders").await
    }

    /// Like [`Shop::mailing`], under this name.
    pub async fn mailing_as(world: &World, port: u16, name: &str) -> Self {
        world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
        Self::open(world, name, "transactional", &smtp(port)).await
    }

    async fn open(world: &World, name: &str, category: &str, transport: &str) -> Self {
        Self::with(world, &dev(), name, category, transport, "").await
    }

    /// A campaign with this content and, if wanted, a schedule; its name is also the configuration's.
    pub async fn with(
        world: &World,
        sandbox: &SandboxName,
        name: &str,
        category: &str,
        transport: &str,
        schedule: &str,
    ) -> Self {
        let audience = if category == "marketing" {
            if world.list_audiences(sandbox).await.unwrap().is_empty() {
                audience::import(world, sandbox, "Readers", &audience::people(1)).await;
            }
            "audience: { name: Readers }\n"
        } else {
            ""
        };
        let yaml = format!(
            "kind: channel-configuration\nname: {name}\ncategory: {category}\nstatus: active\nfromName: Shop\n\
             fromAddress: shop@example.com\ntransport: {transport}\n---\nkind: campaign\nname: {name}\n\
             category: {category}\nconfiguration: {name}\nstatus: live\n{audience}{schedule}content:\n\
             \x20 subject: 'Order {{{{ context.order.id }}}}'\n\x20 html: '<p>Order {{{{ context.order.id }}}}</p>'\n"
        );
        let applied = world.apply_file(Some(sandbox), &yaml, ANN).await.unwrap();
        let campaign = applied.last().unwrap().id.parse().unwrap();
        Self { sandbox: sandbox.clone(), campaign, caller: caller(world, sandbox).await }
    }

    /// Activates another version, which is called by the door of high throughput.
    pub async fn switch_to_high_throughput(&self, world: &World) {
        let before = world.find_campaign(&self.sandbox, &self.campaign).await.unwrap();
        let draft = CampaignDraft { high_throughput: true, ..before.draft };
        let revision = before.campaign.revision;
        let saved = world.save_draft(&self.sandbox, &self.campaign, revision, &draft, ANN).await.unwrap();
        world.publish_campaign(&self.sandbox, &self.campaign, saved.campaign.revision, ANN).await.unwrap();
    }

    /// A call for one order and these people.
    pub fn request(&self, request_id: &str, people: &[&str]) -> ExecutionRequest {
        let recipients: Vec<Value> =
            people.iter().map(|person| recipient(person, json!({"order": {"id": 7}}))).collect();
        self.request_with(request_id, recipients)
    }

    /// A call for these recipients.
    pub fn request_with(&self, request_id: &str, recipients: Vec<Value>) -> ExecutionRequest {
        let body = json!({"requestId": request_id, "campaignId": self.campaign, "recipients": recipients});
        serde_json::from_value(body).unwrap()
    }

    /// Triggers for one person and returns what was accepted.
    pub async fn order(&self, engine: &Engine, request_id: &str, person: &str) -> Accepted {
        self.trigger(engine, self.request(request_id, &[person])).await.unwrap()
    }

    pub async fn trigger(&self, engine: &Engine, request: ExecutionRequest) -> Result<Accepted> {
        engine.trigger_unitary(&self.caller, request).await
    }

    /// The messages of an execution, in the order of its recipients.
    pub async fn messages(&self, engine: &Engine, execution: &ExecutionId) -> Vec<Message> {
        let filter = LogFilter { execution_id: execution.to_string(), ..Default::default() };
        engine.list_messages(&self.sandbox, &filter, None, 200).await.unwrap().rows
    }

    /// The only message of an execution, with its story.
    pub async fn story(&self, engine: &Engine, execution: &ExecutionId) -> MessageDetail {
        let messages = self.messages(engine, execution).await;
        assert_eq!(messages.len(), 1);
        engine.find_message(&self.sandbox, &messages[0].id).await.unwrap()
    }
}

/// A relay at this port, one message after the other.
pub fn smtp(port: u16) -> String {
    format!("{{ kind: smtp, host: 127.0.0.1, port: {port}, security: none, maxConnections: 1 }}")
}

/// A new API client's caller.
pub async fn caller(world: &World, sandbox: &SandboxName) -> ApiCaller {
    let client = world.create_api_client(sandbox, "Web shop", ANN).await.unwrap();
    let token = world.issue_token(client.client_id.as_str(), &client.client_secret).await.unwrap();
    world.authenticate(&token.token, client.client_id.as_str(), Some(sandbox.as_str())).await.unwrap()
}

/// A recipient of a call, known by an email address.
pub fn recipient(person: &str, context: Value) -> Value {
    json!({"type": "external", "userId": person, "namespace": "email", "context": context})
}

/// Outcomes of the attempts of a message, oldest first.
pub fn outcomes(story: &MessageDetail) -> Vec<&'static str> {
    story.attempts.iter().map(|attempt| attempt.outcome.as_str()).collect()
}
