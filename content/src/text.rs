//! The plain-text version of an HTML mail. Our own hundred lines: a full HTML parser would double the size of the page
//! that draws the preview, and a mail's text version needs no more than blocks, links, lists and entities.

/// Readable text: paragraphs apart, links as `text (address)`, list items with a hyphen; hidden parts, styles and scripts
/// left out.
pub(crate) fn text_of_html(html: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        writer.words(&rest[..start]);
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
            writer.words("<");
            rest = &rest[1..];
            continue;
        }
        let Some(end) = tag_end(rest) else {
            writer.words(rest);
            rest = "";
            break;
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        let name = tag_name(tag);
        if matches!(name.as_str(), "style" | "script" | "head" | "title") {
            rest = behind_close(rest, &name);
        } else if name == "div" && tag.replace(' ', "").contains("display:none") {
            // The preheader: already read in the list of mails.
            rest = behind_close(rest, &name);
        } else {
            writer.tag(&name, tag);
        }
    }
    writer.words(rest);
    writer.finish()
}

/// Where a tag ends; a `>` inside an attribute's quotes does not count.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (position, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => return Some(position),
            _ => {}
        }
    }
    // An open quote: better a tag too short than half a mail lost.
    text.find('>')
}

fn tag_name(tag: &str) -> String {
    let end = tag.find(|c: char| c.is_whitespace() || (c == '/' && !tag.starts_with('/'))).unwrap_or(tag.len());
    tag[..end].to_ascii_lowercase()
}

fn behind_close<'a>(rest: &'a str, name: &str) -> &'a str {
    let close = format!("</{name}");
    let found = rest.to_ascii_lowercase().find(&close);
    found.and_then(|start| rest[start..].find('>').map(|end| &rest[start + end + 1..])).unwrap_or("")
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Line breaks due before the next word.
    breaks: usize,
    space: bool,
    /// Address of the open link, and where its text starts.
    link: Option<(String, usize)>,
}

impl Writer {
    fn words(&mut self, raw: &str) {
        let decoded = entities(raw);
        if decoded.starts_with(char::is_whitespace) {
            self.space = true;
        }
        for word in decoded.split_whitespace() {
            self.separate();
            self.text.push_str(word);
            self.space = true;
        }
        self.space = decoded.ends_with(char::is_whitespace) || (self.space && decoded.trim().is_empty());
    }

    fn separate(&mut self) {
        if self.breaks > 0 && !self.text.is_empty() {
            self.text.push_str(&"\n".repeat(self.breaks));
        } else if self.space && !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
        self.breaks = 0;
        self.space = false;
    }

    fn tag(&mut self, name: &str, tag: &str) {
        match name {
            "br" => self.breaks = (self.breaks + 1).min(2),
            "p" | "/p" | "h1" | "/h1" | "h2" | "/h2" | "h3" | "/h3" | "h4" | "/h4" | "table" | "/table" | "ul"
            | "/ul" | "ol" | "/ol" | "blockquote" | "/blockquote" | "hr" => self.breaks = 2,
            "div" | "/div" | "tr" | "/tr" | "/li" | "section" | "/section" => self.breaks = self.breaks.max(1),
            "td" | "th" => self.space = true,
            "li" => {
                self.breaks = self.breaks.max(1);
                self.separate();
                self.text.push_str("- ");
            }
            "a" => {
                self.separate();
                let address = attribute(tag, "href").map(|address| entities(&address)).unwrap_or_default();
                self.link = Some((address, self.text.len()));
            }
            "/a" => self.close_link(),
            "img" => {
                if let Some(alt) = attribute(tag, "alt") {
                    self.words(&alt);
                    self.space = true;
                }
            }
            _ => {}
        }
    }

    fn close_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        let shown = self.text.get(start..).unwrap_or_default().trim();
        let worth_telling = !address.is_empty() && !address.starts_with('#') && shown != address;
        if worth_telling {
            let before = if shown.is_empty() { "" } else { " " };
            self.text.push_str(&format!("{before}({address})"));
        }
        self.space = false;
    }

    fn finish(self) -> String {
        let mut text = self.text.trim().to_owned();
        text.push('\n');
        text
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let start = lower.find(&format!(" {name}=")).or_else(|| lower.find(&format!("\n{name}=")))? + name.len() + 2;
    let value = &tag[start..];
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].find(quote).map(|end| value[1..=end].to_owned()),
        _ => Some(value.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default().to_owned()),
    }
}

/// The entities that mails use; any other stays as it is written.
fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let end = after.bytes().take(10).position(|byte| byte == b';');
        if let Some((end, letter)) = end.and_then(|end| entity(&after[..end]).map(|letter| (end, letter))) {
            decoded.push(letter);
            rest = &after[end + 1..];
        } else {
            decoded.push('&');
            rest = after;
        }
    }
    decoded.push_str(rest);
    decoded
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
        let code = hex.unwrap_or_else(|| number.parse()).ok()?;
        return char::from_u32(code).filter(|letter| !letter.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "copy" => '©',
        "reg" => '®',
        "euro" => '€',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "rarr" => '→',
        "middot" => '·',
        "times" => '×',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_links_lists_and_entities_read_well() {
        let html = "<html><head><title>x</title><style>p{}</style></head><body>\
            <div style=\"display: none\">pre</div><h1>Hi &amp; welcome</h1>\n<p>See <a href=\"https://example.com/?a=1&amp;b=2\">your\n order</a>.</p>\
            <ul><li>Tea</li><li>한국어 &#8364;</li></ul><!-- no --><p>One<br>two</p></body></html>";
        assert_eq!(
            text_of_html(html),
            "Hi & welcome\n\nSee your order (https://example.com/?a=1&b=2).\n\n- Tea\n- 한국어 €\n\nOne\ntwo\n"
        );
    }

    #[test]
    fn broken_html_loses_no_text_and_never_fails() {
        for html in ["a < b", "<p title=\"x>y", "&#xFFFFFFFF; &nope; &", "<style>", "<a href=x>y", "<<<>>>", "é<b"] {
            let _ = text_of_html(html);
        }
        assert_eq!(text_of_html("1 < 2 and 3 > 2"), "1 < 2 and 3 > 2\n");
    }
}
