//! What a person says of marketing counts for all their addresses, or for the one they were written to: as the configuration that
//! wrote to them says.

use std::collections::HashMap;
use std::time::Duration;

use crate::support::audience::{import, run as call};
use crate::support::consents::{said, set};
use crate::support::provider::Provider;
use crate::support::shop::{ANN, Shop, caller};
use crate::support::texting::{KIM, texting, write};
use crate::support::{World, dev, prod};
use domain::Failure;
use domain::audience_rule::Rule;
use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentSource, EmptyConsent};
use domain::device::DeviceRegistration;
use domain::dry_run::DryRun;
use domain::id::{CampaignId, ProfileId};
use domain::message::{LogFilter, MessageDetail};
use domain::profile_import::ImportFormat;
use domain::push_token::{PushPlatform, PushToken};
use domain::topic::TopicWords;
use engine::Error;
use engine::consent::{NewConsent, OutsideChoice, Wishes};
use engine::profiles::ImportSource;
use futures::TryStreamExt as _;
use serde_json::{Value, json};

const HOME: &str = "ann@home.example";
const WORK: &str = "ann@work.example";

/// A person with two addresses, both on the list of a marketing campaign, and both agreed.
async fn ann(world: &World) -> ProfileId {
    let list = format!("{{\"userId\": \"{HOME}\"}}\n{{\"userId\": \"{WORK}\"}}\n");
    import(world, &dev(), "Readers", &list).await;
    say(world, json!({"identities": [email(HOME), email(WORK)]})).await
}

fn email(address: &str) -> Value {
    json!({"namespace": "email", "userId": address})
}

async fn say(world: &World, json: Value) -> ProfileId {
    world.upsert_profile(&dev(), serde_json::from_value(json).unwrap(), "CRM").await.unwrap().0.id
}

/// The campaign, whose configuration says what an answer means.
async fn letters(world: &World, level: &str) -> Shop {
    let yaml = format!(
        "kind: channel-configuration\nname: News\ncategory: marketing\nstatus: active\nfromName: Shop\n\
         fromAddress: shop@example.com\nconsentLevel: {level}\ntransport: {{ kind: capture }}\n---\nkind: campaign\n\
         name: News\ncategory: marketing\nconfiguration: News\nstatus: live\naudience: {{ name: Readers }}\ncontent:\n\
         \x20 subject: News\n\x20 html: '<a href=\"{{{{ unsubscribe_url }}}}\">L</a><a href=\"{{{{ preferences_url }}}}\">P</a>\
         <a href=\"https://shop.example/leave?params={{{{ consent_params }}}}&amp;pid={{{{ consent_pid }}}}\">O</a>'\n"
    );
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }
}

/// What becomes of the messages of a run, by address.
async fn run(world: &World, shop: &Shop) -> HashMap<String, MessageDetail> {
    let execution = call(world, shop, json!({"requestId": format!("r-{}", world.now().as_millis())})).await;
    world.clock.advance(Duration::from_secs(60));
    world.expand_runs().await.unwrap();
    world.drain().await.unwrap();
    let filter = LogFilter { execution_id: execution.id.to_string(), ..LogFilter::default() };
    let mut all = HashMap::new();
    for message in world.list_messages(&dev(), &filter, None, 10).await.unwrap().rows {
        all.insert(message.address.clone(), world.find_message(&dev(), &message.id).await.unwrap());
    }
    all
}

/// Why the message to each of the two addresses did not go.
async fn reasons(world: &World, shop: &Shop) -> [Option<String>; 2] {
    let all = run(world, shop).await;
    [HOME, WORK].map(|address| all[address].message.reason.clone())
}

/// Nothing at both, at either, or at none.
fn opted_out(home: bool, work: bool) -> [Option<String>; 2] {
    [home, work].map(|is_out| is_out.then(|| "opted_out".to_owned()))
}

