//! Return paths: each mail has its own, so that whatever comes back to it names the message (VERP, RFC 5321 §3.6.3 and
//! §4.4 allow any return path). Not the reading of what comes back: that is `bounce`.

use domain::id::MessageId;
use subtle::ConstantTimeEq as _;

use crate::seal::Seal;

/// In lower case, because relays may fold the case of a local part (RFC 5321 §2.4 asks them not to).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const PREFIX: &str = "b+";
const PURPOSE: &[u8] = b"hermod return path v1\0";
/// 80 bits are 16 letters without a rest.
const MARK_BYTES: usize = 10;
const MARK_LETTERS: usize = 16;

/// Makes and reads the addresses `b+<message id>.<mark>@<domain>`.
#[derive(Debug, Clone)]
pub struct ReturnPaths(Seal);

impl ReturnPaths {
    /// With a key that serves nothing else.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Seal::new(key))
    }

    /// The return path of a message: 49 characters before the `@` (64 are allowed, RFC 5321 §4.5.3.1.1).
    pub fn address(&self, message: &MessageId, domain: &str) -> String {
        format!("{PREFIX}{message}.{}@{domain}", self.mark(message))
    }

    /// The message whose return path this is, in any case and with or without angle brackets; `None` when we never made it.
    pub fn message(&self, address: &str) -> Option<MessageId> {
        let (local, _) = address.trim().trim_start_matches('<').rsplit_once('@')?;
        if local.len() > 64 {
            return None;
        }
        let local = local.to_ascii_lowercase();
        let (id, mark) = local.strip_prefix(PREFIX)?.rsplit_once('.')?;
        let message: MessageId = id.parse().ok()?;
        let is_ours = bool::from(self.mark(&message).as_bytes().ct_eq(mark.as_bytes()));
        is_ours.then_some(message)
    }

    fn mark(&self, message: &MessageId) -> String {
        let bytes = self.0.mark::<MARK_BYTES>(&[PURPOSE, message.as_str().as_bytes()]);
        let bits = bytes.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |digit: usize| char::from(ALPHABET[usize::try_from(bits >> (5 * digit) & 31).unwrap_or_default()]);
        (0..MARK_LETTERS).rev().map(letter).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Garbage;
    use super::*;

    fn paths() -> ReturnPaths {
        ReturnPaths::new(&[7; 32])
    }

    fn message() -> MessageId {
        MessageId::new(1_796_115_600_007, [0xa7; 10])
    }

    #[test]
    fn a_return_path_names_its_message_even_in_capitals_and_brackets() {
        let address = paths().address(&message(), "bounces.example.com");
        for shape in [address.clone(), address.to_uppercase(), format!(" <{address}> ")] {
            assert_eq!(paths().message(&shape), Some(message()), "{shape}");
        }
    }

    #[test]
    fn a_return_path_is_an_address_that_every_relay_takes() {
        let address = paths().address(&message(), "bounces.example.com");
        let (local, _) = address.split_once('@').unwrap();
        assert_eq!(local.len(), 49);
        assert!(local.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+._".contains(&b)), "{local}");
        assert!(address.parse::<domain::address::EmailAddress>().is_ok());
    }

    #[test]
    fn a_forged_return_path_names_nothing() {
        let address = paths().address(&message(), "example.com");
        let other = paths().address(&MessageId::new(1, [1; 10]), "example.com");
        let (_, mark) = other.rsplit_once('.').unwrap_or_default();
        let borrowed = format!("b+{}.{mark}", message());
        let cut = address.replace("@example.com", "").split_at(48).0.to_owned() + "@example.com";
        for forged in [borrowed.as_str(), &cut, &address.replace("b+", "c+"), "b+.@example.com", "b+@", "@", ""] {
            assert_eq!(paths().message(forged), None, "{forged}");
        }
        assert_eq!(ReturnPaths::new(&[8; 32]).message(&address), None);
    }

    #[test]
    fn a_changed_letter_anywhere_before_the_domain_is_noticed() {
        let address = paths().address(&message(), "example.com");
        for position in 0..49 {
            let mut bytes = address.clone().into_bytes();
            bytes[position] = if bytes[position] == b'z' { b'y' } else { b'z' };
            assert_eq!(paths().message(&String::from_utf8(bytes).unwrap()), None, "{position}");
        }
    }

    #[test]
    fn garbage_names_nothing() {
        let mut garbage = Garbage(3);
        for _ in 0..2_000 {
            let text = garbage.text(&["b+", "msg_", "01k", ".", "@", "<", ">", "é", "0000000000000000"], 8);
            assert_eq!(paths().message(&text), None, "{text}");
        }
    }
}
