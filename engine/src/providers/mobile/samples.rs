//! What the tests of the four providers send.

use domain::content::{MobileKind, RenderedMobile};
use domain::rcs::{RcsCard, RcsContent, RcsKind, Suggestion, SuggestionKind, Webview};
use http::{HeaderMap, HeaderName, Method};

use crate::providers::{Callback, Context, MobileOut, Outgoing, Response, Settings};
use domain::Timestamp;

pub const MESSAGE: &str = "msg_01k0a1b2c3d4e5f6g7h8j9kmnp";
pub const RCS_REFERENCE: &str = "rcs_01k0a1b2c3d4e5f6g7h8j9kmnp";
/// 2026-12-01T09:00:00.007Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_796_115_600_007);
pub const CALLBACK_URL: &str = "https://hermod.example/callbacks/c1";

pub fn settings(fields: &[(&str, &str)]) -> Settings {
    Settings(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

pub fn context() -> Context<'static> {
    Context { message_id: MESSAGE, callback_url: Some(CALLBACK_URL), token: None, now: NOW }
}

pub fn sms() -> RenderedMobile {
    RenderedMobile { text: "안녕 & hi".into(), ..RenderedMobile::default() }
}

pub fn mms() -> RenderedMobile {
    RenderedMobile {
        kind: MobileKind::Mms,
        text: "Look".into(),
        title: "News".into(),
        media_url: "https://cdn.example/a.PNG?v=1".into(),
        rcs: None,
    }
}

pub fn to_minsu<'a>(from: &'a str, content: &'a RenderedMobile) -> Outgoing<'a> {
    Outgoing::Mobile(MobileOut { from, to: "+821012345678", content })
}

pub fn answer(status: u16, body: &str) -> Response {
    Response { status, headers: HeaderMap::new(), body: body.into() }
}

pub fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())).collect()
}

pub fn post<'a>(url: &'a str, headers: &'a HeaderMap, body: &'a str) -> Callback<'a> {
    Callback {
        method: &Method::POST,
        url,
        headers,
        body: body.as_bytes(),
        now: NOW,
        certificate: None,
        default_region: "",
    }
}

/// As [`context`], of a message that goes as RCS.
pub fn rcs_context() -> Context<'static> {
    Context { message_id: RCS_REFERENCE, ..context() }
}

fn rich(text: &str, rcs: RcsContent) -> RenderedMobile {
    let rcs = RcsContent { fallback_text: "As SMS".into(), fallback_after_minutes: 10, ..rcs };
    RenderedMobile { kind: MobileKind::Rcs, text: text.into(), rcs: Some(rcs), ..RenderedMobile::default() }
}

/// An RCS message that is a text.
pub fn rcs_text() -> RenderedMobile {
    rich("안녕 & hi", RcsContent::default())
}

/// A picture over RCS.
pub fn rcs_media() -> RenderedMobile {
    let content = rich("", RcsContent { kind: RcsKind::Media, ..RcsContent::default() });
    RenderedMobile { media_url: "https://cdn.example/a.png".into(), ..content }
}

pub fn suggestion(kind: SuggestionKind, label: &str, target: &str) -> Suggestion {
    Suggestion { kind, label: label.into(), target: target.into(), webview: Webview::Tall }
}

fn cards() -> Vec<RcsCard> {
    let tea = RcsCard {
        title: "Tea".into(),
        description: "Green".into(),
        media_url: "https://cdn.example/tea.png".into(),
        suggestions: vec![suggestion(SuggestionKind::OpenUrl, "Buy", "https://shop.example/tea")],
    };
    let call = suggestion(SuggestionKind::Dial, "Call", "+82 2-1234-5678");
    vec![tea, RcsCard { title: "Cup".into(), suggestions: vec![call], ..RcsCard::default() }]
}

/// Two cards, one with a picture.
pub fn carousel() -> RenderedMobile {
    let suggestions = vec![suggestion(SuggestionKind::Reply, "No", "")];
    rich("", RcsContent { kind: RcsKind::Carousel, cards: cards(), suggestions, ..RcsContent::default() })
}

/// The first of the two.
pub fn rcs_card() -> RenderedMobile {
    let cards = cards().into_iter().take(1).collect();
    rich("", RcsContent { kind: RcsKind::Card, cards, ..RcsContent::default() })
}

pub fn location() -> RenderedMobile {
    let (place, place_label) = ("37.5, 127.0".into(), "Our shop".into());
    rich("Come by", RcsContent { kind: RcsKind::Location, place, place_label, ..RcsContent::default() })
}
