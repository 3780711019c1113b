//! Tables as text (RFC 4180), as spreadsheets write and read them.

/// Lines and their values (RFC 4180): a value in quotes may hold commas, line breaks and doubled quotes. Lines without any
/// value are left out.
pub fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut value) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                value.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if value.is_empty() => is_quoted = true,
            ',' if !is_quoted => row.push(std::mem::take(&mut value)),
            '\r' | '\n' if !is_quoted => {
                row.push(std::mem::take(&mut value));
                rows.push(std::mem::take(&mut row));
            }
            other => value.push(other),
        }
    }
    row.push(value);
    rows.push(row);
    rows.retain(|row| row.iter().any(|value| !value.trim().is_empty()));
    rows
}

/// What a spreadsheet would take for a formula when a cell begins with it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A value as a cell that no spreadsheet runs: one that begins like a formula has an apostrophe before it.
pub fn cell(value: &str) -> String {
    let defused = defused(value);
    if defused.contains([',', '"', '\n', '\r']) { in_quotes(&defused) } else { defused }
}

/// The same in quotes, whatever it is.
pub fn quoted_cell(value: &str) -> String {
    in_quotes(&defused(value))
}

fn defused(value: &str) -> String {
    if value.starts_with(FORMULA) { format!("'{value}") } else { value.to_owned() }
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The value of such a cell.
pub fn value_of(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell)
}

/// A line of cells.
pub fn line(values: &[&str]) -> String {
    let cells: Vec<String> = values.iter().map(|value| cell(value)).collect();
    format!("{}\r\n", cells.join(","))
}

/// Is a value in quotes still open at the end of this text? Then its record goes on in the next line. A quote within a value
/// opens nothing.
pub fn is_open(text: &str) -> bool {
    let (mut is_quoted, mut is_empty) = (false, true);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                is_empty = false;
            }
            '"' if is_quoted => is_quoted = false,
            '"' if is_empty => is_quoted = true,
            ',' | '\r' | '\n' if !is_quoted => is_empty = true,
            _ => is_empty = false,
        }
    }
    is_quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_value_is_read_back() {
        for value in
            ["=1+1", "+821012345678", "@SUM(A1)", "-1", "ann@example.com", "it's", "'quoted'", "a,\"b\"\nc", ""]
        {
            let written = cell(value);
            assert!(!written.trim_start_matches('"').starts_with(FORMULA), "{written}");
            let read = rows(&format!("{written},x\n")).remove(0).remove(0);
            assert_eq!(value_of(&read), value);
        }
        assert_eq!(line(&["a", "=b"]), "a,'=b\r\n");
    }

    #[test]
    fn a_record_ends_where_its_quotes_end() {
        assert!(is_open("a,\"b") && is_open("a,\"b\"\"") && !is_open("a,\"b\nc\"") && !is_open("a"));
        assert!(!is_open("5\" floppy,out") && !is_open("a,b\"\n") && is_open("a\n\"b") && !is_open("\"\",b"));
    }
}
