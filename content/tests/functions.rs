//! Every function of personalisation, by its example and at its limits.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use content::{Compiled, Data, FUNCTIONS, Function, example_data};
use domain::Fault;
use domain::content::EmailContent;
use domain::variable::VariableRules;
use serde_json::{Value, json};

fn text(template: &str, data: &Data) -> Result<String, Fault> {
    // As a text of a mail: nothing is escaped.
    let content = EmailContent { subject: "x".into(), html: "x".into(), text: template.into(), ..Default::default() };
    let compiled = Compiled::compile(&content.into()).unwrap_or_else(|faults| panic!("{template}: {faults:?}"));
    Ok(compiled.render(data)?.email().unwrap().text.clone())
}

fn with(context: Value) -> Data {
    serde_json::from_value(json!({ "context": context })).unwrap()
}

fn shown(expression: &str, context: Value) -> String {
    text(&format!("{{{{ {expression} }}}}"), &with(context)).unwrap_or_else(|fault| panic!("{expression}: {fault:?}"))
}

/// The sentence of the fault.
fn refused(expression: &str, context: Value) -> String {
    match text(&format!("{{{{ {expression} }}}}"), &with(context)) {
        Err(fault) => fault.text,
        Ok(shown) => panic!("{expression}: {shown}"),
    }
}

fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.into_iter().flatten()
}

#[test]
fn every_function_does_what_its_example_says() {
    for function in all() {
        let shown =
            text(function.example, &example_data()).unwrap_or_else(|fault| panic!("{}: {fault:?}", function.name));
        assert_eq!(shown, function.result, "{}", function.example);
        assert!(function.example.contains(function.name), "{}", function.name);
    }
}

#[test]
fn amounts_are_written_as_people_of_a_language_write_them() {
    for (arguments, written) in [
        ("currency='EUR'", "€1,234.50"),
        ("currency='EUR', locale='de'", "1.234,50\u{a0}€"),
        ("currency='EUR', locale='fr-FR'", "1\u{202f}234,50\u{a0}€"),
        ("currency='EUR', locale='es'", "1234,50\u{a0}€"),
        ("currency='EUR', locale='nl'", "€\u{a0}1.234,50"),
        ("currency='BRL', locale='pt'", "R$\u{a0}1.234,50"),
        ("currency='KRW', locale='ko'", "₩1,235"),
        ("currency='USD', locale='ko'", "US$1,234.50"),
        ("currency='JPY', locale='ja'", "￥1,235"),
        ("currency='KWD'", "KWD\u{a0}1,234.500"),
        ("currency='CHF', locale='de'", "1.234,50\u{a0}CHF"),
        ("currency='eur', decimals=0", "€1,235"),
    ] {
        assert_eq!(shown(&format!("context.a | format_money({arguments})"), json!({ "a": 1234.5 })), written);
        assert_eq!(shown(&format!("context.a | format_money({arguments})"), json!({ "a": "1234.5" })), written);
    }
    assert_eq!(shown("context.a | format_money(currency='EUR', minor=true)", json!({ "a": -123_450 })), "-€1,234.50");
    assert_eq!(shown("context.a | format_money(currency='JPY', minor=true)", json!({ "a": 500 })), "¥500");
    assert!(refused("context.a | format_money(currency='€')", json!({ "a": 1 })).contains("three letters"));
    assert!(refused("context.a | format_money(currency='EUR')", json!({ "a": "much" })).contains("needs a number"));
}

