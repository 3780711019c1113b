//! What people write back: what it is taken for, what it changes, what they are answered, and where it is listed.

use std::time::Duration;

use crate::support::provider::Provider;
use crate::support::shop::{ANN, Shop};
use crate::support::texting::{KIM, SENT, apply, hear, send, shop, state, texting, to_number, write};
use crate::support::{World, dev, prod};
use domain::id::ChannelConfigurationId;
use domain::inbound::{Effect, InboundFilter, InboundMessage, RefusalKind, ReplyOutcome};
use domain::keywords::Meaning;
use domain::sandbox::SandboxMode;
use engine::providers::Refusal;

const HOUR: Duration = Duration::from_secs(60 * 60);
const LEE: &str = "+821087654321";

/// With further lines of its file.
async fn answering(world: &World, provider: &Provider, lines: &str) -> (Shop, ChannelConfigurationId) {
    let url = &provider.url;
    let transport = format!("{{ kind: twilio, accountSid: AC1, authToken: hunter2, baseUrl: '{url}' }}\n{lines}");
    shop(world, "mobile", &transport, "{ text: 'Code {{ context.code }}' }").await
}

async fn listed(world: &World, change: impl FnOnce(&mut InboundFilter)) -> Vec<InboundMessage> {
    let mut filter = InboundFilter::default();
    change(&mut filter);
    world.list_inbound(&dev(), &filter, None, 50).await.unwrap().rows
}

/// The newest: what it was taken for, what it changed, what was answered.
async fn newest(world: &World) -> (Meaning, Effect, Option<String>) {
    let message = listed(world, |_| {}).await.remove(0);
    (message.meaning, message.effect, message.reply.map(|reply| reply.text))
}

on_both!(stop_holds_at_once_for_its_sender_and_start_takes_it_back, |world| async {
    let provider = Provider::start(&[SENT, SENT]).await;
    let (shop, configuration) = texting(world, &provider).await;
    let wrote = |sid: &'static str, text: &'static str| {
        [("MessageSid", sid), ("From", KIM), ("To", "+15005550006"), ("Body", text)]
    };
    assert_eq!(hear(world, &configuration, "", &wrote("SMa", "Stop!"), true).await, Ok(()));
    assert_eq!(state(&send(world, &shop, "r-1", to_number(KIM)).await), ("excluded", Some("suppressed")));
    assert_eq!(hear(world, &configuration, "", &wrote("SMb", "start"), true).await, Ok(()));
    // What was heard before changes nothing when it is told again.
    assert_eq!(hear(world, &configuration, "", &wrote("SMa", "Stop!"), true).await, Ok(()));
    assert_eq!(state(&send(world, &shop, "r-2", to_number(KIM)).await), ("sent", None));
});

on_both!(start_to_a_stand_in_takes_back_what_its_stop_has_stopped, |world| async {
    let (home, stand_in) = (Provider::start(&[]).await, Provider::start(&[SENT, SENT]).await);
    let gone = home.url.clone();
    drop(home);
    let over = |name: &str, number: &str, url: &str, more: &str| {
        format!(
            "kind: channel-configuration\nname: {name}\nchannel: mobile\ncategory: transactional\nstatus: active\n\
             fromNumber: '{number}'\n{more}transport: {{ kind: twilio, accountSid: AC1, authToken: hunter2, baseUrl: '{url}' }}\n"
        )
    };
    let yaml = format!(
        "{}---\n{}---\nkind: campaign\nname: Codes\nchannel: mobile\ncategory: transactional\nconfiguration: Codes\n\
         status: live\ncontent: {{ text: Hi }}\n",
        over("Second", "+15005550007", &stand_in.url, ""),
        over("Codes", "+15005550006", &gone, "failover: Second\n"),
    );
    let (shop, second) = apply(world, &yaml).await;
    assert_eq!(state(&send(world, &shop, "r-1", to_number(KIM)).await), ("sent", None));
    write(world, &second, "SM1", KIM, "STOP").await;
    assert_eq!(state(&send(world, &shop, "r-2", to_number(KIM)).await), ("excluded", Some("suppressed")));
    write(world, &second, "SM2", KIM, "START").await;
    assert_eq!(state(&send(world, &shop, "r-3", to_number(KIM)).await), ("sent", None));
    // The home configuration was stopped by itself: a START to another number says nothing of that.
    let own = world.list_channel_configurations(&dev()).await.unwrap();
    let own = own.into_iter().find(|it| it.name == "Codes").unwrap().id;
    write(world, &own, "SM3", KIM, "STOP").await;
    world.clock.advance(HOUR);
    write(world, &second, "SM4", KIM, "STOP").await;
    write(world, &second, "SM5", KIM, "START").await;
    assert_eq!(state(&send(world, &shop, "r-4", to_number(KIM)).await), ("excluded", Some("suppressed")));
});

