//! Many choices from a file, and all of them as one. Memory does not grow with the file.

use std::collections::{HashMap, HashSet};

use domain::channel_configuration::Channel;
use domain::consent::{Choice, Consent, ConsentEntry, ConsentSource};
use domain::id::{ProfileId, TopicId};
use domain::{Fault, Faults, SandboxName, csv};
use futures::Stream;
use futures::stream::try_unfold;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

use super::book::{NewConsent, PROOF_MAX, key_of, no_such_person, unknown_people};
use crate::audiences::{ImportError, LineFault, skip_line};
use crate::store::consents::{self, Put};
use crate::{Engine, Result};

/// Choices that one transaction writes.
const STEP: usize = 500;
/// Choices of one piece of an export.
const PAGE: i64 = 1_000;
/// Longest record of a file, in bytes.
const RECORD_MAX: u64 = 16 * 1024;
/// Faults that are told.
const TOLD: usize = 20;
/// Columns of a file; an export has the first seven.
const COLUMNS: [&str; 8] = ["channel", "address", "topic", "choice", "source", "at", "profile_id", "proof"];

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentFile {
    /// Records, without the header.
    pub records: u64,
    /// Choices that are in force now and were not before.
    pub changed: u64,
    /// Choices that say what holds already, or less than it.
    pub kept: u64,
    /// Records that say nothing usable.
    pub faulty: u64,
    /// Of these, the first 20 faults.
    pub faults: Vec<LineFault>,
}

impl Engine {
    /// Enters the choices of a CSV file (RFC 4180). Its first line names its columns, in any order: `address` or `profile_id`, of
    /// which each record has one, and if wanted `channel` (`email` when left out), `topic` (id or English name), `choice` (`in` when
    /// left out), `at` and `proof`.
    /// A no always counts. A yes counts for whoever never answered; over an answer only with `choice` and a later `at`.
    /// Faulty records are left out; a file without its header is refused.
    pub async fn import_consents(
        &self,
        sandbox: &SandboxName,
        file_name: &str,
        file: impl AsyncBufRead + Unpin + Send,
        by: &str,
    ) -> Result<ConsentFile, ImportError> {
        let topics = self.list_all_topics(sandbox).await?;
        let names = topics.iter().map(|topic| (topic.words.name_en.clone(), topic.id.clone()));
        let ids = topics.iter().map(|topic| (topic.id.to_string(), topic.id.clone()));
        let mut import = Import {
            engine: self,
            sandbox,
            file_name: file_name.chars().filter(|letter| !letter.is_control()).take(200).collect(),
            by,
            known: topics.iter().map(|topic| topic.id.clone()).collect(),
            topics: names.chain(ids).collect(),
            columns: Vec::new(),
            step: Vec::with_capacity(STEP),
            keys: HashSet::new(),
            done: ConsentFile::default(),
        };
        import.read(file).await?;
        import.write().await?;
        self.0.news.tell(sandbox);
        Ok(import.done)
    }

    /// Everything that is in force, as CSV with a header, piece by piece.
    pub fn export_consents(&self, sandbox: &SandboxName) -> impl Stream<Item = Result<String>> + Send + use<> {
        let (engine, sandbox) = (self.clone(), sandbox.clone());
        try_unfold(Some(None), move |place: Option<Option<Consent>>| {
            let (engine, sandbox) = (engine.clone(), sandbox.clone());
            async move {
                let Some(last) = place else { return Ok(None) };
                let page = consents::after(engine.store(), &sandbox, last.as_ref(), PAGE).await?;
                let mut text = if last.is_none() { csv::line(&COLUMNS[..7]) } else { String::new() };
                for consent in &page {
                    text.push_str(&line_of(consent));
                }
                let is_last = i64::try_from(page.len()).is_ok_and(|rows| rows < PAGE);
                let next = if is_last { None } else { page.into_iter().next_back().map(Some) };
                Ok(Some((text, next)))
            }
        })
    }
}

fn line_of(consent: &Consent) -> String {
    let topic = consent.topic_id.as_ref().map_or("", TopicId::as_str);
    let person = consent.profile_id.as_ref().map_or("", ProfileId::as_str);
    let Consent { channel, address, choice, source, at, .. } = consent;
    csv::line(&[channel.as_str(), address, topic, choice.as_str(), source.as_str(), &at.to_string(), person])
}

