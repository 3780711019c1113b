use super::*;

const ALL: Counted = Counted { opens: true, clicks: true, parameters: false };

fn pairs(template: &str) -> Vec<(String, String)> {
    track(template, ALL).links.into_iter().map(|link| (link.url, link.label)).collect()
}

/// With `hermod-link:` for what a mark starts with.
fn plain(html: &str) -> String {
    html.replace(MARK.as_str(), "hermod-link:")
}

fn without_pixel(template: &str) -> String {
    plain(&track(template, ALL).html.replace(&pixel(), ""))
}

#[test]
fn a_link_to_the_web_gives_way_to_a_mark_and_its_address_is_kept() {
    let tracked = track(r#"<p><a class="b" href="https://x.example/?a=1&amp;b=2"> Buy <b>now</b> </a></p>"#, ALL);
    assert_eq!(without_pixel("<p><a href='http://x'>A</a></p>"), "<p><a href='hermod-link:1'>A</a></p>");
    assert!(plain(&tracked.html).starts_with(r#"<p><a class="b" href="hermod-link:1"> Buy <b>now</b> </a></p>"#));
    assert_eq!(tracked.links, [Link { url: "https://x.example/?a=1&b=2".into(), label: "Buy now".into() }]);
    assert!(!tracked.links[0].is_dynamic());
}

#[test]
fn what_does_not_lead_to_the_web_stays_byte_for_byte() {
    let stays = r#"<a href="mailto:a@b.c">m</a><a href=tel:1>t</a><a href='#top'>t</a><a href="data:text/html,x">d</a>
        <a href="/local">l</a><a href="">e</a><a name=x>n</a><a href="https://x" data-notrack>u</a>
        <a href="{{ unsubscribe_url }}">u</a><a href="{{- hermod.mirror_url | safe }}">v</a><link href="https://x">
        <!-- <a href="https://x">c</a> --><style>a[href="https://x"]{}</style><abbr href="https://x">"#;
    assert_eq!(without_pixel(stays), stays);
    assert_eq!(pairs(stays), []);
}

#[test]
fn an_address_out_of_the_data_travels_with_its_mark() {
    let template =
        r#"{% for i in items %}<tr><td><a href="{{ i.url }}?c={{ c }}&amp;d=1">{{ i.name }}</a></td></tr>{% endfor %}"#;
    assert_eq!(without_pixel(template), template.replace(r#"href="{{"#, r#"href="hermod-link:1:{{"#));
    assert_eq!(pairs(template), [("{{ i.url }}?c={{ c }}&d=1".into(), "{{ i.name }}".into())]);
    assert!(track(template, ALL).links[0].is_dynamic());
    assert!(track(r#"<a href="https://x/{{ id }}">a</a>"#, ALL).links[0].is_dynamic());
}

#[test]
fn an_address_without_quotes_gets_them() {
    let html = without_pixel(r#"<a href=https://x/a/b>A</a><a href={{ u | default(value="y") }}>B</a>"#);
    assert_eq!(html, r#"<a href="hermod-link:1">A</a><a href="hermod-link:2:{{ u | default(value="y") }}">B</a>"#);
}

#[test]
fn the_same_address_under_the_same_label_is_one_link_and_under_another_is_two() {
    let template =
        r#"<a href="https://x">A</a><a href="https://x">A</a><a href="https://x">B</a><AREA HREF="https://x" alt="A">"#;
    assert_eq!(pairs(template), [("https://x".to_owned(), "A".to_owned()), ("https://x".to_owned(), "B".to_owned())]);
}

#[test]
fn a_label_is_what_the_author_says_or_what_the_reader_sees() {
    for (template, label) in [
        (r#"<a href="https://x" data-label="Hero">Buy</a>"#, "Hero"),
        (r#"<a href="https://x"><img src=y alt="A &amp; B"></a>"#, "A & B"),
        (r#"<a href="https://x" title="T"></a>"#, "T"),
        (r#"<a href="https://x">&nbsp;Go&#33;<!-- c --></a>"#, "Go!"),
        (r#"<a href="https://x">never closed"#, ""),
    ] {
        let found = pairs(template);
        assert_eq!(found[0].1, label, "{template}");
    }
}

#[test]
fn both_branches_of_a_condition_are_tracked() {
    let template = r#"<a {% if vip %}href="https://x/vip"{% else %}href="https://x"{% endif %}>Go</a>"#;
    assert_eq!(pairs(template).len(), 2);
}

#[test]
fn the_picture_stands_before_the_last_end_of_the_body() {
    let html = track("<html><body>a<!-- </body> -->b</BODY></html>", ALL).html;
    assert_eq!(html, format!("<html><body>a<!-- </body> -->b{}</BODY></html>", pixel()));
    assert_eq!(track("a", ALL).html, format!("a{}", pixel()));
}

#[test]
fn garbage_loses_no_byte() {
    let mut garbage = Garbage(13);
    let parts = [
        "<a ",
        "href=",
        "\"https://x\"",
        "'",
        "{{ u }}",
        "{% if",
        "%}",
        "<!--",
        "-->",
        ">",
        "é",
        "</a>",
        "</body>",
        "data-notrack",
        "\"",
    ];
    for _ in 0..3_000 {
        let text = garbage.text(&parts, 16);
        let tracked = track(&text, ALL);
        let filled = marks::fill(&tracked.html, 0, |_, _| ());
        assert!(tracked.html.len() + tracked.links.len() * 40 >= text.len(), "{text}");
        if tracked.links.is_empty() {
            assert_eq!(tracked.html.replace(&pixel(), ""), text);
            assert_eq!(filled.len() + MARK.len() + "0".len(), tracked.html.len(), "{text}");
        }
    }
}

#[test]
fn only_what_is_counted_is_changed() {
    let template = r#"<body><a href="https://x">A</a></body>"#;
    let none = Counted { opens: false, clicks: false, parameters: false };
    assert_eq!(track(template, none).html, template);
    assert!(
        track(template, Counted { opens: true, ..none }).html.starts_with(r#"<body><a href="https://x">A</a><img"#)
    );
    let clicks = track(template, Counted { clicks: true, ..none }).html;
    assert_eq!(plain(&clicks), r#"<body><a href="hermod-link:1">A</a></body>"#);
}

#[test]
fn the_places_of_a_template_become_addresses_wherever_they_stand() {
    let (made, has_any) =
        with_places("<a href='{{unsubscribe_url}}'>x</a> {{- mirror_url -}} {{ unsubscribe_url | upper }}");
    assert!(has_any);
    let address = |place| if place == Place::Mirror { "https://m".to_owned() } else { "https://u".to_owned() };
    let filled = fill_places(&made, address);
    assert_eq!(filled, "<a href='https://u'>x</a> https://m {{ unsubscribe_url | upper }}");
    assert!(!with_places("{{ context.unsubscribe_url }} {{").1);
}
