//! Which values a content reads, and what is said when they are missing.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use content::{Compiled, Data, preview};
use domain::content::{Content, EmailContent};
use domain::variable::VariableRules;
use serde_json::{Value, json};

fn email(subject: &str, html: &str) -> Content {
    EmailContent { subject: subject.into(), html: html.into(), ..Default::default() }.into()
}

fn compiled(html: &str) -> Compiled {
    Compiled::compile(&email("Hello", html)).unwrap_or_else(|faults| panic!("{html}: {faults:?}"))
}

fn data(context: Value) -> Data {
    serde_json::from_value(json!({ "context": context })).unwrap()
}

/// `path`, with `?` when it may be missing and `[]` when it is a list.
fn variables(html: &str) -> Vec<String> {
    let mark = |flag: bool, mark: &'static str| if flag { mark } else { "" };
    let compiled = compiled(html);
    let shown = compiled.variables().iter();
    shown.map(|known| format!("{}{}{}", known.path, mark(known.list, "[]"), mark(!known.needed, "?"))).collect()
}

fn missing(html: &str, context: Value) -> Vec<String> {
    compiled(html).missing(&data(context)).0.into_iter().map(|fault| fault.path).collect()
}

fn rendered(html: &str, context: Value) -> String {
    compiled(html)
        .render(&data(context))
        .unwrap_or_else(|fault| panic!("{html}: {fault:?}"))
        .email()
        .unwrap()
        .html
        .clone()
}

#[test]
fn variables_come_in_the_order_of_the_four_templates() {
    let content: Content = EmailContent {
        subject: "Order {{ context.order.id }}".into(),
        preheader: "For {{ profile.person.name.firstName }}".into(),
        html: "<p>{{ context.order[\"total\"] }} {{ context.order.id }}</p>".into(),
        text: "{{ profile.email | upper }}".into(),
        ..Default::default()
    }
    .into();
    let compiled = Compiled::compile(&content).unwrap();
    let paths: Vec<&str> = compiled.variables().iter().map(|known| known.path.as_str()).collect();
    assert_eq!(paths, ["context.order.id", "profile.person.name.firstName", "context.order.total", "profile.email"]);
}

#[test]
fn a_default_or_a_test_makes_a_value_optional_and_the_content_renders_without_it() {
    for html in [
        "{{ context.a | default(value='x') }}",
        "{{ context.a.b.c | default(value='x') }}",
        "{{ context.a.b or 'x' }}",
        "{% if context.a %}{{ context.a }}{% endif %}x",
        "{% if context.a.b %}{{ context.a.b | upper }}{% else %}x{% endif %}",
        "{% if context.a is defined and context.a.b %}{{ context.a.b }}{% endif %}x",
        "{% if context.a.b is undefined %}x{% else %}{{ context.a.b }}{% endif %}",
        "{% if not context.a %}x{% else %}{{ context.a }}{% endif %}",
        "{{ context.a.b if context.a.b else 'x' }}",
        "{% if context.a.kind == 'vip' %}{{ context.a.kind }}{% endif %}x",
        "{% for item in context.a.b | default(value=[]) %}{{ item }}{% endfor %}x",
        "{% if context.a %}{% for item in context.a %}{{ item }}{% endfor %}{% endif %}x",
        "{% set a = context.a.b %}{{ a.c | default(value='x') }}",
    ] {
        let known = variables(html);
        assert!(!known.is_empty() && known.iter().all(|known| known.ends_with('?')), "{html}: {known:?}");
        assert_eq!(rendered(html, json!({})), "x", "{html}");
        assert_eq!(rendered(html, json!({ "a": null })), "x", "{html}");
    }
}

#[test]
fn one_use_without_a_default_makes_a_value_required() {
    for html in [
        "{{ context.a | default(value='x') }}{{ context.a }}",
        "{{ context.a | upper | default(value='x') }}",
        "{{ 'x' | default(value=context.a) }}",
        "{% if context.b %}{{ context.a }}{% endif %}",
        "{% if context.a or context.b %}{{ context.a }}{% endif %}",
        "{% if context.a %}{% else %}{{ context.a }}{% endif %}",
        "{% if context.a %}{% elif context.a == 1 %}{{ context.b }}{% endif %}{{ context.a }}",
        "{% if context.a != 'x' %}{{ context.a }}{% endif %}",
        "{% if context.a > 1 %}many{% endif %}",
        "{{ context.a ~ 'x' }}",
        "{% set a = context.a %}{{ a }}",
        "{% for x in context.a %}{{ x }}{% endfor %}",
    ] {
        assert!(missing(html, json!({})).contains(&"context.a".to_owned()), "{html}");
        let fault = compiled(html).render(&data(json!({ "b": 1 }))).unwrap_err();
        assert_eq!((fault.path.as_str(), fault.code.as_str()), ("context.a", "missing_variable"), "{html}");
    }
}

