//! Where something stands in a template, and how a fault says so: `Line 3, column 5: There is no filter …`.

use std::fmt;

/// A place in a template as people count: lines and columns from 1 on, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    /// 0: only the line is known.
    pub column: usize,
}

impl Place {
    /// Of a byte offset.
    pub(crate) fn of(source: &str, at: usize) -> Self {
        let at = source.floor_char_boundary(at);
        let before = &source[..at];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    /// Of a whole line.
    pub(crate) const fn of_line(line: usize) -> Self {
        Self { line, column: 0 }
    }

    /// A sentence with its place before it.
    pub(crate) fn before(self, sentence: &str) -> String {
        format!("{self}: {sentence}")
    }

    /// The place that stands before a sentence, and the sentence.
    pub fn split(text: &str) -> Option<(Self, &str)> {
        let (place, sentence) = text.strip_prefix("Line ")?.split_once(": ")?;
        let (line, column) = match place.split_once(", column ") {
            Some((line, column)) => (line, column.parse().ok()?),
            None => (place, 0),
        };
        Some((Self { line: line.parse().ok()?, column }, sentence))
    }

    /// The byte offset of the place; the end of what is there, when it is not in the text.
    pub fn offset_in(self, text: &str) -> usize {
        let line_start = match self.line {
            0 | 1 => Some(0),
            line => text.match_indices('\n').nth(line - 2).map(|(end, _)| end + 1),
        };
        let Some(start) = line_start else { return text.len() };
        let line = text[start..].split('\n').next().unwrap_or_default();
        let column = self.column.saturating_sub(1);
        start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            0 => write!(f, "Line {}", self.line),
            column => write!(f, "Line {}, column {column}", self.line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters_and_found_again() {
        let source = "a\n안녕 {{ x\n";
        let at = source.find("{{").unwrap();
        let place = Place::of(source, at);
        assert_eq!(place, Place { line: 2, column: 4 });
        assert_eq!(place.offset_in(source), at);
        assert_eq!(Place::of_line(2).offset_in(source), 2);
        assert_eq!(Place { line: 9, column: 1 }.offset_in(source), source.len());
        assert_eq!(Place { line: 1, column: 40 }.offset_in(source), 1);
        // In the middle of a character.
        assert_eq!(Place::of(source, 3), Place { line: 2, column: 1 });
    }

    #[test]
    fn what_is_said_of_a_place_is_read_back() {
        for place in [Place { line: 3, column: 14 }, Place::of_line(2)] {
            assert_eq!(Place::split(&place.before("No: it is not.")), Some((place, "No: it is not.")));
        }
        for text in ["Line one: x", "A line 3: x", "Line 3, column x: y", "Line 3"] {
            assert_eq!(Place::split(text), None);
        }
    }
}
