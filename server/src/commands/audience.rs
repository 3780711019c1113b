//! `hermod audience`: lists come in.

use anyhow::{Context as _, Result, bail};
use engine::Engine;
use engine::audiences::{ImportError, ImportRules, Imported, LineFault};
use tokio::io::{AsyncBufRead, BufReader};

use super::{BY, told};
use crate::cli::Audience;

/// Does what was asked for.
pub(super) async fn run(engine: &Engine, wanted: &Audience) -> Result<()> {
    let Audience::Import { sandbox, name, leave_out_faulty, opted_in, file } = wanted;
    let list: Box<dyn AsyncBufRead + Unpin + Send> = if file.as_os_str() == "-" {
        Box::new(BufReader::new(tokio::io::stdin()))
    } else {
        let opened = tokio::fs::File::open(file).await;
        Box::new(BufReader::new(opened.with_context(|| format!("{} cannot be read", file.display()))?))
    };
    let rules = ImportRules { leave_out_faulty: *leave_out_faulty, opted_in: opted_in.as_deref() };
    match engine.import_audience(sandbox, name, list, rules, BY).await {
        Ok(imported) => {
            tell(name, &imported);
            Ok(())
        }
        Err(ImportError::Faults(faults)) => {
            bail!("the list was not taken:\n{}", lines(&faults))
        }
        Err(ImportError::Engine(error)) => Err(told(error)),
        Err(error @ ImportError::Read(_)) => Err(error.into()),
    }
}

fn tell(name: &str, imported: &Imported) {
    if !imported.faults.is_empty() {
        eprintln!("{} lines were left out; the first faults:\n{}", imported.faulty, lines(&imported.faults));
    }
    if imported.repeated > 0 {
        eprintln!("{} lines named somebody once more and were left out", imported.repeated);
    }
    if imported.opted_in > 0 {
        eprintln!("{} addresses are opted in for the first time", imported.opted_in);
    }
    println!("{} {} {}", imported.audience_id, imported.members, name);
}

/// Faults, a line each.
pub(super) fn lines(faults: &[LineFault]) -> String {
    let line = |LineFault { line, path, text }: &LineFault| match path.as_str() {
        "" => format!("line {line}: {text}"),
        path => format!("line {line}: {path}: {text}"),
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}
