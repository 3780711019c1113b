//! The envelope in which Amazon SNS brings events: JSON in a body of `text/plain`, signed with a key whose certificate is to be
//! fetched from Amazon (Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages").

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use http::Uri;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use serde::Deserialize;

use super::certificate::rsa_public_key;
use super::proof::check_age;
use super::{Callback, Refusal};

/// SNS signs the time of publishing, once, and brings a message for an hour at most; the rest is for topics that a person sets
/// going again. What is told twice within it has the same key.
const AGE_MAX: Duration = Duration::from_hours(24);

/// What SNS brings; fields that are not signed are left out, and new ones are passed over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope {
    #[serde(rename = "Type")]
    pub kind: String,
    pub message: String,
    message_id: String,
    topic_arn: String,
    timestamp: String,
    signature_version: String,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    #[serde(rename = "SubscribeURL")]
    subscribe_url: Option<String>,
    subject: Option<String>,
    token: Option<String>,
}

/// Where the certificate is that the callback was signed with; refused when it is not Amazon's.
pub fn certificate_url(callback: &Callback<'_>, topics: &[String]) -> Result<String, Refusal> {
    let envelope = Envelope::parse(callback.body)?;
    if topics.contains(&envelope.topic_arn) { envelope.certificate_url() } else { Err(Refusal::Forged) }
}

impl Envelope {
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(body).map_err(|_| Refusal::Malformed("This is not a message of Amazon SNS.".into()))
    }

    /// Is it from one of these topics, signed by Amazon with the key of this certificate, and recent?
    pub fn check(&self, topics: &[String], certificate_pem: &str, now: Timestamp) -> Result<(), Refusal> {
        if !topics.contains(&self.topic_arn) {
            return Err(Refusal::Forged);
        }
        self.certificate_url()?;
        self.check_signature(certificate_pem).ok_or(Refusal::Forged)?;
        check_age(self.timestamp.parse().map_err(|_| Refusal::Stale)?, now, AGE_MAX)
    }

    /// The address that confirms a subscription; refused when it is not Amazon's.
    pub fn confirm_url(&self) -> Result<String, Refusal> {
        let url = self.subscribe_url.as_deref().unwrap_or_default();
        if amazon(url).is_some() { Ok(url.to_owned()) } else { Err(Refusal::Forged) }
    }

    fn certificate_url(&self) -> Result<String, Refusal> {
        let url = &self.signing_cert_url;
        let is_certificate =
            amazon(url).is_some_and(|uri| uri.path().rsplit('.').next() == Some("pem") && uri.query().is_none());
        if is_certificate { Ok(url.clone()) } else { Err(Refusal::Forged) }
    }

    fn check_signature(&self, certificate_pem: &str) -> Option<()> {
        let parameters: &'static RsaParameters = match self.signature_version.as_str() {
            "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            "2" => &RSA_PKCS1_2048_8192_SHA256,
            _ => return None,
        };
        let signature = STANDARD.decode(&self.signature).ok()?;
        let key = UnparsedPublicKey::new(parameters, rsa_public_key(certificate_pem)?);
        key.verify(self.signed_text().as_bytes(), &signature).ok()
    }

    /// Names and values in the order of the names, each with a line feed; what is not there is left out.
    fn signed_text(&self) -> String {
        let of_subscriptions = |value| if self.kind == "Notification" { None } else { value };
        let of_notifications = |value| if self.kind == "Notification" { value } else { None };
        let fields = [
            ("Message", Some(&self.message)),
            ("MessageId", Some(&self.message_id)),
            ("Subject", of_notifications(self.subject.as_ref())),
            ("SubscribeURL", of_subscriptions(self.subscribe_url.as_ref())),
            ("Timestamp", Some(&self.timestamp)),
            ("Token", of_subscriptions(self.token.as_ref())),
            ("TopicArn", Some(&self.topic_arn)),
            ("Type", Some(&self.kind)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?))).collect()
    }
}

/// The address when it is one of SNS: https, `sns.<region>.amazonaws.com` or `….com.cn`, no user, no port.
fn amazon(url: &str) -> Option<Uri> {
    let uri: Uri = url.parse().ok().filter(|_| !url.contains('#'))?;
    let authority = uri.authority()?.as_str();
    let region = authority.strip_prefix("sns.")?;
    let region = region.strip_suffix(".amazonaws.com").or_else(|| region.strip_suffix(".amazonaws.com.cn"))?;
    let is_region = region.len() >= 3 && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (uri.scheme_str() == Some("https") && is_region).then_some(uri)
}

#[cfg(test)]
pub mod tests {
    use http::{HeaderMap, Method};

    use super::*;

    pub const CERTIFICATE: &str = include_str!("fixtures/sns_certificate.pem");
    pub const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:ses-events";
    /// 2026-12-01T09:00:00Z.
    pub const NOW: Timestamp = Timestamp::from_millis(1_796_115_600_000);
    /// Signed with `openssl dgst -sign`, and taken by npm's sns-validator.
    pub const NOTIFICATION_V1: &str = include_str!("fixtures/sns_notification_v1.json");
    pub const NOTIFICATION_V2: &str = include_str!("fixtures/sns_notification_v2.json");
    pub const SUBSCRIPTION: &str = include_str!("fixtures/sns_subscription.json");

