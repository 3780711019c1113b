//! What a mail carries beside its text: who it is from, what its links say, who gets a copy, which files go with it. As a
//! mail server sees it, read by a parser that is not ours.

use std::time::Duration;

use crate::support::provider::Provider;
use crate::support::relay::{Arrived, Relay};
use crate::support::shop::{ANN, Shop, caller, outcomes, recipient, smtp};
use crate::support::{World, dev};
use domain::attachment::AttachedFile;
use domain::channel_configuration::{ChannelConfiguration, ChannelConfigurationDraft};
use domain::id::{CampaignId, ExecutionKind};
use domain::message::{LogFilter, MessageDetail};
use domain::sandbox::SandboxMode;
use engine::campaign_files::{ApplyError, Change};
use engine::files::Upload;
use engine::tracking::Visit;
use mail_parser::{Message, MessageParser, MimeHeaders as _};
use serde_json::{Value, json};

/// A live campaign whose configuration and content say this beside the needed.
async fn shop(world: &World, relay: &Relay, configuration: &str, content: &str) -> Shop {
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    let yaml = format!(
        "kind: channel-configuration\nname: Orders\ncategory: transactional\nstatus: active\nfromAddress: shop@example.com\n\
         transport: {}\n{configuration}---\nkind: campaign\nname: Orders\ncategory: transactional\nconfiguration: Orders\n\
         status: live\ncontent:\n  subject: Order\n{content}",
        smtp(relay.port)
    );
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap_or_else(|error| panic!("{error:?}"));
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }
}

/// Triggers for one person, sends, and tells the story.
async fn send(world: &World, shop: &Shop, request_id: &str, context: Value) -> MessageDetail {
    send_to(world, shop, request_id, recipient("ann@example.org", context)).await
}

async fn send_to(world: &World, shop: &Shop, request_id: &str, recipient: Value) -> MessageDetail {
    let accepted = shop.trigger(world, shop.request_with(request_id, vec![recipient])).await.unwrap();
    world.drain().await.unwrap();
    shop.story(world, &accepted.execution_id).await
}

fn parsed(mail: &Arrived) -> Message<'_> {
    MessageParser::default().parse(mail.text.as_bytes()).unwrap()
}

const PERSONAL: &str = "fromName: '{{ context.store }} store'\nfromTemplate: '{{ context.box }}'\n\
                        replyTo: '{{ context.agent | default(value=\"help\") }}@example.org'\n\
                        sender: { name: Robot, address: robot@example.com }\n";

on_both!(a_mail_is_from_whom_the_call_says_within_the_domain_of_the_configuration, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, &relay, PERSONAL, "  html: <p>b</p>\n").await;
    let story =
        send(world, &shop, "r-1", json!({"store": "부산\r\nBcc: x@example.org", "box": "busan@example.com"})).await;
    let arrived = relay.next().await;
    let mail = parsed(&arrived);
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("부산 Bcc: x@example.org store"), Some("busan@example.com")));
    assert_eq!(mail.sender().unwrap().first().unwrap().address(), Some("robot@example.com"));
    assert_eq!(mail.reply_to().unwrap().first().unwrap().address(), Some("help@example.org"));
    assert!(mail.bcc().is_none());
    // What cannot be delivered comes back to the configuration all the same.
    assert_eq!(arrived.from, "shop@example.com");
    let told = story.rendered.unwrap().headers;
    assert!(told.contains(&("Sender".into(), "Robot <robot@example.com>".into())), "{told:?}");
});

on_both!(a_mail_of_another_domain_is_refused_with_its_reason, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, &relay, PERSONAL, "  html: <p>b</p>\n").await;
    for (id, from, reason) in [
        ("r-1", "boss@example.org", "from_domain"),
        ("r-2", "x@example.com\r\nBcc: y@example.org", "header_unfit"),
        ("r-3", "", "header_unfit"),
    ] {
        let story = send(world, &shop, id, json!({"store": "Busan", "box": from})).await;
        assert_eq!((story.message.state.as_str(), story.message.reason.as_deref()), ("failed", Some(reason)), "{from}");
    }
    assert!(relay.arrived().is_empty());
    // What a header reads is a part of what calls must carry.
    let lacking = shop.request_with("r-4", vec![recipient("ann@example.org", json!({"box": "a@example.com"}))]);
    let failure = shop.trigger(world, lacking).await.unwrap_err().into_failure();
    assert!(failure.to_string().contains("context.store"), "{failure}");
    let schema = world.context_schema(&dev(), shop.campaign.as_str()).await.unwrap();
    assert!(schema.to_string().contains("\"agent\""), "{schema}");
});

