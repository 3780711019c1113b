//! Providers that carry messages for us over the network, and what their accounts consist of (reference §5.1, §5.3, §5.4).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::channel_configuration::Channel;
use crate::push_token::PushPlatform;
use crate::word::words;
use crate::{Fault, Faults};

words! {
    /// Who carries the messages of a configuration.
    ProviderKind {
        Ses = "ses",
        SendGrid = "sendgrid",
        Postmark = "postmark",
        Mailgun = "mailgun",
        Twilio = "twilio",
        Sinch = "sinch",
        Infobip = "infobip",
        Vonage = "vonage",
        Smpp = "smpp",
        /// Any provider that takes JSON over HTTP.
        Custom = "custom",
        Fcm = "fcm",
        Apns = "apns",
        WebPush = "web_push",
    }
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line,
    /// Several lines: a key, a template.
    Text,
    /// One of these words; the first when nothing is chosen.
    Choice(&'static [&'static str]),
}

/// A field of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// In forms, files and faults: `accountSid`.
    pub name: &'static str,
    /// As the provider calls it.
    pub label: &'static str,
    pub kind: FieldKind,
    /// Encrypted, and never shown again.
    pub is_secret: bool,
    pub is_required: bool,
    /// Names where requests go: when it changes, the secrets have to be given again.
    pub is_place: bool,
}

const fn line(name: &'static str, label: &'static str) -> Field {
    Field { name, label, kind: FieldKind::Line, is_secret: false, is_required: false, is_place: false }
}

const fn text(name: &'static str, label: &'static str) -> Field {
    Field { kind: FieldKind::Text, ..line(name, label) }
}

const fn choice(name: &'static str, label: &'static str, words: &'static [&'static str]) -> Field {
    Field { kind: FieldKind::Choice(words), ..line(name, label) }
}

const fn secret(field: Field) -> Field {
    Field { is_secret: true, ..field }
}

const fn required(field: Field) -> Field {
    Field { is_required: true, ..field }
}

const fn place(field: Field) -> Field {
    Field { is_place: true, ..field }
}

/// Where the provider is, for tests and for those who reach it through another address.
const BASE_URL: Field = place(line("baseUrl", "Base URL"));

const SES: &[Field] = &[
    required(line("accessKeyId", "Access key ID")),
    required(secret(line("secretAccessKey", "Secret access key"))),
    secret(line("sessionToken", "Session token")),
    required(line("region", "Region")),
    line("configurationSet", "Configuration set"),
    line("topicArn", "SNS topic ARN"),
    choice("sending", "Sending", &["raw", "bulk"]),
    BASE_URL,
];

const SENDGRID: &[Field] =
    &[required(secret(line("apiKey", "API key"))), line("webhookPublicKey", "Verification key"), BASE_URL];

const POSTMARK: &[Field] = &[
    required(secret(line("serverToken", "Server API token"))),
    line("messageStream", "Message stream ID"),
    line("webhookUser", "Webhook user"),
    secret(line("webhookPassword", "Webhook password")),
    BASE_URL,
];

const MAILGUN: &[Field] = &[
    required(secret(line("apiKey", "Sending API key"))),
    required(line("domain", "Domain")),
    secret(line("signingKey", "HTTP webhook signing key")),
    BASE_URL,
];

const TWILIO: &[Field] = &[
    required(line("accountSid", "Account SID")),
    required(secret(line("authToken", "Auth token"))),
    line("messagingServiceSid", "Messaging Service SID"),
    line("sharedKeyId", "Webhook key ID"),
    secret(line("sharedKey", "Webhook key")),
    line("rcsSender", "RCS sender"),
    BASE_URL,
];

const SINCH: &[Field] = &[
    required(line("servicePlanId", "Service plan ID")),
    required(secret(line("apiToken", "API token"))),
    line("region", "Region"),
    secret(line("callbackSecret", "Webhook secret")),
    line("rcsProjectId", "RCS: project ID"),
    line("rcsAppId", "RCS: app ID"),
    line("rcsKeyId", "RCS: access key ID"),
    secret(line("rcsKeySecret", "RCS: access key secret")),
    BASE_URL,
];

const INFOBIP: &[Field] = &[
    required(place(line("baseUrl", "Base URL"))),
    required(secret(line("apiKey", "API key"))),
    line("validityHours", "Validity period (hours)"),
    line("callbackUser", "Webhook user"),
    secret(line("callbackPassword", "Webhook password")),
    line("rcsSender", "RCS sender"),
];

const VONAGE: &[Field] = &[
    line("applicationId", "Application ID"),
    secret(text("privateKey", "Private key")),
    line("apiKey", "API key"),
    secret(line("apiSecret", "API secret")),
    secret(line("signatureSecret", "Signature secret")),
    line("rcsSender", "RCS sender"),
    BASE_URL,
];

