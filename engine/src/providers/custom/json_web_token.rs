//! Signed claims (RFC 7519) as proof of who asks, made anew for each request.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use domain::{Fault, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use ring::{error::Unspecified, hmac};
use serde_json::{Map, Value};

use super::form::Form;

/// How long a token is good, in seconds: long enough for clocks that differ.
const LIFETIME: i64 = 5 * 60;

/// Claims that differ from token to token, and are ours.
const OWN_CLAIMS: [&str; 3] = ["iat", "exp", "jti"];

/// A key that signs.
enum Key {
    Hs256(hmac::Key),
    Rs256(RsaKeyPair),
    Es256(EcdsaKeyPair),
}

/// Key and claims.
pub struct Signer {
    key: Key,
    claims: Map<String, Value>,
}

impl Signer {
    /// `None`: faults are noted.
    pub fn read(form: &mut Form<'_>) -> Option<Self> {
        let algorithm = form.required("jwtAlgorithm");
        let secret = form.required("jwtKey");
        let key = match (algorithm, secret) {
            ("HS256", secret) => Some(Key::Hs256(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))),
            ("" | "RS256" | "ES256", "") | ("", _) => None,
            ("RS256", pem) => form.faults.take("jwtKey", rsa_key(pem)),
            ("ES256", pem) => form.faults.take("jwtKey", ecdsa_key(pem)),
            _ => {
                form.faults.add("jwtAlgorithm", "unknown_word", "Choose HS256, RS256 or ES256.");
                None
            }
        };
        let claims = form.faults.take("jwtClaims", read_claims(form.get("jwtClaims")));
        Some(Self { key: key?, claims: claims? })
    }

    /// The token in its compact form (RFC 7515 §7.1), named `id`.
    pub fn sign(&self, id: &str, now: Timestamp) -> Result<String, Fault> {
        let seconds = now.as_millis().div_euclid(1_000);
        let mut claims = self.claims.clone();
        claims.insert("iat".into(), seconds.into());
        claims.insert("exp".into(), seconds.saturating_add(LIFETIME).into());
        claims.insert("jti".into(), id.into());
        let header = format!(r#"{{"alg":"{}","typ":"JWT"}}"#, self.key.algorithm());
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!("{}.{}", encode(header.as_bytes()), encode(Value::Object(claims).to_string().as_bytes()));
        let signature = self
            .key
            .sign(signed.as_bytes())
            .map_err(|_| Fault::new("jwtKey", "cannot_sign", "The key does not sign."))?;
        Ok(format!("{signed}.{}", encode(&signature)))
    }
}

impl Key {
    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Hs256(_) => "HS256",
            Self::Rs256(_) => "RS256",
            Self::Es256(_) => "ES256",
        }
    }

    /// RFC 7518 §3.2 to §3.4.
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Hs256(key) => Ok(hmac::sign(key, text).as_ref().to_vec()),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)?;
                Ok(signature)
            }
            Self::Es256(key) => Ok(key.sign(&SystemRandom::new(), text)?.as_ref().to_vec()),
        }
    }
}

fn read_claims(text: &str) -> Result<Map<String, Value>, Fault> {
    let claims: Map<String, Value> = match text {
        "" => Map::new(),
        text => serde_json::from_str(text)
            .map_err(|error| Fault::new("", "bad_json", format!("This is not a JSON object: {error}.")))?,
    };
    match OWN_CLAIMS.iter().find(|name| claims.contains_key(**name)) {
        Some(name) => Err(Fault::new("", "reserved_claim", format!("Hermod sets {name} itself. Leave it out."))),
        None => Ok(claims),
    }
}

fn rsa_key(pem: &str) -> Result<Key, Fault> {
    let pair = match decode_pem(pem) {
        Some(("PRIVATE KEY", der)) => RsaKeyPair::from_pkcs8(&der).ok(),
        Some(("RSA PRIVATE KEY", der)) => RsaKeyPair::from_der(&der).ok(),
        _ => None,
    };
    let text = "Give an RSA private key of 2048 bits or more as PEM, with its BEGIN and END lines.";
    pair.map(Key::Rs256).ok_or_else(|| Fault::new("", "bad_key", text))
}

