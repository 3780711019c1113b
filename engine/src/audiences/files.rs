//! A file of people: taken in whole, explained by a person, then entered by whichever process is free. A process that dies
//! while it enters one leaves it to the next, which begins it anew; the former list is in force until then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::address::{required_line, single_line};
use domain::audience::AudienceKind;
use domain::audience_upload::{
    AudienceFile, Column, FILE_MAX_BYTES, FileFormat, FileStatus, REJECTS_KEPT, Reject, check_columns, member_of,
    report, told_name,
};
use domain::id::ImportId;
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;

use super::import::{Agreed, Import, ImportError, Imported, OfFile, reject, stored_member};
use super::table::Table;
use crate::consent::PROOF_MAX;
use crate::ids::new_id;
use crate::store::audience_files::{self, End};
use crate::{Engine, Error, Result};

/// A file is kept in pieces of this size.
const PIECE_BYTES: usize = 512 * 1024;
/// Rows whose cells are shown before somebody says what the columns mean.
const SAMPLES: usize = 3;
/// Longest cell that is shown, in characters.
const SAMPLE_MAX: usize = 80;
/// How long a process has for a step before another one begins the file anew.
const LEASE: Duration = Duration::from_mins(2);
/// Members that were read and not written.
const STEP: usize = 500;

impl Engine {
    /// Takes in a file for the list of an audience. Memory does not grow with it. Gives its id; nothing is entered before
    /// [`Engine::start_audience_file`]. Invalid at `file` (`required`, `file_too_large`, `bad_csv`, `incomplete_body`),
    /// `NotFound` `audience`.
    pub async fn receive_audience_file<E: Send>(
        &self,
        sandbox: &SandboxName,
        audience: &str,
        name: &str,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
        by: &str,
    ) -> Result<ImportId> {
        let audience = self.audience(sandbox, audience).await?;
        if audience.kind != AudienceKind::List {
            return Err(Failure::not_found("audience").into());
        }
        let now = self.now();
        let id = new_id(now, ImportId::new);
        let received = self.receive(&id, bytes).await;
        let looked = match received {
            Ok(bytes) => self.look_at_file(&id, name, bytes).await,
            Err(error) => Err(error),
        };
        let (format, columns, bytes) = match looked {
            Ok(looked) => looked,
            Err(error) => {
                self.remove_audience_file(&id).await?;
                return Err(error);
            }
        };
        let file = AudienceFile {
            id: id.clone(),
            audience_id: audience.id,
            file_name: name.chars().filter(|letter| !letter.is_control()).take(255).collect(),
            format,
            status: FileStatus::Waiting,
            columns,
            namespace: String::new(),
            opted_in: String::new(),
            bytes,
            done_bytes: 0,
            rows: 0,
            members: 0,
            repeated: 0,
            failed: 0,
            rows_per_second: 0,
            reason: String::new(),
            created_at: now,
            created_by: by.to_owned(),
            started_at: None,
            ended_at: None,
        };
        let mut tx = self.store().begin().await?;
        audience_files::insert(&mut tx, sandbox, &file).await?;
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(id)
    }

    /// Writes the pieces; how many bytes are they?
    async fn receive<E>(
        &self,
        id: &ImportId,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
    ) -> Result<i64> {
        let mut bytes = std::pin::pin!(bytes);
        let (mut number, mut all) = (0, 0_usize);
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        loop {
            let next = bytes.next().await.transpose();
            let next =
                next.map_err(|_| Failure::invalid("file", "incomplete_body", "The file did not arrive whole."))?;
            let is_over = next.is_none();
            all += next.as_ref().map_or(0, Bytes::len);
            if all > FILE_MAX_BYTES {
                let text = format!("Send at most {} MB; split larger files.", FILE_MAX_BYTES / 1024 / 1024);
                return Err(Failure::invalid("file", "file_too_large", text).into());
            }
            piece.extend_from_slice(&next.unwrap_or_default());
            if piece.len() >= PIECE_BYTES || (is_over && !piece.is_empty()) {
                let mut tx = self.store().begin().await?;
                audience_files::insert_piece(&mut tx, id, number, &piece).await?;
                tx.commit().await?;
                number += 1;
                piece.clear();
            }
            if is_over {
                return Ok(i64::try_from(all).unwrap_or(i64::MAX));
            }
        }
    }