/// The token behind a link of a mail.
fn token(story: &MessageDetail, start: &str) -> String {
    let html = &story.rendered.as_ref().unwrap().content.email().unwrap().html;
    let rest = html.split(start).nth(1).unwrap_or_else(|| panic!("{html}"));
    rest.split(['"', '&']).next().unwrap().to_owned()
}

fn of(person: &ProfileId, choice: Choice) -> NewConsent {
    NewConsent { profile_id: Some(person.clone()), ..said("", choice) }
}

/// What is in force of the channel: of the address, and of the person.
async fn held(world: &World, address: &str) -> (Option<Choice>, Option<Choice>) {
    let record = world.find_consent(&dev(), Channel::Email, address).await.unwrap();
    let of = |is_of_person: bool| {
        let mut all = record.consents.iter().filter(|it| it.topic_id.is_none());
        all.find(|it| it.profile_id.is_some() == is_of_person).map(|it| it.choice)
    };
    (of(false), of(true))
}

on_both!(who_leaves_with_one_address_leaves_with_all_of_them_and_comes_back_so, |world| async {
    let person = ann(world).await;
    let shop = letters(world, "channel").await;
    let mails = run(world, &shop).await;
    let leave = token(&mails[HOME], "/u/");
    let asked = world.find_leaver(&leave).await.unwrap().unwrap();
    assert_eq!((asked.has_left, asked.for_all), (false, true));
    assert!(world.unsubscribe(&leave, ConsentSource::OneClick).await.unwrap());
    let refused = run(world, &shop).await;
    let words = |address: &str| refused[address].message.detail.clone().unwrap();
    assert_eq!(words(HOME), "The person opted out of marketing email on 1 December 2026 (by one-click).");
    let of_person =
        "The person opted out of marketing email for all their addresses on 1 December 2026 (by one-click).";
    assert_eq!(words(WORK), of_person);
    let record = world.find_consent(&dev(), Channel::Email, WORK).await.unwrap();
    assert_eq!(record.profile_id.as_ref(), Some(&person));
    let entry = record.history.last().unwrap();
    assert_eq!((&entry.profile_id, entry.address.as_str()), (&Some(person.clone()), ""));
    assert_eq!(entry.message_id.as_ref(), Some(&mails[HOME].message.id));
    // The other mail knows of it, too, and brings the person back.
    let other = token(&mails[WORK], "/u/");
    let left = world.find_leaver(&other).await.unwrap().unwrap();
    assert_eq!((left.has_left, left.for_all), (true, true));
    assert!(world.resubscribe(&leave).await.unwrap());
    assert_eq!(reasons(world, &shop).await, opted_out(false, false));
    assert_eq!(world.find_consent(&prod(), Channel::Email, WORK).await.unwrap().profile_id, None);
});

on_both!(at_the_level_of_the_identity_the_other_address_is_left_alone, |world| async {
    ann(world).await;
    let shop = letters(world, "identity").await;
    let mails = run(world, &shop).await;
    let leave = token(&mails[HOME], "/u/");
    assert!(!world.find_leaver(&leave).await.unwrap().unwrap().for_all);
    assert!(world.unsubscribe(&leave, ConsentSource::OneClick).await.unwrap());
    assert_eq!(reasons(world, &shop).await, opted_out(true, false));
    assert_eq!(held(world, HOME).await, (Some(Choice::Out), None));
    assert!(!world.find_preferences(&token(&mails[WORK], "/p/")).await.unwrap().unwrap().for_all);
});

