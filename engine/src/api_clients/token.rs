//! Access tokens: compact JWTs with one fixed header (HS256), signed with a key derived from the installation's secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::ApiClientId;
use domain::{Failure, SandboxName, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::Result;
use crate::keys::Keys;

const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;
/// No token of ours is longer (bytes).
const MAX_LENGTH: usize = 1_024;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) client_id: ApiClientId,
    pub(super) sandbox: SandboxName,
    /// Seconds since 1970.
    pub(super) iat: i64,
    pub(super) exp: i64,
}

/// `header.claims.signature`.
pub(super) fn sign(keys: &Keys, claims: &Claims) -> Result<String> {
    let claims = serde_json::to_vec(claims)?;
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(keys.sign(signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

/// The claims of a token of ours that has not expired. Other algorithms do not exist here: the header is compared, not
/// read.
pub(super) fn verify(keys: &Keys, token: &str, now: Timestamp) -> Result<Claims, Failure> {
    let bad =
        || Failure::unauthenticated("bad_token", "The access token is not one of this Hermod. Ask for a new one.");
    if token.len() > MAX_LENGTH {
        return Err(bad());
    }
    let (signed, signature) = token.rsplit_once('.').ok_or_else(bad)?;
    let (header, claims) = signed.split_once('.').ok_or_else(bad)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| bad())?;
    if !bool::from(keys.sign(signed.as_bytes()).ct_eq(&signature)) || header != URL_SAFE_NO_PAD.encode(HEADER) {
        return Err(bad());
    }
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| bad())?;
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| bad())?;
    if now.as_millis() >= claims.exp.saturating_mul(1_000) {
        let text = "The access token has expired. Ask for a new one.";
        return Err(Failure::unauthenticated("expired_token", text));
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SecretKey;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn claims() -> Claims {
        let client_id = ApiClientId::new(1, [1; 10]);
        Claims { client_id, sandbox: "dev".parse().unwrap(), iat: 1_000, exp: 1_060 }
    }

    fn refused(keys: &Keys, token: &str) -> String {
        verify(keys, token, NOW).unwrap_err().code().to_owned()
    }

    #[test]
    fn a_token_reads_back_until_it_expires() {
        let keys = Keys::derive(&SecretKey::random());
        let token = sign(&keys, &claims()).unwrap();
        assert_eq!(verify(&keys, &token, NOW), Ok(claims()));
        assert!(verify(&keys, &token, Timestamp::from_millis(1_059_999)).is_ok());
        let expired = verify(&keys, &token, Timestamp::from_millis(1_060_000)).unwrap_err();
        assert_eq!(expired.code(), "expired_token");
    }

    #[test]
    fn a_changed_or_foreign_token_is_refused() {
        let keys = Keys::derive(&SecretKey::random());
        let token = sign(&keys, &claims()).unwrap();
        let foreign = sign(&Keys::derive(&SecretKey::random()), &claims()).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Claims { exp: i64::MAX, ..claims() }).unwrap());
        let header = signed.split_once('.').unwrap().0;
        for bad in [
            foreign,
            format!("{header}.{other}.{signature}"),
            format!("{signed}."),
            signed.to_owned(),
            format!("{token}="),
            "a.b.c".into(),
            String::new(),
            "x".repeat(100_000),
        ] {
            assert_eq!(refused(&keys, &bad), "bad_token", "{bad:.40}");
        }
    }

    #[test]
    fn no_other_algorithm_is_accepted_even_with_our_signature() {
        let keys = Keys::derive(&SecretKey::random());
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"none"}"#);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims()).unwrap()));
        let signature = URL_SAFE_NO_PAD.encode(keys.sign(signed.as_bytes()));
        assert_eq!(refused(&keys, &format!("{signed}.{signature}")), "bad_token");
    }
}
