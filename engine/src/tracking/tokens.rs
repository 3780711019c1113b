//! Tokens: what an address in a mail carries to name its message and link. Forty characters of base64url (RFC 4648 §5):
//! key number ‖ message ‖ link number ‖ mark. Not the addresses themselves, and not what happens when one is opened.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use content::SHORT_CODE_LETTERS;
use domain::id::{ConsentRequestId, MessageId};

use super::parameters::Parameters;
use crate::seal::Seal;

const PURPOSE: &[u8] = b"hermod mail token v1\0";
const SHORT: &[u8] = b"hermod short link v1\0";
const PAYLOAD_BYTES: usize = 1 + 16 + 2;
/// 88 bits: the token has 30 bytes, which are 40 letters without a rest.
const MARK_BYTES: usize = 11;
const TOKEN_BYTES: usize = PAYLOAD_BYTES + MARK_BYTES;
/// Length of every token.
pub const TOKEN_LETTERS: usize = 40;

/// What a token is good for; good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The mail was shown.
    Open,
    /// A link was followed.
    Click,
    /// The recipient wants no more.
    Unsubscribe,
    /// The mail as a page.
    Mirror,
    /// The recipient chooses what they want.
    Preferences,
    /// The same on a page of a customer's own; of mails from before its parameters were encrypted.
    Outside,
    /// Whoever was asked agrees; names no message.
    Confirm,
}

impl Purpose {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::Open => b"open\0",
            Self::Click => b"click\0",
            Self::Unsubscribe => b"unsubscribe\0",
            Self::Mirror => b"mirror\0",
            Self::Preferences => b"preferences\0",
            Self::Outside => b"outside\0",
            Self::Confirm => b"confirm\0",
        }
    }
}

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub message: MessageId,
    /// Number of the link in its version; 0 where the purpose has none.
    pub link: u16,
}

/// Makes and checks tokens of one key.
#[derive(Debug, Clone)]
pub struct Tokens {
    number: u8,
    seal: Seal,
    parameters: Parameters,
}

impl Tokens {
    /// `number` is what the token calls the key; never give it to another key.
    pub fn new(number: u8, key: &[u8; 32]) -> Self {
        Self { number, seal: Seal::new(key), parameters: Parameters::new(number, key) }
    }

    /// `target` is where the address that carries the token says it leads: bound to it, so nobody can exchange it. Empty
    /// where the target is looked up by message and link.
    pub fn issue(&self, purpose: Purpose, message: &MessageId, link: u16, target: &str) -> String {
        self.seal(purpose, &message_bytes(message), link, target)
    }

    /// What the link to a customer's own page carries, encrypted.
    pub fn parameters(&self, message: &MessageId) -> String {
        self.parameters.seal(&message_bytes(message)).unwrap_or_default()
    }

    /// The message that such parameters name, if we made them. Mails from before they were encrypted carry a token.
    pub fn of_parameters(&self, parameters: &str) -> Option<MessageId> {
        if parameters.len() == TOKEN_LETTERS {
            return self.check(Purpose::Outside, parameters, "").map(|ticket| ticket.message);
        }
        let (milliseconds, random) = id_parts(&self.parameters.open(parameters)?);
        Some(MessageId::new(milliseconds, random))
    }

    /// By which an opt-in is confirmed.
    pub fn confirmation(&self, request: &ConsentRequestId) -> String {
        self.seal(Purpose::Confirm, &id_bytes(request.as_str()), 0, "")
    }

    /// What is confirmed by a token, if we made it for that.
    pub fn confirmed(&self, token: &str) -> Option<ConsentRequestId> {
        let (payload, _) = self.opened(Purpose::Confirm, token, "")?;
        let (milliseconds, random) = id_parts(&id_of(&payload));
        Some(ConsentRequestId::new(milliseconds, random))
    }

