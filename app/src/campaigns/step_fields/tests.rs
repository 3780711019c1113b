use domain::campaign::CampaignDraft;
use domain::content::{ClickAction, Content, EmailContent, MobileKind, PushContent};
use domain::variable::{ValueType, VariableRule};

use super::*;

#[test]
fn a_step_changes_its_own_fields_only() {
    let stored = CampaignDraft { name: "Welcome".into(), description: "First mail".into(), ..Default::default() };
    let fields = StepFields { subject: Some("Hello".into()), html: Some("<p>\r\n</p>".into()), ..Default::default() };
    let draft = fields.put_into(stored);
    assert_eq!((draft.name.as_str(), draft.description.as_str()), ("Welcome", "First mail"));
    let Content::Email(email) = draft.content else { panic!("an email") };
    assert_eq!((email.subject.as_str(), email.html.as_str()), ("Hello", "<p>\n</p>"));
}

#[test]
fn what_is_said_of_a_value_is_saved_and_an_untouched_example_stays_what_it_was() {
    let rule = |example: serde_json::Value| VariableRule { example: Some(example), ..VariableRule::default() };
    let (id, old) = ("context.id".to_owned(), "context.old".to_owned());
    let stored = [(id.clone(), rule("1001".into())), (old.clone(), rule(true.into()))];
    let stored = CampaignDraft { variables: stored.into(), ..Default::default() };
    let said = |kind: &str, example: &str| {
        let fields =
            VariableFields { path: id.clone(), kind: kind.into(), required: "true".into(), example: example.into() };
        StepFields { variables: vec![fields], ..Default::default() }.put_into(stored.clone()).variables
    };
    assert_eq!(said("", "1001")[&id], VariableRule { required: Some(true), ..rule("1001".into()) });
    let typed = VariableRule { kind: Some(ValueType::Integer), required: Some(true), ..rule(1001.into()) };
    assert_eq!(said("integer", "1001")[&id], typed);
    assert_eq!((said("", "")[&id].example.clone(), said("", "")[&old].clone()), (None, rule(true.into())));
}

#[test]
fn an_emptied_field_is_saved_as_empty() {
    let stored = CampaignDraft { description: "First mail".into(), ..Default::default() };
    let draft = StepFields { description: Some(String::new()), ..Default::default() }.put_into(stored);
    assert_eq!(draft.description, "");
}

fn written() -> CampaignDraft {
    let email = EmailContent { subject: "Hello".into(), ..Default::default() };
    CampaignDraft { name: "Welcome".into(), content: email.into(), ..Default::default() }
}

#[test]
fn another_channel_starts_with_an_empty_content_and_the_namespace_of_its_addresses() {
    let fields = StepFields { channel: Some("mobile".into()), ..Default::default() };
    let draft = fields.put_into(written());
    assert_eq!((&draft.content, draft.audience.namespace.as_str()), (&Content::empty(Channel::Mobile), "phone"));
    assert_eq!(draft.name, "Welcome");
}

#[test]
fn the_same_channel_or_an_unknown_one_leaves_the_content_alone() {
    for word in ["email", "pigeon", ""] {
        let fields = StepFields { channel: Some(word.into()), ..Default::default() };
        assert_eq!(fields.put_into(written()), written(), "{word}");
    }
}

#[test]
fn a_mobile_message_takes_its_kind_and_its_text() {
    let fields = StepFields {
        channel: Some("mobile".into()),
        kind: Some("mms".into()),
        text: Some("Hi\r\nAnn".into()),
        media_url: Some("https://example.com/a.png".into()),
        subject: Some("of a mail".into()),
        ..Default::default()
    };
    let Content::Mobile(mobile) = fields.put_into(written()).content else { panic!("a mobile message") };
    assert_eq!((mobile.kind, mobile.text.as_str()), (MobileKind::Mms, "Hi\nAnn"));
    assert_eq!(mobile.media_url, "https://example.com/a.png");
}

#[test]
fn a_rich_message_takes_the_cards_and_suggestions_that_were_written() {
    let card = |title: &str| CardFields { title: title.into(), description: "a\r\nb".into(), ..Default::default() };
    let suggestion = |card: &str, label: &str| SuggestionFields {
        card: card.into(),
        kind: "dial".into(),
        label: label.into(),
        webview: "sideways".into(),
        ..Default::default()
    };
    let rcs = RcsFields {
        kind: Some("carousel".into()),
        fallback_text: Some("SMS".into()),
        fallback_after_minutes: Some("15".into()),
        ..Default::default()
    };
    let fields = StepFields {
        channel: Some("mobile".into()),
        kind: Some("rcs".into()),
        rcs,
        cards: vec![card("One"), CardFields::default(), card("Three")],
        suggestions: vec![suggestion("0", ""), suggestion("2", "Call"), suggestion("", "Thanks")],
        ..Default::default()
    };
    let Content::Mobile(mobile) = fields.put_into(written()).content else { panic!("a mobile message") };
    let titles: Vec<_> = mobile.rcs.cards.iter().map(|card| card.title.as_str()).collect();
    assert_eq!((mobile.kind, titles), (MobileKind::Rcs, vec!["One", "Three"]));
    assert_eq!(mobile.rcs.cards[0].description, "a\nb");
    let call = &mobile.rcs.cards[1].suggestions[0];
    assert_eq!((call.label.as_str(), call.kind.as_str(), call.webview.as_str()), ("Call", "dial", "browser"));
    assert_eq!((mobile.rcs.cards[0].suggestions.len(), mobile.rcs.suggestions[0].label.as_str()), (0, "Thanks"));
    assert_eq!((mobile.rcs.fallback_text.as_str(), mobile.rcs.fallback_after_minutes), ("SMS", 15));
    // A form of another step has none of it.
    let stored = CampaignDraft { content: Content::Mobile(mobile.clone()), ..Default::default() };
    let Content::Mobile(kept) = StepFields::default().put_into(stored).content else { panic!("a mobile message") };
    assert_eq!(kept, mobile);
}

