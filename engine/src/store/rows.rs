//! Statements that write many rows at once. Each statement costs a way to the database and back, which is most of what a
//! transaction takes.

use std::sync::OnceLock;

use super::Tx;

/// Most rows of one statement, as a power of two.
const WIDEST: usize = 6;

/// Rows for one statement each: 64, 32, …, 2, 1. Few widths, because each text is prepared once for a connection.
pub(crate) fn groups<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let (group, others) = rest.split_at(1 << power(rest.len())?);
        rest = others;
        Some(group)
    })
}

/// The widest statement that so many rows fill, as a power of two.
fn power(rows: usize) -> Option<usize> {
    (0..=WIDEST).rev().find(|power| 1 << power <= rows)
}

/// A statement that writes one row (`VALUES ($1, $2)`), and the same for more rows.
pub(crate) struct Rows {
    one: &'static str,
    /// By power of two, for each database.
    sqlite: [OnceLock<String>; WIDEST + 1],
    postgres: [OnceLock<String>; WIDEST + 1],
}

impl Rows {
    pub(crate) const fn new(one: &'static str) -> Self {
        Self { one, sqlite: [const { OnceLock::new() }; WIDEST + 1], postgres: [const { OnceLock::new() }; WIDEST + 1] }
    }

    /// The text for as many rows as a group has.
    pub(crate) fn text(&'static self, tx: &Tx, rows: usize) -> &'static str {
        let power = power(rows).unwrap_or(0);
        match tx {
            Tx::Sqlite(_) => {
                self.sqlite[power].get_or_init(|| or_fail(&without_numbers(widened(self.one, 1 << power))))
            }
            Tx::Postgres(_) => self.postgres[power].get_or_init(|| widened(self.one, 1 << power)),
        }
    }
}

/// The text for several rows: the row after `VALUES` is repeated, each time with the next parameters.
fn widened(one: &str, rows: usize) -> String {
    let (before, rest) = one.split_once("VALUES (").unwrap_or((one, ""));
    let (row, after) = rest.split_at(end_of_row(rest));
    let columns = parameters(row).max().unwrap_or(0);
    let rows: Vec<String> = (0..rows).map(|number| format!("({})", shifted(row, number * columns))).collect();
    format!("{before}VALUES {}{}", rows.join(", "), &after[1..])
}

/// With `?` for each parameter: SQLite looks for the name of a numbered one among all others, each time. Only where each
/// stands once, in its order; another text stays as it is.
fn without_numbers(text: String) -> String {
    if !parameters(&text).enumerate().all(|(position, number)| number == position + 1) {
        return text;
    }
    let mut parts = text.split('$');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "?" + part.trim_start_matches(|letter: char| letter.is_ascii_digit()))
}

/// A statement that fails need not be undone by itself: its transaction is. SQLite then keeps no copies of the pages that it
/// changes.
fn or_fail(text: &str) -> String {
    text.replacen("INSERT INTO", "INSERT OR FAIL INTO", 1).replacen("UPDATE messages", "UPDATE OR FAIL messages", 1)
}

/// Where the bracket closes that is open at the start.
fn end_of_row(text: &str) -> usize {
    let mut open = 1;
    let closes = |letter| {
        match letter {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        open == 0
    };
    text.find(closes).unwrap_or(text.len())
}

fn parameters(row: &str) -> impl Iterator<Item = usize> {
    row.split('$').skip(1).filter_map(|part| part.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok())
}

fn shifted(row: &str, by: usize) -> String {
    let mut parts = row.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = part[..digits].parse().unwrap_or(0);
        text.push_str(&format!("${}{}", number + by, &part[digits..]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "INSERT INTO t (a, b, c) VALUES ($1, CAST($2 AS BIGINT), 'x', $3) ON CONFLICT DO NOTHING";

    #[test]
    fn a_row_is_repeated_with_parameters_of_its_own() {
        let text = widened(ONE, 16);
        assert!(text.starts_with("INSERT INTO t (a, b, c) VALUES ($1, CAST($2 AS BIGINT), 'x', $3), ($4, CAST($5 AS"));
        assert!(text.ends_with("($46, CAST($47 AS BIGINT), 'x', $48) ON CONFLICT DO NOTHING"), "{text}");
        assert_eq!(widened(ONE, 1), ONE);
    }

    #[test]
    fn parameters_in_their_order_need_no_numbers_and_others_keep_them() {
        let plain = "INSERT INTO t (a, b, c) VALUES (?, CAST(? AS BIGINT), 'x', ?) ON CONFLICT DO NOTHING";
        assert_eq!(without_numbers(ONE.to_owned()), plain);
        for other in ["VALUES ($2, $1)", "VALUES ($1, $1)", "VALUES ($1, $3)"] {
            assert_eq!(without_numbers(other.to_owned()), other);
        }
    }

    #[test]
    fn rows_go_together_as_far_as_they_fill_a_statement() {
        let sizes = |rows: usize| groups(&vec![0; rows]).map(<[i32]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(2 * 64 + 39), [64, 64, 32, 4, 2, 1]);
        assert!(sizes(0).is_empty());
    }
}
