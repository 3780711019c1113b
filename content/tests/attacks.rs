//! Templates and data that want to crash, stall or fill the process.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use std::time::{Duration, Instant};

use content::{Compiled, Data, preview};
use domain::content::{Content, EmailContent};
use domain::variable::VariableRules;
use serde_json::{Value, json};

/// Far more than any of these takes, also on a busy machine and without optimisation; far less than an attack.
const LONG: Duration = Duration::from_secs(20);

fn email(html: String) -> Content {
    EmailContent { subject: "x".into(), html, ..Default::default() }.into()
}

/// Compiles, renders and previews on a small stack. The code of the fault, or `rendered`.
fn outcome(html: String, context: Value) -> String {
    let run = move || {
        let data: Data = serde_json::from_value(json!({ "context": context })).unwrap();
        let content = email(html);
        let started = Instant::now();
        let code = match Compiled::compile(&content) {
            Err(faults) => faults.0[0].code.clone(),
            Ok(compiled) => match compiled.render(&data) {
                Err(fault) => fault.code,
                Ok(_) => "rendered".to_owned(),
            },
        };
        let _ = preview(&content, &VariableRules::new(), &data);
        assert!(started.elapsed() < LONG, "{:?}", started.elapsed());
        code
    };
    std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(run).unwrap().join().unwrap()
}

#[test]
fn nothing_can_be_nested_too_deeply() {
    for (open, close) in [("(", ")"), ("[", "]"), ("not ", ""), ("-", ""), ("context.a[", "]")] {
        let html = format!("{{{{ {}1{} }}}}", open.repeat(20_000), close.repeat(20_000));
        assert_ne!(outcome(html, json!({})), "rendered", "{open}");
    }
    let deep = |open: &str, close: &str| open.repeat(10_000) + &close.repeat(10_000);
    assert_eq!(outcome(deep("{%if 1%}", "{%endif%}"), json!({})), "too_complex");
    assert_eq!(outcome(deep("{%for x in [1]%}", "{%endfor%}"), json!({})), "too_complex");
    let chain = format!("{{%if 1%}}{}{{%endif%}}", "{%elif 1%}".repeat(20_000));
    assert_eq!(outcome(chain, json!({})), "too_complex");
    for operator in ["+", "~", " or ", "|upper|lower|", " if 1 else ", " == "] {
        let html = format!("{{{{ {}1 }}}}", format!("context.a{operator}").repeat(8_000));
        assert_ne!(outcome(html, json!({ "a": 1 })), "rendered", "{operator}");
    }
    assert_ne!(outcome(format!("{{{{ context{} }}}}", ".a".repeat(60_000)), json!({})), "rendered");
}

#[test]
fn whatever_reads_or_calls_something_else_is_refused() {
    for html in [
        "{{ range(end=100000) }}",
        "{{ get_env(name='PATH') }}",
        "{{ throw(message='x') }}",
        "{{ __tera_context }}",
        "{% include 'content.text' %}",
        "{% extends 'content.text' %}",
        "{% import 'x' as y %}",
        "{% block a %}{% endblock %}",
        "{% component a() %}{% endcomponent %}",
        "{{ <a/> }}",
        "{% <a> %}{% </a> %}",
        "{% macro a() %}{% endmacro %}",
        "{% set_global x = 1 %}",
        "{% set x %}a{% endset %}",
        "{% filter upper %}a{% endfilter %}",
        "{{ 2 ** 100 }}",
        "{{ [context.a] }}",
        "{{ [x for x in context.a] }}",
        "{{ {'a': context.a} }}",
        "{{ context.a[0:1] }}",
        "{{ context.a | hermod_loop(light=0, heavy=0) }}",
        "{{ context.a | indent(width=1000) }}",
        "{{ context.a | group_by(attribute='a') }}",
        "{{ super() }}",
    ] {
        let code = outcome(html.to_owned(), json!({ "a": [1] }));
        assert!(
            ["not_allowed", "unknown_variable", "unknown_filter", "template_syntax"].contains(&code.as_str()),
            "{html}: {code}"
        );
    }
}

#[test]
fn long_loops_end_also_when_they_print_nothing() {
    let list: Vec<u32> = (0..10_000).collect();
    let silent =
        "{% for a in context.l %}{% for b in context.l %}{% for c in context.l %}{% endfor %}{% endfor %}{% endfor %}";
    assert_eq!(outcome(silent.to_owned(), json!({ "l": list })), "too_large");
    let printing = "{% for a in context.l %}{% for b in context.l %}xxxxxxxxxx{% endfor %}{% endfor %}";
    let some: Vec<u32> = (0..500).collect();
    assert_eq!(outcome(printing.to_owned(), json!({ "l": some })), "too_large");
    let honest = "{% for a in context.l %}<p>{{ a }}</p>{% endfor %}";
    assert_eq!(outcome(honest.to_owned(), json!({ "l": list })), "rendered");
}

