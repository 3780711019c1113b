use serde_json::json;

use super::mjml_html;
use crate::design::tests::{all_blocks, rendered};
use crate::design::{clean_text, design_html};
use crate::links::Garbage;

#[test]
fn mjml_is_told_what_is_wrong_with_its_line() {
    let body = |inner: &str| format!("<mjml>\n<mj-body>\n{inner}\n</mj-body>\n</mjml>");
    for (source, code, line) in [
        (String::new(), "mjml_syntax", 1),
        ("Hello".into(), "mjml_syntax", 1),
        (body("<mj-include path='/etc/passwd' />"), "not_allowed", 3),
        (body("<mj-section>"), "mjml_syntax", 4),
        (body("<div>x</div>"), "mjml_syntax", 3),
        (body("<mj-section>\n  words</mj-section>"), "mjml_syntax", 4),
        (body("<mj-section><mj-column><mj-text>x</mj-column></mj-section>"), "mjml_syntax", 3),
        ("<mjml>\n\n<mj-text>x</mj-text></mjml>".into(), "mjml_syntax", 3),
        ("<mjml>\n<mj-head>\n<mj-section /></mj-head></mjml>".into(), "mjml_syntax", 3),
        ("<mjml>\n{% if x %}</mjml>".into(), "mjml_syntax", 2),
        (body("<!--[if mso]>x<![endif]-->"), "mjml_syntax", 3),
        (body(&"<mj-wrapper>".repeat(50)), "too_complex", 3),
        (body(&"<mj-spacer/>".repeat(4_000)), "too_complex", 3),
        (body(&format!("<mj-carousel>{}</mj-carousel>", "<mj-carousel-image src='x' />".repeat(50))), "too_complex", 3),
        (body(&"{{ a }}".repeat(4_000)), "too_complex", 3),
        (
            body(&"<mj-spacer/>".repeat(2_000)).replace(
                "</mjml>",
                &format!(
                    "<mj-head><mj-attributes><mj-all font-family='{}' /></mj-attributes></mj-head></mjml>",
                    "a".repeat(9_000)
                ),
            ),
            "too_complex",
            1,
        ),
        ("x".repeat(300_000), "too_long", 0),
    ] {
        let faults = mjml_html(&source).unwrap_err();
        let fault = &faults.0[0];
        assert_eq!((fault.path.as_str(), fault.code.as_str()), ("content.mjml", code), "{source} {fault:?}");
        assert!(line == 0 || fault.text.starts_with(&format!("Line {line}, column ")), "{source} {fault:?}");
    }
}

#[test]
fn broken_mjml_takes_no_time() {
    let begin = std::time::Instant::now();
    for piece in [
        "<",
        "<mjml>",
        "<mjml ",
        "{{",
        "{{a}}",
        "{%",
        "<!--",
        "</",
        "<mj-text>",
        "<mj-text></",
        "<mjml a='",
        "hermod-kept-x",
        "&",
        "é",
        "<mj-raw>{{</mj-raw>",
    ] {
        for start in ["", "<mjml><mj-body>", "<mjml><mj-body><mj-text>"] {
            let source = format!("{start}{}", piece.repeat(250_000 / piece.len()));
            assert!(mjml_html(&source).is_err(), "{start}{piece}");
        }
        let text = piece.repeat(100_000 / piece.len());
        assert!(clean_text(&text).len() <= text.len() * 6);
    }
    assert!(begin.elapsed().as_secs() < 30, "it took {:?}", begin.elapsed());
}

