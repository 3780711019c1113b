//! Marketing goes to whoever agreed to it, and to nobody else; what people said is kept, and how they said it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::support::audience::{import, opted_in, people};
use crate::support::consents::{said, set};
use crate::support::provider::Provider;
use crate::support::shop::{ANN, Shop, caller};
use crate::support::texting::{KIM, hear, texting};
use crate::support::{World, dev, prod};
use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentRecord, ConsentSource, EmptyConsent};
use domain::device::DeviceRegistration;
use domain::execution::AudienceRequest;
use domain::id::{CampaignId, TopicId};
use domain::message::{LogFilter, MessageDetail};
use domain::push_token::{PushPlatform, PushToken};
use domain::suppression::SuppressionReason;
use domain::topic::TopicWords;
use domain::{Failure, Timestamp};
use engine::audiences::ImportRules;
use engine::consent::{ConsentFile, NewConsent, NewConsentRequest, OutsideChoice, Wishes};
use engine::keys::SecretKey;
use engine::store::Store;
use engine::{Engine, Error, ManualClock, Settings};
use futures::TryStreamExt as _;
use serde_json::json;
use sqlx::migrate::Migrator;

const P0: &str = "p0@example.com";

/// A campaign for one reader, of whom nothing is known.
async fn news(world: &World) -> Shop {
    named_news(world, "News", "").await
}

async fn named_news(world: &World, name: &str, more: &str) -> Shop {
    if world.list_audiences(&dev()).await.unwrap().is_empty() {
        let list = people(1);
        world.import_audience(&dev(), "Readers", list.as_bytes(), ImportRules::default(), ANN).await.unwrap();
    }
    let yaml = format!(
        "kind: channel-configuration\nname: {name}\ncategory: marketing\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\ntransport: {{ kind: capture }}\n---\nkind: campaign\nname: {name}\n\
         category: marketing\nconfiguration: {name}\nstatus: live\n{more}audience: {{ name: Readers }}\n\
         content: {{ subject: News, html: '<a href=\"{{{{ unsubscribe_url }}}}\">Leave</a>' }}\n"
    );
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }
}

/// What becomes of the message of a run.
async fn run(world: &World, shop: &Shop, request_id: &str) -> MessageDetail {
    let request = json!({"requestId": request_id, "campaignId": shop.campaign, "context": {}});
    let request: AudienceRequest = serde_json::from_value(request).unwrap();
    world.trigger_audience(&shop.caller, request).await.unwrap();
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let filter = LogFilter { request_id: request_id.into(), ..LogFilter::default() };
    let message = world.list_messages(&dev(), &filter, None, 1).await.unwrap().rows.remove(0);
    world.find_message(&dev(), &message.id).await.unwrap()
}

/// The reason, or none when it went.
async fn ends(world: &World, shop: &Shop, request_id: &str) -> Option<String> {
    let story = run(world, shop, request_id).await;
    assert_eq!(story.message.state.as_str(), if story.message.reason.is_some() { "excluded" } else { "captured" });
    story.message.reason
}

fn new(choice: Choice) -> NewConsent {
    said(P0, choice)
}

async fn record(world: &World) -> ConsentRecord {
    world.find_consent(&dev(), Channel::Email, P0).await.unwrap()
}

/// Choices of the history, oldest first.
async fn history(world: &World) -> Vec<(Choice, ConsentSource)> {
    record(world).await.history.into_iter().map(|entry| (entry.choice, entry.source)).collect()
}

async fn topic(world: &World, name: &str) -> TopicId {
    let words = TopicWords { name_en: name.into(), name_ko: "새 책".into(), ..TopicWords::default() };
    world.create_topic(&dev(), words, ANN).await.unwrap().id
}

on_both!(whoever_never_agreed_gets_no_marketing_unless_the_sandbox_takes_silence_for_consent, |world| async {
    let shop = news(world).await;
    let refused = run(world, &shop, "r-1").await;
    assert_eq!((refused.message.state.as_str(), refused.message.reason.as_deref()), ("excluded", Some("no_consent")));
    let check = refused.checks.last().unwrap();
    assert_eq!((check.code.as_str(), check.passed), ("consented", false));
    assert_eq!(check.text, "The person never agreed to marketing email.");
    assert!(refused.attempts.is_empty());
    let sandbox = world.set_empty_consent(&dev(), EmptyConsent::OptOut).await.unwrap();
    assert_eq!(sandbox.empty_consent, EmptyConsent::OptOut);
    assert_eq!(ends(world, &shop, "r-2").await, None);
    assert_eq!(world.find_sandbox(&prod()).await.unwrap().empty_consent, EmptyConsent::OptInRequired);
    // A no is a no in either.
    set(world, new(Choice::Out)).await;
    assert_eq!(ends(world, &shop, "r-3").await.as_deref(), Some("opted_out"));
});

