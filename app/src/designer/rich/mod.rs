//! Texts that are written in their place: a small part of HTML, with templates in it. Nothing is put into the page that
//! `content` has not cleaned.

mod editor;
mod toolbar;

pub use editor::TextEditor;

use content::clean_text;

/// To be looked at in the page: links lead nowhere.
pub fn for_showing(html: &str) -> String {
    let clean = clean_text(html);
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean.as_str();
    while let Some((before, after)) = rest.split_once("<a ") {
        out.push_str(before);
        out.push_str("<a>");
        rest = after.split_once('>').map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

/// The words alone.
pub fn plain_text(html: &str) -> String {
    let clean = clean_text(html);
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, behind) = after.split_once('>').unwrap_or(("", ""));
        if ["p", "/p", "h1", "/h1", "h2", "/h2", "h3", "/h3", "li", "/li", "br"].contains(&tag) {
            out.push(' ');
        }
        rest = behind;
    }
    out.push_str(rest);
    let letters = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")];
    letters.into_iter().fold(out, |text, (entity, letter)| text.replace(entity, letter)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_without_anything_that_acts() {
        for (stored, shown) in [
            ("<p>Go <a href=\"https://a.example/?x=1\">there</a> now</p>", "<p>Go <a>there</a> now</p>"),
            (
                "<p>{{ \"<img src=x onerror=alert(1)>\" }}</p>",
                "<p>{{ &quot;&lt;img src=x onerror=alert(1)&gt;&quot; }}</p>",
            ),
            ("<p onclick=alert(1)>a<script>alert(1)</script></p>", "<p>a</p>"),
            ("<a href=\"{{ '>' }}\"><img src=x onerror=alert(1)>x</a>", "<a>x</a>"),
        ] {
            assert_eq!(for_showing(stored), shown);
        }
    }

    #[test]
    fn the_words_of_a_text_are_its_name() {
        assert_eq!(plain_text("<h1>Hi {{ name }}</h1><p>1 &lt; <b>2</b></p>"), "Hi {{ name }}  1 < 2");
    }
}
