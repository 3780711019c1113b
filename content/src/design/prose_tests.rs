use super::*;
use crate::links::Garbage;

#[test]
fn a_text_keeps_what_it_may_hold_and_its_templates() {
    for (written, cleaned) in [
        ("<p>Hello <b>{{ context.name }}</b></p>", "<p>Hello <strong>{{ context.name }}</strong></p>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<h5>x</h5>", "<h3>x</h3>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b<ol><li>c</ol></ul>", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
        (
            "<a href='https://x.example/{{ context.id }}?a=1&amp;b' onclick=x>y</a>",
            "<a href=\"https://x.example/{{ context.id }}?a=1&amp;b\">y</a>",
        ),
        ("<span style='COLOR: rgb(255, 0, 10)'>x</span>", "<span style=\"color:#ff000a\">x</span>"),
        ("<span style='color:#fa0;background:url(x)'>x</span>", "<span style=\"color:#ffaa00\">x</span>"),
        ("{% if context.a < 3 %}<p>x</p>{% endif %}", "{% if context.a &lt; 3 %}<p>x</p>{% endif %}"),
        ("a < b & c &amp; &eacute;", "a &lt; b &amp; c &amp; &eacute;"),
        ("<p>{{ context.a</p><p>b</p>", "<p>{{ context.a</p><p>b</p>"),
        ("<table><tr><td>a</td></tr></table>", "a"),
    ] {
        assert_eq!(clean_text(written), cleaned);
        assert_eq!(clean_text(cleaned), cleaned, "it is clean already");
    }
}

#[test]
fn nothing_that_runs_is_left() {
    for hostile in [
        "<script>alert(1)</script>",
        "<script>alert(1)",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<a href=vbscript:x>x</a>",
        "<p onmouseover=alert(1) style='position:fixed'>x</p>",
        "<style>p{}</style>",
        "<iframe src=x></iframe>",
        "{{ \"<img src=x onerror=alert(1)>\" }}",
        "<a href='{{ \"\\\"><script>\" }}'>x</a>",
        "<!-- <p> --><![CDATA[x]]>",
        "<p title='{{ x' onclick='y }}'>z</p>",
        "<span style='color:red;x:expression(1)'>x</span>",
        "<a href=\"x\" {{ \">\" }}>",
    ] {
        for cleaned in [clean_text(hostile), clean_text(&clean_text(hostile))] {
            let lower = cleaned.to_ascii_lowercase();
            for bad in [
                "<script",
                "<img",
                "<svg",
                "<iframe",
                "<style",
                "javascript:",
                "data:",
                "vbscript",
                "<p ",
                "<!",
                "position",
            ] {
                assert!(!lower.contains(bad), "{hostile} → {cleaned}");
            }
        }
    }
}

#[test]
fn garbage_comes_out_clean_and_stays_as_it_is() {
    let mut garbage = Garbage(11);
    let pieces = [
        "<p>",
        "</p>",
        "<a href=\"",
        "\">",
        "{{ ",
        " }}",
        "{% if a < b %}",
        "&amp;",
        "&",
        "<",
        ">",
        "'",
        "<ul><li>",
        "<span style='color:#fff'>",
        "</span>",
        "<script>",
        "é",
        "x",
        "javascript:",
        "<br/>",
        "{#",
        "#}",
    ];
    for _ in 0..3_000 {
        let html = garbage.text(&pieces, 14);
        let once = clean_text(&html);
        assert_eq!(clean_text(&once), once, "{html}");
        let names = markup::parts(&once).filter_map(|part| match part {
            markup::Part::Open { name, .. } => Some(name),
            _ => None,
        });
        for name in names {
            assert!(known(name) == Some(name), "{html} → {once}");
        }
    }
}

#[test]
fn a_mail_has_styles_and_templates_as_tera_reads_them() {
    let look = Look { link: "#0000ff".into(), size: 16 };
    assert_eq!(
        dressed("<h1>A</h1><p>b {{ x | default(value=&quot;y&quot;) }}</p><p>c</p> ", &look),
        "<h1 style=\"margin:0 0 12px;font-size:27px;line-height:1.3;font-weight:700\">A</h1>\
        <p style=\"margin:0 0 12px\">b {{ x | default(value=\"y\") }}</p><p style=\"margin:0\">c</p> "
    );
    assert_eq!(
        dressed("<a href=\"{{ context.url }}\">x</a>", &look),
        "<a href=\"{{ context.url }}\" style=\"color:#0000ff;text-decoration:underline\">x</a>"
    );
}