#[test]
fn what_is_below_a_tested_value_is_needed_when_that_is_there() {
    let html = "{% if context.order %}{{ context.order.id }}{% endif %}";
    assert_eq!(variables(html), ["context.order?", "context.order.id?"]);
    assert_eq!(missing(html, json!({})), [""; 0]);
    assert_eq!(missing(html, json!({ "order": {} })), [""; 0]);
    assert_eq!(missing(html, json!({ "order": { "total": 1 } })), ["context.order.id"]);
}

#[test]
fn all_missing_values_are_named_before_anything_is_rendered() {
    let html = "{{ context.order.id }} {{ context.name }} {% for item in context.items %}{{ item.name }}{% endfor %}";
    assert_eq!(variables(html), ["context.order.id", "context.name", "context.items[]"]);
    assert_eq!(missing(html, json!({})), ["context.order.id", "context.name", "context.items"]);
    let given = json!({ "order": "x", "name": "", "items": [{ "name": "Pen" }, { "name": null }, {}] });
    assert_eq!(missing(html, given), ["context.order.id", "context.items[1].name", "context.items[2].name"]);
    let text = compiled(html).missing(&data(json!({}))).0[0].text.clone();
    assert_eq!(text, "The content needs context.order.id.");
}

#[test]
fn a_text_in_place_of_a_list_is_told() {
    let faults = compiled("{% for x in context.items %}{{ x }}{% endfor %}").missing(&data(json!({ "items": "abc" })));
    assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("context.items", "wrong_type"));
    assert_eq!(faults.0[0].text, "The content reads context.items as a list, and it is a text.");
}

#[test]
fn a_list_or_an_object_in_place_of_one_value_is_told() {
    for html in [
        "{{ context.a }}",
        "{% if context.a %}{{ context.a }}{% endif %}",
        "{{ context.a | default(value='x') }}",
        "{{ context.a or 'x' }}",
        "{{ 'x' if context.b else context.a }}",
        "{{ context.a | upper }}",
        "{{ context.a | safe }}",
        "{{ context.a | round }}",
        "{{ 'x' ~ context.a }}",
        "{{ context.a + 1 }}",
        "{% set a = context.a %}{{ a }}",
    ] {
        for given in [json!({ "k": 1 }), json!([1])] {
            let faults = compiled(html).missing(&data(json!({ "a": given })));
            let told: Vec<(&str, &str)> = faults.0.iter().map(|it| (it.path.as_str(), it.code.as_str())).collect();
            assert_eq!(told, [("context.a", "wrong_type")], "{html}");
        }
        assert_eq!(compiled(html).missing(&data(json!({ "a": 7 }))).0, [], "{html}");
    }
    let inside = "{% for x in context.xs %}{{ x }}{% endfor %}";
    assert_eq!(missing(inside, json!({ "xs": ["a", { "b": 1 }] })), ["context.xs[1]"]);
    let text = compiled("{{ context.a }}").missing(&data(json!({ "a": { "k": 1 } }))).0[0].text.clone();
    assert_eq!(text, "The content reads context.a as one value, and it is an object.");
    assert_eq!(missing("{{ context.a }}", json!({ "a": null })), ["context.a"]);
}

#[test]
fn what_is_read_in_parts_may_be_a_list_or_an_object() {
    let object = json!({ "k": "x" });
    for (html, given) in [
        ("{{ context.a.k }}", &object),
        ("{{ context.a['k'] }}", &object),
        ("{{ context.a[context.b] }}", &object),
        ("{% if context.a.k %}{{ context.a.k }}{% else %}{{ context.a }}{% endif %}", &object),
        ("{% if context.a is string %}{{ context.a }}{% else %}{{ context.a.k }}{% endif %}", &object),
        ("{% if context.a is map %}x{% else %}{{ context.a }}{% endif %}", &object),
        ("{% for key, value in context.a %}{{ value }}{% endfor %}", &object),
        ("{% if 'k' in context.a %}x{% endif %}", &object),
        ("{% if context.a %}x{% endif %}", &object),
        ("{% set a = context.a %}{{ a.k }}", &object),
        ("{{ context.a[0] }}", &json!(["x"])),
        ("{{ context.a | first }}", &json!(["x"])),
        ("{{ context.a | join(sep=', ') }}", &json!(["x"])),
        ("{{ context.a | length }}{% for x in context.a | reverse %}{% endfor %}", &json!([])),
        ("{% for x in context.a or [] %}{{ x }}{% endfor %}", &json!(["x"])),
    ] {
        let given = data(json!({ "a": given, "b": "k" }));
        assert_eq!(compiled(html).missing(&given).0, [], "{html}");
        assert!(matches!(compiled(html).render(&given).unwrap().email().unwrap().html.as_str(), "x" | "0"), "{html}");
    }
}

#[test]
fn a_preview_shows_a_marker_where_an_object_stands_in_place_of_one_value() {
    let content = email("Hello", "<p>{{ context.order }}</p>");
    let shown = preview(&content, &VariableRules::new(), &data(json!({ "order": { "id": 7 } })));
    assert_eq!((shown.rendered.email().unwrap().html.as_str(), shown.missing.len()), ("<p>⟦context.order⟧</p>", 1));
}