    /// What the file is, by its name and its first line, and what its columns probably hold.
    async fn look_at_file(&self, id: &ImportId, name: &str, bytes: i64) -> Result<(FileFormat, Vec<Column>, i64)> {
        let wrong = |code: &str, text: &str| Failure::invalid("file", code, text);
        let first = audience_files::piece(self.store(), id, 0).await?;
        let first = first.filter(|piece| !piece.trim_ascii().is_empty());
        let first = first.ok_or_else(|| wrong("required", "Choose a file that is not empty."))?;
        let text = without_mark(&first);
        let is_json = text.trim_ascii_start().starts_with(b"{") || name.to_ascii_lowercase().ends_with(".ndjson");
        if is_json {
            return Ok((FileFormat::Ndjson, Vec::new(), bytes));
        }
        let mut table = Table::new(text);
        let header = table.next().await.map_err(Error::unexpected)?;
        let no_table = || wrong("bad_csv", "The file is no table in UTF-8 whose first line names its columns.");
        let names: Vec<String> = match header {
            Some(Ok(cells)) => cells.into_iter().map(|cell| shortened(cell.trim())).collect(),
            _ => return Err(no_table().into()),
        };
        let mut samples = vec![Vec::new(); names.len()];
        for _ in 0..SAMPLES {
            let Some(Ok(cells)) = table.next().await.map_err(Error::unexpected)? else { break };
            for (column, cell) in samples.iter_mut().zip(cells) {
                column.push(shortened(cell));
            }
        }
        let columns = names.iter().zip(samples).map(|(name, samples)| Column::guessed(name, samples));
        Ok((FileFormat::Csv, columns.collect(), bytes))
    }

    /// The newest 20 files of an audience.
    pub async fn list_audience_files(&self, sandbox: &SandboxName, audience: &str) -> Result<Vec<AudienceFile>> {
        let audience = self.audience(sandbox, audience).await?;
        audience_files::list(self.store(), sandbox, &audience.id, self.now()).await
    }

    /// `NotFound` `file`.
    pub async fn find_audience_file(&self, sandbox: &SandboxName, id: &str) -> Result<AudienceFile> {
        let unknown = || Failure::not_found("file");
        let id: ImportId = id.parse().map_err(|_| unknown())?;
        Ok(audience_files::find(self.store(), sandbox, &id, self.now()).await?.ok_or_else(unknown)?)
    }

    /// Rows of a file that were left out, as a table. `NotFound` `file`.
    pub async fn audience_file_report(&self, sandbox: &SandboxName, id: &str) -> Result<String> {
        let file = self.find_audience_file(sandbox, id).await?;
        Ok(report(&audience_files::rejects(self.store(), &file.id).await?))
    }

    /// Says what the columns of a file hold; it is entered from now on. Names and samples of `columns` are those of the file.
    /// `opted_in`: how everybody in it agreed to marketing; empty: nobody says so.
    /// `NotFound` `file`, Invalid at `columns`, `columns[0].path`, `namespace` and `optedIn`, Conflict `file_started`.
    pub async fn start_audience_file(
        &self,
        sandbox: &SandboxName,
        id: &str,
        columns: Vec<Column>,
        namespace: &str,
        opted_in: &str,
    ) -> Result<AudienceFile> {
        let file = self.find_audience_file(sandbox, id).await?;
        let mut known = file.columns.clone();
        let opted_in = opted_in.trim();
        let namespace = single_line(namespace, 100).map_err(|fault| fault.under("namespace"))?;
        if !opted_in.is_empty() {
            required_line(opted_in, PROOF_MAX).map_err(|fault| fault.under("optedIn"))?;
        }
        if file.format == FileFormat::Csv {
            for (column, meant) in known.iter_mut().zip(columns) {
                (column.holds, column.path) = (meant.holds, meant.path.trim().to_owned());
            }
            check_columns(&known, &namespace).into_result()?;
        }
        // They are of people, and have been looked at.
        for column in &mut known {
            column.samples.clear();
        }
        let mut tx = self.store().begin().await?;
        if !audience_files::start(&mut tx, &file.id, &known, (&namespace, opted_in), self.now()).await? {
            return Err(Failure::conflict("file_started", "This file is being entered already, or was.").into());
        }
        tx.commit().await?;
        self.0.news.tell(sandbox);
        self.find_audience_file(sandbox, id).await
    }

