//! What a file says: its documents, read from YAML, each with the lines of its values.

use std::path::Path;

use domain::campaign::{AudienceDraft, CampaignDraft, ScheduleDraft};
use domain::channel_configuration::{Category, Channel, ChannelConfigurationDraft, Sender, TransportKind};
use domain::content::{Content, EmailContent, MobileContent, PushContent};
use domain::dkim::Dkim;
use domain::keywords::{CustomKeywordDraft, KeywordsDraft};
use domain::live_activity::{ACTIVITY_TEMPLATES, ActivityContent};
use domain::provider::{FieldKind, ProviderKind};
use domain::sandbox::SandboxMode;
use domain::variable::{VariableRule, VariableRules};
use domain::{Fault, Faults, SandboxName};
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use super::attached;
use super::rcs;
use super::section::{Notes, Section};
use super::shape::{self, no_yaml, whole};
use super::{FILE_MAX_BYTES, FileFault, variants};
use crate::store::files::NewFile;

/// A document and where its values stand.
pub(super) struct Placed {
    pub(super) document: Document,
    pub(super) notes: Notes,
}

/// One document of a file. What it names is found by sandbox and name.
pub(super) enum Document {
    Sandbox {
        name: String,
        mode: Option<SandboxMode>,
    },
    ChannelConfiguration(Box<ConfigurationDocument>),
    Campaign(Box<CampaignDocument>),
    /// Of no known kind.
    Unknown,
}

pub(super) struct ConfigurationDocument {
    /// `None`: names no usable sandbox.
    pub(super) sandbox: Option<SandboxName>,
    pub(super) draft: ChannelConfigurationDraft,
    /// Domain and selector of the signature; `None`: as it is stored.
    pub(super) dkim: Option<(String, String)>,
    /// The file wants it active.
    pub(super) active: bool,
}

pub(super) struct CampaignDocument {
    pub(super) sandbox: Option<SandboxName>,
    pub(super) category: Option<Category>,
    /// Name of the channel configuration; may be empty in a draft.
    pub(super) configuration: String,
    /// Name of the audience; may be empty in a draft.
    pub(super) audience: String,
    /// Name of the rule set; may be empty.
    pub(super) rule_set: String,
    /// English name of the topic; empty: of none in particular.
    pub(super) topic: String,
    /// `configuration_id`, `audience.id`, `rule_set_id` and `topic_id` are filled in when the names are resolved.
    pub(super) draft: CampaignDraft,
    /// What the content attaches.
    pub(super) files: Vec<NewFile>,
    /// The file wants it live.
    pub(super) live: bool,
}

impl Document {
    /// A configuration with another one that stands in for it.
    pub(super) fn names_failover(&self) -> bool {
        matches!(self, Self::ChannelConfiguration(wanted) if !wanted.draft.failover.trim().is_empty())
    }
}

impl ConfigurationDocument {
    /// The signature that the file wants for what this sender sends; `None`: it says nothing of it.
    pub(super) fn dkim(&self, sender: &Sender) -> Option<Result<Dkim, Faults>> {
        let (domain, selector) = self.dkim.as_ref()?;
        Some(match sender.email() {
            Some(sender) => Dkim::check(domain, selector, &sender.from_address),
            None => Err(Faults(vec![Fault::new("dkimDomain", "wrong_channel", "Only mails are signed.")])),
        })
    }
}

/// All documents of a file; or the fault for which none of it is read. `sandbox` is that of documents that name none.
pub(super) fn read(yaml: &str, sandbox: Option<&SandboxName>, folder: Option<&Path>) -> Result<Vec<Placed>, FileFault> {
    if yaml.len() > FILE_MAX_BYTES {
        return Err(whole(1, format!("The file has more than {} MB.", FILE_MAX_BYTES / 1024 / 1024)));
    }
    shape::check(yaml)?;
    let nodes = MarkedYaml::load_from_str(yaml).map_err(|error| no_yaml(&error))?;
    let filled = nodes.iter().filter(|node| !matches!(node.data, YamlData::Value(Scalar::Null)));
    let documents: Vec<Placed> = filled.map(|node| document(node, sandbox, folder)).collect();
    if documents.is_empty() { Err(whole(1, "The file has no documents.".to_owned())) } else { Ok(documents) }
}

