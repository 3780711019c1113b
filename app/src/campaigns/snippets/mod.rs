//! Calls that work when pasted: what the trigger page shows, one file per language.

mod curl;
mod javascript;
mod literal;
mod python;

use domain::campaign::CampaignVersion;
use domain::channel_configuration::{Category, Channel};
use domain::content::{Content, PushKind};
use domain::execution::{AudienceRequest, ChannelData, ExecutionRequest, Recipient, RecipientKind};
use domain::id::ExecutionKind;
use domain::push_token::{PushPlatform, PushToken};
use serde::Serialize;
use serde_json::{Map, Value};

use super::calls::Contract;

/// Languages of the example, in the order of their tabs. The word is the value of `?tab=`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Curl,
    JavaScript,
    Python,
}

impl Language {
    /// Every language, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Curl, Self::JavaScript, Self::Python];

    /// The word in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::JavaScript => "javascript",
            Self::Python => "python",
        }
    }

    /// The name people know it by; the same in every console language.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Curl => "cURL",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
        }
    }

    /// The language with this word; cURL when there is none.
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|language| language.as_str() == word).unwrap_or_default()
    }
}

/// What a ready call is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleCall {
    /// Scheme, host and port without a slash at the end: `https://hermod.example.com`.
    pub origin: String,
    pub sandbox: String,
    pub campaign_id: String,
    /// The door of the campaign.
    pub door: ExecutionKind,
    pub channel: Channel,
    /// Of a notification to a device that the call names: whose it is. `None`: it goes to those that are registered.
    pub platform: Option<PushPlatform>,
    /// What the userId of a recipient is.
    pub namespace: String,
    /// Values for `context.*`: the author's examples, otherwise from the content's own sample.
    pub context: Map<String, Value>,
    /// Values for `profile.*`.
    pub profile: Map<String, Value>,
}

/// What the example sends, as its door takes it.
#[derive(Serialize)]
#[serde(untagged)]
enum Body {
    Recipients(ExecutionRequest),
    Audience(AudienceRequest),
}

/// Sent as `x-gw-ims-org-id`, which calls must carry and which may be anything.
const ORGANISATION: &str = "hermod";
/// Stands in the body until each language puts its own expression there.
const REQUEST_ID: &str = "@request-id@";
/// The recipient of the example; `.example.com` can never be somebody.
const RECIPIENT: &str = "ann@example.com";
/// Nobody's either: kept for fiction.
const NUMBER: &str = "+12025550123";
/// No device has it.
const TOKEN: &str = "token-of-the-device";

impl ExampleCall {
    /// A call of this version with the values that it could be given; `platform`: of the devices that its configuration
    /// sends to.
    pub fn of(
        version: &CampaignVersion,
        contract: &Contract,
        category: Category,
        platform: Option<PushPlatform>,
        sandbox: &str,
        origin: &str,
    ) -> Self {
        Self {
            origin: origin.to_owned(),
            sandbox: sandbox.to_owned(),
            campaign_id: version.campaign_id.to_string(),
            door: version.definition.door(category),
            channel: version.definition.content.channel(),
            platform: platform_of(&version.definition.content, platform),
            namespace: version.definition.namespace.clone(),
            context: contract.context.clone(),
            profile: contract.profile.clone(),
        }
    }

    /// The example in one language, ending in a new line.
    pub fn in_language(&self, language: Language) -> String {
        match language {
            Language::Curl => curl::write(self),
            Language::JavaScript => javascript::write(self),
            Language::Python => python::write(self),
        }
    }

    /// An audience brings its own people; its `context` is the same for all of them.
    fn body(&self) -> Body {
        let given = |values: &Map<String, Value>| (!values.is_empty()).then(|| values.clone());
        let (request_id, campaign_id) = (REQUEST_ID.to_owned(), self.campaign_id.clone());
        let context = given(&self.context);
        if self.door == ExecutionKind::Audience {
            let request_id = Some(request_id);
            return Body::Audience(AudienceRequest {
                request_id,
                campaign_id,
                audience: None,
                context,
                schedule: None,
                recipients: None,
            });
        }
        let by_number = self.channel == Channel::Mobile && self.namespace == Channel::Mobile.namespace();
        let recipient = Recipient {
            kind: RecipientKind::External,
            user_id: if by_number { NUMBER } else { RECIPIENT }.to_owned(),
            namespace: if by_number { "phone" } else { "email" }.to_owned(),
            channel_data: self.channel_data(by_number),
            profile: given(&self.profile),
            context,
            attachments: Vec::new(),
        };
        Body::Recipients(ExecutionRequest {
            request_id,
            campaign_id,
            recipients: vec![recipient],
            attachments: Vec::new(),
        })
    }

    /// Where the message goes, when the userId does not say it. For a notification it may be left out.
    fn channel_data(&self, by_number: bool) -> Option<ChannelData> {
        match self.channel {
            Channel::Email => None,
            Channel::Mobile => (!by_number)
                .then(|| ChannelData { mobile_phone_number: Some(NUMBER.to_owned()), ..ChannelData::default() }),
            Channel::Push => self.platform.map(|platform| {
                let token = PushToken { platform, token: TOKEN.to_owned() };
                ChannelData { push_token: Some(token), ..ChannelData::default() }
            }),
        }
    }

