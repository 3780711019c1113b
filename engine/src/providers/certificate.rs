//! The RSA key of an X.509 certificate, and nothing else of it: who trusts the certificate is settled by where it came from.
//!
//! DER is read as tag, length, content (ITU-T X.690 §8.1, §10.1); the way to the key is that of RFC 5280 §4.1. Anything that
//! does not fit ends the reading.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// The version, which an old certificate leaves out.
const VERSION: u8 = 0xa0;
/// `rsaEncryption`, 1.2.840.113549.1.1.1, as tag, length and content.
const RSA_ENCRYPTION: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// No certificate of Amazon's is longer.
const CERTIFICATE_MAX: usize = 64 * 1024;

/// The `RSAPublicKey` (RFC 8017 §A.1.1) of the first certificate of a PEM text, in DER.
pub fn rsa_public_key(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.get(..CERTIFICATE_MAX.min(pem.len()))?.split_once("-----BEGIN CERTIFICATE-----")?;
    let (encoded, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let encoded: String = encoded.split_ascii_whitespace().collect();
    rsa_key_of(&STANDARD.decode(encoded).ok()?)
}

/// Certificate → its to-be-signed part → past version, serial number, algorithm, issuer, validity, subject → the key.
fn rsa_key_of(certificate: &[u8]) -> Option<Vec<u8>> {
    let (mut certificate, _) = take(certificate, SEQUENCE)?;
    let mut signed = next(&mut certificate, SEQUENCE)?;
    if signed.first() == Some(&VERSION) {
        next(&mut signed, VERSION)?;
    }
    for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        next(&mut signed, tag)?;
    }
    let mut info = next(&mut signed, SEQUENCE)?;
    let algorithm = next(&mut info, SEQUENCE)?;
    let (unused_bits, key) = next(&mut info, BIT_STRING)?.split_first()?;
    (algorithm.starts_with(RSA_ENCRYPTION) && *unused_bits == 0).then(|| key.to_vec())
}

/// The content of the element at the front of `input`, which moves behind it.
fn next<'a>(input: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (content, rest) = take(input, tag)?;
    *input = rest;
    Some(content)
}

/// Content of the element at the front, and what comes after it; nothing when the tag is another or the length is longer than
/// what is there.
fn take(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, input) = input.split_first()?;
    let (first, input) = input.split_first()?;
    if *found != tag {
        return None;
    }
    let (length, input) = match first {
        0..=0x7f => (usize::from(*first), input),
        0x81..=0x83 => {
            let (bytes, input) = input.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), input)
        }
        _ => return None,
    };
    input.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `openssl req -x509 -newkey rsa:2048`.
    const PEM: &str = include_str!("fixtures/sns_certificate.pem");

    #[test]
    fn the_key_of_a_certificate_is_the_one_that_openssl_shows() {
        // openssl x509 -pubkey -noout | openssl rsa -pubin -RSAPublicKey_out -outform der | base64
        let expected = include_str!("fixtures/sns_public_key.txt").trim();
        assert_eq!(STANDARD.encode(rsa_public_key(PEM).unwrap()), expected);
    }

    #[test]
    fn a_key_of_another_kind_is_not_taken_for_an_rsa_key() {
        assert_eq!(rsa_public_key(include_str!("fixtures/ec_certificate.pem")), None);
    }

    #[test]
    fn a_broken_certificate_is_refused_and_never_panics() {
        let encoded: String = PEM.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(encoded).unwrap();
        for cut in 0..der.len() {
            let _ = rsa_key_of(&der[..cut]);
            for byte in [0x00, 0x7f, 0x80, 0x83, 0x84, 0xff] {
                let mut hostile = der.clone();
                hostile[cut] = byte;
                let _ = rsa_key_of(&hostile);
            }
        }
        assert_eq!(rsa_key_of(&[0x30, 0x83, 0xff, 0xff, 0xff]), None);
        for pem in ["", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----é-----END CERTIFICATE-----"] {
            assert_eq!(rsa_public_key(pem), None, "{pem}");
        }
        assert_eq!(rsa_public_key(&"é".repeat(CERTIFICATE_MAX)), None);
        assert_eq!(rsa_public_key(&format!("-{}", "é".repeat(CERTIFICATE_MAX))), None);
    }
}
