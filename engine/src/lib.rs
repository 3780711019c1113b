//! Everything Hermod does, behind one type: [`Engine`]. API and console call the same methods.
//!
//! | file | does |
//! |---|---|
//! | [`accounts`] | console users, sign-in, sessions |
//! | [`api_clients`] | API clients, access tokens, callers |
//! | [`sandboxes`] | capture or live |
//! | [`channel_configurations`] | how a channel sends for us |
//! | [`deliverability`] | what the DNS says of a configuration's mails |
//! | [`assets`] | images that mails show |
//! | [`audiences`] | people who are addressed together; the import of a list |
//! | [`profiles`] | what is stored of people, one by one and in bulk |
//! | [`campaigns`] | draft, review, publish, stop |
//! | [`campaign_files`] | `hermod apply` |
//! | [`cancellation`] | messages taken back before they are sent |
//! | `group_commit` | what many want written at once shares a transaction
//! | [`intake`] | a call becomes an execution and messages, committed before the answer |
//! | [`limits`] | how much an API client may call, and how much may wait |
//! | [`runs`] | an execution for an audience: members become messages, in steps |
//! | `schedules` | calls that run later |
//! | [`delivery`] | claim → check → render → send → record |
//! | `experiments` | what contents that are compared have shown, and what is decided then |
//! | `eligibility` | may a message go: every question, in its order |
//! | [`senders`] | the code that talks to a provider |
//! | [`consent`] | what people said about marketing |
//! | [`suppressions`], `push_tokens`, `devices`, `addresses` | where messages of a person go, and where not any more |
//! | [`paging`] | pages of lists that callers put in order |
//! | [`library`] | templates to start from, and fragments, which many contents share |
//! | [`files`] | files that go with mails |
//! | [`mail_files`] | mails as files: brought in, and taken along |
//! | [`outbound`] | requests to addresses that people configure |
//! | [`proofs`] | previews, and messages to testers |
//! | [`providers`] | what providers are asked, answer and tell later |
//! | [`feedback`] | what they tell: delivered, bounced, STOP |
//! | [`tracking`] | what people do with a mail: openings, clicks, unsubscribing |
//! | [`log`] | executions, messages, timelines, the capture inbox |
//! | [`rule_sets`] | how often marketing may reach a person, and when it may not |
//! | [`retention`] | old data goes; a person is forgotten |
//! | `upkeep` | the loops beside delivery: runs, schedules, retention |
//! | [`store`] | SQLite and PostgreSQL |

use std::path::PathBuf;
use std::sync::Arc;

pub mod accounts;
mod addresses;
pub mod api_clients;
pub mod assets;
pub mod audiences;
pub mod campaign_files;
pub mod campaigns;
mod cancellation;
pub mod channel_configurations;
pub mod clock;
pub mod consent;
pub mod deliverability;
pub mod delivery;
mod devices;
mod eligibility;
mod error;
mod experiments;
pub mod feedback;
pub mod files;
mod group_commit;
pub mod ids;
pub mod intake;
mod json_line;
pub mod keys;
mod lane;
pub mod library;
pub mod limits;
pub mod log;
pub mod mail_files;
pub mod news;
pub mod outbound;
mod packed;
pub mod paging;
pub mod profiles;
pub mod proofs;
pub mod providers;
mod push_tokens;
mod recent;
pub mod retention;
pub mod rule_sets;
pub mod runs;
pub mod sandboxes;
mod schedules;
mod seal;
pub mod senders;
pub mod store;
pub mod suppressions;
pub mod tracking;
mod upkeep;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Error, Result};
use store::Store;

/// What the engine needs to know at start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// 32 secret bytes from which all keys are derived: encryption of secrets, token signatures.
    pub secret_key: keys::SecretKey,
    /// Delivery by this process.
    pub delivery: delivery::Settings,
    /// Runs of audiences.
    pub runs: runs::Settings,
    /// How long what is kept.
    pub retention: retention::Settings,
    /// Seconds an access token is good for.
    pub token_lifetime_seconds: u64,
    /// Most bytes of `context`, and of `profile`, of one recipient of a call, as JSON (reference §1.3).
    pub context_max_bytes: usize,
    /// Most bytes of the files of one call together.
    pub attachments_max_bytes: usize,
    /// Most bytes of one import of profiles.
    pub import_max_bytes: u64,
    /// Images that mails show.
    pub assets: assets::Settings,
    /// How much API clients may call.
    pub limits: limits::Settings,
    /// Requests to addresses that people configure.
    pub outbound: outbound::Settings,
    /// How the DNS is asked about what sends.
    pub deliverability: deliverability::Settings,
    /// Where the world reaches this server, without a slash at the end: for links in messages and for callbacks of providers.
    pub public_url: String,
    /// Where the world finds short links of mobile messages, without a slash at the end: a name of its own. Empty: `/s` of
    /// [`Settings::public_url`].
    pub short_url: String,
}

impl Settings {
    /// Settings for a database, with defaults for the rest. Images are kept below the present folder.
    pub fn new(database_url: impl Into<String>, secret_key: keys::SecretKey) -> Self {
        Self {
            database_url: database_url.into(),
            secret_key,
            delivery: delivery::Settings::default(),
            runs: runs::Settings::default(),
            retention: retention::Settings::default(),
            token_lifetime_seconds: 86_399,
            context_max_bytes: 200 * 1024,
            attachments_max_bytes: domain::attachment::ATTACHMENTS_MAX_BYTES,
            import_max_bytes: 2 * 1024 * 1024 * 1024,
            assets: assets::Settings::in_folder(PathBuf::from("assets")),
            limits: limits::Settings::default(),
            outbound: outbound::Settings::default(),
            deliverability: deliverability::Settings::default(),
            public_url: String::new(),
            short_url: String::new(),
        }
    }

