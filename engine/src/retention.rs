//! Old data goes, and a person can be forgotten. In steps so small, and with pauses between them, that sending is not
//! slowed.

use std::time::Duration;

use domain::address::{EmailAddress, required_line};
use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentEntry, in_force};
use domain::execution::Erased;
use domain::id::ProfileId;
use domain::profile::Identity;
use domain::{Fault, SandboxName, Timestamp};

use crate::addresses::canonical_number;
use crate::consent::addresses_in;
use crate::store::consents::{Put, Whose};
use crate::store::push_tokens::Person;
use crate::store::{
    Alone, Tx, audience_files, audiences, cap_places, consent_requests, consents, files, opt_in_requests,
    person_consents, profiles, proofs, push_tokens, removal, short_links, soft_bounces,
};
use crate::{Engine, Result};

/// Rows of one step.
const STEP: i64 = 500;
/// Messages of one step of an erasure; each has attempts and a rendering.
const OF_PERSON: i64 = 100;
/// Files of one step: each may be large.
const FILES: i64 = 20;
/// How long a file that nobody refers to is left alone.
const FILE_KEPT: Duration = Duration::from_mins(1);
/// Between two steps.
const PAUSE: Duration = Duration::from_millis(20);
/// How long an import that is not in force is left alone: it may be going on.
const IMPORT_KEPT: Duration = Duration::from_hours(1);
/// A file of people whose columns nobody has explained is kept so long.
const UNEXPLAINED_KEPT: Duration = Duration::from_hours(24);

/// How long what is kept. `None`: for ever.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Messages with their attempts, executions without messages, schedules that are over.
    pub messages: Option<Duration>,
    /// What was rendered: HTML, text and headers. The subject stays with the message.
    pub bodies: Option<Duration>,
}

/// What a sweep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub messages: u64,
    pub bodies: u64,
    pub executions: u64,
    pub schedules: u64,
    /// Attachments that nobody refers to any more.
    pub files: u64,
    /// Images that were removed from the library a while ago.
    pub assets: u64,
    /// Members of lists that are neither in force nor read by a run.
    pub members: u64,
}

/// Repeats a step, each in a transaction of its own, until it finds nothing; the sum of what it found.
macro_rules! in_steps {
    ($engine:expr, |$tx:ident| $step:expr) => {{
        let mut sum: u64 = 0;
        loop {
            let mut $tx = $engine.store().begin().await?;
            let found: u64 = $step;
            $tx.commit().await?;
            if found == 0 {
                break sum;
            }
            sum += found;
            tokio::time::sleep(PAUSE).await;
        }
    }};
}

impl Engine {
    /// Is kept what a message says that was made then? No sweep comes by an older one again.
    pub(crate) fn keeps_body(&self, created_at: Timestamp) -> bool {
        self.0.settings.retention.bodies.is_none_or(|kept| self.now() < created_at.plus(kept))
    }

    /// Removes everything that is older than the settings allow, and lists that nobody needs any more.
    pub async fn sweep(&self) -> Result<Swept> {
        let mut swept = Swept::default();
        let now = self.now();
        let settings = self.0.settings.retention;
        if let Some(end) = settings.bodies.map(|kept| now.minus(kept)) {
            swept.bodies = in_steps!(self, |tx| removal::clear_bodies(&mut tx, end, STEP).await?);
        }
        if let Some(end) = settings.messages.map(|kept| now.minus(kept)) {
            swept.messages = in_steps!(self, |tx| removal::remove_messages(&mut tx, end, STEP).await? as u64);
            swept.executions = in_steps!(self, |tx| removal::remove_executions(&mut tx, end, STEP).await?);
            swept.schedules = in_steps!(self, |tx| removal::remove_schedules(&mut tx, end, STEP).await?);
            in_steps!(self, |tx| removal::remove_inbound(&mut tx, end, STEP).await?);
            in_steps!(self, |tx| soft_bounces::remove(&mut tx, end, STEP).await?);
            in_steps!(self, |tx| proofs::remove_versions(&mut tx, end, STEP).await?);
        }
        in_steps!(self, |tx| opt_in_requests::remove(&mut tx, now, STEP).await?);
        in_steps!(self, |tx| cap_places::remove_over(&mut tx, now, STEP).await?);
        in_steps!(self, |tx| consent_requests::remove_expired(&mut tx, now, STEP).await?);
        // What is being written at this moment is younger.
        let end = now.minus(FILE_KEPT);
        swept.files = in_steps!(self, |tx| files::remove_unused(&mut tx, end, FILES).await?);
        in_steps!(self, |tx| short_links::remove_expired(&mut tx, now, STEP).await?);
        while let Some(import) = audiences::unused_import(self.store(), now.minus(IMPORT_KEPT)).await? {
            swept.members += in_steps!(self, |tx| audiences::remove_members(&mut tx, &import, STEP).await?);
        }
        while let Some(file) = audience_files::forgotten(self.store(), now.minus(UNEXPLAINED_KEPT)).await? {
            self.remove_audience_file(&file).await?;
        }
        self.remove_orphaned_pieces(now.minus(UNEXPLAINED_KEPT)).await?;
        swept.assets = self.forget_assets().await?;
        if swept != Swept::default() {
            tracing::info!(?swept, "old data was removed");
        }
        Ok(swept)
    }

