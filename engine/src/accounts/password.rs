//! Passwords: what is accepted, how they are hashed and compared (Argon2id, PHC strings).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::Fault;
use domain::access::PASSWORD_MIN_LENGTH;

use crate::clock::random_bytes;
use crate::{Error, Result};

/// Most characters of a password: more only costs time.
const MAX_LENGTH: usize = 256;

/// Compared with when there is no such person, so that the answer takes as long. Same costs as [`Argon2::default`];
/// no password is known to have this hash.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Is this password long enough, and not too long? The fault is told at `path`.
pub(super) fn check(path: &str, password: &str) -> Result<(), Fault> {
    let length = password.chars().count();
    if length < PASSWORD_MIN_LENGTH {
        let text = format!("Use at least {PASSWORD_MIN_LENGTH} characters.");
        return Err(Fault::new(path, "too_short", text));
    }
    if length > MAX_LENGTH {
        return Err(Fault::new(path, "too_long", format!("Use at most {MAX_LENGTH} characters.")));
    }
    Ok(())
}

/// A PHC string with its own salt.
pub(super) async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    away(move || {
        let salt: [u8; 16] = random_bytes();
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(Error::unexpected)
    })
    .await
}

/// Is this the password of that hash? Takes as long without a hash.
pub(super) async fn matches(password: &str, hash: Option<String>) -> Result<bool> {
    let known = hash.is_some() && password.chars().count() <= MAX_LENGTH;
    let password = if known { password.to_owned() } else { String::new() };
    let hash = hash.filter(|_| known).unwrap_or_else(|| NOBODY.to_owned());
    away(move || {
        let hash = PasswordHash::new(&hash).map_err(Error::unexpected)?;
        Ok(known & Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

/// Runs what takes a noticeable part of a second where it holds up nobody.
async fn away<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::unexpected)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let stored = hash("correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("correct horse battery", Some(stored.clone())).await.unwrap());
        assert!(!matches("correct horse batterY", Some(stored)).await.unwrap());
    }

    #[tokio::test]
    async fn without_an_account_a_real_comparison_is_made_and_fails() {
        assert!(PasswordHash::new(NOBODY).unwrap().hash.is_some());
        for password in ["", "correct horse battery"] {
            assert!(!matches(password, None).await.unwrap());
        }
    }

    #[test]
    fn length_counts_characters() {
        assert_eq!(check("password", "열두글자가안되는암호").unwrap_err().code, "too_short");
        assert!(check("password", "열두글자가충분히되는암호입니다").is_ok());
        assert_eq!(check("password", &"x".repeat(257)).unwrap_err().code, "too_long");
    }
}
