//! Who mails of a configuration come from, where they come back to, and who signs them.

use serde::{Deserialize, Serialize};

use crate::address::{EmailAddress, required_line};
use crate::channel_configuration::ChannelConfigurationDraft;
use crate::dkim::{Dkim, domain_name};
use crate::{Fault, Faults};

/// So many soft bounces suppress an address, unless a configuration says otherwise (reference §4.7).
pub const SOFT_BOUNCE_THRESHOLD: u32 = 5;
/// The highest threshold that can be set.
pub const SOFT_BOUNCE_THRESHOLD_MAX: u32 = 20;

/// The sender of mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailSender {
    pub from_name: String,
    pub from_address: EmailAddress,
    pub reply_to: Option<EmailAddress>,
    /// Mails that cannot be delivered come back to addresses of this domain, whose mail Hermod takes in; `None`: to the
    /// from-address.
    #[serde(default)]
    pub return_domain: Option<String>,
    /// After so many soft bounces an address is not written to any more.
    #[serde(default = "soft_bounce_threshold")]
    pub soft_bounce_threshold: u32,
    /// The signature of the mails, whose key never leaves the server; `None`: they are not signed here.
    #[serde(default)]
    pub dkim: Option<Dkim>,
}

/// Of configurations that were stored before there was a choice.
const fn soft_bounce_threshold() -> u32 {
    SOFT_BOUNCE_THRESHOLD
}

impl EmailSender {
    /// Without return domain and signature.
    pub const fn new(from_name: String, from_address: EmailAddress, reply_to: Option<EmailAddress>) -> Self {
        Self {
            from_name,
            from_address,
            reply_to,
            return_domain: None,
            soft_bounce_threshold: SOFT_BOUNCE_THRESHOLD,
            dkim: None,
        }
    }

    /// As a form gives it. The signature is no part of the form: see [`EmailSender::keep_dkim`].
    pub(crate) fn check(draft: &ChannelConfigurationDraft, faults: &mut Faults) -> Option<Self> {
        let from_name = faults.take("fromName", required_line(&draft.from_name, 100));
        let from_address = faults.take("fromAddress", draft.from_address.parse());
        let reply_to = faults.take("replyTo", optional(&draft.reply_to, str::parse));
        let return_domain = faults.take("returnDomain", optional(&draft.return_domain, domain_name));
        let soft_bounce_threshold =
            faults.take("softBounceThreshold", check_threshold(draft.soft_bounce_threshold.trim()));
        Some(Self {
            from_name: from_name?,
            from_address: from_address?,
            reply_to: reply_to?,
            return_domain: return_domain?,
            soft_bounce_threshold: soft_bounce_threshold?,
            dkim: None,
        })
    }

    /// Mails go on being signed as before, unless the from-address is not of the signing domain any more.
    pub fn keep_dkim(&mut self, before: &Self) -> Result<(), Fault> {
        let Some(dkim) = &before.dkim else { return Ok(()) };
        if !dkim.covers(&self.from_address) {
            let text = format!(
                "The mails are signed for {}, and this address is of another domain. Remove the DKIM key first, or make one \
                 for that domain.",
                dkim.domain
            );
            return Err(Fault::new("fromAddress", "dkim_domain", text));
        }
        self.dkim = Some(dkim.clone());
        Ok(())
    }
}

/// `None` for an empty text.
fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
    if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn check_threshold(text: &str) -> Result<u32, Fault> {
    if text.is_empty() {
        return Ok(SOFT_BOUNCE_THRESHOLD);
    }
    let number = text.parse().ok().filter(|number| (1..=SOFT_BOUNCE_THRESHOLD_MAX).contains(number));
    number
        .ok_or_else(|| Fault::new("", "out_of_range", format!("Give a number from 1 to {SOFT_BOUNCE_THRESHOLD_MAX}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> ChannelConfigurationDraft {
        ChannelConfigurationDraft {
            from_name: "Shop".into(),
            from_address: "shop@mail.example.com".into(),
            ..ChannelConfigurationDraft::default()
        }
    }

    fn checked(draft: &ChannelConfigurationDraft) -> Result<EmailSender, Vec<String>> {
        let mut faults = Faults::default();
        let sender = EmailSender::check(draft, &mut faults);
        sender.ok_or_else(|| faults.0.into_iter().map(|fault| fault.path).collect())
    }

    #[test]
    fn a_sender_stored_before_there_were_signatures_has_none() {
        let json = r#"{"fromName":"Shop","fromAddress":"shop@example.com","replyTo":null}"#;
        let sender: EmailSender = serde_json::from_str(json).unwrap();
        assert_eq!((sender.dkim, sender.return_domain, sender.soft_bounce_threshold), (None, None, 5));
    }

    #[test]
    fn what_is_left_out_has_its_default_and_what_cannot_be_is_told() {
        let sender = checked(&draft()).unwrap();
        assert_eq!((sender.return_domain, sender.soft_bounce_threshold), (None, SOFT_BOUNCE_THRESHOLD));
        let full = ChannelConfigurationDraft {
            return_domain: " Bounces.Example.com ".into(),
            soft_bounce_threshold: "20".into(),
            ..draft()
        };
        let sender = checked(&full).unwrap();
        assert_eq!((sender.return_domain.as_deref(), sender.soft_bounce_threshold), (Some("bounces.example.com"), 20));
        for (domain, threshold, path) in [
            ("x@example.com", "", "returnDomain"),
            ("localhost", "", "returnDomain"),
            ("a.b>\r\nRCPT", "", "returnDomain"),
            ("", "0", "softBounceThreshold"),
            ("", "21", "softBounceThreshold"),
            ("", "x", "softBounceThreshold"),
        ] {
            let bad = ChannelConfigurationDraft {
                return_domain: domain.into(),
                soft_bounce_threshold: threshold.into(),
                ..draft()
            };
            assert_eq!(checked(&bad).unwrap_err(), [path], "{domain}{threshold}");
        }
    }

    #[test]
    fn a_signature_stays_while_it_is_of_the_address() {
        let mut before = checked(&draft()).unwrap();
        before.dkim = Some(Dkim { domain: "example.com".into(), selector: "h1".into() });
        let mut after = checked(&draft()).unwrap();
        after.keep_dkim(&before).unwrap();
        assert_eq!(after.dkim, before.dkim);
        after.from_address = "shop@notexample.com".parse().unwrap();
        assert_eq!(after.keep_dkim(&before).unwrap_err().path, "fromAddress");
    }
}
