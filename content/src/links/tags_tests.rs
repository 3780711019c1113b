use super::super::Garbage;
use super::*;

fn names(template: &str) -> Vec<&str> {
    tags(template).map(|tag| tag.name).filter(|name| *name != "!").collect()
}

#[test]
fn tags_are_found_between_and_inside_tera_tags() {
    let template = r#"<table>{% for r in rows %}<tr><td>{{ "<b>" }}</td>{# <i> #}</tr>{% endfor %}</table>"#;
    assert_eq!(names(template), ["table", "tr", "td", "/td", "/tr", "/table"]);
}

#[test]
fn comments_scripts_and_styles_hold_no_tags_but_what_outlook_reads_does() {
    let template = "<!-- <a> --><style>a > b {}<b></STYLE><!--[if mso]><a><![endif]--><!--><p><!doctype html>< b>";
    assert_eq!(names(template), ["style", "/STYLE", "a", "p"]);
}

#[test]
fn values_are_read_with_any_quotes_and_with_quotes_inside_tera_tags() {
    let template = r#"<a {% if x %}class=b{% endif %} HREF = '{{ u | default(value='}}"') }}/x' data-notrack id=1>"#;
    let tag = tags(template).next().unwrap();
    assert_eq!(tag.value("href"), Some(r#"{{ u | default(value='}}"') }}/x"#));
    assert_eq!((tag.value("id"), tag.value("data-notrack"), tag.value("none")), (Some("1"), Some(""), None));
    assert_eq!(&template[tag.place], template);
}

#[test]
fn what_never_ends_is_left_out() {
    for open in ["<a href='x", "<a href={{ x", "<a", "<!-- <a>", "{{ <a>", "{% '%} <a>", "<a href=\"", "</", "<"] {
        assert_eq!(names(&format!("<p>{open}")), ["p"], "{open}");
    }
}

#[test]
fn the_pieces_of_a_text_are_the_text() {
    let text = "https://x/{{ a }}&amp;b={% if c %}d{% endif %}é{{ open";
    let (tera, plain): (Vec<_>, Vec<_>) = pieces(text).partition(|(is_tera, _)| *is_tera);
    assert_eq!(tera.len(), 3);
    assert_eq!(plain.len(), 5, "{plain:?}");
    assert_eq!(pieces(text).map(|(_, piece)| piece).collect::<String>(), text);
}

#[test]
fn garbage_does_no_harm() {
    let mut garbage = Garbage(9);
    let parts =
        ["<a ", "href=", "\"", "'", "{{", "}}", "{%", "%}", "{#", "<!--", "-->", ">", "é", "</", "<style>", "="];
    for _ in 0..3_000 {
        let text = garbage.text(&parts, 14);
        assert_eq!(pieces(&text).map(|(_, piece)| piece).collect::<String>(), text);
        for tag in tags(&text) {
            assert!(
                text.get(tag.place.clone()).is_some_and(|tag| tag.starts_with('<') && tag.ends_with('>')),
                "{text}"
            );
            assert!(tag.attributes.iter().all(|found| text.get(found.place.clone()) == Some(found.value)), "{text}");
        }
    }
}
