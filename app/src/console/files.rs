//! Files that go with mails: attached to a campaign by a form, and looked at on the page of a message. Plain requests of a
//! browser, so they work without wasm.

use axum::body::Body;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{ConsoleUser, Permission};
use domain::attachment::ATTACHMENTS_MAX_BYTES;
use domain::campaign::CampaignDetail;
use domain::id::{CampaignId, MessageId};
use domain::variants::VariantKey;
use domain::{Failure, SandboxName};
use engine::Result;
use engine::files::Upload;
use serde::Deserialize;

use super::guard::refusal;
use super::{Console, signed_in};
use crate::campaigns::ContentPlace;

/// Largest body of the form: a file, and what stands around it.
pub(super) const UPLOAD_MAX_BYTES: usize = ATTACHMENTS_MAX_BYTES + 64 * 1024;
/// Where the form sends it.
pub(super) const UPLOAD_PATH: &str = "/files/campaigns/";

pub(super) async fn person(console: &Console, headers: &HeaderMap, permission: Permission) -> Result<ConsoleUser> {
    let user = signed_in(&console.engine, headers).await?;
    let user = user.ok_or_else(|| Failure::unauthenticated("signed_out", "Sign in again."))?;
    if user.role.allows(permission) { Ok(user) } else { Err(Failure::NotPermitted.into()) }
}

fn names(sandbox: &str, campaign: &str) -> Result<(SandboxName, CampaignId)> {
    let sandbox = sandbox.parse().map_err(|_| Failure::not_found("sandbox"))?;
    Ok((sandbox, campaign.parse().map_err(|_| Failure::not_found("campaign"))?))
}

/// Whose content a form is about.
#[derive(Default, Deserialize)]
pub(super) struct OfContent {
    /// A key such as `a/-/ko`; empty or missing: the main content.
    #[serde(default)]
    variant: String,
}

impl OfContent {
    fn key(&self) -> Result<Option<VariantKey>, Failure> {
        if self.variant.is_empty() {
            return Ok(None);
        }
        self.variant.parse().map(Some).map_err(|_| Failure::not_found("variant"))
    }
}

/// `POST /files/campaigns/{sandbox}/{campaign}`: attaches the file of the form, and leads back to the content step.
pub(super) async fn attach(
    State(console): State<Console>,
    Path((sandbox, campaign)): Path<(String, String)>,
    Query(of): Query<OfContent>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let attach = async {
        let user = person(&console, &headers, Permission::ManageCampaigns).await?;
        let (sandbox, campaign) = names(&sandbox, &campaign)?;
        let at = of.key()?;
        let upload = file_of(form).await?;
        console.engine.attach_file(&sandbox, &campaign, at.as_ref(), upload, &user.email).await
    };
    back(&sandbox, &campaign, &of, attach.await)
}

/// The first file of a form.
pub(super) async fn file_of(mut form: Multipart) -> Result<Upload, Failure> {
    let unread = |_| Failure::invalid("content.attachments", "incomplete_body", "The file did not arrive whole.");
    while let Some(field) = form.next_field().await.map_err(unread)? {
        if field.name() != Some("file") {
            continue;
        }
        // Some browsers give a path.
        let name = field.file_name().unwrap_or_default();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
        let content_type = field.content_type().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(unread)?.to_vec();
        return Ok(Upload { name, content_type, bytes });
    }
    Err(Failure::invalid("content.attachments", "required", "Choose a file."))
}

/// What the button beside a file sends.
#[derive(Deserialize)]
pub(super) struct Detached {
    name: String,
}

/// `POST /files/campaigns/{sandbox}/{campaign}/detach`: takes a file away.
pub(super) async fn detach(
    State(console): State<Console>,
    Path((sandbox, campaign)): Path<(String, String)>,
    Query(of): Query<OfContent>,
    headers: HeaderMap,
    axum::Form(Detached { name }): axum::Form<Detached>,
) -> Response {
    let detach = async {
        let user = person(&console, &headers, Permission::ManageCampaigns).await?;
        let (sandbox, campaign) = names(&sandbox, &campaign)?;
        let at = of.key()?;
        console.engine.detach_file(&sandbox, &campaign, at.as_ref(), &name, &user.email).await
    };
    back(&sandbox, &campaign, &of, detach.await)
}

/// To the content step, with the code of what is wrong.
fn back(sandbox: &str, campaign: &str, of: &OfContent, done: Result<CampaignDetail>) -> Response {
    let step = match names(sandbox, campaign) {
        Ok((sandbox, campaign)) => {
            let (sandbox, campaign) = (sandbox.to_string(), campaign.to_string());
            ContentPlace { sandbox, campaign, variant: of.key().ok().flatten() }.step()
        }
        Err(error) => return refusal(error),
    };
    match done {
        Ok(detail) => Redirect::to(&format!("{step}&saved={}#attachments", detail.campaign.revision)).into_response(),
        Err(error) => match error.into_failure() {
            Failure::Invalid { faults } => {
                let code = faults.0.first().map_or("", |fault| fault.code.as_str());
                Redirect::to(&format!("{step}&file={code}#attachments")).into_response()
            }
            failure => refusal(failure.into()),
        },
    }
}

/// `GET /files/messages/{sandbox}/{message}/{position}`: a file that goes with a message, to be kept and never shown here.
pub(super) async fn download(
    State(console): State<Console>,
    Path((sandbox, message, position)): Path<(String, String, usize)>,
    headers: HeaderMap,
) -> Response {
    let find = async {
        person(&console, &headers, Permission::ViewMessages).await?;
        let missing = || Failure::not_found("file");
        let (sandbox, message): (SandboxName, MessageId) =
            (sandbox.parse().map_err(|_| missing())?, message.parse().map_err(|_| missing())?);
        console.engine.message_file(&sandbox, &message, position).await
    };
    let (line, bytes) = match find.await {
        Ok(found) => found,
        Err(error) => return refusal(error),
    };
    let mut response = Body::from(bytes).into_response();
    let name: String = line.name.bytes().map(encoded).collect();
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    for (header, value) in [
        // Nothing that a browser would open by itself.
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ] {
        response.headers_mut().extend(HeaderValue::from_str(&value).ok().map(|value| (header, value)));
    }
    response
}

/// As RFC 8187 §3.2.1 has it.
pub(super) fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
