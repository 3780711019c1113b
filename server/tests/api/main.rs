//! The server through its router, as its callers see it.
#![expect(clippy::unwrap_used, reason = "a world that cannot be set up fails the test")]

mod assets;
mod audience_rules;
mod audiences;
mod authentication;
mod consent;
mod console;
mod contract;
mod docs;
mod dry_run;
mod executions;
mod experiments;
mod high_throughput;
mod inbound_messages;
mod library;
mod limits;
mod lists;
mod profiles;
mod roles;
mod short_links;
mod simulations;
mod support;
mod suppressions;
mod token;
mod unitary;