    /// Enters every file that was explained and that no process enters; how many were there?
    pub async fn enter_audience_files(&self) -> Result<usize> {
        let mut entered = 0;
        while let Some(id) = audience_files::running(self.store(), self.now()).await? {
            let now = self.now();
            let mut tx = self.store().begin().await?;
            let claimed = audience_files::claim(&mut tx, &id, now, now.plus(LEASE)).await?;
            tx.commit().await?;
            if let Some(sandbox) = claimed {
                self.enter_audience_file(&sandbox, &id).await?;
                entered += 1;
            }
        }
        Ok(entered)
    }

    async fn enter_audience_file(&self, sandbox: &SandboxName, id: &ImportId) -> Result<()> {
        let file = self.find_audience_file(sandbox, id.as_str()).await?;
        let error = match self.import_file(sandbox, &file).await {
            Ok(_) => None,
            Err(ImportError::Faults(faults)) => {
                let first = faults.first().map(|fault| fault.text.clone()).unwrap_or_default();
                let rejects: Vec<Reject> = faults.into_iter().map(reject).collect();
                self.fail_file(id, &first, &rejects).await.err()
            }
            // Its pieces are read from the store.
            Err(ImportError::Read(error)) => Some(error.downcast::<Error>().unwrap_or_else(Error::unexpected)),
            Err(ImportError::Engine(error)) => Some(error),
        };
        match error {
            None => {}
            Some(error) if error.is_database_away() => return Err(error),
            // It would fail again, however often it is tried.
            Some(error) => self.fail_file(id, &error.into_failure().to_string(), &[]).await?,
        }
        self.remove_pieces(id).await?;
        self.0.news.tell(sandbox);
        Ok(())
    }

