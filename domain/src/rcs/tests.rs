use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn suggestion(kind: SuggestionKind) -> Suggestion {
    Suggestion { kind, label: "Go".into(), target: "x".into(), webview: Webview::default() }
}

fn card(title: &str) -> RcsCard {
    RcsCard { title: title.into(), ..RcsCard::default() }
}

fn carousel(cards: usize) -> RcsContent {
    RcsContent { kind: RcsKind::Carousel, cards: vec![card("A"); cards], ..RcsContent::default() }
}

fn account(provider: ProviderKind, settings: &[(&str, &str)]) -> ProviderAccount {
    let settings: BTreeMap<_, _> = settings.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    ProviderAccount { provider, settings, secrets_set: BTreeSet::new() }
}

fn faults(content: &RcsContent) -> Vec<(String, String)> {
    content.check().0.into_iter().map(|fault| (fault.path, fault.code)).collect()
}

#[test]
fn a_carousel_has_two_to_ten_cards() {
    for (cards, code) in [(1, Some("too_few_cards")), (2, None), (10, None), (11, Some("too_many_cards"))] {
        let found = faults(&carousel(cards)).pop();
        assert_eq!(found.as_ref().map(|(_, code)| code.as_str()), code, "{cards}");
    }
}

#[test]
fn a_card_has_something_to_show_and_four_suggestions_a_message_eleven() {
    let of = |content: RcsContent| faults(&content);
    let empty = RcsContent { cards: vec![RcsCard::default()], kind: RcsKind::Card, ..RcsContent::default() };
    assert_eq!(of(empty), [("content.rcs.cards.0.title".into(), "empty_card".into())]);
    let crowded = RcsCard { suggestions: vec![suggestion(SuggestionKind::Reply); 5], ..card("A") };
    let crowded = RcsContent { cards: vec![crowded], kind: RcsKind::Card, ..RcsContent::default() };
    assert_eq!(of(crowded), [("content.rcs.cards.0.suggestions".into(), "too_many_suggestions".into())]);
    let suggestions = vec![suggestion(SuggestionKind::Reply); 11];
    let text = RcsContent { suggestions, ..RcsContent::default() };
    assert_eq!(of(text.clone()), []);
    // The place is a suggestion too.
    assert_eq!(of(RcsContent { kind: RcsKind::Location, ..text }).len(), 1);
}

#[test]
fn only_what_the_kind_shows_counts() {
    let content = RcsContent { place: "1,2".into(), ..carousel(3) };
    assert_eq!(RcsContent { kind: RcsKind::Card, ..content.clone() }.shown().cards.len(), 1);
    let text = RcsContent { kind: RcsKind::Text, ..content }.shown();
    assert_eq!((text.cards.len(), text.place.as_str()), (0, ""));
}

#[test]
fn what_stayed_empty_in_the_form_is_no_card() {
    let blank = Suggestion { kind: SuggestionKind::Dial, ..Suggestion::default() };
    let cards = vec![card("A"), RcsCard { suggestions: vec![blank.clone()], ..RcsCard::default() }];
    let content = RcsContent { cards, suggestions: vec![blank], ..RcsContent::default() }.without_blanks();
    assert_eq!((content.cards, content.suggestions), (vec![card("A")], vec![]));
}

#[test]
fn a_place_is_latitude_and_longitude() {
    assert_eq!(place("37.5665, 126.978"), Some((37.5665, 126.978)));
    assert_eq!(place("-90,180"), Some((-90.0, 180.0)));
    for bad in ["", "37.5", "91,0", "0,181", "NaN,0", "inf,0", "1,2,3", "north,south"] {
        assert_eq!(place(bad), None, "{bad}");
    }
}

#[test]
fn templates_and_their_places_have_the_same_paths() {
    let full = RcsCard { suggestions: vec![suggestion(SuggestionKind::OpenUrl)], ..card("A") };
    let mut content =
        RcsContent { cards: vec![full], suggestions: vec![suggestion(SuggestionKind::Dial)], ..carousel(0) };
    let paths: Vec<_> = content.templates().into_iter().map(|(path, _)| path).collect();
    assert!(paths.contains(&"content.rcs.cards.0.suggestions.0.target".into()), "{paths:?}");
    assert_eq!(content.templates_mut().into_iter().map(|(path, _)| path).collect::<Vec<_>>(), paths);
}

#[test]
fn a_provider_without_rcs_without_a_sender_or_without_this_kind_cannot_send_it() {
    let text = RcsContent::default();
    let with_reply = RcsContent { suggestions: vec![suggestion(SuggestionKind::Reply)], ..text.clone() };
    let sender: &[(&str, &str)] = &[("rcsSender", "Shop")];
    let sinch: &[(&str, &str)] = &[("rcsProjectId", "p"), ("rcsAppId", "a")];
    let payload: &[(&str, &str)] = &[("payload", r#"{"rcs": "{{ rcs }}"}"#)];
    let cases = [
        (ProviderKind::Vonage, sender, &carousel(2), None),
        (ProviderKind::Infobip, sender, &carousel(2), None),
        (ProviderKind::Infobip, &[][..], &text, Some(Obstacle::NoSender)),
        (ProviderKind::Twilio, sender, &text, None),
        (ProviderKind::Twilio, sender, &with_reply, Some(Obstacle::NotThis)),
        (ProviderKind::Twilio, sender, &carousel(2), Some(Obstacle::NotThis)),
        (ProviderKind::Sinch, sinch, &carousel(2), None),
        (ProviderKind::Sinch, sender, &text, Some(Obstacle::NoSender)),
        (ProviderKind::Custom, payload, &carousel(2), None),
        (ProviderKind::Custom, &[("payload", "{{message}}")], &text, Some(Obstacle::NotOffered)),
        (ProviderKind::Smpp, sender, &text, Some(Obstacle::NotOffered)),
    ];
    for (provider, settings, content, expected) in cases {
        assert_eq!(Obstacle::of(&account(provider, settings), content), expected, "{provider} {content:?}");
    }
}
