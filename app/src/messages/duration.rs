//! How long something took, as people say it.

use crate::i18n::{Texts, texts};

/// `35 ms`, `1.2 s`, `3 min`, `5.1 h`.
pub fn duration_text(milliseconds: i64) -> String {
    in_words(milliseconds, texts())
}

fn in_words(milliseconds: i64, t: &Texts) -> String {
    let milliseconds = milliseconds.max(0);
    let tenths = |unit: i64| {
        let tenths = milliseconds / (unit / 10);
        if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
    };
    match milliseconds {
        0..1_000 => t.timeline.milliseconds(milliseconds),
        1_000..60_000 => t.timeline.seconds(tenths(1_000)),
        60_000..3_600_000 => t.timeline.minutes(tenths(60_000)),
        _ => t.timeline.hours(tenths(3_600_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_duration_has_the_unit_that_fits_and_at_most_one_decimal() {
        let english = Language::English.texts();
        for (milliseconds, text) in [
            (-5, "0 ms"),
            (999, "999 ms"),
            (1_000, "1 s"),
            (1_290, "1.2 s"),
            (59_999, "59.9 s"),
            (90_000, "1.5 min"),
            (18_360_000, "5.1 h"),
        ] {
            assert_eq!(in_words(milliseconds, english), text);
        }
    }
}
