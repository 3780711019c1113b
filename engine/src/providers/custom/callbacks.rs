//! Callbacks of the provider: who calls, and which of the two mappings reads them.

use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::feedback::Feedback;
use super::form::Form;
use super::inbound::InboundMapping;
use crate::providers::proof::hex;
use crate::providers::{Callback, Heard, Refusal};

/// Where a provider that can set headers puts the secret.
const TOKEN_HEADER: &str = "x-hermod-callback-token";

/// How callbacks are checked and read (the reference's §5.3, "Webhooks": JSON with a mapping for each kind).
#[derive(Debug)]
pub struct Callbacks {
    secret: Secret,
    feedback: Option<Feedback>,
    inbound: Option<InboundMapping>,
}

impl Callbacks {
    pub fn read(form: &mut Form<'_>) -> Self {
        let feedback = Feedback::read(form);
        let inbound = InboundMapping::read(form);
        let is_mapped = form.has_any(&super::feedback::FIELDS) || form.has_any(&super::inbound::FIELDS);
        if is_mapped || !form.get("callbackSecret").is_empty() {
            form.token("callbackSecret");
        }
        Self { secret: Secret(form.get("callbackSecret").to_owned()), feedback, inbound }
    }

    /// A body with a text at the inbound mapping's place is from a person, any other is feedback.
    pub fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        if !self.secret.is_shown_by(callback) {
            return Err(Refusal::Forged);
        }
        let body: Value = serde_json::from_slice(callback.body)
            .map_err(|error| Refusal::Malformed(format!("The body is not JSON: {error}.")))?;
        if let Some(inbound) = &self.inbound
            && let Some(text) = inbound.text(&body)
        {
            let inbound = vec![inbound.message(text, body, callback)?];
            return Ok(Heard { inbound, ..Heard::default() });
        }
        let unmapped = || Refusal::Malformed("The configuration does not say how such a body is read.".into());
        let told = self.feedback.as_ref().ok_or_else(unmapped)?.events(&body, callback.now)?;
        Ok(Heard { told, ..Heard::default() })
    }
}

/// Shared with the provider; empty: nobody may call.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Secret {
    fn is_shown_by(&self, callback: &Callback<'_>) -> bool {
        let bearer = callback.header("authorization").and_then(|value| value.split_once(' '));
        let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let shown = [callback.header(TOKEN_HEADER), bearer];
        !self.0.is_empty() && shown.into_iter().flatten().any(|token| self.is(token))
    }

    /// Digests are compared, so that the time it takes tells nothing of the length either.
    fn is(&self, token: &str) -> bool {
        Sha256::digest(&self.0).as_slice().ct_eq(Sha256::digest(token).as_slice()).into()
    }
}

/// The same for the same parts: what an event is known by when it is told again.
pub fn key_of(parts: &[&str]) -> String {
    // as JSON, so that no two lists of parts read alike
    hex(&Sha256::digest(Value::from(parts).to_string()))
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::*;
    use crate::providers::Settings;

    const FIELDS: [(&str, &str); 7] = [
        ("callbackSecret", "s3cret-token"),
        ("feedbackReferencePath", "ref"),
        ("feedbackStatusPath", "status"),
        ("deliveredStatuses", "delivered"),
        ("inboundTextPath", "text"),
        ("inboundFromPath", "from"),
        ("inboundIdPath", "id"),
    ];
    const DELIVERED: &str = r#"{"ref":"msg_1","status":"delivered"}"#;

    fn read(fields: &[(&str, &str)]) -> Result<Callbacks, Vec<(String, String)>> {
        let settings = Settings(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let mut form = Form::new(&settings);
        let callbacks = Callbacks::read(&mut form);
        let faults: Vec<_> = form.faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect();
        if faults.is_empty() { Ok(callbacks) } else { Err(faults) }
    }

    fn hear(header: Option<(&'static str, &str)>, body: &str) -> Result<Heard, Refusal> {
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = header {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let url = "https://hermod.example/callbacks/1";
        let now = Timestamp::from_millis(1_000);
        let callback = Callback {
            method: &Method::POST,
            url,
            headers: &headers,
            body: body.as_bytes(),
            now,
            certificate: None,
            default_region: "",
        };
        read(&FIELDS).unwrap().hear(&callback)
    }

    const GOOD: Option<(&str, &str)> = Some((TOKEN_HEADER, "s3cret-token"));

    #[test]
    fn whoever_shows_the_secret_is_heard() {
        for header in
            [GOOD, Some(("authorization", "Bearer s3cret-token")), Some(("authorization", "bearer  s3cret-token"))]
        {
            assert_eq!(hear(header, DELIVERED).unwrap().told.len(), 1, "{header:?}");
        }
    }

    #[test]
    fn whoever_does_not_is_a_forger_whatever_the_body_is() {
        let wrong = ["", "s3cret-toke", "s3cret-token2", "S3CRET-TOKEN", "Bearer s3cret-token"];
        for header in wrong.map(|value| Some((TOKEN_HEADER, value))).into_iter().chain([
            None,
            Some(("authorization", "Basic s3cret-token")),
            Some(("authorization", "s3cret-token")),
        ]) {
            for body in [DELIVERED, "not json"] {
                assert_eq!(hear(header, body), Err(Refusal::Forged), "{header:?}");
            }
        }
    }

    #[test]
    fn without_a_secret_nobody_is_heard() {
        let headers = HeaderMap::from_iter([(HeaderName::from_static(TOKEN_HEADER), HeaderValue::from_static(""))]);
        let now = Timestamp::from_millis(0);
        let callback = Callback {
            method: &Method::POST,
            url: "",
            headers: &headers,
            body: b"{}",
            now,
            certificate: None,
            default_region: "",
        };
        assert_eq!(read(&[]).unwrap().hear(&callback), Err(Refusal::Forged));
    }

    #[test]
    fn a_body_with_a_text_comes_from_a_person_and_any_other_is_feedback() {
        let heard =
            hear(GOOD, r#"{"text":"STOP","from":"+4915112345678","id":1,"ref":"msg_1","status":"delivered"}"#).unwrap();
        assert_eq!((heard.inbound.len(), heard.told.len()), (1, 0));
        assert_eq!(heard.inbound[0].text, "STOP");
        let heard = hear(GOOD, r#"{"text":null,"ref":"msg_1","status":"delivered"}"#).unwrap();
        assert_eq!((heard.inbound.len(), heard.told.len()), (0, 1));
    }

    #[test]
    fn a_body_that_is_not_json_or_far_too_deep_is_malformed() {
        let deep = "[".repeat(1_000_000);
        for body in ["", "ref=msg_1", "{\"ref\":", "\u{feff}{}", deep.as_str()] {
            assert!(matches!(hear(GOOD, body), Err(Refusal::Malformed(_))));
        }
    }

    #[test]
    fn mappings_need_a_secret_and_a_secret_that_fits_a_header() {
        let without: Vec<_> = FIELDS[1..].to_vec();
        assert_eq!(read(&without).unwrap_err(), [("callbackSecret".to_owned(), "required".to_owned())]);
        assert_eq!(read(&[("callbackSecret", "a b")]).unwrap_err()[0].1, "bad_token");
    }

    #[test]
    fn keys_do_not_depend_on_where_one_part_ends_and_the_next_begins() {
        assert_eq!(key_of(&["a", "b"]), key_of(&["a", "b"]));
        assert_ne!(key_of(&["a,b"]), key_of(&["a", "b"]));
        assert_ne!(key_of(&["a\",\"b"]), key_of(&["a", "b"]));
        assert_eq!(key_of(&[]).len(), 64);
    }
}
