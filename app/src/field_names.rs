//! What the field at the path of a fault is called on its form.

use crate::i18n::texts;

/// The label of the field; `None` for a path that no form has. What follows a hyphen tells rows of a list apart.
pub fn field_name(path: &str) -> Option<&'static str> {
    let t = texts();
    if path.starts_with("variables.") {
        return Some(t.trigger.variables);
    }
    let name = match path.split('-').next().unwrap_or_default() {
        "name" => t.campaigns.name,
        "description" => t.wizard.description,
        "category" => t.campaigns.category,
        "highThroughput" => t.wizard.throughput,
        "configurationId" => t.wizard.configuration,
        "content.subject" => t.content_step.subject,
        "content.preheader" => t.content_step.preheader,
        "content.html" => t.content_step.html,
        "content.text" => t.content_step.text,
        "audience.namespace" => t.wizard.namespace,
        "audience.id" => t.wizard.audience_choice,
        "schedule.messagesPerSecond" => t.wizard.rate,
        "schedule.start" => t.wizard.start,
        "schedule.end" => t.wizard.end,
        "schedule.timeZone" | "zone" => t.wizard.time_zone,
        "fromName" => t.configurations.from_name,
        "fromAddress" => t.configurations.from_address,
        "replyTo" => t.configurations.reply_to,
        "transport" => t.configurations.destination,
        "host" => t.configurations.host,
        "port" => t.configurations.port,
        "security" => t.configurations.security,
        "username" => t.configurations.username,
        "maxPerSecond" => t.configurations.max_per_second,
        "maxPerSecondPerDomain" => t.configurations.max_per_second_per_domain,
        "retryMinutes" => t.configurations.retry_minutes,
        "maxConnections" => t.configurations.max_connections,
        "email" => t.session.email,
        "password" => t.session.password,
        "present" => t.account.present,
        "newPassword" => t.account.new_password,
        "requestsPerSecond" => t.api_clients.requests_per_second,
        "requestsPerDay" => t.api_clients.requests_per_day,
        "role" => t.users.role,
        "status" => t.campaigns.status,
        "campaignId" => t.messages.campaign,
        "state" => t.messages.state,
        "recipient" => t.messages.recipient,
        "requestId" => t.messages.request_id,
        "from" => t.messages.from,
        "until" => t.messages.until,
        _ => return None,
    };
    Some(name)
}
