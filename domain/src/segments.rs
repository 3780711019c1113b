//! How many short messages a text becomes, and where it is cut. One short message carries 140 octets: 160 septets of the
//! GSM alphabet or 70 UTF-16 units; each part of a longer text gives six octets to the header that joins them again, which
//! leaves 153 or 67 (3GPP TS 23.040 §9.2.3.24.1). Needs nothing but `std`.

mod alphabet;
mod smart;
#[cfg(test)]
mod tests;

pub use alphabet::{decode_gsm, decode_ucs2, encode_gsm, encode_ucs2};
pub use smart::smart;

/// How the letters of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1); a unit is a septet.
    Gsm7,
    /// Everything else; a unit is two octets.
    Ucs2,
}

impl Encoding {
    /// What a text needs: one foreign letter makes all of it UCS-2.
    pub fn of(text: &str) -> Self {
        if first_foreign(text).is_none() { Self::Gsm7 } else { Self::Ucs2 }
    }

    /// Units in a message that is alone.
    const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Units in each part of a longer one.
    const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// Units of one letter.
    fn cost(self, letter: char) -> usize {
        match self {
            Self::Gsm7 => alphabet::septet(letter).map_or(1, |septet| 1 + usize::from(septet.is_extended)),
            Self::Ucs2 => letter.len_utf16(),
        }
    }
}

/// What a text comes to, for the counter beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segments {
    pub encoding: Encoding,
    /// At least one, also for an empty text.
    pub parts: usize,
    /// Of the whole text.
    pub units_used: usize,
    /// In the last part.
    pub units_left: usize,
    /// 160 or 70 while there is one part, 153 or 67 from the second on.
    pub per_part: usize,
    /// The first letter that is not in the GSM alphabet, and so the one to blame for UCS-2.
    pub first_foreign: Option<char>,
}

/// The first letter that the GSM alphabet lacks.
pub fn first_foreign(text: &str) -> Option<char> {
    text.chars().find(|&letter| alphabet::septet(letter).is_none())
}

/// Counts a text.
pub fn count(text: &str) -> Segments {
    let first_foreign = first_foreign(text);
    let encoding = if first_foreign.is_none() { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let units_used = units(text, encoding);
    let per_part = per_part(units_used, encoding);
    let (parts, in_last) = walk(text, encoding, per_part, |_| ());
    Segments { encoding, parts, units_used, units_left: per_part - in_last, per_part, first_foreign }
}

/// Cuts a text into its parts; never between an escape and its letter, nor within a surrogate pair.
pub fn split(text: &str) -> Vec<&str> {
    split_as(text, Encoding::of(text))
}

/// Cuts a text that is to be written so, whatever it needs.
pub fn split_as(text: &str, encoding: Encoding) -> Vec<&str> {
    let per_part = per_part(units(text, encoding), encoding);
    let mut starts = vec![0];
    walk(text, encoding, per_part, |at| starts.push(at));
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
}

fn units(text: &str, encoding: Encoding) -> usize {
    text.chars().map(|letter| encoding.cost(letter)).sum()
}

fn per_part(units: usize, encoding: Encoding) -> usize {
    if units <= encoding.alone() { encoding.alone() } else { encoding.joined() }
}

/// Fills part after part with whole letters and tells where each further part starts; returns how many parts there are and
/// how many units are in the last.
fn walk(text: &str, encoding: Encoding, per_part: usize, mut starts: impl FnMut(usize)) -> (usize, usize) {
    let (mut parts, mut used) = (1, 0);
    for (at, letter) in text.char_indices() {
        let cost = encoding.cost(letter);
        if used + cost > per_part {
            starts(at);
            parts += 1;
            used = 0;
        }
        used += cost;
    }
    (parts, used)
}
