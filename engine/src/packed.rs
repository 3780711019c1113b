//! What a message said, kept small: with LZ4, as its difference from the content that it was rendered from. A mail of 30 KB is
//! mostly the template that thousands of others are made of, too.

use domain::content::{Content, Rendered, RenderedEmail};
use domain::message::RenderedMessage;
use lz4_flex::block::{compress_prepend_size_with_dict, decompress_size_prepended_with_dict};

use crate::{Error, Result};

/// Between the parts. No mail holds U+0000: rendering has replaced it.
const BETWEEN: char = '\0';
/// Longest that is unpacked, in bytes: two templates at their largest, and headers.
const LONGEST: u32 = 16 * 1024 * 1024;

/// Packs a mail but for its subject, and everything of other channels.
pub(crate) fn pack(rendered: &RenderedMessage, content: &Content) -> Vec<u8> {
    let whole = match &rendered.content {
        Rendered::Email(RenderedEmail { html, text, .. }) => {
            let headers = serde_json::to_string(&rendered.headers).expect("texts are JSON");
            format!("{html}{BETWEEN}{text}{BETWEEN}{headers}")
        }
        other => serde_json::to_string(other).expect("texts are JSON"),
    };
    compress_prepend_size_with_dict(whole.as_bytes(), dictionary(content))
}

/// What mails of this content are mostly made of.
fn dictionary(content: &Content) -> &[u8] {
    match content {
        Content::Email(email) => email.html.as_bytes(),
        Content::Mobile(_) | Content::Push(_) => &[],
    }
}

/// Unpacks with the very content that it was packed with. `subject`: of a mail.
pub(crate) fn unpack(packed: &[u8], subject: String, content: &Content) -> Result<RenderedMessage> {
    let broken = || Error::unexpected("a stored rendering cannot be read");
    let size = packed.first_chunk().map(|size| u32::from_le_bytes(*size)).ok_or_else(broken)?;
    if size > LONGEST {
        return Err(broken());
    }
    let whole = decompress_size_prepended_with_dict(packed, dictionary(content)).map_err(Error::unexpected)?;
    let whole = String::from_utf8(whole).map_err(Error::unexpected)?;
    if !matches!(content, Content::Email(_)) {
        return Ok(RenderedMessage { content: serde_json::from_str(&whole)?, headers: Vec::new() });
    }
    let mut parts = whole.split(BETWEEN);
    let mut next = || parts.next().ok_or_else(broken);
    let (html, text, headers) = (next()?.to_owned(), next()?.to_owned(), serde_json::from_str(next()?)?);
    Ok(RenderedMessage { content: Rendered::Email(RenderedEmail { subject, html, text }), headers })
}

#[cfg(test)]
mod tests {
    use domain::content::{EmailContent, MobileContent, RenderedMobile};

    use super::*;

    fn content(html: &str) -> Content {
        EmailContent { html: html.to_owned(), ..EmailContent::default() }.into()
    }

    fn rendered(html: &str) -> RenderedMessage {
        let email = RenderedEmail { subject: "주문".into(), html: html.to_owned(), text: "안녕하세요\n".into() };
        RenderedMessage {
            content: Rendered::Email(email),
            headers: vec![("To".into(), "\"지민\" <지민@예시.한국>".into())],
        }
    }

    #[test]
    fn what_was_packed_comes_back_whatever_it_says() {
        for template in ["", "a", "<p>{{ context.name }}</p>", &"<p>{{ context.name }}</p>".repeat(10_000)] {
            for html in ["", "b", "<p>안녕 🎉</p>", &"<p>지민</p>".repeat(20_000)] {
                let (content, rendered) = (content(template), rendered(html));
                let packed = pack(&rendered, &content);
                assert_eq!(unpack(&packed, "주문".into(), &content).unwrap(), rendered);
            }
        }
    }

    #[test]
    fn a_mail_takes_the_room_of_what_the_template_did_not_say() {
        let paragraphs: String =
            (0..300).map(|n| format!("<p style='color:#{n:06x}'>Sentence {n} of a long letter.</p>\n")).collect();
        let template = format!("{paragraphs}<p>Dear {{{{ context.name }}}},</p>");
        let rendered = rendered(&format!("{paragraphs}<p>Dear Ann,</p>"));
        let packed = pack(&rendered, &content(&template));
        assert!(packed.len() * 30 < rendered.content.sizes().0, "{} of {}", packed.len(), rendered.content.sizes().0);
    }

    #[test]
    fn a_mobile_message_comes_back_whole() {
        let mobile = RenderedMobile { text: "안녕\n🎉".into(), ..RenderedMobile::default() };
        let rendered = RenderedMessage { content: Rendered::Mobile(mobile), headers: Vec::new() };
        let content = Content::Mobile(MobileContent::default());
        assert_eq!(unpack(&pack(&rendered, &content), String::new(), &content).unwrap(), rendered);
    }

    #[test]
    fn what_was_not_packed_so_is_an_error() {
        let packed = pack(&rendered("<p>b</p>"), &content("<p>a</p>"));
        for broken in [&[][..], &[1, 2], &[255; 40], &packed[..packed.len() - 1], &packed[1..]] {
            assert!(unpack(broken, String::new(), &content("<p>a</p>")).is_err(), "{broken:?}");
        }
    }
}
