//! The server through its router, as its callers see it.
#![expect(clippy::unwrap_used, reason = "a world that cannot be set up fails the test")]

mod authentication;
mod console;
mod executions;
mod support;
mod token;
mod unitary;
