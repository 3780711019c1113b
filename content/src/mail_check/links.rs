//! Where links lead, and what they say.

use std::collections::BTreeMap;

use super::finding::{FindingCode, Findings};
use super::scan::{Anchor, Scanned};

/// Where a link leads, as far as anybody can tell without going there.
#[derive(Debug, PartialEq, Eq)]
enum Target<'h> {
    /// `unsubscribe`, `mirror`: put in for each person.
    Place,
    /// A missing value stands there.
    Value,
    /// Inside the mail.
    Inside,
    /// Not yet anywhere.
    Nowhere,
    Malformed,
    Web {
        is_secure: bool,
        host: &'h str,
        rest: &'h str,
    },
    /// A mail address, a number, an app.
    Other,
}

/// What stands for the addresses of a message while there is none.
pub(super) const PLACES: [&str; 3] = ["#unsubscribe", "#mirror", "#preferences"];
/// Domains that are nobody's (RFC 2606), and what people write who have none yet.
const NOBODYS: [&str; 8] =
    ["example.com", "example.org", "example.net", "example", "yourdomain.com", "domain.com", "test", "invalid"];
/// Services that hide where a link leads.
const SHORTENERS: [&str; 16] = [
    "bit.ly",
    "tinyurl.com",
    "t.co",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "rb.gy",
    "t.ly",
    "tiny.cc",
    "shorturl.at",
    "me2.do",
    "han.gl",
    "vo.la",
];
/// Texts that say nothing of where a link leads.
const VAGUE: [&str; 20] = [
    "click",
    "click here",
    "here",
    "link",
    "this link",
    "read more",
    "more",
    "learn more",
    "go",
    "this",
    "see more",
    "여기",
    "여기를 클릭",
    "여기를 클릭하세요",
    "클릭",
    "링크",
    "더보기",
    "더 보기",
    "자세히",
    "바로가기",
];
/// Schemes that lead out of the mail and run nothing.
const SCHEMES: [&str; 8] = ["mailto", "tel", "sms", "geo", "webcal", "market", "itms-apps", "kakaotalk"];

pub(super) fn check(scanned: &Scanned, findings: &mut Findings) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for link in &scanned.links {
        let Some(href) = link.href.as_deref() else { continue };
        let href = href.trim();
        check_text(link, href, findings);
        match target(href) {
            Target::Nowhere => findings.add(FindingCode::LinkPlaceholder, shown(link, href)),
            Target::Malformed => findings.add(FindingCode::LinkMalformed, shown(link, href)),
            Target::Web { is_secure, host, rest } => {
                check_host(link, href, host, findings);
                if !is_secure {
                    findings.add(FindingCode::LinkInsecure, href);
                }
                if is_nobodys(host) {
                    findings.add(FindingCode::LinkPlaceholder, href);
                }
                // What leads to the front page stands in every head and foot.
                if !rest.trim_matches('/').is_empty() {
                    *seen.entry(href).or_default() += 1;
                }
            }
            Target::Place | Target::Value | Target::Inside | Target::Other => {}
        }
    }
    for (href, count) in seen.into_iter().filter(|(_, count)| *count > 2) {
        findings.add(FindingCode::LinkRepeated, format!("{count} × {href}"));
    }
    for picture in scanned.pictures.iter().filter(|picture| picture.src.trim_start().starts_with("http://")) {
        findings.add(FindingCode::LinkInsecure, &picture.src);
    }
}

fn check_text(link: &Anchor, href: &str, findings: &mut Findings) {
    let text = link.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        findings.add(FindingCode::LinkEmpty, href);
        return;
    }
    let plain = text.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    if VAGUE.contains(&plain.as_str()) {
        findings.add(FindingCode::LinkVague, text);
    }
}

fn check_host(link: &Anchor, href: &str, host: &str, findings: &mut Findings) {
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if SHORTENERS.contains(&host) {
        findings.add(FindingCode::LinkShortener, href);
    }
    let is_number = host.starts_with('[') || host.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if is_number {
        findings.add(FindingCode::LinkToNumber, href);
    }
    if let Some(claimed) = claimed_host(&link.text)
        && !are_of_one_domain(&claimed, host)
    {
        findings.add(FindingCode::LinkMismatch, format!("{} → {host}", link.text.trim()));
    }
}

fn shown(link: &Anchor, href: &str) -> String {
    if href.is_empty() { link.text.clone() } else { href.to_owned() }
}

