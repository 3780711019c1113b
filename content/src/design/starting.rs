//! Mails to begin with: one design each, with its words in English and in Korean, and with data to look at it.

use std::collections::BTreeMap;

use domain::design::Design;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The languages in which each of them is written.
const LANGUAGES: [&str; 2] = ["en", "ko"];

const FILES: [(&str, &str); 9] = [
    ("welcome", include_str!("starting/welcome.json")),
    ("order-confirmation", include_str!("starting/order-confirmation.json")),
    ("shipping", include_str!("starting/shipping.json")),
    ("receipt", include_str!("starting/receipt.json")),
    ("password-reset", include_str!("starting/password-reset.json")),
    ("one-time-code", include_str!("starting/one-time-code.json")),
    ("appointment", include_str!("starting/appointment.json")),
    ("newsletter", include_str!("starting/newsletter.json")),
    ("promotion", include_str!("starting/promotion.json")),
];

/// A mail to begin with.
#[derive(Debug, Clone, PartialEq)]
pub struct StartingTemplate {
    /// Names it: `order-confirmation`.
    pub key: &'static str,
    /// `en` or `ko`.
    pub language: &'static str,
    /// What people call it, in its language.
    pub name: String,
    pub subject: String,
    pub preheader: String,
    pub design: Design,
    /// Values for every variable that it reads.
    pub context: Map<String, Value>,
}

/// As it stands in its file. `[[name]]` in a text is one of its words.
#[derive(Deserialize)]
struct Written {
    subject: String,
    preheader: String,
    theme: Value,
    rows: Value,
    context: Value,
    texts: BTreeMap<String, BTreeMap<String, String>>,
}

/// All of them, those of one language together, each in both.
pub fn starting_templates() -> Vec<StartingTemplate> {
    LANGUAGES.iter().flat_map(|language| FILES.iter().filter_map(|(key, file)| read(key, language, file))).collect()
}

/// `None` never comes out of the files that are built in: a test reads them all.
fn read(key: &'static str, language: &'static str, file: &str) -> Option<StartingTemplate> {
    let written: Written = serde_json::from_str(file).ok()?;
    let words = written.texts.get(language)?;
    let said = |value: Value| with_words(value, words);
    let design = serde_json::json!({"language": language, "theme": written.theme, "rows": said(written.rows)});
    let Value::Object(context) = said(written.context) else { return None };
    Some(StartingTemplate {
        key,
        language,
        name: words.get("name")?.clone(),
        subject: put(&written.subject, words),
        preheader: put(&written.preheader, words),
        design: serde_json::from_value(design).ok()?,
        context,
    })
}

/// The value with the words of one language in its texts.
fn with_words(value: Value, words: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => Value::String(put(&text, words)),
        Value::Array(list) => list.into_iter().map(|value| with_words(value, words)).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, with_words(value, words))).collect(),
        other => other,
    }
}