    /// Removes a person from a sandbox: what is stored of them, messages in every state with their attempts and renderings, what
    /// they wrote back, registered devices, memberships of audiences, and files of people that wait to be explained; of each
    /// identity that their profile has. Request ids
    /// stay: they are the callers' own, and should say nothing of a person. A message that is being sent at this moment still
    /// goes out. How they came to want marketing or none goes, too; that somebody wants none is kept, as a suppressed address
    /// is: it keeps us away. `person`: an email address or a number with its country, and whatever it looks like a user id of
    /// any namespace. Invalid at `person` when it cannot be one.
    pub async fn erase_person(&self, sandbox: &SandboxName, person: &str, by: &str) -> Result<Erased> {
        let names = who(person)?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let mut people = Vec::new();
        for Name { user_id, namespace } in &names {
            let found = match namespace.clone() {
                Some(namespace) => {
                    let identity = Identity { namespace, user_id: user_id.clone() };
                    let found = profiles::find_by_identity(self.store(), &sandbox, &identity).await?;
                    found.map(|profile| profile.id).into_iter().collect()
                }
                None => profiles::of_user(self.store(), &sandbox, user_id).await?,
            };
            people.extend(found.into_iter().filter(|id| !people.contains(id)).collect::<Vec<_>>());
        }
        self.erase(&sandbox, names, people, by).await
    }

    /// The same for whoever this profile is of. `NotFound` `profile`.
    pub async fn erase_profile(&self, sandbox: &SandboxName, id: &ProfileId, by: &str) -> Result<Erased> {
        self.find_profile(sandbox, id).await?;
        self.erase(sandbox, Vec::new(), vec![id.clone()], by).await
    }

    async fn erase(
        &self,
        sandbox: &SandboxName,
        mut names: Vec<Name>,
        profiles: Vec<ProfileId>,
        by: &str,
    ) -> Result<Erased> {
        for id in &profiles {
            for Identity { namespace, user_id } in profiles::identities(self.store(), sandbox, id).await? {
                let name = Name { user_id, namespace: Some(namespace) };
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        // What nobody has looked into yet would bring the person back.
        let mut erased = Erased { files: self.remove_waiting_files(sandbox).await?, ..Erased::default() };
        let mut handed_down = 0;
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Profiles).await?;
        for id in &profiles {
            handed_down += hand_down(&mut tx, sandbox, id).await?;
        }
        tx.commit().await?;
        for name in &names {
            self.erase_name(sandbox, name, &mut erased).await?;
        }
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Profiles).await?;
        for id in &profiles {
            erased.consents += person_consents::remove(&mut tx, sandbox, id).await?;
            erased.profiles += u64::from(profiles::remove(&mut tx, sandbox, id).await?);
        }
        tx.commit().await?;
        // They were entered and forgotten on the way.
        erased.consents = erased.consents.saturating_sub(handed_down);
        let now = self.now();
        in_steps!(self, |tx| files::remove_unused(&mut tx, now, FILES).await?);
        self.store().forget_removed().await?;
        // Who it was is not said: the log would keep what was to be forgotten.
        tracing::info!(%sandbox, by, ?erased, "a person was erased");
        self.0.news.tell(sandbox);
        Ok(erased)
    }

