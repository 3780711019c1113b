//! A text with its marks as HTML, a piece for each line.

use std::ops::Range;

use content::Place;

use super::marks::{Kind, Mark};

/// The lines of a text. Nothing of it is markup any more: whoever wrote it can be anybody. `faulty` is underlined.
pub fn lines(text: &str, marks: &[Mark], faulty: Option<&Range<usize>>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut marks = marks.iter().peekable();
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        let mut painter = Painter { text, html: String::with_capacity(line.len() * 2), faulty };
        let mut at = start;
        while let Some(mark) = marks.peek().filter(|mark| mark.at.start < end) {
            let (from, to) = (mark.at.start.max(at), mark.at.end.min(end));
            painter.piece(at..from, None);
            painter.piece(from..to, Some(mark.kind));
            at = to;
            if mark.at.end > end {
                break;
            }
            marks.next();
        }
        painter.piece(at..end, None);
        lines.push(painter.html);
        start = end + 1;
    }
    lines
}

/// What a fault at this place is about: a word, or the whole of an expression that begins there.
pub fn faulty(text: &str, marks: &[Mark], place: Place) -> Range<usize> {
    let start = place.offset_in(text);
    let line_end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    if place.column == 0 {
        return start..line_end;
    }
    let here = marks.partition_point(|mark| mark.at.end <= start);
    let rest = &marks[here..];
    let end = match rest.first() {
        Some(mark) if mark.at.start <= start && mark.kind == Kind::Brace => {
            rest.iter().skip(1).find(|mark| mark.kind == Kind::Brace).map_or(line_end, |mark| mark.at.end)
        }
        Some(mark) if mark.at.start <= start => mark.at.end,
        _ => text[start..].chars().next().map_or(start, |letter| start + letter.len_utf8()),
    };
    start..end.min(line_end)
}

struct Painter<'a> {
    text: &'a str,
    html: String,
    faulty: Option<&'a Range<usize>>,
}

impl Painter<'_> {
    fn piece(&mut self, at: Range<usize>, kind: Option<Kind>) {
        let none = 0..0;
        let faulty = self.faulty.unwrap_or(&none);
        let (from, to) = (faulty.start.clamp(at.start, at.end), faulty.end.clamp(at.start, at.end));
        self.run(at.start..from, kind, false);
        self.run(from..to, kind, true);
        self.run(to..at.end, kind, false);
    }

    fn run(&mut self, at: Range<usize>, kind: Option<Kind>, is_faulty: bool) {
        if at.is_empty() {
            return;
        }
        let class = match (kind.map(class_of), is_faulty) {
            (None, false) => return escape(&mut self.html, &self.text[at]),
            (None, true) => "mark-fault".to_owned(),
            (Some(class), false) => class.to_owned(),
            (Some(class), true) => format!("{class} mark-fault"),
        };
        self.html.push_str("<span class=\"");
        self.html.push_str(&class);
        self.html.push_str("\">");
        escape(&mut self.html, &self.text[at]);
        self.html.push_str("</span>");
    }
}

const fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Brace => "mark-brace",
        Kind::Keyword => "mark-keyword",
        Kind::Path => "mark-path",
        Kind::Function => "mark-function",
        Kind::Literal => "mark-literal",
        Kind::Comment => "mark-comment",
        Kind::Tag => "mark-tag",
        Kind::Attribute => "mark-attribute",
        Kind::Value => "mark-value",
    }
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            _ => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::marks::marks;
    use super::*;

    fn painted(text: &str, faulty: Option<&Range<usize>>) -> Vec<String> {
        lines(text, &marks(text, true), faulty)
    }

    #[test]
    fn nothing_that_is_written_becomes_markup_of_the_page() {
        for text in ["<img src=x onerror=alert(1)>", "{{ \"<script>&\" }}", "<!-- <b> \n --> <i", "a & b < c"] {
            let html = painted(text, None).join("\n");
            let bare = html.replace("<span class=\"mark-", "").replace("</span>", "").replace("\">", "");
            assert!(!bare.contains(['<', '>']), "{html}");
        }
    }

    #[test]
    fn every_line_has_a_piece_and_a_mark_goes_over_lines() {
        assert_eq!(
            painted("a\n{# x\ny #}\n", None),
            ["a", "<span class=\"mark-comment\">{# x</span>", "<span class=\"mark-comment\">y #}</span>", ""]
        );
    }

    #[test]
    fn a_fault_is_underlined_as_a_word_or_as_an_expression() {
        let text = "Hi {{ context.a | shout }}";
        let found = |column| &text[faulty(text, &marks(text, false), Place { line: 1, column })];
        assert_eq!((found(19), found(4), found(1)), ("shout", "{{ context.a | shout }}", "H"));
        assert_eq!(found(0), text);
        let html = painted(text, Some(&(18..23)));
        assert!(html[0].contains("<span class=\"mark-function mark-fault\">shout</span>"), "{html:?}");
        assert_eq!(painted("abc", Some(&(1..2))), ["a<span class=\"mark-fault\">b</span>c"]);
    }
}
