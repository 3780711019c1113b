//! What a campaign says, and what one message said after rendering: one shape for each channel.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Faults;
use crate::attachment::AttachedFile;
use crate::channel_configuration::Channel;
use crate::design::Design;
use crate::live_activity::{ACTIVITY_TEMPLATES, ActivityContent, RenderedActivity};
use crate::word::words;

mod mobile;

pub use mobile::{MobileContent, MobileKind, RenderedMobile};

/// Content of a campaign. Every text of it is a template: `{{ context.… }}` is data of the call, `{{ profile.… }}` of the
/// person. As JSON an object with `channel` and the fields of that channel's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "lowercase", from = "Stored")]
pub enum Content {
    Email(EmailContent),
    Mobile(MobileContent),
    Push(PushContent),
}

impl Default for Content {
    fn default() -> Self {
        Self::Email(EmailContent::default())
    }
}

impl Content {
    /// Nothing written yet.
    pub fn empty(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email(EmailContent::default()),
            Channel::Mobile => Self::Mobile(MobileContent::default()),
            Channel::Push => Self::Push(PushContent::default()),
        }
    }

    /// What it is for.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Mobile(_) => Channel::Mobile,
            Self::Push(_) => Channel::Push,
        }
    }

    /// Of an email campaign.
    pub fn email(&self) -> Option<&EmailContent> {
        match self {
            Self::Email(email) => Some(email),
            Self::Mobile(_) | Self::Push(_) => None,
        }
    }

    /// Of an email campaign.
    pub fn email_mut(&mut self) -> Option<&mut EmailContent> {
        match self {
            Self::Email(email) => Some(email),
            Self::Mobile(_) | Self::Push(_) => None,
        }
    }

    /// What must be written before it can be sent: path, source, and what to do.
    pub fn needed(&self) -> Vec<(Cow<'static, str>, &str, &'static str)> {
        let field = |path: &'static str, source, text| (Cow::from(path), source, text);
        match self {
            Self::Email(email) => vec![
                field("content.subject", email.subject.as_str(), "Write a subject."),
                field("content.html", &email.html, "Write the message."),
            ],
            Self::Mobile(mobile) => mobile.needed(),
            Self::Push(push) if push.kind == PushKind::Silent => Vec::new(),
            Self::Push(push) if push.kind == PushKind::LiveActivity => {
                push.activity.needed().into_iter().map(|(path, source, text)| field(path, source, text)).collect()
            }
            Self::Push(push) => {
                let clicked = field("content.clickUrl", push.click_url.as_str(), "Give the address that is opened.");
                let opens = push.click_action != ClickAction::OpenApp;
                let texts = [
                    field("content.title", push.title.as_str(), "Write a title."),
                    field("content.body", push.body.as_str(), "Write the message."),
                ];
                texts.into_iter().chain(opens.then_some(clicked)).collect()
            }
        }
    }

    /// Too much or too little of something that is no text: cards, suggestions.
    pub fn check(&self) -> Faults {
        match self {
            Self::Mobile(mobile) if mobile.kind == MobileKind::Rcs => mobile.rcs.check(),
            _ => Faults::default(),
        }
    }

    /// The template sources that are there, with their paths, in the order in which people fill them in.
    pub fn templates(&self) -> Vec<(String, &str)> {
        let path = |name: &str| format!("content.{name}");
        match self {
            Self::Email(email) => [
                ("subject", &email.subject),
                ("preheader", &email.preheader),
                ("html", &email.html),
                ("text", &email.text),
            ]
            .map(|(name, source)| (path(name), source.as_str()))
            .into(),
            Self::Mobile(mobile) => {
                let fixed = [("title", &mobile.title), ("mediaUrl", &mobile.media_url), ("text", &mobile.text)];
                let fixed = fixed.map(|(name, source)| (path(name), source.as_str()));
                fixed.into_iter().chain(mobile.rcs.templates()).collect()
            }
            Self::Push(push) => {
                let fixed = [
                    ("title", &push.title),
                    ("body", &push.body),
                    ("clickUrl", &push.click_url),
                    ("imageUrl", &push.image_url),
                    ("badge", &push.badge),
                    ("collapseKey", &push.collapse_key),
                ];
                let data = push.data.iter().map(|(name, source)| (path(&format!("data.{name}")), source.as_str()));
                let activity = ACTIVITY_TEMPLATES.iter().zip(push.activity.sources());
                let activity = activity.map(|(name, source)| (path(&format!("activity.{name}")), source.as_str()));
                let fixed = fixed.map(|(name, source)| (path(name), source.as_str())).into_iter();
                fixed.chain(activity).chain(data).collect()
            }
        }
    }

    /// The same, to be changed.
    pub fn templates_mut(&mut self) -> Vec<(String, &mut String)> {
        let path = |name: &str| format!("content.{name}");
        match self {
            Self::Email(email) => [
                ("subject", &mut email.subject),
                ("preheader", &mut email.preheader),
                ("html", &mut email.html),
                ("text", &mut email.text),
            ]
            .map(|(name, source)| (path(name), source))
            .into(),
            Self::Mobile(mobile) => {
                let fixed =
                    [("title", &mut mobile.title), ("mediaUrl", &mut mobile.media_url), ("text", &mut mobile.text)];
                let fixed = fixed.map(|(name, source)| (path(name), source));
                fixed.into_iter().chain(mobile.rcs.templates_mut()).collect()
            }
            Self::Push(push) => {
                let fixed = [
                    ("title", &mut push.title),
                    ("body", &mut push.body),
                    ("clickUrl", &mut push.click_url),
                    ("imageUrl", &mut push.image_url),
                    ("badge", &mut push.badge),
                    ("collapseKey", &mut push.collapse_key),
                ];
                let data = push.data.iter_mut().map(|(name, source)| (path(&format!("data.{name}")), source));
                let activity = ACTIVITY_TEMPLATES.iter().zip(push.activity.sources_mut());
                let activity = activity.map(|(name, source)| (path(&format!("activity.{name}")), source));
                let fixed = fixed.map(|(name, source)| (path(name), source)).into_iter();
                fixed.chain(activity).chain(data).collect()
            }
        }
    }
}

