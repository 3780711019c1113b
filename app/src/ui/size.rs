//! How large a file is, for people.

/// `512 B`, `12 KB`, `1.5 MB`.
pub fn file_size(bytes: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = 1024 * KB;
    match bytes {
        0..KB => format!("{bytes} B"),
        KB..MB => format!("{} KB", bytes.div_ceil(KB)),
        _ => format!("{}.{} MB", bytes / MB, bytes % MB * 10 / MB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 1023, 1024, 1025, 1024 * 1024, 5 * 1024 * 1024 - 1].map(file_size);
        assert_eq!(sizes, ["0 B", "1023 B", "1 KB", "2 KB", "1.0 MB", "4.9 MB"]);
    }
}
