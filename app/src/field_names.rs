//! What the field at the path of a fault is called on its form.

use domain::channel_configuration::Channel;
use domain::provider::ProviderKind;

use crate::i18n::texts;
use crate::settings::field_label;

/// The label of the field; `None` for a path that no form has. What follows a hyphen tells rows of a list apart.
pub fn field_name(path: &str) -> Option<&'static str> {
    let t = texts();
    if path.starts_with("variables.") {
        return Some(t.trigger.variables);
    }
    if path.starts_with("content.design") {
        return Some(texts().content_step.designed);
    }
    if path.starts_with("variants.contents") {
        return Some(t.variants.contents);
    }
    if let Some(part) = path.strip_prefix("variants.") {
        return match part.split('.').next() {
            Some("experiment") => Some(t.variants.experiment),
            Some("targeting") => Some(t.variants.targeting),
            Some("languages") => Some(t.variants.languages),
            _ => None,
        };
    }
    if path.starts_with("content.data") {
        return Some(t.push_step.data);
    }
    if let Some(field) = path.strip_prefix("content.rcs.") {
        return rcs_field(field);
    }
    if let Some(field) = path.strip_prefix("configuration.") {
        return field_name(field.split('[').next().unwrap_or_default());
    }
    if path.starts_with("keywords.custom") {
        return Some(t.keywords.custom);
    }
    if let Some((_, field)) = path.strip_prefix("columns[").and_then(|column| column.split_once("].")) {
        return match field {
            "holds" => Some(t.audience_files.holds),
            "path" => Some(t.audience_files.path),
            _ => None,
        };
    }
    if let Some(field) = path.strip_prefix("words.") {
        return topic_field(field);
    }
    if path.starts_with("periods") {
        return Some(t.rule_sets.quiet_hours);
    }
    if let Some(field) = path.strip_prefix("settings.") {
        return account_field(field);
    }
    let name = match path.split('-').next().unwrap_or_default() {
        "name" => t.campaigns.name,
        "description" => t.wizard.description,
        "form.name" => t.library.name,
        "form.description" => t.library.description,
        "form.kind" => t.library.kind,
        "form.text" => t.library.text,
        "template" => t.library.template,
        "set.name" => t.rule_sets.set_name,
        "set.description" => t.rule_sets.description,
        "category" => t.campaigns.category,
        "highThroughput" => t.wizard.throughput,
        "topicId" => t.wizard.topic,
        "channel" => t.channels.channel,
        "configurationId" => t.wizard.configuration,
        "ruleSetId" => t.rule_sets.choice,
        "variants" => t.variants.title,
        "content.subject" => t.content_step.subject,
        "content.preheader" => t.content_step.preheader,
        "content.html" => t.content_step.html,
        "content.mjml" => "MJML",
        "content.rcs" => t.mobile_step.rcs,
        "content.text" => t.content_step.text,
        "content.attachments" => t.content_step.attachments,
        "content.title" => t.push_step.title,
        "content.body" => t.push_step.body,
        "content.kind" => t.push_step.kind,
        "content.activity.event" => t.live_activity.event,
        "content.activity.id" => t.live_activity.id,
        "content.activity.state" => t.live_activity.state,
        "content.activity.attributesType" => t.live_activity.attributes_type,
        "content.activity.attributes" => t.live_activity.attributes,
        "content.activity.staleDate" => t.live_activity.stale_date,
        "content.activity.dismissalDate" => t.live_activity.dismissal_date,
        "content.activity.relevanceScore" => t.live_activity.relevance_score,
        "content.activity.inputChannel" => t.live_activity.input_channel,
        "content.mediaUrl" => t.mobile_step.media,
        "content.shortenLinks" => t.mobile_step.links,
        "content.clickUrl" => t.push_step.click_url,
        "content.imageUrl" => t.push_step.image,
        "content.badge" => t.push_step.badge,
        "content.collapseKey" => t.push_step.collapse_key,
        "columns" => t.audience_files.columns,
        "namespace" => t.audience_files.namespace,
        "optedIn" => t.audience_files.opted_in,
        "reason" => t.consent.reason,
        "audience.namespace" => t.wizard.namespace,
        "audience.createProfiles" => t.wizard.create_profiles,
        "identities" => t.people.identities,
        "attributes" => t.people.attributes,
        "language" => t.people.language,
        "path" => t.people.path,
        "kind" => t.people.kind,
        "label" => t.people.label,
        "example" => t.people.example,
        "audience.id" => t.wizard.audience_choice,
        "audience.callMayOverride" => t.wizard.override_label,
        "schedule.messagesPerSecond" => t.wizard.rate,
        "schedule.start" => t.wizard.start,
        "schedule.end" => t.wizard.end,
        "schedule.timeZone" | "zone" => t.wizard.time_zone,
        "fromName" => t.configurations.from_name,
        "fromAddress" => t.configurations.from_address,
        "replyTo" => t.configurations.reply_to,
        "fromTemplate" => t.configurations.from_template,
        "senderName" => t.configurations.sender_name,
        "senderAddress" => t.configurations.sender_address,
        "urlParameters" => t.configurations.url_parameters,
        "archive" => t.configurations.archive,
        "seeds" => t.configurations.seeds,
        "sendToComplained" => t.configurations.send_to_complained,
        "entry" => t.suppressions.entry,
        "comment" => t.suppressions.comment,
        "returnDomain" => t.configurations.return_domain,
        "softBounceThreshold" => t.configurations.soft_bounce_threshold,
        "dkimDomain" => t.configurations.dkim_domain,
        "dkimSelector" => t.configurations.dkim_selector,
        "fromNumber" => t.providers.from_number,
        "defaultRegion" => t.providers.default_region,
        "replyToStop" => t.providers.reply_to_stop,
        "replyToStart" => t.providers.reply_to_start,
        "replyToHelp" => t.providers.reply_to_help,
        "replyToOther" => t.providers.reply_to_other,
        "askToConfirm" => t.keywords.ask_to_confirm,
        "replyToFuzzy" => t.keywords.reply_to_fuzzy,
        "keywords.stop" => t.keywords.stop_words,
        "keywords.start" => t.keywords.start_words,
        "keywords.help" => t.keywords.help_words,
        "keywords.confirm" => t.keywords.confirm_words,
        "keywords.fuzzyStop" => t.keywords.fuzzy,
        "keywords.doubleOptIn" => t.keywords.double_opt_in,
        "transport" => t.configurations.destination,
        "host" => t.configurations.host,
        "port" => t.configurations.port,
        "security" => t.configurations.security,
        "username" => t.configurations.username,
        "auth" => t.configurations.auth,
        "tokenUrl" => t.configurations.token_url,
        "clientId" => t.configurations.client_id,
        "clientSecret" => t.configurations.client_secret,
        "refreshToken" => t.configurations.refresh_token,
        "scope" => t.configurations.scope,
        "maxPerSecond" => t.configurations.max_per_second,
        "maxPerSecondPerDomain" => t.configurations.max_per_second_per_domain,
        "failover" => t.configurations.failover,
        "consentLevel" => t.configurations.consent_level,
        "retryMinutes" => t.configurations.retry_minutes,
        "maxConnections" => t.configurations.max_connections,
        "maxMessagesPerConnection" => t.configurations.max_messages_per_connection,
        "email" => t.session.email,
        "password" => t.session.password,
        "present" => t.account.present,
        "newPassword" => t.account.new_password,
        "requestsPerSecond" => t.api_clients.requests_per_second,
        "requestsPerDay" => t.api_clients.requests_per_day,
        "role" => t.users.role,
        "count" => t.rule_sets.count,
        "every" => t.rule_sets.every,
        "period" => t.rule_sets.period,
        "channels" => t.rule_sets.channels,
        "weekStart" => t.rule_sets.week_start,
        "handling" => t.rule_sets.handling,
        "rules" => t.rule_sets.rules,
        "status" => t.campaigns.status,
        "campaignId" => t.messages.campaign,
        "to" => t.configurations.test_receiver,
        "addresses" => t.testing.to,
        "subjectPrefix" => t.testing.prefix,
        "userId" => t.testing.user_id,
        "values" => t.testing.values,
        "person" => t.settings_sandbox.erase_person,
        "state" => t.messages.state,
        "recipient" => t.messages.recipient,
        "requestId" => t.messages.request_id,
        "from" => t.messages.from,
        "until" => t.messages.until,
        _ => return None,
    };
    Some(name)
}

