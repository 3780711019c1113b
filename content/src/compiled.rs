//! The four templates of a content, parsed and checked once, rendered for every message.

use std::borrow::Cow;
use std::fmt;

use domain::campaign::Variable;
use domain::content::{EmailContent, RenderedEmail};
use domain::{Fault, Faults};
use tera::{Context, Tera};

use crate::data::Data;
use crate::guards::{Bounded, check, fault_of, harmless_tera, refuel, with_fuel};
use crate::text::text_of_html;
use crate::variables::Uses;

/// Field, Tera's name for it (the ending decides about escaping), path in faults.
pub(crate) const TEMPLATES: [(&str, &str); 4] = [
    ("subject.txt", "content.subject"),
    ("preheader.txt", "content.preheader"),
    ("body.html", "content.html"),
    ("body.txt", "content.text"),
];

/// Mail programs of Google cut a message off behind this many bytes.
const CLIPPED_FROM: usize = 102 * 1024;

/// Parsed and checked templates. Made once for each campaign version.
pub struct CompiledEmail {
    tera: Tera,
    uses: Uses,
    variables: Vec<Variable>,
    has_preheader: bool,
    has_text: bool,
    warnings: Faults,
}

impl fmt::Debug for CompiledEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledEmail").field("variables", &self.variables).finish_non_exhaustive()
    }
}

