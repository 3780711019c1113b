//! Who mobile messages of a configuration come from, and what people who write to that number get back.

use serde::{Deserialize, Serialize};

use crate::address::{PhoneNumber, single_line};
use crate::channel_configuration::ChannelConfigurationDraft;
use crate::keywords::{FuzzyStop, Keywords};
use crate::{Fault, Faults};

/// The sender of mobile messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MobileSender {
    /// A number in E.164, a short code, or up to 11 letters and digits; empty: the provider picks one.
    pub from_number: String,
    /// Country (ISO 3166-1, two letters) of numbers that are given without one; empty: such numbers are refused.
    pub default_region: String,
    /// What people who write to the number get back.
    #[serde(default)]
    pub replies: Replies,
    /// How what they write is taken.
    #[serde(default)]
    pub keywords: Keywords,
}

/// Answers to what people write; an empty one is not sent (reference §4.8). Those to own keywords stand with them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Replies {
    /// To STOP and its like: the last message that goes there.
    pub stop: String,
    /// To START and its like; with double opt-in, to the confirmation.
    pub start: String,
    /// To HELP and its like.
    pub help: String,
    /// To everything else.
    pub other: String,
    /// With double opt-in, to START and its like: asks for the confirmation.
    pub confirm: String,
    /// To what looks like STOP and is not: says what to write.
    pub fuzzy: String,
}

/// Longest reply in characters.
pub const REPLY_MAX: usize = 480;

impl MobileSender {
    /// As a form or a file gives it.
    pub(crate) fn check(draft: &ChannelConfigurationDraft, faults: &mut Faults) -> Option<Self> {
        let from_number = faults.take("fromNumber", check_number(&draft.from_number));
        let default_region = faults.take("defaultRegion", check_region(&draft.default_region));
        let replies = Replies::check(draft, faults);
        let keywords = Keywords::check(&draft.keywords, faults);
        let needed = |text: &str| Fault::new(text, "required", "This is needed.");
        if keywords.double_opt_in && replies.confirm.is_empty() && faults.at("askToConfirm").is_none() {
            faults.0.push(needed("askToConfirm"));
        }
        if keywords.fuzzy_stop == FuzzyStop::Ask && replies.fuzzy.is_empty() && faults.at("replyToFuzzy").is_none() {
            faults.0.push(needed("replyToFuzzy"));
        }
        Some(Self { from_number: from_number?, default_region: default_region?, replies, keywords })
    }

    /// Into the form that it is edited in.
    pub(crate) fn put_into(&self, draft: &mut ChannelConfigurationDraft) {
        draft.from_number.clone_from(&self.from_number);
        draft.default_region.clone_from(&self.default_region);
        draft.reply_to_stop.clone_from(&self.replies.stop);
        draft.reply_to_start.clone_from(&self.replies.start);
        draft.reply_to_help.clone_from(&self.replies.help);
        draft.reply_to_other.clone_from(&self.replies.other);
        draft.ask_to_confirm.clone_from(&self.replies.confirm);
        draft.reply_to_fuzzy.clone_from(&self.replies.fuzzy);
        draft.keywords = (&self.keywords).into();
    }
}

impl Replies {
    fn check(draft: &ChannelConfigurationDraft, faults: &mut Faults) -> Self {
        let mut reply = |path: &str, text: &str| faults.take(path, single_line(text, REPLY_MAX)).unwrap_or_default();
        Self {
            stop: reply("replyToStop", &draft.reply_to_stop),
            start: reply("replyToStart", &draft.reply_to_start),
            help: reply("replyToHelp", &draft.reply_to_help),
            other: reply("replyToOther", &draft.reply_to_other),
            confirm: reply("askToConfirm", &draft.ask_to_confirm),
            fuzzy: reply("replyToFuzzy", &draft.reply_to_fuzzy),
        }
    }
}

/// A number with its country, a short code, or a name that shows as sender.
fn check_number(text: &str) -> Result<String, Fault> {
    let text = single_line(text, 20)?;
    let is_short_code = (3..=8).contains(&text.len()) && text.chars().all(|it| it.is_ascii_digit());
    let is_name = (1..=11).contains(&text.chars().count())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || " -_&.+".contains(it))
        && text.chars().any(|it| it.is_ascii_alphabetic());
    if text.is_empty() || is_short_code || is_name {
        return Ok(text);
    }
    text.parse::<PhoneNumber>().map(|number| number.to_string()).map_err(|_| {
        let text = "Give a number such as +821012345678, a short code, or a name of up to 11 letters and digits.";
        Fault::new("", "bad_mobile_sender", text)
    })
}

fn check_region(text: &str) -> Result<String, Fault> {
    let text = text.trim().to_uppercase();
    let is_region = text.len() == 2 && text.chars().all(|letter| letter.is_ascii_uppercase());
    if text.is_empty() || is_region {
        return Ok(text);
    }
    Err(Fault::new("", "bad_region", "Give the two letters of a country, such as KR, or nothing."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(draft: &ChannelConfigurationDraft) -> Vec<(String, String)> {
        let mut faults = Faults::default();
        MobileSender::check(draft, &mut faults);
        faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn a_sender_stored_before_there_were_own_keywords_has_none() {
        let json = r#"{"fromNumber":"+15005550006","defaultRegion":"KR","replies":{"stop":"Bye.","start":"","help":"","other":""}}"#;
        let sender: MobileSender = serde_json::from_str(json).unwrap();
        assert_eq!((sender.replies.stop.as_str(), sender.keywords), ("Bye.", Keywords::default()));
        let sender: MobileSender = serde_json::from_str(r#"{"fromNumber":"","defaultRegion":""}"#).unwrap();
        assert_eq!((sender.replies, sender.keywords.fuzzy_stop), (Replies::default(), FuzzyStop::Off));
    }

    #[test]
    fn what_asks_for_an_answer_needs_the_words_to_ask() {
        let mut draft = ChannelConfigurationDraft::default();
        draft.keywords.double_opt_in = true;
        draft.keywords.fuzzy_stop = "ask".into();
        let required = |path: &str| (path.to_owned(), "required".to_owned());
        assert_eq!(faults(&draft), [required("askToConfirm"), required("replyToFuzzy")]);
        draft.ask_to_confirm = "Reply YES.".into();
        draft.reply_to_fuzzy = "x".repeat(REPLY_MAX + 1);
        assert_eq!(faults(&draft), [("replyToFuzzy".to_owned(), "too_long".to_owned())]);
    }

    #[test]
    fn what_the_form_was_made_of_it_gives_back() {
        let draft = ChannelConfigurationDraft {
            from_number: "+82 10-1234-5678".into(),
            default_region: "kr".into(),
            reply_to_stop: "Bye.".into(),
            reply_to_fuzzy: "Write STOP.".into(),
            keywords: crate::keywords::KeywordsDraft {
                stop: "basta, adios".into(),
                fuzzy_stop: "ask".into(),
                ..Default::default()
            },
            ..Default::default()
        };
        let sender = MobileSender::check(&draft, &mut Faults::default()).unwrap();
        let mut again = ChannelConfigurationDraft::default();
        sender.put_into(&mut again);
        assert_eq!(MobileSender::check(&again, &mut Faults::default()), Some(sender));
        assert_eq!((again.from_number.as_str(), again.keywords.stop.as_str()), ("+821012345678", "BASTA, ADIOS"));
    }
}