#[test]
fn templates_stand_anywhere_in_mjml() {
    let source = r#"<mjml><mj-head><mj-title>Hi {{ context.name }}</mj-title></mj-head><mj-body>
        {% if context.a < 3 %}<mj-section><mj-column>
            {% for item in context.items %}<mj-text color='{{ item.color | default(value="red") }}'>{{ item.name }} < {{ "a<b" }}</mj-text>{% endfor %}
            <!-- {{ nothing }} --><mj-button href="https://x.example/?a={{ context.name | urlencode }}&amp;b">Go</mj-button>
        </mj-column></mj-section>{% endif %}</mj-body></mjml>"#;
    let html = mjml_html(source).unwrap();
    let mail = rendered(
        &html,
        json!({"name": "Ann", "a": 1, "items": [{"name": "Pen", "color": "#123456"}, {"name": "Ink"}]}),
    );
    for part in [
        "<title>Hi Ann</title>",
        "aria-label=\"Hi Ann\"",
        "color:#123456",
        "color:red",
        "Pen < a&lt;b",
        "a=Ann&amp;b\"",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    assert!(!rendered(&html, json!({"name": "Ann", "a": 5, "items": []})).contains("Go"));
}

#[test]
fn no_letters_are_fetched_that_nobody_named() {
    let html = mjml_html(
        "<mjml><mj-body><mj-section><mj-column><mj-text font-family='Roboto'>x</mj-text></mj-column></mj-section></mj-body></mjml>",
    );
    assert!(!html.unwrap().contains("googleapis"));
    assert!(!design_html(&all_blocks()).unwrap().contains("@import"));
}

#[test]
fn a_mark_that_the_author_wrote_is_a_word() {
    let source = "<mjml><mj-body><mj-section css-class='hermod-kept-0. hermod-kept-xx-1.'><mj-column><mj-text>é</mj-text></mj-column></mj-section></mj-body></mjml>";
    assert!(mjml_html(source).unwrap().contains("hermod-kept-0. hermod-kept-xx-1."));
}

#[test]
fn hostile_mjml_does_no_harm() {
    let mut garbage = Garbage(23);
    let names = [
        "mj-section",
        "mj-column",
        "mj-group",
        "mj-wrapper",
        "mj-hero",
        "mj-text",
        "mj-button",
        "mj-image",
        "mj-raw",
        "mj-social",
        "mj-social-element",
        "mj-navbar",
        "mj-navbar-link",
        "mj-accordion",
        "mj-accordion-element",
        "mj-accordion-title",
        "mj-carousel",
        "mj-carousel-image",
        "mj-table",
        "mj-spacer",
        "mj-divider",
        "mj-style",
        "mj-title",
        "mj-attributes",
        "mj-all",
        "mj-font",
    ];
    let values = [
        "width=\"-1px\"",
        "width='0%'",
        "width='NaN%'",
        "padding=\"é\"",
        "padding='1px 2px 3px 4px 5px'",
        "border='x'",
        "height='99999999999999999999px'",
        "background-url='a'",
        "background-position='%'",
        "background-size=''",
        "background-width='0' background-height='0' mode='fixed-height' height='x'",
        "name='facebook-noshare'",
        "thumbnails='hidden'",
        "hamburger='hamburger'",
        "css-class='{{ a }}'",
        "full-width='full-width'",
        "inner-padding='é'",
        "direction='rtl'",
        "mj-class='a b'",
        "src=''",
        "href='{% x %}'",
        "icon-size='x'",
        "border-radius='1'",
        "font-family=\"'a, b\"",
        "align='{'",
    ];
    let mut made = 0;
    for round in 0..6_000 {
        let mut body = String::new();
        let mut open: Vec<&str> = Vec::new();
        for _ in 0..garbage.below(9) {
            let name = names[garbage.below(names.len())];
            let value = values[garbage.below(values.len())];
            match garbage.below(4) {
                0 => body.push_str(&format!("<{name} {value} />")),
                1 => body.push_str(&format!("<{name} {value}>x<b></{name}>")),
                2 => body.push_str("{% if x %}"),
                _ => {
                    body.push_str(&format!("<{name} {value}>"));
                    open.push(name);
                }
            }
        }
        for name in open.into_iter().rev() {
            body.push_str(&format!("</{name}>"));
        }
        let mut source = if round % 3 == 0 {
            format!("<mjml><mj-head>{body}</mj-head><mj-body /></mjml>")
        } else {
            format!("<mjml><mj-body>{body}</mj-body></mjml>")
        };
        if round % 5 == 0 {
            source = garbage.text(&[&source, "<mjml>", "</", ">", "'", "<mj-raw>", "{{"], 3);
        }
        made += usize::from(mjml_html(&source).is_ok());
    }
    assert!(made > 500, "{made} of them are mails");
}
