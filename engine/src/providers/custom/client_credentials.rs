//! Access tokens for a client that acts in its own name (RFC 6749 §4.4), or for a user who agreed to it (§6).

use std::time::Duration;

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

use super::form::{Form, is_token};
use super::reason_of;
use crate::providers::proof::basic;
use crate::providers::{Meaning, Reading, Request, Response, one_line, read_status};

/// How long a token is taken for good when its server does not say (RFC 6749 §5.1 leaves it open).
const LIFETIME_UNSAID: Duration = Duration::from_mins(5);

/// A longer life is not believed, in seconds: 30 days.
const LIFETIME_MAX: u64 = 30 * 24 * 60 * 60;

/// Who asks whom for tokens.
pub struct ClientCredentials {
    pub token_url: String,
    pub client_id: String,
    pub client_secret: String,
    /// Empty: the server's own choice.
    pub scope: String,
    /// Of the user; empty: the client acts in its own name.
    pub refresh_token: String,
}

impl ClientCredentials {
    pub fn read(form: &mut Form<'_>) -> Self {
        Self {
            token_url: form.url("tokenUrl"),
            client_id: form.line("clientId").to_owned(),
            client_secret: form.line("clientSecret").to_owned(),
            scope: form.get("scope").to_owned(),
            refresh_token: String::new(),
        }
    }

    /// Asks for a token (RFC 6749 §4.4.2, §6). Id and secret go into Basic authentication, which every server must know for
    /// clients with a password (§2.3.1).
    pub fn request(&self) -> Request {
        let mut form = match self.refresh_token.as_str() {
            "" => vec![("grant_type", "client_credentials")],
            token => vec![("grant_type", "refresh_token"), ("refresh_token", token)],
        };
        if !self.scope.is_empty() {
            form.push(("scope", &self.scope));
        }
        let client = basic(&form_encoded(&self.client_id), &form_encoded(&self.client_secret));
        Request {
            method: Method::POST,
            url: self.token_url.clone(),
            headers: vec![
                (CONTENT_TYPE, "application/x-www-form-urlencoded".into()),
                (ACCEPT, "application/json".into()),
                (AUTHORIZATION, client),
            ],
            body: serde_urlencoded::to_string(form).unwrap_or_default().into_bytes(),
        }
    }
}

/// The token and how long it is good (RFC 6749 §5.1), or why there is none (§5.2).
pub fn read_token(response: &Response) -> Result<(String, Duration), Reading> {
    let answer = response.json();
    if !(200..=299).contains(&response.status) {
        return Err(refused(response, &answer));
    }
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let is_bearer = text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    match text("access_token").filter(|token| !token.is_empty() && is_token(token)) {
        Some(token) if is_bearer => Ok((token.to_owned(), lifetime(&answer["expires_in"]))),
        // the answer may hold a token that we cannot use: it is not repeated
        _ => Err(Reading {
            meaning: Meaning::Misconfigured,
            reason: "no_token".into(),
            words: "The answer holds no bearer token.".into(),
        }),
    }
}

fn refused(response: &Response, answer: &Value) -> Reading {
    let mut reading = read_status(response);
    if matches!(reading.meaning, Meaning::Rejected | Meaning::Accepted { .. }) {
        reading.meaning = Meaning::Misconfigured;
    }
    if let Some(error) = answer["error"].as_str() {
        reading.reason = reason_of("oauth", error);
        reading.words = one_line(answer["error_description"].as_str().unwrap_or(error));
    }
    reading
}

/// Some servers write the seconds as text.
fn lifetime(expires_in: &Value) -> Duration {
    let seconds = expires_in.as_u64().or_else(|| expires_in.as_str()?.trim().parse().ok());
    seconds.map_or(LIFETIME_UNSAID, |seconds| Duration::from_secs(seconds.min(LIFETIME_MAX)))
}

fn form_encoded(text: &str) -> String {
    let pair = serde_urlencoded::to_string([("", text)]).unwrap_or_default();
    pair.trim_start_matches('=').to_owned()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use base64::prelude::{BASE64_STANDARD, Engine as _};

    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_token_is_asked_for_with_the_clients_id_and_secret() {
        let mut credentials = ClientCredentials {
            token_url: "https://id.example.com/token".into(),
            client_id: "shop:1".into(),
            client_secret: "p ä&=".into(),
            scope: "sms mms".into(),
            refresh_token: String::new(),
        };
        let request = credentials.request();
        assert_eq!(request.method, Method::POST);
        assert_eq!(request.body, b"grant_type=client_credentials&scope=sms+mms");
        let authorization = BASE64_STANDARD.encode("shop%3A1:p+%C3%A4%26%3D");
        assert!(request.headers.contains(&(AUTHORIZATION, format!("Basic {authorization}"))));
        credentials.refresh_token = "r/1".into();
        assert_eq!(credentials.request().body, b"grant_type=refresh_token&refresh_token=r%2F1&scope=sms+mms");
    }

    #[test]
    fn a_token_is_good_as_long_as_its_server_says() {
        for (expires_in, seconds) in [("3600", 3_600), ("\"60\"", 60), ("null", 300), ("-1", 300), ("1e30", 300)] {
            let body = format!(r#"{{"access_token":"abc","token_type":"bearer","expires_in":{expires_in}}}"#);
            let read = read_token(&answer(200, &body)).unwrap();
            assert_eq!(read, ("abc".to_owned(), Duration::from_secs(seconds)), "{expires_in}");
        }
        let endless = r#"{"access_token":"abc","expires_in":18446744073709551615}"#;
        assert_eq!(read_token(&answer(200, endless)).unwrap().1, Duration::from_secs(LIFETIME_MAX));
    }

    #[test]
    fn a_token_that_cannot_stand_in_a_header_is_none() {
        for body in [
            r#"{"access_token":"a\r\nX: 1"}"#,
            r#"{"access_token":""}"#,
            r#"{"access_token":"a","token_type":"mac"}"#,
            r#"{"token":"a"}"#,
            "<html>",
        ] {
            assert_eq!(read_token(&answer(200, body)).unwrap_err().meaning, Meaning::Misconfigured, "{body}");
        }
    }

    #[test]
    fn a_wrong_secret_is_for_a_person_and_an_outage_passes() {
        let wrong = read_token(&answer(400, r#"{"error":"invalid_client","error_description":"No\nsuch client"}"#));
        let wrong = wrong.unwrap_err();
        assert_eq!(wrong.meaning, Meaning::Misconfigured);
        assert_eq!((wrong.reason.as_str(), wrong.words.as_str()), ("oauth_invalid_client", "No such client"));
        assert_eq!(read_token(&answer(500, "")).unwrap_err().meaning, Meaning::Retry);
        assert_eq!(read_token(&answer(503, "")).unwrap_err().meaning, Meaning::Busy { retry_after: None });
    }
}