on_both!(who_was_written_to_by_the_address_alone_is_known_by_it, |world| async {
    ann(world).await;
    let shop = letters(world, "channel").await;
    let yaml = "kind: channel-configuration\nname: Orders\ncategory: transactional\nstatus: active\nfromName: Shop\n\
                fromAddress: shop@example.com\ntransport: { kind: capture }\n---\nkind: campaign\nname: Orders\n\
                category: transactional\nconfiguration: Orders\nstatus: live\n\
                content: { subject: Order, html: '<a href=\"{{ unsubscribe_url }}\">Leave</a>' }\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    let orders = Shop { campaign: applied.last().unwrap().id.parse().unwrap(), ..letters(world, "channel").await };
    // The recipient is external: no profile is read for the mail.
    let accepted = orders.order(world, "o-1", &WORK.to_uppercase()).await;
    world.drain().await.unwrap();
    let mail = orders.story(world, &accepted.execution_id).await;
    assert!(world.unsubscribe(&token(&mail, "/u/"), ConsentSource::OneClick).await.unwrap());
    assert_eq!(reasons(world, &shop).await, opted_out(true, true));
    // Whoever is named by something that nobody has is known by the address.
    let unknown =
        format!("{{\"userId\": \"c-1\", \"namespace\": \"crm\", \"channelData\": {{\"emailAddress\": \"{HOME}\"}}}}\n");
    import(world, &dev(), "Readers", &unknown).await;
    assert_eq!(run(world, &shop).await[HOME].message.reason.as_deref(), Some("opted_out"));
    set(world, said(HOME, Choice::In)).await;
    assert_eq!(run(world, &shop).await[HOME].message.reason, None, "its own later yes");
});

on_both!(a_person_who_left_begins_again_with_one_address_until_they_leave_again, |world| async {
    let person = ann(world).await;
    let shop = letters(world, "channel").await;
    let leave = token(&run(world, &shop).await[HOME], "/u/");
    assert!(world.unsubscribe(&leave, ConsentSource::OneClick).await.unwrap());
    world.clock.advance(Duration::from_secs(60));
    set(world, said(WORK, Choice::In)).await;
    assert_eq!(reasons(world, &shop).await, opted_out(true, false));
    // A yes of the person never undoes an address's own no.
    set(world, of(&person, Choice::In)).await;
    assert_eq!(reasons(world, &shop).await, opted_out(true, false));
    set(world, of(&person, Choice::Out)).await;
    world.clock.advance(Duration::from_secs(60));
    set(world, said(WORK, Choice::In)).await;
    assert_eq!(reasons(world, &shop).await, opted_out(true, false));
    // The no of the person holds already; said again, it is later than that yes. Once more changes nothing.
    let count = async || world.find_consent_of_profile(&dev(), Channel::Email, &person).await.unwrap().history.len();
    let before = count().await;
    for _ in 0..2 {
        assert!(world.unsubscribe(&leave, ConsentSource::OneClick).await.unwrap());
        world.clock.advance(Duration::from_secs(60));
    }
    assert_eq!(count().await, before + 1);
    assert_eq!(reasons(world, &shop).await, opted_out(true, true));
});

on_both!(what_a_reader_ticks_counts_for_all_their_addresses, |world| async {
    ann(world).await;
    let words = TopicWords { name_en: "Books".into(), name_ko: "새 책".into(), ..TopicWords::default() };
    let books = world.create_topic(&dev(), words, ANN).await.unwrap().id;
    let shop = letters(world, "channel").await;
    let mails = run(world, &shop).await;
    let (one, other) = (token(&mails[HOME], "/p/"), token(&mails[WORK], "/p/"));
    let shown = world.find_preferences(&one).await.unwrap().unwrap();
    assert!(shown.for_all && shown.wants && shown.topics[0].wants);
    let wishes = Wishes { channel: true, shown: [books.clone()].into(), ..Wishes::default() };
    assert!(world.save_preferences(&one, &wishes).await.unwrap());
    let elsewhere = world.find_preferences(&other).await.unwrap().unwrap();
    assert_eq!((elsewhere.wants, elsewhere.topics[0].wants), (true, false));
    assert!(world.leave_everything(&other).await.unwrap());
    assert!(!world.find_preferences(&one).await.unwrap().unwrap().wants);
    assert_eq!(reasons(world, &shop).await, opted_out(true, true));
});

