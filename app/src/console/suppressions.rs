//! A file of addresses that are to be suppressed, sent by a form. A plain request of a browser, so it works without wasm.

use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Permission;
use domain::suppression_upload::UPLOAD_MAX_BYTES;
use domain::{Failure, SandboxName};

use super::Console;
use super::files::{file_of, person};
use super::guard::refusal;

/// Largest body of the form: a file, and what stands around it.
pub(super) const BODY_MAX_BYTES: usize = UPLOAD_MAX_BYTES + 64 * 1024;

/// `POST /files/suppressions/{sandbox}`: takes the file in, and leads to the list of files.
pub(super) async fn upload(
    State(console): State<Console>,
    Path(sandbox): Path<String>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let upload = async {
        let user = person(&console, &headers, Permission::ManageConfigurations).await?;
        let name: SandboxName = sandbox.parse().map_err(|_| Failure::not_found("sandbox"))?;
        let name = console.engine.find_sandbox(&name).await?.name;
        let file = file_of(form).await?;
        console.engine.upload_suppressions(&name, &file.name, file.bytes, &user.email).await
    };
    let page = format!("/{sandbox}/settings/suppressions?list=files");
    match upload.await {
        Ok(id) => Redirect::to(&format!("{page}&upload={id}")).into_response(),
        Err(error) => match error.into_failure() {
            Failure::Invalid { faults } => {
                let code = faults.0.first().map_or("", |fault| fault.code.as_str());
                Redirect::to(&format!("{page}&file={code}")).into_response()
            }
            failure => refusal(failure.into()),
        },
    }
}