fn ecdsa_key(pem: &str) -> Result<Key, Fault> {
    let pair = match decode_pem(pem) {
        Some(("PRIVATE KEY", der)) => {
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &SystemRandom::new()).ok()
        }
        _ => None,
    };
    let text = "Give a P-256 private key in PKCS #8 as PEM (it begins with BEGIN PRIVATE KEY); \
                `openssl pkcs8 -topk8 -nocrypt` turns others into one.";
    pair.map(Key::Es256).ok_or_else(|| Fault::new("", "bad_key", text))
}

/// Label and content of the first block (RFC 7468). Line breaks do not count: a form may have lost them.
fn decode_pem(pem: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (content, _) = rest.split_once("-----END ")?;
    let content: String = content.split_whitespace().collect();
    Some((label, BASE64_STANDARD.decode(content).ok()?))
}

#[cfg(test)]
mod tests {
    use hmac_check::{Hmac, KeyInit, Mac};
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;
    use crate::providers::Settings;

    use ::hmac as hmac_check;

    const RSA: &str = include_str!("rsa_for_tests.pem");

    fn ec_pem() -> String {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", BASE64_STANDARD.encode(pkcs8))
    }

    fn read(algorithm: &str, key: &str, claims: &str) -> Result<Signer, Fault> {
        let fields = [("jwtAlgorithm", algorithm), ("jwtKey", key), ("jwtClaims", claims)];
        let settings = Settings(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let mut form = Form::new(&settings);
        let signer = Signer::read(&mut form);
        signer.ok_or_else(|| form.faults.0.remove(0))
    }

    /// What was signed, with what, and the claims.
    fn parts(token: &str) -> (String, Vec<u8>, Value) {
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let claims = serde_json::from_slice(&decode(signed.split_once('.').unwrap().1)).unwrap();
        (signed.to_owned(), decode(signature), claims)
    }

    #[test]
    fn a_token_holds_the_claims_and_when_it_was_made() {
        let signer = read("HS256", "secret", r#"{"iss":"shop","scope":["sms"]}"#).unwrap();
        let token = signer.sign("msg_1-7", Timestamp::from_millis(1_796_115_600_007)).unwrap();
        let (signed, signature, claims) = parts(&token);
        let expected = serde_json::json!({
            "iss": "shop", "scope": ["sms"], "iat": 1_796_115_600, "exp": 1_796_115_900, "jti": "msg_1-7"
        });
        assert_eq!(claims, expected);
        let mac = Hmac::<sha2::Sha256>::new_from_slice(b"secret").unwrap().chain_update(signed);
        mac.verify_slice(&signature).unwrap();
    }

    #[test]
    fn tokens_signed_by_rsa_and_by_elliptic_curves_are_good_for_the_public_key() {
        for (algorithm, pem) in [("RS256", RSA.to_owned()), ("ES256", ec_pem()), ("RS256", RSA.replace('\n', " "))] {
            let signer = read(algorithm, &pem, "").unwrap();
            let (signed, signature, _) = parts(&signer.sign("a", Timestamp::from_millis(0)).unwrap());
            let verified = match &signer.key {
                Key::Rs256(key) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public().as_ref())
                    .verify(signed.as_bytes(), &signature),
                Key::Es256(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref())
                    .verify(signed.as_bytes(), &signature),
                Key::Hs256(_) => Err(Unspecified),
            };
            assert!(verified.is_ok(), "{algorithm}");
        }
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let ec = ec_pem();
        for (algorithm, key) in [("RS256", ec.as_str()), ("ES256", RSA), ("RS256", "secret"), ("ES256", "-----BEGIN ")]
        {
            let fault = read(algorithm, key, "").err().unwrap();
            assert_eq!((fault.path.as_str(), fault.code.as_str()), ("jwtKey", "bad_key"), "{algorithm}");
        }
        assert_eq!(read("none", "k", "").err().unwrap().path, "jwtAlgorithm");
    }

    #[test]
    fn claims_are_an_object_without_the_ones_that_are_ours() {
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        for bad in ["[]", "\"iss\"", "{", r#"{"iss":}"#, deep.as_str()] {
            assert_eq!(read("HS256", "k", bad).err().unwrap().code, "bad_json");
        }
        for own in OWN_CLAIMS {
            let fault = read("HS256", "k", &format!(r#"{{"{own}":1}}"#)).err().unwrap();
            assert_eq!((fault.path.as_str(), fault.code.as_str()), ("jwtClaims", "reserved_claim"));
        }
    }
}
