//! Templates of another product become ours, and say what did not.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use content::{Compiled, Data, Imported, example_data, import};
use domain::content::EmailContent;
use serde_json::json;

fn converted(source: &str) -> String {
    let Imported { text, notes } = import(source);
    assert!(notes.is_empty(), "{source}: {notes:?}");
    text
}

fn data() -> Data {
    serde_json::from_value(json!({
        "context": {
            "name": "Ann", "total": 12, "empty": "", "list": [{ "n": "a", "p": 2 }, { "n": "b", "p": 3 }], "none": [],
            "map": { "a b": 1, "169": { "f": "x" } }, "html": "<b>", "at": "2026-12-01T20:30:00Z",
            "nest": [{ "n": "o", "in": ["1", "2"] }],
        },
        "profile": { "person": { "name": { "firstName": "Ann" } }, "email": "ann@EXAMPLE.com" },
    }))
    .map(|data: Data| Data { given: example_data().given, ..data })
    .unwrap()
}

/// As HTML, with all that is not there left out.
fn shown(source: &str) -> String {
    let html = converted(source);
    let content = EmailContent { subject: "x".into(), html: html.clone(), ..Default::default() };
    let compiled = Compiled::compile(&content.into()).unwrap_or_else(|faults| panic!("{html}: {faults:?}"));
    let rendered = compiled.render(&data()).unwrap_or_else(|fault| panic!("{html}: {fault:?}"));
    rendered.email().unwrap().html.clone()
}

#[test]
fn a_template_of_the_other_product_says_the_same_here() {
    for (source, text) in [
        ("Hello {{profile.person.name.firstName}}!", "Hello Ann!"),
        ("[{{profile.person.name.nickName}}{{context.gone.deep.er}}]", "[]"),
        ("{{context.html}} {{{context.html}}}", "&lt;b&gt; <b>"),
        ("{%= profile.nick ?: \"there\" %} {%= context.empty ?: 'x' %} {%= context.name ?: 'x' %}", "there x Ann"),
        ("{%#if context.total > 10 and context.name = \"Ann\"%}a{%else if context.total <> 1%}b{%else%}c{%/if%}", "a"),
        ("{%#if context.gone%}a{%else if context.total <= 12%}b{%else%}c{%/if%}", "b"),
        ("{%#unless context.gone%}a{%/unless%}{{#if context.none}}b{{else}}c{{/if}}", "ac"),
        ("{{#each context.list as |p|}}{{@index}}{{p.n}}{{#unless @last}},{{/unless}}{{/each}}", "0a,1b"),
        ("{{#each context.list}}{{n}}{{this.p}}{{/each}}{{#each context.none}}x{{else}}none{{/each}}", "a2b3none"),
        ("{{#each context.nest as |o|}}{{#each o.in}}{{this}}{{../n}}{{o.n}} {{/each}}{{/each}}", "1oo 2oo "),
        ("{{#each context.gone as |x|}}{{x}}{{/each}}", ""),
        (
            "{{#with context.map as |m|}}{%= m.get(\"a b\") %}{{m.`169`.f}}{{/with}}{{#with context.gone}}x{{/with}}",
            "1x",
        ),
        ("{% let first = context.list[0].n %}{{first}}{%= concat(first, \"-\", context.total) %}", "aa-12"),
        ("{%= upperCase(substr(profile.email, 0, 3)) %} {%= extractEmailDomain(profile.email) %}", "ANN example.com"),
        (
            "{%= formatDate(context.at, \"yyyy/MM/dd\") %} {%= formatCurrency(context.total, \"de_DE\") %}",
            "2026/12/01 12,00\u{a0}€",
        ),
        ("{%#if contains(context.name, \"nn\") and not startsWith(context.name, \"B\")%}y{%/if%}", "y"),
        ("{%#if isNotEmpty(context.list) and in(context.name, [\"Ann\", \"Ben\"])%}y{%/if%}", "y"),
        (
            "{%= count(context.list) + 1 %} {%= topN(context.list, p, 1) %}",
            "3 [{&quot;n&quot;: &quot;b&quot;, &quot;p&quot;: 3}]",
        ),
        ("{%= mask(\"123456789\",5,2) %} {%= \"a\" + context.name %}", "12345XX89 aAnn"),
        ("{{context.system.source.name}} {%= context.total * 2 - 4 / 2 %}", "Order confirmation 22.0"),
        ("a {# b #} {!-- {{! note }}{{!-- {{x}} --}} \\{{x}} {%= \"}}\" %} {", "a {# b #} {!--  {{x}} }} {"),
        ("@media{#a{color:red}}", "@media{#a{color:red}}"),
        ("a {{~ context.name ~}} b", "aAnnb"),
    ] {
        assert_eq!(shown(source), text, "{source} → {}", import(source).text);
    }
}

#[test]
fn what_is_not_converted_is_told_with_its_place_and_never_shown() {
    for (source, code) in [
        ("{{fragment id=\"ajo:1\" name=\"f\"}}", "fragment"),
        ("{{> footer}}", "fragment"),
        ("{%= random() %}", "no_chance"),
        ("{%= whatever(context.a) %}", "unknown_function"),
        ("{{offers.image}}", "unknown_name"),
        ("{{name}}", "unknown_name"),
        ("{%#if profile.segmentMembership.get(\"ups\").get(\"1\").status = \"existing\"%}x{%/if%}", "audience"),
        ("{%= inAudience(\"x\") %}", "audience"),
        ("{%= context.a ++ %}", "bad_syntax"),
        ("{%#if context.a%}x", "not_closed"),
        ("x{%/if%}", "not_opened"),
        ("{{else}}", "not_opened"),
        ("{{context.a", "not_closed"),
        ("{% let s = 0 %}{{#each context.list as |x|}}{% let s = s + x.p %}{{/each}}", "outlives_loop"),
        ("{%= dayOfWeek(context.at) %}", "look_at"),
        ("{%= context.list.map(x) %}", "unknown_function"),
        (
            "{{#each context.list as |a|}}{{#each a.b as |c|}}{{#each c.d as |e|}}{{#each e.f as |g|}}{{/each}}{{/each}}{{/each}}{{/each}}",
            "not_taken",
        ),
    ] {
        let Imported { text, notes } = import(source);
        assert_eq!(notes.iter().map(|note| note.code.as_str()).next(), Some(code), "{source}: {notes:?} {text}");
        if code != "not_taken" {
            let content = EmailContent { subject: "x".into(), html: format!("{text} "), ..Default::default() };
            let compiled = Compiled::compile(&content.into());
            assert!(
                compiled.as_ref().is_ok_and(|it| it.render(&data()).is_ok()) || text.is_empty(),
                "{text}: {compiled:?}"
            );
        }
    }
    let imported = import("a\n한 {%= nothing(1) %}{{context.b}}");
    let note = &imported.notes[0];
    assert_eq!((note.line, note.column, note.what.as_str()), (2, 3, "{%= nothing(1) %}"));
    assert_eq!(imported.text, "a\n한 {# {%= nothing(1) %} #}{{ context.b | default(value=\"\") }}");
}
