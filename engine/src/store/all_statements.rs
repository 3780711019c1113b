//! Every SQL text of the store, for the test that prepares each on both databases.

use super::{
    api_client_days, api_clients, attempts, audiences, backlog, campaign_versions, campaigns, cancellations,
    channel_configurations, circuits, console_users, executions, failover, health, message_events, messages, pauses,
    push_tokens, rates, removal, runs, sandboxes, schedules, sessions, short_links, soft_bounces, suppressions,
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
    ("executions", executions::STATEMENTS),
    ("failover", failover::STATEMENTS),
    ("health", health::STATEMENTS),
    ("message_events", message_events::STATEMENTS),
    ("messages", messages::STATEMENTS),
    ("pauses", pauses::STATEMENTS),
    ("push_tokens", push_tokens::STATEMENTS),
    ("rates", rates::STATEMENTS),
    ("removal", removal::STATEMENTS),
    ("runs", runs::STATEMENTS),
    ("sandboxes", sandboxes::STATEMENTS),
    ("schedules", schedules::STATEMENTS),
    ("sessions", sessions::STATEMENTS),
    ("short_links", short_links::STATEMENTS),
    ("soft_bounces", soft_bounces::STATEMENTS),
    ("suppressions", suppressions::STATEMENTS),
];
