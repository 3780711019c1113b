use std::collections::BTreeSet;

use super::*;

fn mail(subject: &str, html: &str) -> RenderedEmail {
    RenderedEmail { subject: subject.into(), html: html.into(), text: crate::text::of_html(html) }
}

fn codes(mail: &RenderedEmail, category: Category) -> Vec<&'static str> {
    check_mail(mail, category).findings.iter().map(|finding| finding.code.as_str()).collect()
}

const GOOD: &str = r##"<!doctype html><html lang="en"><head><title>x</title><style>a{color:red}</style></head>
    <body><div style="display:none">Preheader</div><table role="presentation"><tr><td bgcolor="#ffffff">
    <h1 style="color:#111">Your order</h1><h2>Details</h2>
    <p style="color:#333333">It is on its way, and it will be with you within two days. Thank you for buying from us.</p>
    <img src="https://shop.kr/a.png" alt="A box"><img src="https://shop.kr/line.png" alt="">
    <a href="https://shop.kr/orders/7?a=1&amp;b=2" style="background:#0b5;color:#000">See the order</a>
    <a href="https://shop.kr">shop.kr</a> <a href="#unsubscribe">Leave the list</a>
    <img src="data:," width="1" height="1"></td></tr></table></body></html>"##;

#[test]
fn nothing_is_found_in_a_good_mail() {
    let report = check_mail(&mail("Your order 7", GOOD), Category::Marketing);
    assert_eq!((report.findings, report.score), (Vec::new(), 0));
}

#[test]
fn each_fault_is_found_with_its_place_and_points() {
    let with = |from: &str, to: &str| mail("Your order 7", &GOOD.replace(from, to));
    for (mail, code, place) in [
        (mail("LAST CHANCE", GOOD), "subject_capitals", "LAST CHANCE"),
        (mail("Today! Only!", GOOD), "subject_exclamations", "Today! Only!"),
        (mail("RE: your order", GOOD), "subject_false_reply", "RE: your order"),
        (mail(&"x".repeat(71), GOOD), "subject_long", "71 / 70"),
        (with("Thank you", "Act now! Thank you"), "spam_phrases", "act now"),
        (with("</td>", "<form action=x></form></td>"), "forbidden_element", "<form>"),
        (with("<h1", "<h1 onclick=\"x()\""), "handler", "<h1 onclick>"),
        (with("#unsubscribe", "https://shop.kr/out"), "unsubscribe_missing", "{{ unsubscribe_url }}"),
        (with(">shop.kr<", ">www.bank.kr<"), "link_mismatch", "www.bank.kr → shop.kr"),
        (with("https://shop.kr\"", "https://bit.ly/x\""), "link_mismatch", "shop.kr → bit.ly"),
        (
            with("https://shop.kr/orders", "https://10.1.2.3/orders"),
            "link_to_number",
            "https://10.1.2.3/orders/7?a=1&b=2",
        ),
        (with("https://shop.kr/orders/7?a=1&amp;b=2", "#"), "link_placeholder", "#"),
        (with("https://shop.kr/orders/7", "https://example.com/"), "link_placeholder", "https://example.com/?a=1&b=2"),
        (with("https://shop.kr/orders", "/orders"), "link_malformed", "/orders/7?a=1&b=2"),
        (with("https://shop.kr/orders", "http://shop.kr/orders"), "link_insecure", "http://shop.kr/orders/7?a=1&b=2"),
        (with("https://shop.kr/a.png", "http://shop.kr/a.png"), "link_insecure", "http://shop.kr/a.png"),
        (with("See the order", "Click here!"), "link_vague", "Click here!"),
        (
            with("See the order", "<img src='https://shop.kr/b.png' alt=''>"),
            "link_empty",
            "https://shop.kr/orders/7?a=1&b=2",
        ),
        (with(" alt=\"A box\"", ""), "alt_missing", "https://shop.kr/a.png"),
        (with("#333333", "#999"), "low_contrast", "2.8 (#999999 / #ffffff): It is on its way, and it will"),
        (
            with("#333333", "#fff"),
            "text_invisible",
            "It is on its way, and it will be with you within two days. Thank you for buying …",
        ),
        (with("<h2>", "<h4>"), "heading_order", "h4: Details"),
        (with(" lang=\"en\"", ""), "language_missing", "<html lang>"),
        (with(" role=\"presentation\"", ""), "table_role", "1 × <table>"),
    ] {
        let report = check_mail(&mail, Category::Marketing);
        let found = report.findings.iter().find(|finding| finding.code.as_str() == code);
        let found = found.unwrap_or_else(|| panic!("{code} is not in {report:?}"));
        assert_eq!(found.place, place, "{code}");
        assert!(report.score >= found.code.points(), "{code}");
    }
}

