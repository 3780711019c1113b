//! Many profiles in one call, read as they come: memory does not grow with the body.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::Failure;
use domain::id::ImportId;
use domain::profile_import::{ImportFormat, ProfileImport};
use engine::Engine;
use engine::profiles::{ImportError, ImportSource, rows_from};
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::Problem;
use crate::api::query::Id;
use crate::auth::Caller;

/// The newest 100.
#[derive(Serialize, JsonSchema)]
pub struct Imports {
    imports: Vec<ProfileImport>,
}

/// `POST /profiles/imports`: answered when all rows were gone through.
pub async fn import(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    request: Request,
) -> Result<Response, Problem> {
    let format = format_of(request.headers())?;
    let most = engine.import_max_bytes();
    let total = declared_bytes(request.headers());
    if total.is_some_and(|total| total > most) {
        return Err(too_large(most));
    }
    let source = ImportSource {
        file_name: String::new(),
        format,
        total_bytes: total.and_then(|total| i64::try_from(total).ok()),
        by: caller.name().to_owned(),
    };
    let rows = rows_from(request.into_body().into_data_stream(), most);
    let imported = engine.import_profiles(caller.sandbox(), source, rows).await;
    let mut response = Json(imported.map_err(|error| problem(error, most))?).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Of the header `Content-Type`. 415 for anything but lines of JSON and tables.
fn format_of(headers: &HeaderMap) -> Result<ImportFormat, Problem> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(ImportFormat::Ndjson),
        "text/csv" => Ok(ImportFormat::Csv),
        _ => {
            let text = "Send rows with Content-Type: application/x-ndjson, or a table with Content-Type: text/csv.";
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", text).at("content-type"))
        }
    }
}

fn declared_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(most: u64) -> Problem {
    let text = format!("One import has at most {} MB. Send the rest as another one.", most / 1024 / 1024);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "import_too_large", text)
}

fn problem(error: ImportError, most: u64) -> Problem {
    match error {
        ImportError::TooLarge => too_large(most),
        ImportError::Read(_) => {
            let text = "The body ended before it was complete. What was written stays; send all of it again.";
            Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", text)
        }
        ImportError::Engine(error) => error.into(),
    }
}

fn id_of(text: &str) -> Result<ImportId, Failure> {
    text.parse().map_err(|_| Failure::not_found("import"))
}

/// `GET /profiles/imports`.
pub async fn list(State(engine): State<Engine>, Caller(caller): Caller) -> Result<Json<Imports>, Problem> {
    Ok(Json(Imports { imports: engine.list_profile_imports(caller.sandbox()).await? }))
}

/// `GET /profiles/imports/{importId}`: also while it runs.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
) -> Result<Json<ProfileImport>, Problem> {
    Ok(Json(engine.find_profile_import(caller.sandbox(), &id_of(&id)?).await?))
}

/// `GET /profiles/imports/{importId}/errors`: a table.
pub async fn errors(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    let table = engine.profile_import_report(caller.sandbox(), &id_of(&id)?).await?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], table).into_response())
}