async fn configuration(world: &World) -> ChannelConfiguration {
    world.list_channel_configurations(&dev()).await.unwrap().remove(0)
}

on_both!(a_configuration_takes_effect_at_once_and_takes_nothing_from_callers_of_live_campaigns, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, &relay, "fromName: Shop\n", "  html: <p>b</p>\n").await;
    let before = configuration(world).await;
    let save = async |from_name: &str| {
        let before = configuration(world).await;
        let draft =
            ChannelConfigurationDraft { from_name: from_name.into(), ..ChannelConfigurationDraft::from(&before) };
        world.save_channel_configuration(&dev(), &before.id, before.revision, &draft, ANN).await
    };
    let refused = save("{{ context.store }}").await.unwrap_err().into_failure();
    assert_eq!(refused.code(), "breaks_callers");
    let wrong = save("{{ context.").await.unwrap_err().into_failure();
    assert!(matches!(wrong, domain::Failure::Invalid { faults } if faults.at("fromName").is_some()));
    assert_eq!(configuration(world).await.revision, before.revision);
    save("{{ context.store | default(value='Shop') }}").await.unwrap();
    send(world, &shop, "r-1", json!({"store": "Busan"})).await;
    send(world, &shop, "r-2", json!({})).await;
    let names = [relay.next().await, relay.next().await]
        .map(|mail| parsed(&mail).from().unwrap().first().unwrap().name().unwrap().to_owned());
    assert_eq!(names, ["Busan", "Shop"]);
});

const LINKS: &str = "  trackClicks: true\n  html: '<a href=\"https://shop.example/a?id=own#top\">A</a>\
                     <a href=\"{{ context.url }}\">B</a><a href=\"{{ unsubscribe_url }}\">C</a>\
                     <a href=\"mailto:x@example.com\">D</a>'\n";

on_both!(links_carry_the_parameters_of_the_configuration_also_through_counting, |world| async {
    let mut relay = Relay::start().await;
    let parameters = "fromName: Shop\nurlParameters:\n  utm_source: hermod\n  id: '{{ message_id }}'\n  v: '{{ campaign_version }}'\n\
                      \x20 c: '{{ campaign_name }}'\n  who: '{{ context.who | default(value=\"\") }}'\n";
    let shop = shop(world, &relay, parameters, LINKS).await;
    let story = send(world, &shop, "r-1", json!({"url": "https://x.example/?q=1", "who": "a b"})).await;
    let html = story.rendered.as_ref().unwrap().content.email().unwrap().html.clone();
    assert!(html.contains("\"mailto:x@example.com\"") && html.contains("/u/"), "{html}");
    let all = "v=1&c=Orders&who=a%20b";
    let expected = [
        format!("https://shop.example/a?id=own&utm_source=hermod&{all}#top"),
        format!("https://x.example/?q=1&utm_source=hermod&id={}&{all}", story.message.id),
    ];
    let clicks = html.split("https://hermod.example.com/c/").skip(1).map(|rest| rest.split('"').next().unwrap());
    world.clock.advance(Duration::from_secs(60));
    let reader = Visit::of("Mozilla/5.0 (X11) Firefox/145.0", false, false);
    let mut led = Vec::new();
    for click in clicks {
        let (token, target) = click.split_once("?u=").unwrap();
        let target = serde_urlencoded::from_str::<Vec<(String, String)>>(&format!("u={target}")).unwrap().remove(0).1;
        led.push(world.follow_link(token, &target, &reader).await.unwrap().unwrap());
    }
    assert_eq!(led, expected);
    let text = &story.rendered.unwrap().content.email().unwrap().text.clone();
    assert!(text.contains(&expected[0]), "{text}");
    let counted = world.list_link_clicks(&dev(), &shop.campaign).await.unwrap();
    assert_eq!(counted.iter().map(|link| link.clicks).collect::<Vec<_>>(), [1, 1]);
    drop(relay.next().await);
});

