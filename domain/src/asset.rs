//! Images that mails show. Each is kept under the hash of its bytes, so that an address always shows the same.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::{required_line, single_line};
use crate::id::AssetId;
use crate::word::words;
use crate::{Fault, Faults, SandboxName, Timestamp};

/// Images of a sandbox.
pub const ASSETS_MAX: usize = 5_000;
/// Most bytes of an image, unless the settings say otherwise.
pub const ASSET_MAX_BYTES: usize = 5 * 1024 * 1024;
/// Most pixels of an image: unpacked, each takes four bytes of whoever looks at it.
pub const PIXELS_MAX: u64 = 25_000_000;
/// Longest side, in pixels.
pub const SIDE_MAX: u32 = 16_384;
/// Longest name, in characters.
pub const NAME_MAX: usize = 255;
/// Longest alternative text, in characters.
pub const ALT_MAX: usize = 1_000;
/// What the addresses of images begin with, after the address of this server.
pub const ADDRESS: &str = "/assets/";

words! {
    /// What mail programs show. No SVG: it can hold scripts.
    ImageType {
        Png = "image/png",
        Jpeg = "image/jpeg",
        Gif = "image/gif",
        Webp = "image/webp",
    }
}

impl ImageType {
    /// By the first bytes of a file, whatever it is called.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Ending of a file's name, without the dot.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }
}

/// What an image is kept under, and the last part of its address: `<SHA-256 in hex>.png`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AssetFile {
    /// 64 hexadecimal digits in lower case.
    pub sha256: String,
    pub kind: ImageType,
}

impl FromStr for AssetFile {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let read = || {
            let (sha256, ending) = text.split_once('.')?;
            let kind = ImageType::ALL.iter().copied().find(|kind| kind.ending() == ending)?;
            let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
            let is_hash = sha256.len() == 64 && sha256.bytes().all(is_digit);
            is_hash.then(|| Self { sha256: sha256.to_owned(), kind })
        };
        read().ok_or_else(|| Fault::new("", "bad_asset_name", "This is not the name of an image."))
    }
}

impl fmt::Display for AssetFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sha256, self.kind.ending())
    }
}

impl AssetFile {
    /// Its address within this server.
    pub fn path(&self, sandbox: &SandboxName) -> String {
        format!("{ADDRESS}{sandbox}/{self}")
    }
}

/// The image of ours that an address shows, with its sandbox: under whatever name this server is reached, or as a path.
pub fn in_address(address: &str) -> Option<(SandboxName, AssetFile)> {
    let path = match address.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => address,
    };
    let (sandbox, file) = path.strip_prefix(ADDRESS)?.split_once('/')?;
    Some((sandbox.parse().ok()?, file.parse().ok()?))
}

/// An image, all but its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    pub id: AssetId,
    pub name: String,
    /// For whoever does not see it; proposed where it is put into a mail.
    pub alt: String,
    pub media_type: ImageType,
    pub bytes: u64,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    /// Of its bytes, in hex.
    pub sha256: String,
    /// Where everybody finds it. Only a path where this server has no public address.
    pub url: String,
    pub created_at: Timestamp,
    pub created_by: String,
}

impl Asset {
    /// What it is kept under.
    pub fn file(&self) -> AssetFile {
        AssetFile { sha256: self.sha256.clone(), kind: self.media_type }
    }
}

/// Something that shows an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetUse {
    pub kind: AssetUseKind,
    pub name: String,
}

words! {
    /// What can show an image.
    AssetUseKind {
        /// As it is written now, or as it is live.
        Campaign = "campaign",
        Template = "template",
        Fragment = "fragment",
    }
}

/// Name and alternative text, as people write them, without white space around. Faults at `name` and `alt`.
pub fn described(name: &str, alt: &str) -> Result<(String, String), Faults> {
    let mut faults = Faults::default();
    let name = faults.take("name", required_line(name, NAME_MAX));
    let alt = faults.take("alt", single_line(alt, ALT_MAX));
    name.zip(alt).ok_or(faults)
}

/// A name for a file as a browser or a caller gives it: its last part, cut, without control characters.
pub fn name_of_file(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|letter| !letter.is_control()).take(NAME_MAX).collect();
    let plain = plain.trim();
    if plain.is_empty() { "image".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_known_by_its_bytes_and_not_by_its_name() {
        assert_eq!(ImageType::of_bytes(b"\x89PNG\r\n\x1a\nrest"), Some(ImageType::Png));
        assert_eq!(ImageType::of_bytes(b"\xff\xd8\xff\xe0"), Some(ImageType::Jpeg));
        assert_eq!(ImageType::of_bytes(b"GIF89a"), Some(ImageType::Gif));
        assert_eq!(ImageType::of_bytes(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some(ImageType::Webp));
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"%PDF-1.7", b"RIFF\x00\x00\x00\x00WAVE", b""]
        {
            assert_eq!(ImageType::of_bytes(other), None);
        }
    }

    #[test]
    fn only_a_hash_with_an_ending_is_the_name_of_an_image() {
        let hash = "0123456789abcdef".repeat(4);
        let file: AssetFile = format!("{hash}.jpg").parse().unwrap();
        assert_eq!((file.kind, file.to_string()), (ImageType::Jpeg, format!("{hash}.jpg")));
        assert_eq!(file.path(&"dev".parse().unwrap()), format!("/assets/dev/{hash}.jpg"));
        let upper = hash.to_uppercase();
        for hostile in [
            format!("{hash}.svg"),
            format!("{upper}.png"),
            format!("../{}.png", &hash[3..]),
            format!("{hash}.png/../../secret.key"),
            format!("{hash}.png\0"),
            hash.clone(),
            String::new(),
        ] {
            assert!(hostile.parse::<AssetFile>().is_err(), "{hostile:?}");
        }
    }

    #[test]
    fn an_image_of_ours_is_known_by_its_address_under_whatever_name() {
        let path = format!("/assets/dev/{}.png", "ab".repeat(32));
        let found = |address: &str| in_address(address).map(|(sandbox, file)| file.path(&sandbox));
        assert_eq!(found(&path), Some(path.clone()));
        assert_eq!(found(&format!("https://hermod.example.com{path}")), Some(path.clone()));
        for other in
            [format!("https://h.example/x{path}"), format!("{path}?x"), "{{ context.image }}".into(), "https://".into()]
        {
            assert_eq!(found(&other), None, "{other}");
        }
    }

    #[test]
    fn a_name_is_the_last_part_of_a_path() {
        assert_eq!(name_of_file("C:\\pictures\\cat.png"), "cat.png");
        assert_eq!(name_of_file("../../etc/pass\nwd"), "passwd");
        assert_eq!(name_of_file(" / "), "image");
    }
}
