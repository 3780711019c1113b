//! Compressed copies (`.br`, `.gz`) of what the browser loads, made once at release so that the server never does.

use std::io::Write as _;
use std::path::Path;
use std::thread;

use anyhow::Result;

/// The endings of the compressed copies.
pub const ENDINGS: [&str; 2] = ["br", "gz"];

/// The compressed copies of `bytes`, in the order of [`ENDINGS`], each at its smallest.
pub fn copies(bytes: &[u8]) -> Result<[Vec<u8>; 2]> {
    thread::scope(|scope| {
        let brotli = scope.spawn(|| brotli(bytes));
        let gzip = gzip(bytes)?;
        Ok([brotli.join().expect("compression does not panic")?, gzip])
    })
}

/// Pictures and fonts are compressed already.
pub fn is_worth_it(path: &Path) -> bool {
    const TEXT: [&str; 8] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest"];
    path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| TEXT.contains(&ending))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_copies_unpack_to_the_original() {
        let original = "messenger of the gods, ".repeat(100);
        let [br, gz] = copies(original.as_bytes()).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*br, &mut unpacked).unwrap();
        assert_eq!(unpacked, original.as_bytes());
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*gz).read_to_string(&mut text).unwrap();
        assert_eq!(text, original);
        assert!(br.len() < original.len() && gz.len() < original.len());
    }

    #[test]
    fn pictures_and_fonts_are_not_compressed_again() {
        assert!(is_worth_it(Path::new("pkg/hermod.wasm")));
        assert!(!is_worth_it(Path::new("screenshot.png")));
        assert!(!is_worth_it(Path::new("inter.woff2")));
    }
}