on_both!(the_archive_gets_every_mail_and_seeds_the_first_and_nobody_sees_or_counts_them, |world| async {
    let mut relay = Relay::start().await;
    let copies = "fromName: Shop\narchive: archive@example.net\nseeds: [ seed1@example.net, seed2@example.net ]\n";
    let content = "  trackOpens: true\n  trackClicks: true\n\
                   \x20 html: '<body><a href=\"https://shop.example/\">A</a><a href=\"{{ unsubscribe_url }}\">B</a></body>'\n";
    let shop = shop(world, &relay, copies, content).await;
    let story = send(world, &shop, "r-1", json!({})).await;
    let first = relay.arrived();
    let mut to: Vec<_> = first.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to.remove(0), "ann@example.org");
    to.sort_unstable();
    assert_eq!(to, ["archive@example.net", "seed1@example.net", "seed2@example.net"]);
    let own = parsed(&first[0]);
    for copy in &first[1..] {
        let mail = parsed(copy);
        assert_eq!(mail.message_id(), own.message_id());
        assert!(!copy.text.contains("hermod.example.com/"), "{}", copy.text);
        assert!(mail.header("List-Unsubscribe").is_none() && mail.bcc().is_none());
        let shown = if copy.to.starts_with("seed") { copy.to.as_str() } else { "ann@example.org" };
        assert_eq!(mail.to().unwrap().first().unwrap().address(), Some(shown));
    }
    assert!(own.bcc().is_none() && !first[0].text.contains("archive@example.net"));
    let told: Vec<_> = story.copies.iter().map(|copy| (copy.address.as_str(), copy.state.as_str())).collect();
    assert_eq!(told, [("archive@example.net", "sent"), ("seed1@example.net", "sent"), ("seed2@example.net", "sent")]);
    send(world, &shop, "r-2", json!({})).await;
    let to: Vec<_> = relay.arrived().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["ann@example.org", "archive@example.net"]);
    let all = world.list_messages(&dev(), &LogFilter::default(), None, 200).await.unwrap().rows;
    assert_eq!(all.len(), 2);
});

on_both!(a_copy_that_is_not_taken_is_tried_again_and_changes_nothing_about_its_message, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, &relay, "fromName: Shop\narchive: archive@example.net\n", "  html: <p>b</p>\n").await;
    relay.answer_recipients(&["250 fine", "451 later"]);
    let story = send(world, &shop, "r-1", json!({})).await;
    assert_eq!((story.message.state.as_str(), story.copies[0].state.as_str()), ("sent", "waiting"));
    assert_eq!(story.copies[0].reason.as_deref(), Some("smtp_451"));
    world.clock.advance(Duration::from_secs(61));
    world.drain().await.unwrap();
    assert_eq!(
        relay.arrived().iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        ["ann@example.org", "archive@example.net"]
    );
    let story = world.find_message(&dev(), &story.message.id).await.unwrap();
    assert_eq!((story.copies[0].state.as_str(), story.copies[0].tries), ("sent", 2));
    relay.answer_recipients(&["250 fine", "550 nobody"]);
    let story = send(world, &shop, "r-2", json!({})).await;
    assert_eq!((story.message.state.as_str(), story.copies[0].state.as_str()), ("sent", "failed"));
    world.erase_person(&dev(), "ann@example.org", ANN).await.unwrap();
    assert!(world.find_message(&dev(), &story.message.id).await.is_err());
});

const PDF: &str = "JVBERi0xLjQK";

fn with_files(files: Value) -> Value {
    let mut person = recipient("ann@example.org", json!({}));
    person["attachments"] = files;
    person
}

on_both!(a_mail_knows_its_campaign_its_reader_and_when_it_is_made_and_so_does_a_dry_run, |world| async {
    let mut relay = Relay::start().await;
    let html = "  html: '<p>{{ campaign.name }} {{ campaign.version }} {{ campaign.id }} {{ recipient.user_id }} \
                {{ recipient.namespace }} {{ recipient.address }} {{ now }} {{ context.due | date_diff(from=now) }}</p>'\n";
    let shop = shop(world, &relay, "fromName: Shop\n", html).await;
    let due = world.now().to_string();
    let request = || shop.request_with("r-1", vec![recipient("ann@example.org", json!({ "due": due }))]);
    let dry = world.dry_run(&shop.caller, ExecutionKind::Unitary, request()).await.unwrap();
    let tried = dry.recipients[0].rendered.clone().unwrap();
    shop.trigger(world, request()).await.unwrap();
    world.drain().await.unwrap();
    let arrived = relay.next().await;
    let person = &dry.recipients[0];
    let said = format!("Orders 1 {} {} {} ann@example.org {} 0", shop.campaign, person.user_id, person.namespace, due);
    assert!(tried.email().unwrap().html.contains(&said), "{tried:?}");
    assert!(parsed(&arrived).body_html(0).unwrap().contains(&said), "{}", arrived.text);
    // No caller has to give any of it.
    assert!(dry.faults.is_empty());
});

/// Name, media type and bytes of each file of a mail.
fn files(mail: &Message<'_>) -> Vec<(String, String, Vec<u8>)> {
    let file = |part: &mail_parser::MessagePart<'_>| {
        let kind = part.content_type().unwrap();
        let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap());
        (part.attachment_name().unwrap().to_owned(), kind, part.contents().to_vec())
    };
    mail.attachments().map(file).collect()
}

