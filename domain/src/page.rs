//! Keyset paging: a page of rows and where the next one starts.

use serde::{Deserialize, Serialize};

/// Where a page starts: the sort key of the last row of the page before. Opaque to callers.
pub type Cursor = String;

/// Rows of a list, newest first unless the list says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// `None`: this was the last page.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page from one row more than asked for: the extra row only tells that there is a next page.
    pub fn from_rows(mut rows: Vec<T>, limit: usize, key: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }

    /// The same page with other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(change).collect(), next: self.next }
    }
}