const SMPP: &[Field] = &[
    required(place(line("host", "Host"))),
    required(place(line("port", "Port"))),
    place(choice("tls", "TLS", &["yes", "no"])),
    required(line("systemId", "system_id")),
    required(secret(line("password", "password"))),
    line("systemType", "system_type"),
    line("window", "Window"),
    line("sessions", "Sessions"),
    line("enquireLinkSeconds", "enquire_link (seconds)"),
    choice("encoding", "data_coding 0", &["gsm", "latin1"]),
    choice("longMessages", "Long messages", &["udh", "sar", "payload"]),
    choice("dlrIdFormat", "Id in receipts", &["same", "hex_to_decimal", "decimal_to_hex"]),
];

const CUSTOM: &[Field] = &[
    required(place(line("url", "Provider URL"))),
    choice("authentication", "Authentication", &["none", "basic", "bearer", "api_key", "oauth", "jwt"]),
    line("username", "User name"),
    secret(line("password", "Password")),
    secret(line("bearerToken", "Bearer token")),
    line("apiKeyHeader", "API key header"),
    secret(line("apiKey", "API key")),
    place(line("tokenUrl", "Token URL")),
    line("clientId", "Client ID"),
    secret(line("clientSecret", "Client secret")),
    line("scope", "Scope"),
    choice("jwtAlgorithm", "JWT algorithm", &["HS256", "RS256", "ES256"]),
    secret(text("jwtKey", "JWT key")),
    text("jwtClaims", "JWT claims"),
    text("clientCertificate", "Client certificate (mTLS)"),
    secret(text("clientKey", "Client key (mTLS)")),
    text("headers", "Headers"),
    required(text("payload", "Provider payload")),
    line("successStatus", "Success statuses"),
    line("successPath", "Success value at"),
    line("successValue", "Success value"),
    line("messageIdPath", "Message id at"),
    line("errorCodePath", "Error code at"),
    line("errorTextPath", "Error text at"),
    line("retryStatus", "Statuses to retry"),
    line("suppressCodes", "Codes that suppress the number"),
    line("rejectCodes", "Codes that reject the message"),
    line("stopCodes", "Codes that stop the configuration"),
    secret(line("callbackSecret", "Webhook secret")),
    line("feedbackListPath", "Feedback: list at"),
    line("feedbackReferencePath", "Feedback: client reference at"),
    line("feedbackProviderIdPath", "Feedback: provider id at"),
    line("feedbackStatusPath", "Feedback: status at"),
    line("feedbackCodePath", "Feedback: code at"),
    line("deliveredStatuses", "Statuses: delivered"),
    line("failedStatuses", "Statuses: failed"),
    line("bouncedStatuses", "Statuses: bad number"),
    line("inboundFromPath", "Inbound: sender at"),
    line("inboundToPath", "Inbound: receiver at"),
    line("inboundTextPath", "Inbound: text at"),
    line("inboundIdPath", "Inbound: id at"),
    line("inboundTimePath", "Inbound: time at"),
];

const FCM: &[Field] = &[required(secret(text("serviceAccount", "Service account (JSON)"))), BASE_URL];

const APNS: &[Field] = &[
    required(line("teamId", "Team ID")),
    required(line("keyId", "Key ID")),
    required(secret(text("privateKey", "Key (.p8)"))),
    required(line("topic", "Bundle ID (topic)")),
    BASE_URL,
];

const WEB_PUSH: &[Field] = &[
    required(line("publicKey", "VAPID public key")),
    required(secret(line("privateKey", "VAPID private key"))),
    required(line("subject", "Subject")),
];

impl ProviderKind {
    /// Whose devices it sends notifications to; Apple's are those of its test service, too.
    pub const fn push_platform(self) -> Option<PushPlatform> {
        match self {
            Self::Fcm => Some(PushPlatform::Fcm),
            Self::Apns => Some(PushPlatform::Apns),
            Self::WebPush => Some(PushPlatform::Web),
            _ => None,
        }
    }

    /// The channel that it carries.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Ses | Self::SendGrid | Self::Postmark | Self::Mailgun => Channel::Email,
            Self::Twilio | Self::Sinch | Self::Infobip | Self::Vonage | Self::Smpp | Self::Custom => Channel::Mobile,
            Self::Fcm | Self::Apns | Self::WebPush => Channel::Push,
        }
    }

    /// What an account consists of, in the order of the form.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Ses => SES,
            Self::SendGrid => SENDGRID,
            Self::Postmark => POSTMARK,
            Self::Mailgun => MAILGUN,
            Self::Twilio => TWILIO,
            Self::Sinch => SINCH,
            Self::Infobip => INFOBIP,
            Self::Vonage => VONAGE,
            Self::Smpp => SMPP,
            Self::Custom => CUSTOM,
            Self::Fcm => FCM,
            Self::Apns => APNS,
            Self::WebPush => WEB_PUSH,
        }
    }

    /// Its name, which is the same in all languages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ses => "Amazon SES",
            Self::SendGrid => "SendGrid",
            Self::Postmark => "Postmark",
            Self::Mailgun => "Mailgun",
            Self::Twilio => "Twilio",
            Self::Sinch => "Sinch",
            Self::Infobip => "Infobip",
            Self::Vonage => "Vonage",
            Self::Smpp => "SMPP 3.4",
            Self::Custom => "HTTP (JSON)",
            Self::Fcm => "Firebase Cloud Messaging",
            Self::Apns => "Apple Push Notification service",
            Self::WebPush => "Web Push",
        }
    }
}