    fn seal(&self, purpose: Purpose, id: &[u8; 16], link: u16, target: &str) -> String {
        let mut token = [0; TOKEN_BYTES];
        token[0] = self.number;
        token[1..17].copy_from_slice(id);
        token[17..PAYLOAD_BYTES].copy_from_slice(&link.to_be_bytes());
        let mark = self.seal.mark::<MARK_BYTES>(&pieces(purpose, &token[..PAYLOAD_BYTES], target));
        token[PAYLOAD_BYTES..].copy_from_slice(&mark);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The code of a short link: 62^10 of them, of which none says anything to others. The same link of a message that leads
    /// to the same place has the same code.
    pub fn short_code(&self, message: &MessageId, link: u16, target: &str) -> String {
        const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let message = message_bytes(message);
        let mark = self.seal.mark::<8>(&[SHORT, &message, &link.to_be_bytes(), target.as_bytes()]);
        let mut rest = u64::from_be_bytes(mark);
        let mut next = || {
            let letter = LETTERS[usize::try_from(rest % 62).unwrap_or_default()];
            rest /= 62;
            char::from(letter)
        };
        std::iter::repeat_with(&mut next).take(SHORT_CODE_LETTERS).collect()
    }

    /// What the token says, if we made it for this purpose and this target.
    pub fn check(&self, purpose: Purpose, token: &str, target: &str) -> Option<Ticket> {
        let (payload, link) = self.opened(purpose, token, target)?;
        let (milliseconds, random) = id_parts(&id_of(&payload));
        Some(Ticket { message: MessageId::new(milliseconds, random), link })
    }

    /// Did we make it for this purpose, bound to no target?
    pub fn is_token(&self, purpose: Purpose, token: &str) -> bool {
        self.opened(purpose, token, "").is_some()
    }

    fn opened(&self, purpose: Purpose, token: &str, target: &str) -> Option<([u8; PAYLOAD_BYTES], u16)> {
        if token.len() != TOKEN_LETTERS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (payload, mark) = bytes.split_first_chunk::<PAYLOAD_BYTES>()?;
        let mark: &[u8; MARK_BYTES] = mark.try_into().ok()?;
        let is_ours = payload[0] == self.number && self.seal.is_mark(&pieces(purpose, payload, target), mark);
        is_ours.then(|| (*payload, u16::from_be_bytes([payload[17], payload[18]])))
    }
}

/// The payload has a fixed length, so what follows it can only be the target.
fn pieces<'a>(purpose: Purpose, payload: &'a [u8], target: &'a str) -> [&'a [u8]; 4] {
    [PURPOSE, purpose.word(), payload, target.as_bytes()]
}

/// The 128 bits behind the 26 letters of an id (`domain::id::time_ordered`).
fn message_bytes(message: &MessageId) -> [u8; 16] {
    id_bytes(message.as_str())
}

fn id_bytes(id: &str) -> [u8; 16] {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let digit = |letter| ALPHABET.iter().position(|known| *known == letter).unwrap_or_default();
    let letters = id.bytes().skip_while(|letter| *letter != b'_').skip(1);
    letters.fold(0u128, |bits, letter| bits << 5 | digit(letter) as u128).to_be_bytes()
}

fn id_of(payload: &[u8; PAYLOAD_BYTES]) -> [u8; 16] {
    std::array::from_fn(|position| payload[1 + position])
}

