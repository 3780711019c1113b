//! The keys that sign, and what of them stands in the DNS (RFC 6376 §3.6.1).

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::dkim::DnsRecord;

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// `openssl pkcs8 -topk8 -nocrypt` makes one of older forms.
    #[error("this is not a private key in PEM that begins with -----BEGIN PRIVATE KEY-----")]
    NotPem,
    #[error("this is neither an RSA key of 2048 bits or more nor an Ed25519 key")]
    Kind,
    #[error("domain and selector must be names of the DNS")]
    Name,
    #[error("no key could be made")]
    NotMade,
}

/// A private key.
pub enum Key {
    /// `rsa-sha256`: what every receiver checks.
    Rsa(Box<RsaKeyPair>),
    /// `ed25519-sha256` (RFC 8463): only beside the other, because many receivers do not know it.
    Ed25519(Box<Ed25519KeyPair>),
}

impl Key {
    /// Reads PKCS#8 (RFC 5958) in PEM (RFC 7468).
    pub fn from_pem(pem: &str) -> Result<Self, BadKey> {
        let der = der(pem).ok_or(BadKey::NotPem)?;
        if let Ok(key) = RsaKeyPair::from_pkcs8(&der) {
            return Ok(Self::Rsa(Box::new(key)));
        }
        // keys of OpenSSL come without their public half
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)
            .map(|key| Self::Ed25519(Box::new(key)))
            .map_err(|_| BadKey::Kind)
    }

    /// A new RSA key of 2048 bits; takes a fraction of a second.
    pub fn new_rsa() -> Result<Self, BadKey> {
        RsaKeyPair::generate(KeySize::Rsa2048).map(|key| Self::Rsa(Box::new(key))).map_err(|_| BadKey::NotMade)
    }

    /// A new Ed25519 key.
    pub fn new_ed25519() -> Result<Self, BadKey> {
        Ed25519KeyPair::generate().map(|key| Self::Ed25519(Box::new(key))).map_err(|_| BadKey::NotMade)
    }

    /// For storing it, encrypted.
    pub fn to_pem(&self) -> Result<String, BadKey> {
        let der: Pkcs8V1Der<'_> = match self {
            Self::Rsa(key) => key.as_der(),
            Self::Ed25519(key) => key.as_der(),
        }
        .map_err(|_| BadKey::NotMade)?;
        let text = STANDARD.encode(der.as_ref());
        let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
        for line in text.as_bytes().chunks(64) {
            pem.extend(line.iter().map(|byte| char::from(*byte)));
            pem.push('\n');
        }
        Ok(pem + "-----END PRIVATE KEY-----\n")
    }

    /// The value of `a=`.
    pub const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// What must stand in the DNS for that selector.
    pub fn record(&self, selector: &str, domain: &str) -> DnsRecord {
        let (kind, public) = match self {
            Self::Rsa(key) => {
                let der: Result<PublicKeyX509Der<'_>, _> = key.public_key().as_der();
                ("rsa", der.map(|der| STANDARD.encode(der.as_ref())).unwrap_or_default())
            }
            // the bare 32 bytes (RFC 8463 §4)
            Self::Ed25519(key) => ("ed25519", STANDARD.encode(key.public_key())),
        };
        DnsRecord { name: format!("{selector}._domainkey.{domain}"), value: format!("v=DKIM1; k={kind}; p={public}") }
    }

    /// Signs the text's SHA-256: for Ed25519 too it is the hash that is signed (RFC 8463 §3).
    pub(super) fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
                Some(signature)
            }
            Self::Ed25519(key) => {
                let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text);
                key.try_sign(hash.as_ref()).ok().map(|signature| signature.as_ref().to_vec())
            }
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.algorithm())
    }
}

fn der(pem: &str) -> Option<Vec<u8>> {
    let (_, behind) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (text, _) = behind.split_once("-----END PRIVATE KEY-----")?;
    let letters: String = text.split_whitespace().collect();
    STANDARD.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_stored_is_the_same_key() {
        for key in [Key::new_rsa().unwrap(), Key::new_ed25519().unwrap()] {
            let again = Key::from_pem(&key.to_pem().unwrap()).unwrap();
            assert_eq!(again.algorithm(), key.algorithm());
            assert_eq!(again.record("s", "example.com"), key.record("s", "example.com"));
            assert_eq!(again.sign(b"text"), key.sign(b"text"));
        }
    }

    #[test]
    fn the_record_stands_where_receivers_look() {
        let record = Key::new_rsa().unwrap().record("h1", "example.com");
        assert_eq!(record.name, "h1._domainkey.example.com");
        assert!(record.value.starts_with("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), "{}", record.value);
    }

    #[test]
    fn what_is_no_key_is_refused_and_no_key_shows_itself() {
        let rsa = Key::new_rsa().unwrap();
        let pem = rsa.to_pem().unwrap();
        for (text, fault) in [
            ("", BadKey::NotPem),
            (&pem.replace("PRIVATE", "RSA PRIVATE"), BadKey::NotPem),
            (&pem.replace('A', "!"), BadKey::NotPem),
            (&pem.replace("\nMII", "\nMIJ"), BadKey::Kind),
            ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", BadKey::Kind),
        ] {
            assert_eq!(Key::from_pem(text).err(), Some(fault), "{text}");
        }
        assert_eq!(format!("{rsa:?}"), "Key(rsa-sha256)");
    }
}
