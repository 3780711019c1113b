//! `hermod apply`: one line per document, or every fault with file and line.

use anyhow::{Context as _, Result, bail};
use engine::Engine;
use engine::campaign_files::{Applied, ApplyError, Change};

use super::{BY, told};
use crate::cli::Apply;

/// Applies the files in their order, up to the first with faults: later ones may build on it.
pub(super) async fn apply(engine: &Engine, wanted: &Apply) -> Result<()> {
    for file in &wanted.files {
        let name = file.display();
        let yaml = std::fs::read_to_string(file).with_context(|| format!("{name} cannot be read"))?;
        match engine.apply_file(wanted.sandbox.as_ref(), &yaml, BY).await {
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