on_both!(two_machines_that_answer_each_other_come_to_an_end, |world| async {
    let provider = Provider::start(&[SENT; 8]).await;
    let transport = format!(
        "{{ kind: twilio, accountSid: AC1, authToken: hunter2, baseUrl: '{}' }}\nreplyToHelp: Call us.\n\
         replyToOther: Nobody reads this.",
        provider.url
    );
    let (_, configuration) = shop(world, "mobile", &transport, "{ text: 'Code {{ context.code }}' }").await;
    let write = async |id: &str, from: &str, text: &str| {
        let form = [("MessageSid", id), ("From", from), ("To", "+15005550006"), ("Body", text)];
        assert_eq!(hear(world, &configuration, "", &form, true).await, Ok(()));
    };
    for id in ["SM1", "SM2", "SM3"] {
        write(id, KIM, "Nobody reads this.").await;
    }
    assert_eq!(provider.asked().len(), 1);
    for id in ["SM4", "SM5", "SM6", "SM7", "SM8", "SM9"] {
        write(id, KIM, "HELP").await;
    }
    assert_eq!(provider.asked().len(), 5);
    // Nobody to answer: our own number, and a name.
    write("SM10", "+15005550006", "HELP").await;
    write("SM11", "Bank", "STOP").await;
    assert_eq!((provider.asked().len(), world.list_suppressions(&dev(), None, "").await.unwrap().len()), (5, 0));
});

on_both!(whoever_writes_stop_is_answered_once_and_then_left_alone, |world| async {
    let provider = Provider::start(&[SENT, SENT]).await;
    let transport = format!(
        "{{ kind: twilio, accountSid: AC1, authToken: hunter2, baseUrl: '{}' }}\nreplyToStop: You get no more from us.",
        provider.url
    );
    let (_, configuration) = shop(world, "mobile", &transport, "{ text: 'Code {{ context.code }}' }").await;
    let stop = [("MessageSid", "SMa"), ("From", KIM), ("To", "+15005550006"), ("Body", "STOP")];
    for _ in 0..3 {
        assert_eq!(hear(world, &configuration, "", &stop, true).await, Ok(()));
    }
    let asked = provider.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].body.contains("Body=You+get+no+more+from+us.") && asked[0].body.contains("To=%2B821012345678"));
    let help = [("MessageSid", "SMb"), ("From", KIM), ("To", "+15005550006"), ("Body", "help")];
    assert_eq!(hear(world, &configuration, "", &help, true).await, Ok(()));
    assert_eq!(provider.asked().len(), 1, "there is no reply to HELP");
});

/// What a person writes, a second after what was written before.
async fn say(world: &World, configuration: &ChannelConfigurationId, id: &str, from: &str, text: &str) {
    world.clock.advance(Duration::from_secs(1));
    write(world, configuration, id, from, text).await;
}

const KEYWORDS: &str = "replyToStop: Bye.
replyToStart: Welcome.
replyToHelp: Call us.
replyToOther: Nobody reads this.
keywords:
  stop: basta, adios
  help: ayuda
  custom:
    hours, opening hours: We are open from 9 to 18.
    where: Main Street 1.";

