//! Is this an image? Only its headers are read: nothing is unpacked, however large it says it would be.

use domain::Fault;
use domain::asset::{ImageType, PIXELS_MAX, SIDE_MAX};
use memchr::memmem;

/// What the headers of an image say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) kind: ImageType,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// `required`, `image_too_large`, `not_an_image`, `incomplete_image`, `too_many_pixels`.
pub(super) fn look(bytes: &[u8], max_bytes: usize) -> Result<Picture, Fault> {
    let fault = |code: &str, text: String| Fault::new("", code, text);
    if bytes.is_empty() {
        return Err(fault("required", "Choose a file that is not empty.".to_owned()));
    }
    if bytes.len() > max_bytes {
        return Err(fault("image_too_large", format!("An image has at most {} KB.", max_bytes / 1024)));
    }
    let unknown =
        || fault("not_an_image", "This is no PNG, JPEG, GIF or WebP image, whatever its name says.".to_owned());
    let cut = || fault("incomplete_image", "This image is cut off, or broken.".to_owned());
    let kind = ImageType::of_bytes(bytes).ok_or_else(unknown)?;
    let size = imagesize::blob_size(bytes).map_err(|_| cut())?;
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| (1..=SIDE_MAX).contains(pixels));
    let pixels = (size.width as u64).saturating_mul(size.height as u64);
    match side(size.width).zip(side(size.height)).filter(|_| pixels <= PIXELS_MAX) {
        _ if size.width == 0 || size.height == 0 || !has_end(kind, bytes) => Err(cut()),
        Some((width, height)) => Ok(Picture { kind, width, height }),
        None => {
            let text = format!("An image has at most {} million pixels.", PIXELS_MAX / 1_000_000);
            Err(fault("too_many_pixels", text))
        }
    }
}

/// Does the file hold what ends an image of its kind? Programs append what they like behind that.
fn has_end(kind: ImageType, bytes: &[u8]) -> bool {
    match kind {
        ImageType::Png => memmem::rfind(bytes, b"\0\0\0\0IEND\xae\x42\x60\x82").is_some(),
        ImageType::Jpeg => memmem::rfind(bytes, b"\xff\xd9").is_some(),
        ImageType::Gif => bytes.iter().rev().find(|byte| **byte != 0) == Some(&0x3b),
        ImageType::Webp => {
            let told = bytes.get(4..8).and_then(|it| it.try_into().ok()).map_or(u32::MAX, u32::from_le_bytes);
            u64::from(told) + 8 <= bytes.len() as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1024 * 1024;

    /// The headers and the end of a PNG, with no picture between them.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x02\0\0\0\0\0\0\0");
        bytes.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
        bytes
    }

    fn code(bytes: &[u8]) -> String {
        look(bytes, LIMIT).map_err(|fault| fault.code).map_or_else(|code| code, |_| "good".to_owned())
    }

    #[test]
    fn the_size_of_an_image_is_read_from_its_headers() {
        assert_eq!(look(&png(640, 480), LIMIT), Ok(Picture { kind: ImageType::Png, width: 640, height: 480 }));
        let gif = b"GIF89a\x02\0\x03\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\x02\0\x03\0\0\x02\x02\x44\x01\0\x3b";
        assert_eq!(look(gif, LIMIT), Ok(Picture { kind: ImageType::Gif, width: 2, height: 3 }));
    }

    #[test]
    fn an_image_that_unpacks_to_more_than_anybody_can_show_is_refused() {
        assert_eq!(code(&png(50_000, 50_000)), "too_many_pixels");
        assert_eq!(code(&png(u32::MAX, u32::MAX)), "too_many_pixels");
        assert_eq!(code(&png(1, 60_000)), "too_many_pixels");
        assert_eq!(code(&png(0, 60)), "incomplete_image");
    }

    #[test]
    fn what_is_no_image_or_only_the_start_of_one_is_refused() {
        let whole = png(640, 480);
        assert_eq!(code(&whole[..whole.len() - 6]), "incomplete_image");
        assert_eq!(code(&whole[..12]), "incomplete_image");
        assert_eq!(code(b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"), "not_an_image");
        assert_eq!(code(b"<!doctype html><p>Hello"), "not_an_image");
        assert_eq!(code(b""), "required");
        assert_eq!(look(&whole, 20).unwrap_err().code, "image_too_large");
    }
}
