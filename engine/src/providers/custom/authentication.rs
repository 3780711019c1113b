//! How a request shows who asks.

use domain::Fault;
use http::HeaderName;
use http::header::AUTHORIZATION;

use super::client_credentials::ClientCredentials;
use super::extra_headers::is_reserved;
use super::form::Form;
use super::json_web_token::Signer;
use crate::providers::{Context, proof};

/// What the field `authentication` chooses, with what it needs.
pub enum Authentication {
    None,
    /// The header's value (RFC 7617).
    Basic(String),
    /// RFC 6750 §2.1.
    Bearer(String),
    ApiKey {
        header: HeaderName,
        key: String,
    },
    OAuth(ClientCredentials),
    Jwt(Box<Signer>),
}

impl Authentication {
    /// Reads the choice and its fields; those of other choices are not looked at.
    pub fn read(form: &mut Form<'_>) -> Self {
        match form.required("authentication") {
            "basic" => basic(form),
            "bearer" => Self::Bearer(form.token("bearerToken").to_owned()),
            "api_key" => api_key(form),
            "oauth" => Self::OAuth(ClientCredentials::read(form)),
            "jwt" => Signer::read(form).map_or(Self::None, |signer| Self::Jwt(Box::new(signer))),
            "" | "none" => Self::None,
            _ => {
                let text = "Choose none, basic, bearer, api_key, oauth or jwt.";
                form.faults.add("authentication", "unknown_word", text);
                Self::None
            }
        }
    }

    /// The header that it sets.
    pub fn header_name(&self) -> Option<HeaderName> {
        match self {
            Self::None => None,
            Self::ApiKey { header, .. } => Some(header.clone()),
            Self::Basic(_) | Self::Bearer(_) | Self::OAuth(_) | Self::Jwt(_) => Some(AUTHORIZATION),
        }
    }

    /// The header's value for one message.
    pub fn header_value(&self, context: &Context<'_>) -> Result<String, Fault> {
        match self {
            Self::None => Ok(String::new()),
            Self::Basic(value) => Ok(value.clone()),
            Self::ApiKey { key, .. } => Ok(key.clone()),
            Self::Bearer(token) => Ok(format!("Bearer {token}")),
            Self::OAuth(_) => {
                let missing = || Fault::new("", "no_token", "There is no access token to send this with.");
                context.token.map(|token| format!("Bearer {token}")).ok_or_else(missing)
            }
            Self::Jwt(signer) => {
                // one attempt, one name: no randomness is needed to keep two tokens apart
                let id = format!("{}-{}", context.message_id, context.now.as_millis());
                Ok(format!("Bearer {}", signer.sign(&id, context.now)?))
            }
        }
    }

    /// Whoever hands out tokens, when tokens are handed out.
    pub const fn client_credentials(&self) -> Option<&ClientCredentials> {
        match self {
            Self::OAuth(credentials) => Some(credentials),
            _ => None,
        }
    }
}

fn basic(form: &mut Form<'_>) -> Authentication {
    let (username, password) = (form.line("username"), form.line("password"));
    // the first colon ends the name (RFC 7617 §2)
    if username.contains(':') {
        form.faults.add("username", "bad_username", "A user name cannot hold a colon.");
    }
    Authentication::Basic(proof::basic(username, password))
}

fn api_key(form: &mut Form<'_>) -> Authentication {
    let name = form.required("apiKeyHeader");
    let header = name.parse().ok().filter(|header| !is_reserved(header));
    if header.is_none() && !name.is_empty() {
        form.faults.add("apiKeyHeader", "bad_header", "Give the name of a header, such as X-Api-Key.");
    }
    let key = form.line("apiKey");
    // spaces are good here: `Authorization: App 0123`
    if !key.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        form.faults.add("apiKey", "bad_token", "Use letters, digits and signs of ASCII.");
    }
    Authentication::ApiKey { header: header.unwrap_or(AUTHORIZATION), key: key.to_owned() }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;
    use crate::providers::Settings;

    fn read(fields: &[(&str, &str)]) -> Result<Authentication, Vec<(String, String)>> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = Settings(fields.collect());
        let mut form = Form::new(&settings);
        let authentication = Authentication::read(&mut form);
        if form.faults.is_empty() {
            Ok(authentication)
        } else {
            Err(form.faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect())
        }
    }

    fn header(fields: &[(&str, &str)]) -> Option<(String, String)> {
        let authentication = read(fields).ok().unwrap();
        let now = Timestamp::from_millis(0);
        let context = Context { message_id: "msg_1", callback_url: None, token: Some("t0ken"), now };
        let value = authentication.header_value(&context).unwrap();
        authentication.header_name().map(|name| (name.to_string(), value))
    }

    #[test]
    fn each_kind_sets_its_header() {
        let expect = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(header(&[("authentication", "none")]), None);
        // the example of RFC 7617 §2
        let basic = [("authentication", "basic"), ("username", "Aladdin"), ("password", "open sesame")];
        assert_eq!(header(&basic), expect("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
        let bearer = [("authentication", "bearer"), ("bearerToken", "abc")];
        assert_eq!(header(&bearer), expect("authorization", "Bearer abc"));
        let key = [("authentication", "api_key"), ("apiKeyHeader", "X-Api-Key"), ("apiKey", "App 12")];
        assert_eq!(header(&key), expect("x-api-key", "App 12"));
        let oauth = [
            ("authentication", "oauth"),
            ("tokenUrl", "https://id.example.com/token"),
            ("clientId", "shop"),
            ("clientSecret", "s"),
        ];
        assert_eq!(header(&oauth), expect("authorization", "Bearer t0ken"));
    }

    #[test]
    fn each_kind_misses_its_own_fields_and_no_others() {
        for (kind, expected) in [
            ("basic", vec!["username", "password"]),
            ("bearer", vec!["bearerToken"]),
            ("api_key", vec!["apiKeyHeader", "apiKey"]),
            ("oauth", vec!["tokenUrl", "clientId", "clientSecret"]),
            ("jwt", vec!["jwtAlgorithm", "jwtKey"]),
            ("", vec!["authentication"]),
        ] {
            let missing = read(&[("authentication", kind)]).err().unwrap();
            let expected: Vec<_> = expected.iter().map(|path| ((*path).to_owned(), "required".to_owned())).collect();
            assert_eq!(missing, expected, "{kind}");
        }
        assert_eq!(read(&[("authentication", "mac")]).err().unwrap()[0].1, "unknown_word");
    }

    #[test]
    fn names_and_keys_that_would_say_something_else_are_refused() {
        let code = |fields: &[(&str, &str)]| read(fields).err().unwrap()[0].1.clone();
        assert_eq!(code(&[("authentication", "basic"), ("username", "a:b"), ("password", "p")]), "bad_username");
        assert_eq!(code(&[("authentication", "basic"), ("username", "a"), ("password", "p\nq")]), "control_character");
        for name in ["Host", "Content-Length", "X Key", "X-Key:"] {
            assert_eq!(code(&[("authentication", "api_key"), ("apiKeyHeader", name), ("apiKey", "k")]), "bad_header");
        }
        assert_eq!(code(&[("authentication", "api_key"), ("apiKeyHeader", "X-K"), ("apiKey", "ü")]), "bad_token");
    }
}