fn id_parts(id: &[u8; 16]) -> (u64, [u8; 10]) {
    let milliseconds = id[..6].iter().fold(0u64, |all, byte| all << 8 | u64::from(*byte));
    (milliseconds, std::array::from_fn(|position| id[6 + position]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Purpose; 7] = [
        Purpose::Open,
        Purpose::Click,
        Purpose::Unsubscribe,
        Purpose::Mirror,
        Purpose::Preferences,
        Purpose::Outside,
        Purpose::Confirm,
    ];

    fn tokens() -> Tokens {
        Tokens::new(1, &[7; 32])
    }

    fn message() -> MessageId {
        MessageId::new(1_796_115_600_007, [0xc3; 10])
    }

    #[test]
    fn a_token_says_which_message_and_which_link() {
        for (message, link) in [(message(), 0), (MessageId::new(0, [0; 10]), 1), (MessageId::new(7, [255; 10]), 65_535)]
        {
            let token = tokens().issue(Purpose::Click, &message, link, "");
            assert_eq!(token.len(), TOKEN_LETTERS);
            assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{token}");
            assert_eq!(tokens().check(Purpose::Click, &token, ""), Some(Ticket { message, link }));
        }
    }

    #[test]
    fn a_token_is_good_for_its_purpose_alone() {
        for made in ALL {
            let token = tokens().issue(made, &message(), 3, "");
            for used in ALL {
                assert_eq!(tokens().check(used, &token, "").is_some(), made == used, "{made:?} as {used:?}");
            }
        }
    }

    #[test]
    fn a_confirmation_names_what_is_confirmed_and_is_good_for_nothing_else() {
        let request = ConsentRequestId::new(1_796_115_600_007, [0xc3; 10]);
        let token = tokens().confirmation(&request);
        assert_eq!((token.len(), tokens().confirmed(&token)), (TOKEN_LETTERS, Some(request)));
        assert_eq!(tokens().check(Purpose::Unsubscribe, &token, ""), None);
        assert_eq!(tokens().confirmed(&tokens().issue(Purpose::Unsubscribe, &message(), 0, "")), None);
    }

    #[test]
    fn the_parameters_of_a_page_name_their_message_also_in_mails_from_before_they_were_encrypted() {
        let parameters = tokens().parameters(&message());
        assert_eq!(tokens().of_parameters(&parameters), Some(message()));
        let before = tokens().issue(Purpose::Outside, &message(), 0, "");
        assert_eq!(tokens().of_parameters(&before), Some(message()));
        assert_eq!(tokens().of_parameters(&tokens().issue(Purpose::Preferences, &message(), 0, "")), None);
        assert!(ALL.iter().all(|purpose| tokens().check(*purpose, &parameters, "").is_none()));
    }

    #[test]
    fn a_link_whose_target_was_exchanged_leads_nowhere() {
        let token = tokens().issue(Purpose::Click, &message(), 3, "https://shop.example/a");
        assert!(tokens().check(Purpose::Click, &token, "https://shop.example/a").is_some());
        for exchanged in ["https://evil.example/", "", "https://shop.example/a "] {
            assert_eq!(tokens().check(Purpose::Click, &token, exchanged), None, "{exchanged}");
        }
    }

    #[test]
    fn a_token_with_one_changed_letter_is_refused() {
        let token = tokens().issue(Purpose::Open, &message(), 0, "");
        for position in 0..TOKEN_LETTERS {
            let mut bytes = token.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            assert_eq!(tokens().check(Purpose::Open, &String::from_utf8(bytes).unwrap(), ""), None, "{position}");
        }
    }

    #[test]
    fn a_short_code_says_nothing_and_is_the_same_for_the_same_link() {
        let code = |link: u16, target: &str| tokens().short_code(&message(), link, target);
        let first = code(1, "https://shop.example/a");
        assert!(first.len() == SHORT_CODE_LETTERS && first.bytes().all(|b| b.is_ascii_alphanumeric()), "{first}");
        assert_eq!(code(1, "https://shop.example/a"), first);
        let others = [code(2, "https://shop.example/a"), code(1, "https://shop.example/b")];
        assert!(!others.contains(&first) && others[0] != others[1]);
        assert_ne!(Tokens::new(1, &[8; 32]).short_code(&message(), 1, "https://shop.example/a"), first);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", "AQ", &"_".repeat(40), &"A".repeat(40), &"é".repeat(20), &"%".repeat(40)] {
            assert_eq!(tokens().check(Purpose::Click, text, ""), None, "{text}");
        }
    }
}
