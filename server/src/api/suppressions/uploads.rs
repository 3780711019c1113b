//! Files of addresses and domains that are to be suppressed. A file is accepted at once and entered afterwards.

use axum::Json;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::http::{HeaderMap, StatusCode};
use domain::suppression_upload::{FailedRecord, SuppressionUpload, UPLOAD_MAX_BYTES, UploadStatus};
use domain::{Failure, Page};
use engine::Engine;
use schemars::JsonSchema;
use serde::Serialize;

use super::entry::ClientOf;
use super::listing::{Links, PageOf, UploadListing};
use crate::api::Problem;
use crate::api::query::{Id, Parameters};
use crate::auth::Caller;

/// A file, and what stands around it.
pub const UPLOAD_BODY_MAX_BYTES: usize = UPLOAD_MAX_BYTES + 64 * 1024;
const PATH: &str = "/config/suppression/uploads";

/// The file was accepted.
#[derive(Serialize, JsonSchema)]
pub struct UploadAccepted {
    success: Job,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Job {
    job_id: String,
}

/// A file, and what became of its records. Its times are seconds since 1970.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// A UUID.
    job_id: String,
    user: String,
    filename: String,
    create_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<i64>,
    status: UploadStatus,
    /// Of the answer to the call that sent it.
    response_code: u16,
    response_text: Option<String>,
    record_count: u64,
    handled_count: u64,
    /// While it is not complete, 0.
    failed_count: u64,
}

/// The same with its records that cannot be entered, the first 1,000.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadJob {
    #[serde(flatten)]
    upload: Upload,
    #[serde(flatten)]
    client: ClientOf,
    failed_records: Vec<FailedRecord>,
}

/// A page of files.
#[derive(Serialize, JsonSchema)]
pub struct Uploads {
    #[serde(rename = "_page")]
    page: PageOf,
    items: Vec<Upload>,
    #[serde(rename = "_links")]
    links: Links,
}

impl From<SuppressionUpload> for Upload {
    fn from(upload: SuppressionUpload) -> Self {
        let SuppressionUpload { id, file_name, uploaded_by, status, records, handled, failed, created_at, ended_at } =
            upload;
        Self {
            job_id: id,
            user: uploaded_by,
            filename: file_name,
            create_time: created_at.as_millis() / 1_000,
            end_time: ended_at.map(|at| at.as_millis() / 1_000),
            status,
            response_code: StatusCode::CREATED.as_u16(),
            response_text: (status == UploadStatus::Error).then(|| "The file cannot be read.".to_owned()),
            record_count: records,
            handled_count: handled,
            failed_count: failed,
        }
    }
}

/// `POST /config/suppression/uploads`: the part `file` of a form.
pub async fn upload(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<UploadAccepted>), Problem> {
    parameters.only(&[])?;
    let form = form.map_err(|_| {
        let text = "Send the file as a form, with Content-Type: multipart/form-data.";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", text).at("content-type")
    })?;
    let (name, bytes) = file_of(form).await?;
    if bytes.len() > UPLOAD_MAX_BYTES {
        return Err(too_large());
    }
    let job_id = engine.upload_suppressions(caller.sandbox(), &name, bytes, caller.name()).await?;
    Ok((StatusCode::CREATED, Json(UploadAccepted { success: Job { job_id } })))
}

fn too_large() -> Problem {
    let text = "Send at most 1 MB; split larger files.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "file_too_large", text).at("file")
}

/// Name and bytes of the file of a form.
async fn file_of(mut form: Multipart) -> Result<(String, Vec<u8>), Problem> {
    let unread = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", "The form cannot be read to its end.").at("file"),
    };
    while let Some(field) = form.next_field().await.map_err(unread)? {
        if field.name() == Some("file") {
            // Some programs give a path.
            let name = field.file_name().unwrap_or_default();
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
            return Ok((name, field.bytes().await.map_err(unread)?.to_vec()));
        }
    }
    Err(Failure::invalid("file", "required", "Send the file in the part `file` of the form.").into())
}

/// `GET /config/suppression/uploads`.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<Uploads>, Problem> {
    let UploadListing { times, order, start, limit, orderby, asked } = UploadListing::read(parameters)?;
    let page = engine.list_upload_page(caller.sandbox(), times, order, start.as_ref(), limit).await?;
    let Page { rows: items, next } = page.map(Upload::from);
    let links = Links::of(PATH, &asked, next.as_deref());
    Ok(Json(Uploads { page: PageOf { orderby, next, count: items.len() }, items, links }))
}

/// `GET /config/suppression/uploads/{jobId}`.
pub async fn find(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Id(id): Id,
    parameters: Parameters,
) -> Result<Json<UploadJob>, Problem> {
    parameters.only(&[])?;
    let (upload, failed_records) = engine.find_upload(caller.sandbox(), &known(id)?).await?;
    let client = ClientOf::new(&headers, caller.sandbox());
    Ok(Json(UploadJob { upload: upload.into(), client, failed_records }))
}

/// `DELETE /config/suppression/uploads/{jobId}`: what the file entered stays.
pub async fn delete(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(id): Id,
    parameters: Parameters,
) -> Result<StatusCode, Problem> {
    parameters.only(&[])?;
    engine.remove_upload(caller.sandbox(), &known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PostgreSQL` does not even take the question for what is no text.
fn known(id: String) -> Result<String, Failure> {
    if id.contains('\0') { Err(Failure::not_found("upload")) } else { Ok(id) }
}
