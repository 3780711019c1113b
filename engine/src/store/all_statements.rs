//! Every SQL text of the store, for the test that prepares each on both databases.

use super::{
    api_client_days, api_clients, attempts, audiences, backlog, campaign_versions, campaigns, cancellations,
    channel_configurations, circuits, console_users, copies, executions, failover, fallbacks, files, health,
    inbound_messages, message_events, messages, opt_in_requests, pauses, push_tokens, rates, refused_callbacks,
    removal, runs, sandboxes, schedules, sessions, soft_bounces, suppressions,
};

/// Name of the file and its statements.
pub const ALL: &[(&str, &[(&str, &str)])] = &[
    ("api_client_days", api_client_days::STATEMENTS),
    ("api_clients", api_clients::STATEMENTS),
    ("attempts", attempts::STATEMENTS),
    ("audiences", audiences::STATEMENTS),
    ("backlog", backlog::STATEMENTS),
    ("campaign_versions", campaign_versions::STATEMENTS),
    ("campaigns", campaigns::STATEMENTS),
    ("cancellations", cancellations::STATEMENTS),
    ("channel_configurations", channel_configurations::STATEMENTS),
    ("circuits", circuits::STATEMENTS),
    ("console_users", console_users::STATEMENTS),
    ("copies", copies::STATEMENTS),
    ("executions", executions::STATEMENTS),
    ("failover", failover::STATEMENTS),
    ("fallbacks", fallbacks::STATEMENTS),
    ("files", files::STATEMENTS),
    ("health", health::STATEMENTS),
    ("inbound_messages", inbound_messages::STATEMENTS),
    ("message_events", message_events::STATEMENTS),
    ("messages", messages::STATEMENTS),
    ("opt_in_requests", opt_in_requests::STATEMENTS),
    ("pauses", pauses::STATEMENTS),
    ("push_tokens", push_tokens::STATEMENTS),
    ("rates", rates::STATEMENTS),
    ("refused_callbacks", refused_callbacks::STATEMENTS),
    ("removal", removal::STATEMENTS),
    ("runs", runs::STATEMENTS),
    ("sandboxes", sandboxes::STATEMENTS),
    ("schedules", schedules::STATEMENTS),
    ("sessions", sessions::STATEMENTS),
    ("soft_bounces", soft_bounces::STATEMENTS),
    ("suppressions", suppressions::STATEMENTS),
];
