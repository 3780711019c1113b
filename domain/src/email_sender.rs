//! Who mails of a configuration come from, where they come back to, and who signs them.

use serde::{Deserialize, Serialize};

use crate::address::{EmailAddress, required_line};
use crate::channel_configuration::{Category, ChannelConfigurationDraft};
use crate::dkim::{Dkim, domain_name};
use crate::mail_templates::{HEADER_TEMPLATE_MAX, MailTemplates, check_header, check_url_parameters, is_template};
use crate::{Fault, Faults};

/// So many soft bounces suppress an address, unless a configuration says otherwise (reference §4.7).
pub const SOFT_BOUNCE_THRESHOLD: u32 = 5;
/// The highest threshold that can be set.
pub const SOFT_BOUNCE_THRESHOLD_MAX: u32 = 20;
/// Most seed addresses of a configuration.
pub const SEEDS_MAX: usize = 50;

/// The sender of mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailSender {
    /// May be a template; see [`MailTemplates::from_name`].
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
    /// What mails say beside their content, for each recipient anew.
    #[serde(default)]
    pub templates: MailTemplates,
    /// Gets a copy of every mail that was handed over; nobody sees it.
    #[serde(default)]
    pub archive: Option<EmailAddress>,
    /// Get a copy of the first mail of each version of a campaign, and of each run.
    #[serde(default)]
    pub seeds: Vec<EmailAddress>,
    /// Who called a message spam still gets these mails, which are about service. What else suppresses an address holds.
    #[serde(default)]
    pub send_to_complained: bool,
}

/// Of configurations that were stored before there was a choice.
const fn soft_bounce_threshold() -> u32 {
    SOFT_BOUNCE_THRESHOLD
}

impl EmailSender {
    /// Without return domain and signature.
    pub fn new(from_name: String, from_address: EmailAddress, reply_to: Option<EmailAddress>) -> Self {
        Self {
            from_name,
            from_address,
            reply_to,
            return_domain: None,
            soft_bounce_threshold: SOFT_BOUNCE_THRESHOLD,
            dkim: None,
            templates: MailTemplates::default(),
            archive: None,
            seeds: Vec::new(),
            send_to_complained: false,
        }
    }

    /// As a form gives it. The signature is no part of the form: see [`EmailSender::keep_dkim`].
    pub(crate) fn check(draft: &ChannelConfigurationDraft, faults: &mut Faults) -> Option<Self> {
        let longest = if is_template(&draft.from_name) { HEADER_TEMPLATE_MAX } else { 100 };
        let from_name = faults.take("fromName", required_line(&draft.from_name, longest));
        let from_address = faults.take("fromAddress", draft.from_address.parse());
        let templates = check_templates(draft, faults);
        let reply_to = if is_template(&draft.reply_to) { "" } else { &draft.reply_to };
        let reply_to = faults.take("replyTo", optional(reply_to, str::parse));
        let return_domain = faults.take("returnDomain", optional(&draft.return_domain, domain_name));
        let soft_bounce_threshold =
            faults.take("softBounceThreshold", check_threshold(draft.soft_bounce_threshold.trim()));
        let archive = faults.take("archive", optional(&draft.archive, str::parse));
        let seeds = faults.take("seeds", check_seeds(&draft.seeds));
        if draft.send_to_complained && draft.category.trim() == Category::Marketing.as_str() {
            let text = "Whoever called a message spam gets no marketing: choose No, or the category transactional.";
            faults.add("sendToComplained", "only_transactional", text);
        }
        Some(Self {
            from_name: from_name?,
            from_address: from_address?,
            reply_to: reply_to?,
            return_domain: return_domain?,
            soft_bounce_threshold: soft_bounce_threshold?,
            dkim: None,
            templates: templates?,
            archive: archive?,
            seeds: seeds?,
            send_to_complained: draft.send_to_complained,
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

fn check_templates(draft: &ChannelConfigurationDraft, faults: &mut Faults) -> Option<MailTemplates> {
    let mut header = |path: &str, text: &str| faults.take(path, check_header(text));
    let only_template = |text: &str| if is_template(text) { text.to_owned() } else { String::new() };
    let from_address = header("fromTemplate", &draft.from_template);
    let reply_to = header("replyTo", &only_template(&draft.reply_to));
    let (sender_name, sender_address) =
        (header("senderName", &draft.sender_name), header("senderAddress", &draft.sender_address));
    let (sender_name, sender_address) = (sender_name?, sender_address?);
    if sender_address.is_empty() && !sender_name.is_empty() {
        faults.add("senderAddress", "required", "Give the address of the sender, too.");
    } else if !sender_address.is_empty() && !is_template(&sender_address) {
        faults.take("senderAddress", sender_address.parse::<EmailAddress>());
    }
    let url_parameters = faults.take("urlParameters", check_url_parameters(&draft.url_parameters));
    Some(MailTemplates {
        from_name: only_template(draft.from_name.trim()),
        from_address: from_address?,
        reply_to: reply_to?,
        sender_name,
        sender_address,
        url_parameters: url_parameters?,
    })
}

/// One address a line; each is there once.
fn check_seeds(text: &str) -> Result<Vec<EmailAddress>, Fault> {
    let mut seeds: Vec<EmailAddress> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let seed: EmailAddress = line.parse().map_err(|fault: Fault| Fault {
            text: format!("“{}” is not an email address.", line.chars().take(60).collect::<String>()),
            ..fault
        })?;
        if !seeds.contains(&seed) {
            seeds.push(seed);
        }
    }
    if seeds.len() > SEEDS_MAX {
        return Err(Fault::new("", "too_many_lines", format!("Give at most {SEEDS_MAX} addresses.")));
    }
    Ok(seeds)
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
        let sender = EmailSender::check(draft, &mut faults).filter(|_| faults.is_empty());
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
    fn what_differs_for_each_recipient_is_a_template_and_the_rest_is_checked_at_once() {
        let full = ChannelConfigurationDraft {
            from_name: "{{ context.store }}".into(),
            reply_to: "{{ context.agent }}@example.com".into(),
            sender_address: "robot@example.com".into(),
            url_parameters: "utm_source=hermod".into(),
            archive: "archive@example.com".into(),
            seeds: "a@example.com\n\nb@example.com\na@example.com".into(),
            ..draft()
        };
        let sender = checked(&full).unwrap();
        assert_eq!((sender.reply_to, sender.seeds.len()), (None, 2));
        assert_eq!(sender.templates.from_name, "{{ context.store }}");
        assert_eq!(sender.templates.reply_to, "{{ context.agent }}@example.com");
        assert!(checked(&draft()).unwrap().templates.is_empty());
        for (bad, path) in [
            (ChannelConfigurationDraft { sender_name: "Robot".into(), ..draft() }, "senderAddress"),
            (ChannelConfigurationDraft { sender_address: "robot".into(), ..draft() }, "senderAddress"),
            (ChannelConfigurationDraft { from_template: "{{ a }}\r\nBcc: x".into(), ..draft() }, "fromTemplate"),
            (ChannelConfigurationDraft { url_parameters: "utm".into(), ..draft() }, "urlParameters"),
            (ChannelConfigurationDraft { archive: "x".into(), ..draft() }, "archive"),
            (ChannelConfigurationDraft { seeds: "x".into(), ..draft() }, "seeds"),
            (
                ChannelConfigurationDraft { send_to_complained: true, category: "marketing".into(), ..draft() },
                "sendToComplained",
            ),
        ] {
            assert_eq!(checked(&bad).unwrap_err(), [path]);
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
