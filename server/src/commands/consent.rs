//! `hermod consent`: choices of many people as a file, in and out.

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use domain::SandboxName;
use engine::Engine;
use engine::audiences::ImportError;
use engine::consent::ConsentFile;
use futures::TryStreamExt as _;
use tokio::io::{AsyncBufRead, BufReader};

use super::audience::lines;
use super::{BY, told};
use crate::cli::Consent;

/// Does what was asked for.
pub(super) async fn run(engine: &Engine, wanted: &Consent) -> Result<()> {
    match wanted {
        Consent::Import { sandbox, file } => {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if file.as_os_str() == "-" {
                return import(engine, sandbox, "standard input", BufReader::new(tokio::io::stdin())).await;
            }
            let opened = tokio::fs::File::open(file).await;
            let opened = opened.with_context(|| format!("{} cannot be read", file.display()))?;
            import(engine, sandbox, &name, BufReader::new(opened)).await
        }
        Consent::Export { sandbox } => {
            let sandbox = engine.find_sandbox(sandbox).await.map_err(told)?.name;
            let mut pieces = std::pin::pin!(engine.export_consents(&sandbox));
            let mut out = std::io::stdout().lock();
            while let Some(piece) = pieces.try_next().await.map_err(told)? {
                out.write_all(piece.as_bytes())?;
            }
            Ok(())
        }
    }
}

async fn import(
    engine: &Engine,
    sandbox: &SandboxName,
    name: &str,
    file: impl AsyncBufRead + Unpin + Send,
) -> Result<()> {
    let sandbox = engine.find_sandbox(sandbox).await.map_err(told)?.name;
    match engine.import_consents(&sandbox, name, file, BY).await {
        Ok(ConsentFile { records, changed, kept, faulty, faults }) => {
            if !faults.is_empty() {
                eprintln!("{faulty} records were left out; the first faults:\n{}", lines(&faults));
            }
            println!("{records} records: {changed} changed, {kept} kept, {faulty} faulty");
            Ok(())
        }
        Err(ImportError::Faults(faults)) => bail!("the file was not taken:\n{}", lines(&faults)),
        Err(ImportError::Engine(error)) => Err(told(error)),
        Err(error @ ImportError::Read(_)) => Err(error.into()),
    }
}