on_both!(the_scope_of_a_page_of_ones_own_wins_over_the_configuration, |world| async {
    ann(world).await;
    let shop = letters(world, "identity").await;
    let mails = run(world, &shop).await;
    let link = |address: &str| (token(&mails[address], "leave?params="), mails[address].message.id.to_string());
    let (params, pid) = link(HOME);
    let choose = async |choice: &str, scope: &str| {
        let choice = OutsideChoice { channel: "email".into(), choice: choice.into(), scope: scope.into() };
        world.set_consent_of_link(&shop.caller, (&params, &pid), &[choice]).await.unwrap();
        world.clock.advance(Duration::from_secs(60));
    };
    let (message, level) = world.person_of_link(&dev(), &params, &pid).await.unwrap();
    assert_eq!((message.address.as_str(), level.as_str()), (HOME, "identity"));
    choose("no", "channel").await;
    assert_eq!(reasons(world, &shop).await, opted_out(true, true));
    choose("yes", "identity").await;
    assert_eq!(reasons(world, &shop).await, opted_out(false, true));
    choose("yes", "channel").await;
    assert_eq!(reasons(world, &shop).await, opted_out(false, false));
});

on_both!(stop_and_start_are_of_all_numbers_of_a_person_and_also_of_nobody_known, |world| async {
    let other = "+821098765432";
    let provider = Provider::start(&[]).await;
    let (_, configuration) = texting(world, &provider).await;
    let held = async |number: &str| {
        let consents = world.find_consent(&dev(), Channel::Mobile, number).await.unwrap().consents;
        consents.into_iter().map(|it| (it.choice, it.profile_id.is_some())).collect::<Vec<_>>()
    };
    write(world, &configuration, "SM0", KIM, "Stop").await;
    assert_eq!(held(KIM).await, [(Choice::Out, false)]);
    let numbers = json!([{"namespace": "phone", "userId": KIM}, {"namespace": "phone", "userId": other}]);
    say(world, json!({"identities": numbers})).await;
    world.clock.advance(Duration::from_secs(60));
    write(world, &configuration, "SM1", KIM, "Start").await;
    assert_eq!(held(KIM).await, [(Choice::In, false), (Choice::In, true)]);
    write(world, &configuration, "SM2", KIM, "Stop").await;
    assert_eq!(held(other).await, [(Choice::Out, true)]);
});

on_both!(a_person_says_no_to_notifications_on_all_their_devices, |world| async {
    let person = ann(world).await;
    let yaml = "kind: channel-configuration\nname: Apps\nchannel: push\ncategory: marketing\nstatus: active\n\
                transport: { kind: capture }\n---\nkind: campaign\nname: Apps\nchannel: push\ncategory: marketing\n\
                configuration: Apps\nstatus: live\naudience: { name: Readers }\ncontent: { title: New, body: Books }\n";
    let applied = world.apply_file(Some(&dev()), yaml, ANN).await.unwrap();
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    let token = PushToken { platform: PushPlatform::Fcm, token: "d3v1c3".into() };
    world.register_push_token(&dev(), &DeviceRegistration::new(HOME, "email", token)).await.unwrap();
    let reason = async || run(world, &shop).await["fcm:d3v1c3"].message.reason.clone();
    assert_eq!(reason().await, None);
    set(world, NewConsent { channel: Channel::Push, ..of(&person, Choice::Out) }).await;
    assert_eq!(reason().await.as_deref(), Some("opted_out"));
    let record = world.find_consent(&dev(), Channel::Push, "fcm:d3v1c3").await.unwrap();
    assert_eq!((record.profile_id, record.consents.len()), (Some(person), 1));
});

