//! A mail for whoever looks at it without being its reader: nobody counts that.

use domain::SandboxName;
use domain::content::Rendered;
use domain::id::MessageId;
use domain::message::MessageDetail;

use super::parameters::PARAMETERS_LETTERS;
use super::tokens::{Purpose, TOKEN_LETTERS, Tokens};
use crate::{Engine, Result};

impl Engine {
    /// [`Engine::find_message`] without the picture that tells of an opening, and with links that lead where they lead. Those by
    /// which the reader leaves, chooses or agrees are there only for whoever may speak for readers: a look is no answer.
    pub async fn look_at_message(
        &self,
        sandbox: &SandboxName,
        id: &MessageId,
        speaks_for_readers: bool,
    ) -> Result<MessageDetail> {
        let mut detail = self.find_message(sandbox, id).await?;
        let version = self.version(&detail.message.campaign_id, detail.campaign_version).await?;
        let variant = detail.message.variant.as_ref().map(|named| &named.key);
        if let Some(Rendered::Email(email)) = detail.rendered.as_mut().map(|rendered| &mut rendered.content) {
            email.html = uncounted(&email.html, &self.0.tokens, version.compiled(variant).links());
        }
        if speaks_for_readers {
            return Ok(detail);
        }
        Ok(serde_json::from_str(&without_answers(&serde_json::to_string(&detail)?, &self.0.tokens))?)
    }
}

/// By what a reader answers, beside the parameters of a page of the customer's own.
const ANSWERS: [Purpose; 4] = [Purpose::Unsubscribe, Purpose::Preferences, Purpose::Outside, Purpose::Confirm];

/// What stands for a token of [`ANSWERS`], and for such parameters.
const HIDDEN: &str = "hidden";

/// A text without the tokens by which a reader answers, wherever they stand.
fn without_answers(text: &str, tokens: &Tokens) -> String {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let bytes = text.as_bytes();
    let mut made = String::with_capacity(text.len());
    let (mut copied, mut at) = (0, 0);
    while at + TOKEN_LETTERS <= bytes.len() {
        let end = at + TOKEN_LETTERS;
        // The last one that is no letter of a token: none begins before it.
        if let Some(last) = bytes[at..end].iter().rposition(|byte| !is_letter(byte)) {
            at += last + 1;
        } else if let Some(end) = end_of_parameters(text, at, tokens) {
            made.push_str(&text[copied..at]);
            made.push_str(HIDDEN);
            (copied, at) = (end, end);
        } else if ANSWERS.iter().any(|purpose| tokens.is_token(*purpose, &text[at..end])) {
            made.push_str(&text[copied..at]);
            made.push_str(HIDDEN);
            (copied, at) = (end, end);
        } else {
            at += 1;
        }
    }
    made.push_str(&text[copied..]);
    made
}

/// Where parameters of ours end that begin here.
fn end_of_parameters(text: &str, at: usize, tokens: &Tokens) -> Option<usize> {
    let end = at + PARAMETERS_LETTERS;
    text.get(at..end).is_some_and(|part| tokens.of_parameters(part).is_some()).then_some(end)
}

/// Longest address that may be one of ours, and most places in it where a token may stand: a mail holds what callers say.
const ADDRESS_MAX: usize = 8 * 1024;
const PLACES_MAX: usize = 4;

/// The HTML with our own addresses exchanged: for nothing, or for what a counted link leads to. Ours are those whose token we
/// have made, under whatever name this server had then. Goes once over the quoted values of attributes.
fn uncounted(html: &str, tokens: &Tokens, links: &[content::Link]) -> String {
    let mut made = String::with_capacity(html.len());
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = html[at..].find(['"', '\'']) {
        let start = at + found + 1;
        let quote = &html[start - 1..start];
        at = start;
        if !html[..start - 1].trim_end().ends_with('=') {
            continue;
        }
        let Some(length) = html[start..].find(quote) else { continue };
        let end = start + length;
        at = end + 1;
        if let Some(address) = exchanged(&html[start..end], tokens, links) {
            made.push_str(&html[copied..start]);
            made.push_str(&content::escaped(&address));
            copied = end;
        }
    }
    made.push_str(&html[copied..]);
    made
}

