//! Many choices as CSV, in and out. Both go by in pieces: memory does not grow with the file.

use axum::Json;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Failure;
use engine::Engine;
use engine::audiences::{ImportError, LineFault};
use engine::consent::ConsentFile;
use futures::TryStreamExt as _;
use schemars::JsonSchema;
use serde::Serialize;
use tokio_util::io::StreamReader;

use crate::api::Problem;
use crate::api::query::Parameters;
use crate::auth::Caller;

/// Largest file of a call.
pub const FILE_MAX_BYTES: usize = 16 * 1024 * 1024;

/// What came of a file.
#[derive(Serialize, JsonSchema)]
pub struct FileAnswer {
    /// Without the header.
    records: u64,
    /// Choices that are in force now and were not before.
    changed: u64,
    /// Choices that say what holds already, or less than it.
    kept: u64,
    /// Records that say nothing usable, and were left out.
    faulty: u64,
    /// Of these, the first 20 faults.
    faults: Vec<FileFault>,
}

#[derive(Serialize, JsonSchema)]
struct FileFault {
    /// From 1.
    line: u64,
    /// Name of the column; empty: the whole record.
    path: String,
    text: String,
}

impl From<ConsentFile> for FileAnswer {
    fn from(file: ConsentFile) -> Self {
        let ConsentFile { records, changed, kept, faulty, faults } = file;
        let fault = |LineFault { line, path, text }| FileFault { line, path, text };
        Self { records, changed, kept, faulty, faults: faults.into_iter().map(fault).collect() }
    }
}

/// `POST /consent/import?fileName=`: what is good of a CSV file is entered, the rest told. Answered when all of it was gone through.
pub async fn import(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    request: Request,
) -> Result<Response, Problem> {
    let parameters = parameters.only(&["fileName"])?;
    check_is_csv(request.headers())?;
    let name = Some(parameters.get("fileName")).filter(|name| !name.is_empty()).unwrap_or("import.csv");
    let file = StreamReader::new(pieces(axum::RequestExt::with_limited_body(request).into_body().into_data_stream()));
    let done = engine.import_consents(caller.sandbox(), name, file, caller.name()).await.map_err(problem)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(FileAnswer::from(done))).into_response())
}

fn pieces(body: BodyDataStream) -> impl futures::Stream<Item = std::io::Result<axum::body::Bytes>> + Send + Unpin {
    body.map_err(std::io::Error::other)
}

/// `GET /consent/export`: everything in force.
pub async fn export(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let body = Body::from_stream(engine.export_consents(caller.sandbox()).map_err(engine::Error::into_failure));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"consent.csv\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, body).into_response())
}

fn check_is_csv(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv")) {
        return Ok(());
    }
    let text = "Send the file as the body, with Content-Type: text/csv.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", text).at("content-type"))
}

fn problem(error: ImportError) -> Problem {
    match error {
        ImportError::Faults(faults) => {
            let text = faults.into_iter().next().map(|fault| fault.text).unwrap_or_default();
            Failure::invalid("", "bad_csv", text).into()
        }
        // Too long, or cut off on its way: what was read before it is entered.
        ImportError::Read(error) if error.to_string().contains("length limit") => {
            let text = "Send at most 16 MB; split larger files.";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "file_too_large", text)
        }
        ImportError::Read(_) => {
            Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", "The body ended before it was complete.")
        }
        ImportError::Engine(error) => error.into(),
    }
}
