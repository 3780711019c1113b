//! Signed tokens (RFC 7519 in the compact form of RFC 7515), and tokens that are signed once and used for many messages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use domain::{Fault, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::Value;

/// Signs with ECDSA on P-256 and SHA-256 (RFC 7518 §3.4: the signature is r and s, 32 bytes each).
pub struct Es256(EcdsaKeyPair);

impl Es256 {
    /// From a PKCS#8 key in PEM, such as the `.p8` file of Apple; it must hold the public key too, as these do.
    pub fn from_pem(pem: &str) -> Result<Self, Fault> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8_of(pem)?, &SystemRandom::new());
        key.map(Self).map_err(|_| bad_private_key("This is not a private key on the curve P-256."))
    }

    /// From 32 bytes of private key and 65 of public key (0x04, x, y); `None` when they do not belong together.
    pub fn from_raw(private: &[u8], public: &[u8]) -> Option<Self> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, private, public, &random).ok().map(Self)
    }

    /// The token of these claims; `header` holds `alg`.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<String, Fault> {
        let input = signing_input(header, claims);
        let signature = self.0.sign(&SystemRandom::new(), input.as_bytes()).map_err(|_| not_signed())?;
        Ok(format!("{input}.{}", base64url(signature.as_ref())))
    }
}

/// Signs with RSA (PKCS#1 v1.5) and SHA-256 (RFC 7518 §3.3).
pub struct Rs256(RsaKeyPair);

impl Rs256 {
    /// From a PKCS#8 key in PEM.
    pub fn from_pem(pem: &str) -> Result<Self, Fault> {
        let key = RsaKeyPair::from_pkcs8(&pkcs8_of(pem)?);
        key.map(Self).map_err(|_| bad_private_key("This is not a private RSA key of 2048 to 4096 bits."))
    }

    /// The token of these claims; `header` holds `alg`.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<String, Fault> {
        let input = signing_input(header, claims);
        let mut signature = vec![0; self.0.public().modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature);
        signed.map_err(|_| not_signed())?;
        Ok(format!("{input}.{}", base64url(&signature)))
    }
}

/// Without padding (RFC 4648 §5).
pub fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url, and the forms of it that are met in practice: with padding, or with `+` and `/`.
pub fn read_base64url(text: &str) -> Option<Vec<u8>> {
    let plain = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    BASE64_URL_SAFE_NO_PAD.decode(plain).ok()
}

fn signing_input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()))
}

/// The bytes between the lines of a PEM file (RFC 7468 §10), however its lines are broken.
fn pkcs8_of(pem: &str) -> Result<Vec<u8>, Fault> {
    let fault = || bad_private_key("Give the whole file, with its lines BEGIN PRIVATE KEY and END PRIVATE KEY.");
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").ok_or_else(fault)?;
    let (text, _) = rest.split_once("-----END PRIVATE KEY-----").ok_or_else(fault)?;
    let text: String = text.split_whitespace().collect();
    BASE64_STANDARD.decode(text).map_err(|_| fault())
}

fn bad_private_key(text: &str) -> Fault {
    Fault::new("", "bad_private_key", text)
}

/// Signing fails only when the system gives no random numbers.
fn not_signed() -> Fault {
    Fault::new("", "not_signed", "The token could not be signed.")
}

/// Most audiences whose tokens are kept: addresses of push services come from outside.
const KEPT_MAX: usize = 100;

/// How far clocks of threads that ask at the same moment may lie apart.
const SKEW_MILLIS: i64 = 60_000;

/// Tokens that are signed once and used for a while, one for each audience.
pub struct Signed {
    good_for: Duration,
    kept: Mutex<BTreeMap<String, (Timestamp, Arc<str>)>>,
}

impl Signed {
    /// Each token is used for this long.
    pub fn new(good_for: Duration) -> Self {
        Self { good_for, kept: Mutex::default() }
    }

    /// The token for this audience: the kept one, or the one that `sign` makes. Whoever else asks meanwhile waits, so that
    /// it is signed once.
    pub fn token(
        &self,
        audience: &str,
        now: Timestamp,
        sign: impl FnOnce() -> Result<String, Fault>,
    ) -> Result<Arc<str>, Fault> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((signed_at, token)) = kept.get(audience)
            && *signed_at <= now.plus(Duration::from_millis(SKEW_MILLIS.unsigned_abs()))
            && now < signed_at.plus(self.good_for)
        {
            return Ok(Arc::clone(token));
        }
        let token: Arc<str> = sign()?.into();
        if kept.len() >= KEPT_MAX && !kept.contains_key(audience) {
            let oldest = kept.iter().min_by_key(|(_, (signed_at, _))| *signed_at).map(|(audience, _)| audience.clone());
            oldest.map(|audience| kept.remove(&audience));
        }
        kept.insert(audience.to_owned(), (now, Arc::clone(&token)));
        Ok(token)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use serde_json::json;

