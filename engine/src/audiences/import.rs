//! A list becomes the members of an audience: line by line, in steps, whole or not at all.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::audience::{Member, MemberAddresses, NAME_MAX};
use domain::audience_upload::{FileStatus, Reject};
use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentEntry, ConsentSource};
use domain::id::{AudienceId, ImportId};
use domain::{Fault, Faults, SandboxName, Timestamp};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

use crate::addresses::{canonical_number, phone_number};
use crate::consent::{PROOF_MAX, key_of};
use crate::ids::new_id;
use crate::store::audience_files::{self, End, Progress};
use crate::store::audiences::{self, StoredMember};
use crate::{Engine, Error, Result, json_line};

/// Members that one transaction writes.
const STEP: usize = 500;
/// Of a line, beside the profile.
const REST_MAX_BYTES: usize = 56 * 1024;
/// Faults that are told; more would not be read.
const TOLD: usize = 20;

/// How a list is taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportRules<'a> {
    /// Faulty lines are left out instead of refusing the whole list.
    pub leave_out_faulty: bool,
    /// Everybody on the list has agreed to marketing, and this is how: “Newsletter form, spring 2026”. Nobody who said no before
    /// is asked again.
    pub opted_in: Option<&'a str>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub audience_id: AudienceId,
    /// Of the new list.
    pub members: u64,
    /// Lines that named somebody once more.
    pub repeated: u64,
    /// Lines with faults, when they were to be left out.
    pub faulty: u64,
    /// Of these lines, the first 20 faults.
    pub faults: Vec<LineFault>,
    /// Addresses for which the list is the first word of consent.
    pub opted_in: u64,
}

/// A fault with its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// From 1.
    pub line: u64,
    /// Of the value in its line: `channelData.emailAddress`. Empty: the whole line.
    pub path: String,
    pub text: String,
}

/// Why a list was not taken. The list that was in force before still is.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The first faults, in the order of lines.
    #[error("{} faults", .0.len())]
    Faults(Vec<LineFault>),
    /// The list could not be read to its end.
    #[error("the list cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error(transparent)]
    Engine(#[from] Error),
}

impl From<domain::Failure> for ImportError {
    fn from(failure: domain::Failure) -> Self {
        Self::Engine(failure.into())
    }
}

impl Engine {
    /// Reads a list of members, one JSON object a line ([`Member`]), and puts it in force once it is complete; an audience
    /// of this name is created when there is none. Memory does not grow with the list. Runs that have begun go on with the
    /// list they began with.
    ///
    /// A faulty line refuses the whole list, unless the rules say otherwise. Failures: Invalid at `name` and `optedIn`,
    /// `NotFound` `sandbox`.
    pub async fn import_audience(
        &self,
        sandbox: &SandboxName,
        name: &str,
        list: impl AsyncBufRead + Unpin + Send,
        rules: ImportRules<'_>,
        by: &str,
    ) -> Result<Imported, ImportError> {
        let mut faults = Faults::default();
        let name = faults.take("name", domain::address::required_line(name, NAME_MAX));
        let opted_in = rules.opted_in.map(|text| domain::address::required_line(text, PROOF_MAX));
        let opted_in = opted_in.and_then(|text| faults.take("optedIn", text));
        faults.into_result()?;
        let name = name.unwrap_or_default();
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let (audience_id, import_id) = self.begin_import(&sandbox, &name, by).await?;
        let profile_max_bytes = self.context_max_bytes();
        let mut import = Import {
            engine: self,
            profile_max_bytes,
            id: import_id,
            leave_out_faulty: rules.leave_out_faulty,
            told: TOLD,
            of_file: None,
            rows: 0,
            opted_in: opted_in.map(|source| Agreed { source, list: name, by: by.to_owned() }),
            sandbox,
            step: Vec::with_capacity(STEP),
            done: Imported { audience_id, members: 0, repeated: 0, faulty: 0, faults: Vec::new(), opted_in: 0 },
        };
        let read = import.read(list).await;
        import.end(read).await
    }

    pub(super) async fn begin_list(&self, audience_id: &AudienceId, by: &str) -> Result<ImportId> {
        let now = self.now();
        let import_id = new_id(now, ImportId::new);
        let mut tx = self.store().begin().await?;
        audiences::insert_import(&mut tx, &import_id, audience_id, by, now).await?;
        tx.commit().await?;
        Ok(import_id)
    }

    async fn begin_import(&self, sandbox: &SandboxName, name: &str, by: &str) -> Result<(AudienceId, ImportId)> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        audiences::insert(&mut tx, sandbox, &new_id(now, AudienceId::new), name, by, now).await?;
        tx.commit().await?;
        let found = audiences::find_by_name(self.store(), sandbox, name).await?;
        let audience = found.ok_or_else(|| Error::unexpected("an audience vanished"))?.audience.id;
        let import_id = self.begin_list(&audience, by).await?;
        Ok((audience, import_id))
    }

    /// Removes an import and its members, in steps.
    pub(crate) async fn remove_import(&self, id: &ImportId) -> Result<u64> {
        let mut removed = 0;
        loop {
            let mut tx = self.store().begin().await?;
            let step = audiences::remove_members(&mut tx, id, 500).await?;
            tx.commit().await?;
            removed += step;
            if step == 0 {
                return Ok(removed);
            }
        }
    }
}

