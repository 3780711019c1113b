//! Images and mails from files. A page with its program sends one file at a time and reads JSON; a form without it sends several
//! images and is led back.

use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Permission;
use domain::asset::Asset;
use domain::id::CampaignId;
use domain::mail_file::{FILE_MAX_BYTES, MailFormat};
use domain::variants::VariantKey;
use domain::{Failure, SandboxName};
use engine::Result;
use engine::assets::NewAsset;
use serde::{Deserialize, Serialize};

use super::Console;
use super::files::{encoded, person};
use super::guard::refusal;
use crate::failure::{Answer, ServerFailure};
use crate::library::MailAnswer;

/// Where images are sent.
pub(super) const UPLOAD_PATH: &str = "/files/assets/";
/// Where mails are sent.
pub(super) const MAILS_PATH: &str = "/files/mails/";
/// Largest body of a form with images; each is read by itself, and no larger than it may be.
pub(super) const FORM_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Largest body of a form with a mail.
pub(super) const MAIL_MAX_BYTES: usize = FILE_MAX_BYTES + 64 * 1024;

/// `POST /files/assets/{sandbox}`: adds the images of a form to the library.
pub(super) async fn upload(
    State(console): State<Console>,
    Path(sandbox): Path<String>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let added = receive(&console, &sandbox, &headers, form).await;
    if wants_json(&headers) {
        // A page with its program sends one.
        let first = added.and_then(|mut added| Ok(added.pop().ok_or_else(none)?));
        return json(first);
    }
    let Ok(sandbox) = sandbox.parse::<SandboxName>() else { return refusal(Failure::not_found("sandbox").into()) };
    let page = format!("/{sandbox}/library/images");
    match added {
        Ok(added) => Redirect::to(&format!("{page}?added={}", added.len())).into_response(),
        Err(error) => match error.into_failure() {
            Failure::Invalid { faults } => {
                let code = faults.0.first().map_or("", |fault| fault.code.as_str());
                Redirect::to(&format!("{page}?file={code}")).into_response()
            }
            failure => refusal(failure.into()),
        },
    }
}

async fn receive(console: &Console, sandbox: &str, headers: &HeaderMap, mut form: Multipart) -> Result<Vec<Asset>> {
    let user = person(console, headers, Permission::ManageCampaigns).await?;
    let sandbox = sandbox.parse().map_err(|_| Failure::not_found("sandbox"))?;
    let mut added = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| unread())? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = bytes_of(field, console.engine.asset_max_bytes()).await?;
            let new = NewAsset { name, alt: String::new(), bytes };
            added.push(console.engine.add_asset(&sandbox, new, &user.email).await?);
        }
    }
    if added.is_empty() { Err(none().into()) } else { Ok(added) }
}

fn none() -> Failure {
    Failure::invalid("file", "required", "Choose a file.")
}

fn unread() -> Failure {
    Failure::invalid("file", "incomplete_body", "The file did not arrive whole.")
}

/// Reading ends one byte after what may come: whoever checks the size sees that there is more.
async fn bytes_of(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| unread())? {
        bytes.extend_from_slice(&piece[..piece.len().min(most + 1 - bytes.len())]);
        if bytes.len() > most {
            break;
        }
    }
    Ok(bytes)
}

/// `POST /files/mails/{sandbox}`: reads a mail; its images are in the library then, and the draft stays as it is. With the field
/// `convert` first, templates of another product become ours.
pub(super) async fn import_mail(
    State(console): State<Console>,
    Path(sandbox): Path<String>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Response {
    let read = async {
        let user = person(&console, &headers, Permission::ManageCampaigns).await?;
        let sandbox = sandbox.parse().map_err(|_| Failure::not_found("sandbox"))?;
        let mut converts = false;
        while let Some(field) = form.next_field().await.map_err(|_| unread())? {
            match field.name() {
                Some("convert") => converts = true,
                Some("file") => {
                    let bytes = bytes_of(field, FILE_MAX_BYTES).await?;
                    let mut mail = console.engine.import_mail(&sandbox, bytes, &user.email).await?;
                    let notes = if converts {
                        let imported = content::import(&mail.html);
                        mail.html = imported.text;
                        imported.notes
                    } else {
                        Vec::new()
                    };
                    return Ok(MailAnswer { mail, notes });
                }
                _ => {}
            }
        }
        Err(none().into())
    };
    json(read.await)
}

/// Which content of a campaign is meant, beside its main one.
#[derive(Deserialize)]
pub(super) struct OfVariant {
    variant: Option<VariantKey>,
}

/// `GET /files/mails/{sandbox}/{campaign}/{format}?variant=`: what the draft says, as a file to keep.
pub(super) async fn export_mail(
    State(console): State<Console>,
    Path((sandbox, campaign, format)): Path<(String, String, String)>,
    Query(OfVariant { variant }): Query<OfVariant>,
    headers: HeaderMap,
) -> Response {
    let made = async {
        person(&console, &headers, Permission::ViewCampaigns).await?;
        let missing = || Failure::not_found("mail");
        let sandbox: SandboxName = sandbox.parse().map_err(|_| missing())?;
        let campaign: CampaignId = campaign.parse().map_err(|_| missing())?;
        let format: MailFormat = format.parse().map_err(|_| missing())?;
        console.engine.export_mail(&sandbox, &campaign, variant.as_ref(), format).await
    };
    let file = match made.await {
        Ok(file) => file,
        Err(error) => return refusal(error),
    };
    let name: String = file.name.bytes().map(encoded).collect();
    let mut response = file.bytes.into_response();
    for (header, value) in [
        (header::CONTENT_TYPE, file.media_type.to_owned()),
        // Never opened here: what a mail says is not ours.
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ] {
        insert(&mut response, header, &value);
    }
    response
}

fn insert(response: &mut Response, header: HeaderName, value: &str) {
    response.headers_mut().extend(HeaderValue::from_str(value).ok().map(|value| (header, value)));
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json")
}

/// As server functions answer.
fn json<T: Serialize>(done: Result<T>) -> Response {
    let answer: Answer<T> = done.map_err(|error| ServerFailure::Failure(error.into_failure()));
    let status = match &answer {
        Err(ServerFailure::Failure(failure)) => StatusCode::from_u16(failure.status()).unwrap_or_default(),
        _ => StatusCode::OK,
    };
    (status, Json(answer)).into_response()
}
