//! What the tests of the four providers send.

use domain::content::{MobileKind, RenderedMobile};
use http::{HeaderMap, HeaderName, Method};

use crate::providers::{Callback, Context, MobileOut, Outgoing, Response, Settings};
use domain::Timestamp;

pub const MESSAGE: &str = "msg_01k0a1b2c3d4e5f6g7h8j9kmnp";
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
    RenderedMobile { kind: MobileKind::Sms, text: "안녕 & hi".into(), title: String::new(), media_url: String::new() }
}

pub fn mms() -> RenderedMobile {
    RenderedMobile {
        kind: MobileKind::Mms,
        text: "Look".into(),
        title: "News".into(),
        media_url: "https://cdn.example/a.PNG?v=1".into(),
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
    Callback { method: &Method::POST, url, headers, body: body.as_bytes(), now: NOW, certificate: None }
}
