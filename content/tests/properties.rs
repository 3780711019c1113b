//! Templates out of a grammar, and sources out of letters: none crashes, stalls or grows without end.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use std::time::{Duration, Instant};

use content::{Compiled, Data, FUNCTIONS, Function, example_data, import, preview};
use domain::content::{Content, EmailContent};
use domain::variable::VariableRules;
use proptest::prelude::*;
use proptest::sample::select;

/// Far more than any of these takes, also on a busy machine and without optimisation.
const LONG: Duration = Duration::from_secs(10);

/// Largest output of a template, and what the preheader and the like add to it.
const OUTPUT_MAX: usize = 1024 * 1024 + 4096;

fn email(html: String) -> Content {
    EmailContent { subject: "x".into(), html, ..Default::default() }.into()
}

/// Renders it if it is one. True: it is.
fn is_harmless(html: String, data: &Data) -> bool {
    let started = Instant::now();
    let content = email(html.clone());
    let compiled = Compiled::compile(&content);
    if let Ok(compiled) = &compiled
        && let Ok(rendered) = compiled.render(data)
    {
        assert!(rendered.email().unwrap().html.len() <= OUTPUT_MAX, "{html}");
    }
    let _ = preview(&content, &VariableRules::new(), data);
    assert!(started.elapsed() < LONG, "{:?}: {html}", started.elapsed());
    compiled.is_ok()
}

fn functions(wanted: fn(&Function) -> bool) -> Vec<&'static str> {
    FUNCTIONS.into_iter().flatten().filter(|function| wanted(function)).map(|function| function.name).collect()
}

fn value() -> impl Strategy<Value = String> {
    let paths = vec![
        "context.name",
        "context.email",
        "context.total",
        "context.at",
        "context.tags",
        "context.prices",
        "context.items",
        "context.address",
        "context.gone.deep",
        "context.items[0].name",
        "profile.name",
        "now",
        "campaign.name",
        "x",
    ];
    let literals = vec![
        "1",
        "-2.5",
        "0",
        "9223372036854775807",
        "\"\"",
        "'2026-12-01'",
        "\"한 🎉\"",
        "true",
        "none",
        "[1, \"a\"]",
    ];
    prop_oneof![3 => select(paths), 1 => select(literals)].prop_map(str::to_owned)
}

/// Arguments of all functions: most of them wrong for the one that gets them.
fn argument() -> impl Strategy<Value = String> {
    let names = vec![
        "value",
        "pat",
        "from",
        "to",
        "pattern",
        "length",
        "with",
        "start",
        "end",
        "text",
        "n",
        "by",
        "name",
        "list",
        "date",
        "unit",
        "zone",
        "locale",
        "format",
        "currency",
        "decimals",
        "digits",
        "precision",
        "days",
        "years",
        "day",
        "part",
        "sep",
    ];
    let texts =
        vec!["\"days\"", "\"Asia/Seoul\"", "\"EUR\"", "\"yyyy-MM-dd\"", "\"(a|b)*c\"", "\"%\"", "99999999999", "3"];
    (select(names), prop_oneof![select(texts).prop_map(str::to_owned), value()])
        .prop_map(|(name, value)| format!("{name}={value}"))
}

fn call(names: Vec<&'static str>) -> impl Strategy<Value = String> {
    (select(names), prop::collection::vec(argument(), 0..3)).prop_map(|(name, arguments)| {
        if arguments.is_empty() { name.to_owned() } else { format!("{name}({})", arguments.join(", ")) }
    })
}

fn expression() -> impl Strategy<Value = String> {
    value().prop_recursive(4, 16, 3, |inner| {
        let operators = vec!["+", "-", "*", "/", "%", "~", "==", "!=", "<", ">", "and", "or", "in", "not in"];
        prop_oneof![
            4 => (inner.clone(), call(functions(Function::is_filter))).prop_map(|(value, call)| format!("{value} | {call}")),
            2 => (inner.clone(), call(functions(Function::is_test))).prop_map(|(value, call)| format!("({value} is {call})")),
            2 => (inner.clone(), select(operators), inner.clone()).prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, c, b)| format!("({a} if {c} else {b})")),
        ]
    })
}