on_both!(two_people_who_turn_out_to_be_one_keep_a_no_of_either_and_the_history_of_both, |world| async {
    let first = say(world, json!({"identities": [email(HOME)], "consents": {"email": "out", "mobile": "in"}})).await;
    world.clock.advance(Duration::from_secs(60));
    let second = say(world, json!({"identities": [email(WORK)], "consents": {"email": "in", "push": "out"}})).await;
    set(world, NewConsent { channel: Channel::Mobile, ..of(&second, Choice::In) }).await;
    let one = say(world, json!({"identities": [email(HOME), email(WORK)]})).await;
    assert_eq!(one, first);
    let all = world.consents_of_profile(&dev(), &one).await.unwrap();
    let told: Vec<_> = all.iter().map(|it| (it.channel, it.choice)).collect();
    let expected = [(Channel::Email, Choice::Out), (Channel::Mobile, Choice::In), (Channel::Push, Choice::Out)];
    assert_eq!(told, expected);
    assert_eq!(all[1].source, ConsentSource::Api);
    let history = world.find_consent_of_profile(&dev(), Channel::Email, &one).await.unwrap().history;
    assert_eq!(history.iter().map(|it| it.choice).collect::<Vec<_>>(), [Choice::Out, Choice::In]);
    assert!(history.iter().all(|it| it.profile_id.as_ref() == Some(&one)));
    assert!(world.consents_of_profile(&dev(), &second).await.unwrap().is_empty());
    // It goes on from there.
    set(world, of(&one, Choice::In)).await;
    let history = world.find_consent_of_profile(&dev(), Channel::Email, &one).await.unwrap().history;
    assert_eq!(history.last().map(|it| it.choice), Some(Choice::In));
});

on_both!(a_rule_sees_the_answer_that_delivery_sees, |world| async {
    let person = ann(world).await;
    let silent = say(world, json!({"identities": [email("ben@example.com")]})).await;
    let members = async |choice: &str| {
        let rule = json!({"type": "consent", "channel": "email", "choice": choice});
        let rule: Rule = serde_json::from_value(rule).unwrap();
        world.estimate_rule(&dev(), &rule).await.unwrap().members
    };
    assert_eq!((members("in").await, members("out").await, members("empty").await), (1, 0, 1));
    world.clock.advance(Duration::from_secs(60));
    set(world, of(&person, Choice::Out)).await;
    set(world, of(&silent, Choice::In)).await;
    assert_eq!((members("in").await, members("out").await, members("empty").await), (1, 1, 0));
    world.clock.advance(Duration::from_secs(60));
    set(world, said(HOME, Choice::In)).await;
    assert_eq!((members("in").await, members("out").await, members("empty").await), (2, 0, 0));
});

on_both!(a_dry_run_explains_that_a_person_left_with_all_addresses, |world| async {
    let person = ann(world).await;
    let shop = letters(world, "channel").await;
    world.clock.advance(Duration::from_secs(60));
    set(world, of(&person, Choice::Out)).await;
    let request = crate::support::audience::request(&shop, json!({"requestId": "d-1"}));
    let DryRun { recipients, .. } = world.dry_run_audience(&shop.caller, request).await.unwrap();
    assert_eq!(recipients.len(), 2);
    for recipient in recipients {
        let check = recipient.checks.iter().find(|check| check.code == "consented").unwrap();
        let words =
            "The person opted out of marketing email for all their addresses on 1 December 2026 (told over the API).";
        assert_eq!((check.passed, check.text.as_str()), (false, words));
    }
});

