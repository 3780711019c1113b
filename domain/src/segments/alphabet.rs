//! The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1 and §6.2.1.1), one septet in an octet, and
//! UCS-2 (in truth UTF-16) with the high octet first.

/// By septet. Position 0x1B is the escape to the extension table and no letter.
const BASE: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// What follows an escape.
const EXTENSION: [(char, u8); 10] = [
    ('\u{c}', 0x0A),
    ('^', 0x14),
    ('{', 0x28),
    ('}', 0x29),
    ('\\', 0x2F),
    ('[', 0x3C),
    ('~', 0x3D),
    (']', 0x3E),
    ('|', 0x40),
    ('€', 0x65),
];

const ESCAPE: u8 = 0x1B;

/// A letter in the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Septet {
    pub code: u8,
    /// Written after an escape, so two septets long.
    pub is_extended: bool,
}

/// How a letter is written, when it can be.
pub(super) fn septet(letter: char) -> Option<Septet> {
    let base = |code| Some(Septet { code, is_extended: false });
    match letter {
        '\u{1b}' => None,
        '$' => base(0x02),
        // the same as in ASCII
        ' '..='?' | 'A'..='Z' | 'a'..='z' => base(u8::try_from(letter).ok()?),
        _ => match EXTENSION.iter().find(|(extended, _)| *extended == letter) {
            Some(&(_, code)) => Some(Septet { code, is_extended: true }),
            None => base(u8::try_from(BASE.chars().position(|known| known == letter)?).ok()?),
        },
    }
}

/// One octet for each septet; `None` when a letter is foreign.
pub fn encode_gsm(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let septet = septet(letter)?;
        if septet.is_extended {
            octets.push(ESCAPE);
        }
        octets.push(septet.code);
    }
    Some(octets)
}

/// Reads octets of one septet each. An escape before a code that the extension table lacks gives the letter of the base
/// table, as §6.2.1.1 asks; octets above 0x7F give U+FFFD.
pub fn decode_gsm(octets: &[u8]) -> String {
    let base: Vec<char> = BASE.chars().collect();
    let mut text = String::with_capacity(octets.len());
    let mut is_escaped = false;
    for &octet in octets {
        if octet == ESCAPE && !is_escaped {
            is_escaped = true;
            continue;
        }
        let extended = EXTENSION.iter().find(|(_, code)| is_escaped && *code == octet).map(|&(letter, _)| letter);
        let letter = extended.or_else(|| base.get(usize::from(octet)).copied()).unwrap_or('\u{fffd}');
        text.push(if letter == '\u{1b}' { ' ' } else { letter });
        is_escaped = false;
    }
    text
}

/// Two octets for each unit, the high one first.
pub fn encode_ucs2(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Reads two octets for each unit; half a surrogate pair gives U+FFFD, an odd octet at the end nothing.
pub fn decode_ucs2(octets: &[u8]) -> String {
    let units = octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_both_tables_comes_back_as_it_went() {
        assert_eq!(BASE.chars().count(), 128);
        let letters: String = BASE
            .chars()
            .filter(|&letter| letter != '\u{1b}')
            .chain(EXTENSION.iter().map(|(letter, _)| *letter))
            .collect();
        let octets = encode_gsm(&letters).unwrap();
        assert_eq!(octets.len(), 127 + 2 * 10);
        assert_eq!(decode_gsm(&octets), letters);
    }

    #[test]
    fn the_known_codes_are_where_the_standard_puts_them() {
        assert_eq!(encode_gsm("@$_£€{§¡à").unwrap(), [0, 2, 0x11, 1, 0x1B, 0x65, 0x1B, 0x28, 0x5F, 0x40, 0x7F]);
        for foreign in ["ç", "`", "ê", "\t", "\u{1b}", "Ё", "😀", "“"] {
            assert_eq!(encode_gsm(foreign), None, "{foreign:?}");
        }
    }

    #[test]
    fn broken_octets_give_a_text_all_the_same() {
        assert_eq!(decode_gsm(&[0x1B, b'a', 0x80, 0x1B, 0x1B, 0x1B]), "a\u{fffd} ");
        assert_eq!(encode_ucs2("é😀"), [0x00, 0xE9, 0xD8, 0x3D, 0xDE, 0x00]);
        assert_eq!(decode_ucs2(&[0x00, 0xE9, 0xD8, 0x3D, 0xDE, 0x00]), "é😀");
        assert_eq!(decode_ucs2(&[0xD8, 0x3D, 0x00, 0x41, 0x00]), "\u{fffd}A");
    }
}
