//! How the API says no: the contract's shape, with a code, all faults and, for our own mistakes, a reference.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Failure, Fault, Faults};
use schemars::JsonSchema;
use serde::Serialize;

/// An error answer. Boxed: it travels through every `Result` of a handler.
#[derive(Debug)]
pub struct Problem(Box<ProblemBody>);

/// `type`, `title`, `status` and `report` are the contract's; the others are added.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemBody {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    report: Report,
    /// Stable; see `docs/api.md`.
    code: String,
    /// What is wrong with the call, each with its JSON path, header or parameter.
    #[serde(skip_serializing_if = "Faults::is_empty")]
    faults: Faults,
    /// Finds the cause in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip)]
    retry_after_seconds: Option<u64>,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    additional_context: BTreeMap<&'static str, String>,
}

/// Longest text of the call that is repeated in the answer (characters).
const REPEATED_MAX: usize = 255;

impl Problem {
    /// For what only HTTP knows; everything else is a [`Failure`].
    pub fn new(status: StatusCode, code: &str, title: impl Into<String>) -> Self {
        Self(Box::new(ProblemBody {
            kind: format!("urn:hermod:error:{code}"),
            title: title.into(),
            status: status.as_u16(),
            report: Report::default(),
            code: code.to_owned(),
            faults: Faults::default(),
            reference: None,
            retry_after_seconds: None,
        }))
    }

    /// Says where in the call it is wrong.
    pub fn at(mut self, path: &str) -> Self {
        self.0.faults = Faults(vec![Fault::new(path, &self.0.code, self.0.title.clone())]);
        self.0.title = title_of(&self.0.faults);
        self
    }

    /// Names places as this call names them: `(ours, the call's)`.
    pub fn renamed(mut self, names: &[(&str, &str)]) -> Self {
        for fault in &mut self.0.faults.0 {
            if let Some((_, theirs)) = names.iter().find(|(ours, _)| *ours == fault.path) {
                (*theirs).clone_into(&mut fault.path);
            }
        }
        if !self.0.faults.is_empty() {
            self.0.title = title_of(&self.0.faults);
        }
        self
    }

    /// Says which call this is about.
    pub fn about(mut self, name: &'static str, value: &str) -> Self {
        if !value.is_empty() && value.chars().count() <= REPEATED_MAX {
            self.0.report.additional_context.insert(name, value.to_owned());
        }
        self
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = failure.full_code();
        let mut problem = Self::new(status, &code, failure.to_string());
        if let Some(place) = place_of(&code) {
            problem = problem.at(place);
        }
        match failure {
            Failure::Invalid { faults } => {
                problem.0.title = title_of(&faults);
                problem.0.faults = faults;
            }
            Failure::Internal { reference } => problem.0.reference = Some(reference),
            Failure::TooMany { retry_after_seconds }
            | Failure::Limited { retry_after_seconds, .. }
            | Failure::Unavailable { retry_after_seconds } => {
                problem.0.retry_after_seconds = Some(retry_after_seconds);
            }
            Failure::NotFound { .. }
            | Failure::Conflict { .. }
            | Failure::NotPermitted
            | Failure::Unauthenticated { .. } => {}
        }
        problem
    }
}

/// The part of the call that a refusal is about, where the code alone tells.
fn place_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "missing_token" | "bad_token" | "expired_token" | "revoked_client" => "authorization",
        "wrong_api_key" => "x-api-key",
        "wrong_organization" => "x-gw-ims-org-id",
        "wrong_sandbox" => "x-sandbox-name",
        "campaign_not_found" | "campaign_not_live" | "before_start" | "after_end" => "campaignId",
        "audience_not_found" | "audience_empty" | "no_audience" => "audience.id",
        "proof_job_not_found" => "proofJobId",
        "schedule_not_found" | "schedule_over" => "scheduleId",
        "request_id_reused" | "schedule_cancelled" => "requestId",
        "execution_not_found" => "executionId",
        "message_not_found" => "messageId",
        _ => return None,
    })
}

/// The first fault with its place, so that it can be understood alone; and how many more there are.
fn title_of(faults: &Faults) -> String {
    let Some(first) = faults.0.first() else { return "The input is not valid.".to_owned() };
    let place = if first.path.is_empty() { String::new() } else { format!("{}: ", first.path) };
    let more = match faults.0.len() - 1 {
        0 => String::new(),
        1 => " And one more fault.".to_owned(),
        more => format!(" And {more} more faults."),
    };
    format!("{place}{}{more}", first.text)
}

impl From<engine::Error> for Problem {
    fn from(error: engine::Error) -> Self {
        error.into_failure().into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after_seconds;
        let mut response = (status, Json(self.0)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_on_our_side_is_told_with_a_reference_and_without_its_cause() {
        let Problem(body) = Problem::from(engine::Error::unexpected("row 7 of sqlite"));
        let reference = body.reference.as_deref().unwrap();
        assert_eq!((body.status, body.code.as_str()), (500, "internal"));
        assert_eq!(body.title, format!("Something went wrong on our side. Reference: {reference}"));
    }
}