#[test]
fn a_notification_takes_its_words_and_the_lines_of_its_data() {
    let stored = CampaignDraft { content: Content::Push(PushContent::default()), ..Default::default() };
    let fields = StepFields {
        click_action: Some("web_url".into()),
        priority: Some("sometime".into()),
        data: Some("order: {{ context.id }}\r\nscreen: orders".into()),
        ..Default::default()
    };
    let Content::Push(push) = fields.put_into(stored).content else { panic!("a notification") };
    assert_eq!((push.click_action, push.priority), (ClickAction::WebUrl, PushContent::default().priority));
    assert_eq!(push.data.len(), 2);
    assert_eq!(push.data["order"], "{{ context.id }}");
}

#[test]
fn a_live_activity_takes_the_templates_that_the_form_has() {
    let mut push = PushContent::default();
    push.activity.id = "kept".into();
    let stored = CampaignDraft { content: Content::Push(push), ..Default::default() };
    let given = [("event", "start"), ("state", "{\r\n}"), ("unknown", "x")];
    let activity = given.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let fields = StepFields { kind: Some("live_activity".into()), activity, ..Default::default() };
    let Content::Push(push) = fields.put_into(stored).content else { panic!("a notification") };
    assert_eq!(push.kind.as_str(), "live_activity");
    assert_eq!((push.activity.event.as_str(), push.activity.state.as_str()), ("start", "{\n}"));
    assert_eq!(push.activity.id, "kept");
}

#[test]
fn data_that_cannot_be_read_is_told_at_its_field() {
    let fields = StepFields { data: Some("no colon".into()), ..Default::default() };
    assert_eq!(fields.check().at("content.data").unwrap().code, "bad_data_line");
}

#[test]
fn code_takes_the_place_of_a_design_only_when_it_says_something_else() {
    let design = Some(Box::<domain::design::Design>::default());
    let stored = || EmailContent { html: "<p>\n</p>".into(), design: design.clone(), ..Default::default() };
    let put = |fields: StepFields| {
        let stored = CampaignDraft { content: stored().into(), ..Default::default() };
        let Content::Email(email) = fields.put_into(stored).content else { panic!("an email") };
        email
    };
    let html = |html: &str| put(StepFields { html: Some(html.into()), ..Default::default() });
    let mjml = |mjml: &str| put(StepFields { mjml: Some(mjml.into()), ..Default::default() });
    let made = ::content::design_mjml(&domain::design::Design::default());
    assert_eq!(put(StepFields::default()), stored());
    assert_eq!((html("<p>\r\n</p>"), mjml(&made.replace('\n', "\r\n"))), (stored(), stored()));
    let written = html("<p>Mine</p>");
    assert_eq!((written.design, written.html.as_str()), (None, "<p>Mine</p>"));
    let written = mjml("<mjml></mjml>");
    assert_eq!((written.design, written.mjml.as_str()), (None, "<mjml></mjml>"));
}

fn in_two_languages() -> CampaignDraft {
    let variants = r#"{"languages": {"offered": [{"tag": "en"}, {"tag": "ko"}], "fallback": "en"}}"#;
    StepFields { variants: Some(variants.into()), ..Default::default() }.put_into(written())
}

#[test]
fn fields_of_a_variant_are_saved_with_its_own_content_only() {
    let key = "-/-/ko".parse().unwrap();
    let fields = StepFields { html: Some("<p>안녕</p>".into()), name: Some("Hi".into()), ..Default::default() };
    let draft = fields.put_into_variant(in_two_languages(), &key).unwrap();
    let korean = draft.variants.contents[&key].email().unwrap();
    assert_eq!((korean.subject.as_str(), korean.html.as_str()), ("Hello", "<p>안녕</p>"));
    assert_eq!((draft.content.email().unwrap().html.as_str(), draft.name.as_str()), ("", "Hi"));
    let unknown = StepFields::default().put_into_variant(in_two_languages(), &"-/-/fr".parse().unwrap());
    assert_eq!(unknown.unwrap_err(), domain::Failure::not_found("variant"));
}

#[test]
fn what_variants_there_are_is_saved_beside_what_is_written_for_them() {
    let key: domain::variants::VariantKey = "-/-/ko".parse().unwrap();
    let draft = StepFields::default().put_into_variant(in_two_languages(), &key).unwrap();
    let without = |json: &str| StepFields { variants: Some(json.into()), ..Default::default() };
    let korean_only =
        without(r#"{"languages": {"offered": [{"tag": "ko"}], "fallback": null}}"#).put_into(draft.clone());
    assert!(korean_only.variants.contents.contains_key(&key));
    assert_eq!(without("").put_into(draft.clone()).variants.languages, None);
    assert_eq!(without("{").check().at("variants").unwrap().code, "bad_json");
    let other = StepFields { channel: Some("push".into()), ..Default::default() }.put_into(draft);
    assert!(other.variants.contents.is_empty() && other.variants.languages.is_some());
}
