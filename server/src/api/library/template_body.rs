//! What a template says, as callers write it, and as contents have it.
//!
//! What our contents do not have – headers, AMP, notes of an editor, devices that differ – is kept and answered as it came, and
//! campaigns that are made from the template do not get it.

use std::collections::BTreeMap;

use domain::content::{
    ClickAction, Content, EmailContent, MobileContent, MobileKind, PushContent, PushKind, PushPriority,
};
use domain::library::{NewTemplate, TemplateKind};
use domain::{Failure, Fault};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::api::body;

type Notes = Option<Map<String, Value>>;

/// A page of HTML.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TemplatePage {
    html: String,
    #[serde(default, rename = "editorContext")]
    _editor_context: Notes,
}

/// A mail.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TemplateMail {
    subject: String,
    html: MailPart,
    #[serde(default, rename = "x-amp-html")]
    _amp: Option<MailPart>,
    #[serde(default)]
    text: Option<MailText>,
    #[serde(default, rename = "editorContext")]
    _editor_context: Notes,
    #[serde(default, rename = "headers")]
    _headers: Notes,
}

#[derive(Deserialize, JsonSchema)]
struct MailPart {
    body: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MailText {
    body: String,
    /// The text is made from the HTML.
    #[serde(default = "yes")]
    sync_from_html: bool,
}

const fn yes() -> bool {
    true
}

/// A mobile message.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TemplateSms {
    text: String,
    #[serde(default)]
    message_type: Option<TemplateSmsKind>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    #[schemars(length(max = 2000))]
    media_uri: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum TemplateSmsKind {
    Sms,
    Mms,
}

/// A notification.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TemplatePush {
    #[serde(default)]
    push_type: Option<TemplatePushType>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default, rename = "appNames")]
    _app_names: Option<Vec<String>>,
    #[serde(default)]
    ios: Option<PushSystem>,
    #[serde(default)]
    android: Option<PushSystem>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum TemplatePushType {
    Message,
    Silent,
}

/// What holds on one of the systems.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
struct PushSystem {
    interaction: Option<PushInteraction>,
    collapsible_key: Option<String>,
    sound_name: Option<String>,
    badge: Option<String>,
    custom_properties: Option<BTreeMap<String, String>>,
    media: Option<PushMedia>,
    notification_group: Option<String>,
    channel_id: Option<String>,
    delivery_priority: Option<PushDeliveryPriority>,
}

