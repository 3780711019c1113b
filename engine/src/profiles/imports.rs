//! Many profiles from one file or call: row by row, in steps, whoever is faulty left out. Each step is one transaction with
//! the counts that it changes, so that what is told of an import is what is on disk.

use std::time::Duration;

use bytes::Bytes;
use domain::consent::ConsentSource;
use domain::csv::quoted_cell;
use domain::id::ImportId;
use domain::profile::ProfileChange;
use domain::profile_import::{FAULTS_KEPT, ImportFormat, ImportStatus, ProfileImport, RowFault};
use domain::profile_schema::Attribute;
use domain::{Failure, SandboxName, Timestamp};
use futures::{Stream, TryStreamExt as _};
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;

use super::rows::{Row, Rows};
use super::told::Telling;
use super::upsert::{Written, checked};
use crate::ids::new_id;
use crate::store::{Tx, profile_imports};
use crate::{Engine, Error, Result};

/// Rows that one transaction writes.
const STEP: usize = 1_000;
/// Bytes that one transaction writes, about: rows may be large.
const STEP_BYTES: i64 = 2 * 1024 * 1024;
/// An import that is not touched for so long has lost its process.
const GONE_AFTER: Duration = Duration::from_mins(2);
/// Rows that come slowly are written after so long, however few they are: each step says that the import goes on.
const STEP_WITHIN: Duration = Duration::from_secs(30);

/// Where rows come from.
#[derive(Debug, Clone)]
pub struct ImportSource {
    /// Empty: a call.
    pub file_name: String,
    pub format: ImportFormat,
    /// Of the whole, when it is told before.
    pub total_bytes: Option<i64>,
    pub by: String,
}

/// Why an import came to no end. What was written stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The rows could not be read to their end.
    #[error("the rows cannot be read: {0}")]
    Read(std::io::Error),
    /// There are more than one import may have.
    #[error("there are too many rows for one import")]
    TooLarge,
    #[error(transparent)]
    Engine(#[from] Error),
}

impl From<std::io::Error> for ImportError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::FileTooLarge { Self::TooLarge } else { Self::Read(error) }
    }
}

impl From<domain::Failure> for ImportError {
    fn from(failure: domain::Failure) -> Self {
        Self::Engine(failure.into())
    }
}

/// A list as it comes in pieces. With the first byte beyond `most` it breaks off.
pub fn rows_from<E: std::error::Error + Send + Sync + 'static>(
    pieces: impl Stream<Item = Result<Bytes, E>> + Send,
    most: u64,
) -> impl AsyncBufRead + Unpin + Send {
    let mut left = most;
    let pieces = pieces.map_err(std::io::Error::other).and_then(move |piece| {
        let rest = left.checked_sub(piece.len() as u64).ok_or(std::io::ErrorKind::FileTooLarge);
        std::future::ready(match rest {
            Ok(rest) => {
                left = rest;
                Ok(piece)
            }
            Err(kind) => Err(kind.into()),
        })
    });
    StreamReader::new(Box::pin(pieces))
}

impl Engine {
    /// Upserts every row of a list. Memory does not grow with it. A faulty row is left out, and told in the import's faults.
    /// Should the list break off, what was written stays, and may be sent again. Invalid at the whole for a header that says
    /// nothing, `NotFound` `sandbox`.
    pub async fn import_profiles(
        &self,
        sandbox: &SandboxName,
        source: ImportSource,
        list: impl AsyncBufRead + Unpin + Send,
    ) -> Result<ProfileImport, ImportError> {
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let schema = self.schema_of(&sandbox).await?;
        let mut rows = Rows::open(list, source.format, &schema).await?.map_err(Failure::from)?;
        let mut progress = Progress::of(self.begin_profiles(&sandbox, source).await?);
        let read = self.read_profiles(&sandbox, &schema, &mut rows, &mut progress).await;
        let status = if read.is_ok() { ImportStatus::Complete } else { ImportStatus::Interrupted };
        progress.forget_step();
        let now = self.now();
        (progress.import.status, progress.import.ended_at) = (status, Some(now));
        let ended = self.note_progress(&mut progress).await;
        self.0.news.tell(&sandbox);
        read?;
        ended?;
        Ok(self.find_profile_import(&sandbox, &progress.import.id).await?)
    }

