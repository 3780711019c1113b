//! Choices and their sources in the page's language.

use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentSource};
use domain::id::{ProfileId, TopicId};
use domain::topic::Topic;

use crate::channel::channel_name;
use crate::i18n::{Language, language, texts};
use crate::ui::Signal4;

pub fn choice_name(choice: Choice) -> &'static str {
    let t = texts();
    match choice {
        Choice::In => t.consent.choice_in,
        Choice::Out => t.consent.choice_out,
        Choice::Pending => t.consent.choice_pending,
    }
}

pub const fn choice_signal(choice: Choice) -> Signal4 {
    match choice {
        Choice::In => Signal4::Ok,
        Choice::Out => Signal4::Failed,
        Choice::Pending => Signal4::Waiting,
    }
}

pub fn source_name(source: ConsentSource) -> &'static str {
    let t = texts();
    match source {
        ConsentSource::OneClick => t.consent.source_one_click,
        ConsentSource::UnsubscribePage => t.consent.source_unsubscribe_page,
        ConsentSource::PreferencePage => t.consent.source_preference_page,
        ConsentSource::Api => t.consent.source_api,
        ConsentSource::Import => t.consent.source_import,
        ConsentSource::SmsKeyword => t.consent.source_sms_keyword,
        ConsentSource::DoubleOptIn => t.consent.source_double_opt_in,
        ConsentSource::Console => t.consent.source_console,
        ConsentSource::Complaint => t.consent.source_complaint,
        ConsentSource::Provider => t.consent.source_provider,
        ConsentSource::Migrated => t.consent.source_migrated,
    }
}

/// For what a choice counts: one address, or all of a person.
pub fn level_name(person: Option<&ProfileId>) -> &'static str {
    let t = texts();
    if person.is_some() { t.consent.all_addresses } else { t.consent.this_address }
}

/// A topic in the page's language.
pub fn topic_name(topic: &Topic) -> String {
    match language() {
        Language::English => topic.words.name_en.clone(),
        Language::Korean => topic.words.name_ko.clone(),
    }
}

/// What a choice is about: the whole channel, or a topic.
pub fn scope_name(channel: Channel, id: Option<&TopicId>, topics: &[Topic]) -> String {
    match id {
        None => texts().consent.whole_channel(channel_name(channel)),
        Some(id) => topics.iter().find(|topic| topic.id == *id).map_or_else(|| id.to_string(), topic_name),
    }
}