fn document(node: &MarkedYaml<'_>, sandbox: Option<&SandboxName>, folder: Option<&Path>) -> Placed {
    let notes = Notes::of(node);
    let mut top = Section::new(&notes, String::new(), node);
    let is_mapping = notes.is_empty();
    let document = match top.text("kind").as_str() {
        "sandbox" => {
            let (name, mode) = (top.text("name"), top.word("mode"));
            top.end();
            Document::Sandbox { name, mode }
        }
        "channel-configuration" => Document::ChannelConfiguration(Box::new(configuration(&notes, top, sandbox))),
        "campaign" => Document::Campaign(Box::new(campaign(&notes, top, sandbox, folder))),
        _ => {
            if is_mapping {
                notes.add("kind", "Give the kind: sandbox, channel-configuration or campaign.");
            }
            Document::Unknown
        }
    };
    Placed { document, notes }
}

fn configuration(notes: &Notes, mut top: Section<'_>, sandbox: Option<&SandboxName>) -> ConfigurationDocument {
    let sandbox = own_sandbox(notes, &mut top, sandbox);
    let mut draft = ChannelConfigurationDraft {
        name: top.text("name").trim().to_owned(),
        channel: top.text("channel"),
        category: top.text("category"),
        from_number: top.text("fromNumber"),
        default_region: top.text("defaultRegion"),
        reply_to_stop: top.text("replyToStop"),
        reply_to_start: top.text("replyToStart"),
        reply_to_help: top.text("replyToHelp"),
        reply_to_other: top.text("replyToOther"),
        from_name: top.text("fromName"),
        from_address: top.text("fromAddress"),
        from_template: top.text("fromTemplate"),
        reply_to: top.text("replyTo"),
        url_parameters: pairs(top.section("urlParameters")),
        archive: top.text("archive"),
        seeds: top.texts("seeds").join("\n"),
        send_to_complained: top.yes_or_no("sendToComplained").unwrap_or_default(),
        return_domain: top.text("returnDomain"),
        soft_bounce_threshold: top.number("softBounceThreshold"),
        retry_minutes: top.number("retryMinutes"),
        max_per_second: top.number("maxPerSecond"),
        max_per_second_per_domain: top.number("maxPerSecondPerDomain"),
        failover: top.text("failover"),
        consent_level: top.text("consentLevel"),
        ..Default::default()
    };
    draft.ask_to_confirm = top.text("askToConfirm");
    draft.reply_to_fuzzy = top.text("replyToFuzzy");
    draft.keywords = keywords(top.section("keywords"));
    let active = is_wanted(notes, &top.text("status"), "active");
    let mut sender = top.section("sender");
    (draft.sender_name, draft.sender_address) = (sender.text("name"), sender.text("address"));
    sender.end();
    let mut dkim = top.section("dkim");
    let signed = (dkim.text("domain"), dkim.text("selector"));
    dkim.end();
    let mut transport = top.section("transport");
    draft.transport = transport.text("kind");
    // The keys of a transport have no meaning for another one, and are then told as unknown.
    if let Ok(provider) = draft.transport.parse::<ProviderKind>() {
        for field in provider.fields() {
            let value = match field.kind {
                FieldKind::Line | FieldKind::Text | FieldKind::Choice(_) => transport.text_or_number(field.name),
            };
            draft.settings.insert(field.name.to_owned(), value);
        }
    } else if draft.transport != TransportKind::Capture.as_str() {
        draft.host = transport.text("host");
        draft.port = transport.number("port");
        draft.security = transport.text("security");
        draft.username = transport.text("username");
        draft.password = transport.text("password");
        draft.auth = transport.text("auth");
        draft.token_url = transport.text("tokenUrl");
        draft.client_id = transport.text("clientId");
        draft.scope = transport.text("scope");
        draft.client_secret = transport.text("clientSecret");
        draft.refresh_token = transport.text("refreshToken");
        draft.max_connections = transport.number("maxConnections");
        draft.max_messages_per_connection = transport.number("maxMessagesPerConnection");
    }
    transport.end();
    top.end();
    ConfigurationDocument { sandbox, draft, dkim: Some(signed).filter(|it| *it != Default::default()), active }
}