    /// Removes what is kept under one name of a person, and counts it.
    async fn erase_name(&self, sandbox: &SandboxName, name: &Name, erased: &mut Erased) -> Result<()> {
        let (user_id, namespace) = (name.user_id.as_str(), name.namespace.as_deref());
        // Members first: a run that is going on makes no further message for this person.
        erased.memberships += in_steps!(self, |tx| {
            audiences::remove_memberships(&mut tx, sandbox, namespace, user_id, OF_PERSON).await?
        });
        // Whoever else has the same user id in another namespace is somebody else.
        let only = namespace.filter(|_| !name.is_address());
        erased.messages += in_steps!(self, |tx| {
            let step = removal::remove_of_person(&mut tx, sandbox, (user_id, only), OF_PERSON).await?;
            erased.attempts += step.attempts;
            erased.renderings += step.renderings;
            step.messages
        });
        let mut tx = self.store().begin().await?;
        // Before the devices, by which their owner is known.
        erased.consents += forget_consents(&mut tx, sandbox, name).await?;
        erased.devices += match namespace {
            Some(namespace) => push_tokens::remove_of_person(&mut tx, sandbox, Person { user_id, namespace }).await?,
            None => push_tokens::remove_of_user(&mut tx, sandbox, user_id).await?,
        };
        if only.is_none() {
            erased.replies += removal::remove_inbound_of(&mut tx, sandbox, user_id).await?;
            consent_requests::forget(&mut tx, sandbox, user_id).await?;
            opt_in_requests::forget_person(&mut tx, sandbox, user_id).await?;
            soft_bounces::forget(&mut tx, sandbox, user_id).await?;
        }
        tx.commit().await
    }
}

/// By what things are kept of a person.
#[derive(PartialEq, Eq)]
struct Name {
    user_id: String,
    /// `None`: whichever.
    namespace: Option<String>,
}

impl Name {
    /// Is it where messages go, and nobody else's in any namespace?
    fn is_address(&self) -> bool {
        self.namespace.as_deref().is_some_and(|namespace| matches!(namespace, "email" | "phone"))
    }
}

/// That a person wanted nothing at any address becomes a no of each of them: it is kept, and the person is not. How many were there?
async fn hand_down(tx: &mut Tx, sandbox: &SandboxName, person: &ProfileId) -> Result<u64> {
    let mut handed_down = 0;
    let said = person_consents::list_in(tx, sandbox, person).await?;
    for channel in Channel::ALL.iter().copied() {
        if !said.iter().any(|consent| consent.channel == channel && consent.choice == Choice::Out) {
            continue;
        }
        for address in addresses_in(tx, sandbox, person, channel).await? {
            let whose = Whose { channel, address: Some(&address), person: Some(person) };
            let counts = in_force(consents::find_all_in(tx, sandbox, whose).await?).into_iter();
            let nos = counts.filter(|it| it.choice == Choice::Out && it.profile_id.is_some()).map(|it| ConsentEntry {
                topic_id: it.topic_id,
                ..ConsentEntry::of(channel, &address, Choice::Out, it.source, it.at)
            });
            handed_down += consents::put(tx, sandbox, &nos.collect::<Vec<_>>(), Put::Said).await? as u64;
        }
    }
    Ok(handed_down)
}

/// How many entries of the history were there?
async fn forget_consents(tx: &mut Tx, sandbox: &SandboxName, name: &Name) -> Result<u64> {
    let Name { user_id, namespace } = name;
    let mut forgotten = 0;
    if namespace.is_none() || name.is_address() {
        forgotten += consents::forget(tx, sandbox, user_id).await?;
    }
    for device in push_tokens::addresses_of(tx, sandbox, user_id, namespace.as_deref()).await? {
        forgotten += consents::forget(tx, sandbox, &device).await?;
    }
    Ok(forgotten)
}

/// What a text may name: an address, and a user id of any namespace whatever it looks like. `0012345678` is a customer as well
/// as a number.
fn who(text: &str) -> Result<Vec<Name>, Fault> {
    let user_id = required_line(text, 255).map_err(|fault| fault.under("person"))?;
    let number = canonical_number(text).ok().map(|number| (number.to_string(), "phone"));
    let address = || text.parse::<EmailAddress>().ok().map(|address| (address.to_string(), "email"));
    let address = number.or_else(address);
    let mut names: Vec<Name> = Vec::new();
    names.extend(address.map(|(user_id, namespace)| Name { user_id, namespace: Some(namespace.to_owned()) }));
    names.push(Name { user_id, namespace: None });
    Ok(names)
}