on_both!(own_keywords_are_beside_the_built_in_ones_and_have_their_own_replies, |world| async {
    let provider = Provider::start(&[SENT; 9]).await;
    let (_, configuration) = answering(world, &provider, KEYWORDS).await;
    let mut said = Vec::new();
    for (id, text) in [("SM1", "Hours?"), ("SM2", "ayuda"), ("SM3", "How are you?"), ("SM4", "Basta!"), ("SM5", "stop")]
    {
        say(world, &configuration, id, KIM, text).await;
        said.push(newest(world).await);
    }
    let reply = |text: &str| Some(text.to_owned());
    let expected = [
        (Meaning::Custom, Effect::None, reply("We are open from 9 to 18.")),
        (Meaning::Help, Effect::None, reply("Call us.")),
        (Meaning::Other, Effect::None, reply("Nobody reads this.")),
        (Meaning::Stop, Effect::OptedOut, reply("Bye.")),
        (Meaning::Stop, Effect::None, None),
    ];
    assert_eq!(said, expected);
    // Whoever has left is not talked to, and still helped.
    say(world, &configuration, "SM6", KIM, "where").await;
    assert_eq!(newest(world).await, (Meaning::Custom, Effect::None, None));
    say(world, &configuration, "SM7", KIM, "help").await;
    assert_eq!(newest(world).await.2, reply("Call us."));
    assert_eq!(provider.asked().len(), 5);
    // Applied again, the file changes nothing.
    let stored = world.find_channel_configuration(&dev(), &configuration).await.unwrap();
    answering(world, &provider, KEYWORDS).await;
    assert_eq!(world.find_channel_configuration(&dev(), &configuration).await.unwrap().revision, stored.revision);
    let mut draft = domain::channel_configuration::ChannelConfigurationDraft::from(&stored);
    assert_eq!(draft.keywords.custom[0].words, "HOURS, OPENING HOURS");
    draft.keywords.custom[1].words = "stop".into();
    let refused = world.save_channel_configuration(&dev(), &configuration, stored.revision, &draft, ANN).await;
    let Err(engine::Error::Failure(domain::Failure::Invalid { faults })) = refused else { panic!("{refused:?}") };
    assert_eq!(faults.at("keywords.custom[1].words").unwrap().code, "keyword_taken");
});

const DOUBLE: &str = "replyToStart: Welcome.
askToConfirm: Reply YES to confirm.
keywords: { doubleOptIn: true }";

on_both!(an_opt_in_that_is_to_be_confirmed_holds_with_the_confirmation_only, |world| async {
    let provider = Provider::start(&[SENT; 9]).await;
    let (shop, configuration) = answering(world, &provider, DOUBLE).await;
    say(world, &configuration, "SM1", KIM, "stop").await;
    say(world, &configuration, "SM2", KIM, "start").await;
    let asked = (Meaning::Start, Effect::Asked, Some("Reply YES to confirm.".to_owned()));
    assert_eq!(newest(world).await, asked);
    assert_eq!(state(&send(world, &shop, "r-1", to_number(KIM)).await), ("excluded", Some("suppressed")));
    // Too late: it is an opt-in as any other, and asked again. Somebody else's word confirms nothing.
    world.clock.advance(HOUR * 73);
    say(world, &configuration, "SM3", KIM, "yes").await;
    assert_eq!(newest(world).await, asked);
    say(world, &configuration, "SM4", LEE, "네").await;
    assert_eq!(newest(world).await.0, Meaning::Other);
    assert_eq!(state(&send(world, &shop, "r-2", to_number(KIM)).await), ("excluded", Some("suppressed")));
    world.clock.advance(HOUR * 71);
    say(world, &configuration, "SM5", KIM, "Yes!").await;
    assert_eq!(newest(world).await, (Meaning::Confirm, Effect::OptedIn, Some("Welcome.".to_owned())));
    assert_eq!(state(&send(world, &shop, "r-3", to_number(KIM)).await).0, "sent");
});

