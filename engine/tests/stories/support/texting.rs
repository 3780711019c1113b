//! A mobile configuration at a provider that answers as a test tells it, and what people write over it.

use base64::Engine as _;
use domain::id::{CampaignId, ChannelConfigurationId};
use domain::message::MessageDetail;
use domain::sandbox::SandboxMode;
use engine::Engine;
use engine::providers::{Callback, Refusal};
use http::{HeaderMap, Method};
use ring::hmac;
use serde_json::{Value, json};

use super::provider::Provider;
use super::shop::{ANN, Shop, caller};
use super::{World, dev};

pub const KIM: &str = "+821012345678";
pub const SENT: (u16, &str) = (201, r#"{"sid": "SM1", "status": "queued"}"#);

/// A live campaign over a configuration, as a file says both.
pub async fn shop(world: &World, channel: &str, transport: &str, content: &str) -> (Shop, ChannelConfigurationId) {
    let sender = if channel == "mobile" { "fromNumber: '+15005550006'\ndefaultRegion: KR\n" } else { "" };
    let yaml = format!(
        "kind: channel-configuration\nname: Codes\nchannel: {channel}\ncategory: transactional\nstatus: active\n{sender}\
         transport: {transport}\n---\nkind: campaign\nname: Codes\nchannel: {channel}\ncategory: transactional\n\
         configuration: Codes\nstatus: live\ncontent: {content}\n"
    );
    apply(world, &yaml).await
}

/// A configuration and its campaign, in a sandbox that sends.
pub async fn apply(world: &World, yaml: &str) -> (Shop, ChannelConfigurationId) {
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap_or_else(|error| panic!("{error:?}"));
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let configuration = applied.first().unwrap().id.parse().unwrap();
    (Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }, configuration)
}

pub async fn texting(world: &World, provider: &Provider) -> (Shop, ChannelConfigurationId) {
    let transport = format!("{{ kind: twilio, accountSid: AC1, authToken: hunter2, baseUrl: '{}' }}", provider.url);
    shop(world, "mobile", &transport, "{ text: 'Your code is {{ context.code }}.' }").await
}

pub fn to_number(number: &str) -> Value {
    json!({"type": "external", "userId": number, "namespace": "phone", "context": {"code": 7}})
}

/// Triggers for these recipients, sends, and tells the story of the first.
pub async fn send(world: &World, shop: &Shop, request_id: &str, recipient: Value) -> MessageDetail {
    let accepted = shop.trigger(world, shop.request_with(request_id, vec![recipient])).await.unwrap();
    world.drain().await.unwrap();
    let messages = shop.messages(world, &accepted.execution_id).await;
    world.find_message(&shop.sandbox, &messages[0].id).await.unwrap()
}

/// As Twilio signs a form: the address, then names and values in order.
pub fn signature(url: &str, form: &[(&str, &str)]) -> String {
    let mut pairs = form.to_vec();
    pairs.sort_unstable();
    let text: String = pairs.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"hunter2");
    base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

/// What Twilio tells, signed so.
pub async fn hear(
    world: &Engine,
    configuration: &ChannelConfigurationId,
    query: &str,
    form: &[(&str, &str)],
    signed: bool,
) -> Result<(), Refusal> {
    let url = format!("{}{query}", world.callback_url(configuration).unwrap());
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    let signature = if signed { signature(&url, form) } else { signature("https://elsewhere.example.com", form) };
    headers.insert("x-twilio-signature", signature.parse().unwrap());
    let body = serde_urlencoded::to_string(form).unwrap();
    call_back(world, configuration, &url, headers, &body).await
}

/// What a provider posts to the address that is its configuration's, and the answer.
pub async fn call_back(
    world: &Engine,
    configuration: &ChannelConfigurationId,
    url: &str,
    headers: HeaderMap,
    body: &str,
) -> Result<(), Refusal> {
    let callback = Callback {
        method: &Method::POST,
        url,
        headers: &headers,
        body: body.as_bytes(),
        now: world.now(),
        certificate: None,
        default_region: "",
    };
    let heard = world.hear(configuration, callback).await.unwrap();
    world.finish_replies().await;
    heard
}

pub fn state(story: &MessageDetail) -> (&str, Option<&str>) {
    (story.message.state.as_str(), story.message.reason.as_deref())
}

/// What a person wrote, told by Twilio under this id.
pub async fn write(world: &Engine, configuration: &ChannelConfigurationId, id: &str, from: &str, text: &str) {
    let form = [("MessageSid", id), ("From", from), ("To", "+15005550006"), ("Body", text)];
    assert_eq!(hear(world, configuration, "", &form, true).await, Ok(()));
}
