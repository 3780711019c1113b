//! Pages of lists that callers put in order: a page begins after the row that they name by the value of the order.

use std::fmt;

use domain::Page;

/// By what, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<By> {
    pub by: By,
    pub is_descending: bool,
}

/// After which row a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Of what the list is in order by.
    pub value: String,
    /// Tells rows of the same value apart; may be empty.
    pub key: String,
}

impl Start {
    /// `value,key`. No key holds a comma.
    pub fn parse(text: &str) -> Self {
        let (value, key) = text.rsplit_once(',').unwrap_or((text, ""));
        Self { value: value.to_owned(), key: key.to_owned() }
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() { f.write_str(&self.value) } else { write!(f, "{},{}", self.value, self.key) }
    }
}

/// What rows are compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Number(i64),
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A page of a list that is short enough to be held in memory. `place`: value and key of a row.
pub(crate) fn page_of<T>(
    mut rows: Vec<T>,
    is_descending: bool,
    start: Option<&Start>,
    limit: usize,
    place: impl Fn(&T) -> (Value, String),
) -> Page<T> {
    rows.sort_by_cached_key(&place);
    if is_descending {
        rows.reverse();
    }
    if let Some(start) = start {
        rows.retain(|row| {
            let (value, key) = place(row);
            let from = match value {
                Value::Number(_) => Value::Number(start.value.parse().unwrap_or_default()),
                Value::Text(_) => Value::Text(start.value.clone()),
            };
            let (row, from) = ((value, key), (from, start.key.clone()));
            if is_descending { row < from } else { row > from }
        });
    }
    Page::from_rows(rows, limit, |row| {
        let (value, key) = place(row);
        Start { value: value.to_string(), key }.to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(is_descending: bool, place: impl Fn(&i64) -> (Value, String) + Copy) -> Vec<Vec<i64>> {
        let mut pages = Vec::new();
        let mut start = None;
        loop {
            let Page { rows, next } = page_of(vec![3, 1, 2, 5, 4], is_descending, start.as_ref(), 2, place);
            pages.push(rows);
            let Some(next) = next else { return pages };
            start = Some(Start::parse(&next));
        }
    }

    #[test]
    fn pages_follow_each_other_in_both_directions_when_all_values_are_alike() {
        let alike = |row: &i64| (Value::Text("a, b".to_owned()), row.to_string());
        assert_eq!(pages(false, alike), [vec![1, 2], vec![3, 4], vec![5]]);
        assert_eq!(pages(true, alike), [vec![5, 4], vec![3, 2], vec![1]]);
        let number = |row: &i64| (Value::Number(*row), String::new());
        assert_eq!(pages(true, number), [vec![5, 4], vec![3, 2], vec![1]]);
    }
}