/// Lists of words with commas between. Own keywords are a mapping of such lists to their replies.
fn keywords(mut section: Section<'_>) -> KeywordsDraft {
    let mut own = section.section("custom");
    let lists = own.keys();
    let custom = lists.into_iter().map(|words| CustomKeywordDraft { reply: own.text(&words), words }).collect();
    own.end();
    let draft = KeywordsDraft {
        stop: section.text("stop"),
        start: section.text("start"),
        help: section.text("help"),
        confirm: section.text("confirm"),
        double_opt_in: section.yes_or_no("doubleOptIn").unwrap_or_default(),
        fuzzy_stop: section.text("fuzzyStop"),
        custom,
    };
    section.end();
    draft
}

fn campaign(
    notes: &Notes,
    mut top: Section<'_>,
    sandbox: Option<&SandboxName>,
    folder: Option<&Path>,
) -> CampaignDocument {
    let sandbox = own_sandbox(notes, &mut top, sandbox);
    let category = top.word("category");
    let configuration = top.text("configuration").trim().to_owned();
    let rule_set = top.text("ruleSet").trim().to_owned();
    let topic = top.text("topic").trim().to_owned();
    let live = is_wanted(notes, &top.text("status"), "live");
    let channel = top.optional_word("channel").unwrap_or(Channel::Email);
    let mut content = top.section("content");
    let mut audience = top.section("audience");
    let mut schedule = top.section("schedule");
    let mut files = Vec::new();
    let audience_name = audience.text("name").trim().to_owned();
    let variants = variants::read(notes, top.section("variants"), channel, folder, &mut files);
    let draft = CampaignDraft {
        name: top.text("name").trim().to_owned(),
        description: top.text("description"),
        high_throughput: top.yes_or_no("highThroughput").unwrap_or_default(),
        configuration_id: String::new(),
        rule_set_id: String::new(),
        topic_id: String::new(),
        content: content_of(channel, &mut content, folder, &mut files),
        variants,
        variables: rules(top.section("variables")),
        audience: AudienceDraft {
            namespace: or(audience.text("namespace"), AudienceDraft::default().namespace),
            id: String::new(),
            create_profiles: audience.yes_or_no("createProfiles").unwrap_or(true),
            call_may_override: audience.yes_or_no("callMayOverride").unwrap_or(true),
        },
        schedule: ScheduleDraft {
            start: schedule.text("start"),
            end: schedule.text("end"),
            time_zone: or(schedule.text("timeZone"), ScheduleDraft::default().time_zone),
            messages_per_second: schedule.number("messagesPerSecond"),
        },
    };
    for section in [content, audience, schedule, top] {
        section.end();
    }
    CampaignDocument { sandbox, category, configuration, audience: audience_name, rule_set, topic, draft, files, live }
}

