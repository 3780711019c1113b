//! What the provider's answer to a message means, by the rules of the form.

use serde_json::Value;

use super::form::{Form, Statuses};
use super::pick::Path;
use super::reason_of;
use crate::providers::{Meaning, Reading, Response, one_line};

/// The longest name that a provider may give a message, in bytes; a longer one is none.
const ID_MAX: usize = 255;

/// The rules.
pub struct Answers {
    success: Statuses,
    /// Also needed for success: this value there.
    success_value: Option<(Path, String)>,
    message_id: Option<Path>,
    code: Option<Path>,
    text: Option<Path>,
    retry: Statuses,
    suppress: Vec<String>,
    reject: Vec<String>,
    stop: Vec<String>,
}

impl Answers {
    pub fn read(form: &mut Form<'_>) -> Self {
        let success = form.statuses("successStatus", "2xx");
        let success_value = success_value(form);
        let (message_id, code, text) =
            (form.path("messageIdPath"), form.path("errorCodePath"), form.path("errorTextPath"));
        let retry = form.statuses("retryStatus", "408,429,5xx");
        let [suppress, reject, stop] = ["suppressCodes", "rejectCodes", "stopCodes"].map(|name| form.list(name));
        form.distinct(&[("suppressCodes", &suppress), ("rejectCodes", &reject), ("stopCodes", &stop)]);
        if form.has_any(&["suppressCodes", "rejectCodes", "stopCodes"]) {
            form.required("errorCodePath");
        }
        Self { success, success_value, message_id, code, text, retry, suppress, reject, stop }
    }

    /// The meaning. `has_token`: an access token was sent, which may have run out.
    pub fn meaning(&self, response: &Response, has_token: bool) -> Reading {
        let body = response.json();
        let code = self.code.as_ref().and_then(|path| path.text(&body));
        let by_code = code.as_ref().and_then(|code| self.meaning_of_code(code));
        let meaning = match by_code {
            // a listed code is an error even where the provider answers everything with 200
            Some(meaning) => meaning,
            None if self.is_success(response.status, &body) => {
                let id = self.message_id.as_ref().and_then(|path| path.text(&body));
                Meaning::Accepted { provider_id: id.filter(|id| id.len() <= ID_MAX) }
            }
            None => self.meaning_of_status(response, has_token),
        };
        let reason = match (&meaning, code) {
            (Meaning::Accepted { .. }, _) => String::new(),
            (_, Some(code)) => reason_of("custom", &code),
            // the status alone would read as if all were well
            (_, None) if self.success.hold(response.status) => "custom_no_success".into(),
            (_, None) => format!("http_{}", response.status),
        };
        let words = self.text.as_ref().and_then(|path| path.text(&body));
        let words = words.unwrap_or_else(|| String::from_utf8_lossy(&response.body).into_owned());
        Reading { meaning, reason, words: one_line(&words) }
    }

    fn is_success(&self, status: u16, body: &Value) -> bool {
        let has_value = |(path, value): &(Path, String)| path.text(body).as_ref() == Some(value);
        self.success.hold(status) && self.success_value.as_ref().is_none_or(has_value)
    }

    fn meaning_of_code(&self, code: &String) -> Option<Meaning> {
        let lists = [
            (&self.suppress, Meaning::BadAddress),
            (&self.reject, Meaning::Rejected),
            (&self.stop, Meaning::Misconfigured),
        ];
        lists.into_iter().find(|(list, _)| list.contains(code)).map(|(_, meaning)| meaning)
    }

    fn meaning_of_status(&self, response: &Response, has_token: bool) -> Meaning {
        match response.status {
            401 if has_token => Meaning::TokenExpired,
            429 | 503 if self.retry.hold(response.status) => Meaning::Busy { retry_after: response.retry_after() },
            status if self.retry.hold(status) => Meaning::Retry,
            // a redirect is not followed with a message in hand: the address is out of date
            401 | 403 | 300..=399 => Meaning::Misconfigured,
            _ => Meaning::Rejected,
        }
    }
}