on_both!(what_a_system_tells_with_a_profile_is_of_the_person_and_a_yes_undoes_no_no, |world| async {
    let person = ann(world).await;
    let tell = async |choice: &str| {
        world.clock.advance(Duration::from_secs(60));
        say(world, json!({"identities": [email(HOME)], "consents": {"email": choice}})).await;
        let all = world.find_consent_of_profile(&dev(), Channel::Email, &person).await.unwrap();
        (all.consents[0].choice, all.history.len())
    };
    assert_eq!(tell("in").await, (Choice::In, 1));
    assert_eq!(tell("in").await, (Choice::In, 1), "the same again is nothing new");
    assert_eq!(tell("out").await, (Choice::Out, 2));
    assert_eq!(tell("in").await, (Choice::Out, 2));
    assert_eq!(tell("out").await, (Choice::Out, 2));
    let history = world.find_consent_of_profile(&dev(), Channel::Email, &person).await.unwrap().history;
    assert_eq!((history[0].source, history[0].entered_by.as_str()), (ConsentSource::Api, "CRM"));
    let wrong = json!({"identities": [email(HOME)], "consents": {"email": "pending"}});
    let refused = world.upsert_profile(&dev(), serde_json::from_value(wrong).unwrap(), "CRM").await.unwrap_err();
    let Error::Failure(Failure::Invalid { faults }) = refused else { panic!("{refused:?}") };
    assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("consents.email", "not_settable"));
});

on_both!(a_file_of_profiles_says_what_people_want_and_is_its_proof, |world| async {
    let source = |name: &str| ImportSource {
        file_name: name.into(),
        format: ImportFormat::Csv,
        total_bytes: None,
        by: ANN.into(),
    };
    let csv = format!(
        "email,crm.plan,consents.email,consents.mobile\n{HOME},gold,in,out\n{WORK},,maybe,\n{WORK},,OUT,\n{WORK},,in,\n"
    );
    let done = world.import_profiles(&dev(), source("crm.csv"), csv.as_bytes()).await.unwrap();
    assert_eq!((done.created, done.updated, done.failed), (2, 1, 1));
    let faults = world.profile_import_faults(&dev(), &done.id, 0, 10).await.unwrap();
    assert_eq!((faults[0].line, faults[0].path.as_str()), (3, "consents.email"));
    let record = world.find_consent(&dev(), Channel::Email, HOME).await.unwrap();
    let entry = &record.history[0];
    assert_eq!((entry.choice, entry.source, entry.entered_by.as_str()), (Choice::In, ConsentSource::Import, ANN));
    assert_eq!(entry.proof, "file “crm.csv”, line 2");
    assert_eq!(held(world, WORK).await, (None, Some(Choice::Out)), "of two rows about one person the no");
    let again = world.import_profiles(&dev(), source("crm.csv"), csv.as_bytes()).await.unwrap();
    assert_eq!(again.failed, 1);
    let unchanged = world.find_consent(&dev(), Channel::Email, HOME).await.unwrap();
    assert_eq!(unchanged, record);
    assert!(world.import_profiles(&dev(), source("x.csv"), "email,consents.fax\n".as_bytes()).await.is_err());
});

on_both!(a_list_of_people_who_agreed_brings_nobody_back_who_left_with_all_addresses, |world| async {
    let person = say(world, json!({"identities": [email(HOME), email(WORK)]})).await;
    set(world, of(&person, Choice::Out)).await;
    world.clock.advance(Duration::from_secs(60));
    let list = format!("{{\"userId\": \"{HOME}\"}}\n{{\"userId\": \"ben@example.com\"}}\n");
    let rules = crate::support::audience::opted_in();
    let imported = world.import_audience(&dev(), "Readers", list.as_bytes(), rules, ANN).await.unwrap();
    assert_eq!(imported.opted_in, 1);
    let csv = format!("address,choice,at\n{HOME},,\n{WORK},in,2026-12-01T09:00:30Z\n");
    let done = world.import_consents(&dev(), "may.csv", csv.as_bytes(), ANN).await.unwrap();
    assert_eq!((done.changed, done.kept), (1, 1), "with a later time of its own it is an answer");
    assert_eq!(held(world, HOME).await, (None, Some(Choice::Out)));
    assert_eq!(held(world, WORK).await, (Some(Choice::In), Some(Choice::Out)));
});

