//! What the author says of the values that a content reads: what is refused, what callers are told, what a change breaks.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use content::{Compiled, Contract, Data, preview};
use domain::Faults;
use domain::content::{Content, EmailContent};
use domain::variable::{ValueType, VariableRules};
use serde_json::{Value, json};

fn email(html: &str) -> Content {
    EmailContent { subject: "Hello".into(), html: html.into(), ..Default::default() }.into()
}

fn rules(rules: Value) -> VariableRules {
    serde_json::from_value(rules).unwrap()
}

fn compiled(html: &str, said: Value) -> Compiled {
    let compiled = Compiled::compile(&email(html)).unwrap_or_else(|faults| panic!("{html}: {faults:?}"));
    compiled.with_rules(&rules(said))
}

fn contract(html: &str, said: Value) -> Contract {
    Contract::of([&compiled(html, json!({}))], []).unwrap().with_rules(&rules(said))
}

fn data(context: Value) -> Data {
    serde_json::from_value(json!({ "context": context })).unwrap()
}

fn told(faults: &Faults) -> Vec<(&str, &str)> {
    faults.0.iter().map(|fault| (fault.path.as_str(), fault.code.as_str())).collect()
}

#[test]
fn a_value_of_another_type_than_the_author_gave_is_told_by_its_name() {
    let content = compiled("{{ context.order.total }}", json!({ "context.order.total": { "type": "number" } }));
    let faults = content.missing(&data(json!({ "order": { "total": "42.50" } })));
    assert_eq!(told(&faults), [("context.order.total", "wrong_type")]);
    assert_eq!(faults.0[0].text, "The campaign takes context.order.total as a number, and it is a text.");
    assert_eq!(content.missing(&data(json!({ "order": { "total": 42.5 } }))).0, []);
    let null = content.missing(&data(json!({ "order": { "total": null } })));
    assert_eq!(told(&null), [("context.order.total", "missing_variable")], "null is no value of another type");
}

#[test]
fn an_optional_value_may_be_left_out_and_not_be_of_another_type() {
    let html = "{{ context.gift | default(value='-') }}";
    let content = compiled(html, json!({ "context.gift": { "type": "boolean" } }));
    for fine in [json!({}), json!({ "gift": null }), json!({ "gift": true })] {
        assert_eq!(content.missing(&data(fine)).0, []);
    }
    assert_eq!(told(&content.missing(&data(json!({ "gift": "" })))), [("context.gift", "wrong_type")]);
}

#[test]
fn an_author_may_require_what_the_content_does_without() {
    let html = "{{ context.name | default(value='friend') }}";
    let said = json!({ "context.name": { "required": true } });
    let content = compiled(html, said.clone());
    assert!(content.variables()[0].is_required() && !content.variables()[0].needed);
    let faults = content.missing(&Data::default());
    assert_eq!(told(&faults), [("context.name", "missing_variable")]);
    assert_eq!(faults.0[0].text, "The campaign needs context.name.");
    assert_eq!(told(&contract(html, said).missing_of(None, None)), [("context.name", "missing_variable")]);
}

#[test]
fn what_recipients_share_is_looked_at_without_what_is_known_of_each() {
    let content = contract("{{ context.a }}{{ profile.b }}", json!({ "context.a": { "type": "string" } }));
    let Value::Object(context) = json!({ "a": 1 }) else { panic!("an object was written") };
    assert_eq!(told(&content.missing_in_context(&context)), [("context.a", "wrong_type")]);
    let both = [("context.a", "wrong_type"), ("profile.b", "missing_variable")];
    assert_eq!(told(&content.missing_of(Some(&context), None)), both);
}