    async fn fail_file(&self, id: &ImportId, reason: &str, rejects: &[Reject]) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let end = End { status: FileStatus::Failed, reason, rejects };
        audience_files::end(&mut tx, id, end, self.now()).await?;
        tx.commit().await
    }

    /// Faulty rows are left out and told; whoever wrote the file sees them in the report.
    async fn import_file(&self, sandbox: &SandboxName, file: &AudienceFile) -> Result<Imported, ImportError> {
        let bytes = Arc::new(AtomicU64::new(0));
        let id = self.begin_list(&file.audience_id, &file.created_by).await?;
        let audience_id = file.audience_id.clone();
        let mut import = Import {
            engine: self,
            profile_max_bytes: self.context_max_bytes(),
            id,
            leave_out_faulty: true,
            told: REJECTS_KEPT,
            of_file: Some(OfFile {
                id: file.id.clone(),
                sandbox: sandbox.clone(),
                bytes: Arc::clone(&bytes),
                lease: LEASE,
            }),
            rows: 0,
            opted_in: (!file.opted_in.is_empty()).then(|| Agreed {
                source: file.opted_in.clone(),
                list: file.file_name.clone(),
                by: file.created_by.clone(),
            }),
            sandbox: sandbox.clone(),
            step: Vec::with_capacity(STEP),
            done: Imported { audience_id, members: 0, repeated: 0, faulty: 0, faults: Vec::new(), opted_in: 0 },
        };
        let list = self.pieces(&file.id, bytes);
        let read = match file.format {
            FileFormat::Ndjson => import.read(list).await,
            FileFormat::Csv => self.read_table(&mut import, sandbox, file, list).await,
        };
        import.end(read).await
    }

    async fn read_table(
        &self,
        import: &mut Import<'_>,
        sandbox: &SandboxName,
        file: &AudienceFile,
        list: impl AsyncBufRead + Unpin + Send,
    ) -> Result<(), ImportError> {
        let schema = self.profile_schema(sandbox).await?;
        let mut table = Table::new(list);
        table.next().await?;
        // The header is the first row.
        let mut row = 1;
        while let Some(cells) = table.next().await? {
            row += 1;
            let position = i64::try_from(row - 1).unwrap_or(i64::MAX);
            let member = cells
                .map_err(|fault| Faults(vec![fault]))
                .and_then(|cells| member_of(&file.columns, &file.namespace, &schema, &cells))
                .and_then(|member| {
                    stored_member(&member, position, import.profile_max_bytes)
                        .map_err(|faults| in_columns(file, faults))
                });
            import.take(row, member).await?;
        }
        Ok(())
    }

    /// The file as it was sent, piece by piece.
    fn pieces(&self, id: &ImportId, bytes: Arc<AtomicU64>) -> impl AsyncBufRead + Unpin + Send + use<> {
        let (store, id) = (self.store().clone(), id.clone());
        let pieces = futures::stream::try_unfold(0, move |number| {
            let (store, id, bytes) = (store.clone(), id.clone(), Arc::clone(&bytes));
            async move {
                let piece = audience_files::piece(&store, &id, number).await?;
                Ok::<_, Error>(piece.map(|piece| {
                    bytes.fetch_add(piece.len() as u64, Ordering::Relaxed);
                    let piece = if number == 0 { without_mark(&piece).to_vec() } else { piece };
                    (Bytes::from(piece), number + 1)
                }))
            }
        });
        StreamReader::new(Box::pin(pieces.map_err(std::io::Error::other)))
    }

    async fn remove_pieces(&self, id: &ImportId) -> Result<()> {
        loop {
            let mut tx = self.store().begin().await?;
            let removed = audience_files::remove_pieces(&mut tx, id).await?;
            tx.commit().await?;
            if removed == 0 {
                return Ok(());
            }
        }
    }

    /// Removes every file of a sandbox whose columns nobody has explained yet; how many were there?
    pub(crate) async fn remove_waiting_files(&self, sandbox: &SandboxName) -> Result<u64> {
        let mut count = 0;
        while let Some(id) = audience_files::waiting(self.store(), sandbox).await? {
            let mut tx = self.store().begin().await?;
            let removed = audience_files::remove_waiting(&mut tx, &id).await?;
            tx.commit().await?;
            if removed {
                self.remove_pieces(&id).await?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Removes pieces of files that never became any, begun before this moment.
    pub(crate) async fn remove_orphaned_pieces(&self, before: Timestamp) -> Result<()> {
        let before = ImportId::new(u64::try_from(before.as_millis()).unwrap_or(0), [0; 10]);
        while let Some(id) = audience_files::orphaned(self.store(), &before).await? {
            self.remove_pieces(&id).await?;
        }
        Ok(())
    }

    /// Removes a file with everything that is kept of it; its list stays.
    pub(crate) async fn remove_audience_file(&self, id: &ImportId) -> Result<()> {
        self.remove_pieces(id).await?;
        let mut tx = self.store().begin().await?;
        audience_files::remove(&mut tx, id).await?;
        tx.commit().await
    }
}

/// Without the mark that some programs put before UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

fn shortened(cell: &str) -> String {
    cell.chars().filter(|letter| !letter.is_control()).take(SAMPLE_MAX).collect()
}

/// Paths of a member as the columns that they came from.
fn in_columns(file: &AudienceFile, faults: Faults) -> Faults {
    use domain::audience_upload::ColumnUse::{Email, Phone, UserId};
    let named = |holds| {
        let position = file.columns.iter().position(|column| column.holds == holds);
        position.map(|position| told_name(&file.columns, position))
    };
    let renamed = |fault: Fault| {
        let name = match fault.path.as_str() {
            "channelData.emailAddress" => named(Email),
            "channelData.mobilePhoneNumber" => named(Phone),
            "userId" => named(UserId).or_else(|| named(Email)).or_else(|| named(Phone)),
            _ => None,
        };
        Fault { path: name.unwrap_or_else(|| fault.path.clone()), ..fault }
    };
    Faults(faults.0.into_iter().map(renamed).collect())
}
