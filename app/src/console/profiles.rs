//! Files of profiles: sent by a form, and what is downloaded of people. Plain requests of a browser, so they work without wasm.

use axum::body::Body;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Permission;
use domain::id::{ImportId, ProfileId};
use domain::profile_import::ImportFormat;
use domain::{Failure, SandboxName};
use engine::profiles::{ImportError, ImportSource, rows_from};

use super::Console;
use super::files::person;
use super::guard::refusal;

/// Where the form sends a file. It is read as it comes, after its sender is known.
pub(super) const UPLOAD_PATH: &str = "/files/profiles/";

async fn sandbox_of(console: &Console, name: &str) -> engine::Result<SandboxName> {
    let name: SandboxName = name.parse().map_err(|_| Failure::not_found("sandbox"))?;
    Ok(console.engine.find_sandbox(&name).await?.name)
}

/// `POST /files/profiles/{sandbox}`: writes the rows of the file, and leads to the list of imports.
pub(super) async fn upload(
    State(console): State<Console>,
    Path(name): Path<String>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let sandbox = async {
        let user = person(&console, &headers, Permission::ManageProfiles).await?;
        Ok::<_, engine::Error>((user, sandbox_of(&console, &name).await?))
    };
    let (user, sandbox) = match sandbox.await {
        Ok(known) => known,
        Err(error) => return refusal(error),
    };
    let page = format!("/{sandbox}/people/imports");
    let total = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    match read(&console, &sandbox, form, total, &user.email).await {
        Ok(()) => Redirect::to(&page).into_response(),
        Err(ImportError::TooLarge) => Redirect::to(&format!("{page}?file=too_large")).into_response(),
        Err(ImportError::Read(_)) => Redirect::to(&format!("{page}?file=incomplete")).into_response(),
        Err(ImportError::Engine(error)) => match error.into_failure() {
            Failure::Invalid { .. } => Redirect::to(&format!("{page}?file=refused")).into_response(),
            failure => refusal(failure.into()),
        },
    }
}

async fn read(
    console: &Console,
    sandbox: &SandboxName,
    mut form: Multipart,
    total_bytes: Option<i64>,
    by: &str,
) -> Result<(), ImportError> {
    let unread = |error| ImportError::Read(std::io::Error::other(error));
    while let Some(field) = form.next_field().await.map_err(unread)? {
        if field.name() != Some("file") {
            continue;
        }
        // Some browsers give a path.
        let name = field.file_name().unwrap_or_default();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
        let is_table = name.to_ascii_lowercase().ends_with(".csv") || field.content_type() == Some("text/csv");
        let format = if is_table { ImportFormat::Csv } else { ImportFormat::Ndjson };
        let source = ImportSource { file_name: name, format, total_bytes, by: by.to_owned() };
        let rows = rows_from(field, console.engine.import_max_bytes());
        return console.engine.import_profiles(sandbox, source, rows).await.map(drop);
    }
    Err(Failure::invalid("file", "required", "Choose a file.").into())
}

/// `GET /files/profiles/{sandbox}/imports/{import}/errors`: rows that were not written.
pub(super) async fn errors(
    State(console): State<Console>,
    Path((name, import)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let report = async {
        person(&console, &headers, Permission::ManageProfiles).await?;
        let sandbox = sandbox_of(&console, &name).await?;
        let id: ImportId = import.parse().map_err(|_| Failure::not_found("import"))?;
        Ok::<_, engine::Error>((id.to_string(), console.engine.profile_import_report(&sandbox, &id).await?))
    };
    match report.await {
        Ok((id, table)) => kept(Body::from(table), "text/csv; charset=utf-8", &format!("{id}.csv")),
        Err(error) => refusal(error),
    }
}

/// `GET /files/profiles/{sandbox}/{profile}/export`: everything that is kept of a person.
pub(super) async fn export(
    State(console): State<Console>,
    Path((name, profile)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let export = async {
        person(&console, &headers, Permission::ErasePeople).await?;
        let sandbox = sandbox_of(&console, &name).await?;
        let id: ProfileId = profile.parse().map_err(|_| Failure::not_found("profile"))?;
        Ok::<_, engine::Error>((id.to_string(), console.engine.export_profile(&sandbox, &id).await?))
    };
    match export.await {
        Ok((id, pieces)) => kept(Body::from_stream(pieces), "application/json", &format!("{id}.json")),
        Err(error) => refusal(error),
    }
}

/// A file to be kept and never shown here.
fn kept(body: Body, content_type: &'static str, name: &str) -> Response {
    let mut response = body.into_response();
    for (header, value) in [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ] {
        response.headers_mut().extend(HeaderValue::from_str(&value).ok().map(|value| (header, value)));
    }
    response
}