fn template() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        1 => "[a-z <>&\"{}%#]{0,8}".prop_map(|text: String| text),
        3 => expression().prop_map(|it| format!("{{{{ {it} }}}}")),
        1 => expression().prop_map(|it| format!("{{% set x = {it} %}}")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let body = prop::collection::vec(inner, 1..4).prop_map(|parts| parts.concat());
        prop_oneof![
            2 => body.clone(),
            1 => (expression(), body.clone(), body.clone())
                .prop_map(|(c, a, b)| format!("{{% if {c} %}}{a}{{% else %}}{b}{{% endif %}}")),
            1 => (expression(), body.clone()).prop_map(|(l, b)| format!("{{% for x in {l} %}}{b}{{% endfor %}}")),
            1 => (expression(), body).prop_map(|(l, b)| format!("{{% for k, x in {l} %}}{b}{{% endfor %}}")),
        ]
    })
}

/// What somebody could paste: pieces of the other product's language in any order.
fn source() -> impl Strategy<Value = String> {
    let pieces = vec![
        "{{",
        "}}",
        "{{{",
        "}}}",
        "{%=",
        "{%#if ",
        "{%else if ",
        "{%else%}",
        "{%/if%}",
        "{% let v = ",
        "%}",
        "{{#each ",
        " as |x i|}}",
        "{{/each}}",
        "{{#with ",
        "{{/with}}",
        "{{else}}",
        "{{!--",
        "--}}",
        "context.a",
        "profile.`b c`",
        "x",
        "this",
        "../",
        "@index",
        ".get(\"k\")",
        "[0]",
        "?:",
        " and ",
        "not ",
        "=",
        "+",
        "(",
        ")",
        ",",
        "upperCase(",
        "topN(",
        "formatDate(",
        "\"",
        "'",
        "\\",
        "{#",
        "#}",
        "{%",
        "{",
        "~",
        "|",
        "\n",
        "한",
        "1",
        "random()",
        "concat(",
    ];
    prop_oneof![
        3 => prop::collection::vec(select(pieces), 0..40).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{0,60}".prop_map(|text: String| text),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_template_of_the_grammar_crashes_stalls_or_bloats(html in template()) {
        is_harmless(format!("{{% set x = 1 %}}{html}"), &example_data());
    }

    #[test]
    fn every_function_takes_every_argument_calmly(value in value(), call in call(functions(Function::is_filter))) {
        is_harmless(format!("{{% set x = 1 %}}{{{{ {value} | {call} }}}}"), &example_data());
    }

    #[test]
    fn an_import_ends_small_and_is_taken_or_told(source in source()) {
        let started = Instant::now();
        let imported = import(&source);
        prop_assert!(started.elapsed() < LONG);
        prop_assert!(imported.text.len() <= source.len() * 16 + 200, "{source}: {}", imported.text);
        // A blank mail is no mail, whatever it was made of.
        if !is_harmless(format!("-{}", imported.text), &example_data()) {
            prop_assert!(!imported.notes.is_empty(), "{source} → {}", imported.text);
        }
    }
}

#[test]
fn a_long_import_takes_a_moment() {
    let pieces = [
        "{{",
        "{%=",
        "{{\"}}",
        "{{'}}{{'\"}}{{\"'",
        "{{#each context.a as |x|}}",
        "{% let v = 1 %}",
        "{{/each}}",
        "{{!--",
        "\\{{",
        "{%= a(",
        "{{context.a}}",
        "{%=(((",
        "{#",
        "{{!",
        "{% let abc = context.a %}{{abc}}",
        "{{../",
        "{{{",
        "\n",
    ];
    for piece in pieces {
        let source = piece.repeat(250_000 / piece.len());
        let started = Instant::now();
        let imported = import(&source);
        assert!(started.elapsed() < LONG, "{piece}: {:?}", started.elapsed());
        assert!(imported.text.len() <= source.len() * 16 && imported.notes.len() <= 201, "{piece}");
    }
    assert_eq!(import(&"x".repeat(300_000)).notes[0].code, "too_large");
}
