//! Passwords: what is accepted, how they are hashed and compared (Argon2id, PHC strings).

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use domain::Fault;
use domain::access::PASSWORD_MIN_LENGTH;
use subtle::ConstantTimeEq as _;

use super::turns::{Memory, Turns};
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

impl Turns {
    /// A PHC string with its own salt.
    pub(super) async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.take(move |memory| hash(memory, password.as_bytes())).await
    }

    /// Is this the password of that hash? Takes as long without a hash.
    pub(super) async fn matches(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some() && password.chars().count() <= MAX_LENGTH;
        let password = if known { password.to_owned() } else { String::new() };
        let hash = hash.filter(|_| known).unwrap_or_else(|| NOBODY.to_owned());
        self.take(move |memory| Ok(known & matches(memory, password.as_bytes(), &hash)?)).await
    }
}

/// Argon2id with its default costs.
fn hash(memory: &mut Memory, password: &[u8]) -> Result<String> {
    let argon2 = Argon2::default();
    let salt: [u8; Salt::RECOMMENDED_LENGTH] = random_bytes();
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    fill(memory, &argon2, password, &salt, &mut output)?;
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).map_err(Error::unexpected)?,
        salt: Some(Salt::new(&salt).map_err(Error::unexpected)?),
        hash: Some(Output::new(&output).map_err(Error::unexpected)?),
    };
    Ok(hash.to_string())
}

/// Computes with the costs of the hash, which may be those of an earlier release.
fn matches(memory: &mut Memory, password: &[u8], hash: &str) -> Result<bool> {
    let hash = PasswordHash::new(hash).map_err(Error::unexpected)?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(Error::unexpected)?;
    let version = hash.version.map(Version::try_from).transpose().map_err(Error::unexpected)?.unwrap_or_default();
    let params = Params::try_from(&hash).map_err(Error::unexpected)?;
    let (Some(salt), Some(known)) = (&hash.salt, &hash.hash) else {
        return Err(Error::unexpected("a stored password has no hash"));
    };
    let mut output = vec![0; known.len()];
    fill(memory, &Argon2::new(algorithm, version, params), password, salt, &mut output)?;
    Ok(output.ct_eq(known.as_bytes()).into())
}

/// Fills `output`. What the memory holds from before means nothing to Argon2.
fn fill(memory: &mut Memory, argon2: &Argon2<'_>, password: &[u8], salt: &[u8], output: &mut [u8]) -> Result<()> {
    memory.resize(argon2.params().block_count(), Block::new());
    argon2.hash_password_into_with_memory(password, salt, output, memory).map_err(Error::unexpected)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let turns = Turns::default();
        let stored = turns.hash("correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(turns.matches("correct horse battery", Some(stored.clone())).await.unwrap());
        assert!(!turns.matches("correct horse batterY", Some(stored)).await.unwrap());
    }

    #[test]
    fn a_hash_is_one_that_argon2_itself_takes() {
        let ours = hash(&mut Memory::new(), b"a password").unwrap();
        assert!(Argon2::default().verify_password(b"a password", ours.as_str()).is_ok());
    }

    #[test]
    fn a_hash_is_compared_with_its_own_costs_whatever_the_memory_was_used_for() {
        let mut memory = Memory::new();
        for (kibibytes, passes) in [(64, 3), (16, 1), (256, 2)] {
            let costs = Params::new(kibibytes, passes, 1, None).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, costs);
            let stored = argon2.hash_password_with_salt(b"a password", b"a salt of theirs").unwrap().to_string();
            assert!(matches(&mut memory, b"a password", &stored).unwrap(), "{kibibytes}");
            assert!(!matches(&mut memory, b"a passworD", &stored).unwrap(), "{kibibytes}");
        }
    }

    #[tokio::test]
    async fn without_an_account_a_real_comparison_is_made_and_fails() {
        assert!(PasswordHash::new(NOBODY).unwrap().hash.is_some());
        for password in ["", "correct horse battery"] {
            assert!(!Turns::default().matches(password, None).await.unwrap());
        }
    }

    #[test]
    fn length_counts_characters() {
        assert_eq!(check("password", "열두글자가안되는암호").unwrap_err().code, "too_short");
        assert!(check("password", "열두글자가충분히되는암호입니다").is_ok());
        assert_eq!(check("password", &"x".repeat(257)).unwrap_err().code, "too_long");
    }
}