/// An import that is going on.
pub(super) struct Import<'a> {
    pub(super) engine: &'a Engine,
    /// Of a member, as JSON.
    pub(super) profile_max_bytes: usize,
    pub(super) id: ImportId,
    pub(super) leave_out_faulty: bool,
    /// Most faults that are told.
    pub(super) told: usize,
    /// The file that it comes from.
    pub(super) of_file: Option<OfFile>,
    /// Read so far.
    pub(super) rows: u64,
    pub(super) opted_in: Option<Agreed>,
    pub(super) sandbox: SandboxName,
    /// Read and not yet written.
    pub(super) step: Vec<StoredMember>,
    pub(super) done: Imported,
}

/// A file that is being entered: how far it is told with each step.
pub(super) struct OfFile {
    pub(super) id: ImportId,
    pub(super) sandbox: SandboxName,
    /// Read so far.
    pub(super) bytes: Arc<AtomicU64>,
    /// How long this process has for the next step.
    pub(super) lease: Duration,
}

/// How everybody on a list agreed.
pub(super) struct Agreed {
    pub(super) source: String,
    /// Name of the list or file.
    pub(super) list: String,
    pub(super) by: String,
}

impl Import<'_> {
    pub(super) async fn read(&mut self, mut list: impl AsyncBufRead + Unpin + Send) -> Result<(), ImportError> {
        let line_max = (self.profile_max_bytes + REST_MAX_BYTES) as u64;
        let mut text = Vec::new();
        let (mut line, mut position) = (0, 0);
        loop {
            text.clear();
            (&mut list).take(line_max).read_until(b'\n', &mut text).await?;
            if text.is_empty() {
                return Ok(());
            }
            line += 1;
            if text.len() as u64 == line_max && !text.ends_with(b"\n") {
                let faults = Fault::new("", "too_long", format!("A line has at most {} KB.", line_max / 1024));
                self.note(line, Faults(vec![faults]))?;
                skip_line(&mut list).await?;
                continue;
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            position += 1;
            let member = member_of(text.trim_ascii(), position, self.profile_max_bytes);
            self.take(line, member).await?;
        }
    }

    /// Takes a row; writes a step when there are enough.
    pub(super) async fn take(&mut self, line: u64, member: Result<StoredMember, Faults>) -> Result<(), ImportError> {
        self.rows += 1;
        match member {
            Ok(member) => self.step.push(member),
            Err(faults) => self.note(line, faults)?,
        }
        if self.step.len() == STEP {
            self.write().await?;
        }
        Ok(())
    }

    /// Puts the list in force when all of it was read, otherwise removes what was written.
    pub(super) async fn end(mut self, read: Result<(), ImportError>) -> Result<Imported, ImportError> {
        let complete = match read {
            Ok(()) => self.finish().await,
            Err(error) => Err(error),
        };
        if complete.is_err() {
            // What cannot be removed now is removed later, by the sweep.
            if let Err(error) = self.engine.remove_import(&self.id).await {
                tracing::warn!(%error, "an incomplete import could not be removed yet");
            }
        }
        complete.map(|()| self.done)
    }

    /// Notes what is wrong with a line; enough of it ends the import.
    fn note(&mut self, line: u64, faults: Faults) -> Result<(), ImportError> {
        self.done.faulty += 1;
        let room = self.told.saturating_sub(self.done.faults.len());
        let told = faults.0.into_iter().take(room);
        self.done.faults.extend(told.map(|fault| LineFault { line, path: fault.path, text: fault.text }));
        if !self.leave_out_faulty && self.done.faults.len() == self.told {
            return Err(ImportError::Faults(std::mem::take(&mut self.done.faults)));
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<()> {
        // The list is lost already: its further lines are only read for their faults.
        if self.done.faulty > 0 && !self.leave_out_faulty {
            self.step.clear();
            return Ok(());
        }
        let mut tx = self.engine.store().begin().await?;
        let inserted = audiences::insert_members(&mut tx, &self.id, &self.step).await?;
        audiences::touch_import(&mut tx, &self.id, self.engine.now()).await?;
        self.done.members += inserted;
        self.done.repeated += self.step.len() as u64 - inserted;
        if let Some(file) = &self.of_file {
            audience_files::note(&mut tx, &file.id, self.progress(file), self.engine.now().plus(file.lease)).await?;
        }
        tx.commit().await?;
        if let Some(file) = &self.of_file {
            self.engine.0.news.tell(&file.sandbox);
        }
        self.step.clear();
        Ok(())
    }

    fn progress(&self, file: &OfFile) -> Progress {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Progress {
            done_bytes: number(file.bytes.load(Ordering::Relaxed)),
            rows: number(self.rows),
            members: number(self.done.members),
            repeated: number(self.done.repeated),
            failed: number(self.done.faulty),
        }
    }

    /// Enters that the members of the new list agreed, in steps: it is in force only afterwards.
    async fn opt_in(&mut self) -> Result<()> {
        let Some(agreed) = &self.opted_in else { return Ok(()) };
        let (store, now) = (self.engine.store(), self.engine.now());
        let mut last = 0;
        loop {
            let members =
                audiences::members_after(store, &self.id, last, i64::try_from(STEP).unwrap_or(i64::MAX)).await?;
            let Some(end) = members.last() else { return Ok(()) };
            last = end.position;
            let mut seen = HashSet::new();
            let entries = members.iter().flat_map(|member| entries_of(member, agreed, now));
            let entries: Vec<ConsentEntry> = entries.filter(|entry| seen.insert(key_of(entry))).collect();
            let mut tx = store.begin().await?;
            self.done.opted_in += self.engine.put_filled(&mut tx, &self.sandbox, entries).await? as u64;
            audiences::touch_import(&mut tx, &self.id, now).await?;
            if let Some(file) = &self.of_file {
                audience_files::note(&mut tx, &file.id, self.progress(file), self.engine.now().plus(file.lease))
                    .await?;
            }
            tx.commit().await?;
        }
    }

    async fn finish(&mut self) -> Result<(), ImportError> {
        if self.done.faulty > 0 && !self.leave_out_faulty {
            return Err(ImportError::Faults(std::mem::take(&mut self.done.faults)));
        }
        self.write().await?;
        if self.done.members == 0 {
            let text = "The list names nobody.".to_owned();
            return Err(ImportError::Faults(vec![LineFault { line: 1, path: String::new(), text }]));
        }
        self.opt_in().await?;
        let members = i64::try_from(self.done.members).map_err(Error::unexpected)?;
        let mut tx = self.engine.store().begin().await?;
        audiences::finish_import(&mut tx, &self.done.audience_id, &self.id, members, self.engine.now()).await?;
        if let Some(file) = &self.of_file {
            // A file whose list is in force is never entered once more.
            let rejects: Vec<Reject> = self.done.faults.drain(..).map(reject).collect();
            let end = End { status: FileStatus::Complete, reason: "", rejects: &rejects };
            audience_files::end(&mut tx, &file.id, end, self.engine.now()).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// What a member of a list says: at each of their addresses.
fn entries_of(member: &StoredMember, agreed: &Agreed, now: Timestamp) -> impl Iterator<Item = ConsentEntry> {
    let Agreed { source, list, by } = agreed;
    let proof = format!("{source} (list “{list}”, entry {})", member.position);
    let addresses = [(Channel::Email, &member.address), (Channel::Mobile, &member.phone)];
    addresses.into_iter().filter(|(_, address)| !address.is_empty()).map(move |(channel, address)| ConsentEntry {
        proof: proof.clone(),
        entered_by: by.clone(),
        ..ConsentEntry::of(channel, address, Choice::In, ConsentSource::Import, now)
    })
}

/// A fault as it is kept with its file.
pub(super) fn reject(LineFault { line, path, text }: LineFault) -> Reject {
    Reject { row: i64::try_from(line).unwrap_or(0), path, text }
}

/// Goes to the end of a line that is too long to be read.
pub(crate) async fn skip_line(list: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<()> {
    loop {
        let part = list.fill_buf().await?;
        let (used, ended) = match part.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (part.len(), part.is_empty()),
        };
        list.consume(used);
        if ended {
            return Ok(());
        }
    }
}

/// One line as a member, or everything that is wrong with it.
fn member_of(text: &[u8], position: i64, profile_max_bytes: usize) -> Result<StoredMember, Faults> {
    let member: Member = json_line::read(text).map_err(|fault| Faults(vec![fault]))?;
    stored_member(&member, position, profile_max_bytes)
}

/// A member as it is stored, or everything that is wrong with it.
pub(super) fn stored_member(member: &Member, position: i64, profile_max_bytes: usize) -> Result<StoredMember, Faults> {
    let MemberAddresses { email, phone } = member.addresses(profile_max_bytes)?;
    let is_number = member.namespace.trim().eq_ignore_ascii_case("phone");
    let phone = match &phone {
        Some(phone) => {
            let path = if is_number { "userId" } else { "channelData.mobilePhoneNumber" };
            let number = phone_number(phone.as_str(), "").map_err(|fault| Faults(vec![fault.under(path)]))?;
            number.to_string()
        }
        None => String::new(),
    };
    // However a number is written, a list has a person once.
    let number = Some(&member.user_id).filter(|_| is_number).and_then(|written| canonical_number(written).ok());
    let profile = serde_json::to_string(&member.profile).unwrap_or_else(|_| "{}".to_owned());
    Ok(StoredMember {
        position,
        user_id: number.map_or_else(|| member.user_id.trim().to_owned(), |number| number.to_string()),
        namespace: member.namespace.trim().to_owned(),
        address: email.map(|email| email.to_string()).unwrap_or_default(),
        phone,
        profile,
    })
}
