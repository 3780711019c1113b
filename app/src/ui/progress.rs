//! How far a file is that is being read.

use leptos::prelude::*;

use super::file_size;
use crate::i18n::{Texts, texts};

/// What was read of a file so far, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileProgress {
    pub bytes: i64,
    /// Of the whole, as far as it is known.
    pub total_bytes: Option<i64>,
    pub rows: i64,
    pub rows_per_second: i64,
}

impl FileProgress {
    /// How long it takes from here, when what is left is like what was read; `None`: it cannot be told.
    pub fn seconds_left(self) -> Option<i64> {
        let left = i128::from(self.total_bytes?.saturating_sub(self.bytes).max(0));
        let (bytes, rows) = (i128::from(self.bytes), i128::from(self.rows));
        if bytes <= 0 || rows <= 0 || self.rows_per_second <= 0 {
            return None;
        }
        let rows_left = rows * left / bytes;
        i64::try_from(rows_left / i128::from(self.rows_per_second)).ok()
    }
}

/// A bar named `name`, how much was read, and how long it still takes.
#[component]
pub fn ProgressBar(name: String, progress: FileProgress) -> impl IntoView {
    let t = texts();
    let size = |bytes: i64| file_size(u64::try_from(bytes).unwrap_or_default());
    let FileProgress { bytes, total_bytes, .. } = progress;
    let bar = total_bytes.map(|total| {
        view! { <progress max=total.max(1).to_string() value=bytes.min(total).to_string() aria-label=name></progress> }
    });
    let read = total_bytes.map_or_else(|| size(bytes), |total| t.progress.read_of(size(bytes), size(total)));
    let left = progress.seconds_left().map(|seconds| view! { <span class="hint">{time_left(t, seconds)}</span> });
    view! { <div class="progress">{bar}<span class="hint">{read}</span>{left}</div> }
}

/// `1,200 people/s`, as the page says it.
pub fn people_per_second(rows: i64) -> String {
    texts().progress.people_per_second(rows)
}

/// Nobody is told of seconds that change with every look.
fn time_left(t: &Texts, seconds: i64) -> String {
    match seconds {
        ..60 => t.progress.minute_left.to_owned(),
        60..90 => t.progress.one_minute_left.to_owned(),
        _ => t.progress.minutes_left((seconds + 30) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_time_that_is_left_follows_from_what_was_read() {
        let half = FileProgress { bytes: 500, total_bytes: Some(1_000), rows: 3_000, rows_per_second: 10 };
        assert_eq!(half.seconds_left(), Some(300));
        assert_eq!(FileProgress { bytes: 1_000, ..half }.seconds_left(), Some(0));
        assert_eq!(FileProgress { bytes: 2_000, ..half }.seconds_left(), Some(0), "a file that grew");
        for unknown in [
            FileProgress { total_bytes: None, ..half },
            FileProgress { bytes: 0, ..half },
            FileProgress { rows_per_second: 0, ..half },
        ] {
            assert_eq!(unknown.seconds_left(), None, "{unknown:?}");
        }
    }

    #[test]
    fn what_is_left_is_told_in_whole_minutes() {
        let told = [0, 59, 60, 89, 90, 300].map(|seconds| time_left(Language::English.texts(), seconds));
        let (less, one) = ("less than a minute left", "about a minute left");
        assert_eq!(told, [less, less, one, one, "about 2 minutes left", "about 5 minutes left"]);
    }
}