#[test]
fn numbers_lose_nothing_to_binary_fractions() {
    assert_eq!(shown("context.a | format_number(decimals=2)", json!({ "a": 1.005 })), "1.01");
    assert_eq!(shown("context.a | sum", json!({ "a": [0.1, 0.2] })), "0.3");
    assert_eq!(shown("context.a | sum", json!({ "a": [i64::MAX, null, -1] })), (i64::MAX - 1).to_string());
    assert_eq!(
        shown("context.a | format_number", json!({ "a": 12_345_678_901_234_567_i64 })),
        "12,345,678,901,234,567"
    );
    assert_eq!(shown("context.a | format_number", json!({ "a": -0.0001 })), "0");
    assert_eq!(shown("context.a | percentage(locale='de')", json!({ "a": 0.255 })), "25,5\u{a0}%");
    assert_eq!(shown("context.a | round_up ~ '/' ~ context.a | round_down", json!({ "a": -1.5 })), "-1/-2");
    assert_eq!(
        shown("context.a | round ~ context.a | round(precision=1, method='floor')", json!({ "a": 2.55 })),
        "32.5"
    );
    assert_eq!(shown("context.a | precision(digits=3)", json!({ "a": 0.001_234_5 })), "0.00123");
    assert_eq!(shown("context.a | hex", json!({ "a": -255 })), "-ff");
}

#[test]
fn dates_are_shown_in_the_zone_and_language_of_the_person() {
    let at = json!({ "a": "2026-03-29T00:30:00Z", "zone": "Europe/Berlin", "language": "de-AT" });
    let format = |arguments: &str| shown(&format!("context.a | format_date({arguments})"), at.clone());
    assert_eq!(
        format("format='full time', zone=context.zone, locale=context.language"),
        "Sonntag, 29. März 2026, 01:30"
    );
    assert_eq!(format("format='yyyy-MM-dd HH:mm z', zone='America/New_York'"), "2026-03-28 20:30 EDT");
    assert_eq!(format("format='iso', zone='+09:00'"), "2026-03-29T09:30:00+09:00");
    assert_eq!(format(""), "Mar 29, 2026");
    assert_eq!(
        shown("context.a | format_date(format='short', zone='Asia/Seoul')", json!({ "a": "2026-03-29" })),
        "3/29/26"
    );
    assert_eq!(shown("context.a | format_date(format='time')", json!({ "a": 1_764_581_400 })), "9:30 AM");
    assert!(refused("context.a | format_date(zone='Mars')", at.clone()).contains("no such time zone"));
    assert!(refused("context.b | format_date", json!({ "b": "soon" })).contains("needs a date"));
}

#[test]
fn dates_are_counted_as_people_count() {
    let data = json!({ "a": "2026-01-31", "b": "2026-03-01T00:10:00+09:00", "c": "2025-12-31T23:50:00Z" });
    assert_eq!(shown("context.a | date_add(months=1)", data.clone()), "2026-02-28");
    assert_eq!(shown("context.a | date_add(hours=1)", data.clone()), "2026-01-31T01:00:00");
    assert_eq!(shown("context.b | date_diff(from=context.a)", data.clone()), "29");
    assert_eq!(shown("context.c | date_diff(from=context.a, unit='months')", data.clone()), "-1");
    assert_eq!(shown("context.b | date_diff(from=context.c, unit='hours')", data.clone()), "1407");
    assert_eq!(shown("context.c | date_diff(from=context.c, zone='Asia/Seoul')", data.clone()), "0");
    assert_eq!(shown("context.c | week_of_year ~ ' ' ~ context.c | day_of_week", data.clone()), "1 3");
    assert_eq!(shown("context.a | age(at=context.b)", data.clone()), "0");
    assert!(refused("context.a | date_set(day=32)", data.clone()).contains("no such date"));
    assert!(refused("context.a | date_add(years=9223372036854775807)", data.clone()).contains("too far"));
    assert!(refused("context.a | date_diff(from='x')", data).contains("needs a date"));
}

