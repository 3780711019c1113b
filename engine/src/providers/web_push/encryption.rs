//! Encryption of a web push message for one browser: RFC 8291 over the content coding `aes128gcm` of RFC 8188.

use domain::Fault;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

/// Length of a public key on P-256: 0x04, x, y.
pub const PUBLIC_KEY_BYTES: usize = 65;

/// Length of the secret that a browser adds (RFC 8291 §3.2).
pub const AUTH_BYTES: usize = 16;

/// What encryption adds: salt, record size, length of key, key (RFC 8188 §2.1); then the delimiter of the last record and
/// the tag of AES-GCM.
pub const OVERHEAD_BYTES: usize = 16 + 4 + 1 + PUBLIC_KEY_BYTES + 1 + 16;

/// All is one record; the number only has to be large enough for it (RFC 8291 §4).
const RECORD_BYTES: u32 = 4_096;

/// The keys of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// `p256dh`.
    pub public: [u8; PUBLIC_KEY_BYTES],
    /// `auth`.
    pub auth: [u8; AUTH_BYTES],
}

/// The body of the request. A new key and salt are made each time.
pub fn encrypt(subscriber: &Subscriber, text: &[u8]) -> Result<Vec<u8>, Fault> {
    let random = SystemRandom::new();
    let no_random = |_| Fault::new("", "not_encrypted", "The notification could not be encrypted.");
    let mut salt = [0; 16];
    random.fill(&mut salt).map_err(no_random)?;
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &random).map_err(no_random)?;
    let public = private.compute_public_key().map_err(no_random)?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, subscriber.public);
    let sealed =
        agree_ephemeral(private, &theirs, |secret| Keys::new(secret, subscriber, public.as_ref(), salt).seal(text));
    sealed.ok().flatten().ok_or_else(|| {
        Fault::new(
            "token",
            "bad_subscription",
            "The subscription has a key that is none; the browser must subscribe anew.",
        )
    })
}

/// What follows from the shared secret (RFC 8291 §3.4).
struct Keys {
    salt: [u8; 16],
    sender_public: Vec<u8>,
    content_key: Vec<u8>,
    nonce: Vec<u8>,
}

impl Keys {
    fn new(secret: &[u8], subscriber: &Subscriber, sender_public: &[u8], salt: [u8; 16]) -> Self {
        let input = input_key(secret, subscriber, sender_public);
        let key = extract(&salt, &input);
        Self {
            salt,
            sender_public: sender_public.to_vec(),
            content_key: expand(&key, b"Content-Encoding: aes128gcm\0", 16),
            nonce: expand(&key, b"Content-Encoding: nonce\0", 12),
        }
    }

    /// Header and the only record. There is only one, so its nonce is the first one as it is (RFC 8188 §2.3).
    fn seal(&self, text: &[u8]) -> Option<Vec<u8>> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &self.content_key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&self.nonce).ok()?;
        let mut record = [text, &[2]].concat();
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record).ok()?;
        let mut body = self.salt.to_vec();
        body.extend(RECORD_BYTES.to_be_bytes());
        body.push(u8::try_from(self.sender_public.len()).ok()?);
        body.extend(&self.sender_public);
        body.extend(record);
        Some(body)
    }
}

/// IKM: the shared secret, bound to both keys and to the browser's own secret.
fn input_key(secret: &[u8], subscriber: &Subscriber, sender_public: &[u8]) -> Vec<u8> {
    let info = [b"WebPush: info\0", subscriber.public.as_slice(), sender_public].concat();
    expand(&extract(&subscriber.auth, secret), &info, 32)
}

/// HKDF-Extract with SHA-256 (RFC 5869 §2.2).
fn extract(salt: &[u8], input: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), input)
}

/// HKDF-Expand with SHA-256 (RFC 5869 §2.3) for at most 32 bytes, which is its first round.
fn expand(key: &hmac::Tag, info: &[u8], length: usize) -> Vec<u8> {
    let mut output =
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()), &[info, &[1]].concat()).as_ref().to_vec();
    output.truncate(length);
    output
}

#[cfg(test)]
mod tests {
    use super::super::super::jwt::{base64url, read_base64url};
    use super::*;

    // RFC 8291 §5 and appendix A.
    const TEXT: &[u8] = b"When I grow up, I want to be a watermelon";
    const SENDER: &str = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    const SECRET: &str = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs";
    const SALT: &str = "DGv6ra1nlYgDCS1FRnbzlw";

    fn bytes(text: &str) -> Vec<u8> {
        read_base64url(text).unwrap()
    }

    fn browser() -> Subscriber {
        let public = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        Subscriber {
            public: bytes(public).try_into().unwrap(),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap(),
        }
    }

    #[test]
    fn every_key_on_the_way_is_the_one_of_the_rfc() {
        let first = extract(&browser().auth, &bytes(SECRET));
        assert_eq!(base64url(first.as_ref()), "Snr3JMxaHVDXHWJn5wdC52WjpCtd2EIEGBykDcZW32k");
        let input = input_key(&bytes(SECRET), &browser(), &bytes(SENDER));
        assert_eq!(base64url(&input), "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg");
        let second = extract(&bytes(SALT), &input);
        assert_eq!(base64url(second.as_ref()), "09_eUZGrsvxChDCGRCdkLiDXrReGOEVeSCdCcPBSJSc");
        let keys = Keys::new(&bytes(SECRET), &browser(), &bytes(SENDER), bytes(SALT).try_into().unwrap());
        assert_eq!(base64url(&keys.content_key), "oIhVW04MRdy2XN9CiKLxTg");
        assert_eq!(base64url(&keys.nonce), "4h_95klXJ5E_qnoN");
    }

    #[test]
    fn the_whole_body_is_the_one_of_the_rfc() {
        let keys = Keys::new(&bytes(SECRET), &browser(), &bytes(SENDER), bytes(SALT).try_into().unwrap());
        let expected = [
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3",
            "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        ];
        assert_eq!(base64url(&keys.seal(TEXT).unwrap()), expected.concat());
    }

    #[test]
    fn two_messages_to_one_browser_have_nothing_in_common_but_their_length() {
        let (one, two) = (encrypt(&browser(), TEXT).unwrap(), encrypt(&browser(), TEXT).unwrap());
        assert_eq!((one.len(), two.len()), (TEXT.len() + OVERHEAD_BYTES, TEXT.len() + OVERHEAD_BYTES));
        assert_ne!(one[..16], two[..16]);
        assert_ne!(one[86..], two[86..]);
    }

    #[test]
    fn a_key_that_is_no_point_of_the_curve_is_a_fault() {
        let hostile = Subscriber { public: [4; PUBLIC_KEY_BYTES], ..browser() };
        assert_eq!(encrypt(&hostile, TEXT).unwrap_err().code, "bad_subscription");
    }
}
