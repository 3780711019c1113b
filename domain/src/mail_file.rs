//! A mail that comes from a file: a page of HTML, or an archive of one with its images.

use serde::{Deserialize, Serialize};

use crate::word::words;

/// Most bytes of such a file.
pub const FILE_MAX_BYTES: usize = 20 * 1024 * 1024;
/// Most files in an archive.
pub const ENTRIES_MAX: usize = 500;
/// Most bytes of all files of an archive, unpacked.
pub const UNPACKED_MAX_BYTES: u64 = 60 * 1024 * 1024;
/// A file of an archive is at most so many times as large as it is packed, beyond the first megabyte.
pub const RATIO_MAX: u64 = 100;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedMail {
    /// Addresses of images lead to the library.
    pub html: String,
    /// Names of the images that are in the library now.
    pub images: Vec<String>,
    /// Files of the archive that are not part of the mail.
    pub left_out: Vec<LeftOut>,
    /// Addresses within the archive under which there is no image.
    pub missing: Vec<String>,
}

/// A file of an archive, and why it is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    pub name: String,
    pub why: WhyLeftOut,
}

words! {
    /// Why a file of an archive is left out.
    WhyLeftOut {
        /// No image that mails show, or a broken one.
        NotAnImage = "not_an_image",
        /// The mail does not show it.
        NotShown = "not_shown",
        /// Too large, or too many pixels.
        TooLarge = "too_large",
        /// Its name leads out of the archive.
        BadPath = "bad_path",
        /// Encrypted, or packed in a way that is not read here.
        NotRead = "not_read",
    }
}

words! {
    /// A mail as a file.
    MailFormat {
        Html = "html",
        /// HTML with its images, its text, and what it is made of.
        Zip = "zip",
        Mjml = "mjml",
    }
}
