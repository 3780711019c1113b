//! Character references of HTML (Living Standard §13.5) as they stand in addresses: the five of XML, and numbers. Not the
//! two thousand others: no address needs them.

use std::borrow::Cow;

/// Bytes of the longest name that is read.
const LONGEST: usize = 8;

/// The text with its references read; what is none stays as it is.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        // No further than a name is long: a text of nothing but `&` is read once.
        let window = after.get(..after.floor_char_boundary(LONGEST + 1)).unwrap_or_default();
        let reference =
            window.split_once(';').and_then(|(name, _)| Some((letter(name)?, after.get(name.len() + 1..)?)));
        rest = match reference {
            Some((letter, behind)) => {
                decoded.push(letter);
                behind
            }
            None => {
                decoded.push('&');
                after
            }
        };
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn letter(name: &str) -> Option<char> {
    match name {
        "amp" | "AMP" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => {}
    }
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|letter| !letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::super::Garbage;
    use super::*;

    #[test]
    fn references_in_an_address_are_read_and_all_else_stays() {
        for (written, meant) in [
            ("https://x/?a=1&amp;b=2&c=3", "https://x/?a=1&b=2&c=3"),
            ("&lt;&gt;&quot;&apos;&#39;&#x2F;&#X41;", "<>\"''/A"),
            ("&amp;amp;", "&amp;"),
            ("&copy;&nosuch;&;&#;&#x;&#99999999;&#10;&", "&copy;&nosuch;&;&#;&#x;&#99999999;&#10;&"),
        ] {
            assert_eq!(decode(written), meant);
        }
    }

    #[test]
    fn garbage_does_no_harm() {
        let mut garbage = Garbage(11);
        for _ in 0..2_000 {
            let text = garbage.text(&["&", "amp", ";", "#", "x", "é", "110000", "&#xD800;"], 10);
            assert!(decode(&text).len() <= text.len());
        }
    }
}