    /// The newest 100, newest first.
    pub async fn list_profile_imports(&self, sandbox: &SandboxName) -> Result<Vec<ProfileImport>> {
        profile_imports::list(self.store(), sandbox, self.now().minus(GONE_AFTER)).await
    }

    /// `NotFound` `import`.
    pub async fn find_profile_import(&self, sandbox: &SandboxName, id: &ImportId) -> Result<ProfileImport> {
        let found = profile_imports::find(self.store(), sandbox, id, self.now().minus(GONE_AFTER)).await?;
        Ok(found.ok_or_else(|| Failure::not_found("import"))?)
    }

    /// What is wrong with rows that were not written, in their order: up to `limit`, after so many others. `NotFound` `import`.
    pub async fn profile_import_faults(
        &self,
        sandbox: &SandboxName,
        id: &ImportId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RowFault>> {
        self.find_profile_import(sandbox, id).await?;
        profile_imports::faults(self.store(), id, after, limit).await
    }

    /// The same as a table, all that are kept. Spreadsheets take no cell of it for a formula.
    pub async fn profile_import_report(&self, sandbox: &SandboxName, id: &ImportId) -> Result<String> {
        let mut table = "line,path,text\r\n".to_owned();
        for RowFault { line, path, text } in self.profile_import_faults(sandbox, id, 0, FAULTS_KEPT).await? {
            table.push_str(&format!("{line},{},{}\r\n", quoted_cell(&path), quoted_cell(&text)));
        }
        Ok(table)
    }

    async fn begin_profiles(&self, sandbox: &SandboxName, source: ImportSource) -> Result<ProfileImport> {
        let ImportSource { file_name, format, total_bytes, by } = source;
        let now = self.now();
        let import = ProfileImport {
            id: new_id(now, ImportId::new),
            file_name: file_name.chars().filter(|letter| !letter.is_control()).take(255).collect(),
            format,
            started_by: by,
            status: ImportStatus::Running,
            total_bytes,
            bytes: 0,
            rows: 0,
            created: 0,
            updated: 0,
            failed: 0,
            rows_per_second: 0,
            started_at: now,
            ended_at: None,
        };
        let mut tx = self.store().begin().await?;
        profile_imports::insert(&mut tx, sandbox, &import, now.minus(GONE_AFTER)).await?;
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(import)
    }

    /// The next rows are read while those before are written.
    async fn read_profiles(
        &self,
        sandbox: &SandboxName,
        schema: &[Attribute],
        rows: &mut Rows<impl AsyncBufRead + Unpin + Send>,
        progress: &mut Progress,
    ) -> Result<(), ImportError> {
        let clock = || self.now();
        let mut step = Step::read(rows, schema, clock).await?;
        while step.count > 0 {
            let (written, next) =
                tokio::join!(self.write_rows(sandbox, step, progress), Step::read(rows, schema, clock));
            written?;
            step = next?;
        }
        Ok(())
    }

    async fn write_rows(&self, sandbox: &SandboxName, step: Step, progress: &mut Progress) -> Result<()> {
        let Step { changes, lines, faults, bytes, count, faulty } = step;
        progress.import.bytes = bytes;
        (progress.lines, progress.faults) = (lines, faults);
        (progress.count, progress.faulty) = (count, faulty);
        if changes.is_empty() {
            return self.note_progress(progress).await;
        }
        self.upsert_all(sandbox, &changes, Telling::Import(progress)).await.map(drop)
    }

    async fn note_progress(&self, progress: &mut Progress) -> Result<()> {
        let mut tx = self.store().begin().await?;
        progress.write(&mut tx, &[], self.now()).await?;
        tx.commit().await
    }
}

/// Rows that are written together.
struct Step {
    changes: Vec<ProfileChange>,
    /// Of each change.
    lines: Vec<i64>,
    faults: Vec<RowFault>,
    /// Of the list, so far.
    bytes: i64,
    count: i64,
    faulty: i64,
}

impl Step {
    async fn read(
        rows: &mut Rows<impl AsyncBufRead + Unpin + Send>,
        schema: &[Attribute],
        clock: impl Fn() -> Timestamp + Send,
    ) -> std::io::Result<Self> {
        let (start, until) = (rows.bytes, clock().plus(STEP_WITHIN));
        let mut step = Self {
            changes: Vec::with_capacity(STEP),
            lines: Vec::with_capacity(STEP),
            faults: Vec::new(),
            bytes: start,
            count: 0,
            faulty: 0,
        };
        while step.changes.len() < STEP && step.faults.len() < STEP && rows.bytes - start < STEP_BYTES {
            let Some(Row { line, change }) = rows.next().await? else { break };
            step.count += 1;
            let change = change.and_then(|change| {
                let checked = change.checked_upsert().and_then(|change| checked(change, schema));
                checked.map_err(|faults| rows.in_words_of_file(line, faults))
            });
            match change {
                Ok(change) => {
                    step.changes.push(change);
                    step.lines.push(line);
                }
                Err(faults) => {
                    step.faulty += 1;
                    step.faults.extend(faults);
                }
            }
            if clock() >= until {
                break;
            }
        }
        step.bytes = rows.bytes;
        Ok(step)
    }
}

/// How far an import is, and what the step adds that is being written.
pub(super) struct Progress {
    import: ProfileImport,
    /// Faults that are kept.
    kept: i64,
    lines: Vec<i64>,
    faults: Vec<RowFault>,
    count: i64,
    faulty: i64,
}

impl Progress {
    fn of(import: ProfileImport) -> Self {
        Self { import, kept: 0, lines: Vec::new(), faults: Vec::new(), count: 0, faulty: 0 }
    }