on_both!(a_yes_lets_marketing_go_and_the_check_says_when_and_how_it_was_given, |world| async {
    let shop = news(world).await;
    assert_eq!(set(world, new(Choice::In)).await, 1);
    let story = run(world, &shop, "r-1").await;
    let check = story.checks.iter().find(|check| check.code == "consented").unwrap();
    assert_eq!(check.text, "The person agreed to marketing email on 1 December 2026 (told over the API).");
    set(world, new(Choice::Out)).await;
    let refused = run(world, &shop, "r-2").await;
    let words = "The person opted out of marketing email on 1 December 2026 (told over the API).";
    assert_eq!(refused.message.detail.as_deref(), Some(words));
    let order: Vec<&str> = refused.checks.iter().map(|check| check.code.as_str()).collect();
    assert_eq!(order, ["campaign_live", "address_valid", "not_suppressed", "consented"]);
});

on_both!(what_is_about_service_asks_for_no_consent_and_says_nothing_of_it, |world| async {
    let shop = Shop::capturing(world).await;
    set(world, new(Choice::Out)).await;
    let accepted = shop.order(world, "r-1", P0).await;
    world.drain().await.unwrap();
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!(story.message.state.as_str(), "captured");
    assert!(story.checks.iter().all(|check| check.code != "consented"));
});

on_both!(a_list_of_people_who_opted_in_is_their_consent_but_for_those_who_said_no, |world| async {
    let shop = news(world).await;
    set(world, NewConsent { address: "p1@example.com".into(), ..new(Choice::Out) }).await;
    let list = people(2);
    let imported = world.import_audience(&dev(), "Readers", list.as_bytes(), opted_in(), ANN).await.unwrap();
    assert_eq!((imported.members, imported.opted_in), (2, 1));
    let entry = record(world).await.history.remove(0);
    assert_eq!((entry.choice, entry.source, entry.entered_by.as_str()), (Choice::In, ConsentSource::Import, ANN));
    assert_eq!(entry.proof, "Newsletter form (list “Readers”, entry 1)");
    // The newest message is that of the second reader.
    assert_eq!(ends(world, &shop, "r-1").await.as_deref(), Some("opted_out"));
    let other = world.find_consent(&dev(), Channel::Email, "P1@Example.com").await.unwrap();
    assert_eq!((other.consents[0].choice, other.history.len()), (Choice::Out, 1));
    // The same list once more says nothing new, and without the word it says nothing at all.
    let again = world.import_audience(&dev(), "Readers", list.as_bytes(), opted_in(), ANN).await.unwrap();
    assert_eq!(again.opted_in, 0);
    let nothing = ImportRules { opted_in: Some(" "), ..ImportRules::default() };
    assert!(world.import_audience(&dev(), "Readers", list.as_bytes(), nothing, ANN).await.is_err());
});

on_both!(a_list_that_is_refused_opts_nobody_in, |world| async {
    let list = format!("{}nonsense\n", people(1));
    assert!(world.import_audience(&dev(), "Readers", list.as_bytes(), opted_in(), ANN).await.is_err());
    assert_eq!(record(world).await, ConsentRecord::default());
});

on_both!(every_choice_is_kept_and_what_changes_nothing_is_not_told_twice, |world| async {
    for choice in [Choice::In, Choice::Out, Choice::Out, Choice::In] {
        set(world, new(choice)).await;
        world.clock.advance(Duration::from_secs(60));
    }
    let api = ConsentSource::Api;
    assert_eq!(history(world).await, [(Choice::In, api), (Choice::Out, api), (Choice::In, api)]);
    assert_eq!(record(world).await.consents.len(), 1);
    assert_eq!(world.find_consent(&prod(), Channel::Email, P0).await.unwrap(), ConsentRecord::default());
});

on_both!(a_no_to_a_number_holds_however_the_number_is_written, |world| async {
    let choice_of = |address: &'static str| async move {
        let record = world.find_consent(&dev(), Channel::Mobile, address).await.unwrap();
        record.consents.first().map(|consent| consent.choice)
    };
    set(world, NewConsent { channel: Channel::Mobile, address: "+44 (0)7911 123456".into(), ..new(Choice::Out) }).await;
    assert_eq!(choice_of("+447911123456").await, Some(Choice::Out));
    set(world, NewConsent { channel: Channel::Mobile, address: "+447911123456".into(), ..new(Choice::In) }).await;
    assert_eq!(choice_of("+44 07911 123456").await, Some(Choice::In));
});

on_both!(what_was_said_earlier_does_not_take_the_place_of_what_was_said_later, |world| async {
    set(world, new(Choice::Out)).await;
    let before = world.now().minus(Duration::from_secs(60));
    assert_eq!(set(world, NewConsent { at: Some(before), ..new(Choice::In) }).await, 0);
    assert_eq!(record(world).await.consents[0].choice, Choice::Out);
    world.clock.advance(Duration::from_secs(120));
    let later = world.now().minus(Duration::from_secs(60));
    assert_eq!(set(world, NewConsent { at: Some(later), ..new(Choice::In) }).await, 1);
    let record = record(world).await;
    assert_eq!((record.consents[0].choice, record.history[1].at), (Choice::In, later));
});

