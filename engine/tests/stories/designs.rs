//! Mails of blocks and of MJML: made to HTML when they are saved, and sent as that.

use crate::support::dev;
use crate::support::relay::Relay;
use crate::support::shop::{ANN, Shop, caller, recipient, smtp};
use content::{Compiled, Data, design_html};
use domain::Failure;
use domain::campaign::CampaignDraft;
use domain::channel_configuration::Category;
use domain::content::{Content, EmailContent};
use domain::design::Design;
use domain::id::CampaignId;
use domain::sandbox::SandboxMode;
use engine::campaign_files::{ApplyError, Change};
use mail_parser::MessageParser;
use serde_json::{Value, json};

const DESIGN: &str = "  design:
    language: ko
    title: 주문
    rows:
      - id: 1
        columns:
          - width: 100
            blocks:
              - { id: 2, kind: text, html: '<p>안녕하세요, {{ context.name }}</p>' }
              - { id: 3, kind: button, label: Track, href: 'https://shop.example/{{ context.id }}' }
              - id: 4
                kind: text
                html: <p>GOLD</p>
                show: { when: { tests: [{ path: context.tier, kind: is, value: gold }] } }
";

fn file(relay: u16, content: &str) -> String {
    format!(
        "kind: channel-configuration\nname: Orders\ncategory: transactional\nstatus: active\nfromName: Shop\nfromAddress: shop@example.com\n\
         transport: {}\n---\nkind: campaign\nname: Orders\ncategory: transactional\nconfiguration: Orders\n\
         status: live\ncontent:\n  subject: Order\n{content}",
        smtp(relay)
    )
}

fn email(draft: &CampaignDraft) -> &EmailContent {
    draft.content.email().unwrap()
}

on_both!(a_mail_of_blocks_arrives_as_its_design_says, |world| async {
    let mut relay = Relay::start().await;
    world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
    let yaml = file(relay.port, DESIGN);
    let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap_or_else(|error| panic!("{error:?}"));
    let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
    let stored = world.find_campaign(&dev(), &campaign).await.unwrap();
    let design: Design = email(&stored.draft).design.as_deref().unwrap().clone();
    let html = design_html(&design).unwrap();
    assert_eq!(email(&stored.draft).html, html);

    let shop = Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await };
    for (id, tier) in [("r-1", json!("gold")), ("r-2", Value::Null)] {
        let context = json!({"name": "Ann <b>", "id": "A-7", "tier": tier});
        let request = shop.request_with(id, vec![recipient("ann@example.org", context.clone())]);
        shop.trigger(world, request).await.unwrap();
        world.drain().await.unwrap();
        let arrived = relay.next().await;
        // As it went over the line: a point more where a line begins with one (RFC 5321 §4.5.2).
        let text = arrived.text.replace("\n..", "\n.");
        let mail = MessageParser::default().parse(text.as_bytes()).unwrap();
        let sent = mail.body_html(0).unwrap().replace("\r\n", "\n");
        let content = EmailContent { subject: "Order".into(), html: html.clone(), ..EmailContent::default() };
        let Value::Object(context) = context else { panic!("an object") };
        let data = Data { context: std::sync::Arc::new(context), ..Data::default() };
        let rendered = Compiled::compile(&content.into()).unwrap().render(&data).unwrap();
        let html = &rendered.email().unwrap().html;
        let differs = sent.bytes().zip(html.bytes()).position(|(one, other)| one != other);
        assert_eq!(
            differs.map(|at| (&sent[at.saturating_sub(60)..at + 60], &html[at.saturating_sub(60)..at + 60])),
            None
        );
        assert_eq!(sent.trim_end().len(), html.trim_end().len());
        assert_eq!(sent.contains("GOLD"), tier == "gold");
        assert!(sent.contains("<html lang=\"ko\"") && sent.contains("안녕하세요, Ann &lt;b&gt;"), "{sent}");
        let text = mail.body_text(0).unwrap();
        assert!(text.contains("Track (https://shop.example/A-7)"), "{text}");
    }
    // What the file says has become what is stored: a second time changes nothing.
    let again = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap();
    assert_eq!(again.last().unwrap().change, Change::Unchanged);
});