#[test]
fn what_contradicts_the_content_is_told_at_its_field() {
    let html = "{{ context.id }}{% for item in context.items %}{{ item.name }}{% endfor %}{{ context.order.id }}\
        {% if context.order %}x{% endif %}{{ context.tags | join(sep=', ') }}";
    let faults = |said: Value| compiled(html, said).contradictions();
    let fault = |path: &str, rule: Value| {
        let faults = faults(json!({ path: rule }));
        faults.0.first().map(|fault| (fault.path.clone(), fault.code.clone()))
    };
    let at = |path: &str, code: &str| Some((path.to_owned(), code.to_owned()));
    let optional = fault("context.id", json!({ "required": false }));
    assert_eq!(optional, at("variables.context.id.required", "variable_needed"));
    assert_eq!(fault("context.id", json!({ "type": "list" })), at("variables.context.id.type", "type_unfit"));
    assert_eq!(fault("context.items", json!({ "type": "string" })), at("variables.context.items.type", "type_unfit"));
    assert_eq!(fault("context.order", json!({ "type": "string" })), at("variables.context.order.type", "type_unfit"));
    let example = fault("context.tags", json!({ "example": "new" }));
    assert_eq!(example, at("variables.context.tags.example", "wrong_type"));
    let fitting = json!({
        "context.id": { "type": "integer", "required": true, "example": 7 },
        "context.items": { "type": "list", "example": [{ "name": "Tea" }] },
        "context.order": { "type": "object" },
        "context.unread": { "type": "string" }
    });
    assert_eq!(faults(fitting).0, []);
}

#[test]
fn the_schema_says_what_a_call_carries() {
    let html = "{{ context.order.id }}{{ context.order.note | default(value='') }}{{ profile.name | upper }}\
        {% for item in context.items %}{{ item.name }}{% if item.price > 1 %}!{% endif %}{% endfor %}\
        {% if context.gift %}{{ context.gift.from }}{% endif %}\
        {% for key, value in context.totals | default(value=[]) %}{{ value }}{% endfor %}";
    let said = json!({
        "context.order.id": { "type": "string", "example": "1001" },
        "context.order.note": { "type": "integer", "required": false },
        "context.gift": { "required": true }
    });
    let single = json!(["string", "number", "boolean"]);
    assert_eq!(
        contract(html, said).schema(),
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": ["context", "profile"],
            "properties": {
                "context": {
                    "type": "object",
                    "required": ["order", "items", "gift"],
                    "properties": {
                        "order": {
                            "type": "object",
                            "required": ["id"],
                            "properties": {
                                "id": { "type": "string", "examples": ["1001"] },
                                "note": { "type": ["integer", "null"] }
                            }
                        },
                        "items": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["name", "price"],
                                "properties": { "name": { "type": single }, "price": { "type": single } }
                            }
                        },
                        "gift": { "type": "object", "required": ["from"], "properties": { "from": { "type": single } } },
                        "totals": { "type": ["object", "null"], "additionalProperties": { "type": single } }
                    }
                },
                "profile": { "type": "object", "required": ["name"], "properties": { "name": { "type": single } } }
            }
        })
    );
}