on_both!(whoever_leaves_meanwhile_confirms_nothing_any_more, |world| async {
    let provider = Provider::start(&[SENT; 9]).await;
    let (shop, configuration) = answering(world, &provider, DOUBLE).await;
    for (id, text) in [("SM1", "start"), ("SM2", "stop"), ("SM3", "yes")] {
        say(world, &configuration, id, KIM, text).await;
    }
    assert_eq!((newest(world).await.0, newest(world).await.1), (Meaning::Start, Effect::Asked));
    assert_eq!(state(&send(world, &shop, "r-1", to_number(KIM)).await), ("excluded", Some("suppressed")));
    // What nobody confirmed goes, and a person can be forgotten.
    world.erase_person(&dev(), KIM, ANN).await.unwrap();
    assert!(listed(world, |it| it.number = KIM.into()).await.is_empty());
    say(world, &configuration, "SM4", KIM, "네").await;
    assert_eq!(newest(world).await.0, Meaning::Other);
    say(world, &configuration, "SM5", KIM, "start").await;
    world.clock.advance(HOUR * 73);
    world.sweep().await.unwrap();
    say(world, &configuration, "SM6", KIM, "네").await;
    assert_eq!(newest(world).await.0, Meaning::Other);
});

on_both!(what_looks_like_stop_is_answered_with_the_way_out_once, |world| async {
    let provider = Provider::start(&[SENT; 9]).await;
    let lines = "replyToStop: Bye.\nreplyToFuzzy: Write STOP to get no more.\nkeywords: { fuzzyStop: ask }";
    let (shop, configuration) = answering(world, &provider, lines).await;
    say(world, &configuration, "SM1", KIM, "pls stop!").await;
    let guessed = listed(world, |_| {}).await.remove(0);
    assert_eq!((guessed.meaning, guessed.keyword.as_str(), guessed.effect), (Meaning::FuzzyStop, "STOP", Effect::None));
    assert_eq!(guessed.reply.unwrap().text, "Write STOP to get no more.");
    say(world, &configuration, "SM2", KIM, "stopp").await;
    assert_eq!(newest(world).await, (Meaning::FuzzyStop, Effect::None, None));
    assert_eq!(state(&send(world, &shop, "r-1", to_number(KIM)).await).0, "sent");
    // The next day it is said again; to whoever has left, it is not.
    world.clock.advance(HOUR * 25);
    say(world, &configuration, "SM3", KIM, "please stop").await;
    assert!(newest(world).await.2.is_some());
    say(world, &configuration, "SM4", LEE, "stop").await;
    say(world, &configuration, "SM5", LEE, "please stop").await;
    assert_eq!(newest(world).await, (Meaning::FuzzyStop, Effect::None, None));
});

on_both!(what_looks_like_stop_may_be_one, |world| async {
    let provider = Provider::start(&[SENT; 9]).await;
    let lines = "replyToStop: Bye.\nkeywords: { fuzzyStop: stop, custom: { shopp: 'Main Street 1.' } }";
    let (shop, configuration) = answering(world, &provider, lines).await;
    say(world, &configuration, "SM1", KIM, "수신 거부 부탁드립니다").await;
    assert_eq!(newest(world).await, (Meaning::FuzzyStop, Effect::OptedOut, Some("Bye.".to_owned())));
    assert_eq!(state(&send(world, &shop, "r-1", to_number(KIM)).await), ("excluded", Some("suppressed")));
    say(world, &configuration, "SM2", LEE, "shopp").await;
    assert_eq!(newest(world).await.0, Meaning::Custom);
    assert_eq!(state(&send(world, &shop, "r-2", to_number(LEE)).await).0, "sent");
});