on_both!(a_mail_in_mjml_has_its_html_made_and_its_faults_told_with_their_lines, |world| async {
    let detail = world.create_campaign(&dev(), "News", Category::Transactional, ANN).await.unwrap();
    let mjml = |inner: &str| {
        let mjml = format!(
            "<mjml>\n<mj-body>\n<mj-section><mj-column><mj-text>{inner}</mj-text></mj-column></mj-section></mj-body></mjml>"
        );
        let content = EmailContent { subject: "News".into(), html: "old".into(), mjml, ..EmailContent::default() };
        CampaignDraft { content: Content::Email(content), ..detail.draft.clone() }
    };
    let save = async |draft: &CampaignDraft| {
        let revision = world.find_campaign(&dev(), &detail.campaign.id).await.unwrap().campaign.revision;
        world.save_draft(&dev(), &detail.campaign.id, revision, draft, ANN).await
    };
    let saved = save(&mjml("Hello {{ context.name }}")).await.unwrap();
    assert!(email(&saved.draft).html.contains("Hello {{ context.name }}"), "{}", email(&saved.draft).html);
    let Failure::Invalid { faults } =
        save(&mjml("x</mj-text><mj-include path='x'/><mj-text>")).await.unwrap_err().into_failure()
    else {
        panic!("it is refused")
    };
    let fault = faults.at("content.mjml").unwrap();
    assert!(fault.code == "not_allowed" && fault.text.starts_with("Line 3, column "), "{fault:?}");
    let kept = world.find_campaign(&dev(), &detail.campaign.id).await.unwrap();
    assert_eq!(kept.draft, saved.draft);
});

on_both!(a_design_that_is_not_ready_is_kept_and_does_not_go_live, |world| async {
    let detail = world.create_campaign(&dev(), "News", Category::Transactional, ANN).await.unwrap();
    let blocks =
        json!([{"id": 2, "kind": "button"}, {"id": 3, "kind": "text", "html": "<p onclick='x'>{{ context.</p>"}]);
    let design: Design =
        serde_json::from_value(json!({"rows": [{"id": 1, "columns": [{"width": 100, "blocks": blocks}]}]})).unwrap();
    let content = EmailContent { subject: "News".into(), design: Some(Box::new(design)), ..EmailContent::default() };
    let draft = CampaignDraft { content: Content::Email(content), ..detail.draft.clone() };
    let saved = world.save_draft(&dev(), &detail.campaign.id, detail.campaign.revision, &draft, ANN).await.unwrap();
    let kept = serde_json::to_string(&email(&saved.draft).design).unwrap();
    assert!(!kept.contains("onclick"), "texts are cleaned: {kept}");
    let review = world.review_campaign(&dev(), &detail.campaign.id).await.unwrap();
    let at = "content.design.rows[0].columns[0].blocks";
    for path in [format!("{at}[0].label"), format!("{at}[0].href"), format!("{at}[1].html")] {
        assert!(review.errors.at(&path).is_some(), "{path}: {:?}", review.errors);
    }
    assert!(review.errors.at("content.html").is_none(), "{:?}", review.errors);
});

on_both!(faults_of_a_design_in_a_file_are_told_at_their_line, |world| async {
    let faults = async |content: &str| match world.apply_file(Some(&dev()), &file(25, content), ANN).await {
        Err(ApplyError::Faults(faults)) => faults.into_iter().map(|fault| (fault.line, fault.path)).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    // The campaign's content begins at line 16.
    let line = |text: &str| 16 + DESIGN.lines().position(|line| line.contains(text)).unwrap();
    let bad_link = DESIGN.replace("https://shop.example/{{ context.id }}", "javascript:x");
    assert_eq!(
        faults(&bad_link).await,
        [(line("kind: button"), "content.design.rows[0].columns[0].blocks[1].href".to_owned())]
    );
    let unknown = DESIGN.replace("language: ko", "tongue: ko");
    assert_eq!(faults(&unknown).await[0], (line("language"), "content.design.tongue".to_owned()));
    let both = format!("  html: x\n{DESIGN}");
    assert_eq!(faults(&both).await[0].1, "content.html");
});

on_both!(the_mails_of_the_documents_can_be_saved, |world| async {
    let document = include_str!("../../../docs/mails.md");
    let examples = document.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let contents: Vec<&str> = examples.filter_map(|(yaml, _)| yaml.strip_prefix("content:\n")).collect();
    assert_eq!(contents.len(), 2);
    for (content, name) in contents.into_iter().zip(["blocks", "mjml"]) {
        let yaml = format!(
            "kind: campaign\nname: {name}\ncategory: transactional\nconfiguration: Orders\ncontent:\n{content}"
        );
        let configuration = file(25, "  html: x\n");
        let configuration = configuration.split("---").next().unwrap();
        let applied = world.apply_file(Some(&dev()), &format!("{configuration}---\n{yaml}"), ANN).await;
        let campaign = applied.unwrap_or_else(|error| panic!("{error:?}")).last().unwrap().id.parse().unwrap();
        let stored = world.find_campaign(&dev(), &campaign).await.unwrap();
        assert!(email(&stored.draft).html.contains("<!doctype html>"), "{name}");
        let errors = world.review_campaign(&dev(), &campaign).await.unwrap().errors;
        assert!(errors.0.iter().all(|fault| !fault.path.starts_with("content")), "{errors:?}");
    }
});