#[derive(Deserialize, JsonSchema)]
struct PushInteraction {
    #[serde(rename = "type")]
    kind: PushInteractionKind,
    #[serde(default)]
    uri: Option<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum PushInteractionKind {
    OpenApp,
    DeepLink,
    WebUrl,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct PushMedia {
    uri: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum PushDeliveryPriority {
    High,
    Normal,
}

/// Any of them.
pub fn schema(sent: &mut SchemaGenerator) -> Schema {
    let all = [
        sent.subschema_for::<TemplatePage>(),
        sent.subschema_for::<TemplateMail>(),
        sent.subschema_for::<TemplateSms>(),
        sent.subschema_for::<TemplatePush>(),
    ];
    json_schema!({ "anyOf": all })
}

/// What a content made from it says. Invalid at `channels` for what we do not send, and below `template`.
pub fn content_of(kind: TemplateKind, channel: &str, template: &Value) -> Result<Content, Failure> {
    let known = ["email", "push", "sms"].contains(&channel);
    if !known || (kind != TemplateKind::Content && channel != "email") {
        let text = "Templates are for email, push and sms, pages of HTML for email alone.";
        return Err(Failure::invalid("channels", "unsupported_channel", text));
    }
    Ok(match (kind, channel) {
        (TemplateKind::Content, "email") => Content::Email(read::<TemplateMail>(template)?.into()),
        (TemplateKind::Content, "sms") => Content::Mobile(read::<TemplateSms>(template)?.into()),
        (TemplateKind::Content, _) => Content::Push(read::<TemplatePush>(template)?.into()),
        _ => EmailContent { html: read::<TemplatePage>(template)?.html, ..EmailContent::default() }.into(),
    })
}

fn read<T: DeserializeOwned>(template: &Value) -> Result<T, Fault> {
    body::read(template.to_string().as_bytes()).map_err(|fault| fault.under("template"))
}

/// As the caller wrote it; of one that was made in the console, what its content comes to.
pub fn given_of(template: &NewTemplate) -> Value {
    if let Some(given) = &template.given {
        return given.clone();
    }
    match &template.content {
        Content::Email(email) if template.kind != TemplateKind::Content => json!({ "html": email.html }),
        Content::Email(email) => json!({
            "subject": email.subject,
            "html": { "body": email.html },
            "text": { "body": email.text, "syncFromHtml": email.text.is_empty() }
        }),
        Content::Mobile(mobile) => {
            let kind = if mobile.kind == MobileKind::Mms { "mms" } else { "sms" };
            let media = (!mobile.media_url.is_empty()).then_some(&mobile.media_url);
            json!({ "text": mobile.text, "messageType": kind, "title": mobile.title, "mediaUri": media })
        }
        Content::Push(push) => given_push(push),
    }
}

fn given_push(push: &PushContent) -> Value {
    let kind = if push.kind == PushKind::Silent { "silent" } else { "message" };
    let interaction = match push.click_action {
        ClickAction::OpenApp => json!({ "type": PushInteractionKind::OpenApp }),
        ClickAction::DeepLink => json!({ "type": PushInteractionKind::DeepLink, "uri": push.click_url }),
        ClickAction::WebUrl => json!({ "type": PushInteractionKind::WebUrl, "uri": push.click_url }),
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let device = json!({
        "interaction": interaction,
        "collapsibleKey": some(&push.collapse_key),
        "soundName": some(&push.sound),
        "badge": some(&push.badge),
        "customProperties": push.data,
        "media": some(&push.image_url).map(|uri| json!({ "uri": uri }))
    });
    let mut ios = device.clone();
    ios["notificationGroup"] = json!(some(&push.ios_thread));
    let mut android = device;
    android["channelId"] = json!(some(&push.android_channel));
    android["deliveryPriority"] = json!(if push.priority == PushPriority::Normal { "NORMAL" } else { "HIGH" });
    json!({ "pushType": kind, "title": push.title, "message": push.body, "ios": ios, "android": android })
}

impl From<TemplateMail> for EmailContent {
    fn from(mail: TemplateMail) -> Self {
        let text = mail.text.filter(|text| !text.sync_from_html).map(|text| text.body).unwrap_or_default();
        Self { subject: mail.subject, html: mail.html.body, text, ..Self::default() }
    }
}

impl From<TemplateSms> for MobileContent {
    fn from(sms: TemplateSms) -> Self {
        let is_mms = sms.message_type == Some(TemplateSmsKind::Mms);
        Self {
            kind: if is_mms { MobileKind::Mms } else { MobileKind::Sms },
            text: sms.text,
            title: sms.title.unwrap_or_default(),
            media_url: sms.media_uri.unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Where both systems have something of their own, ours is that of iOS.
impl From<TemplatePush> for PushContent {
    fn from(push: TemplatePush) -> Self {
        let (ios, android) = (push.ios.unwrap_or_default(), push.android.unwrap_or_default());
        let (click_action, click_url) = match ios.interaction.or(android.interaction) {
            None | Some(PushInteraction { kind: PushInteractionKind::OpenApp, .. }) => (ClickAction::OpenApp, None),
            Some(PushInteraction { kind: PushInteractionKind::DeepLink, uri }) => (ClickAction::DeepLink, uri),
            Some(PushInteraction { kind: PushInteractionKind::WebUrl, uri }) => (ClickAction::WebUrl, uri),
        };
        let is_normal = android.delivery_priority == Some(PushDeliveryPriority::Normal);
        let media = ios.media.and_then(|it| it.uri).or(android.media.and_then(|it| it.uri));
        Self {
            kind: if push.push_type == Some(TemplatePushType::Silent) { PushKind::Silent } else { PushKind::Message },
            title: push.title.unwrap_or_default(),
            body: push.message.unwrap_or_default(),
            click_action,
            click_url: click_url.unwrap_or_default(),
            image_url: media.unwrap_or_default(),
            badge: ios.badge.or(android.badge).unwrap_or_default(),
            sound: ios.sound_name.or(android.sound_name).unwrap_or_default(),
            collapse_key: ios.collapsible_key.or(android.collapsible_key).unwrap_or_default(),
            priority: if is_normal { PushPriority::Normal } else { PushPriority::High },
            ios_thread: ios.notification_group.unwrap_or_default(),
            android_channel: android.channel_id.unwrap_or_default(),
            data: ios.custom_properties.or(android.custom_properties).unwrap_or_default(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(kind: TemplateKind, content: Content) -> NewTemplate {
        NewTemplate { about: domain::library::About::default(), kind, content, given: None }
    }

    #[test]
    fn what_is_made_in_the_console_comes_back_the_same_when_it_is_sent_in() {
        let mail = EmailContent { subject: "S".into(), html: "<p>".into(), text: "T".into(), ..Default::default() };
        let sms = MobileContent {
            kind: MobileKind::Mms,
            text: "T".into(),
            media_url: "https://x.example/a".into(),
            ..Default::default()
        };
        let push = PushContent {
            title: "T".into(),
            body: "B".into(),
            click_action: ClickAction::WebUrl,
            click_url: "https://x.example".into(),
            image_url: "https://x.example/a.png".into(),
            badge: "1".into(),
            ios_thread: "t".into(),
            android_channel: "c".into(),
            priority: PushPriority::Normal,
            data: [("k".to_owned(), "v".to_owned())].into(),
            ..Default::default()
        };
        let page = EmailContent { html: "<p>".into(), ..Default::default() };
        for (kind, channel, content) in [
            (TemplateKind::Content, "email", Content::from(mail)),
            (TemplateKind::Content, "sms", Content::Mobile(sms)),
            (TemplateKind::Content, "push", Content::Push(push)),
            (TemplateKind::HtmlSubPage, "email", page.into()),
        ] {
            let given = given_of(&template(kind, content.clone()));
            assert_eq!(content_of(kind, channel, &given).unwrap(), content, "{given}");
        }
    }
}