/// The content, in the shape of its channel.
pub(super) fn content_of(
    channel: Channel,
    section: &mut Section<'_>,
    folder: Option<&Path>,
    files: &mut Vec<NewFile>,
) -> Content {
    match channel {
        Channel::Email => Content::Email(email_of(section, folder, files)),
        Channel::Mobile => Content::Mobile(MobileContent {
            kind: section.optional_word("kind").unwrap_or_default(),
            text: section.text("text"),
            title: section.text("title"),
            media_url: section.text("mediaUrl"),
            shorten_links: section.yes_or_no("shortenLinks").unwrap_or_default(),
            rcs: rcs::content_of(section.section("rcs")),
        }),
        Channel::Push => {
            let mut data = section.section("data");
            let values = data.keys().into_iter().map(|name| (data.text(&name), name)).map(|(text, name)| (name, text));
            let values = values.collect();
            data.end();
            let activity = Box::new(activity_of(section.section("activity")));
            Content::Push(PushContent {
                kind: section.optional_word("kind").unwrap_or_default(),
                title: section.text("title"),
                body: section.text("body"),
                click_action: section.optional_word("clickAction").unwrap_or_default(),
                click_url: section.text("clickUrl"),
                image_url: section.text("imageUrl"),
                badge: section.text_or_number("badge"),
                sound: section.text("sound"),
                collapse_key: section.text("collapseKey"),
                priority: section.optional_word("priority").unwrap_or_default(),
                ios_thread: section.text("iosThread"),
                android_channel: section.text("androidChannel"),
                data: values,
                activity,
            })
        }
    }
}

/// Of a mail, which is written in HTML, in MJML or as a design.
fn email_of(section: &mut Section<'_>, folder: Option<&Path>, files: &mut Vec<NewFile>) -> EmailContent {
    let is_designed = section.keys().iter().any(|key| key == "design");
    let mut email = EmailContent {
        subject: section.text("subject"),
        preheader: section.text("preheader"),
        html: section.text("html"),
        design: section.read("design").map(Box::new),
        mjml: section.text("mjml"),
        text: section.text("text"),
        track_opens: section.yes_or_no("trackOpens").unwrap_or_default(),
        track_clicks: section.yes_or_no("trackClicks").unwrap_or_default(),
        attachments: {
            let (attached, mut new) = attached::read(section, folder);
            files.append(&mut new);
            attached
        },
    };
    if (email.design.is_some() || !email.mjml.is_empty()) && !email.html.is_empty() {
        section.note("html", "Leave this out: the HTML is made of the design or of the MJML.");
    }
    if let Err(faults) = content::put_html(&mut email) {
        for fault in faults.0 {
            section.note(fault.path.trim_start_matches("content."), &fault.text);
        }
    }
    if is_designed || !email.mjml.is_empty() {
        section.excuse("html");
    }
    email
}

/// One `name=value` a line, as the form has it.
fn pairs(mut section: Section<'_>) -> String {
    let names = section.keys();
    let lines = names.into_iter().map(|name| format!("{name}={}", section.text_or_number(&name))).collect::<Vec<_>>();
    section.end();
    lines.join("\n")
}

/// Of a live activity.
fn activity_of(mut section: Section<'_>) -> ActivityContent {
    let mut activity = ActivityContent::default();
    for (name, source) in ACTIVITY_TEMPLATES.iter().zip(activity.sources_mut()) {
        *source = section.text_or_number(name);
    }
    section.end();
    activity
}

/// What is said of each variable, under its path.
fn rules(mut section: Section<'_>) -> VariableRules {
    let paths = section.keys();
    let rule = |path: String| {
        let mut said = section.section(&path);
        let rule = VariableRule {
            kind: said.optional_word("type"),
            required: said.yes_or_no("required"),
            example: said.json("example"),
        };
        said.end();
        (path, rule)
    };
    paths.into_iter().map(rule).collect()
}

fn own_sandbox(notes: &Notes, top: &mut Section<'_>, default: Option<&SandboxName>) -> Option<SandboxName> {
    let named = top.text("sandbox");
    if !named.is_empty() {
        return notes.take("sandbox", named.parse());
    }
    if default.is_none() {
        notes.add("sandbox", "Name the sandbox here, or with --sandbox when the file is applied.");
    }
    default.cloned()
}

/// Reads a status: `draft` (also when there is none), or the other word.
fn is_wanted(notes: &Notes, status: &str, other: &str) -> bool {
    if !["", "draft", other].contains(&status) {
        notes.add("status", format!("“{status}” is not one of draft, {other}."));
    }
    status == other
}

fn or(text: String, default: String) -> String {
    if text.is_empty() { default } else { text }
}