on_both!(choices_of_people_go_out_as_a_file_and_come_back, |world| async {
    let person = ann(world).await;
    let gone = ProfileId::new(1, [1; 10]);
    let csv =
        format!("profile_id,address,choice\n{person},,out\n{gone},,out\n{person},{HOME},out\n,,out\nnobody,,out\n");
    world.clock.advance(Duration::from_secs(60));
    let done = world.import_consents(&dev(), "may.csv", csv.as_bytes(), ANN).await.unwrap();
    assert_eq!((done.records, done.changed, done.faulty), (5, 1, 4));
    let mut told: Vec<_> = done.faults.iter().map(|fault| (fault.line, fault.path.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, [(3, "profile_id"), (4, "profile_id"), (5, "address"), (6, "profile_id")]);
    let pieces: Vec<String> = world.export_consents(&dev()).try_collect().await.unwrap();
    let csv = pieces.concat();
    assert!(csv.starts_with("channel,address,topic,choice,source,at,profile_id\r\n"), "{csv}");
    assert!(csv.contains(&format!("email,,,out,import,2026-12-01T09:01:00.000Z,{person}\r\n")), "{csv}");
    let done = world.import_consents(&dev(), "back.csv", csv.as_bytes(), ANN).await.unwrap();
    assert_eq!((done.kept, done.changed, done.faulty), (3, 0, 0));
});

on_both!(a_choice_is_of_an_address_or_of_a_person_who_is_there, |world| async {
    let person = ann(world).await;
    let both = NewConsent { address: HOME.into(), ..of(&person, Choice::Out) };
    let nobody = of(&ProfileId::new(1, [1; 10]), Choice::Out);
    let faults = async |sandbox, all: Vec<NewConsent>| {
        let refused = world.set_consents(&sandbox, all).await.unwrap_err();
        let Error::Failure(Failure::Invalid { faults }) = refused else { panic!("{refused:?}") };
        faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect::<Vec<_>>()
    };
    let told = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    let all = vec![of(&person, Choice::Out), both, of(&person, Choice::In)];
    assert_eq!(faults(dev(), all).await, [told("[1].profileId", "one_of_both"), told("[2]", "repeated")]);
    assert_eq!(faults(dev(), vec![nobody]).await, [told("[0].profileId", "unknown_profile")]);
    let elsewhere = vec![of(&person, Choice::Out)];
    assert_eq!(faults(prod(), elsewhere).await, [told("[0].profileId", "unknown_profile")]);
    assert_eq!(held(world, HOME).await, (Some(Choice::In), None));
    let elsewhere = world.find_consent_of_profile(&prod(), Channel::Email, &person).await;
    assert_eq!(elsewhere.unwrap_err().into_failure().code(), "not_found");
});

on_both!(a_person_who_is_forgotten_and_wanted_nothing_gets_nothing_at_any_address, |world| async {
    let person = ann(world).await;
    let shop = letters(world, "channel").await;
    let leave = token(&run(world, &shop).await[HOME], "/u/");
    assert!(world.unsubscribe(&leave, ConsentSource::OneClick).await.unwrap());
    let kept = world.kept_of(&dev(), &person).await.unwrap();
    let told: Vec<_> = kept.consents.iter().map(|it| (it.profile_id.is_some(), it.history.len())).collect();
    assert_eq!(told, [(true, 1), (false, 2), (false, 1)], "what was said with all addresses, and with each");
    let erased = world.erase_profile(&dev(), &person, ANN).await.unwrap();
    assert_eq!((erased.profiles, erased.consents), (1, 4));
    assert!(world.consents_of_profile(&dev(), &person).await.unwrap().is_empty());
    world.set_empty_consent(&dev(), EmptyConsent::OptOut).await.unwrap();
    let list = format!("{{\"userId\": \"{HOME}\"}}\n{{\"userId\": \"{WORK}\"}}\n");
    import(world, &dev(), "Readers", &list).await;
    assert_eq!(reasons(world, &shop).await, opted_out(true, true));
    for address in [HOME, WORK] {
        assert!(world.find_consent(&dev(), Channel::Email, address).await.unwrap().history.is_empty());
    }
});