on_both!(files_of_the_campaign_and_of_the_call_go_with_the_mail_and_can_be_looked_at, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, &relay, "fromName: Shop\n", "  html: <p>b</p>\n").await;
    let terms = Upload { name: "terms.txt".into(), content_type: String::new(), bytes: b"Terms".to_vec() };
    let draft = world.attach_file(&dev(), &shop.campaign, None, terms, ANN).await.unwrap();
    assert!(draft.campaign.draft_open);
    world.publish_campaign(&dev(), &shop.campaign, draft.campaign.revision, ANN).await.unwrap();
    let person = with_files(json!([{"name": "영수증.pdf", "content": PDF}]));
    let mut request = shop.request_with("r-1", vec![person]);
    request.attachments =
        serde_json::from_value(json!([{"name": "all.csv", "content": "YTti", "contentType": "text/csv"}])).unwrap();
    let dry = world.dry_run(&shop.caller, ExecutionKind::Unitary, request.clone()).await.unwrap();
    let sizes: Vec<_> = dry.recipients[0].attachments.iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!(sizes, [("terms.txt", Some(5)), ("all.csv", Some(3)), ("영수증.pdf", Some(9))]);
    let accepted = shop.trigger(world, request.clone()).await.unwrap();
    assert!(shop.trigger(world, request).await.unwrap().replayed);
    world.drain().await.unwrap();
    let arrived = relay.next().await;
    let file = |name: &str, kind: &str, bytes: &[u8]| (name.to_owned(), kind.to_owned(), bytes.to_vec());
    let expected = [
        file("terms.txt", "text/plain", b"Terms"),
        file("all.csv", "text/csv", b"a;b"),
        file("영수증.pdf", "application/pdf", b"%PDF-1.4\n"),
    ];
    assert_eq!(files(&parsed(&arrived)), expected);
    let story = shop.story(world, &accepted.execution_id).await;
    assert_eq!(story.attachments.len(), 3);
    let (line, bytes) = world.message_file(&dev(), &story.message.id, 2).await.unwrap();
    assert_eq!((line.name.as_str(), bytes.as_slice()), ("영수증.pdf", b"%PDF-1.4\n".as_slice()));
    assert!(world.message_file(&crate::support::prod(), &story.message.id, 2).await.is_err());
    assert!(!story.recipient.to_string().contains(PDF));
});

on_both!(a_call_whose_files_cannot_be_sent_is_refused_and_leaves_nothing, |world| async {
    let relay = Relay::start().await;
    let shop = shop(world, &relay, "fromName: Shop\n", "  html: <p>b</p>\n").await;
    let large = "A".repeat(7 * 1024 * 1024);
    for (files, path, code) in [
        (json!([{"name": "a.exe", "content": PDF}]), "recipients[0].attachments[0].name", "executable_file"),
        (json!([{"name": "a.pdf", "content": "%"}]), "recipients[0].attachments[0].content", "bad_base64"),
        (json!([{"name": "a.pdf", "content": large}]), "attachments", "files_too_large"),
    ] {
        let failure = shop.trigger(world, shop.request_with("r-1", vec![with_files(files)])).await.unwrap_err();
        let domain::Failure::Invalid { faults } = failure.into_failure() else { panic!("invalid") };
        assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), (path, code));
    }
    // Knowing the hash of somebody else's file is not enough to send it.
    let mut draft = world.find_campaign(&dev(), &shop.campaign).await.unwrap();
    let stolen =
        AttachedFile { name: "a.pdf".into(), content_type: "application/pdf".into(), size: 1, hash: "ab".into() };
    draft.draft.content.email_mut().unwrap().attachments.push(stolen);
    let (id, revision) = (draft.campaign.id, draft.campaign.revision);
    let failure = world.save_draft(&dev(), &id, revision, &draft.draft, ANN).await.unwrap_err().into_failure();
    assert!(matches!(failure, domain::Failure::Invalid { faults } if faults.0[0].code == "unknown_file"));
});

