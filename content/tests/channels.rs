//! Mobile messages and push notifications: what their templates become, and what they refuse.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use content::{Addresses, Compiled, Data, Naming, SampleShortLinks, ShortLinks, preview};
use domain::Fault;
use domain::content::{
    ClickAction, Content, MobileContent, MobileKind, PushContent, PushKind, Rendered, RenderedMobile, RenderedPush,
};
use domain::mail_templates::MailTemplates;
use domain::rcs::{RcsCard, RcsContent, RcsKind, Suggestion, SuggestionKind, Webview};
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

/// An RCS message and its SMS.
fn rich(kind: RcsKind, rcs: RcsContent) -> MobileContent {
    let rcs = RcsContent { kind, fallback_text: "Order {{ context.id }} is on its way.".into(), ..rcs };
    MobileContent { kind: MobileKind::Rcs, text: "Order {{ context.id }}".into(), rcs, ..MobileContent::default() }
}

fn button(kind: SuggestionKind, label: &str, target: &str) -> Suggestion {
    Suggestion { kind, label: label.into(), target: target.into(), webview: Webview::Tall }
}

fn two_cards() -> RcsContent {
    let track = button(SuggestionKind::OpenUrl, "Track {{ context.id }}", "https://example.com/{{ context.id }}");
    let card = RcsCard {
        title: "{{ context.name }}".into(),
        description: "Packed.\r\nReady.".into(),
        media_url: "https://example.com/{{ context.id }}.png".into(),
        suggestions: vec![track],
    };
    let plain = RcsCard { title: "Questions?".into(), ..RcsCard::default() };
    let call = button(SuggestionKind::Dial, "Call us", "+82 2 1234 5678");
    RcsContent { cards: vec![card, plain], suggestions: vec![call], ..RcsContent::default() }
}

#[test]
fn every_text_of_an_rcs_message_is_a_template() {
    let content = rich(RcsKind::Carousel, two_cards());
    let rendered = mobile(content, json!({ "id": "17", "name": "<Tea>\n& cup" })).unwrap();
    let rcs = rendered.rcs.clone().unwrap();
    assert_eq!((rcs.cards[0].title.as_str(), rcs.cards[0].description.as_str()), ("<Tea> & cup", "Packed.\nReady."));
    assert_eq!(rcs.cards[0].media_url, "https://example.com/17.png");
    assert_eq!(rcs.cards[0].suggestions[0], button(SuggestionKind::OpenUrl, "Track 17", "https://example.com/17"));
    assert_eq!((rendered.text.as_str(), rcs.fallback_text.as_str()), ("", "Order 17 is on its way."));
    let sms = RenderedMobile { text: "Order 17 is on its way.".into(), ..RenderedMobile::default() };
    assert_eq!(rendered.as_sms(), sms);
}

