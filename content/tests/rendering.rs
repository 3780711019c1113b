//! What a recipient gets.

#![expect(clippy::unwrap_used, reason = "a test stops where it finds a fault")]

use content::{Compiled, Data};
use domain::content::{EmailContent, RenderedEmail};
use domain::{Fault, Faults};
use serde_json::{Value, json};

fn data(context: Value) -> Data {
    serde_json::from_value(json!({ "context": context, "profile": { "name": "Ann" } })).unwrap()
}

fn render(content: &EmailContent, context: Value) -> Result<RenderedEmail, Fault> {
    let rendered = Compiled::compile(&content.clone().into()).unwrap().render(&data(context))?;
    Ok(rendered.email().unwrap().clone())
}

fn html(template: &str, context: Value) -> String {
    let content = EmailContent { subject: "x".into(), html: template.into(), ..Default::default() };
    render(&content, context).unwrap_or_else(|fault| panic!("{template}: {fault:?}")).html
}

fn faults(template: &str) -> Faults {
    let content = EmailContent { subject: "x".into(), html: template.into(), ..Default::default() };
    Compiled::compile(&content.into()).unwrap_err()
}

#[test]
fn only_html_is_escaped() {
    let content = EmailContent {
        subject: "{{ context.name }} & co".into(),
        preheader: "{{ context.name }} & co".into(),
        html: "<html><body bgcolor=\"x\"><p>{{ context.name }}</p></body></html>".into(),
        text: "{{ context.name }} & co".into(),
        ..Default::default()
    };
    let email = render(&content, json!({ "name": "<b>\"Tom\"</b> 'n 안녕 🎉" })).unwrap();
    assert_eq!(email.subject, "<b>\"Tom\"</b> 'n 안녕 🎉 & co");
    assert_eq!(email.text, "<b>\"Tom\"</b> 'n 안녕 🎉 & co");
    let escaped = "&lt;b&gt;&quot;Tom&quot;&lt;/b&gt; &#39;n 안녕 🎉";
    assert!(email.html.contains(&format!("<p>{escaped}</p>")), "{}", email.html);
    assert!(email.html.starts_with("<html><body bgcolor=\"x\"><div style="), "{}", email.html);
    assert!(email.html.contains(&format!(">{escaped} &amp; co</div><p>")), "{}", email.html);
}

#[test]
fn a_value_cannot_leave_its_attribute() {
    let rendered = html("<a href=\"{{ context.url }}\">x</a>", json!({ "url": "javascript:x\" onclick='y' <z>" }));
    assert_eq!(rendered, "<a href=\"javascript:x&quot; onclick=&#39;y&#39; &lt;z&gt;\">x</a>");
    let filtered = "{{ context.a | replace(from='x', to='<') }}{{ context.b | join(sep='<') }}{{ context.a ~ '<' }}";
    assert_eq!(html(filtered, json!({ "a": "x>", "b": ["<", 1] })), "&lt;&gt;&lt;&lt;1x&gt;&lt;");
    let link = "<a href=\"https://a.example/?q={{ context.q | urlencode }}\">";
    assert_eq!(html(link, json!({ "q": "a&b \"한\"" })), "<a href=\"https://a.example/?q=a%26b%20%22%ED%95%9C%22\">");
}

#[test]
fn a_subject_is_one_line_and_not_empty() {
    let content = EmailContent { subject: "{{ context.a }}".into(), html: "x".into(), ..Default::default() };
    let email = render(&content, json!({ "a": " Hi\r\nBcc: eve@example.com\t" })).unwrap();
    assert_eq!(email.subject, "Hi Bcc: eve@example.com");
    let fault = render(&content, json!({ "a": "\n \u{7}" })).unwrap_err();
    assert_eq!((fault.path.as_str(), fault.code.as_str()), ("content.subject", "empty_subject"));
    let fault = render(&content, json!({ "a": "x".repeat(5000) })).unwrap_err();
    assert_eq!((fault.path.as_str(), fault.code.as_str()), ("content.subject", "too_large"));
}

