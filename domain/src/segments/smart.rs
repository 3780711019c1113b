//! Typographic letters that the GSM alphabet lacks, made into those it has.

/// The text with quotes, dashes, blanks and dots as a plain keyboard has them, so that it may fit the GSM alphabet. Letters
/// of a language are left alone: `ç` does not become `Ç`.
pub fn smart(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match substitute(letter) {
            Some(other) => plain.push_str(other),
            None => plain.push(letter),
        }
    }
    plain
}

fn substitute(letter: char) -> Option<&'static str> {
    Some(match letter {
        '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' | '`' | '´' => "'",
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => "\"",
        // hyphen, non-breaking hyphen, figure, en and em dash, bar, minus
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '…' => "...",
        '•' | '·' => "*",
        '⁄' => "/",
        // no-break, en to hair, narrow no-break, mathematical and ideographic space
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{2028}' | '\u{2029}' => "\n",
        // soft hyphen, zero-width space, byte order mark; the joiner stays, it holds emoji together
        '\u{ad}' | '\u{200b}' | '\u{feff}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::{Encoding, count};

    #[test]
    fn typography_no_longer_doubles_the_price() {
        let typed = "“Tonight” – it’s\u{a0}5 € off… «now»";
        assert_eq!(count(typed).encoding, Encoding::Ucs2);
        assert_eq!(smart(typed), "\"Tonight\" - it's 5 € off... \"now\"");
        assert_eq!(count(&smart(typed)).encoding, Encoding::Gsm7);
    }

    #[test]
    fn what_has_no_plain_form_stays() {
        for text in ["garçon", "안녕", "👨\u{200d}👩\u{200d}👧", "plain"] {
            assert_eq!(smart(text), text);
        }
    }
}
