//! The text version of a content that has none: made from the rendered HTML.
//!
//! This is our own because the libraries for it (`html2text` and others) bring html5ever, a browser's parser with its
//! tables of entities and selectors, into the console's wasm; for mail, one pass over the tags is enough.

use std::borrow::Cow;

use crate::markup::{self, Part};
use crate::references::decode;

/// Text for mail programs that show no HTML: paragraphs, lists, and links as `text (address)`.
pub(crate) fn of_html(html: &str) -> String {
    let mut writer = Writer { text: String::with_capacity(html.len() / 4), ..Writer::default() };
    for part in markup::parts(html) {
        match part {
            Part::Text(text) => writer.words(text),
            Part::Open { name, attributes } => writer.open(&lower_case(name), attributes),
            Part::Close(name) => writer.close(&lower_case(name)),
        }
    }
    writer.end_link();
    writer.text.truncate(writer.text.trim_end().len());
    if !writer.text.is_empty() {
        writer.text.push('\n');
    }
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Line ends that are due before the next word.
    breaks: usize,
    space: bool,
    /// The next word stands beside the last one, in a column or a cell of its own.
    is_beside: bool,
    /// Open `div`, and which of them are columns that stay beside each other.
    divs: usize,
    columns: Vec<usize>,
    /// Such a column ended, and nothing was written since.
    column_ended: bool,
    /// Open lists: the next number, or none for points.
    lists: Vec<Option<u32>>,
    /// Address of the open link, and where its text begins.
    link: Option<(String, usize)>,
    /// The hidden element that is skipped, and how many of its name are open.
    hidden: Option<(String, usize)>,
    preformatted: usize,
}

/// Between words that stand beside each other.
const BESIDE: &str = " · ";

/// Lists deeper than this are not indented further.
const LISTS_MAX: usize = 8;

impl Writer {
    fn words(&mut self, html: &str) {
        if self.hidden.is_some() {
            return;
        }
        let text = decode(html);
        if self.preformatted > 0 {
            self.push(&text);
            return;
        }
        // A no-break space is a space in text.
        self.space |= text.starts_with(char::is_whitespace);
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            self.push(word);
            self.space = words.peek().is_some() || text.ends_with(char::is_whitespace);
        }
    }

    fn push(&mut self, word: &str) {
        let breaks = std::mem::take(&mut self.breaks);
        let space = std::mem::take(&mut self.space);
        self.column_ended = false;
        if std::mem::take(&mut self.is_beside) && !self.text.is_empty() {
            self.text.push_str(BESIDE);
        } else if !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', breaks));
            if breaks == 0 && space && !self.text.ends_with(char::is_whitespace) {
                self.text.push(' ');
            }
        }
        self.text.push_str(word);
    }

    fn break_lines(&mut self, count: usize) {
        self.breaks = self.breaks.max(count);
    }

    fn open(&mut self, name: &str, attributes: &str) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open += usize::from(hidden == name);
            return;
        }
        if is_hidden(name, attributes) {
            self.hidden = Some((name.to_owned(), 1));
            return;
        }
        match name {
            "br" if self.breaks == 0 => self.breaks = 1,
            "br" => self.breaks = 2,
            "hr" => {
                self.break_lines(2);
                self.push("---");
                self.break_lines(2);
            }
            // A value at the right end of its row.
            "td" | "th" if self.breaks == 0 && markup::attribute(attributes, "align") == Some("right") => {
                self.is_beside = true;
            }
            "td" | "th" => self.space = true,
            "div" => self.open_div(attributes),
            "img" => self.words(markup::attribute(attributes, "alt").unwrap_or_default()),
            "a" => {
                self.end_link();
                let address = decode(markup::attribute(attributes, "href").unwrap_or_default().trim()).into_owned();
                self.link = Some((address, self.text.len()));
            }
            "ul" | "ol" => {
                self.break_lines(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push((name == "ol").then_some(1));
            }
            "li" => self.item(),
            "pre" => {
                self.break_lines(2);
                self.preformatted += 1;
            }
            _ => self.break_lines(breaks_around(name)),
        }
    }

    fn open_div(&mut self, attributes: &str) {
        self.divs += 1;
        if is_column(attributes) {
            self.is_beside |= self.column_ended;
            self.columns.push(self.divs);
        }
        self.break_lines(1);
    }

    fn close_div(&mut self) {
        self.column_ended = self.columns.last() == Some(&self.divs);
        if self.column_ended {
            self.columns.pop();
        }
        self.divs = self.divs.saturating_sub(1);
        self.break_lines(1);
    }

    fn item(&mut self) {
        self.break_lines(1);
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(LISTS_MAX));
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{indent}{number}.");
                *number = number.saturating_add(1);
                mark
            }
            _ => format!("{indent}-"),
        };
        self.push(&mark);
        self.space = true;
    }

    fn close(&mut self, name: &str) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open -= usize::from(hidden == name);
            if *open == 0 {
                self.hidden = None;
            }
            return;
        }
        match name {
            "a" => self.end_link(),
            "div" => self.close_div(),
            "ul" | "ol" => {
                self.lists.pop();
                self.break_lines(if self.lists.is_empty() { 2 } else { 1 });
            }
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.break_lines(2);
            }
            _ => self.break_lines(breaks_around(name)),
        }
    }

    /// Writes the address of the open link behind its text, when it says more than the text.
    fn end_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        let lower = address.to_ascii_lowercase();
        if !["http:", "https:", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme)) {
            return;
        }
        let shown = self.text.get(start..).unwrap_or_default().trim();
        let plain = address.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches('/');
        if shown.is_empty() {
            self.push(&address);
        } else if shown != address && shown != plain {
            let breaks = std::mem::take(&mut self.breaks);
            self.space = true;
            self.push(&format!("({address})"));
            self.breaks = breaks;
        }
    }
}