/// Content as it is stored: versions from before there were channels name none, and are email.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Tagged(Tagged),
    Email(EmailContent),
}

#[derive(Deserialize)]
#[serde(tag = "channel", rename_all = "lowercase")]
enum Tagged {
    Email(EmailContent),
    Mobile(MobileContent),
    Push(PushContent),
}

impl From<Stored> for Content {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Tagged(Tagged::Email(email)) | Stored::Email(email) => Self::Email(email),
            Stored::Tagged(Tagged::Mobile(mobile)) => Self::Mobile(mobile),
            Stored::Tagged(Tagged::Push(push)) => Self::Push(push),
        }
    }
}

/// Content of an email campaign: four templates, and what the HTML is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmailContent {
    pub subject: String,
    /// Shown by mail programs after the subject; optional.
    pub preheader: String,
    /// Made of `design` or of `mjml` where there is one.
    pub html: String,
    /// The mail as blocks; none: it is written as code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub design: Option<Box<Design>>,
    /// The mail as MJML with templates in it; empty: it is not written so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mjml: String,
    /// Plain-text version. Empty: made from the HTML.
    pub text: String,
    /// A small picture tells that a mail was shown.
    pub track_opens: bool,
    /// Links lead over this server, which counts them.
    pub track_clicks: bool,
    /// Files that go with every mail.
    pub attachments: Vec<AttachedFile>,
}

words! {
    /// What the person sees of it.
    #[derive(Default)]
    PushKind {
        /// Title and text.
        #[default]
        Message = "message",
        /// Data for the app alone.
        Silent = "silent",
        /// A live activity of iOS is started, updated or ended.
        LiveActivity = "live_activity",
    }
}