on_both!(a_file_that_is_named_by_its_address_is_fetched_when_the_mail_goes, |world| async {
    let mut relay = Relay::start().await;
    let web = Provider::start(&[(503, ""), (200, "fetched"), (404, ""), (302, "")]).await;
    let shop = shop(world, &relay, "fromName: Shop\n", "  html: <p>b</p>\n").await;
    let person = || with_files(json!([{"name": "far.pdf", "url": format!("{}/far.pdf", web.url)}]));
    let story = send_to(world, &shop, "r-1", person()).await;
    assert_eq!((story.message.state.as_str(), outcomes(&story)), ("queued", vec!["retry"]));
    assert_eq!(story.message.reason.as_deref(), Some("attachment_unavailable"));
    world.clock.advance(Duration::from_secs(90));
    world.drain().await.unwrap();
    let arrived = relay.next().await;
    assert_eq!(files(&parsed(&arrived)), [("far.pdf".to_owned(), "application/pdf".to_owned(), b"fetched".to_vec())]);
    for id in ["r-2", "r-3"] {
        let story = send_to(world, &shop, id, person()).await;
        assert_eq!((story.message.state.as_str(), outcomes(&story)), ("failed", vec!["rejected"]), "{id}");
    }
    assert!(relay.arrived().is_empty());
    world.set_sandbox_mode(&dev(), SandboxMode::Capture).await.unwrap();
    let asked = web.asked().len();
    let story = send_to(world, &shop, "r-4", person()).await;
    assert_eq!((story.message.state.as_str(), story.attachments[0].url.is_some()), ("captured", true));
    assert_eq!(web.asked().len(), asked);
});

/// How many files are stored.
async fn stored(world: &World) -> usize {
    let hashes = ["Terms", "Other", "%PDF-1.4\n"].map(|text| engine::files::hash_of_bytes(text.as_bytes()));
    let mut found = 0;
    for hash in hashes {
        found += usize::from(world.has_file(&hash).await.unwrap());
    }
    found
}

on_both!(a_file_is_kept_as_long_as_a_draft_a_version_or_a_message_refers_to_it, |world| async {
    let mut relay = Relay::start().await;
    let shop = shop(world, &relay, "fromName: Shop\n", "  html: <p>b</p>\n").await;
    let upload = |bytes: &[u8]| Upload { name: "terms.txt".into(), bytes: bytes.to_vec(), ..Upload::default() };
    let draft = world.attach_file(&dev(), &shop.campaign, None, upload(b"Terms"), ANN).await.unwrap();
    world.publish_campaign(&dev(), &shop.campaign, draft.campaign.revision, ANN).await.unwrap();
    let sweep = async || {
        world.clock.advance(Duration::from_secs(61));
        world.sweep().await.unwrap();
        stored(world).await
    };
    // The version still has the first one.
    world.attach_file(&dev(), &shop.campaign, None, upload(b"Other"), ANN).await.unwrap();
    assert_eq!(sweep().await, 2);
    world.detach_file(&dev(), &shop.campaign, None, "terms.txt", ANN).await.unwrap();
    assert_eq!(sweep().await, 1);
    send_to(world, &shop, "r-1", with_files(json!([{"name": "a.pdf", "content": PDF}]))).await;
    assert_eq!(sweep().await, 2);
    world.erase_person(&dev(), "ann@example.org", ANN).await.unwrap();
    assert_eq!(stored(world).await, 1);
    drop(relay.next().await);
});

on_both!(a_campaign_file_attaches_what_lies_beside_it, |world| async {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("files")).unwrap();
    std::fs::write(folder.path().join("files/terms.txt"), "Terms").unwrap();
    let yaml = |files: &str| {
        format!(
            "kind: campaign\nname: Orders\ncategory: transactional\ncontent:\n  subject: S\n  html: <p>b</p>\n\
             \x20 attachments:\n{files}"
        )
    };
    let apply = async |files: &str| world.apply_file_in(Some(&dev()), &yaml(files), Some(folder.path()), ANN).await;
    let good =
        "    - files/terms.txt\n    - { file: files/terms.txt, name: copy.dat, contentType: application/x-copy }\n";
    let id: CampaignId = apply(good).await.unwrap()[0].id.parse().unwrap();
    assert_eq!(apply(good).await.unwrap()[0].change, Change::Unchanged);
    let detail = world.find_campaign(&dev(), &id).await.unwrap();
    let attached = &detail.draft.content.email().unwrap().attachments;
    let names: Vec<_> =
        attached.iter().map(|file| (file.name.as_str(), file.content_type.as_str(), file.size)).collect();
    assert_eq!(names, [("terms.txt", "text/plain", 5), ("copy.dat", "application/x-copy", 5)]);
    for bad in ["    - /etc/passwd\n", "    - ../x\n", "    - files/none.txt\n", "    - files\n"] {
        let Err(ApplyError::Faults(faults)) = apply(bad).await else { panic!("{bad}") };
        assert_eq!((faults[0].path.as_str(), faults[0].line), ("content.attachments.0.file", 8), "{bad}");
    }
});