/// An account at a provider, without its secrets, which never leave the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderAccount {
    pub provider: ProviderKind,
    /// By the names of its fields; empty ones are left out.
    pub settings: BTreeMap<String, String>,
    /// Names of the secrets that are stored.
    #[serde(default)]
    pub secrets_set: BTreeSet<String>,
}

/// What a form says of an account: settings, and the secrets that were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAccount {
    pub account: ProviderAccount,
    /// Only those that were given now.
    pub secrets: BTreeMap<String, String>,
}

/// Longest value of a field of one line, and of one of several, in characters.
const LINE_MAX: usize = 2_000;
const TEXT_MAX: usize = 20_000;

impl ProviderAccount {
    /// The account as a form gives it. Faults stand at `settings.` and the field's name. That a secret is missing is for the
    /// engine to say, which knows those that are stored; fields of other providers are left out.
    pub fn check(provider: ProviderKind, given: &BTreeMap<String, String>, faults: &mut Faults) -> CheckedAccount {
        let (mut settings, mut secrets) = (BTreeMap::new(), BTreeMap::new());
        for field in provider.fields() {
            let value = given.get(field.name).map_or("", |value| value.trim());
            if let Err(fault) = check_field(field, value) {
                faults.0.push(fault.under(field.name).under("settings"));
            } else if !value.is_empty() {
                let values = if field.is_secret { &mut secrets } else { &mut settings };
                values.insert(field.name.to_owned(), value.to_owned());
            }
        }
        let secrets_set = secrets.keys().cloned().collect();
        CheckedAccount { account: Self { provider, settings, secrets_set }, secrets }
    }

    /// Would a request go where it went before?
    pub fn is_same_place(&self, other: &Self) -> bool {
        let places = self.provider.fields().iter().filter(|field| field.is_place);
        self.provider == other.provider
            && places.into_iter().all(|field| self.settings.get(field.name) == other.settings.get(field.name))
    }
}

fn check_field(field: &Field, value: &str) -> Result<(), Fault> {
    let (most, allowed): (_, fn(char) -> bool) = match field.kind {
        FieldKind::Text => (TEXT_MAX, |letter| matches!(letter, '\n' | '\r' | '\t')),
        FieldKind::Line | FieldKind::Choice(_) => (LINE_MAX, |_| false),
    };
    if value.chars().any(|letter| letter.is_control() && !allowed(letter)) {
        return Err(Fault::new("", "control_character", "Use no control characters."));
    }
    if value.chars().count() > most {
        return Err(Fault::new("", "too_long", format!("Use at most {most} characters.")));
    }
    match field.kind {
        FieldKind::Choice(words) if !value.is_empty() && !words.contains(&value) => {
            let text = format!("“{}” is not one of {}.", crate::word::shown(value), words.join(", "));
            Err(Fault::new("", "unknown_word", text))
        }
        _ if value.is_empty() && field.is_required && !field.is_secret => {
            Err(Fault::new("", "required", "This is needed."))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn secrets_are_kept_apart_from_settings_and_fields_of_others_left_out() {
        let mut faults = Faults::default();
        let form = given(&[("accountSid", " AC1 "), ("authToken", "t"), ("systemId", "x"), ("baseUrl", "")]);
        let checked = ProviderAccount::check(ProviderKind::Twilio, &form, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(checked.account.settings, given(&[("accountSid", "AC1")]));
        assert_eq!(checked.secrets, given(&[("authToken", "t")]));
    }

    #[test]
    fn what_is_missing_or_not_offered_is_told_at_its_field() {
        let mut faults = Faults::default();
        ProviderAccount::check(ProviderKind::Custom, &given(&[("authentication", "magic")]), &mut faults);
        let paths: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
        assert_eq!(
            paths,
            [
                ("settings.url", "required"),
                ("settings.authentication", "unknown_word"),
                ("settings.payload", "required")
            ]
        );
    }

    #[test]
    fn another_address_of_the_provider_is_another_place() {
        let account = |form: &[(&str, &str)]| {
            ProviderAccount::check(ProviderKind::Twilio, &given(form), &mut Faults::default()).account
        };
        let own = account(&[("accountSid", "AC1")]);
        assert!(own.is_same_place(&account(&[("accountSid", "AC2")])));
        assert!(!own.is_same_place(&account(&[("accountSid", "AC1"), ("baseUrl", "http://127.0.0.1:1")])));
    }

    #[test]
    fn no_two_fields_of_a_provider_have_one_name() {
        for kind in ProviderKind::ALL {
            let names: BTreeSet<_> = kind.fields().iter().map(|field| field.name).collect();
            assert_eq!(names.len(), kind.fields().len(), "{kind}");
        }
    }
}
