//! Files of people: sent by a form, and the table of what was left out. Plain requests of a browser, so they work without wasm.

use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Permission;
use domain::audience_upload::FILE_MAX_BYTES;
use domain::id::{AudienceId, ImportId};
use domain::{Failure, SandboxName};
use engine::Result;

use super::Console;
use super::files::person;
use super::guard::refusal;

/// Where the form sends it.
pub(super) const UPLOAD_PATH: &str = "/files/audiences/";
/// Largest body of the form: a file, and what stands around it.
pub(super) const BODY_MAX_BYTES: usize = FILE_MAX_BYTES + 64 * 1024;

/// `POST /files/audiences/{sandbox}/{audience}`: takes the file in as it comes, and leads to its page.
pub(super) async fn upload(
    State(console): State<Console>,
    Path((sandbox, audience)): Path<(String, String)>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let (sandbox, audience) = match named(&sandbox, &audience) {
        Ok(named) => named,
        Err(failure) => return refusal(failure.into()),
    };
    let received = receive(&console, &sandbox, &audience, &headers, form).await;
    let page = format!("/{sandbox}/audiences/{audience}");
    match received {
        Ok(id) => Redirect::to(&format!("{page}/files/{id}")).into_response(),
        Err(error) => match error.into_failure() {
            Failure::Invalid { faults } => {
                let code = faults.0.first().map_or("", |fault| fault.code.as_str());
                Redirect::to(&format!("{page}?file={code}")).into_response()
            }
            failure => refusal(failure.into()),
        },
    }
}

/// What the address names is sent back in another one, so it must be an id.
fn named(sandbox: &str, audience: &str) -> Result<(SandboxName, AudienceId), Failure> {
    let sandbox = sandbox.parse().map_err(|_| Failure::not_found("sandbox"))?;
    Ok((sandbox, audience.parse().map_err(|_| Failure::not_found("audience"))?))
}

async fn receive(
    console: &Console,
    sandbox: &SandboxName,
    audience: &AudienceId,
    headers: &HeaderMap,
    mut form: Multipart,
) -> Result<ImportId> {
    let user = person(console, headers, Permission::ManageCampaigns).await?;
    let sandbox = console.engine.find_sandbox(sandbox).await?.name;
    let unread = |_| Failure::invalid("file", "incomplete_body", "The file did not arrive whole.");
    while let Some(field) = form.next_field().await.map_err(unread)? {
        if field.name() != Some("file") {
            continue;
        }
        // Some browsers give a path.
        let name = field.file_name().unwrap_or_default();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
        return console.engine.receive_audience_file(&sandbox, audience.as_str(), &name, field, &user.email).await;
    }
    Err(Failure::invalid("file", "required", "Choose a file.").into())
}

/// `GET /files/audiences/{sandbox}/{audience}/{file}/left-out.csv`.
pub(super) async fn left_out(
    State(console): State<Console>,
    Path((sandbox, _, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let report = async {
        person(&console, &headers, Permission::ManageCampaigns).await?;
        let sandbox: SandboxName = sandbox.parse().map_err(|_| Failure::not_found("file"))?;
        console.engine.audience_file_report(&sandbox, &file).await
    };
    let table = match report.await {
        Ok(table) => table,
        Err(error) => return refusal(error),
    };
    let mut response = table.into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"left-out.csv\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
