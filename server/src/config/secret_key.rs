//! The installation's secret: from the settings, or made once and kept in the data folder.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use engine::keys::SecretKey;

const FILE: &str = "secret.key";

/// The key from the settings (`configured`, base64) or from the data folder, where it is made when missing.
pub fn secret_key(data: &Path, configured: &str) -> Result<SecretKey> {
    if !configured.is_empty() {
        return SecretKey::from_base64(configured).context("security.secret_key is not 32 bytes in base64");
    }
    let path = data.join(FILE);
    if !path.exists() {
        create(data, &path)?;
    }
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    SecretKey::from_base64(&text).with_context(|| format!("{} does not hold 32 bytes in base64", path.display()))
}

/// Writes a new key under another name first, so that nobody ever reads half a key; the first of two processes wins.
fn create(data: &Path, path: &Path) -> Result<()> {
    fs::create_dir_all(data).with_context(|| format!("the data folder {} cannot be created", data.display()))?;
    let own = data.join(format!("{FILE}.{}", engine::ids::reference()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&own).with_context(|| format!("{} cannot be written", own.display()))?;
    writeln!(file, "{}", SecretKey::random().to_base64())?;
    file.sync_all()?;
    let linked = fs::hard_link(&own, path);
    fs::remove_file(&own)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("{} cannot be written", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_stays() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("new");
        let first = secret_key(&folder, "").unwrap().to_base64();
        assert_eq!(secret_key(&folder, "").unwrap().to_base64(), first);
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [FILE]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_key_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().unwrap();
        secret_key(data.path(), "").unwrap();
        let mode = fs::metadata(data.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_from_the_settings_writes_no_file() {
        let data = tempfile::tempdir().unwrap();
        let given = SecretKey::random().to_base64();
        assert_eq!(secret_key(data.path(), &given).unwrap().to_base64(), given);
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    }
}