#[test]
fn pictures_without_text_and_mails_without_any_are_found() {
    let html = "<html lang=ko><a href='https://shop.kr/x'><img src='https://shop.kr/all.png' alt='Sale'></a></html>";
    assert_eq!(codes(&mail("Sale", html), Category::Transactional), ["pictures_only"]);
    let bare = RenderedEmail { text: " \n".into(), ..mail("Sale", "<html lang=ko></html>") };
    assert_eq!(codes(&bare, Category::Transactional), ["text_missing"]);
    let loud = format!("<html lang=en><p>{}</p></html>", "BUY THIS NOW ".repeat(20));
    assert_eq!(codes(&mail("Sale", &loud), Category::Transactional), ["text_capitals"]);
}

#[test]
fn what_gmail_cuts_off_is_told_before_it_does() {
    let of = |kilobytes: usize| {
        let html = format!("<html lang=en><p>{}</p></html>", "a ".repeat(kilobytes * 512));
        codes(&mail("Sale", &html), Category::Transactional)
    };
    assert_eq!((of(80), of(95), of(103)), (vec![], vec!["long"], vec!["clipped"]));
}

#[test]
fn the_colour_behind_a_text_is_that_of_the_nearest_element_that_has_one() {
    let of = |html: &str| codes(&mail("Sale", &format!("<html lang=en>{html}</html>")), Category::Transactional);
    let low = vec!["low_contrast"];
    assert_eq!(of("<div style='background:#000'><p><b style='color:#222'>Here</b></p></div>"), low);
    assert_eq!(
        of("<div style='background:#000'><p style='background-color:#fff'><b style='color:#222'>x</b></p></div>"),
        [""; 0]
    );
    // Nobody knows what a picture shows.
    assert_eq!(of("<div style='background:url(a.png)'><b style='color:#ddd'>x</b></div>"), [""; 0]);
    assert_eq!(of("<p style='color:#777;font-size:24px'>Large</p><p>x</p>"), [""; 0]);
    assert_eq!(of("<p style='color:#8a8a8a;font-size:14pt;font-weight:700'>Large</p>"), [""; 0]);
    assert_eq!(of("<p style='color:#8a8a8a;font-size:14pt'>Small</p>"), low);
    // A closed element says nothing any more.
    assert_eq!(of("<div style='color:#ddd'></div><p style='background:#fff'>x</p>"), [""; 0]);
}

#[test]
fn a_kind_counts_once_and_only_the_first_five_are_told() {
    let pictures: String = (0..9).map(|n| format!("<img src='http://shop.kr/{n}.png' alt=''>")).collect();
    let html = format!("<html lang=en>{pictures}<p>{}</p></html>", "Some words of it. ".repeat(10));
    let report = check_mail(&mail("Sale", &html), Category::Transactional);
    assert_eq!((report.findings.len(), report.untold.as_slice()), (5, &[(FindingCode::LinkInsecure, 4)][..]));
    assert_eq!((report.score, report.score_text().as_str()), (3, "0.3"));
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    let words: BTreeSet<&str> = FindingCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(words.len(), FindingCode::ALL.len());
}

#[test]
fn hostile_markup_is_read_in_a_moment_and_tells_lines_only() {
    for piece in [
        "<div>",
        "<a href=",
        "<a href='x'>",
        "</p>",
        "<table><th>",
        "<p style='color:#fff'>x",
        "<h6>x",
        "&#0;\u{202e}\r\n",
    ] {
        let html = piece.repeat(200_000 / piece.len());
        let started = std::time::Instant::now();
        let report = check_mail(&mail("x", &html), Category::Marketing);
        assert!(started.elapsed() < std::time::Duration::from_secs(5), "{piece}");
        assert!(report.findings.iter().all(|it| !it.place.contains(char::is_control)), "{piece}");
        assert!(report.findings.len() <= 5 * FindingCode::ALL.len());
    }
}

#[test]
fn the_manual_tells_what_every_finding_is_worth() {
    let manual = include_str!("../../../docs/testing.md");
    for code in FindingCode::ALL {
        let points =
            if code.points() == 0 { "0".to_owned() } else { format!("{}.{}", code.points() / 10, code.points() % 10) };
        let severity = format!("{:?}", code.severity()).to_lowercase();
        let row = format!("| `{}` | {severity} | {points} |", code.as_str());
        assert!(manual.contains(&row), "{row}");
    }
}
