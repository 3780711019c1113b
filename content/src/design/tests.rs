use domain::content::{Content, EmailContent};
use domain::design::{Alignment, Block, BlockKind, Column, Design, Row, Rule, Show, Test, TestKind};
use domain::library::{FragmentKind, FragmentText, Fragments};
use serde_json::json;

use super::*;
use crate::{Addresses, Compiled, Data, Naming};

fn design(blocks: serde_json::Value) -> Design {
    serde_json::from_value(json!({"title": "T", "language": "en", "theme": {"dark": {}}, "rows": [{"id": 1000, "columns": [{"width": 100, "blocks": blocks}]}]}))
        .unwrap()
}

/// Every kind of block.
pub(super) fn all_blocks() -> Design {
    design(json!([
        {"id": 1, "kind": "text", "html": "<h1>Hello {{ context.name }}</h1><p>A <a href=\"https://example.com/{{ context.id }}\">link</a></p>"},
        {"id": 2, "kind": "button", "label": "Pay & go", "href": "https://example.com/pay?a=1&b={{ context.id | urlencode }}"},
        {"id": 3, "kind": "image", "src": "https://example.com/a.png", "alt": "A \"pen\" – 한국", "href": "https://example.com"},
        {"id": 4, "kind": "divider"},
        {"id": 5, "kind": "spacer", "height": 20},
        {"id": 6, "kind": "social", "links": [{"network": "kakaotalk", "href": "https://example.com/k"}, {"network": "x", "href": "https://example.com/x"}]},
        {"id": 7, "kind": "html", "source": "<b>Bold</b><br><img src='a.png' alt=''>"},
        {"id": 8, "kind": "productList", "list": "context.order.items", "image": "{{ item.image }}", "title": "{{ item.name }}",
            "text": "{{ item.count }} ×", "price": "{{ item.price }}", "href": "{{ item.url }}", "empty": "Nothing"},
        {"id": 9, "kind": "unsubscribe", "text": "Leave", "align": "center"},
        {"id": 10, "kind": "mirror", "text": "In the browser", "align": "center", "background": "#ffeeaa"},
    ]))
}

pub(super) fn rendered(html: &str, context: serde_json::Value) -> String {
    let content = EmailContent { subject: "S".into(), html: html.to_owned(), ..EmailContent::default() }.into();
    let compiled = Compiled::compile(&content).unwrap_or_else(|faults| panic!("{html}: {faults:?}"));
    let serde_json::Value::Object(context) = context else { panic!("an object") };
    let data = Data { context: std::sync::Arc::new(context), ..Data::default() };
    compiled.render_at(&data, Addresses::default(), Naming::default()).unwrap().email().unwrap().html.clone()
}

fn context() -> serde_json::Value {
    json!({"name": "Ann <b>", "id": "7&8", "order": {"items": [
        {"image": "https://example.com/p.png", "name": "Pen", "count": 2, "price": "€ 4", "url": "https://example.com/pen"}]}})
}