/// An import that is going on.
struct Import<'a> {
    engine: &'a Engine,
    sandbox: &'a SandboxName,
    file_name: String,
    by: &'a str,
    known: HashSet<TopicId>,
    /// By English name and by id.
    topics: HashMap<String, TopicId>,
    /// Of the file, in its order.
    columns: Vec<&'static str>,
    /// Read and not yet written, with their lines. No two are of the same and topic.
    step: Vec<(u64, ConsentEntry, Put)>,
    keys: HashSet<(Channel, String, Option<TopicId>)>,
    done: ConsentFile,
}

impl Import<'_> {
    async fn read(&mut self, mut file: impl AsyncBufRead + Unpin + Send) -> Result<(), ImportError> {
        let mut line = 1;
        loop {
            let (text, lines) = record(&mut file).await?;
            if lines == 0 {
                return if self.columns.is_empty() { Err(no_header()) } else { Ok(()) };
            }
            let place = line;
            line += lines;
            let text = text.map(|text| if place == 1 { text.trim_start_matches('\u{feff}').to_owned() } else { text });
            match text.map(|text| csv::rows(&text)) {
                Err(fault) if self.columns.is_empty() => {
                    return Err(ImportError::Faults(vec![LineFault {
                        line: 1,
                        path: String::new(),
                        text: fault.text,
                    }]));
                }
                Err(fault) => {
                    self.note(place, Faults(vec![fault]));
                    // An open quote takes lines with it: each is one that nobody read.
                    self.done.faulty += lines - 1;
                }
                Ok(rows) => {
                    for row in rows {
                        if self.columns.is_empty() {
                            self.columns = header(&row)?;
                        } else {
                            self.take(place, &row).await?;
                        }
                    }
                }
            }
        }
    }

    async fn take(&mut self, line: u64, row: &[String]) -> Result<()> {
        self.done.records += 1;
        let (entry, put) = match self.entry_of(line, row) {
            Ok(entry) => entry,
            Err(faults) => {
                self.note(line, faults);
                return Ok(());
            }
        };
        let key = key_of(&entry);
        if self.keys.contains(&key) || self.step.len() == STEP {
            self.write().await?;
        }
        self.keys.insert(key);
        self.step.push((line, entry, put));
        Ok(())
    }

    fn entry_of(&self, line: u64, row: &[String]) -> Result<(ConsentEntry, Put), Faults> {
        let cell = |name: &str| {
            let place = self.columns.iter().position(|column| *column == name);
            place.and_then(|place| row.get(place)).map(|cell| csv::value_of(cell)).unwrap_or_default()
        };
        if row.len() > self.columns.len() {
            return Err(Faults(vec![Fault::new("", "bad_csv", "There are more values in this line than columns.")]));
        }
        let mut faults = Faults::default();
        let or = |text: &str, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text.to_lowercase() };
        let channel = faults.take("channel", or(cell("channel"), "email").parse::<Channel>());
        let choice = faults.take("choice", or(cell("choice"), "in").parse::<Choice>());
        let at = Some(cell("at")).filter(|at| !at.is_empty()).map(str::parse);
        let at = at.and_then(|at| faults.take("at", at));
        let topic_id = Some(cell("topic")).filter(|topic| !topic.is_empty()).map(|topic| {
            let unknown = || Fault::new("", "unknown_topic", "There is no such topic in this sandbox.");
            self.topics.get(topic).cloned().ok_or_else(unknown)
        });
        let topic_id = topic_id.and_then(|topic| faults.take("topic", topic));
        let profile_id = Some(cell("profile_id")).filter(|id| !id.is_empty()).map(str::parse);
        let profile_id = profile_id.and_then(|id| faults.take("profile_id", id));
        let (Some(channel), Some(choice), true) = (channel, choice, faults.is_empty()) else { return Err(faults) };
        let source = format!("file “{}”, line {line}", self.file_name);
        let proof = match cell("proof") {
            "" => source,
            said => format!("{} ({source})", said.chars().take(PROOF_MAX - 300).collect::<String>()),
        };
        let new = NewConsent {
            channel,
            address: cell("address").to_owned(),
            profile_id,
            topic_id,
            choice,
            source: ConsentSource::Import,
            at,
            proof,
            entered_by: self.by.to_owned(),
        };
        let is_explicit = !cell("choice").is_empty() && at.is_some();
        let put = if choice == Choice::Out || is_explicit { Put::Dated } else { Put::Filled };
        Ok((self.engine.checked(new, &self.known).map_err(in_words_of_file)?, put))
    }

    fn note(&mut self, line: u64, faults: Faults) {
        self.done.faulty += 1;
        let room = TOLD.saturating_sub(self.done.faults.len());
        let told = faults.0.into_iter().take(room);
        self.done.faults.extend(told.map(|fault| LineFault { line, path: fault.path, text: fault.text }));
    }

    async fn write(&mut self) -> Result<()> {
        self.keys.clear();
        let mut tx = self.engine.store().begin().await?;
        let step = std::mem::take(&mut self.step);
        let unknown = unknown_people(&mut tx, self.sandbox, step.iter().map(|(_, entry, _)| entry)).await?;
        let mut known = Vec::with_capacity(step.len());
        for (line, entry, put) in step {
            if entry.profile_id.as_ref().is_some_and(|person| unknown.contains(person)) {
                self.note(line, Faults(vec![no_such_person().under("profile_id")]));
            } else {
                known.push((entry, put));
            }
        }
        let all = known.len();
        let changed = self.engine.put_all(&mut tx, self.sandbox, known).await?;
        tx.commit().await?;
        self.done.changed += changed as u64;
        self.done.kept += (all - changed) as u64;
        Ok(())
    }
}

