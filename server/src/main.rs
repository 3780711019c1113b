//! The binary `hermod`.

use std::process::ExitCode;

use clap::Parser as _;

/// A call and a message are many small pieces of memory, taken on one thread and given back on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    server::commands::run(server::cli::Cli::parse()).await
}
