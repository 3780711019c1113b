//! The console through the server's router, as a browser without scripts and as a caller of server functions see it.
#![expect(clippy::unwrap_used, reason = "a world that cannot be set up fails the test")]

mod assets;
mod audiences;
mod campaigns;
mod consent;
mod designer;
mod devices;
mod experiments;
mod files;
mod hostile;
mod people;
mod replies;
mod rule_sets;
mod server_functions;
mod settings;
mod starting;
mod support;
mod suppressions;
mod testing;
mod trouble;
