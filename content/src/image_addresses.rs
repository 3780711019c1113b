//! The addresses of pictures in a mail: `src` and `background` of tags, also of those that only Outlook reads, and `url(…)` of
//! styles. Each is exchanged in its place; everything else stays, byte for byte.

use std::ops::Range;

use crate::links::{entity_decoded, tags};
use crate::markup::escaped;

/// Tags whose `src` is a picture. Of scripts and frames it is not.
const PICTURES: [&str; 6] = ["img", "input", "v:fill", "v:image", "v:imagedata", "source"];

/// The HTML with other addresses of pictures: `exchange` gets each as it leads, references such as `&amp;` read, and says
/// which one takes its place; `None` leaves it.
pub fn with_image_addresses(html: &str, mut exchange: impl FnMut(&str) -> Option<String>) -> String {
    let mut made = String::with_capacity(html.len());
    let mut from = 0;
    for place in places(html) {
        let Some(address) = html.get(place.clone()).filter(|_| place.start >= from) else { continue };
        if let Some(other) = exchange(entity_decoded(address).trim()) {
            made.push_str(&html[from..place.start]);
            made.push_str(&escaped(&other));
            from = place.end;
        }
    }
    made.push_str(&html[from..]);
    made
}

/// Where addresses stand, in the order of the document.
fn places(html: &str) -> Vec<Range<usize>> {
    let mut places = of_styles(html);
    for tag in tags(html) {
        let is_picture = PICTURES.iter().any(|name| tag.is(name));
        let wanted = tag.attributes.iter().filter(|attribute| {
            attribute.name.eq_ignore_ascii_case("background")
                || (is_picture && attribute.name.eq_ignore_ascii_case("src"))
        });
        places.extend(wanted.map(|attribute| attribute.place.clone()));
    }
    places.sort_by_key(|place| place.start);
    places
}

/// What stands in `url(…)`, quotes taken off; those of an attribute may be written as references. Every byte is looked at a few
/// times at most, whatever is written.
fn of_styles(html: &str) -> Vec<Range<usize>> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(end) = html[from..].find(')').map(|at| from + at) {
        let head = html[from..end].rfind("url(").map(|at| from + at + "url(".len());
        found.extend(head.and_then(|start| without_quotes(html, start..end)));
        from = end + 1;
    }
    found
}

fn without_quotes(html: &str, place: Range<usize>) -> Option<Range<usize>> {
    const QUOTES: [&str; 5] = ["\"", "'", "&quot;", "&#39;", "&#34;"];
    let inside = &html[place.clone()];
    let mut start = place.start + inside.len() - inside.trim_start().len();
    let mut bare = inside.trim();
    if let Some(quote) = QUOTES.into_iter().find(|quote| bare.starts_with(quote)) {
        bare = bare[quote.len()..].strip_suffix(quote)?;
        start += quote.len();
    }
    Some(start..start + bare.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanged(html: &str) -> String {
        with_image_addresses(html, |address| {
            address.strip_prefix("images/").map(|name| format!("https://h.example/{name}"))
        })
    }

    #[test]
    fn every_address_of_a_picture_is_exchanged_and_nothing_else() {
        let html = "<!--[if mso]><v:fill src=\"images/a.png\"/><![endif]--><td background='images/b.png' \
                    style=\"background:url('images/c.png')\"><img alt=\"images/x\" src=\"images/d&amp;e.png\"></td>\
                    <style>.a{background:url(images/f.png)}</style><a href=\"images/g.png\">images/h.png</a>\
                    <script src=\"images/i.js\"></script><td style=\"background-image:url(&quot;images/j.png&quot;)\">";
        let expected = "<!--[if mso]><v:fill src=\"https://h.example/a.png\"/><![endif]--><td background='https://h.example/b.png' \
                    style=\"background:url('https://h.example/c.png')\"><img alt=\"images/x\" src=\"https://h.example/d&amp;e.png\"></td>\
                    <style>.a{background:url(https://h.example/f.png)}</style><a href=\"images/g.png\">images/h.png</a>\
                    <script src=\"images/i.js\"></script><td style=\"background-image:url(&quot;https://h.example/j.png&quot;)\">";
        assert_eq!(exchanged(html), expected);
    }

    #[test]
    fn templates_and_broken_html_stay_as_they_are() {
        for html in [
            "<img src=\"{{ context.image }}\">",
            "url(",
            "url(\"images/a.png",
            "<img src=images/",
            "한<img",
            "url('images/a.png)",
            "url(url(url(",
        ] {
            assert_eq!(exchanged(html), html);
        }
    }
}
