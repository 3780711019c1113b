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
    /// Answer calls, show the console, deliver messages; or only some of this
    Serve(Serve),
    /// Bring the database up to date
    Migrate,
    /// Create and update channel configurations and campaigns from files
    Apply(Apply),
    /// Audiences
    #[command(subcommand)]
    Audience(Audience),
    /// What people said about marketing
    #[command(subcommand)]
    Consent(Consent),
    /// Remove everything that is kept of a person in a sandbox
    Erase {
        #[arg(long, value_name = "NAME")]
        sandbox: SandboxName,
        /// Their email address, their number such as +821012345678, or their user id
        #[arg(long, alias = "email", value_name = "EMAIL|NUMBER|USER_ID")]
        person: String,
    },
    /// API clients
    #[command(subcommand)]
    Client(Client),
    /// People with an account in the console
    #[command(subcommand)]
    User(User),
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub roles: Roles,
    /// Address and port to answer on
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Also load a sample sandbox, so that every page has something to look at
    #[arg(long)]
    pub demo: bool,
}

/// What a process does; with none of these, everything.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Roles {
    /// Take calls of API clients. None of --api, --console and --worker means all three
    #[arg(long)]
    pub api: bool,
    /// Show the console
    #[arg(long)]
    pub console: bool,
    /// Deliver messages
    #[arg(long)]
    pub worker: bool,
}

impl Roles {
    /// None named: all.
    pub const fn or_all(self) -> Self {
        let none = !(self.api || self.console || self.worker);
        Self { api: self.api || none, console: self.console || none, worker: self.worker || none }
    }
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
pub enum Audience {
    /// Replace the members of an audience, which is created when there is none; all of them or, after a fault, none
    Import {
        #[arg(long, value_name = "NAME")]
        sandbox: SandboxName,
        /// Name of the audience
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Leave faulty lines out instead of refusing the list
        #[arg(long)]
        leave_out_faulty: bool,
        /// Everybody on the list has agreed to marketing, and this is how: "Newsletter form, spring 2026". Who said no before
        /// is not asked again
        #[arg(long, value_name = "SOURCE")]
        opted_in: Option<String>,
        /// One member a line, as JSON; `-` or nothing: standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum Consent {
    /// Enter the choices of a CSV file: address, and if wanted channel, topic, choice, at, proof. Who said no before is asked
    /// again only by `choice` and a later `at`
    Import {
        #[arg(long, value_name = "NAME")]
        sandbox: SandboxName,
        /// `-` or nothing: standard input
        #[arg(value_name = "FILE", default_value = "-")]
        file: PathBuf,
    },
    /// Print everything that is in force as CSV
    Export {
        #[arg(long, value_name = "NAME")]
        sandbox: SandboxName,
    },
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
