//! Many profiles from one file or call, and what became of its rows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::ImportId;
use crate::word::words;

/// Rows that cannot be written whose faults are kept of an import; more would not be read.
pub const FAULTS_KEPT: i64 = 10_000;

words! {
    /// How rows are written.
    ImportFormat {
        /// One JSON object a line.
        Ndjson = "ndjson",
        /// A table with a header.
        Csv = "csv",
    }
}

words! {
    /// How far an import is.
    ImportStatus {
        /// Rows still come.
        Running = "running",
        /// All of its rows were gone through.
        Complete = "complete",
        /// It came to no end: the connection or this server broke. What was written stays.
        Interrupted = "interrupted",
    }
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileImport {
    #[serde(rename = "importId")]
    pub id: ImportId,
    /// Empty: it came by a call.
    pub file_name: String,
    pub format: ImportFormat,
    pub started_by: String,
    pub status: ImportStatus,
    /// Of the whole, as far as it was told before.
    pub total_bytes: Option<i64>,
    /// Read so far.
    pub bytes: i64,
    /// Gone through so far; the sum of those that follow.
    pub rows: i64,
    /// Rows that made a new profile.
    pub created: i64,
    /// Rows about somebody who was known.
    pub updated: i64,
    /// Rows that were not written.
    pub failed: i64,
    /// So far, or of the whole.
    pub rows_per_second: i64,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// What is wrong with a row that was not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowFault {
    /// From 1, the header too.
    pub line: i64,
    /// Of the value in its row: `identities[0].userId`, or the name of a column. Empty: the whole row.
    pub path: String,
    pub text: String,
}