#[test]
fn a_value_that_only_rendering_can_miss_is_named_too() {
    let fault = compiled("a\n{{ context.items[3].name }}").render(&data(json!({ "items": [] }))).unwrap_err();
    assert_eq!((fault.path.as_str(), fault.code.as_str()), ("context.items[3].name", "missing_variable"));
    assert!(fault.text.starts_with("Line 2: "), "{fault:?}");
}

#[test]
fn names_that_nobody_knows_are_told_with_their_line() {
    let faults =
        Compiled::compile(&email("{{ foo }}", "<p>\n{{ item.name }}{{ context }}{% for x in profile %}{% endfor %}"))
            .unwrap_err();
    let told: Vec<(&str, &str)> = faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect();
    assert_eq!(told[0], ("content.subject", "unknown_variable"));
    assert_eq!(told[1..], [("content.html", "unknown_variable"); 3]);
    assert_eq!(
        faults.0[0].text,
        "Line 1, column 4: “foo” is not known. Write context.foo for data of the call or profile.foo for data of the person."
    );
    assert!(faults.0[1].text.starts_with("Line 2, column 4: “item”"), "{faults:?}");
}

#[test]
fn a_loop_variable_lives_in_its_loop() {
    assert!(Compiled::compile(&email("x", "{% for x in context.xs %}{% endfor %}{{ x }}")).is_err());
    assert!(Compiled::compile(&email("x", "{{ loop.index }}")).is_err());
    let html = "{% for x in context.xs %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}";
    assert_eq!(rendered(html, json!({ "xs": ["a", "b"] })), "1, 2");
    assert_eq!(rendered(html, json!({ "xs": [] })), "none");
}

#[test]
fn a_sample_is_all_that_a_content_needs() {
    let html = "{% for item in context.items %}{{ item.name }} {{ item.price * item.quantity }}\
        {% for tag in item.tags %}{{ tag }}{% endfor %}{% endfor %}\
        {% for key, value in context.totals %}{{ key }}: {{ value.amount }}{% endfor %}\
        {% if context.count > 1 %}many{% endif %} {{ context.total | round }} {{ context.orderId | upper }}\
        {{ profile.email }} {{ context.tags | join(sep=', ') }} {{ context.photos[0].url }}";
    let compiled = compiled(html);
    let sample = compiled.sample();
    assert_eq!(sample.context["items"][0]["name"], "Ann");
    assert_eq!(sample.context["orderId"], "1001");
    assert_eq!(sample.profile["email"], "ann@example.com");
    assert_eq!(compiled.missing(&sample).0, []);
    let fault = compiled.render(&sample).unwrap_err();
    // The one thing a sample cannot know: what is behind a fixed position.
    assert_eq!(fault.path, "context.photos[0].url");
}

#[test]
fn a_preview_shows_markers_where_values_are_missing() {
    let content: Content = EmailContent {
        subject: "Order {{ context.order.id }}".into(),
        html: "<p>{{ context.name }}</p>{% for item in context.items %}<li>{{ item.name }}{% endfor %}".into(),
        ..Default::default()
    }
    .into();
    let shown = preview(&content, &VariableRules::new(), &data(json!({ "name": "Ann" })));
    assert_eq!(shown.rendered.email().unwrap().subject, "Order ⟦context.order.id⟧");
    assert_eq!(shown.rendered.email().unwrap().html, "<p>Ann</p><li>⟦context.items[0].name⟧");
    assert_eq!(shown.missing, ["context.order.id", "context.items"]);
    assert_eq!(shown.faults.0, []);
}

#[test]
fn a_preview_shows_each_template_for_itself() {
    let content: Content = EmailContent {
        subject: "{{ context.".into(),
        html: "<p>{{ context.name }}</p>".into(),
        text: "{{ context.n + 1 }}".into(),
        ..Default::default()
    }
    .into();
    let shown = preview(&content, &VariableRules::new(), &data(json!({ "name": "Ann" })));
    assert_eq!(
        (shown.rendered.email().unwrap().subject.as_str(), shown.rendered.email().unwrap().html.as_str()),
        ("", "<p>Ann</p>")
    );
    let paths: Vec<&str> = shown.faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["content.subject", "content.text"]);
    assert_eq!(shown.variables.len(), 2);
    assert_eq!(preview(&Content::default(), &VariableRules::new(), &Data::default()), content::Preview::default());
}

#[test]
fn a_preview_with_complete_data_is_the_mail() {
    let content: Content = EmailContent {
        subject: "Order {{ context.id }}\n".into(),
        preheader: "Hi & {{ context.id }}".into(),
        html: "<body>{% for key, value in context.map %}{{ key }}={{ value }};{% endfor %}</body>".into(),
        text: String::new(),
        ..Default::default()
    }
    .into();
    let map: serde_json::Map<String, Value> = (0..50).map(|n| (format!("k{n}"), json!(n))).collect();
    let data = data(json!({ "id": "<1>", "map": map }));
    let shown = preview(&content, &VariableRules::new(), &data);
    assert_eq!(shown.rendered, Compiled::compile(&content).unwrap().render(&data).unwrap());
    assert_eq!((shown.missing.len(), shown.faults.0.len()), (0, 0));
}
