//! How a push service knows who sends (VAPID, RFC 8292): a token for its origin, signed with a key that browsers were given
//! when they subscribed.

use std::time::Duration;

use domain::{Fault, Faults, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

use super::super::Settings;
use super::super::jwt::{Es256, Signed, base64url, read_base64url};
use super::encryption::PUBLIC_KEY_BYTES;

/// Services take tokens for at most 24 hours (RFC 8292 §2). One is used for half of that, and is good an hour longer.
const TOKEN_GOOD_FOR: Duration = Duration::from_hours(12);
const TOKEN_EXPIRES: Duration = Duration::from_hours(13);

/// Where the private key lies in a key that ring makes: `ec/suite_b` writes PKCS#8 with a fixed head.
const PRIVATE_KEY_IN_PKCS8: std::ops::Range<usize> = 36..68;

/// Who sends.
pub struct Vapid {
    public: String,
    key: Es256,
    subject: String,
    tokens: Signed,
}

impl Vapid {
    /// Fields: `publicKey` and `privateKey` (base64url), `subject`: where the push service finds a person.
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let public = faults.take("", bytes(settings, "publicKey", PUBLIC_KEY_BYTES, "bad_public_key"));
        let private = faults.take("", bytes(settings, "privateKey", 32, "bad_private_key"));
        let subject = faults.take("", subject(settings));
        let key = match (&public, &private) {
            (Some(public), Some(private)) => {
                let key = Es256::from_raw(private, public);
                if key.is_none() {
                    faults.add("privateKey", "bad_key_pair", "The private key does not belong to the public key.");
                }
                key
            }
            _ => None,
        };
        match (public, key, subject) {
            (Some(public), Some(key), Some(subject)) => {
                Ok(Self { public: base64url(&public), key, subject, tokens: Signed::new(TOKEN_GOOD_FOR) })
            }
            _ => Err(faults),
        }
    }

    /// The value of `Authorization` (RFC 8292 §3) for a push service. No space after the comma: not every service takes one.
    pub fn authorization(&self, origin: &str, now: Timestamp) -> Result<String, Fault> {
        let token = self.tokens.token(origin, now, || {
            let expires_at = now.plus(TOKEN_EXPIRES).as_millis() / 1_000;
            let claims = json!({ "aud": origin, "exp": expires_at, "sub": self.subject });
            self.key.sign(&json!({ "typ": "JWT", "alg": "ES256" }), &claims)
        })?;
        Ok(format!("vapid t={token},k={}", self.public))
    }
}

fn bytes(settings: &Settings, name: &str, length: usize, code: &str) -> Result<Vec<u8>, Fault> {
    let bytes = read_base64url(settings.required(name)?).filter(|bytes| bytes.len() == length);
    bytes.ok_or_else(|| Fault::new(name, code, format!("Give the key as base64url; it has {length} bytes.")))
}

fn subject(settings: &Settings) -> Result<String, Fault> {
    let subject = settings.required("subject")?;
    let is_plain = subject.len() <= 320 && subject.bytes().all(|byte| byte.is_ascii_graphic());
    let names_someone = match subject.split_once(':') {
        Some(("mailto", address)) => {
            address.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty())
        }
        Some(("https", rest)) => rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty()),
        _ => false,
    };
    if is_plain && names_someone {
        return Ok(subject.to_owned());
    }
    let text = "Give mailto: and an email address, or an https address: where the push services can reach you.";
    Err(Fault::new("subject", "bad_subject", text))
}

/// A new pair for a configuration: public and private key as base64url.
pub fn generate_keys() -> (String, String) {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("the system gives random numbers");
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("ring reads what it wrote");
    (base64url(pair.public_key().as_ref()), base64url(&pkcs8.as_ref()[PRIVATE_KEY_IN_PKCS8]))
}

#[cfg(test)]
mod tests {
    use super::super::super::jwt::tests::verified_es256;
    use super::super::super::notification::tests::{NOW, settings};
    use super::*;

    const SUBJECT: &str = "mailto:ops@shop.example";

    fn vapid(public: &str, private: &str, subject: &str) -> Result<Vapid, Faults> {
        Vapid::new(&settings(&[("publicKey", public), ("privateKey", private), ("subject", subject)]))
    }

    fn codes(result: Result<Vapid, Faults>) -> Vec<(String, String)> {
        result.err().unwrap().0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn keys_that_were_made_here_sign_for_each_service_once_in_twelve_hours() {
        let (public, private) = generate_keys();
        let vapid = vapid(&public, &private, SUBJECT).ok().unwrap();
        let at = |origin: &str, hours| vapid.authorization(origin, NOW.plus(Duration::from_hours(hours))).unwrap();
        let first = at("https://push.example:8443", 0);
        let (token, key) = first.strip_prefix("vapid t=").unwrap().split_once(",k=").unwrap();
        assert_eq!(key, public);
        let (header, claims) = verified_es256(token, &read_base64url(&public).unwrap());
        assert_eq!(header["alg"], "ES256");
        let expires_at = NOW.as_millis() / 1_000 + 13 * 3_600;
        assert_eq!(claims, json!({ "aud": "https://push.example:8443", "exp": expires_at, "sub": SUBJECT }));
        assert_eq!(at("https://push.example:8443", 11), first);
        assert_ne!(at("https://push.example:8443", 12), first);
        assert_ne!(at("https://other.example", 0), first);
    }

    #[test]
    fn each_pair_of_keys_is_another_one() {
        assert_ne!(generate_keys(), generate_keys());
    }

    #[test]
    fn keys_of_two_pairs_do_not_go_together() {
        let (public, private) = (generate_keys().0, generate_keys().1);
        assert_eq!(codes(vapid(&public, &private, SUBJECT)), [("privateKey".into(), "bad_key_pair".into())]);
    }

    #[test]
    fn all_faults_of_the_settings_are_told_at_once() {
        let expected = [("publicKey", "bad_public_key"), ("privateKey", "required"), ("subject", "bad_subject")];
        let told = codes(vapid("BA", "", "ops@shop.example"));
        assert_eq!(told, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    }

    #[test]
    fn a_subject_leads_to_a_person() {
        let (public, private) = generate_keys();
        assert!(vapid(&public, &private, "https://shop.example/contact").is_ok());
        for subject in
            ["mailto:", "mailto:ops", "http://shop.example", "https:", "mailto:a@b.example\r\nx", "mailto:a b@c"]
        {
            assert_eq!(codes(vapid(&public, &private, subject))[0].1, "bad_subject", "{subject}");
        }
    }
}