#[test]
fn an_rcs_message_reads_only_what_its_kind_shows() {
    let of = |kind| {
        let compiled = Compiled::compile(&Content::Mobile(rich(kind, two_cards()))).unwrap();
        compiled.variables().iter().map(|variable| variable.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(RcsKind::Text), ["context.id"]);
    assert_eq!(of(RcsKind::Carousel), ["context.id", "context.name"]);
}

#[test]
fn an_rcs_message_over_its_limits_is_refused_for_that_recipient() {
    let x = |length: usize| "x".repeat(length);
    let card = |change: fn(&mut RcsCard)| {
        let mut rcs = two_cards();
        change(&mut rcs.cards[0]);
        rich(RcsKind::Card, rcs)
    };
    let text = MobileContent { text: "{{ context.v }}".into(), ..rich(RcsKind::Text, RcsContent::default()) };
    let place = RcsContent { place: "{{ context.v }}".into(), place_label: "Shop".into(), ..RcsContent::default() };
    let label = |kind, label: &str, target: &str| RcsContent {
        suggestions: vec![button(kind, label, target)],
        ..RcsContent::default()
    };
    let reply = label(SuggestionKind::Reply, "{{ context.v }}", "");
    let url = label(SuggestionKind::OpenUrl, "Go", "{{ context.v }}");
    let dial = label(SuggestionKind::Dial, "Call", "{{ context.v }}");
    let show = label(SuggestionKind::ShowLocation, "Map", "{{ context.v }}");
    let fallback = RcsContent { fallback_text: "{{ context.v }}".into(), ..RcsContent::default() };
    let fallback = MobileContent { rcs: fallback, ..rich(RcsKind::Text, RcsContent::default()) };
    let cases: Vec<(MobileContent, String, &str, &str)> = vec![
        (text.clone(), x(3_072), "", ""),
        (text, x(3_073), "content.text", "text_too_long"),
        (card(|card| card.title = "{{ context.v }}".into()), x(200), "", ""),
        (card(|card| card.title = "{{ context.v }}".into()), x(201), "content.rcs.cards.0.title", "text_too_long"),
        (
            card(|card| card.description = "{{ context.v }}".into()),
            x(2_001),
            "content.rcs.cards.0.description",
            "text_too_long",
        ),
        (card(|card| card.media_url = "{{ context.v }}".into()), x(9), "content.rcs.cards.0.mediaUrl", "bad_address"),
        (rich(RcsKind::Text, reply.clone()), x(25), "", ""),
        (rich(RcsKind::Text, reply.clone()), x(26), "content.rcs.suggestions.0.label", "text_too_long"),
        (rich(RcsKind::Text, reply), String::new(), "content.rcs.suggestions.0.label", "empty_text"),
        (rich(RcsKind::Text, url), "javascript:alert(1)".into(), "content.rcs.suggestions.0.target", "bad_address"),
        (rich(RcsKind::Text, dial.clone()), "+821012345678".into(), "", ""),
        (rich(RcsKind::Text, dial), "call me".into(), "content.rcs.suggestions.0.target", "bad_phone_number"),
        (rich(RcsKind::Text, show), "91,0".into(), "content.rcs.suggestions.0.target", "bad_place"),
        (rich(RcsKind::Location, place.clone()), "37.5, 127".into(), "", ""),
        (rich(RcsKind::Location, place), "Seoul".into(), "content.rcs.place", "bad_place"),
        (fallback.clone(), x(1_501), "content.rcs.fallbackText", "text_too_long"),
        (fallback, " ".into(), "content.rcs.fallbackText", "empty_text"),
    ];
    for (content, value, path, code) in cases {
        let rendered = mobile(content, json!({ "v": value, "id": 1, "name": "Tea" }));
        let fault = rendered.err().map(|fault| (fault.path, fault.code)).unwrap_or_default();
        assert_eq!((fault.0.as_str(), fault.1.as_str()), (path, code), "{}", value.len());
    }
}

/// Path and text of what no recipient could get.
fn never(content: Content) -> Vec<(String, String)> {
    let compiled = Compiled::compile_to_publish(&content, &MailTemplates::default());
    let faults = compiled.err().unwrap_or_default();
    faults.0.into_iter().map(|fault| (fault.path, fault.text)).collect()
}

#[test]
fn what_could_be_sent_to_nobody_is_told_before_it_goes_live() {
    let told = |path: &str, text: &str| [(path.to_owned(), text.to_owned())];
    let address = "This is not an address such as https://example.com/x.";
    let suggest = |kind, label: &str, target: &str| {
        let suggestion = Suggestion { kind, label: label.into(), target: target.into(), webview: Webview::default() };
        Content::Mobile(rich(RcsKind::Text, RcsContent { suggestions: vec![suggestion], ..RcsContent::default() }))
    };
    let label = "The text has more than 25 characters.";
    let cases = [
        (suggest(SuggestionKind::Reply, &"x".repeat(26), ""), told("content.rcs.suggestions.0.label", label)),
        (suggest(SuggestionKind::OpenUrl, "Go", "shop"), told("content.rcs.suggestions.0.target", address)),
        (
            suggest(SuggestionKind::Dial, "Call", "1588"),
            told("content.rcs.suggestions.0.target", "This is not a number such as +821012345678."),
        ),
        (
            Content::Mobile(MobileContent { kind: MobileKind::Mms, media_url: "a.png".into(), ..sms("Hi") }),
            told("content.mediaUrl", address),
        ),
        (
            Content::Push(PushContent {
                click_action: ClickAction::WebUrl,
                click_url: "shop.example".into(),
                ..notification()
            }),
            told("content.clickUrl", address),
        ),
        (
            Content::Push(PushContent { badge: "many".into(), ..notification() }),
            told("content.badge", "The badge is not a whole number."),
        ),
    ];
    for (content, expected) in cases {
        assert_eq!(never(content), expected);
    }
    let of_the_call = MobileContent { kind: MobileKind::Mms, media_url: "{{ context.url }}".into(), ..sms("Hi") };
    assert_eq!(never(Content::Mobile(of_the_call.clone())), []);
    let fault = mobile(of_the_call, json!({ "url": "a.png" })).unwrap_err();
    assert_eq!(fault.text, "This is not an address such as https://example.com/x for this recipient.");
    // It will be short.
    let long = format!("https://shop.example/{}", "x".repeat(1_500));
    let short = MobileContent { shorten_links: true, ..sms(&long) };
    assert_eq!(never(Content::Mobile(short)), []);
    assert_eq!(never(Content::Mobile(sms(&long))).len(), 1);
}

#[test]
fn an_rcs_message_without_its_sms_is_not_complete() {
    let paths = |content: MobileContent| -> Vec<String> {
        Compiled::compile(&Content::Mobile(content)).unwrap_err().0.into_iter().map(|fault| fault.path).collect()
    };
    let bare = |kind| MobileContent {
        kind: MobileKind::Rcs,
        rcs: RcsContent { kind, ..RcsContent::default() },
        ..MobileContent::default()
    };
    assert_eq!(paths(bare(RcsKind::Text)), ["content.text", "content.rcs.fallbackText"]);
    assert_eq!(paths(bare(RcsKind::Media)), ["content.mediaUrl", "content.rcs.fallbackText"]);
    assert_eq!(paths(bare(RcsKind::Carousel)), ["content.rcs.fallbackText", "content.rcs.cards"]);
    let place = ["content.text", "content.rcs.place", "content.rcs.placeLabel", "content.rcs.fallbackText"];
    assert_eq!(paths(bare(RcsKind::Location)), place);
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
    match Compiled::compile(&content).unwrap().render_at(&data(context), around, Naming::default()).unwrap() {
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
    assert!(compiled.render_at(&Data::default(), around, Naming::default()).is_ok());
}