#[test]
fn a_content_that_reads_nothing_takes_everything() {
    let schema = contract("<p>Hi</p>", json!({})).schema();
    assert_eq!(schema, json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object" }));
}

#[test]
fn what_is_newly_required_or_of_a_narrower_type_breaks_callers() {
    let items = "{% for item in context.items %}{{ item.name }}{% endfor %}";
    let none = json!({});
    let breaks = |before: (&str, &Value), after: (&str, &Value)| {
        let before = contract(before.0, before.1.clone());
        let faults = contract(after.0, after.1.clone()).breaks(&before);
        let told = |fault: &domain::Fault| {
            format!("{} {} {}", fault.code, fault.path, fault.text.split(": ").next().unwrap_or_default())
        };
        faults.0.iter().map(told).collect::<Vec<_>>()
    };
    let newly = |name: &str, variable: &str| vec![format!("newly_required variables.{variable} {name}")];
    let changed = |name: &str| vec![format!("type_changed variables.{name} {name}")];
    let typed = |kind: &str| json!({ "context.a": { "type": kind } });
    let soft = "{{ context.a | default(value='x') }}";
    let strict = "{{ context.a }}";

    assert_eq!(breaks((soft, &none), (strict, &none)), newly("context.a", "context.a"));
    assert_eq!(breaks(("x", &none), (strict, &none)), newly("context.a", "context.a"));
    let required = json!({ "context.a": { "required": true } });
    assert_eq!(breaks((soft, &none), (soft, &required)), newly("context.a", "context.a"));
    assert_eq!(breaks((strict, &none), (strict, &typed("number"))), changed("context.a"));
    assert_eq!(breaks((strict, &typed("number")), (strict, &typed("integer"))), changed("context.a"));
    let looped = "{% for a in context.a %}x{% endfor %}";
    assert_eq!(breaks((strict, &none), (looped, &none)), changed("context.a"));
    let more = "{% for item in context.items %}{{ item.name }}{{ item.sku }}{% endfor %}";
    assert_eq!(breaks((items, &none), (more, &none)), newly("context.items[].sku", "context.items"));

    let new_list = breaks(("x", &none), (items, &none));
    assert_eq!(new_list, newly("context.items", "context.items"), "the list alone, not what is in it");
    for (before, after) in [
        ((strict, &none), (soft, &none)),
        ((strict, &typed("integer")), (strict, &typed("number"))),
        ((strict, &typed("number")), (strict, &none)),
        ((strict, &none), ("x", &none)),
        ((more, &none), (items, &none)),
        (("x", &none), (soft, &typed("number"))),
        (("x", &none), ("{% if context.b %}{{ context.b.c }}{% endif %}", &none)),
    ] {
        assert_eq!(breaks(before, after), [""; 0], "{before:?} → {after:?}");
    }
}

#[test]
fn examples_and_types_make_the_sample() {
    let html =
        "{{ context.id }}{{ context.paid }}{{ context.order.id }}{% if context.order %}x{% endif %}{{ context.n }}";
    let said = json!({
        "context.id": { "type": "string", "example": "07" },
        "context.paid": { "type": "boolean" },
        "context.n": { "type": "integer" },
        "context.order": { "example": { "note": "Ring twice" } }
    });
    let content = compiled(html, said);
    let sample = content.sample();
    let expected = json!({ "id": "07", "paid": true, "n": 2, "order": { "id": "1001", "note": "Ring twice" } });
    assert_eq!(Value::Object((*sample.context).clone()), expected);
    assert_eq!(content.missing(&sample).0, []);
}

#[test]
fn a_preview_shows_a_marker_for_a_value_of_another_type_and_says_how_each_is_read() {
    let content = EmailContent {
        subject: "{{ context.n }}".into(),
        html: "{{ context.n }}{{ context.m }}".into(),
        ..Default::default()
    }
    .into();
    let shown =
        preview(&content, &rules(json!({ "context.n": { "type": "number" } })), &data(json!({ "n": "x", "m": 1 })));
    assert_eq!((shown.rendered.email().unwrap().subject.as_str(), shown.missing.len()), ("⟦context.n⟧", 1));
    let reading = &shown.readings["context.n"];
    assert_eq!(reading.templates, ["content.subject", "content.html"]);
    assert_eq!(reading.types, [ValueType::Text, ValueType::Number, ValueType::Integer, ValueType::Boolean]);
    assert_eq!(shown.readings["context.m"].templates, ["content.html"]);
}

#[test]
fn calls_carry_what_any_content_needs_and_what_rules_look_at() {
    let [one, other] = ["{{ context.a }}{{ context.c | default(value='') }}", "{{ context.b }}{{ context.c }}"]
        .map(|html| compiled(html, json!({})));
    let both = Contract::of([&one, &other], ["profile.tier", "recipient.namespace"]).unwrap();
    let variables = both.variables().iter().map(|it| (it.path.as_str(), it.needed)).collect::<Vec<_>>();
    let expected = [("context.a", true), ("context.c", true), ("context.b", true), ("profile.tier", false)];
    assert_eq!(variables, expected);
    assert!(both.reads_given() && !Contract::of([&one, &other], []).unwrap().reads_given());
    let lacking = ["context.a", "context.c", "context.b"].map(|path| (path, "missing_variable"));
    assert_eq!(told(&both.missing_of(None, None)), lacking);
    assert_eq!(told(&both.breaks(&Contract::of([&one], []).unwrap())).len(), 2);
    let deep = format!("profile{}", ".x".repeat(100_000));
    assert_eq!(Contract::of([&one], [deep.as_str()]).unwrap_err().code, "too_complex");
}
