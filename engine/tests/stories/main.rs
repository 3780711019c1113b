//! The engine as its callers see it, on both databases. One program, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::large_enum_variant,
    clippy::used_underscore_binding,
    clippy::default_trait_access,
    clippy::duration_suboptimal_units,
    reason = "a test stops where it finds a fault"
)]

#[macro_use]
mod support;
mod accounts;
mod assets;
mod audience_files;
mod audience_rules;
mod audiences;
mod bounces;
mod campaign_files;
mod campaigns;
mod cancellation;
mod channels;
mod circuits;
mod consent;
mod consent_of_people;
mod contract;
mod deliverability;
mod delivery;
mod designs;
mod ending;
mod experiments;
mod failover;
mod inbound;
mod intake;
mod library;
mod limits;
mod log;
mod mails;
mod pauses;
mod peers;
mod profiles;
mod proofs;
mod rates;
mod rcs;
mod retention;
mod rule_sets;
mod run_pauses;
mod runs;
mod schedules;
mod statements;
mod store;
mod suppressions;
mod test_messages;
mod tracking;
mod variants;