#[test]
fn values_cannot_grow_without_end() {
    let doubling = format!("{{% set s = context.a %}}{}{{{{ s }}}}", "{% set s = s ~ s %}".repeat(60));
    assert_eq!(outcome(doubling, json!({ "a": "0123456789" })), "too_large");
    let looped = "{% for x in context.l %}{% set s = context.a ~ context.a %}{% set s = s ~ s %}{% endfor %}";
    let list = vec![1; 100];
    assert_eq!(outcome(looped.to_owned(), json!({ "l": list, "a": "x".repeat(500_000) })), "too_large");
    let replaced = "{{ context.a | replace(from='x', to=context.a) | replace(from='x', to=context.a) }}";
    assert_eq!(outcome(replaced.to_owned(), json!({ "a": "x".repeat(50_000) })), "too_large");
    assert_eq!(
        outcome("{{ context.a | replace(from='', to=context.a) }}".to_owned(), json!({ "a": "x" })),
        "render_failed"
    );
    let joined = "{{ context.a | split(pat='') | join(sep=context.a) }}";
    assert_eq!(outcome(joined.to_owned(), json!({ "a": "x".repeat(50_000) })), "too_large");
    let compared = "{% if context.a == context.b %}{% endif %}".repeat(5_000);
    let long = "x".repeat(400_000);
    assert_eq!(outcome(compared, json!({ "a": long, "b": long })), "too_large");
    let unescaped =
        "{% for a in context.l %}{% for b in context.l %}{% if context.k|safe %}{% endif %}{% endfor %}{% endfor %}";
    assert_eq!(outcome(unescaped.to_owned(), json!({ "l": vec![1; 45], "k": "x".repeat(110_000) })), "too_large");
    let parts = "{% set x = context.a | split(pat='') %}";
    assert_eq!(outcome(parts.to_owned(), json!({ "a": "x".repeat(50_000) })), "too_large");
    let escaped = format!("{{{{ context.a{} }}}}", "|escape|str".repeat(45));
    assert_eq!(outcome(escaped, json!({ "a": "&".repeat(900_000) })), "too_large");
    let padded = format!("{{{{ {}'' }}}}", "context.a ~ ".repeat(90));
    assert_eq!(outcome(padded, json!({ "a": "x".repeat(400_000) })), "too_large");
}

#[test]
fn large_or_deep_data_is_refused_where_it_is_read_and_free_where_it_is_not() {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    assert_eq!(outcome("{{ context.a | length }}".to_owned(), json!({ "a": deep })), "too_large");
    let large = "x".repeat(2_000_000);
    assert_eq!(outcome("{{ context.a }}".to_owned(), json!({ "a": large })), "too_large");
    assert_eq!(outcome("{{ context.b }}".to_owned(), json!({ "a": large, "b": 1 })), "rendered");
}

#[test]
fn large_templates_are_read_in_a_moment() {
    let many = |piece: &dyn Fn(usize) -> String| (0..12_000).map(piece).collect::<String>();
    assert_eq!(outcome(many(&|n| format!("{{{{context.v{n}}}}}")), json!({})), "too_complex");
    assert_eq!(outcome(many(&|n| format!("{{{{u{n}}}}}")), json!({})), "unknown_variable");
    let each = many(&|n| format!("{{{{x.v{n}}}}}"));
    assert_eq!(outcome(format!("{{%for x in context.l%}}{each}{{%endfor%}}"), json!({})), "too_complex");
    assert_eq!(outcome("{%set x=1%}".repeat(12_000), json!({})), "too_complex");
    assert_eq!(outcome("x".repeat(256 * 1024 + 1), json!({})), "too_long");
    for piece in ["{{", "{%", "{#", "{% raw %}", "{{ '", "{{ a", "}}", "{{ 1 }}", "{{-", "{%-"] {
        let _ = outcome(piece.repeat(200_000 / piece.len()), json!({}));
    }
}

#[test]
fn no_mixture_of_pieces_crashes() {
    const PIECES: [&str; 44] = [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", " ", "\n", "context", "profile", ".", "?.", "a", "[", "]", "(", ")",
        "|", "default", "=", "value", "'", "\"", "if ", "endif", "for ", " in ", "endfor", "set ", "else", "1", "~",
        "<", ">", "<a href=", "</a>", "<body ", "<!--", "&#", ";", "한", "🎉", "raw",
    ];
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let data: Data = serde_json::from_value(json!({ "context": { "a": ["<é>", null] } })).unwrap();
    for _ in 0..3_000 {
        let length = next(30);
        let mut soup = |start: &str| start.to_owned() + &(0..length).map(|_| PIECES[next(44)]).collect::<String>();
        let content = EmailContent {
            subject: soup("{{context.a"),
            preheader: soup("é"),
            html: soup("<body>{%for x in context.a%}"),
            text: soup(""),
            ..Default::default()
        };
        let shown = preview(&content.into(), &VariableRules::new(), &data);
        assert_eq!(shown.rendered.email().unwrap().subject, shown.rendered.email().unwrap().subject.trim());
    }
}
