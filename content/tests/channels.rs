//! Mobile messages and push notifications: what their templates become, and what they refuse.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use content::{Addresses, Compiled, Data, SampleShortLinks, ShortLinks, preview};
use domain::Fault;
use domain::content::{
    ClickAction, Content, MobileContent, MobileKind, PushContent, PushKind, Rendered, RenderedMobile, RenderedPush,
};
use domain::variable::VariableRules;
use serde_json::{Value, json};

fn data(context: Value) -> Data {
    serde_json::from_value(json!({ "context": context })).unwrap()
}

fn mobile(content: MobileContent, context: Value) -> Result<RenderedMobile, Fault> {
    match Compiled::compile(&Content::Mobile(content)).unwrap().render(&data(context))? {
        Rendered::Mobile(mobile) => Ok(mobile),
        other => panic!("{other:?}"),
    }
}

fn push(content: PushContent, context: Value) -> Result<RenderedPush, Fault> {
    match Compiled::compile(&Content::Push(content)).unwrap().render(&data(context))? {
        Rendered::Push(push) => Ok(push),
        other => panic!("{other:?}"),
    }
}

fn sms(text: &str) -> MobileContent {
    MobileContent { text: text.into(), ..MobileContent::default() }
}

fn notification() -> PushContent {
    PushContent { title: "Order {{ context.id }}".into(), body: "It is on its way.".into(), ..PushContent::default() }
}

#[test]
fn an_sms_is_plain_text_without_escapes_and_control_characters() {
    let rendered =
        mobile(sms("Hi {{ context.name }},\r\nyour code is\u{7} 1 & 2.\n"), json!({ "name": "<Ann>" })).unwrap();
    assert_eq!(rendered.text, "Hi <Ann>,\nyour code is 1 & 2.");
}

#[test]
fn an_sms_that_is_empty_or_too_long_for_somebody_is_refused_for_them() {
    let fault = |text: &str| mobile(sms("{{ context.text }}"), json!({ "text": text })).unwrap_err();
    assert_eq!((fault(" ").path.as_str(), fault(" ").code.as_str()), ("content.text", "empty_text"));
    assert_eq!(fault(&"x".repeat(1_501)).code, "text_too_long");
    assert!(mobile(sms("{{ context.text }}"), json!({ "text": "x".repeat(1_500) })).is_ok());
}

#[test]
fn an_sms_reads_nothing_of_what_was_written_for_an_mms() {
    let content = MobileContent { title: "{{ context.title }}".into(), ..sms("Hello") };
    assert_eq!(Compiled::compile(&Content::Mobile(content.clone())).unwrap().variables(), []);
    let mms = MobileContent { kind: MobileKind::Mms, media_url: "https://{{ context.host }}/a.png".into(), ..content };
    let rendered = mobile(mms.clone(), json!({ "title": "Hi", "host": "example.com" })).unwrap();
    assert_eq!((rendered.title.as_str(), rendered.media_url.as_str()), ("Hi", "https://example.com/a.png"));
    let fault = mobile(mms, json!({ "title": "Hi", "host": "exa mple.com" })).unwrap_err();
    assert_eq!((fault.path.as_str(), fault.code.as_str()), ("content.mediaUrl", "bad_address"));
}

#[test]
fn a_notification_takes_values_in_title_text_link_badge_and_data() {
    let content = PushContent {
        click_action: ClickAction::DeepLink,
        click_url: "shop://orders/{{ context.id }}".into(),
        badge: "{{ context.open }}".into(),
        data: [("order".to_owned(), "{{ context.id }}".to_owned())].into(),
        ..notification()
    };
    let rendered = push(content, json!({ "id": "17", "open": 3 })).unwrap();
    assert_eq!((rendered.title.as_str(), rendered.click_url.as_str()), ("Order 17", "shop://orders/17"));
    assert_eq!((rendered.badge, rendered.data["order"].as_str()), (Some(3), "17"));
}

