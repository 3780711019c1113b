//! What the link to a customer's own page carries to say whose page it is: encrypted, so that nobody on the way reads it, and no
//! two links look alike. 76 letters of base64url: key number ‖ nonce ‖ message ‖ mark.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::seal::Seal;

const PURPOSE: &[u8] = b"hermod page parameters v1\0";
const NONCE_BYTES: usize = 24;
const MESSAGE_BYTES: usize = 16;
/// Length of all such parameters.
pub(super) const PARAMETERS_LETTERS: usize = 76;

/// Encrypts and reads such parameters with one key.
#[derive(Clone)]
pub(super) struct Parameters {
    number: u8,
    cipher: XChaCha20Poly1305,
    nonces: Seal,
}

impl Parameters {
    pub(super) fn new(number: u8, key: &[u8; 32]) -> Self {
        let seal = Seal::new(key);
        let derived = |word: &[u8]| seal.mark::<32>(&[PURPOSE, word]);
        let cipher = XChaCha20Poly1305::new(&derived(b"encryption").into());
        Self { number, cipher, nonces: Seal::new(&derived(b"nonces")) }
    }

    /// Of a message. The same message has the same parameters: its nonce is made of it, and is nobody else's.
    pub(super) fn seal(&self, message: &[u8; MESSAGE_BYTES]) -> Option<String> {
        let nonce = self.nonces.mark::<NONCE_BYTES>(&[message]);
        let payload = Payload { msg: message, aad: &[self.number] };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&[self.number][..], &nonce, &sealed].concat()))
    }

    /// The message, if these are parameters of ours.
    pub(super) fn open(&self, parameters: &str) -> Option<[u8; MESSAGE_BYTES]> {
        if parameters.len() != PARAMETERS_LETTERS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(parameters).ok()?;
        let (number, rest) = bytes.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: &[*number] };
        let opened = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        opened.try_into().ok().filter(|_| *number == self.number)
    }
}

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parameters(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: [u8; 16] = [0xc3; 16];

    #[test]
    fn parameters_are_read_by_their_key_alone_and_say_nothing_to_others() {
        let (ours, theirs) = (Parameters::new(1, &[7; 32]), Parameters::new(1, &[8; 32]));
        let sealed = ours.seal(&MESSAGE).unwrap();
        assert_eq!((sealed.len(), ours.open(&sealed)), (PARAMETERS_LETTERS, Some(MESSAGE)));
        assert_eq!(ours.seal(&MESSAGE).as_ref(), Some(&sealed));
        assert_eq!((theirs.open(&sealed), Parameters::new(2, &[7; 32]).open(&sealed)), (None, None));
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        assert!(!bytes.windows(4).any(|window| window == &MESSAGE[..4]), "the message does not stand in it");
        let next = ours.seal(&[0xc4; 16]).unwrap();
        assert_ne!(next[2..30], sealed[2..30]);
    }

    #[test]
    fn parameters_with_one_changed_letter_are_refused() {
        let parameters = Parameters::new(1, &[7; 32]);
        let sealed = parameters.seal(&MESSAGE).unwrap();
        for position in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(parameters.open(&changed), None, "{position}");
        }
        for text in ["", "AQ", &"A".repeat(76), &"_".repeat(76), &"é".repeat(38)] {
            assert_eq!(parameters.open(text), None, "{text}");
        }
    }
}