on_both!(choices_are_set_all_or_none, |world| async {
    let wrong = NewConsent { address: "nobody".into(), ..new(Choice::In) };
    let ahead = world.now().plus(Duration::from_secs(1));
    let future = NewConsent { at: Some(ahead), address: "p2@example.com".into(), ..new(Choice::In) };
    let pending = NewConsent { address: "p3@example.com".into(), ..new(Choice::Pending) };
    let unknown = NewConsent { topic_id: Some(TopicId::new(1, [1; 10])), ..new(Choice::In) };
    let all = vec![new(Choice::In), wrong, future, pending, new(Choice::Out), unknown];
    let refused = world.set_consents(&dev(), all).await.unwrap_err();
    let Error::Failure(Failure::Invalid { faults }) = refused else { panic!("{refused:?}") };
    let told: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    let expected = [
        ("[1].address", "bad_email_address"),
        ("[2].at", "in_the_future"),
        ("[3].choice", "not_settable"),
        ("[4]", "repeated"),
        ("[5].topicId", "unknown_topic"),
    ];
    assert_eq!(told, expected);
    assert_eq!(record(world).await, ConsentRecord::default());
});

on_both!(who_wants_nothing_of_a_topic_gets_the_other_campaigns, |world| async {
    let books = topic(world, "Books").await;
    let other = topic(world, "Offers").await;
    let (of_topic, plain) = (named_news(world, "Books", "topic: Books\n").await, named_news(world, "News", "").await);
    set(world, new(Choice::In)).await;
    assert_eq!(ends(world, &of_topic, "r-1").await, None);
    set(world, NewConsent { topic_id: Some(books.clone()), ..new(Choice::Out) }).await;
    let refused = run(world, &of_topic, "r-2").await;
    assert_eq!(refused.message.reason.as_deref(), Some("opted_out"));
    assert!(refused.message.detail.unwrap().contains("the topic of this campaign"));
    assert_eq!(ends(world, &plain, "r-3").await, None);
    set(world, NewConsent { topic_id: Some(other), ..new(Choice::Out) }).await;
    set(world, NewConsent { topic_id: Some(books), ..new(Choice::In) }).await;
    assert_eq!(ends(world, &of_topic, "r-4").await, None);
    set(world, new(Choice::Out)).await;
    assert_eq!(ends(world, &of_topic, "r-5").await.as_deref(), Some("opted_out"));
});