    fn token_url(&self) -> String {
        format!("{}/ims/token/v3", self.origin)
    }

    fn trigger_url(&self) -> String {
        format!("{}{}", self.origin, self.door.endpoint())
    }
}

/// Live activities are Apple's. The subscription of a browser can only be one that a browser gave: it is registered.
fn platform_of(content: &Content, reached: Option<PushPlatform>) -> Option<PushPlatform> {
    match (content, reached) {
        (Content::Push(push), _) if push.kind == PushKind::LiveActivity => Some(PushPlatform::Apns),
        (_, Some(PushPlatform::Web)) => None,
        (_, reached) => Some(reached.unwrap_or(PushPlatform::Fcm)),
    }
}

/// The body with an expression in the place of its request id: the first field of every call. What is found later stands in
/// a value of the author's, and stays.
fn with_request_id(body: &str, placeholder: &str, expression: &str) -> String {
    body.replacen(placeholder, expression, 1)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn call() -> ExampleCall {
        let Value::Object(context) = serde_json::json!({"order": {"id": "it's \"7\" $HOME `x` \\n", "paid": true}})
        else {
            unreachable!("an object was written")
        };
        ExampleCall {
            origin: "http://127.0.0.1:3000".into(),
            sandbox: "dev".into(),
            campaign_id: "cmp_01k".into(),
            door: ExecutionKind::Unitary,
            channel: Channel::Email,
            platform: Some(PushPlatform::Fcm),
            namespace: "email".into(),
            context,
            profile: Map::new(),
        }
    }

    #[test]
    fn the_body_holds_every_value_and_no_empty_profile() {
        let body = serde_json::to_value(call().body()).unwrap();
        assert_eq!(body["recipients"][0]["context"]["order"]["paid"], true);
        assert!(body["recipients"][0].get("profile").is_none());
    }

    #[test]
    fn the_recipient_is_named_as_its_channel_needs_it() {
        let recipient = |channel: Channel, namespace: &str| {
            let call = ExampleCall { channel, namespace: namespace.into(), ..call() };
            serde_json::to_value(call.body()).unwrap()["recipients"][0].clone()
        };
        let email = recipient(Channel::Email, "email");
        assert!(email["userId"] == RECIPIENT && email.get("channelData").is_none(), "{email}");
        let phone = recipient(Channel::Mobile, "phone");
        assert!(phone["userId"] == NUMBER && phone["namespace"] == "phone", "{phone}");
        let known_by_mail = recipient(Channel::Mobile, "email");
        assert_eq!(known_by_mail["channelData"], serde_json::json!({"mobilePhoneNumber": NUMBER}));
        let push = recipient(Channel::Push, "email");
        assert_eq!(push["channelData"]["pushToken"], serde_json::json!({"platform": "fcm", "token": TOKEN}));
    }

    #[test]
    fn a_notification_goes_to_devices_that_its_configuration_sends_to() {
        let content = Content::empty(Channel::Push);
        assert_eq!(platform_of(&content, None), Some(PushPlatform::Fcm));
        assert_eq!(platform_of(&content, Some(PushPlatform::Apns)), Some(PushPlatform::Apns));
        let platform = platform_of(&content, Some(PushPlatform::Web));
        let to_browsers = ExampleCall { channel: Channel::Push, platform, ..call() };
        let body = serde_json::to_value(to_browsers.body()).unwrap();
        assert!(body["recipients"][0].get("channelData").is_none(), "{body}");
    }

    #[test]
    fn a_call_goes_to_the_door_of_its_campaign() {
        let fast = ExampleCall { door: ExecutionKind::HighThroughput, ..call() };
        assert!(fast.in_language(Language::Curl).contains("/ajo/im/executions/highthroughput"));
        let news = ExampleCall { door: ExecutionKind::Audience, ..call() };
        assert!(news.trigger_url().ends_with("/ajo/im/executions/audience"));
        let body = serde_json::to_value(news.body()).unwrap();
        assert!(body.get("recipients").is_none() && body["context"]["order"]["paid"] == true, "{body}");
    }

    #[test]
    fn an_example_that_looks_like_the_request_id_stays_a_value() {
        let Value::Object(context) = serde_json::json!({"k\"@request-id@": "v", "x": "say \"@request-id@\""}) else {
            unreachable!("an object was written")
        };
        for door in [ExecutionKind::Unitary, ExecutionKind::Audience] {
            let call = ExampleCall { door, context: context.clone(), ..call() };
            for language in Language::ALL {
                let text = call.in_language(language);
                assert_eq!(text.matches(REQUEST_ID).count(), 2, "{text}");
                assert!(text.contains(r#""k\"@request-id@": "v""#), "{text}");
            }
        }
    }

    #[test]
    fn an_unknown_tab_is_the_first_one() {
        assert_eq!(Language::of_word("python"), Language::Python);
        assert_eq!(Language::of_word("cobol"), Language::Curl);
    }
}
