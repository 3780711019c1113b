//! Headers that the person who set up the provider adds to each request.

use http::{HeaderName, HeaderValue};

use super::authentication::Authentication;
use super::form::Form;

/// Ours, or the connection's: a second one would contradict the first (RFC 9110 §7.6.1, RFC 9112 §6.1).
const RESERVED: [&str; 5] = ["content-type", "content-length", "host", "transfer-encoding", "connection"];

/// Reads the field `headers`, one `Name: value` a line.
pub fn read(form: &mut Form<'_>, authentication: &Authentication) -> Vec<(HeaderName, String)> {
    let mut headers = Vec::new();
    for (number, line) in form.get("headers").lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match read_line(line, authentication) {
            Ok(header) => headers.push(header),
            Err((code, text)) => form.faults.add("headers", code, format!("Line {}: {text}", number + 1)),
        }
    }
    headers
}

type Wrong = (&'static str, &'static str);

fn read_line(line: &str, authentication: &Authentication) -> Result<(HeaderName, String), Wrong> {
    const SHAPE: Wrong = ("bad_header", "Write a name, a colon and a value.");
    let (name, value) = line.split_once(':').ok_or(SHAPE)?;
    let name: HeaderName = name.trim().parse().map_err(|_| SHAPE)?;
    let value = value.trim();
    if value.chars().any(char::is_control) {
        return Err(("control_character", "Use no control characters."));
    }
    if HeaderValue::from_str(value).is_err() || !value.is_ascii() {
        return Err(("bad_header", "Use letters, digits and signs of ASCII."));
    }
    if is_reserved(&name) {
        return Err(("reserved_header", "Hermod sets this header itself."));
    }
    if authentication.header_name().as_ref() == Some(&name) {
        return Err(("reserved_header", "The authentication sets this header."));
    }
    Ok((name, value.to_owned()))
}

/// Is it a header that nobody but us may set?
pub fn is_reserved(name: &HeaderName) -> bool {
    RESERVED.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Settings;

    fn read_field(headers: &str, authentication: &Authentication) -> Result<Vec<(String, String)>, Vec<String>> {
        let settings = Settings([("headers".to_owned(), headers.to_owned())].into());
        let mut form = Form::new(&settings);
        let headers = read(&mut form, authentication);
        let codes: Vec<String> = form.faults.0.into_iter().map(|fault| fault.code).collect();
        if !codes.is_empty() {
            return Err(codes);
        }
        Ok(headers.into_iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect())
    }

    #[test]
    fn headers_are_read_line_by_line() {
        let headers =
            read_field("X-Tenant: shop\r\n\n  X-Link:https://a.example:1/ \n", &Authentication::None).unwrap();
        let expected = [("x-tenant", "shop"), ("x-link", "https://a.example:1/")];
        assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn headers_of_ours_and_of_the_connection_are_refused() {
        for name in ["Content-Type", "CONTENT-LENGTH", "host", "Transfer-Encoding", "Connection"] {
            let refused = read_field(&format!("{name}: x"), &Authentication::None);
            assert_eq!(refused, Err(vec!["reserved_header".to_owned()]), "{name}");
        }
    }

    #[test]
    fn authorization_can_be_written_by_hand_only_where_no_authentication_writes_it() {
        assert!(read_field("Authorization: App abc", &Authentication::None).is_ok());
        let bearer = Authentication::Bearer("t".into());
        assert_eq!(read_field("authorization: App abc", &bearer), Err(vec!["reserved_header".to_owned()]));
        let key = Authentication::ApiKey { header: HeaderName::from_static("x-key"), key: "k".into() };
        assert!(read_field("Authorization: App abc", &key).is_ok());
        assert_eq!(read_field("X-KEY: other", &key), Err(vec!["reserved_header".to_owned()]));
    }

    #[test]
    fn each_broken_line_is_told() {
        let codes = read_field("no colon\nX Y: 1\nX-A: a\u{7}b\nX-B: a\rX-C: b\nX-D: é\n: x", &Authentication::None);
        let expected =
            ["bad_header", "bad_header", "control_character", "control_character", "bad_header", "bad_header"];
        assert_eq!(codes.unwrap_err(), expected);
    }
}
