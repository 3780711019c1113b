//! Everything that is kept of a person, as one JSON object: written while it is read, so that it may be of any length.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use domain::profile::Profile;
use domain::{Page, SandboxName};
use engine::profiles::Kept;
use engine::{Engine, Error, Result};
use futures::stream::{self, Stream};

use crate::api::Problem;
use crate::api::query::Id;
use crate::auth::Caller;

/// Messages that are read at once, each with all that was rendered.
const STEP: usize = 20;

/// `GET /profiles/{profileId}/export`.
pub async fn export(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    let kept = engine.kept_of(caller.sandbox(), &super::id_of(&id)?).await?;
    let name = format!("attachment; filename=\"{}.json\"", kept.profile.id);
    let mut response = Body::from_stream(pieces(engine, caller.sandbox().clone(), kept)).into_response();
    for (header, value) in [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_DISPOSITION, &name)] {
        response.headers_mut().extend(HeaderValue::from_str(value).ok().map(|value| (header, value)));
    }
    Ok(response)
}

/// Where the writing is.
enum At {
    Start(Box<Kept>),
    /// Messages after this cursor; `None`: from the first one on.
    Messages(Option<String>),
    End,
}

/// The object, piece by piece. What breaks in the middle breaks the answer off, so that nobody takes it for the whole.
fn pieces(engine: Engine, sandbox: SandboxName, kept: Kept) -> impl Stream<Item = Result<String>> + Send + 'static {
    let profile = kept.profile.clone();
    stream::try_unfold(At::Start(Box::new(kept)), move |at| {
        let (engine, sandbox, profile) = (engine.clone(), sandbox.clone(), profile.clone());
        async move {
            match at {
                At::Start(kept) => {
                    let object = serde_json::to_string(&kept)?;
                    let open = object.strip_suffix('}').ok_or_else(|| Error::unexpected("no object"))?;
                    Ok(Some((format!("{open},\"messages\":["), At::Messages(None))))
                }
                At::Messages(cursor) => messages(&engine, &sandbox, &profile, cursor).await.map(Some),
                At::End => Ok(None),
            }
        }
    })
}

async fn messages(
    engine: &Engine,
    sandbox: &SandboxName,
    profile: &Profile,
    cursor: Option<String>,
) -> Result<(String, At)> {
    let Page { rows, next } = engine.messages_of_profile(sandbox, profile, cursor.as_deref(), STEP).await?;
    let mut text = String::new();
    for (position, message) in rows.iter().enumerate() {
        if position > 0 || cursor.is_some() {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(&engine.find_message(sandbox, &message.id).await?)?);
    }
    if next.is_none() {
        text.push_str("]}");
    }
    let further = next.map_or(At::End, |next| At::Messages(Some(next)));
    Ok((text, further))
}