    use super::*;

    /// Made with `openssl genpkey` for these tests; opens nothing.
    pub const RSA_PEM: &str = include_str!("testdata/rsa_key.pem");

    /// A new key in the form of Apple's files, which name the curve twice, and its public half.
    pub fn apple_key() -> (String, Vec<u8>) {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let plain = document.as_ref();
        let curve = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        let mut der = vec![0x30, 0x81, 0x93, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07];
        der.extend([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
        der.extend(curve);
        der.extend([0x04, 0x79, 0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20]);
        der.extend(&plain[36..68]);
        der.extend([0xa0, 0x0a]);
        der.extend(curve);
        der.extend([0xa1, 0x44, 0x03, 0x42, 0x00]);
        der.extend(&plain[plain.len() - 65..]);
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der));
        (pem, plain[plain.len() - 65..].to_vec())
    }

    /// Header and claims of a token whose signature is good.
    pub fn verified_es256(token: &str, public: &[u8]) -> (Value, Value) {
        let (input, signature) = token.rsplit_once('.').unwrap();
        let signature = read_base64url(signature).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public).verify(input.as_bytes(), &signature).unwrap();
        opened(input)
    }

    /// The two parts before the signature.
    pub fn opened(input: &str) -> (Value, Value) {
        let mut parts = input.split('.').map(|part| serde_json::from_slice(&read_base64url(part).unwrap()).unwrap());
        (parts.next().unwrap(), parts.next().unwrap())
    }

    #[test]
    fn a_key_of_apple_signs_a_token_that_its_public_half_verifies() {
        let (pem, public) = apple_key();
        let token = Es256::from_pem(&pem).unwrap().sign(&json!({"alg": "ES256"}), &json!({"iss": "가"})).unwrap();
        assert_eq!(verified_es256(&token, &public), (json!({"alg": "ES256"}), json!({"iss": "가"})));
    }

    #[test]
    fn a_key_of_google_signs_a_token_that_its_public_half_verifies() {
        let key = Rs256::from_pem(RSA_PEM).unwrap();
        let token = key.sign(&json!({"alg": "RS256"}), &json!({"iat": 1})).unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.0.public_key());
        public.verify(input.as_bytes(), &read_base64url(signature).unwrap()).unwrap();
        assert_eq!(opened(input).1, json!({"iat": 1}));
    }

    #[test]
    fn a_key_pasted_into_one_line_is_the_same_key() {
        assert!(Rs256::from_pem(&RSA_PEM.replace('\n', " ")).is_ok());
    }

    #[test]
    fn what_is_no_key_or_another_kind_of_key_is_a_fault() {
        let (apple, _) = apple_key();
        let cut = &RSA_PEM[..600];
        let empty = "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----";
        for pem in ["", "secret", cut, empty, &apple, &RSA_PEM.replace("PRIVATE", "RSA PRIVATE")] {
            assert_eq!(Rs256::from_pem(pem).err().unwrap().code, "bad_private_key", "{pem}");
        }
        for pem in ["", "secret", empty, RSA_PEM] {
            assert_eq!(Es256::from_pem(pem).err().unwrap().code, "bad_private_key", "{pem}");
        }
    }

    #[test]
    fn a_token_is_signed_once_until_its_time_is_over() {
        let signed = Signed::new(Duration::from_secs(1));
        let at = |millis: i64, word: &str| {
            signed.token("a", Timestamp::from_millis(millis), || Ok(word.to_owned())).unwrap().to_string()
        };
        assert_eq!(at(100_000, "first"), "first");
        assert_eq!(at(99_000, "of a thread that is late"), "first");
        assert_eq!(at(100_999, "too early"), "first");
        assert_eq!(at(101_000, "second"), "second");
        assert_eq!(at(1_000, "after the clock was set back"), "after the clock was set back");
    }

    #[test]
    fn however_many_audiences_there_are_only_the_latest_are_kept() {
        let signed = Signed::new(Duration::from_hours(1));
        for number in 0..1_000 {
            let now = Timestamp::from_millis(number);
            signed.token(&format!("https://{number}.example"), now, || Ok(String::new())).unwrap();
        }
        let kept = signed.kept.lock().unwrap();
        assert_eq!(kept.len(), KEPT_MAX);
        assert!(kept.contains_key("https://999.example"));
    }
}
