//! A file of addresses and domains that are to be suppressed: `TYPE,VALUE,COMMENT` (reference §4.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::single_line;
use crate::listed::{COMMENT_MAX, Listed, ListedKind};
use crate::word::words;
use crate::{Fault, Timestamp, csv};

/// Largest file, in bytes.
pub const UPLOAD_MAX_BYTES: usize = 1024 * 1024;
/// Failed records that are kept of a file; more would not be read.
pub const FAILED_KEPT: usize = 1_000;

words! {
    /// How far a file is; the contract's words.
    UploadStatus {
        /// It is on disk.
        Accepted = "ACCEPTED",
        /// Its records are being entered.
        Pending = "PENDING",
        /// All of them were gone through.
        Complete = "COMPLETE",
        /// All suppressions were removed before it was through.
        Canceled = "CANCELED",
        /// The file itself cannot be read.
        Error = "ERROR",
    }
}

impl UploadStatus {
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::Canceled | Self::Error)
    }
}

/// A file, and what became of its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SuppressionUpload {
    /// A UUID, as the contract has it; they sort by time.
    pub id: String,
    pub file_name: String,
    pub uploaded_by: String,
    pub status: UploadStatus,
    /// Records of the file, without its header.
    pub records: u64,
    /// Entered by now.
    pub handled: u64,
    /// Of the records, so many cannot be entered.
    pub failed: u64,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// A record that cannot be entered, in the words of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailedRecord {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
    pub comments: String,
    pub failure_reason: String,
}

/// A record that can be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub listed: Listed,
    pub comment: String,
}

/// The records of a file, in its order. Refused as a whole: what is no text, and what has no header `TYPE,VALUE` or
/// `TYPE,VALUE,COMMENT`.
pub fn records(text: &str) -> Result<Vec<Result<Record, FailedRecord>>, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = csv::rows(text).into_iter();
    let header = rows.next().unwrap_or_default();
    let names: Vec<String> = header.iter().map(|name| name.trim().to_ascii_uppercase()).collect();
    if !matches!(
        names.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ["TYPE", "VALUE"] | ["TYPE", "VALUE", "COMMENT"]
    ) {
        return Err(Fault::new("", "bad_csv", "The first line of the file must be TYPE,VALUE,COMMENT."));
    }
    Ok(rows.map(|row| record(&row, names.len())).collect())
}

fn record(row: &[String], columns: usize) -> Result<Record, FailedRecord> {
    let field = |place: usize| row.get(place).map(|field| field.trim()).unwrap_or_default();
    let failed = |failure_reason: String| FailedRecord {
        kind: shown(field(0)),
        value: shown(field(1)),
        comments: shown(field(2)),
        failure_reason,
    };
    if row.len() > columns {
        return Err(failed(format!("There are {} values in this line, and {columns} columns.", row.len())));
    }
    let kind: ListedKind = field(0)
        .to_ascii_lowercase()
        .parse()
        .map_err(|_| failed(format!("The type is neither EMAIL nor DOMAIN: {}", shown(field(0)))))?;
    let listed =
        kind.parse(field(1)).map_err(|_| failed(format!("Invalid format for the entry: {}", shown(field(1)))))?;
    let comment = single_line(field(2), COMMENT_MAX).map_err(|fault| failed(fault.text))?;
    Ok(Record { listed, comment })
}

/// What is repeated to whoever sent it, of bounded length, and as PostgreSQL can store it.
fn shown(text: &str) -> String {
    text.chars().take(COMMENT_MAX).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_spreadsheets_write_them() {
        let csv = "\u{feff}Type,Value,Comment\r\nEMAIL,ann@example.com,\"Said \"\"no\"\", twice\"\r\n\r\n\
                   domain, Example.com ,\r\nEMAIL,ben@example.com";
        let records: Vec<Record> = records(csv).unwrap().into_iter().map(Result::unwrap).collect();
        let told: Vec<_> = records.iter().map(|record| (record.listed.as_str(), record.comment.as_str())).collect();
        let expected = [("ann@example.com", "Said \"no\", twice"), ("example.com", ""), ("ben@example.com", "")];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_record_that_cannot_be_entered_says_why_in_the_words_of_the_file() {
        let csv = "TYPE,VALUE,COMMENT\nEmail,examplegmail@com,bad\nPHONE,+821,x\nEMAIL,ann@example.com,a,b\nEMAIL,,\n\
                   EMAIL,ann@example.com,\"a\nb\"";
        let failed: Vec<FailedRecord> = records(csv).unwrap().into_iter().map(Result::unwrap_err).collect();
        assert_eq!(
            failed[0],
            FailedRecord {
                kind: "Email".into(),
                value: "examplegmail@com".into(),
                comments: "bad".into(),
                failure_reason: "Invalid format for the entry: examplegmail@com".into(),
            }
        );
        let reasons: Vec<&str> = failed.iter().map(|it| it.failure_reason.split(' ').next().unwrap()).collect();
        assert_eq!(reasons, ["Invalid", "The", "There", "Invalid", "Use"]);
    }

    #[test]
    fn a_file_without_its_header_is_refused_as_a_whole() {
        for csv in ["", "EMAIL,ann@example.com,", "TYPE;VALUE;COMMENT\n", "%PDF-1.7", "TYPE,VALUE,COMMENT,WHO"] {
            assert_eq!(records(csv).unwrap_err().code, "bad_csv", "{csv}");
        }
        assert_eq!(records("TYPE,VALUE\n").unwrap(), []);
    }
}