/// The words of a topic, in each language.
fn topic_field(name: &str) -> Option<&'static str> {
    let t = texts();
    Some(match name {
        "nameEn" => t.topics.name_en,
        "nameKo" => t.topics.name_ko,
        "descriptionEn" => t.topics.description_en,
        "descriptionKo" => t.topics.description_ko,
        _ => return None,
    })
}

/// Of a card or a suggestion its last step tells.
fn rcs_field(path: &str) -> Option<&'static str> {
    let t = texts();
    let of_card = path.starts_with("cards.") && !path.contains("suggestions");
    Some(match path.rsplit('.').next().unwrap_or_default() {
        "kind" if path == "kind" => t.rcs_step.kind,
        "kind" => t.rcs_step.does,
        "cards" => t.rcs_step.cards,
        "mediaUrl" => t.rcs_step.card_media,
        "title" if of_card => t.rcs_step.card_title,
        "description" if of_card => t.rcs_step.card_description,
        "suggestions" => t.rcs_step.suggestions,
        "label" => t.rcs_step.label,
        "target" => t.rcs_step.target,
        "webview" => t.rcs_step.webview,
        "place" => t.rcs_step.place,
        "placeLabel" => t.rcs_step.place_label,
        "fallbackText" => t.rcs_step.fallback,
        "fallbackAfterMinutes" => t.rcs_step.minutes,
        _ => return None,
    })
}

/// The same on the forms of a campaign, where the text of a mail and that of a mobile message have different names.
pub fn field_name_on(channel: Channel, path: &str) -> Option<&'static str> {
    match (channel, path) {
        (Channel::Mobile, "content.text") => Some(texts().mobile_step.text),
        _ => field_name(path),
    }
}

/// As the provider calls it; of several that have such a field, the first. What follows a dot or a bracket is a part of it.
fn account_field(path: &str) -> Option<&'static str> {
    let name = path.split(['.', '[']).next().unwrap_or_default();
    let of = |provider: &ProviderKind| {
        let field = provider.fields().iter().find(|field| field.name == name)?;
        Some(field_label(*provider, field))
    };
    ProviderKind::ALL.iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_file_and_words_of_a_topic_are_called_as_on_their_forms() {
        assert_eq!(field_name("columns[12].path"), Some(texts().audience_files.path));
        assert_eq!(field_name("columns"), Some(texts().audience_files.columns));
        assert_eq!(field_name("columns[0].mood"), None);
        assert_eq!(field_name("words.nameKo"), Some("Name in Korean"));
    }

    #[test]
    fn fields_of_accounts_are_called_as_their_provider_calls_them() {
        assert_eq!(field_name("settings.accountSid"), Some("Account SID"));
        assert_eq!(field_name("settings.payload.to"), Some("Provider payload"));
        assert_eq!(field_name("settings.moonPhase"), None);
    }
}
