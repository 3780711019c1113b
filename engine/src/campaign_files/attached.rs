//! Files that a campaign attaches: read beside the file that names them.

use std::io::Read as _;
use std::path::{Component, Path};

use domain::attachment::{ATTACHMENTS_MAX_BYTES, AttachedFile};

use super::section::Section;
use crate::files::Upload;
use crate::store::files::NewFile;

/// What a content says of its files, and the files themselves. An entry is a path, or `file` with `name` and `contentType`.
pub(super) fn read(content: &mut Section<'_>, folder: Option<&Path>) -> (Vec<AttachedFile>, Vec<NewFile>) {
    let mut all = (Vec::new(), Vec::new());
    for mut entry in content.entries("attachments", "file") {
        let (file, name, content_type) = (entry.text("file"), entry.text("name"), entry.text("contentType"));
        let bytes = match bytes_of(folder, &file) {
            Ok(bytes) => bytes,
            Err(text) => {
                entry.note("file", &text);
                entry.end();
                continue;
            }
        };
        let name = if name.is_empty() { file.rsplit('/').next().unwrap_or_default().to_owned() } else { name };
        match (Upload { name, content_type, bytes }).check() {
            Ok((attached, new)) => {
                all.0.push(attached);
                all.1.push(new);
            }
            Err(fault) => entry.note("file", &fault.text),
        }
        entry.end();
    }
    all
}

/// The path stays in the folder: a file from somewhere else attaches nothing that lies on this machine.
fn bytes_of(folder: Option<&Path>, file: &str) -> Result<Vec<u8>, String> {
    let folder = folder.ok_or("Files can be attached only with hermod apply.")?;
    let path = Path::new(file);
    if file.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err("Give a path below the folder of this file.".to_owned());
    }
    let cannot = |error: std::io::Error| format!("{file} cannot be read: {error}.");
    // A symbolic link may lead anywhere, and what is no file may never end.
    let within = folder.canonicalize().map_err(cannot)?;
    let whole = within.join(path).canonicalize().map_err(cannot)?;
    if !whole.starts_with(&within) || !whole.is_file() {
        return Err("Give a path below the folder of this file.".to_owned());
    }
    let opened = std::fs::File::open(whole).map_err(cannot)?;
    let mut bytes = Vec::new();
    // One more than allowed shows that there is more.
    opened.take(ATTACHMENTS_MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}