    /// Of a step that was not written nothing is counted.
    fn forget_step(&mut self) {
        (self.count, self.faulty) = (0, 0);
        self.faults.clear();
        self.lines.clear();
    }

    /// Source, proof and author of what the row of a change says: file and line.
    pub(super) fn proof(&self, place: usize) -> (ConsentSource, String, &str) {
        let ProfileImport { file_name, started_by, .. } = &self.import;
        let line = self.lines.get(place).copied().unwrap_or_default();
        match file_name.as_str() {
            "" => (ConsentSource::Api, format!("line {line}"), started_by),
            name => (ConsentSource::Import, format!("file “{name}”, line {line}"), started_by),
        }
    }

    /// Writes the counts and the faults of a step, and takes them over when that can be done.
    pub(super) async fn write(&mut self, tx: &mut Tx, written: &[Written], now: Timestamp) -> Result<()> {
        let mut import = self.import.clone();
        let mut faults = std::mem::take(&mut self.faults);
        import.rows += self.count;
        import.failed += self.faulty;
        for (written, line) in written.iter().zip(&self.lines) {
            match written {
                Ok((_, true)) => import.created += 1,
                Ok((_, false)) => import.updated += 1,
                Err(wrong) => {
                    import.failed += 1;
                    let wrong = wrong.0.iter().cloned();
                    faults.extend(wrong.map(|fault| RowFault { line: *line, path: fault.path, text: fault.text }));
                }
            }
        }
        faults.sort_by_key(|fault| fault.line);
        profile_imports::advance(tx, &import, now).await?;
        self.kept = profile_imports::keep_faults(tx, &import.id, self.kept, &faults).await?;
        self.import = import;
        self.forget_step();
        Ok(())
    }
}
