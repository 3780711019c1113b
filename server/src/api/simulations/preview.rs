//! What is answered of previews.

use domain::content::{MobileKind, PushKind, Rendered, RenderedMobile, RenderedPush};
use domain::id::CampaignId;
use domain::preview::{ContractChannel, PersonPreview};
use schemars::JsonSchema;
use serde::Serialize;

/// The contract's `CampaignPreviewResponseBody`.
#[derive(Serialize, JsonSchema)]
pub struct Previews {
    /// One for each person of the call, in its order, and for each variant of the campaign.
    previews: Vec<Preview>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Preview {
    /// The `userId` of the call.
    profile_id: String,
    /// `a/-/ko`: treatment, targeting rule and language. Without variants, `draft-7`: the draft as it was when it was saved for the seventh time. `version-2`: what is live.
    variant_id: String,
    /// A campaign has one message: the id of the campaign.
    message_id: String,
    channel: ContractChannel,
    #[serde(flatten)]
    content: Shown,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Shown {
    Email(Email),
    Sms(Sms),
    Push(Push),
}

#[derive(Serialize, JsonSchema)]
struct Email {
    subject: String,
    html: Html,
}

#[derive(Serialize, JsonSchema)]
struct Html {
    body: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Sms {
    /// Of a rich message that of the SMS which goes instead.
    text: String,
    message_type: MessageType,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum MessageType {
    Sms,
    Mms,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Push {
    /// Empty: a campaign goes to the devices of its configuration.
    app_names: Vec<String>,
    #[serde(rename = "pushType")]
    kind: PushType,
    title: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ios: Option<Device>,
    #[serde(skip_serializing_if = "Option::is_none")]
    android: Option<Device>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum PushType {
    Message,
    Silent,
}

#[derive(Serialize, JsonSchema)]
struct Device {
    media: Media,
}

#[derive(Serialize, JsonSchema)]
struct Media {
    uri: String,
}

impl Previews {
    pub fn of(campaign: &CampaignId, previews: Vec<PersonPreview>) -> Self {
        let preview = |PersonPreview { user_id, edition, variant, rendered }: PersonPreview| Preview {
            profile_id: user_id,
            variant_id: variant.map_or_else(|| edition.to_string(), |key| key.to_string()),
            message_id: campaign.to_string(),
            channel: match rendered {
                Rendered::Email(_) => ContractChannel::Email,
                Rendered::Mobile(_) => ContractChannel::Sms,
                Rendered::Push(_) => ContractChannel::Push,
            },
            content: Shown::of(rendered),
        };
        Self { previews: previews.into_iter().map(preview).collect() }
    }
}

impl Shown {
    fn of(rendered: Rendered) -> Self {
        match rendered {
            Rendered::Email(email) => Self::Email(Email { subject: email.subject, html: Html { body: email.html } }),
            Rendered::Mobile(mobile) => Self::Sms(Sms::of(mobile)),
            Rendered::Push(push) => Self::Push(Push::of(push)),
        }
    }
}

impl Sms {
    fn of(mobile: RenderedMobile) -> Self {
        let message_type = if mobile.kind == MobileKind::Mms { MessageType::Mms } else { MessageType::Sms };
        let text = mobile.rcs.map_or(mobile.text, |rcs| rcs.fallback_text);
        Self { text, message_type }
    }
}

impl Push {
    fn of(push: RenderedPush) -> Self {
        let RenderedPush { kind, title, body, image_url, .. } = push;
        let device = || (!image_url.is_empty()).then(|| Device { media: Media { uri: image_url.clone() } });
        Self {
            app_names: Vec::new(),
            kind: if kind == PushKind::Message { PushType::Message } else { PushType::Silent },
            title,
            message: body,
            ios: device(),
            android: device(),
        }
    }
}