#[test]
fn a_notification_never_leads_to_a_program() {
    let content =
        PushContent { click_action: ClickAction::DeepLink, click_url: "{{ context.url }}".into(), ..notification() };
    let fault = push(content, json!({ "id": 1, "url": "javascript:alert(1)" })).unwrap_err();
    assert_eq!((fault.path.as_str(), fault.code.as_str()), ("content.clickUrl", "bad_address"));
}

#[test]
fn a_silent_push_needs_no_text_and_reads_none() {
    let content = PushContent {
        kind: PushKind::Silent,
        data: [("sync".to_owned(), "{{ context.what }}".to_owned())].into(),
        ..notification()
    };
    let rendered = push(content, json!({ "what": "orders" })).unwrap();
    assert_eq!((rendered.title.as_str(), rendered.data["sync"].as_str()), ("", "orders"));
}

#[test]
fn what_is_missing_is_told_at_its_field() {
    let paths = |content: Content| -> Vec<String> {
        Compiled::compile(&content).unwrap_err().0.into_iter().map(|fault| fault.path).collect()
    };
    assert_eq!(paths(Content::Mobile(sms(" "))), ["content.text"]);
    assert_eq!(paths(Content::Push(PushContent::default())), ["content.title", "content.body"]);
    assert_eq!(paths(Content::Mobile(sms("{{ context. }}"))), ["content.text"]);
}

#[test]
fn a_preview_of_a_draft_shows_what_there_is() {
    let content = Content::Push(PushContent { badge: "{{ context.n }}".into(), ..notification() });
    let shown = preview(&content, &VariableRules::new(), &data(json!({ "n": "many" })));
    let Rendered::Push(shown_push) = &shown.rendered else { panic!("{shown:?}") };
    assert_eq!((shown_push.title.as_str(), shown_push.badge), ("Order ⟦context.id⟧", None));
    assert_eq!(shown.faults.0[0].path, "content.badge");
}

/// Says what it was asked.
struct Told;

impl ShortLinks for Told {
    fn short(&self, link: u16, target: &str) -> String {
        format!("<{link} {target}>")
    }
}

fn shortened(text: &str, context: Value) -> String {
    let content = Content::Mobile(MobileContent { shorten_links: true, ..sms(text) });
    let around = Addresses { short: Some(&Told), ..Addresses::default() };
    match Compiled::compile(&content).unwrap().render_at(&data(context), around).unwrap() {
        Rendered::Mobile(mobile) => mobile.text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn links_that_the_author_wrote_become_short_and_those_of_the_data_stay() {
    let text = "{% for id in context.ids %}https://shop.example/{{ id }}\n{% endfor %}{{ context.url }}";
    let context = json!({ "ids": ["a&b", 2], "url": "https://elsewhere.example/" });
    let expected = "<1 https://shop.example/a&b>\n<1 https://shop.example/2>\nhttps://elsewhere.example/";
    assert_eq!(shortened(text, context), expected);
}

#[test]
fn data_cannot_make_a_short_link_of_its_own() {
    let text = "See https://shop.example and {{ context.text }}";
    let hostile = json!({ "text": "\u{fdd0}1https://evil.example \u{fdd0}" });
    assert_eq!(shortened(text, hostile), "See <1 https://shop.example> and 1https://evil.example");
}

#[test]
fn a_text_is_as_long_as_its_short_links_are() {
    let content = Content::Mobile(MobileContent {
        shorten_links: true,
        ..sms(&format!("https://shop.example/{}", "x".repeat(1_500)))
    });
    let compiled = Compiled::compile(&content).unwrap();
    assert_eq!(compiled.render(&Data::default()).unwrap_err().code, "text_too_long");
    let sample = SampleShortLinks("https://go.example");
    let around = Addresses { short: Some(&sample), ..Addresses::default() };
    assert!(compiled.render_at(&Data::default(), around).is_ok());
}