#[test]
fn texts_are_counted_in_characters_and_hidden_when_in_doubt() {
    let data = json!({ "a": "한국어 🎉", "card": "4111111111111111", "pin": "12" });
    assert_eq!(shown("context.a | substring(start=1, length=2)", data.clone()), "국어");
    assert_eq!(shown("context.a | index_of(text='🎉')", data.clone()), "4");
    assert_eq!(shown("context.card | mask(keep_end=4, with='•')", data.clone()), "••••••••••••1111");
    assert_eq!(shown("context.pin | mask(keep_start=1, keep_end=4)", data.clone()), "**");
    assert_eq!(shown("context.a | base64 | from_base64", data.clone()), "한국어 🎉");
    assert_eq!(shown("context.a | urlencode | urldecode", data.clone()), "한국어 🎉");
    assert_eq!(shown("'%zz%e' | urldecode", data.clone()), "%zz%e");
    assert_eq!(shown("'//x' | url_host ~ 'https://a:b@[::1]:8/p?q' | url_host", data.clone()), "::1");
    assert_eq!(shown("'a?' | add_parameter(name='b c', value='&')", data.clone()), "a?b%20c=%26");
    assert!(refused("'!' | from_base64", data.clone()).contains("base64"));
    assert!(refused("context.a | pad_start(length=1001)", data).contains("0 to 1000"));
}

#[test]
fn lists_are_compared_by_what_their_values_are() {
    let data = json!({
        "a": [1, 1.0, "1", null, { "x": 1 }, { "x": 1 }],
        "mixed": ["b", 2, "10", null, [1]],
        "rows": [{ "n": 1 }, { "n": 3, "v": 1 }, {}, { "n": 2 }],
    });
    assert_eq!(shown("context.a | distinct | count", data.clone()), "3");
    assert_eq!(shown("context.a | count ~ ' ' ~ context.a | count_missing", data.clone()), "5 1");
    assert_eq!(shown("context.mixed | top_n(n=9) | first ~ context.mixed | bottom_n(n=2) | last", data.clone()), "b10");
    assert_eq!(shown("context.rows | top_n(n=2, by='n') | pluck(name='n') | join(sep=' ')", data.clone()), "3 2");
    assert_eq!(shown("context.none | average or 'nothing'", json!({ "none": [] })), "nothing");
    for (test, holds) in [
        ("context.a is including(value=1)", true),
        ("context.a is including(value='2')", false),
        ("context.a is subset_of(list=[1])", false),
        ("context.a is superset_of(list=[1, '1'])", true),
        ("context.a is intersecting(list=['x'])", false),
        ("context.gone is empty", true),
        ("context.a is empty", false),
        ("context.a is date", false),
    ] {
        let template = format!("{{% if {test} %}}true{{% else %}}false{{% endif %}}");
        assert_eq!(text(&template, &with(data.clone())).unwrap(), holds.to_string(), "{test}");
    }
}

#[test]
fn a_contract_learns_from_functions() {
    let template = "{{ context.total | format_money(currency=context.currency) }}{{ context.due | format_date }}\
        {% for item in context.items | take(n=2) %}{{ item.name }}{% endfor %}{{ context.map | keys | first }}\
        {% if context.note is empty %}{% else %}{{ context.note }}{% endif %}{{ campaign.name }}{{ now | to_date }}";
    let content = EmailContent { subject: "x".into(), html: template.into(), ..Default::default() };
    let compiled = Compiled::compile(&content.into()).unwrap();
    let variables: Vec<_> = compiled.variables().iter().map(|it| (it.path.as_str(), it.needed, it.list)).collect();
    let expected = [
        ("context.currency", true, false),
        ("context.total", true, false),
        ("context.due", true, false),
        ("context.items", true, true),
        ("context.map", true, false),
        ("context.note", false, false),
    ];
    assert_eq!(variables, expected);
    let sample = compiled.sample();
    assert_eq!(sample.context["total"], json!(42.5));
    assert!(sample.context["items"][0]["name"].is_string() && sample.context["map"].is_object(), "{sample:?}");
    assert!(compiled.render(&sample).is_ok(), "{:?}", compiled.render(&sample));
}

