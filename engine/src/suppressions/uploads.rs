//! The suppression list from a file: accepted as a whole, then entered in steps by whichever process is free. A step may
//! come twice, which changes nothing.

use std::time::Duration;

use domain::address::single_line;
use domain::id::uuid;
use domain::suppression::Suppression;
use domain::suppression_upload::{
    FAILED_KEPT, FailedRecord, Record, SuppressionUpload, UPLOAD_MAX_BYTES, UploadStatus, records,
};
use domain::{Failure, Fault, Page, SandboxName};

use crate::ids::new_id;
use crate::paging::{Order, Start, Value, page_of};
use crate::store::suppression_uploads::{self, Claimed, New};
use crate::store::suppressions;
use crate::{Engine, Result};

/// Records that one transaction enters.
const STEP: usize = 500;
/// How long a process has for a step before another one may go on.
const LEASE: Duration = Duration::from_mins(1);
/// Longest name of a file that is kept, in characters.
const NAME_MAX: usize = 255;

/// What the list of files is put in order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadBy {
    Id,
    User,
    FileName,
    Creation,
    End,
    Status,
    Records,
    Handled,
    Failed,
}

impl Engine {
    /// Takes in a file `TYPE,VALUE,COMMENT`; its records are entered afterwards. Gives its id. Invalid at `file`: too large,
    /// no text, no such header.
    pub async fn upload_suppressions(
        &self,
        sandbox: &SandboxName,
        file_name: &str,
        bytes: Vec<u8>,
        by: &str,
    ) -> Result<String> {
        let csv = text_of(bytes).map_err(|fault| Failure::from(fault.under("file")))?;
        let read = records(&csv).map_err(|fault| Failure::from(fault.under("file")))?;
        let file_name: String = file_name.chars().filter(|letter| !letter.is_control()).take(NAME_MAX).collect();
        let by = single_line(by, domain::listed::USER_MAX).unwrap_or_default();
        let now = self.now();
        let id = new_id(now, uuid);
        let records = i64::try_from(read.len()).unwrap_or(i64::MAX);
        let new = New { id: &id, file_name: &file_name, by: &by, csv: &csv, records };
        let mut tx = self.store().begin().await?;
        suppression_uploads::insert(&mut tx, sandbox, &new, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The newest 1,000, newest first.
    pub async fn list_uploads(&self, sandbox: &SandboxName) -> Result<Vec<SuppressionUpload>> {
        suppression_uploads::list(self.store(), sandbox).await
    }

    /// A page of them, of those that were made within these times.
    pub async fn list_upload_page(
        &self,
        sandbox: &SandboxName,
        times: std::ops::Range<domain::Timestamp>,
        order: Order<UploadBy>,
        start: Option<&Start>,
        limit: usize,
    ) -> Result<Page<SuppressionUpload>> {
        let mut uploads = self.list_uploads(sandbox).await?;
        uploads.retain(|upload| times.contains(&upload.created_at));
        Ok(page_of(uploads, order.is_descending, start, limit, |upload| place_of(upload, order.by)))
    }

    /// With the first 1,000 records that cannot be entered. `NotFound` `upload`.
    pub async fn find_upload(&self, sandbox: &SandboxName, id: &str) -> Result<(SuppressionUpload, Vec<FailedRecord>)> {
        let found = suppression_uploads::find(self.store(), sandbox, id).await?;
        let upload = found.ok_or_else(|| Failure::not_found("upload"))?;
        Ok((upload, suppression_uploads::failed_records(self.store(), sandbox, id).await?))
    }

    /// Forgets the file; what it entered stays, and the rest of it is not entered. `NotFound` `upload`.
    pub async fn remove_upload(&self, sandbox: &SandboxName, id: &str) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !suppression_uploads::remove(&mut tx, sandbox, id).await? {
            return Err(Failure::not_found("upload").into());
        }
        tx.commit().await
    }

    /// Enters the records of every file that waits. What a process that is gone began is done anew.
    pub async fn enter_uploads(&self) -> Result<()> {
        while let Some(id) = suppression_uploads::waiting(self.store(), self.now()).await? {
            let now = self.now();
            let mut tx = self.store().begin().await?;
            let claimed = suppression_uploads::claim(&mut tx, id, now, now.plus(LEASE)).await?;
            tx.commit().await?;
            if let Some(claimed) = claimed {
                self.enter(claimed).await?;
            }
        }
        Ok(())
    }

    async fn enter(&self, upload: Claimed) -> Result<()> {
        let Claimed { id, sandbox, by, csv } = upload;
        let (mut good, mut failed) = (Vec::new(), Vec::new());
        let mut status = UploadStatus::Complete;
        match records(&csv) {
            Ok(records) => records.into_iter().for_each(|record| match record {
                Ok(record) => good.push(record),
                Err(record) => failed.push(record),
            }),
            // It was looked over when it came in: an older version of this program took it otherwise.
            Err(_) => status = UploadStatus::Error,
        }
        let mut handled = 0;
        for step in good.chunks(STEP) {
            let now = self.now();
            handled += i64::try_from(step.len()).unwrap_or(i64::MAX);
            let mut tx = self.store().begin().await?;
            for Record { listed, comment } in step {
                let entry = Suppression::by_hand(listed, comment.clone(), by.clone(), now);
                suppressions::insert(&mut tx, &sandbox, &entry).await?;
            }
            if !suppression_uploads::advance(&mut tx, &id, handled, now.plus(LEASE)).await? {
                return Ok(());
            }
            tx.commit().await?;
            self.lists_changed(&sandbox);
        }
        let count = i64::try_from(failed.len()).unwrap_or(i64::MAX);
        failed.truncate(FAILED_KEPT);
        let mut tx = self.store().begin().await?;
        suppression_uploads::finish(&mut tx, &id, status, (count, &failed), self.now()).await?;
        tx.commit().await?;
        self.0.news.tell(&sandbox);
        Ok(())
    }
}

fn text_of(bytes: Vec<u8>) -> Result<String, Fault> {
    if bytes.len() > UPLOAD_MAX_BYTES {
        return Err(Fault::new("", "file_too_large", "Send at most 1 MB; split larger files."));
    }
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    text.ok_or_else(|| Fault::new("", "bad_csv", "The file is malformed, only CSV files in UTF-8 are allowed."))
}

fn place_of(upload: &SuppressionUpload, by: UploadBy) -> (Value, String) {
    let number = |number: u64| Value::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let value = match by {
        UploadBy::Id => Value::Text(upload.id.clone()),
        UploadBy::User => Value::Text(upload.uploaded_by.clone()),
        UploadBy::FileName => Value::Text(upload.file_name.clone()),
        UploadBy::Creation => Value::Number(upload.created_at.as_millis() / 1_000),
        UploadBy::End => Value::Number(upload.ended_at.map_or(0, |at| at.as_millis() / 1_000)),
        UploadBy::Status => Value::Text(upload.status.to_string()),
        UploadBy::Records => number(upload.records),
        UploadBy::Handled => number(upload.handled),
        UploadBy::Failed => number(upload.failed),
    };
    (value, upload.id.clone())
}