fn is_hidden(name: &str, attributes: &str) -> bool {
    if matches!(name, "style" | "script" | "title" | "template" | "noscript") {
        return true;
    }
    // Elements without an end would hide all that follows.
    let empty = matches!(name, "br" | "hr" | "img" | "input" | "meta" | "link" | "body" | "html");
    !empty
        && markup::attribute(attributes, "style").is_some_and(|style| {
            let letters =
                style.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| byte.to_ascii_lowercase());
            has_run(letters, b"display:none")
        })
}

/// Is it a column that stays beside others on small screens, as MJML writes them?
fn is_column(attributes: &str) -> bool {
    let style = markup::attribute(attributes, "style").unwrap_or_default();
    style.contains("display:inline-block") && style.contains("width:") && !style.contains("width:100%")
}

/// Are these bytes among the others, one behind the other? Their first one must not come again in them.
fn has_run(bytes: impl Iterator<Item = u8>, run: &[u8]) -> bool {
    let mut found = 0;
    for byte in bytes {
        found = if byte == run[found] { found + 1 } else { usize::from(byte == run[0]) };
        if found == run.len() {
            return true;
        }
    }
    false
}

/// Most are written so.
fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// Line ends around an element.
fn breaks_around(name: &str) -> usize {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "blockquote" => 2,
        "tr" | "section" | "article" | "header" | "footer" | "center" | "dt" | "dd" | "address" | "main" | "nav"
        | "aside" | "figure" | "figcaption" | "li" | "body" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::of_html;

    #[test]
    fn paragraphs_lists_and_links_stay_readable() {
        let html = "<html><head><title>x</title><style>p { color: red }</style></head><body>\n\
            <h1>Thank&nbsp;you, Ann</h1>\n<p>Your   order <b>1001</b>:</p><ul><li>Pen</li><li>Ink &amp; paper</li></ul>\
            <ol><li>Pay</li><li>Wait<ul><li>long</li></ul></li></ol>\
            <p><a href='https://example.com/?a=1&amp;b=2'>Track it</a>.<br>Bye</p><script>alert(1)</script></body></html>";
        let text = "Thank you, Ann\n\nYour order 1001:\n\n- Pen\n- Ink & paper\n\n1. Pay\n2. Wait\n  - long\n\n\
            Track it (https://example.com/?a=1&b=2).\nBye\n";
        assert_eq!(of_html(html), text);
    }

    #[test]
    fn a_link_that_shows_its_address_or_leads_nowhere_is_shown_once() {
        assert_eq!(of_html("<a href='https://a.example/'>https://a.example/</a>"), "https://a.example/\n");
        assert_eq!(of_html("<a href='mailto:ann@example.com'>ann@example.com</a>"), "ann@example.com\n");
        assert_eq!(of_html("<a href='javascript:alert(1)'>Press</a> <a href='#top'>up</a>"), "Press up\n");
        assert_eq!(of_html("<a href='https://a.example/'><img src='x'></a>"), "https://a.example/\n");
    }

    #[test]
    fn rows_of_a_table_are_lines_and_hidden_parts_are_left_out() {
        let html = "<div style='color: red; dis; Display : none'>secret <div>deep</div></div>\
            <table><tr><td>Pen</td><td>2</td></tr><tr><td>Ink</td><td>1</td></tr></table>";
        assert_eq!(of_html(html), "Pen 2\nInk 1\n");
    }

    #[test]
    fn columns_that_stay_beside_each_other_and_values_at_the_right_are_one_line() {
        let column = |words: &str, width: &str| {
            format!(
                "<div style='display:inline-block;width:{width}'><table><tr><td><div><p>{words}</p></div></td></tr></table></div>"
            )
        };
        let beside = |left, right| format!("<div>{}{}</div>", column(left, "60%"), column(right, "40%"));
        let html = format!("{}{}<div>End</div>", beside("Shipping", "€ 4"), beside("Total", "€ 64"));
        assert_eq!(of_html(&html), "Shipping · € 4\n\nTotal · € 64\n\nEnd\n");
        let stacked = format!("{}{}", column("One", "100%"), column("Two", "100%"));
        assert_eq!(of_html(&stacked), "One\n\nTwo\n");
        let list = "<table><tr><td><b>Pen</b><br>2 ×</td><td align='right'>€ 4</td></tr><tr><td align='right'>x</td></tr></table>";
        assert_eq!(of_html(list), "Pen\n2 × · € 4\nx\n");
    }

    #[test]
    fn markup_in_values_stays_text() {
        assert_eq!(
            of_html("<p>&lt;b&gt; &#50504;&#xB155; 🎉 &unknown; &#0; AT&T</p>"),
            "<b> 안녕 🎉 &unknown; &#0; AT&T\n"
        );
        assert_eq!(of_html(""), "");
    }

    #[test]
    fn broken_markup_takes_no_time() {
        for piece in ["<a href='", "<li>", "<ul>", "&", "&#", "<div style='display:none'>", "<pre>", "</a", "<a>x"] {
            let html = piece.repeat(200_000 / piece.len());
            assert!(of_html(&html).len() <= html.len() * 8);
        }
    }
}