    fn check_at(body: &str, topics: &[&str], now: Timestamp) -> Result<(), Refusal> {
        let topics: Vec<String> = topics.iter().map(|topic| (*topic).to_owned()).collect();
        Envelope::parse(body.as_bytes())?.check(&topics, CERTIFICATE, now)
    }

    fn check(body: &str) -> Result<(), Refusal> {
        check_at(body, &["arn:other", TOPIC], NOW)
    }

    #[test]
    fn a_message_of_either_signature_version_is_believed() {
        for body in [NOTIFICATION_V1, NOTIFICATION_V2, SUBSCRIPTION] {
            assert_eq!(check(body), Ok(()), "{body}");
        }
    }

    #[test]
    fn a_message_in_which_one_signed_word_was_changed_is_not_believed() {
        for (body, from, to) in [
            (NOTIFICATION_V1, "ann@", "eve@"),
            (NOTIFICATION_V2, "Email Event", "Email event"),
            (NOTIFICATION_V2, "22b80b92", "22b80b93"),
            (NOTIFICATION_V2, "08:59:59.123Z", "08:59:59.124Z"),
            (NOTIFICATION_V2, "\"SignatureVersion\": \"2\"", "\"SignatureVersion\": \"1\""),
            (NOTIFICATION_V1, "\"SignatureVersion\": \"1\"", "\"SignatureVersion\": \"3\""),
            (NOTIFICATION_V2, "\"Signature\": \"", "\"Signature\": \"AAAA"),
            (SUBSCRIPTION, "&Token=2336412f37", "&Token=2336412f38"),
            (SUBSCRIPTION, "\"SubscriptionConfirmation\"", "\"Notification\""),
        ] {
            assert!(body.contains(from), "{from}");
            assert_eq!(check(&body.replace(from, to)), Err(Refusal::Forged), "{from}");
        }
        let envelope = Envelope::parse(NOTIFICATION_V2.as_bytes()).unwrap();
        assert_eq!(envelope.check(&[TOPIC.to_owned()], "no certificate", NOW), Err(Refusal::Forged));
    }

    #[test]
    fn a_message_of_a_topic_that_is_not_ours_is_not_believed_however_well_it_is_signed() {
        assert_eq!(check_at(NOTIFICATION_V2, &["arn:other"], NOW), Err(Refusal::Forged));
        assert_eq!(check_at(NOTIFICATION_V2, &[], NOW), Err(Refusal::Forged));
    }

    #[test]
    fn a_message_of_the_day_before_yesterday_is_stale_and_one_of_this_morning_is_not() {
        let hours = |hours: u64| NOW.plus(Duration::from_hours(hours));
        assert_eq!(check_at(NOTIFICATION_V2, &[TOPIC], hours(23)), Ok(()));
        assert_eq!(check_at(NOTIFICATION_V2, &[TOPIC], hours(25)), Err(Refusal::Stale));
        assert_eq!(check_at(NOTIFICATION_V2, &[TOPIC], NOW.minus(Duration::from_mins(10))), Err(Refusal::Stale));
    }

    #[test]
    fn a_certificate_is_fetched_only_from_amazon() {
        let url_of = |body: &str| {
            let (method, headers) = (Method::POST, HeaderMap::new());
            let callback = Callback {
                method: &method,
                url: "",
                headers: &headers,
                body: body.as_bytes(),
                now: NOW,
                certificate: None,
                default_region: "",
            };
            certificate_url(&callback, &[TOPIC.to_owned()])
        };
        let own = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem";
        assert_eq!(url_of(NOTIFICATION_V2).as_deref(), Ok(own));
        let chinese = "https://sns.cn-north-1.amazonaws.com.cn/a.pem";
        assert_eq!(url_of(&NOTIFICATION_V2.replace(own, chinese)).as_deref(), Ok(chinese));
        for bad in [
            "http://sns.eu-west-1.amazonaws.com/a.pem",
            "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
            "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
            "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
            "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
            "https://evil.example#.sns.eu-west-1.amazonaws.com/a.pem",
            "https://sns.evil.example.amazonaws.com/a.pem",
            "https://s3.eu-west-1.amazonaws.com/bucket/a.pem",
            "https://sns.eu-west-1.amazonaws.com/a.pem?x=.pem",
            "https://sns.eu-west-1.amazonaws.com/?Action=x",
            "",
        ] {
            assert_eq!(url_of(&NOTIFICATION_V2.replace(own, bad)), Err(Refusal::Forged), "{bad}");
        }
    }

    #[test]
    fn a_subscription_is_confirmed_only_at_amazon() {
        let confirm = |body: &str| Envelope::parse(body.as_bytes()).unwrap().confirm_url();
        assert!(confirm(SUBSCRIPTION).unwrap().starts_with("https://sns.eu-west-1.amazonaws.com/?Action=Confirm"));
        let elsewhere = SUBSCRIPTION.replace("https://sns.eu-west-1.amazonaws.com/?", "http://169.254.169.254/?");
        assert_eq!(confirm(&elsewhere), Err(Refusal::Forged));
        assert_eq!(confirm(NOTIFICATION_V1), Err(Refusal::Forged));
    }

    #[test]
    fn what_is_no_envelope_is_malformed() {
        for body in ["", "[]", "{}", "null", "{\"Type\":1}", "\u{0}"] {
            assert!(matches!(check(body), Err(Refusal::Malformed(_))), "{body}");
        }
    }
}
