//! Every SQL text of the store, for the test that prepares each on both databases.

use super::{
    api_clients, attempts, campaign_versions, campaigns, channel_configurations, console_users, executions, messages,
    sandboxes, sessions,
};

/// Name of the file and its statements.
pub const ALL: &[(&str, &[(&str, &str)])] = &[
    ("api_clients", api_clients::STATEMENTS),
    ("attempts", attempts::STATEMENTS),
    ("campaign_versions", campaign_versions::STATEMENTS),
    ("campaigns", campaigns::STATEMENTS),
    ("channel_configurations", channel_configurations::STATEMENTS),
    ("console_users", console_users::STATEMENTS),
    ("executions", executions::STATEMENTS),
    ("messages", messages::STATEMENTS),
    ("sandboxes", sandboxes::STATEMENTS),
    ("sessions", sessions::STATEMENTS),
];
