use super::*;

/// Text, encoding, parts, units used, units left, per part.
type Row = (String, Encoding, usize, usize, usize, usize);

#[test]
fn the_counter_is_right_at_every_border() {
    use Encoding::{Gsm7, Ucs2};
    let rows: [Row; 18] = [
        (String::new(), Gsm7, 1, 0, 160, 160),
        ("a".repeat(160), Gsm7, 1, 160, 0, 160),
        ("a".repeat(161), Gsm7, 2, 161, 145, 153),
        ("a".repeat(306), Gsm7, 2, 306, 0, 153),
        ("a".repeat(307), Gsm7, 3, 307, 152, 153),
        ("a".repeat(459), Gsm7, 3, 459, 0, 153),
        ("€".repeat(80), Gsm7, 1, 160, 0, 160),
        // 76 pairs fill 152 septets; the 77th would be torn
        ("€".repeat(81), Gsm7, 2, 162, 143, 153),
        ("€".repeat(153), Gsm7, 3, 306, 151, 153),
        (format!("{}{{{}", "a".repeat(152), "b".repeat(20)), Gsm7, 2, 174, 131, 153),
        ("é".repeat(160), Gsm7, 1, 160, 0, 160),
        ("ж".repeat(70), Ucs2, 1, 70, 0, 70),
        ("ж".repeat(71), Ucs2, 2, 71, 63, 67),
        ("ж".repeat(134), Ucs2, 2, 134, 0, 67),
        ("ж".repeat(135), Ucs2, 3, 135, 66, 67),
        ("😀".repeat(35), Ucs2, 1, 70, 0, 70),
        ("😀".repeat(36), Ucs2, 2, 72, 61, 67),
        (format!("{}😀{}", "ж".repeat(66), "ж".repeat(10)), Ucs2, 2, 78, 55, 67),
    ];
    for (text, encoding, parts, units_used, units_left, per_part) in rows {
        let first_foreign = if encoding == Gsm7 { None } else { text.chars().next() };
        let expected = Segments { encoding, parts, units_used, units_left, per_part, first_foreign };
        assert_eq!(count(&text), expected, "{text}");
        assert_eq!(split(&text).len(), parts, "{text}");
    }
}

#[test]
fn one_foreign_letter_is_named_and_makes_the_whole_text_dear() {
    let counted = count("Un garçon, une “fille”");
    assert_eq!((counted.encoding, counted.first_foreign), (Encoding::Ucs2, Some('ç')));
    assert_eq!(count("ÇA VA £5 @ {home}").encoding, Encoding::Gsm7);
}

#[test]
fn an_escape_is_never_torn_from_its_letter() {
    let text = format!("{}€{}", "a".repeat(152), "b".repeat(200));
    let parts = split(&text);
    assert_eq!(parts[0], "a".repeat(152));
    assert!(parts[1].starts_with('€'));
    for part in parts {
        let octets = encode_gsm(part).unwrap();
        assert!(octets.len() <= 153 && octets.last() != Some(&0x1B));
    }
}

#[test]
fn an_emoji_at_the_border_goes_whole_into_the_next_part() {
    let text = format!("{}😀{}", "ж".repeat(66), "ж".repeat(66));
    let parts = split(&text);
    assert_eq!(parts.iter().map(|part| part.encode_utf16().count()).collect::<Vec<_>>(), [66, 67, 1]);
    assert!(parts[1].starts_with('😀'));
}

#[test]
fn the_parts_together_are_the_text() {
    let seeds = ["a", "€", "😀", "ж", "[a]", "e\u{301}", "\r\n"];
    for seed in seeds {
        for length in [0, 1, 52, 53, 66, 67, 68, 69, 70, 71, 76, 77, 133, 134, 135, 152, 153, 154, 160, 161, 500] {
            let text = format!("{}{}", "a".repeat(length % 7), seed.repeat(length));
            let parts = split(&text);
            assert_eq!(parts.concat(), text);
            let limit = count(&text).per_part;
            assert!(parts.iter().all(|part| units(part, Encoding::of(&text)) <= limit));
        }
    }
}
