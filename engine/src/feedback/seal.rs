//! Marks that only this installation can make (HMAC-SHA-256, cut off). Not a signature that others could check.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A key that is set up once and used often.
#[derive(Clone)]
pub(super) struct Seal(Hmac<Sha256>);

impl Seal {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// The first `N` bytes of the mark of these pieces. Where one ends and the next begins is for the caller to make plain.
    pub(super) fn mark<const N: usize>(&self, pieces: &[&[u8]]) -> [u8; N] {
        let mut mac = self.0.clone();
        for piece in pieces {
            mac.update(piece);
        }
        let whole = mac.finalize().into_bytes();
        std::array::from_fn(|position| whole[position])
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}