on_both!(what_people_wrote_is_listed_newest_first_and_found_by_what_it_was, |world| async {
    let refused = (400, r#"{"code": 21211, "message": "Invalid 'To' Phone Number"}"#);
    let provider = Provider::start(&[SENT, refused]).await;
    let (_, configuration) = answering(world, &provider, "replyToHelp: Call us.").await;
    for (id, from, text) in [("SM1", KIM, "help"), ("SM2", LEE, "INFO"), ("SM3", KIM, "stop"), ("SM4", "Bank", "stop")]
    {
        world.clock.advance(HOUR);
        say(world, &configuration, id, from, text).await;
    }
    let texts = |rows: Vec<InboundMessage>| rows.into_iter().map(|row| row.text).collect::<Vec<_>>();
    let all = listed(world, |_| {}).await;
    assert_eq!((all[0].effect, all[1].effect), (Effect::None, Effect::OptedOut));
    assert_eq!((all[1].configuration_name.as_str(), all[1].to.as_str()), ("Codes", "+15005550006"));
    let outcomes: Vec<_> = all.iter().map(|row| row.reply.as_ref().map(|reply| reply.outcome)).collect();
    assert_eq!(outcomes, [None, None, Some(ReplyOutcome::Failed), Some(ReplyOutcome::Sent)]);
    let detail = all[2].reply.as_ref().unwrap().detail.clone().unwrap();
    assert!(detail.starts_with("twilio_21211 "), "{detail}");
    assert_eq!(texts(all), ["stop", "stop", "INFO", "help"]);
    assert_eq!(texts(listed(world, |it| it.number = "+82 10-1234-5678".into()).await), ["stop", "help"]);
    assert_eq!(texts(listed(world, |it| it.number = "821087654321".into()).await), ["INFO"]);
    assert_eq!(texts(listed(world, |it| it.number = "Bank".into()).await), ["stop"]);
    assert_eq!(texts(listed(world, |it| it.meaning = "help".into()).await), ["INFO", "help"]);
    let other = "chc_00000000000000000000000000".to_owned();
    assert_eq!(listed(world, |it| it.configuration_id = other).await.len(), 0);
    let of_it = configuration.to_string();
    assert_eq!(listed(world, |it| it.configuration_id = of_it).await.len(), 4);
    let all = InboundFilter::default();
    assert!(world.list_inbound(&prod(), &all, None, 50).await.unwrap().rows.is_empty());
    let first = world.list_inbound(&dev(), &all, None, 3).await.unwrap();
    let second = world.list_inbound(&dev(), &all, first.next.as_deref(), 3).await.unwrap();
    assert_eq!((texts(first.rows).len(), texts(second.rows), second.next), (3, vec!["help".to_owned()], None));
    let bad = InboundFilter { meaning: "maybe".into(), ..InboundFilter::default() };
    let Err(engine::Error::Failure(failure)) = world.list_inbound(&dev(), &bad, None, 3).await else { panic!("taken") };
    assert_eq!(failure.code(), "unknown_word");
});

on_both!(in_capture_mode_a_reply_is_kept_here, |world| async {
    let provider = Provider::start(&[]).await;
    let (_, configuration) = answering(world, &provider, "replyToHelp: Call us.").await;
    world.set_sandbox_mode(&dev(), SandboxMode::Capture).await.unwrap();
    say(world, &configuration, "SM1", KIM, "help").await;
    let reply = listed(world, |_| {}).await.remove(0).reply.unwrap();
    assert_eq!((reply.outcome, provider.asked().len()), (ReplyOutcome::Captured, 0));
});

on_both!(refused_callbacks_leave_a_trace_that_stays_small, |world| async {
    let provider = Provider::start(&[]).await;
    let (_, configuration) = texting(world, &provider).await;
    assert_eq!(world.find_refused_callbacks(&dev(), &configuration).await.unwrap(), None);
    let form = [("MessageSid", "SM1"), ("MessageStatus", "delivered")];
    for _ in 0..3 {
        assert_eq!(hear(world, &configuration, "", &form, false).await, Err(Refusal::Forged));
    }
    let found = world.find_refused_callbacks(&dev(), &configuration).await.unwrap().unwrap();
    assert_eq!((found.lately, found.kind, found.last_at), (3, RefusalKind::Forged, world.now()));
    // What is taken is not counted.
    say(world, &configuration, "SM2", KIM, "hello").await;
    world.clock.advance(HOUR * 2);
    hear(world, &configuration, "", &form, false).await.unwrap_err();
    let last = world.now();
    world.clock.advance(HOUR * 22);
    let found = world.find_refused_callbacks(&dev(), &configuration).await.unwrap().unwrap();
    assert_eq!((found.lately, found.last_at), (1, last));
    world.clock.advance(HOUR * 24);
    let found = world.find_refused_callbacks(&dev(), &configuration).await.unwrap().unwrap();
    assert_eq!((found.lately, found.last_at), (0, last));
    let elsewhere = world.find_refused_callbacks(&prod(), &configuration).await;
    assert!(matches!(elsewhere, Err(engine::Error::Failure(domain::Failure::NotFound { .. }))));
});
