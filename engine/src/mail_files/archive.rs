//! An archive that anybody may have made: how many files, how large they are unpacked, and where their names lead is checked;
//! nothing of it is ever written anywhere.

use std::io::{Cursor, Read as _};

use domain::Fault;
use domain::mail_file::{ENTRIES_MAX, LeftOut, RATIO_MAX, UNPACKED_MAX_BYTES, WhyLeftOut};
use zip::ZipArchive;
use zip::read::ZipFile;

/// A file of an archive; its path has no `..` and begins with no `/`.
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

/// What an archive holds.
#[derive(Default)]
pub(super) struct Unpacked {
    pub(super) entries: Vec<Entry>,
    pub(super) left_out: Vec<LeftOut>,
}

/// `bad_archive`, `too_many_entries`, `archive_too_large`. `most`: bytes of one file; a larger one is left out.
pub(super) fn unpack(bytes: &[u8], most: u64) -> Result<Unpacked, Fault> {
    let bad = |_| Fault::new("", "bad_archive", "This archive cannot be read. Pack it again as a plain ZIP file.");
    let too_many = || Fault::new("", "too_many_entries", format!("An archive has at most {ENTRIES_MAX} files."));
    // Before a list of them is made. The four bytes may stand elsewhere by chance, but not so often.
    if memchr::memmem::find_iter(bytes, b"PK\x01\x02").nth(ENTRIES_MAX * 20).is_some() {
        return Err(too_many());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    if archive.len() > ENTRIES_MAX {
        return Err(too_many());
    }
    let mut unpacked = Unpacked::default();
    let mut room = UNPACKED_MAX_BYTES;
    // What is unpacked in vain is work, too.
    let mut work = 4 * UNPACKED_MAX_BYTES;
    for position in 0..archive.len() {
        let name =
            archive.name_for_index(position).and_then(Result::ok).unwrap_or_default().chars().take(300).collect();
        let read = archive.by_index(position).map_err(|_| WhyLeftOut::NotRead).and_then(|mut file| {
            if file.is_dir() { Ok(None) } else { entry(&mut file, most.min(room), &mut work).map(Some) }
        });
        match read {
            Ok(Some(entry)) => {
                room -= entry.bytes.len() as u64;
                unpacked.entries.push(entry);
            }
            Ok(None) => {}
            Err(why) if work == 0 || (why == WhyLeftOut::TooLarge && room < most) => {
                let text = format!("An archive holds at most {} MB, unpacked.", UNPACKED_MAX_BYTES / 1024 / 1024);
                return Err(Fault::new("", "archive_too_large", text));
            }
            Err(why) => unpacked.left_out.push(LeftOut { name, why }),
        }
    }
    Ok(unpacked)
}

/// What an entry says of its size is not believed: reading ends where there is no more room.
fn entry<R: std::io::Read>(file: &mut ZipFile<'_, R>, most: u64, work: &mut u64) -> Result<Entry, WhyLeftOut> {
    if file.encrypted() || file.is_symlink() {
        return Err(WhyLeftOut::NotRead);
    }
    let path = file.enclosed_name().ok_or(WhyLeftOut::BadPath)?;
    let path = path.to_str().ok_or(WhyLeftOut::BadPath)?.replace('\\', "/");
    if path.split('/').any(|part| matches!(part, ".." | "")) {
        return Err(WhyLeftOut::BadPath);
    }
    let by_ratio = file.compressed_size().saturating_mul(RATIO_MAX).max(1024 * 1024);
    let most = most.min(by_ratio);
    let mut bytes = Vec::new();
    let read = file.take(most + 1).read_to_end(&mut bytes);
    *work = work.saturating_sub(bytes.len() as u64);
    read.map_err(|_| WhyLeftOut::NotRead)?;
    if bytes.len() as u64 > most { Err(WhyLeftOut::TooLarge) } else { Ok(Entry { path, bytes }) }
}