on_both!(only_marketing_campaigns_have_a_topic_and_it_is_one_that_is_offered, |world| async {
    let books = topic(world, "Books").await;
    let shop = named_news(world, "Books", "topic: Books\n").await;
    world.set_topic_removed(&dev(), &books, true, ANN).await.unwrap();
    assert!(world.list_topics(&dev()).await.unwrap().is_empty());
    let codes = async || {
        let review = world.review_campaign(&dev(), &shop.campaign).await.unwrap();
        review.errors.0.into_iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    assert_eq!(codes().await, ["topic_missing"]);
    // What is live keeps to what people said of it.
    set(world, new(Choice::In)).await;
    set(world, NewConsent { topic_id: Some(books.clone()), ..new(Choice::Out) }).await;
    assert_eq!(ends(world, &shop, "r-1").await.as_deref(), Some("opted_out"));
    world.set_topic_removed(&dev(), &books, false, ANN).await.unwrap();
    assert!(codes().await.is_empty());
    let orders = Shop::capturing(world).await;
    let detail = world.find_campaign(&dev(), &orders.campaign).await.unwrap();
    let draft = domain::campaign::CampaignDraft { topic_id: books.to_string(), ..detail.draft };
    world.save_draft(&dev(), &orders.campaign, detail.campaign.revision, &draft, ANN).await.unwrap();
    let review = world.review_campaign(&dev(), &orders.campaign).await.unwrap();
    assert_eq!(review.errors.at("topicId").unwrap().code, "not_marketing");
});

on_both!(stop_and_start_are_what_a_person_says_of_all_marketing_on_the_channel, |world| async {
    let provider = Provider::start(&[]).await;
    let (_, configuration) = texting(world, &provider).await;
    let said = async |sid: &str, text: &str| {
        let body = [("MessageSid", sid), ("From", KIM), ("To", "+15005550006"), ("Body", text)];
        assert_eq!(hear(world, &configuration, "", &body, true).await, Ok(()));
        world.find_consent(&dev(), Channel::Mobile, KIM).await.unwrap()
    };
    let record = said("SMa", "Stop").await;
    assert_eq!((record.consents[0].choice, record.consents[0].source), (Choice::Out, ConsentSource::SmsKeyword));
    assert_eq!(record.history[0].proof, "Stop");
    let record = said("SMb", "start").await;
    assert_eq!((record.consents[0].choice, record.history.len()), (Choice::In, 2));
    assert_eq!(said("SMc", "What is this?").await, record);
});

on_both!(what_somebody_unsubscribed_by_is_told_with_its_message, |world| async {
    let shop = news(world).await;
    set(world, new(Choice::In)).await;
    let story = run(world, &shop, "r-1").await;
    let html = story.rendered.as_ref().unwrap().content.email().unwrap().html.clone();
    let token = html.split("/u/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(world.unsubscribe(&token, ConsentSource::OneClick).await.unwrap());
    let entry = record(world).await.history.pop().unwrap();
    assert_eq!((entry.choice, entry.source, entry.entered_by.as_str()), (Choice::Out, ConsentSource::OneClick, ""));
    assert_eq!(entry.message_id, Some(story.message.id));
    let refused = run(world, &shop, "r-2").await;
    assert!(refused.message.detail.unwrap().ends_with("(by one-click)."));
    assert!(world.list_suppressions(&dev(), None, "").await.unwrap().is_empty());
});

on_both!(a_person_who_is_forgotten_leaves_no_history_and_who_wanted_nothing_still_gets_nothing, |world| async {
    let shop = news(world).await;
    set(world, new(Choice::In)).await;
    let erased = world.erase_person(&dev(), P0, ANN).await.unwrap();
    assert_eq!((erased.consents, record(world).await), (1, ConsentRecord::default()));
    set(world, NewConsent { proof: "told on the phone".into(), ..new(Choice::Out) }).await;
    world.erase_person(&dev(), P0, ANN).await.unwrap();
    let left = record(world).await;
    assert!(left.history.is_empty());
    assert_eq!(left.consents[0].choice, Choice::Out);
    import(world, &dev(), "Readers", &people(1)).await;
    assert_eq!(ends(world, &shop, "r-1").await.as_deref(), Some("opted_out"));
});

/// A mail that was sent to the reader, and the tokens of its links: unsubscribe, preferences, page of one's own.
async fn letter(world: &World) -> (Shop, [String; 3]) {
    set(world, new(Choice::In)).await;
    let more = "content:\n  subject: News\n  trackClicks: true\n\
                \x20 html: '<a href=\"{{ unsubscribe_url }}\">L</a><a href=\"{{ preferences_url }}\">P</a>\
                <a href=\"https://shop.example/leave?params={{ consent_params }}&amp;pid={{ consent_pid }}\">O</a>'\n";
    let shop = named_news(world, "News", "").await;
    let yaml = format!(
        "kind: campaign\nname: Letter\ncategory: marketing\nconfiguration: News\nstatus: live\n\
         audience: {{ name: Readers }}\n{more}"
    );
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let shop = Shop { campaign, ..shop };
    let story = run(world, &shop, "letter").await;
    let html = story.rendered.as_ref().unwrap().content.email().unwrap().html.clone();
    let behind = |start: &str| {
        let rest = html.split(start).nth(1).unwrap_or_else(|| panic!("{html}"));
        rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect()
    };
    assert!(html.contains(&format!("&amp;pid={}\"", story.message.id)), "a page of one's own is not counted: {html}");
    (shop, [behind("/u/"), behind("/p/"), behind("leave?params=")])
}

on_both!(a_reader_chooses_channel_and_topics_and_nothing_else_is_said_of_them, |world| async {
    let (books, offers) = (topic(world, "Books").await, topic(world, "Offers").await);
    let (shop, [leave, token, _]) = letter(world).await;
    let shown = world.find_preferences(&token).await.unwrap().unwrap();
    assert_eq!((shown.channel, shown.address.as_str(), shown.wants), (Channel::Email, P0, true));
    assert!(shown.topics.iter().all(|wish| wish.wants));
    let shown = [books.clone()].into();
    let wishes = Wishes { channel: true, shown, ..Wishes::default() };
    assert!(world.save_preferences(&token, &wishes).await.unwrap());
    let held = record(world).await;
    // A topic that the page did not show yet stays as it was.
    let of = |topic: &TopicId| held.consents.iter().find(|it| it.topic_id.as_ref() == Some(topic)).map(|it| it.choice);
    assert_eq!((of(&books), of(&offers), held.history.len()), (Some(Choice::Out), None, 2));
    assert!(world.save_preferences(&token, &wishes).await.unwrap());
    assert_eq!(record(world).await.history.len(), 2, "nothing is entered twice");
    assert!(world.leave_everything(&token).await.unwrap());
    assert_eq!(ends(world, &shop, "r-2").await.as_deref(), Some("opted_out"));
    assert!(world.find_leaver(&leave).await.unwrap().unwrap().has_left);
    // Whoever comes back finds their topics as they were.
    let wishes = Wishes { channel: true, ..Wishes::default() };
    assert!(world.save_preferences(&token, &wishes).await.unwrap());
    assert_eq!(ends(world, &shop, "r-3").await, None);
    let back = world.find_preferences(&token).await.unwrap().unwrap();
    assert_eq!(back.topics.iter().map(|wish| wish.wants).collect::<Vec<_>>(), [false, true]);
    assert!(world.find_preferences(&leave).await.unwrap().is_none(), "each link is good for its page alone");
    assert!(!world.save_preferences(&leave, &wishes).await.unwrap());
});

on_both!(a_page_of_a_customers_own_tells_what_its_visitor_chose, |world| async {
    let (shop, [leave, _, params]) = letter(world).await;
    let filter = LogFilter { request_id: "letter".into(), ..LogFilter::default() };
    let pid = world.list_messages(&dev(), &filter, None, 1).await.unwrap().rows.remove(0).id.to_string();
    assert_eq!(world.person_of_link(&dev(), &params, &pid).await.unwrap().0.address, P0);
    let no = |scope: &str| OutsideChoice { channel: "email".into(), choice: "no".into(), scope: scope.into() };
    for (sandbox, params, pid) in
        [(dev(), &leave, pid.as_str()), (prod(), &params, pid.as_str()), (dev(), &params, "msg_1"), (dev(), &pid, &pid)]
    {
        assert!(world.person_of_link(&sandbox, params, pid).await.is_err());
    }
    let wrong = OutsideChoice { channel: "sms".into(), ..no("channel") };
    let refused = world.set_consent_of_link(&shop.caller, (&params, &pid), &[wrong]).await.unwrap_err();
    let Error::Failure(Failure::Invalid { faults }) = refused else { panic!("{refused:?}") };
    assert_eq!(faults.0[0].path, "marketing[0].type");
    let yes_again = OutsideChoice { choice: "yes".into(), ..no("channel") };
    let refused = world.set_consent_of_link(&shop.caller, (&params, &pid), &[no("channel"), yes_again]).await;
    assert_eq!(refused.unwrap_err().into_failure().code(), "repeated");
    world.set_consent_of_link(&shop.caller, (&params, &pid), &[no("channel")]).await.unwrap();
    let entry = record(world).await.history.pop().unwrap();
    assert_eq!((entry.choice, entry.source, entry.entered_by.as_str()), (Choice::Out, ConsentSource::Api, "Web shop"));
    let yes = OutsideChoice { choice: "yes".into(), ..no("identity") };
    world.set_consent_of_link(&shop.caller, (&params, &pid), &[yes]).await.unwrap();
    assert_eq!(ends(world, &shop, "r-2").await, None);
});

on_both!(who_saves_the_page_without_the_tick_has_said_no_even_after_silence, |world| async {
    let books = topic(world, "Books").await;
    let shop = Shop::capturing(world).await;
    let yaml = "kind: campaign\nname: Receipt\ncategory: transactional\nconfiguration: Orders\nstatus: live\ncontent:\n\
                \x20 subject: Receipt\n\x20 html: '<a href=\"{{ preferences_url }}\">P</a>'\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    let shop = Shop { campaign: applied.last().unwrap().id.parse().unwrap(), ..shop };
    let accepted = shop.order(world, "r-1", P0).await;
    world.drain().await.unwrap();
    let message = shop.messages(world, &accepted.execution_id).await.remove(0);
    let story = world.find_message(&dev(), &message.id).await.unwrap();
    let html = story.rendered.unwrap().content.email().unwrap().html.clone();
    let token: String = html.split("/p/").nth(1).unwrap().chars().take(40).collect();
    let wishes = Wishes { channel: false, shown: [books.clone()].into(), wanted: [books].into() };
    assert!(world.save_preferences(&token, &wishes).await.unwrap());
    assert!(!world.find_preferences(&token).await.unwrap().unwrap().wants);
    assert_eq!(record(world).await.consents[0].choice, Choice::Out);
});

/// The link of the newest mail that asks, and how many there were.
async fn asked(world: &World) -> (String, usize) {
    world.drain().await.unwrap();
    let all = world.list_messages(&dev(), &LogFilter::default(), None, 50).await.unwrap().rows;
    let asking: Vec<_> = all.into_iter().filter(|message| message.campaign_name == "Confirm").collect();
    let Some(newest) = asking.first() else { return (String::new(), 0) };
    let story = world.find_message(&dev(), &newest.id).await.unwrap();
    let html = story.rendered.as_ref().unwrap().content.email().unwrap().html.clone();
    let token = html.split("https://hermod.example.com/confirm/").nth(1).unwrap().chars().take(40).collect();
    (token, asking.len())
}

/// The campaign that asks for a confirmation.
async fn confirmation(world: &World) -> Shop {
    let yaml = "kind: channel-configuration\nname: Confirm\ncategory: transactional\nstatus: active\nfromName: Shop\n\
                fromAddress: shop@example.com\ntransport: { kind: capture }\n---\nkind: campaign\nname: Confirm\n\
                category: transactional\nconfiguration: Confirm\nstatus: live\n\
                content: { subject: Confirm, html: '<a href=\"{{ context.confirmUrl }}\">Yes</a>' }\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    let campaign = applied.last().unwrap().id.parse().unwrap();
    Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }
}

fn form(shop: &Shop) -> NewConsentRequest {
    NewConsentRequest {
        address: P0.into(),
        topics: Vec::new(),
        source: "Newsletter form".into(),
        language: "ko".into(),
        campaign_id: shop.campaign.to_string(),
    }
}

on_both!(who_asked_for_marketing_gets_it_once_they_have_confirmed, |world| async {
    let (shop, asking) = (news(world).await, confirmation(world).await);
    world.ask_consent(&asking.caller, form(&asking)).await.unwrap();
    let (token, _) = asked(world).await;
    let refused = run(world, &shop, "r-1").await;
    assert_eq!(refused.message.reason.as_deref(), Some("consent_pending"));
    let found = world.find_confirmation(&token).await.unwrap().unwrap();
    assert_eq!((found.address.as_str(), found.is_confirmed, found.language.as_str()), (P0, false, "ko"));
    assert_eq!(history(world).await.len(), 1, "looking changes nothing");
    for _ in 0..2 {
        assert!(world.confirm_consent(&token).await.unwrap());
    }
    let entry = record(world).await.history.pop().unwrap();
    assert_eq!((entry.choice, entry.source), (Choice::In, ConsentSource::DoubleOptIn));
    assert!(entry.proof.starts_with("Newsletter form (asked at 2026-12-01T09:00:00.000Z"), "{}", entry.proof);
    assert_eq!(history(world).await.len(), 2);
    assert_eq!(ends(world, &shop, "r-2").await, None);
    for no_token in ["", "AAAA", &"A".repeat(40)] {
        assert!(!world.confirm_consent(no_token).await.unwrap());
    }
});

on_both!(a_link_that_is_older_than_a_week_confirms_nothing, |world| async {
    let asking = confirmation(world).await;
    world.ask_consent(&asking.caller, form(&asking)).await.unwrap();
    let (token, _) = asked(world).await;
    world.clock.advance(Duration::from_hours(7 * 24));
    assert!(!world.confirm_consent(&token).await.unwrap());
    world.sweep().await.unwrap();
    assert_eq!(history(world).await, [(Choice::Pending, ConsentSource::DoubleOptIn)]);
});

on_both!(nobody_is_asked_more_than_three_times_a_day_and_who_asks_does_not_learn_of_it, |world| async {
    let asking = confirmation(world).await;
    for _ in 0..5 {
        world.ask_consent(&asking.caller, form(&asking)).await.unwrap();
        world.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(asked(world).await.1, 3);
    world.clock.advance(Duration::from_hours(24));
    world.ask_consent(&asking.caller, form(&asking)).await.unwrap();
    assert_eq!(asked(world).await.1, 4);
});

on_both!(asking_takes_nothing_away_from_who_has_agreed_and_gives_nothing_to_who_left, |world| async {
    let asking = confirmation(world).await;
    for (choice, address) in [(Choice::In, "in@example.com"), (Choice::Out, "out@example.com")] {
        set(world, NewConsent { address: address.into(), ..new(choice) }).await;
        world
            .ask_consent(&asking.caller, NewConsentRequest { address: address.into(), ..form(&asking) })
            .await
            .unwrap();
        let held = world.find_consent(&dev(), Channel::Email, address).await.unwrap().consents;
        assert_eq!(held[0].choice, choice);
        world.clock.advance(Duration::from_secs(60));
    }
    // Whoever left and confirms has come back.
    let (token, _) = asked(world).await;
    assert!(world.confirm_consent(&token).await.unwrap());
    let held = world.find_consent(&dev(), Channel::Email, "out@example.com").await.unwrap().consents;
    assert_eq!(held[0].choice, Choice::In);
});

on_both!(what_cannot_be_asked_leaves_nothing_behind, |world| async {
    let (asking, marketing) = (confirmation(world).await, news(world).await);
    let refused = async |new: NewConsentRequest| {
        world.ask_consent(&asking.caller, new).await.unwrap_err().into_failure().full_code()
    };
    let (unknown, nobody) = (vec![TopicId::new(1, [1; 10])], "nobody".to_owned());
    assert_eq!(refused(NewConsentRequest { topics: unknown, ..form(&asking) }).await, "unknown_topic");
    assert_eq!(refused(NewConsentRequest { address: nobody, ..form(&asking) }).await, "bad_email_address");
    assert_eq!(refused(NewConsentRequest { source: String::new(), ..form(&asking) }).await, "required");
    assert_eq!(refused(form(&marketing)).await, "not_transactional");
    world.stop_campaign(&dev(), &asking.campaign, ANN).await.unwrap();
    assert_eq!(refused(form(&asking)).await, "campaign_not_live");
    assert_eq!(record(world).await, ConsentRecord::default());
    assert_eq!(asked(world).await.1, 0);
});

async fn import_file(world: &World, csv: &str) -> ConsentFile {
    world.import_consents(&dev(), "may.csv", csv.as_bytes(), ANN).await.unwrap()
}

on_both!(a_file_never_overrides_a_no_unless_it_says_so_with_a_later_time, |world| async {
    let books = topic(world, "Books").await;
    set(world, new(Choice::Out)).await;
    let csv = "\u{feff}Address,Topic,proof\r\np0@example.com,,\r\nP1@example.com,,\"paper, signed\"\r\n\
               p1@example.com,Books,\r\nnobody,,\r\np2@example.com,Unknown,\r\n";
    let done = import_file(world, csv).await;
    assert_eq!((done.records, done.changed, done.kept, done.faulty), (5, 2, 1, 2));
    let told: Vec<_> = done.faults.iter().map(|fault| (fault.line, fault.path.as_str())).collect();
    assert_eq!(told, [(5, "address"), (6, "topic")]);
    assert_eq!(record(world).await.consents[0].choice, Choice::Out);
    let other = world.find_consent(&dev(), Channel::Email, "p1@example.com").await.unwrap();
    assert_eq!(other.consents[1].topic_id, Some(books));
    assert_eq!(other.history[0].proof, "paper, signed (file “may.csv”, line 3)");
    // Not without a word, not without a time, not with an earlier one.
    for row in ["in,", "in,2026-11-30T09:00:00Z", ",2026-12-01T09:00:01Z"] {
        world.clock.advance(Duration::from_secs(60));
        let done = import_file(world, &format!("address,choice,at\np0@example.com,{row}\n")).await;
        assert_eq!((done.changed, done.kept), (0, 1), "{row}");
    }
    let done = import_file(world, "address,choice,at\np0@example.com,in,2026-12-01T09:00:30Z\n").await;
    assert_eq!(done.changed, 1);
    // A no always counts, and the later of two lines.
    let done = import_file(world, "choice,address\nin,p1@example.com\nout,p1@example.com\n").await;
    assert_eq!((done.changed, done.kept), (1, 1));
});

on_both!(of_two_lines_that_say_yes_and_no_at_one_moment_the_no_counts, |world| async {
    for at in ["", ",2026-11-30T09:00:00Z"] {
        let name = if at.is_empty() { "address,choice" } else { "address,choice,at" };
        for (lines, changed) in [(["in", "out"], 2), (["out", "in"], 1)] {
            let address = format!("{}{}@example.com", lines[0], at.len());
            let done =
                import_file(world, &format!("{name}\n{address},{}{at}\n{address},{}{at}\n", lines[0], lines[1])).await;
            let held = world.find_consent(&dev(), Channel::Email, &address).await.unwrap().consents;
            assert_eq!((held[0].choice, done.changed), (Choice::Out, changed), "{lines:?} {at}");
        }
    }
});

on_both!(a_quote_within_a_value_swallows_no_line, |world| async {
    let csv = "address,choice,proof\na@example.com,out,5\" floppy\nb@example.com,out,\n";
    let done = import_file(world, csv).await;
    assert_eq!((done.records, done.changed, done.faulty), (2, 2, 0));
    // One that is opened takes what follows with it, which is told.
    let open = format!("address,choice\n\"c@example.com,out\n{}", "d@example.com,out\n".repeat(1_000));
    let done = import_file(world, &open).await;
    assert!(done.records + done.faulty == 1_001 && done.faulty > 1, "{done:?}");
});

on_both!(a_file_without_its_header_is_refused, |world| async {
    for csv in ["", "p0@example.com\n", "address;choice\n", "address,address\n", "address,who\n", "\0\n"] {
        assert!(world.import_consents(&dev(), "a.csv", csv.as_bytes(), ANN).await.is_err(), "{csv:?}");
    }
    let long = format!("address\n{}\np0@example.com\n\"open\n", "x".repeat(40_000));
    let done = import_file(world, &long).await;
    assert_eq!((done.records, done.changed, done.faulty), (2, 1, 2));
});

on_both!(an_export_has_everything_in_force_and_no_formula_and_is_read_back, |world| async {
    let many: String = (0..1_050).map(|number| format!("email,p{number}@example.com\n")).collect();
    import_file(world, &format!("channel,address\nmobile,{KIM}\npush,fcm:d3v1c3\nemail,=cmd@example.com\n{many}"))
        .await;
    let export = async || {
        let pieces: Vec<String> = world.export_consents(&dev()).try_collect().await.unwrap();
        (pieces.len(), pieces.concat())
    };
    let (pieces, csv) = export().await;
    assert_eq!((pieces, csv.lines().count()), (2, 1_054));
    assert!(csv.starts_with(
        "channel,address,topic,choice,source,at,profile_id\r\nemail,'=cmd@example.com,,in,import,2026-12"
    ));
    assert!(csv.contains(&format!("mobile,'{KIM},,in")) && csv.contains("push,fcm:d3v1c3,,in"));
    let done = import_file(world, &csv).await;
    assert_eq!((done.kept, done.faulty), (1_053, 0));
    assert_eq!(export().await.1, csv);
});

on_both!(a_registered_device_is_consent_to_notifications_until_its_owner_says_no, |world| async {
    let list = people(1);
    world.import_audience(&dev(), "Readers", list.as_bytes(), ImportRules::default(), ANN).await.unwrap();
    let yaml = "kind: channel-configuration\nname: Apps\nchannel: push\ncategory: marketing\nstatus: active\n\
                transport: { kind: capture }\n---\nkind: campaign\nname: Apps\nchannel: push\ncategory: marketing\n\
                configuration: Apps\nstatus: live\naudience: { name: Readers }\ncontent: { title: New, body: Books }\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    let token = PushToken { platform: PushPlatform::Fcm, token: "d3v1c3".into() };
    world.register_push_token(&dev(), &DeviceRegistration::new(P0, "email", token)).await.unwrap();
    assert_eq!(ends(world, &shop, "r-1").await, None);
    set(world, NewConsent { channel: Channel::Push, address: "fcm:d3v1c3".into(), ..new(Choice::Out) }).await;
    assert_eq!(ends(world, &shop, "r-2").await.as_deref(), Some("opted_out"));
    assert!(world.find_consent(&dev(), Channel::Push, "d3v1c3").await.is_err());
    assert_eq!(world.erase_person(&dev(), P0, ANN).await.unwrap().consents, 1);
});

/// A database from before there was consent, with one who unsubscribed, one who wrote STOP to two senders, and one that bounced.
async fn comes_over(url: &str) {
    let store = Store::open(url).await.unwrap();
    let mut before = Migrator::new(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations"))).await.unwrap();
    before.migrations = before.iter().filter(|it| it.version < 20_261_128_000_220).cloned().collect();
    match &store {
        Store::Sqlite { write, .. } => before.run(write).await.unwrap(),
        Store::Postgres(pool) => before.run(pool).await.unwrap(),
    }
    let insert =
        "INSERT INTO suppressions (sandbox, channel, address_key, configuration_id, own_wish, is_domain, address,
                  reason, detail, entered_by, message_id, created_at, updated_at)
                  VALUES ('dev', $1, $2, $3, $4, FALSE, $5, $6, 'words', '', NULL, $7, $7)";
    for (channel, address, configuration, reason, at) in [
        ("email", "Ann@example.com", "", "unsubscribed", 5_i64),
        ("email", "Ann@example.com", "", "bounced", 6),
        ("mobile", KIM, "chc_01k00000000000000000000001", "opted_out", 8),
        ("mobile", KIM, "chc_01k00000000000000000000002", "opted_out", 7),
    ] {
        macro_rules! row {
            ($pool:expr) => {
                sqlx::query(insert)
                    .bind(channel)
                    .bind(address.to_lowercase().into_bytes())
                    .bind(configuration)
                    .bind(reason != "bounced")
                    .bind(address)
                    .bind(reason)
                    .bind(at)
                    .execute($pool)
                    .await
                    .map(drop)
                    .unwrap()
            };
        }
        match &store {
            Store::Sqlite { write, .. } => row!(write),
            Store::Postgres(pool) => row!(pool),
        }
    }
    store.close().await;
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_000)));
    let engine = Engine::open(Settings::new(url, SecretKey::random()), clock).await.unwrap();
    let ann = engine.find_consent(&dev(), Channel::Email, "ann@example.com").await.unwrap();
    assert_eq!((ann.consents[0].choice, ann.consents[0].at), (Choice::Out, Timestamp::from_millis(5)));
    assert_eq!((ann.history[0].source, ann.history[0].proof.as_str()), (ConsentSource::Migrated, "words"));
    let kim = engine.find_consent(&dev(), Channel::Mobile, KIM).await.unwrap();
    assert_eq!((kim.history.len(), kim.history[0].at), (1, Timestamp::from_millis(7)));
    let left: Vec<_> =
        engine.list_suppressions(&dev(), None, "").await.unwrap().into_iter().map(|it| it.reason).collect();
    assert_eq!(left, [SuppressionReason::OptedOut, SuppressionReason::OptedOut, SuppressionReason::Bounced]);
    assert_eq!(engine.find_sandbox(&dev()).await.unwrap().empty_consent, EmptyConsent::OptInRequired);
    engine.close().await;
}

#[tokio::test]
async fn who_unsubscribed_before_there_was_a_history_still_wants_nothing() {
    let folder = tempfile::tempdir().unwrap();
    comes_over(&format!("sqlite:{}", folder.path().join("old.sqlite").display())).await;
    if let Some(database) = crate::support::Database::create().await {
        comes_over(&database.url).await;
        database.drop().await;
    }
}
