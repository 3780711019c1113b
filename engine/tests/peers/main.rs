//! What providers are asked, judged by servers that nobody here wrote, and by the documents that the providers publish. How they
//! answer, and what becomes of a message then, is tested with a server of our own (`channels.rs`), which does as it is told.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::large_enum_variant,
    clippy::used_underscore_binding,
    clippy::default_trait_access,
    clippy::duration_suboptimal_units,
    reason = "a test stops where it finds a fault"
)]

#[path = "../support/mod.rs"]
mod support;

mod amazon;
mod contracts;
mod mails;
mod models;
mod notifications;
mod process;
mod pushes;
