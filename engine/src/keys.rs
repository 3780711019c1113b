//! Keys: one secret from the configuration, one derived key for each purpose.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use crate::clock::random_bytes;
use crate::feedback::verp::ReturnPaths;
use crate::tracking::Tokens;
use crate::{Engine, Error, Result};

/// The secret of an installation: 32 bytes, base64 in the configuration or in the key file.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// A new random secret.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// Reads base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text.trim()).ok()?.try_into().ok().map(Self)
    }

    /// For writing the key file.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// Keys derived from the secret.
pub(crate) struct Keys {
    encryption: XChaCha20Poly1305,
    signing: [u8; 32],
    /// Of texts that a browser brings back.
    browser: [u8; 32],
    /// Of addresses in mails.
    tokens: [u8; 32],
    /// Of people, where it shall not be seen who they are.
    people: [u8; 32],
    /// Of addresses to which mails come back.
    pub(crate) return_paths: ReturnPaths,
}

const NONCE_LENGTH: usize = 24;

impl Keys {
    pub(crate) fn derive(secret: &SecretKey) -> Self {
        let encryption = mac(&secret.0, b"hermod secrets v1");
        Self {
            encryption: XChaCha20Poly1305::new(&encryption.into()),
            signing: mac(&secret.0, b"hermod tokens v1"),
            browser: mac(&secret.0, b"hermod browser v1"),
            tokens: mac(&secret.0, b"hermod mail tokens v1"),
            people: mac(&secret.0, b"hermod people v1"),
            return_paths: ReturnPaths::new(&mac(&secret.0, b"hermod return paths v1")),
        }
    }

    /// Encrypts a secret for storage. `purpose` binds the text to its place: it decrypts nowhere else.
    pub(crate) fn encrypt(&self, purpose: &str, secret: &str) -> Result<String> {
        let nonce: [u8; NONCE_LENGTH] = random_bytes();
        let payload = chacha20poly1305::aead::Payload { msg: secret.as_bytes(), aad: purpose.as_bytes() };
        let sealed = self.encryption.encrypt(&XNonce::from(nonce), payload).map_err(Error::unexpected)?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The reverse of [`Keys::encrypt`].
    pub(crate) fn decrypt(&self, purpose: &str, stored: &str) -> Result<String> {
        let bytes = STANDARD.decode(stored).map_err(Error::unexpected)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LENGTH).ok_or_else(|| Error::unexpected("short secret"))?;
        let nonce: [u8; NONCE_LENGTH] = nonce.try_into().map_err(Error::unexpected)?;
        let payload = chacha20poly1305::aead::Payload { msg: sealed, aad: purpose.as_bytes() };
        let opened = self.encryption.decrypt(&XNonce::from(nonce), payload).map_err(|_| {
            Error::unexpected("a stored secret cannot be read: the secret key is not the one it was written with")
        })?;
        String::from_utf8(opened).map_err(Error::unexpected)
    }

    /// For addresses in mails.
    pub(crate) fn tokens(&self) -> Tokens {
        Tokens::new(1, &self.tokens)
    }

    /// Stands for a person, who is known by these texts.
    pub(crate) fn person(&self, texts: &[&str]) -> [u8; 32] {
        mac(&self.people, &joined(texts))
    }

    /// Signs `text` (HMAC-SHA-256).
    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 32] {
        mac(&self.signing, text)
    }
}

impl Engine {
    /// A signature (base64url) of texts that a browser brings back, such as a failure in an address.
    pub fn sign_for_browser(&self, texts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.0.keys.browser, &joined(texts)))
    }

    /// Did a process of this installation sign exactly these texts?
    pub fn is_signed_for_browser(&self, texts: &[&str], signature: &str) -> bool {
        self.sign_for_browser(texts).as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

/// Each text behind its length, so that no two lists of texts are the same bytes.
pub(crate) fn joined(texts: &[&str]) -> Vec<u8> {
    let pieces = texts.iter().map(|text| [&text.len().to_be_bytes(), text.as_bytes()].concat());
    pieces.collect::<Vec<_>>().concat()
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// SHA-256 as lower-case hex: for storing what must be recognised but not read.
pub(crate) fn fingerprint(text: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    Sha256::digest(text).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The same of a list of texts.
pub(crate) fn fingerprint_of(texts: &[&str]) -> String {
    fingerprint(&joined(texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_secret_is_read_only_in_its_place_and_with_its_key() {
        let keys = Keys::derive(&SecretKey::random());
        let stored = keys.encrypt("chc_1", "hunter2").unwrap();
        assert!(!stored.contains("hunter2"));
        assert_eq!(keys.decrypt("chc_1", &stored).unwrap(), "hunter2");
        assert!(keys.decrypt("chc_2", &stored).is_err());
        assert!(Keys::derive(&SecretKey::random()).decrypt("chc_1", &stored).is_err());
    }

    #[test]
    fn a_signature_tells_where_a_text_ends_and_the_next_begins() {
        assert_ne!(joined(&["ab", "c"]), joined(&["a", "bc"]));
        assert_ne!(joined(&["a"]), joined(&["a", ""]));
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let keys = Keys::derive(&SecretKey::random());
        assert_ne!(keys.encrypt("x", "a").unwrap(), keys.encrypt("x", "a").unwrap());
    }
}
