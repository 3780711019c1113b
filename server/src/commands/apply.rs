//! `hermod apply`: one line per document, or every fault with file and line.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use engine::Engine;
use engine::campaign_files::{Applied, ApplyError, Change, FILE_MAX_BYTES};

use super::{BY, told};
use crate::cli::Apply;

/// Applies the files in their order, up to the first with faults: later ones may build on it.
pub(super) async fn apply(engine: &Engine, wanted: &Apply) -> Result<()> {
    for file in &wanted.files {
        let name = file.display();
        let yaml = read(file).with_context(|| format!("{name} cannot be read"))?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match engine.apply_file_in(wanted.sandbox.as_ref(), &yaml, Some(folder), BY).await {
            Ok(documents) => documents.iter().for_each(tell),
            Err(ApplyError::Faults(faults)) => {
                for fault in &faults {
                    let path = if fault.path.is_empty() { String::new() } else { format!("{}: ", fault.path) };
                    eprintln!("{name}:{}: {path}{}", fault.line, fault.text);
                }
                bail!("{name} has faults; nothing of it was applied");
            }
            Err(ApplyError::Engine(error)) => return Err(told(error)).with_context(|| name.to_string()),
        }
    }
    Ok(())
}

/// The text of a file. Of one that is too large, no more is read than shows it.
fn read(file: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(FILE_MAX_BYTES)? + 1;
    File::open(file)?.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > FILE_MAX_BYTES {
        bail!("it has more than {} MB", FILE_MAX_BYTES / 1024 / 1024);
    }
    String::from_utf8(bytes).context("it is not UTF-8")
}

fn tell(document: &Applied) {
    let Applied { kind, name, id, change } = document;
    let change = match change {
        Change::Created => "created".to_owned(),
        Change::Updated => "updated".to_owned(),
        Change::Activated { version } => format!("activated version {version}"),
        Change::Unchanged => "unchanged".to_owned(),
    };
    println!("{kind} {id} {change}: {name}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_up_to_ten_megabytes_is_read_and_a_larger_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("campaigns.yaml");
        std::fs::write(&file, " ".repeat(FILE_MAX_BYTES)).unwrap();
        assert_eq!(read(&file).unwrap().len(), FILE_MAX_BYTES);
        std::fs::write(&file, "가".repeat(FILE_MAX_BYTES)).unwrap();
        assert_eq!(read(&file).unwrap_err().to_string(), "it has more than 10 MB");
    }
}