/// What stands for an address of ours; `None`: it is none.
fn exchanged(address: &str, tokens: &Tokens, links: &[content::Link]) -> Option<String> {
    if address.len() > ADDRESS_MAX {
        return None;
    }
    let mut places = address.match_indices("/c/").chain(address.match_indices("/o/")).take(PLACES_MAX);
    places.find_map(|(at, kind)| {
        let (token, rest) = address[at + kind.len()..].split_at_checked(TOKEN_LETTERS)?;
        if kind == "/o/" {
            tokens.check(Purpose::Open, token, "").map(|_| "data:,".to_owned())
        } else {
            target_of(token, rest, tokens, links)
        }
    })
}

fn target_of(token: &str, rest: &str, tokens: &Tokens, links: &[content::Link]) -> Option<String> {
    let query: Vec<(String, String)> = serde_urlencoded::from_str(rest.strip_prefix('?').unwrap_or_default()).ok()?;
    let carried = query.into_iter().find(|(name, _)| name == "u").map(|(_, value)| value).unwrap_or_default();
    let ticket = tokens.check(Purpose::Click, token, &carried)?;
    let link = links.get(usize::from(ticket.link).checked_sub(1)?)?;
    Some(link.leads_to(&carried).to_owned())
}

#[cfg(test)]
mod tests {
    use content::Link;

    use super::*;

    #[test]
    fn a_link_with_parameters_keeps_them_as_for_its_reader() {
        let tokens = Tokens::new(1, &[7; 32]);
        let links = [Link { url: "https://x.example/".into(), label: String::new() }];
        let target = "https://x.example/?utm_source=mail";
        let click = tokens.issue(Purpose::Click, &MessageId::new(1, [1; 10]), 1, target);
        let html =
            format!("<a href=\"https://h.example/c/{click}?u=https%3A%2F%2Fx.example%2F%3Futm_source%3Dmail\">A</a>");
        assert_eq!(uncounted(&html, &tokens, &links), format!("<a href=\"{target}\">A</a>"));
    }

    #[test]
    fn a_token_by_which_a_reader_answers_is_hidden_wherever_it_stands() {
        let tokens = Tokens::new(1, &[7; 32]);
        let message = MessageId::new(1, [1; 10]);
        let of = |purpose| tokens.issue(purpose, &message, 0, "");
        for purpose in ANSWERS {
            let token = of(purpose);
            for (before, after) in
                [("", ""), ("https://h.example/u/", "?a=1"), ("한_x-", "y_"), ("params=", "&pid=msg_1")]
            {
                let hidden = without_answers(&format!("{before}{token}{after}"), &tokens);
                assert_eq!(hidden, format!("{before}{HIDDEN}{after}"));
            }
        }
        let parameters = tokens.parameters(&message);
        let hidden = without_answers(&format!("한_x-{parameters}y_"), &tokens);
        assert_eq!(hidden, format!("한_x-{HIDDEN}y_"));
        let seen = format!("https://h.example/m/{} {}", of(Purpose::Mirror), "x".repeat(90));
        assert_eq!(without_answers(&seen, &tokens), seen);
    }

    #[test]
    fn what_is_not_ours_stays_as_it_is() {
        let tokens = Tokens::new(1, &[7; 32]);
        let message = MessageId::new(1, [1; 10]);
        let links = [Link { url: "https://x.example/?a=1&b=2".into(), label: String::new() }];
        let (click, open) =
            (tokens.issue(Purpose::Click, &message, 1, ""), tokens.issue(Purpose::Open, &message, 0, ""));
        let html = format!(
            "<a href='https://old.example/c/{click}'>A</a><a href=\"https://x.example/c/y\">B</a>\
             <img src=\"https://h.example/o/{open}.gif\"><img src=\"https://x.example/o/p.gif\">/c/{click}"
        );
        let expected = format!(
            "<a href='https://x.example/?a=1&amp;b=2'>A</a><a href=\"https://x.example/c/y\">B</a>\
             <img src=\"data:,\"><img src=\"https://x.example/o/p.gif\">/c/{click}"
        );
        assert_eq!(uncounted(&html, &tokens, &links), expected);
    }
}