fn put(text: &str, words: &BTreeMap<String, String>) -> String {
    words.iter().fold(text.to_owned(), |text, (name, words)| text.replace(&format!("[[{name}]]"), words))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::Faults;
    use domain::channel_configuration::Category;
    use domain::content::{EmailContent, RenderedEmail};
    use domain::mail_templates::MailTemplates;

    use super::*;
    use crate::design::{design_faults, put_html};
    use crate::links::{Tag, tags};
    use crate::{Addresses, Compiled, Data, FindingCode, Naming, check_mail};

    fn content(template: &StartingTemplate) -> EmailContent {
        let mut content = EmailContent {
            subject: template.subject.clone(),
            preheader: template.preheader.clone(),
            design: Some(Box::new(template.design.clone())),
            track_clicks: true,
            ..EmailContent::default()
        };
        put_html(&mut content).unwrap();
        content
    }

    fn rendered(template: &StartingTemplate) -> RenderedEmail {
        let compiled = Compiled::compile_to_publish(&content(template).into(), &MailTemplates::default())
            .unwrap_or_else(|faults| panic!("{} {}: {faults:?}", template.key, template.language));
        assert_eq!(compiled.warnings(), Faults::default(), "{}", template.key);
        let data = Data { context: Arc::new(template.context.clone()), ..Data::default() };
        let rendered = compiled.render_at(&data, Addresses::default(), Naming::default());
        rendered.unwrap_or_else(|fault| panic!("{}: {fault:?}", template.key)).email().unwrap().clone()
    }

    #[test]
    fn each_of_them_is_whole_in_both_languages() {
        let templates = starting_templates();
        assert_eq!(templates.len(), FILES.len() * LANGUAGES.len());
        for template in &templates {
            assert_eq!(design_faults(&template.design), Faults::default(), "{}", template.key);
            let words = serde_json::to_string(&(&template.design, &template.context)).unwrap();
            assert!(!words.contains("[[") && !template.subject.contains("[["), "{} {words}", template.key);
            let mail = rendered(template);
            assert!(mail.html.len() < 102 * 1024, "{} has {} bytes", template.key, mail.html.len());
            assert!(!mail.html.contains("{{") && !mail.text.contains("{{"), "{}", template.key);
            assert!(mail.html.contains(&format!("<html lang=\"{}\"", template.language)));
            // What it reads is in its data, but what only others have.
            let compiled = Compiled::compile(&content(template).into()).unwrap();
            let data = Data { context: Arc::new(template.context.clone()), ..Data::default() };
            assert_eq!(compiled.missing(&data), Faults::default(), "{}", template.key);
        }
        let keys =
            |language| -> Vec<_> { templates.iter().filter(|it| it.language == language).map(|it| it.key).collect() };
        assert_eq!(keys("en"), keys("ko"));
    }

    #[test]
    fn headings_come_in_their_order_and_nothing_lacks_its_words() {
        for template in starting_templates() {
            let mail = rendered(&template);
            let mut level = 0;
            for tag in tags(&mail.html) {
                let heading = tag.name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok());
                if let Some(heading) = heading {
                    assert!(
                        heading <= level + 1 && (level == 0) == (heading == 1),
                        "{}: h{heading} behind h{level}",
                        template.key
                    );
                    level = heading;
                }
                assert!(!tag.is("img") || tag.value("alt").is_some(), "{}", template.key);
            }
            assert!(level > 0, "{} has a heading", template.key);
            assert!(!mail.html.contains("<title></title>"), "{}", template.key);
            for empty in ["<a href=\"\"", "></a>", "<p></p>", "<h1></h1>"] {
                assert!(!mail.html.contains(empty), "{}: {empty}", template.key);
            }
        }
    }

    /// Relative luminance of `#rrggbb` (WCAG 2.2).
    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let share = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The colours that an element sets: of its letters, and of what is behind them.
    fn colors(tag: &Tag<'_>) -> (Option<String>, Option<String>) {
        let style = tag.value("style").unwrap_or_default();
        let declared = |names: &[&str]| {
            let values = style.split(';').filter_map(|declaration| declaration.split_once(':'));
            let values = values.filter(|(name, _)| names.contains(&name.trim()));
            values
                .filter_map(|(_, value)| value.trim().get(..7))
                .rfind(|value| value.starts_with('#'))
                .map(str::to_owned)
        };
        (declared(&["color"]), declared(&["background", "background-color"]))
    }

    /// The lowest contrast of letters with what is behind them, and the letters. `night`: colours of parts that change then.
    fn lowest_contrast(html: &str, night: Option<&domain::design::DarkColors>) -> (f64, String) {
        let mut open: Vec<(String, String, String, bool)> = Vec::new();
        let mut lowest = (f64::MAX, String::new());
        let mut copied = 0;
        for tag in tags(html) {
            let words = html[copied..tag.place.start].trim();
            copied = tag.place.end;
            if let Some((name, letters, behind, _)) = open.last()
                && !words.is_empty()
                && !matches!(name.as_str(), "head" | "style" | "title" | "xml")
            {
                let found = contrast(letters, behind);
                if found < lowest.0 {
                    lowest = (found, format!("{words}: {letters} on {behind}"));
                }
            }
            if tag.name == "!" || matches!(tag.name, "meta" | "br" | "img" | "link") {
                continue;
            }
            if let Some(name) = tag.name.strip_prefix('/') {
                while open.pop().is_some_and(|(open, ..)| open != name) {}
                continue;
            }
            let (mut letters, mut behind) = colors(&tag);
            let class = tag.value("class").unwrap_or_default();
            let inherited =
                open.last().cloned().unwrap_or_else(|| (String::new(), "#000000".into(), "#ffffff".into(), false));
            let mut changes = inherited.3 || class.contains("hm-text");
            if let Some(night) = night {
                if class.contains("hm-back") {
                    behind = Some(night.backdrop.to_string());
                } else if class.contains("hm-mail")
                    || (tag.is("table") && open.last().is_some_and(|it| it.2 == night.background.as_str()))
                {
                    behind = Some(night.background.to_string());
                }
                if changes && (letters.is_some() || class.contains("hm-text")) {
                    letters = Some(if tag.is("a") { night.link.to_string() } else { night.text.to_string() });
                }
            }
            if tag.is("body") {
                changes = false;
            }
            open.push((tag.name.to_owned(), letters.unwrap_or(inherited.1), behind.unwrap_or(inherited.2), changes));
        }
        lowest
    }

    #[test]
    fn letters_can_be_read_by_day_and_at_night() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
        assert!(lowest_contrast("<body><p style=\"color:#999999\">x</p></body>", None).0 < 4.5);
        for template in starting_templates() {
            let html = crate::design::tests::visible(&rendered(&template).html);
            for night in [None, template.design.theme.dark.as_ref()] {
                let (found, words) = lowest_contrast(&html, night);
                assert!(found >= 4.5, "{} {}: {found:.2} {words}", template.key, night.is_some());
            }
        }
        for network in domain::design::SocialNetwork::ALL {
            let (name, colors) = crate::design::look::badge(*network, "en");
            if let Some((color, letters)) = colors {
                assert!(contrast(color, letters) >= 4.5, "{name} {:.2}", contrast(color, letters));
            }
        }
    }

    #[test]
    fn marketing_mails_have_a_way_out_and_our_own_checks_find_nothing() {
        for template in starting_templates() {
            let is_marketing = matches!(template.key, "newsletter" | "promotion");
            let mail = rendered(&template);
            assert_eq!(mail.html.contains("#unsubscribe"), is_marketing, "{}", template.key);
            let category = if is_marketing { Category::Marketing } else { Category::Transactional };
            let mut findings = check_mail(&mail, category).findings;
            // Its links are examples, and whoever begins with it is told so.
            findings.retain(|finding| finding.code != FindingCode::LinkPlaceholder);
            assert_eq!(findings, Vec::new(), "{} {}", template.key, template.language);
        }
    }

    /// Prints the size of each: `cargo test -p content sizes -- --nocapture --ignored`.
    #[test]
    #[ignore = "tells sizes, proves nothing"]
    #[allow(clippy::print_stdout)]
    fn sizes() {
        for template in starting_templates() {
            let mail = rendered(&template);
            println!("{} {} {} bytes\n{}", template.key, template.language, mail.html.len(), mail.text);
            if let Some(folder) = std::env::var_os("HERMOD_STARTING_TEMPLATES") {
                let name = format!("{}.{}.html", template.key, template.language);
                std::fs::write(std::path::Path::new(&folder).join(name), &mail.html).unwrap();
            }
        }
    }
}