/// Place and value belong together.
fn success_value(form: &mut Form<'_>) -> Option<(Path, String)> {
    if !form.has_any(&["successPath", "successValue"]) {
        return None;
    }
    form.required("successPath");
    let path = form.path("successPath");
    let value = form.required("successValue").to_owned();
    path.map(|path| (path, value))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderMap;

    use super::*;
    use crate::providers::Settings;

    const FIELDS: [(&str, &str); 8] = [
        ("successPath", "status"),
        ("successValue", "ok"),
        ("messageIdPath", "messages[0].id"),
        ("errorCodePath", "error.code"),
        ("errorTextPath", "error.text"),
        ("suppressCodes", "21610, 21614"),
        ("rejectCodes", "E-7"),
        ("stopCodes", "20003"),
    ];

    fn rules(fields: &[(&str, &str)]) -> Result<Answers, Vec<(String, String)>> {
        let settings = Settings(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let mut form = Form::new(&settings);
        let answers = Answers::read(&mut form);
        let faults: Vec<_> = form.faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect();
        if faults.is_empty() { Ok(answers) } else { Err(faults) }
    }

    fn read(fields: &[(&str, &str)], status: u16, body: &str) -> (Meaning, String, String) {
        let response = Response { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() };
        let reading = rules(fields).ok().unwrap().meaning(&response, false);
        (reading.meaning, reading.reason, reading.words)
    }

    fn accepted(id: Option<&str>) -> Meaning {
        Meaning::Accepted { provider_id: id.map(str::to_owned) }
    }

    #[test]
    fn without_rules_a_2xx_is_a_success_and_statuses_speak_for_themselves() {
        assert_eq!(read(&[], 202, "").0, accepted(None));
        for (status, expected) in [
            (302, Meaning::Misconfigured),
            (400, Meaning::Rejected),
            (401, Meaning::Misconfigured),
            (408, Meaning::Retry),
            (429, Meaning::Busy { retry_after: None }),
            (500, Meaning::Retry),
            (503, Meaning::Busy { retry_after: None }),
        ] {
            assert_eq!(read(&[], status, "no"), (expected, format!("http_{status}"), "no".to_owned()), "{status}");
        }
    }

    #[test]
    fn a_message_is_accepted_when_status_and_value_say_so() {
        assert_eq!(read(&FIELDS, 200, r#"{"status":"ok","messages":[{"id":77}]}"#).0, accepted(Some("77")));
        assert_eq!(read(&FIELDS, 200, r#"{"status":"ok"}"#).0, accepted(None));
        for body in [r#"{"status":"no"}"#, "<html>", "", r#"{"status":["ok"]}"#] {
            let (meaning, reason, _) = read(&FIELDS, 200, body);
            assert_eq!((meaning, reason.as_str()), (Meaning::Rejected, "custom_no_success"), "{body}");
        }
        assert_eq!(read(&[("successStatus", "201")], 200, "").0, Meaning::Rejected);
    }

    #[test]
    fn listed_codes_suppress_reject_or_stop_whatever_the_status_is() {
        for (code, meaning, reason) in [
            ("21610", Meaning::BadAddress, "custom_21610"),
            ("\"21614\"", Meaning::BadAddress, "custom_21614"),
            ("\"E-7\"", Meaning::Rejected, "custom_e_7"),
            ("20003", Meaning::Misconfigured, "custom_20003"),
        ] {
            let body = format!(r#"{{"status":"ok","error":{{"code":{code},"text":"Why\nnot"}}}}"#);
            for status in [200, 400, 503] {
                let expected = (meaning.clone(), reason.to_owned(), "Why not".to_owned());
                assert_eq!(read(&FIELDS, status, &body), expected, "{code} {status}");
            }
        }
        assert_eq!(read(&FIELDS, 500, r#"{"error":{"code":5}}"#).0, Meaning::Retry);
    }

    #[test]
    fn statuses_to_try_again_are_those_of_the_form() {
        let fields = [("retryStatus", "409,429")];
        assert_eq!(read(&fields, 409, "").0, Meaning::Retry);
        assert_eq!(read(&fields, 503, "").0, Meaning::Rejected);
        let mut response = Response { status: 429, headers: HeaderMap::new(), body: Vec::new() };
        response.headers.insert("retry-after", http::HeaderValue::from_static("7"));
        let busy = rules(&fields).ok().unwrap().meaning(&response, false).meaning;
        assert_eq!(busy, Meaning::Busy { retry_after: Some(Duration::from_secs(7)) });
    }

    #[test]
    fn a_token_that_is_refused_has_run_out() {
        let response = Response { status: 401, headers: HeaderMap::new(), body: Vec::new() };
        assert_eq!(rules(&[]).ok().unwrap().meaning(&response, true).meaning, Meaning::TokenExpired);
    }

    #[test]
    fn answers_that_are_too_deep_or_name_a_message_endlessly_do_no_harm() {
        let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
        let (meaning, _, words) = read(&FIELDS, 200, &deep);
        assert_eq!((meaning, words.len()), (Meaning::Rejected, 1_000));
        let long = format!(r#"{{"status":"ok","messages":[{{"id":"{}"}}]}}"#, "x".repeat(ID_MAX + 1));
        assert_eq!(read(&FIELDS, 200, &long).0, accepted(None));
    }

    #[test]
    fn rules_that_need_each_other_are_missed() {
        let faults = |fields: &[(&str, &str)]| rules(fields).err().unwrap();
        let at = |path: &str, code: &str| vec![(path.to_owned(), code.to_owned())];
        assert_eq!(faults(&[("successPath", "a")]), at("successValue", "required"));
        assert_eq!(faults(&[("successValue", "a")]), at("successPath", "required"));
        assert_eq!(faults(&[("stopCodes", "1")]), at("errorCodePath", "required"));
        let twice = [("errorCodePath", "e"), ("suppressCodes", "1,2"), ("stopCodes", "2")];
        assert_eq!(faults(&twice), at("stopCodes", "ambiguous"));
        assert_eq!(faults(&[("retryStatus", "5")]), at("retryStatus", "bad_status"));
    }
}