words! {
    /// What touching the notification does.
    #[derive(Default)]
    ClickAction {
        #[default]
        OpenApp = "open_app",
        /// An address inside the app.
        DeepLink = "deep_link",
        /// A page in the browser.
        WebUrl = "web_url",
    }
}

words! {
    /// How soon a device should be woken for it.
    #[derive(Default)]
    PushPriority {
        #[default]
        High = "high",
        Normal = "normal",
    }
}

/// Content of a push notification (reference §5.4). Every text but the names of data, sounds and groups is a template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PushContent {
    pub kind: PushKind,
    pub title: String,
    pub body: String,
    pub click_action: ClickAction,
    /// For [`ClickAction::DeepLink`] and [`ClickAction::WebUrl`].
    pub click_url: String,
    pub image_url: String,
    /// A number.
    pub badge: String,
    /// Name of a sound in the app; empty: none.
    pub sound: String,
    /// A later notification with the same key takes the place of this one.
    pub collapse_key: String,
    pub priority: PushPriority,
    /// Group on iOS (`thread-id`).
    pub ios_thread: String,
    /// Channel on Android.
    pub android_channel: String,
    /// For the app: name → template.
    pub data: BTreeMap<String, String>,
    /// Of [`PushKind::LiveActivity`].
    pub activity: Box<ActivityContent>,
}

impl From<EmailContent> for Content {
    fn from(email: EmailContent) -> Self {
        Self::Email(email)
    }
}

/// Largest template source of one field, in bytes.
pub const TEMPLATE_MAX_BYTES: usize = 256 * 1024;

/// An email after rendering: what the recipient gets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderedEmail {
    /// One line, no control characters.
    pub subject: String,
    /// With the preheader already placed at the start of the body.
    pub html: String,
    pub text: String,
}

/// A push notification after rendering: empty texts are left out of what is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderedPush {
    pub kind: PushKind,
    pub title: String,
    pub body: String,
    pub click_action: ClickAction,
    pub click_url: String,
    pub image_url: String,
    pub badge: Option<u32>,
    pub sound: String,
    pub collapse_key: String,
    pub priority: PushPriority,
    pub ios_thread: String,
    pub android_channel: String,
    pub data: BTreeMap<String, String>,
    /// Of [`PushKind::LiveActivity`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Box<RenderedActivity>>,
}

/// What a recipient gets, on whichever channel. As JSON an object with `channel` and the fields of that channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "channel", rename_all = "lowercase")]
pub enum Rendered {
    Email(RenderedEmail),
    Mobile(RenderedMobile),
    Push(RenderedPush),
}

impl Default for Rendered {
    fn default() -> Self {
        Self::Email(RenderedEmail::default())
    }
}

impl Rendered {
    /// Nothing rendered.
    pub fn empty(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::default(),
            Channel::Mobile => Self::Mobile(RenderedMobile::default()),
            Channel::Push => Self::Push(RenderedPush::default()),
        }
    }

    /// Of an email campaign.
    pub fn email(&self) -> Option<&RenderedEmail> {
        match self {
            Self::Email(email) => Some(email),
            _ => None,
        }
    }

    /// Bytes of HTML and of text.
    pub fn sizes(&self) -> (usize, usize) {
        match self {
            Self::Email(email) => (email.html.len(), email.text.len()),
            Self::Mobile(mobile) => (0, mobile.text.len()),
            Self::Push(push) => (0, push.body.len()),
        }
    }

    /// One line that stands for it in lists: the subject, the title, or the start of the text.
    pub fn headline(&self) -> String {
        const SHOWN: usize = 120;
        let of_text = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN).collect();
        match self {
            Self::Email(email) => email.subject.clone(),
            Self::Mobile(mobile) => of_text(mobile.headline()),
            Self::Push(push) if !push.title.is_empty() => of_text(&push.title),
            Self::Push(RenderedPush { activity: Some(activity), .. }) => {
                of_text(&format!("{} {}", activity.event, activity.id))
            }
            Self::Push(push) => of_text(&push.body),
        }
    }
}