#[test]
fn an_empty_text_is_made_from_the_html_without_the_preheader() {
    let content = EmailContent {
        subject: "x".into(),
        preheader: "secret".into(),
        html: "<p>Hello {{ context.name }}</p><p><a href='https://a.example/'>Go</a></p>".into(),
        text: " \n".into(),
        ..Default::default()
    };
    let email = render(&content, json!({ "name": "<Ann>" })).unwrap();
    assert_eq!(email.text, "Hello <Ann>\n\nGo (https://a.example/)\n");
}

#[test]
fn plain_text_and_whitespace_control_pass_unchanged() {
    assert_eq!(html("a } { % # {# c #}\n한국 \n", json!({})), "a } { % # \n한국 \n");
    assert_eq!(html("{% raw %}{{ x }}{% endraw %}", json!({})), "{{ x }}");
    let list = "<ul>\n{%- for x in context.xs -%}\n <li>{{ x }}</li>\n{%- endfor -%}\n</ul>";
    assert_eq!(html(list, json!({ "xs": [1, "b"] })), "<ul><li>1</li><li>b</li></ul>");
}

#[test]
fn operators_bind_as_in_tera() {
    for (template, shown) in [
        ("{{ 1 + 2 * context.two | abs }}", "5"),
        ("{{ 'a' if context.two == 2 and not context.two > 3 else 'b' }}", "a"),
        ("{% if context.two in [1, 2] %}y{% endif %}{% if context.two not in [1] %}y{% endif %}", "yy"),
        ("{% if 'b' in context.text and context.text is starting_with(pat='a') %}y{% endif %}", "y"),
        ("{% if context.two is not odd %}{% set x = context.two ~ '!' %}{{ x }}{% endif %}", "2!"),
        ("{{ (context.two + -1) * 3 }}", "3"),
        ("{% set second = context.xs[1] %}{{ second }}", "2"),
        ("{% for x in context.xs | reverse %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "32"),
        ("{% for k, v in context.map %}{{ k }}{{ v }}{% endfor %}", "a1b2"),
        ("{{ context.xs | first }}{{ context.xs | last }}{{ context.xs[1] }}{{ context.xs | length }}", "1323"),
    ] {
        let context = json!({ "two": 2, "text": "abc", "xs": [1, 2, 3], "map": { "a": 1, "b": 2 } });
        assert_eq!(html(template, context), shown, "{template}");
    }
}

#[test]
fn a_template_with_a_fault_is_told_in_one_plain_line() {
    for (template, code, text) in [
        ("<p>\n{{ context.name", "template_syntax", "Line 2, column 1: This is not closed: }} is missing."),
        (
            "\n{% if context.a %}",
            "template_syntax",
            "Line 2, column 1: {% if %} is not closed: {% endif %} is missing.",
        ),
        ("{{ context.a + }}", "template_syntax", "Line 1, column 16: "),
        ("\n\n{% include 'x' %}", "not_allowed", "Line 3, column 1: The tag include is not available in content."),
        ("{{ now() }}", "not_allowed", "Line 1, column 4: The function now() is not available in content."),
        ("{{ context.a | date }}", "unknown_filter", "Line 1, column 16: There is no filter “date” in content."),
        ("{% if context.a is nice %}{% endif %}", "unknown_test", "Line 1, column 20: There is no test “is nice”"),
        ("{% set context = 1 %}", "not_allowed", "Line 1, column 1: The name context is taken."),
        (" ", "required", "Write the message."),
    ] {
        let faults = faults(template);
        assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("content.html", code), "{template}");
        assert!(faults.0[0].text.starts_with(text), "{template}: {faults:?}");
        assert!(!faults.0[0].text.contains(['\n', '^']), "{template}: {faults:?}");
    }
}

#[test]
fn what_fails_in_rendering_is_told_with_its_line() {
    let content = EmailContent { subject: "x".into(), html: "a\n{{ context.a * 2 }}".into(), ..Default::default() };
    let fault = render(&content, json!({ "a": "b" })).unwrap_err();
    assert_eq!((fault.path.as_str(), fault.code.as_str()), ("content.html", "render_failed"));
    assert!(fault.text.starts_with("Line 2: ") && !fault.text.contains('\n'), "{fault:?}");
}