/// A file has columns where a call has fields.
fn in_words_of_file(mut faults: Faults) -> Faults {
    for fault in faults.0.iter_mut().filter(|fault| fault.path == "profileId") {
        "profile_id".clone_into(&mut fault.path);
    }
    faults
}

/// The next record, and how many lines it has; none at the end. A fault when it is too long, or no text.
async fn record(file: &mut (impl AsyncBufRead + Unpin + Send)) -> std::io::Result<(Result<String, Fault>, u64)> {
    let (mut bytes, mut lines) = (Vec::new(), 0);
    loop {
        let room = RECORD_MAX.saturating_sub(bytes.len() as u64);
        let read = (&mut *file).take(room).read_until(b'\n', &mut bytes).await?;
        if read > 0 {
            lines += 1;
        }
        let is_whole = read == 0 || !csv::is_open(&String::from_utf8_lossy(&bytes));
        if bytes.len() as u64 >= RECORD_MAX && !bytes.ends_with(b"\n") {
            skip_line(file).await?;
            let text = format!("A record has at most {} KB.", RECORD_MAX / 1024);
            return Ok((Err(Fault::new("", "too_long", text)), lines));
        }
        if is_whole {
            let no_text = |_| Fault::new("", "bad_csv", "The file is malformed, only CSV files in UTF-8 are allowed.");
            let text = String::from_utf8(bytes).map_err(no_text);
            let text = text.and_then(|text| {
                let wrong = || Fault::new("", "bad_csv", "The file is malformed, only CSV files in UTF-8 are allowed.");
                if text.contains('\0') { Err(wrong()) } else { Ok(text) }
            });
            return Ok((text, lines));
        }
    }
}

fn header(row: &[String]) -> Result<Vec<&'static str>, ImportError> {
    let name = |cell: &String| {
        let name = cell.trim().to_lowercase();
        COLUMNS.iter().copied().find(|column| *column == name)
    };
    let columns: Option<Vec<&'static str>> = row.iter().map(name).collect();
    let columns = columns.filter(|columns| columns.iter().any(|it| matches!(*it, "address" | "profile_id")));
    let distinct = columns.filter(|columns| columns.iter().collect::<HashSet<_>>().len() == columns.len());
    distinct.ok_or_else(no_header)
}

fn no_header() -> ImportError {
    let text =
        "The first line names the columns: address or profile_id, and if wanted channel, topic, choice, at, proof.";
    ImportError::Faults(vec![LineFault { line: 1, path: String::new(), text: text.to_owned() }])
}