fn target(href: &str) -> Target<'_> {
    if PLACES.contains(&href) {
        return Target::Place;
    }
    if href.contains('⟦') {
        return Target::Value;
    }
    if href.is_empty() || href == "#" || href.eq_ignore_ascii_case("javascript:void(0)") {
        return Target::Nowhere;
    }
    if href.starts_with('#') {
        return Target::Inside;
    }
    let Some((scheme, rest)) = href.split_once(':') else { return Target::Malformed };
    match scheme.to_ascii_lowercase().as_str() {
        secure @ ("http" | "https") => web(secure == "https", rest),
        // What runs or reads something here is nowhere's address.
        "javascript" | "data" | "vbscript" | "file" | "about" => Target::Malformed,
        known if SCHEMES.contains(&known) && !rest.is_empty() => Target::Other,
        // An app's own.
        own if rest.starts_with("//")
            && own.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            Target::Other
        }
        _ => Target::Malformed,
    }
}

fn web(is_secure: bool, rest: &str) -> Target<'_> {
    let Some(rest) = rest.strip_prefix("//") else { return Target::Malformed };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let is_name = |letter: char| letter.is_alphanumeric() || "-._[]:%".contains(letter);
    let is_good = host.contains('.') || host.starts_with('[');
    if !is_good || host.starts_with('.') || host.contains("..") || !host.chars().all(is_name) || behind.contains(' ') {
        return Target::Malformed;
    }
    Target::Web { is_secure, host, rest: behind }
}

fn is_nobodys(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    NOBODYS.iter().any(|name| host == *name || host.strip_suffix(name).is_some_and(|before| before.ends_with('.')))
}

/// The host that a text reads like; most read like none.
fn claimed_host(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    if text.contains(char::is_whitespace) || text.contains('@') {
        return None;
    }
    let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_told = bare.is_some() || text.starts_with("www.");
    let host = bare.unwrap_or(&text).split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let (name, top) = host.rsplit_once('.')?;
    let is_name = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    let is_top = top.len() >= 2 && top.chars().all(char::is_alphabetic);
    // `a.b` alone may be the end of a sentence, and `report.pdf` a file.
    let is_file = ["pdf", "html", "htm", "png", "jpg", "txt", "zip", "docx", "xlsx"].contains(&top);
    (is_top && name.split('.').all(is_name) && (is_told || !is_file)).then(|| host.to_owned())
}

/// Is one below the other, or are both below the same name? Of `a.co.uk` and `b.co.uk` that says yes, too: whoever is
/// accused must have done it.
fn are_of_one_domain(one: &str, other: &str) -> bool {
    fn last_two(host: &str) -> String {
        let labels: Vec<&str> = host.rsplit('.').take(2).collect();
        labels.join(".")
    }
    last_two(one) == last_two(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_told_by_its_form_alone() {
        for (href, expected) in [
            ("#unsubscribe", Target::Place),
            ("https://shop.example/⟦context.id⟧", Target::Value),
            ("#top", Target::Inside),
            ("", Target::Nowhere),
            ("#", Target::Nowhere),
            ("mailto:help@shop.test", Target::Other),
            ("myshop://order/7", Target::Other),
            ("javascript:alert(1)", Target::Malformed),
            ("data:text/html,x", Target::Malformed),
            ("/orders/7", Target::Malformed),
            ("shop.example/orders", Target::Malformed),
            ("https:/shop.example", Target::Malformed),
            ("https://shop", Target::Malformed),
            ("https://a..b/", Target::Malformed),
            ("https://shop.example/a b", Target::Malformed),
            ("https://u:p@Shop.example:8443/a", Target::Web { is_secure: true, host: "Shop.example", rest: "/a" }),
            ("http://한국.kr?q", Target::Web { is_secure: false, host: "한국.kr", rest: "?q" }),
        ] {
            assert_eq!(target(href), expected, "{href}");
        }
    }

    #[test]
    fn a_text_that_reads_like_an_address_is_one_and_others_are_not() {
        for (text, host) in [
            ("https://www.Bank.example/login", Some("bank.example")),
            ("bank.example", Some("bank.example")),
            ("www.bank.example", Some("bank.example")),
            ("Your order", None),
            ("report.pdf", None),
            ("help@bank.example", None),
            ("1.5", None),
            ("more.", None),
        ] {
            assert_eq!(claimed_host(text).as_deref(), host, "{text}");
        }
        assert!(are_of_one_domain("bank.example", "click.bank.example"));
        assert!(!are_of_one_domain("bank.example", "bank.evil"));
    }
}