impl CompiledEmail {
    /// Parses and checks. Faults have the paths `content.subject`, `content.preheader`, `content.html`, `content.text`.
    pub fn compile(content: &EmailContent) -> Result<Self, Faults> {
        let mut tera = harmless_tera();
        let mut uses = Uses::default();
        let mut faults = Faults::default();
        for (source, (name, path)) in sources(content).into_iter().zip(TEMPLATES) {
            let mut own = check(path, source);
            if own.is_empty()
                && let Err(error) = tera.add_raw_template(name, &with_fuel(source))
            {
                own.0.push(fault_of(path, &error));
            }
            if own.is_empty() {
                own = uses.read(path, source);
            }
            faults.0.extend(own.0);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let variables = uses.variables();
        Ok(Self {
            tera,
            uses,
            variables,
            has_preheader: !content.preheader.trim().is_empty(),
            has_text: !content.text.trim().is_empty(),
            warnings: warnings(content),
        })
    }

    /// Every `context.*` and `profile.*` path that the content reads, in order of appearance.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// What does not stop anybody but deserves a look.
    pub fn warnings(&self) -> Faults {
        self.warnings.clone()
    }

    /// Plausible values for every variable.
    pub fn sample(&self) -> Data {
        crate::sample::sample(&self.uses)
    }

    /// The required variables that `data` does not have, in order: code `missing_variable`, path `context.order.id`.
    pub fn missing(&self, data: &Data) -> Faults {
        self.uses.missing(data)
    }

    /// What the recipient gets. A fault names the missing variable, or says what went wrong at a path like `content.html`.
    pub fn render(&self, data: &Data) -> Result<RenderedEmail, Fault> {
        if let Some(missing) = self.missing(data).0.into_iter().next() {
            return Err(missing);
        }
        let data = if self.uses.needs_parents(data) {
            let mut filled = data.clone();
            self.uses.fill_parents(&mut filled);
            Cow::Owned(filled)
        } else {
            Cow::Borrowed(data)
        };
        let mut context = Context::new();
        context.insert("context", &data.context);
        context.insert("profile", &data.profile);
        let subject = one_line(&self.render_one(0, &context)?);
        if subject.is_empty() {
            return Err(Fault::new("content.subject", "empty_subject", "The subject is empty."));
        }
        let mut html = self.render_one(2, &context)?;
        if self.has_preheader {
            html = with_preheader(&html, &one_line(&self.render_one(1, &context)?));
        }
        let text = if self.has_text { self.render_one(3, &context)? } else { text_of_html(&html) };
        Ok(RenderedEmail { subject, html, text })
    }

    fn render_one(&self, template: usize, context: &Context) -> Result<String, Fault> {
        let (name, path) = TEMPLATES[template];
        let mut output = Bounded::default();
        refuel();
        self.tera.render_to(name, context, &mut output).map_err(|error| fault_of(path, &error))?;
        String::from_utf8(output.0).map_err(|error| Fault::new(path, "render_failed", error.to_string()))
    }
}

/// The sources in the order of [`TEMPLATES`].
pub(crate) fn sources(content: &EmailContent) -> [&str; 4] {
    [&content.subject, &content.preheader, &content.html, &content.text]
}

/// One line without control characters, white space folded.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The preheader stands hidden at the start of the body, where mail programs look for it.
fn with_preheader(html: &str, preheader: &str) -> String {
    if preheader.is_empty() {
        return html.to_owned();
    }
    let mut escaped = Vec::new();
    // Writing to memory cannot fail.
    let _ = tera::escape_html(preheader, &mut escaped);
    let hidden = format!(
        "<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">{}</div>",
        String::from_utf8_lossy(&escaped)
    );
    let at = body_start(html);
    format!("{}{hidden}{}", &html[..at], &html[at..])
}

fn body_start(html: &str) -> usize {
    let lower = html.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find("<body") {
        let start = from + found;
        let after = lower.as_bytes().get(start + 5);
        if after.is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>')
            && let Some(end) = lower[start..].find('>')
        {
            return start + end + 1;
        }
        from = start + 5;
    }
    0
}

fn warnings(content: &EmailContent) -> Faults {
    let mut warnings = Faults::default();
    let path = "content.html";
    if content.html.len() > CLIPPED_FROM {
        warnings.add(path, "clipped", "The HTML is over 102 KB: some mail programs show only its beginning.");
    }
    let lower = content.html.to_ascii_lowercase();
    let without_alt =
        lower.split("<img").skip(1).any(|rest| !rest.split('>').next().unwrap_or_default().contains("alt="));
    if without_alt {
        warnings.add(path, "image_without_alt", "An image has no alternative text (alt).");
    }
    if lower.contains("href=\"http://") || lower.contains("src=\"http://") {
        warnings.add(path, "insecure_link", "A link or an image uses http:// instead of https://.");
    }
    warnings
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn content(subject: &str, html: &str) -> EmailContent {
        EmailContent { subject: subject.into(), html: html.into(), ..Default::default() }
    }

    fn data(context: Value) -> Data {
        let Value::Object(context) = context else { panic!("an object") };
        Data { context, ..Data::default() }
    }

    fn render(content: &EmailContent, context: Value) -> Result<RenderedEmail, Fault> {
        CompiledEmail::compile(content).map_err(|faults| faults.0[0].clone())?.render(&data(context))
    }

    #[test]
    fn a_missing_value_is_named_with_its_full_path_and_never_empty() {
        let content = content("Order {{ context.order.id }}", "x");
        for context in [json!({}), json!({"order": {}}), json!({"order": {"id": null}}), json!({"order": "x"})] {
            let fault = render(&content, context).unwrap_err();
            assert_eq!((fault.code.as_str(), fault.path.as_str()), ("missing_variable", "context.order.id"));
        }
        assert_eq!(render(&content, json!({"order": {"id": 7}})).unwrap().subject, "Order 7");
    }

    #[test]
    fn a_missing_field_of_a_list_element_is_named_with_its_position() {
        let content = content("x", "{% for item in context.items %}{{ item.name }}{% endfor %}");
        let fault = render(&content, json!({"items": [{"name": "Tea"}, {}]})).unwrap_err();
        assert_eq!(fault.path, "context.items[1].name");
        assert_eq!(render(&content, json!({"items": "Tea"})).unwrap_err().code, "wrong_type");
    }

    #[test]
    fn what_has_a_default_or_is_tested_may_be_missing_with_all_its_parents() {
        let content = content(
            "{{ context.a.b | default(value='friend') }}",
            "{% if context.c.d %}{{ context.c.d }}{% else %}none{% endif %}",
        );
        let rendered = render(&content, json!({})).unwrap();
        assert_eq!((rendered.subject.as_str(), rendered.html.as_str()), ("friend", "none"));
    }

    #[test]
    fn html_is_escaped_and_subject_and_text_are_not() {
        let mut content = content("{{ context.x }}", "<a href=\"{{ context.x }}\">{{ context.x }}</a>");
        content.text = "{{ context.x }}".into();
        let rendered = render(&content, json!({"x": "<b> & \"q\" '"})).unwrap();
        assert_eq!(rendered.subject, "<b> & \"q\" '");
        assert_eq!(rendered.text, "<b> & \"q\" '");
        assert!(!rendered.html.contains("<b>") && !rendered.html.contains("\"q\""), "{}", rendered.html);
    }

    #[test]
    fn a_subject_is_one_line_and_never_empty() {
        let two = render(&content("{{ context.x }}", "x"), json!({"x": "a\r\nBcc: all@example.com\u{0}"})).unwrap();
        assert_eq!(two.subject, "a Bcc: all@example.com");
        assert_eq!(render(&content("{{ context.x }}", "x"), json!({"x": " \n"})).unwrap_err().code, "empty_subject");
    }

    #[test]
    fn the_preheader_stands_hidden_and_escaped_behind_the_body_tag() {
        let mut content = content("x", "<html><body class=\"a\"><p>Hi</p></body></html>");
        content.preheader = "{{ context.x }}".into();
        let html = render(&content, json!({"x": "<i>안녕"})).unwrap().html;
        assert!(html.starts_with("<html><body class=\"a\"><div style=\"display:none"), "{html}");
        assert!(html.contains("&lt;i&gt;안녕</div><p>Hi"), "{html}");
    }

    #[test]
    fn hostile_templates_are_refused_or_stopped_quickly() {
        let deep = format!("{{{{ {}1{} }}}}", "(".repeat(20_000), ")".repeat(20_000));
        let ifs = format!("{}{}", "{% if 1 %}".repeat(5_000), "{% endif %}".repeat(5_000));
        for hostile in [
            deep.as_str(),
            &ifs,
            "{% include 'body.txt' %}",
            "{% extends 'x' %}",
            "{{ get_env(name='PATH') }}",
            "{% for i in range(end=100000) %}x{% endfor %}",
            "{% set a = 'xx' %}{% set b = a ~ a %}{{ b }}",
            "{% set_global a = 1 %}",
            "{{ unclosed",
            "{% for x in context.y %}",
        ] {
            assert!(CompiledEmail::compile(&content("x", hostile)).is_err(), "{}", &hostile[..40.min(hostile.len())]);
        }
        let loops = "{% for a in context.l %}{% for b in context.l %}{% for c in context.l %}x{% endfor %}{% endfor %}{% endfor %}";
        let list: Vec<u32> = (0..1_000).collect();
        let fault = render(&content("x", loops), json!({"l": list})).unwrap_err();
        assert!(fault.text.contains("passes"), "{}", fault.text);
        let growing = "{{ context.s | replace(from='a', to=context.s) | replace(from='a', to=context.s) }}";
        let fault = render(&content("x", growing), json!({"s": "a".repeat(1_000)})).unwrap_err();
        assert_eq!(fault.code, "render_failed");
    }

    #[test]
    fn a_fault_tells_the_line_in_plain_words() {
        let faults = CompiledEmail::compile(&content("x", "<p>\n{{ context.a b }}")).unwrap_err();
        assert!(faults.at("content.html").unwrap().text.starts_with("Line 2:"), "{faults:?}");
        assert!(!faults.0[0].text.contains('\n'));
    }

    #[test]
    fn white_space_control_of_a_loop_is_kept() {
        let rendered =
            render(&content("x", "{% for i in context.l -%}\n  {{ i }}\n{%- endfor %}"), json!({"l": [1, 2]}));
        assert_eq!(rendered.unwrap().html, "12");
    }
}