    /// An SQLite file and images in a data folder.
    pub fn sqlite_in(folder: &std::path::Path, secret_key: keys::SecretKey) -> Self {
        let file: PathBuf = folder.join("hermod.sqlite");
        let assets = assets::Settings::in_folder(folder.join("assets"));
        Self { assets, ..Self::new(format!("sqlite:{}", file.display()), secret_key) }
    }
}

/// The product. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: Settings,
    keys: keys::Keys,
    sign_in_limit: accounts::SignInLimit,
    password_turns: accounts::Turns,
    callers: api_clients::CallerCache,
    sandboxes: sandboxes::SandboxCache,
    configurations: channel_configurations::ConfigurationCache,
    versions: campaigns::VersionCache,
    experiments: experiments::ExperimentCache,
    committer: intake::Committer,
    delivery: Arc<delivery::Shared>,
    list_turns: log::ListTurns,
    contexts: runs::ContextCache,
    run_counts: log::RunCounts,
    results: log::ResultsCache,
    news: news::News,
    health: store::health::Health,
    rates: limits::Rates,
    quotas: limits::Quotas,
    backlog: limits::Backlog,
    suppressions: suppressions::SuppressionCache,
    rule_sets: rule_sets::RuleSetCache,
    caps: rule_sets::Caps,
    profiles: profiles::ProfileCache,
    lookups: deliverability::Turns,
    test_pace: channel_configurations::TestPace,
    proof_pace: proofs::ProofPace,
    refusals: feedback::Refusals,
    replies: feedback::Replies,
    tokens: tracking::Tokens,
    files: files::Desk,
    assets: assets::Desk,
}

impl Engine {
    /// Opens the database and applies missing migrations. Delivers nothing until [`Engine::deliver_until`] runs.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self> {
        let store = Store::open(&settings.database_url).await?;
        store.migrate().await?;
        let keys = keys::Keys::derive(&settings.secret_key);
        let news = news::News::new();
        let health = store::health::Health::of(store.clone());
        let accounts = senders::Accounts::new(&settings.outbound, &settings.public_url);
        let delivery = Arc::new(delivery::Shared::new(&settings.delivery, &store, accounts));
        let desk = intake::Desk {
            store: store.clone(),
            health: health.clone(),
            delivery: Arc::clone(&delivery),
            clock: Arc::clone(&clock),
        };
        let places = rule_sets::Desk { store: store.clone(), health: health.clone() };
        Ok(Self(Arc::new(Inner {
            committer: intake::Committer::start(desk),
            delivery,
            list_turns: log::ListTurns::default(),
            sign_in_limit: accounts::SignInLimit::default(),
            password_turns: accounts::Turns::default(),
            callers: api_clients::CallerCache::default(),
            sandboxes: sandboxes::SandboxCache::default(),
            configurations: channel_configurations::ConfigurationCache::default(),
            versions: campaigns::VersionCache::default(),
            experiments: experiments::ExperimentCache::default(),
            contexts: runs::ContextCache::default(),
            run_counts: log::RunCounts::default(),
            results: log::ResultsCache::default(),
            tokens: keys.tokens(),
            files: files::Desk::new(&settings.outbound),
            assets: assets::Desk::new(&settings.assets, &settings.outbound),
            store,
            clock,
            settings,
            keys,
            news,
            health,
            rates: limits::Rates::default(),
            quotas: limits::Quotas::default(),
            backlog: limits::Backlog::default(),
            suppressions: suppressions::SuppressionCache::default(),
            rule_sets: rule_sets::RuleSetCache::default(),
            caps: rule_sets::Caps::start(places),
            profiles: profiles::ProfileCache::default(),
            lookups: deliverability::Turns::default(),
            test_pace: channel_configurations::TestPace::default(),
            proof_pace: proofs::ProofPace::default(),
            refusals: feedback::Refusals::default(),
            replies: feedback::Replies::default(),
        })))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The time, by the engine's clock.
    pub fn now(&self) -> domain::Timestamp {
        self.0.clock.now()
    }

    /// Where the provider of a configuration is to tell what becomes of messages; `None`: this server has no public address.
    pub fn callback_url(&self, id: &domain::id::ChannelConfigurationId) -> Option<String> {
        let public = &self.0.settings.public_url;
        (!public.is_empty()).then(|| format!("{public}/callbacks/{id}"))
    }

    /// Most bytes of `context`, and of `profile`, of one recipient of a call.
    pub fn context_max_bytes(&self) -> usize {
        self.0.settings.context_max_bytes
    }

    /// Most bytes of one import of profiles.
    pub fn import_max_bytes(&self) -> u64 {
        self.0.settings.import_max_bytes
    }

    /// Most bytes of the files of one call together.
    pub fn attachments_max_bytes(&self) -> usize {
        self.0.settings.attachments_max_bytes
    }

    /// Resolves when the storage is known to be away: at once, if it is. Whoever waits for it waits in vain.
    pub async fn storage_away(&self) {
        self.0.health.away().await;
    }

    /// Closes the database. For an orderly end, after delivery has stopped.
    pub async fn close(&self) {
        self.0.store.close().await;
    }
}
