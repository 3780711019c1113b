//! Keys: one secret from the configuration, one derived key for each purpose.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::clock::random_bytes;
use crate::{Error, Result};

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
}

const NONCE_LENGTH: usize = 24;

impl Keys {
    pub(crate) fn derive(secret: &SecretKey) -> Self {
        let encryption = mac(&secret.0, b"hermod secrets v1");
        Self { encryption: XChaCha20Poly1305::new(&encryption.into()), signing: mac(&secret.0, b"hermod tokens v1") }
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

    /// Signs `text` (HMAC-SHA-256).
    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 32] {
        mac(&self.signing, text)
    }
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// SHA-256 as lower-case hex: for storing what must be recognised but not read.
pub(crate) fn fingerprint(text: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
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
    fn the_same_secret_never_looks_the_same() {
        let keys = Keys::derive(&SecretKey::random());
        assert_ne!(keys.encrypt("x", "a").unwrap(), keys.encrypt("x", "a").unwrap());
    }
}