#[test]
fn what_the_message_itself_is_belongs_to_no_contract() {
    let template =
        "{{ campaign.name }} {{ campaign.version }} {{ recipient.user_id }} {{ recipient.address }} {{ now }}";
    let content = EmailContent { subject: template.into(), html: "x".into(), ..Default::default() };
    let compiled = Compiled::compile(&content.into()).unwrap();
    assert!(compiled.variables().is_empty());
    let shown = compiled.render(&example_data()).unwrap();
    assert_eq!(shown.email().unwrap().subject, "Order confirmation 3 ann-17 ann@example.com 2026-11-28T09:00:00Z");
    for (template, text) in [
        ("{{ campaign.secret }}", "There are campaign.id, campaign.name, campaign.version."),
        ("{{ recipient }}", "There are recipient.user_id, recipient.namespace, recipient.address."),
        ("{{ campaign.name.x }}", "There are campaign.id"),
        ("{{ now.x }}", "“now” is not known."),
    ] {
        let content = EmailContent { subject: template.into(), html: "x".into(), ..Default::default() };
        let faults = Compiled::compile(&content.into()).unwrap_err();
        assert_eq!(faults.0[0].code, "unknown_variable");
        assert!(faults.0[0].text.contains(text), "{faults:?}");
    }
    // Names that a template gave before there were these still mean what it says.
    assert_eq!(
        shown_in("{% set now = 'x' %}{% for recipient in context.l %}{{ recipient.id }}{{ now }}{% endfor %}"),
        "1x"
    );
}

fn shown_in(template: &str) -> String {
    text(template, &with(json!({ "l": [{ "id": 1 }] }))).unwrap()
}

#[test]
fn a_draft_without_data_shows_where_its_values_go() {
    let html = "{{ context.total | format_money(currency='EUR') }} {{ context.due | format_date }}";
    let content = EmailContent { subject: "x".into(), html: html.into(), ..Default::default() };
    let preview = content::preview(&content.into(), &VariableRules::new(), &Data::default());
    assert_eq!(preview.rendered.email().unwrap().html, "⟦context.total⟧ ⟦context.due⟧");
    assert!(preview.faults.is_empty(), "{:?}", preview.faults);
}

#[test]
fn functions_do_no_work_without_end() {
    let long = "a".repeat(300_000);
    let list: Vec<u32> = (0..20_000).collect();
    for (expression, context) in [
        ("context.a is matching(pattern='(a*)*b')", json!({ "a": long })),
        ("context.a | regex_replace(pattern='a', to=context.a)", json!({ "a": long })),
        (
            "context.a is like(pattern='%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%b')",
            json!({ "a": "a".repeat(900_000) }),
        ),
    ] {
        let template = format!("{{% if {expression} %}}x{{% endif %}}");
        assert_eq!(text(&template, &with(context)).unwrap_err().code, "too_large", "{expression}");
    }
    for filter in
        ["base64", "top_n(n=1)", "distinct", "md5", "mask", "format_date", "add_parameter(name='a', value=context.a)"]
    {
        let each = "|first".repeat(usize::from(filter.contains("top_n")));
        let template = format!(
            "{{% for a in context.l %}}{{% for b in context.l %}}{{{{ context.b | {filter}{each} }}}}{{% endfor %}}{{% endfor %}}"
        );
        let b = if filter.contains("top") || filter == "distinct" { json!(list) } else { json!(long) };
        let code = text(&template, &with(json!({ "l": list, "a": long, "b": b }))).unwrap_err().code;
        assert_eq!(code, "too_large", "{filter}");
    }
    // Each place is looked for to the end of the text.
    let costly = "{{ context.a | regex_replace(pattern='a.*b|a', to='x') }}";
    assert_eq!(text(costly, &with(json!({ "a": "a".repeat(20_000) }))).unwrap_err().code, "too_large");
    assert_eq!(shown("context.a | regex_replace(pattern='', to='-')", json!({ "a": "한b" })), "-한-b-");
    let grown = format!("context.a{}", " | base64".repeat(60));
    assert_eq!(
        text(&format!("{{{{ {grown} }}}}"), &with(json!({ "a": "x".repeat(1000) }))).unwrap_err().code,
        "too_large"
    );
    for pattern in ["(a{900}){900}", "((((((((((((((((((((((a))))))))))))))))))))))", "[", "\\p{L}"] {
        let refused = refused(
            &format!("context.a | regex_group(pattern='{}')", pattern.replace('\\', "\\\\")),
            json!({ "a": "a" }),
        );
        assert!(refused.contains("regular expression"), "{pattern}: {refused}");
    }
}