#[test]
fn every_block_becomes_html_that_renders() {
    let html = design_html(&all_blocks()).unwrap();
    let mail = rendered(&html, context());
    for part in [
        "<html lang=\"en\"",
        "<title>T</title>",
        "Hello Ann &lt;b&gt;</h1>",
        "href=\"https://example.com/7&amp;8\"",
        "b=7%268\"",
        "Pay &amp; go",
        "alt=\"A &quot;pen&quot; – 한국\"",
        "KakaoTalk</a>",
        "<b>Bold</b>",
        "Pen</a></strong>",
        "href=\"#unsubscribe\"",
        "href=\"#mirror\"",
        "prefers-color-scheme:dark",
        "name=\"color-scheme\"",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    let empty = rendered(&html, json!({"name": "x", "id": "x", "order": {"items": []}}));
    assert!(empty.contains("Nothing") && !empty.contains("Pen</a>"));
    assert_eq!(design_faults(&all_blocks()), Faults::default());
}

#[test]
fn the_mjml_of_a_design_makes_the_same_mail() {
    let design = all_blocks();
    assert_eq!(mjml_html(&design_mjml(&design)), design_html(&design));
}

#[test]
fn a_chain_shows_one_of_its_parts_and_the_mail_stays_whole() {
    let when = |value: &str| Rule {
        any: false,
        tests: vec![Test { path: "context.tier".into(), kind: TestKind::Is, value: value.into() }],
    };
    let text = |id, words: &str, show| Block {
        show,
        ..Block::of(id, BlockKind::Text { html: format!("<p>{words}</p>"), align: Alignment::Left })
    };
    let blocks = vec![
        text(1, "GOLD", Show::When(when("gold"))),
        text(2, "SILVER", Show::OrWhen(when("silver"))),
        text(3, "OTHER", Show::Otherwise),
        text(4, "ALL", Show::Always),
    ];
    let row =
        |id, show, blocks| Row { id, show, columns: vec![Column { blocks, ..Column::default() }], ..Row::default() };
    let rows =
        vec![row(10, Show::Always, blocks), row(11, Show::When(when("gold")), vec![text(5, "ROW", Show::Always)])];
    let html = design_html(&Design { rows, ..Design::default() }).unwrap();
    for (tier, shown) in
        [(json!("gold"), ["GOLD", "ROW"].as_slice()), (json!("silver"), &["SILVER"]), (json!(null), &["OTHER"])]
    {
        let mail = rendered(&html, json!({"tier": tier}));
        for words in ["GOLD", "SILVER", "OTHER", "ROW"] {
            assert_eq!(mail.contains(words), shown.contains(&words), "{tier} {words}");
        }
        assert!(mail.contains("ALL"));
        assert_eq!(unclosed(&mail), Vec::<String>::new());
    }
}

/// Elements that are not closed where they should be.
fn unclosed(html: &str) -> Vec<String> {
    let mut open = Vec::new();
    for tag in crate::links::tags(&visible(html)) {
        match tag.name.strip_prefix('/') {
            _ if matches!(tag.name, "!" | "meta" | "img" | "br" | "link") => {}
            Some(name) => match open.pop() {
                Some(last) if last == name => {}
                other => return vec![format!("{other:?} is closed by {name}")],
            },
            None => open.push(tag.name.to_owned()),
        }
    }
    open
}

/// Without what Outlook alone reads.
pub(super) fn visible(html: &str) -> String {
    let mut seen = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--[if ") {
        seen.push_str(before);
        rest = after.split_once("<![endif]-->").map_or("", |(_, behind)| behind);
        if after.starts_with("!mso") {
            rest = after.split_once("<!-->").map_or("", |(_, behind)| behind);
        }
    }
    seen.push_str(rest);
    seen
}

#[test]
fn what_is_missing_does_not_keep_a_mail_from_being_shown_and_is_told() {
    let design = design(json!([
        {"id": 1, "kind": "button"}, {"id": 2, "kind": "text", "html": "{{ context.a"},
        {"id": 3, "kind": "productList", "list": "context.items", "title": "{{ item.name | nope }}"}]));
    let shown = rendered(&design_html(&design).unwrap(), json!({"items": [{"name": "x"}]}));
    assert!(shown.contains("&#123;{ context.a") && shown.contains("&#123;{ item.name | nope }}"), "{shown}");
    let faults = design_faults(&design);
    let told: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    let at = "content.design.rows[0].columns[0].blocks";
    assert_eq!(
        told,
        [
            (&*format!("{at}[0].label"), "required"),
            (&*format!("{at}[0].href"), "required"),
            (&*format!("{at}[1].html"), "template_syntax"),
            (&*format!("{at}[2].title"), "unknown_filter"),
        ]
    );
}

#[test]
fn what_no_mail_can_be_made_with_is_refused_at_its_place() {
    let bad = design(
        json!([{"id": 1, "kind": "button", "label": "x", "href": "java\nscript:alert(1)"}, {"id": 1, "kind": "divider"}]),
    );
    let faults = design_html(&bad).unwrap_err();
    let told: Vec<_> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    let at = "content.design.rows[0].columns[0].blocks";
    assert_eq!(told, [(&*format!("{at}[1].id"), "duplicate_id"), (&*format!("{at}[0].href"), "bad_address")]);
}

#[test]
fn words_of_a_design_stay_words() {
    let hostile = "\"><script>alert(1)</script></mj-text></mjml>\\ {# x #}";
    let design = design(json!([
        {"id": 1, "kind": "button", "label": hostile, "href": format!("https://x.example/{hostile}")},
        {"id": 2, "kind": "image", "src": format!("https://x.example/{hostile}"), "alt": hostile},
        {"id": 3, "kind": "text", "html": hostile}, {"id": 4, "kind": "unsubscribe", "text": hostile},
        {"id": 5, "kind": "productList", "list": "context.items", "title": hostile, "empty": hostile, "image": hostile, "href": hostile}]));
    let design = Design { title: hostile.into(), ..design };
    let html = design_html(&design).unwrap();
    assert!(!html.contains("<script") && !html.contains("</mj"), "{html}");
    assert_eq!(unclosed(&rendered(&html, json!({"items": [{}]}))), Vec::<String>::new());
}

#[test]
fn no_value_ends_the_address_of_a_background() {
    let mut design = design(json!([{"id": 1, "kind": "spacer", "height": 1}]));
    design.rows[0].background_image = "https://x.example/{{ context.a }}.png".into();
    let html = design_html(&design).unwrap();
    let mail = rendered(&html, json!({"a": "x');background:url(https://evil.example/\\\n\""}));
    assert!(
        mail.contains("url('https://x.example/x%27%29;background:url%28https://evil.example/%5C%0A&quot;.png')"),
        "{mail}"
    );
    assert!(!mail.contains("url(https://evil"), "{mail}");
}

#[test]
fn a_condition_or_a_list_without_a_value_yet_hides_nothing_else() {
    let design = design(json!([
        {"id": 1, "kind": "text", "html": "HIDDEN", "show": {"when": {"tests": [{"path": "", "kind": "is", "value": "x"}]}}},
        {"id": 2, "kind": "productList", "empty": "NONE"}, {"id": 3, "kind": "text", "html": "SHOWN"}]));
    let mail = rendered(&design_html(&design).unwrap(), json!({}));
    assert!(mail.contains("SHOWN") && mail.contains("NONE") && !mail.contains("HIDDEN"));
}

#[test]
fn a_fragment_stands_where_its_block_is_and_its_name_ends_nothing() {
    let mut fragments = Fragments::default();
    for name in ["Fish & chips", "plain"] {
        let text = "<b>{{ context.shop }}</b>".to_owned();
        fragments.add(name, FragmentText { kind: FragmentKind::Html, text });
    }
    let html_with = |name: &str| {
        let design = design(json!([{"id": 1, "kind": "fragment", "name": name}]));
        let html = design_html(&design).unwrap();
        let content = Content::from(EmailContent { subject: "x".into(), html, ..EmailContent::default() });
        crate::with_fragments(&content, &fragments).map(|content| content.email().unwrap().html.clone())
    };
    for name in ["Fish & chips", " PLAIN "] {
        assert!(rendered(&html_with(name).unwrap(), json!({"shop": "Tea"})).contains("<b>Tea</b>"), "{name}");
    }
    assert_eq!(html_with("other").unwrap_err().0[0].code, "unknown_fragment");
    let hostile = r#"x") }}</div><script>"#;
    let refused = design_html(&design(json!([{"id": 1, "kind": "fragment", "name": hostile}]))).unwrap_err();
    assert_eq!(refused.0[0].code, "bad_name");
    let none = design(json!([{"id": 1, "kind": "fragment", "name": ""}]));
    assert!(!design_html(&none).unwrap().contains("fragment("), "nothing is chosen yet");
    assert_eq!(design_faults(&none).0[0].code, "required");
}
