//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::SandboxName;
use domain::access::Role;

/// Self-hosted campaigns that other systems trigger.
#[derive(Debug, Parser)]
#[command(name = "hermod", version, about)]
pub struct Cli {
    #[command(flatten)]
    pub place: Place,
    #[command(subcommand)]
    pub command: Command,
}

/// Which installation is meant.
#[derive(Debug, Args)]
pub struct Place {
    /// Folder for the database and the secret key
    #[arg(long, global = true, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// File with settings instead of hermod.toml in the data folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer calls, show the console, deliver messages
    Serve(Serve),
    /// Bring the database up to date
    Migrate,
    /// Create and update channel configurations and campaigns from files
    Apply(Apply),
    /// API clients
    #[command(subcommand)]
    Client(Client),
    /// People with an account in the console
    #[command(subcommand)]
    User(User),
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to answer on
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Also load a sample sandbox, so that every page has something to look at
    #[arg(long)]
    pub demo: bool,
}

#[derive(Debug, Args)]
pub struct Apply {
    /// YAML files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Sandbox of documents that name none
    #[arg(long, value_name = "NAME")]
    pub sandbox: Option<SandboxName>,
}

#[derive(Debug, Subcommand)]
pub enum Client {
    /// Create an API client and print its id and secret as JSON; the secret is not shown again
    Create {
        #[arg(long, value_name = "NAME")]
        sandbox: SandboxName,
        #[arg(long, value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Create a person; the password is the first line of standard input
    Add {
        #[arg(long)]
        email: String,
        /// Shown in the console; the email address when left out
        #[arg(long, default_value = "")]
        name: String,
        /// administrator, approver, manager or viewer
        #[arg(long)]
        role: Role,
    },
    /// Give a person a new password, the first line of standard input, and sign them out everywhere
    Password {
        #[arg(long)]
        email: String,
    },
}
