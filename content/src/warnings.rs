//! What does not stop anybody but deserves a look.

use domain::Faults;
use domain::content::{Content, EmailContent};

use crate::email::HTML;
use crate::mail_check::CLIPPED_FROM;
use crate::markup::{self, Part};
use crate::tokens::{self, Kind, Piece};

pub(crate) fn of(content: &Content) -> Faults {
    match content {
        Content::Email(email) => of_email(email),
        Content::Mobile(_) | Content::Push(_) => Faults::default(),
    }
}

fn of_email(content: &EmailContent) -> Faults {
    let mut warnings = Faults::default();
    if content.html.len() > CLIPPED_FROM {
        warnings.add(HTML, "html_large", "Gmail cuts off messages that are larger than 102 KB.");
    }
    let mut bare_images = 0;
    let mut insecure_links = 0;
    for part in markup::parts(&content.html) {
        let Part::Open { name, attributes } = part else { continue };
        let alt = markup::attribute(attributes, "alt");
        bare_images += usize::from(name.eq_ignore_ascii_case("img") && alt.is_none());
        let address = ["href", "src"].into_iter().find_map(|name| markup::attribute(attributes, name));
        let insecure = address.is_some_and(|address| address.trim_start().starts_with("http://"));
        insecure_links += usize::from(insecure);
    }
    if trusts_values(&content.html) {
        let text =
            "The filter safe puts a value into the HTML as it is. Use it only for values that are HTML and yours.";
        warnings.add(HTML, "unescaped_value", text);
    }
    if bare_images > 0 {
        let text = "An image has no alt text. Say what it shows, or write alt=\"\" when it is decoration.";
        warnings.add(HTML, "image_without_alt", text);
    }
    if insecure_links > 0 {
        warnings.add(HTML, "insecure_link", "A link or image uses http://. Use https:// instead.");
    }
    warnings
}

/// Is the filter `safe` used?
fn trusts_values(html: &str) -> bool {
    let pieces = tokens::pieces(html).unwrap_or_default();
    pieces.iter().any(|piece| match piece {
        Piece::Still => false,
        Piece::Print { tokens, .. } | Piece::Tag { tokens, .. } => {
            tokens.windows(2).any(|pair| pair[0].kind == Kind::Sign("|") && pair[1].kind == Kind::Word("safe"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(html: &str) -> Vec<String> {
        let content = EmailContent { html: html.into(), ..Default::default() };
        of_email(&content).0.into_iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn images_links_size_and_trusted_values_are_looked_at() {
        assert_eq!(codes("<a href='https://a.example'><IMG src='{{ context.image }}' alt=''></a>"), [""; 0]);
        assert_eq!(codes("<img src='http://a.example/x.png'>"), ["image_without_alt", "insecure_link"]);
        assert_eq!(codes("{{ context.article | safe }}"), ["unescaped_value"]);
        assert_eq!(codes(&"x".repeat(103 * 1024)), ["html_large"]);
    }
}
