//! Choices of many people as a file, in and out. Plain requests of a browser, so they work without wasm.

use axum::body::Body;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Permission;
use domain::{Failure, SandboxName};
use engine::audiences::ImportError;
use engine::consent::ConsentFile;

use super::Console;
use super::files::{file_of, person};
use super::guard::refusal;

/// Where the form sends a file.
pub(super) const UPLOAD_PATH: &str = "/files/consents/";

/// `GET /files/consents/{sandbox}`: everything in force.
pub(super) async fn download(
    State(console): State<Console>,
    Path(sandbox): Path<String>,
    headers: HeaderMap,
) -> Response {
    let allowed = async {
        person(&console, &headers, Permission::ManageConsent).await?;
        named(&console, &sandbox).await
    };
    let sandbox = match allowed.await {
        Ok(sandbox) => sandbox,
        Err(error) => return refusal(error),
    };
    // A fault on the way cuts the file off; what it was is not told.
    let body = Body::from_stream(console.engine.export_consents(&sandbox));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"consent.csv\""),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}

/// `POST /files/consents/{sandbox}`: enters what is good of a file, and leads to the page that tells of it.
pub(super) async fn upload(
    State(console): State<Console>,
    Path(sandbox): Path<String>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let page = format!("/{sandbox}/people/consent");
    let allowed = async {
        let user = person(&console, &headers, Permission::ManageConsent).await?;
        let sandbox = named(&console, &sandbox).await?;
        Ok::<_, engine::Error>((user, sandbox, file_of(form).await?))
    };
    let (user, sandbox, file) = match allowed.await {
        Ok(allowed) => allowed,
        Err(error) => return refusal(error),
    };
    match console.engine.import_consents(&sandbox, &file.name, &file.bytes[..], &user.email).await {
        Ok(ConsentFile { changed, kept, faulty, faults, .. }) => {
            let lines: Vec<String> = faults.iter().map(|fault| fault.line.to_string()).collect();
            let told = format!("changed={changed}&kept={kept}&faulty={faulty}&lines={}", lines.join("-"));
            Redirect::to(&format!("{page}?{told}#files")).into_response()
        }
        Err(ImportError::Faults(_) | ImportError::Read(_)) => {
            Redirect::to(&format!("{page}?file=refused#files")).into_response()
        }
        Err(ImportError::Engine(error)) => refusal(error),
    }
}

async fn named(console: &Console, sandbox: &str) -> engine::Result<SandboxName> {
    let name: SandboxName = sandbox.parse().map_err(|_| Failure::not_found("sandbox"))?;
    Ok(console.engine.find_sandbox(&name).await?.name)
}
