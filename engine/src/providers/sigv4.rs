//! Signature Version 4 of Amazon's requests, for requests without a query (AWS General Reference, "Signing AWS API requests";
//! the values in the tests come from botocore 1.44.8).

use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderName, Uri};
use sha2::{Digest, Sha256};

use super::Request;
use super::proof::hex;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who signs, and for what.
pub struct Signer<'a> {
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
    /// Of temporary keys.
    pub session_token: Option<&'a str>,
    pub region: &'a str,
    pub service: &'a str,
}

impl Signer<'_> {
    /// Adds `x-amz-date`, the session token and `authorization`. All headers that are already there are signed with it.
    pub fn sign(&self, request: &mut Request, now: Timestamp) {
        let time = basic_time(now);
        request.headers.push((HeaderName::from_static("x-amz-date"), time.clone()));
        if let Some(token) = self.session_token {
            request.headers.push((HeaderName::from_static("x-amz-security-token"), token.to_owned()));
        }
        let day = time.get(..8).unwrap_or_default();
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let (signed, canonical) = canonical_request(request);
        let digest = hex(&Sha256::digest(canonical));
        let signature = hex(&hmac(&self.key(day), &format!("{ALGORITHM}\n{time}\n{scope}\n{digest}")));
        let credential = self.access_key_id;
        request.headers.push((
            AUTHORIZATION,
            format!("{ALGORITHM} Credential={credential}/{scope}, SignedHeaders={signed}, Signature={signature}"),
        ));
    }

    /// The key of the day, the region and the service.
    fn key(&self, day: &str) -> Vec<u8> {
        let secret = format!("AWS4{}", self.secret_access_key).into_bytes();
        [day, self.region, self.service, "aws4_request"].iter().fold(secret, |key, part| hmac(&key, part))
    }
}

/// The names of the signed headers, and the text that stands for the request.
fn canonical_request(request: &Request) -> (String, String) {
    let uri = request.url.parse::<Uri>().unwrap_or_default();
    let mut headers: Vec<(&str, String)> = vec![(HOST.as_str(), host(&uri))];
    headers.extend(request.headers.iter().map(|(name, value)| {
        let words: Vec<&str> = value.split_ascii_whitespace().collect();
        (name.as_str(), words.join(" "))
    }));
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let signed = names.join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let (method, path, body) = (&request.method, path(uri.path()), hex(&Sha256::digest(&request.body)));
    let canonical = format!("{method}\n{path}\n\n{lines}\n{signed}\n{body}");
    (signed, canonical)
}

/// The `Host` header that an HTTP client makes of the address: without a port that goes without saying.
fn host(uri: &Uri) -> String {
    let name = uri.host().unwrap_or_default();
    match (uri.scheme_str(), uri.port_u16()) {
        (_, None) | (Some("http"), Some(80)) | (Some("https"), Some(443)) => name.to_owned(),
        (_, Some(port)) => format!("{name}:{port}"),
    }
}

/// All services but S3 sign a path that is escaped once more.
fn path(path: &str) -> String {
    let mut escaped = String::new();
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// `20261201T090000Z`.
fn basic_time(now: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(now.as_millis())
        .map(|time| time.strftime("%Y%m%dT%H%M%SZ").to_string())
        .unwrap_or_default()
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::CONTENT_TYPE;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_796_115_600_007);

    fn signer() -> Signer<'static> {
        Signer {
            access_key_id: "AKIDEXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            session_token: None,
            region: "eu-west-1",
            service: "ses",
        }
    }

    fn authorization(signer: &Signer<'_>, method: Method, url: &str, body: &str) -> String {
        let headers = if body.is_empty() { vec![] } else { vec![(CONTENT_TYPE, "application/json".to_owned())] };
        let mut request = Request { method, url: url.into(), headers, body: body.into() };
        signer.sign(&mut request, NOW);
        request.headers.pop().unwrap().1
    }

    #[test]
    fn a_signed_request_is_the_one_that_botocore_signs() {
        let url = "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails";
        assert_eq!(
            authorization(&signer(), Method::POST, url, "{\"a\":\"é\"}"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261201/eu-west-1/ses/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=dd669eb3423ef25b75f63434405c2baa39081dcde392cf7d926ed8948c5e4147"
        );
    }

    #[test]
    fn a_temporary_key_is_signed_with_its_token_as_botocore_does() {
        let signer = Signer { session_token: Some("token/+=="), ..signer() };
        assert_eq!(
            authorization(&signer, Method::GET, "https://email.eu-west-1.amazonaws.com/v2/email/account", ""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261201/eu-west-1/ses/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-security-token, \
             Signature=3fac61b66d53dcccae6fe2ec45c47ed8b2600133f822b346c5c13f8423074dcd"
        );
    }

    #[test]
    fn a_port_and_a_path_before_the_providers_own_are_signed_as_botocore_does() {
        assert_eq!(
            authorization(&signer(), Method::GET, "http://127.0.0.1:8005/a+b/v2/email/account", ""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261201/eu-west-1/ses/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=2d1d819c1d4ff261288afa5353b563f8e1de04e857a957166ab967ca0bd2e4c9"
        );
        assert_eq!(host(&"https://a.example:443/x".parse().unwrap()), "a.example");
        assert_eq!(host(&"http://a.example:443/x".parse().unwrap()), "a.example:443");
    }
}
