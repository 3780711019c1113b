//! The server through its router, as its callers see it.

mod authentication;
mod console;
mod executions;
mod support;
mod token;
mod unitary;
