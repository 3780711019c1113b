//! What the templates of a configuration come to for one recipient: who a mail says it is from, and what its links carry.

use std::borrow::Cow;

use domain::address::EmailAddress;
use domain::mail_templates::MailTemplates;
use domain::{Fault, Faults};

use crate::compiled::{Compiler, Renderer};
use crate::links::parameters::Parameter;
use crate::links::with_marks;
use crate::render::Part;

/// Where the templates stand: `configuration.`, and the field of its form.
const FROM_NAME: &str = "configuration.fromName";
const FROM_ADDRESS: &str = "configuration.fromTemplate";
const REPLY_TO: &str = "configuration.replyTo";
const SENDER_NAME: &str = "configuration.senderName";
const SENDER_ADDRESS: &str = "configuration.senderAddress";
const URL_PARAMETERS: &str = "configuration.urlParameters";

/// What these templates may say of the message itself, as in `{{ campaign_id }}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Naming<'a> {
    pub campaign_id: &'a str,
    pub campaign_name: &'a str,
    pub campaign_version: i64,
    pub execution_id: &'a str,
    pub message_id: &'a str,
}

/// As templates of a configuration name them: alone in an expression.
pub const MAIL_HEAD_NAMES: [&str; 5] =
    ["campaign_id", "campaign_name", "campaign_version", "execution_id", "message_id"];

/// What such a mark begins with.
const NAME_MARK: &str = "hermod-name:";

/// Names and the marks that stand for them while Tera runs.
const NAMES: [(&str, &str); 5] = [
    ("campaign_id", "hermod-name:campaign_id"),
    ("campaign_name", "hermod-name:campaign_name"),
    ("campaign_version", "hermod-name:campaign_version"),
    ("execution_id", "hermod-name:execution_id"),
    ("message_id", "hermod-name:message_id"),
];

impl Naming<'_> {
    fn fill(&self, text: String) -> String {
        if !text.contains(NAME_MARK) {
            return text;
        }
        let version = self.campaign_version.to_string();
        let values = [self.campaign_id, self.campaign_name, &version, self.execution_id, self.message_id];
        NAMES.iter().zip(values).fold(text, |text, ((_, mark), value)| text.replace(mark, value))
    }
}

/// What differs from the configuration in one mail. `None`: as it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailHead {
    /// One line.
    pub from_name: Option<String>,
    pub from_address: Option<EmailAddress>,
    pub reply_to: Option<EmailAddress>,
    /// Name, one line, and address.
    pub sender: Option<(String, EmailAddress)>,
}

#[derive(Debug, Default)]
pub(crate) struct Head {
    from_name: Part,
    from_address: Part,
    reply_to: Part,
    sender_name: Part,
    sender_address: Part,
    /// Path, name and value.
    parameters: Vec<(String, String, Part)>,
}

impl Head {
    pub(crate) fn compile(compiler: &mut Compiler, templates: &MailTemplates) -> Self {
        let mut part = |path: &'static str, source: &str| compiler.part(path, &named(source));
        let mut head = Self {
            from_name: part(FROM_NAME, &templates.from_name),
            from_address: part(FROM_ADDRESS, &templates.from_address),
            reply_to: part(REPLY_TO, &templates.reply_to),
            sender_name: part(SENDER_NAME, &templates.sender_name),
            sender_address: part(SENDER_ADDRESS, &templates.sender_address),
            parameters: Vec::new(),
        };
        for (position, parameter) in templates.url_parameters.iter().enumerate() {
            let path = format!("{URL_PARAMETERS}[{position}]");
            let part = compiler.part_of(URL_PARAMETERS, &path, &named(&parameter.value));
            head.parameters.push((path, parameter.name.clone(), part));
        }
        head
    }

    /// Mails say that they are from whom the configuration says.
    pub(crate) fn is_empty(&self) -> bool {
        [&self.from_name, &self.from_address, &self.reply_to, &self.sender_address].iter().all(|part| part.is_blank())
    }

    /// A header that comes to nothing, or to no address, is a fault: the mail would not say who it is from.
    pub(crate) fn render(&self, renderer: &mut Renderer<'_>, naming: Naming<'_>) -> Result<MailHead, Fault> {
        let sender = match address(renderer, naming, &self.sender_address, SENDER_ADDRESS)? {
            Some(address) => Some((line(renderer, naming, &self.sender_name, SENDER_NAME)?, address)),
            None => None,
        };
        let from_name = line(renderer, naming, &self.from_name, FROM_NAME)?;
        let is_there = !from_name.is_empty() || self.from_name.is_blank();
        renderer.demand(varies(&self.from_name), is_there, || empty(FROM_NAME))?;
        Ok(MailHead {
            from_name: Some(from_name).filter(|name| !name.is_empty()),
            from_address: address(renderer, naming, &self.from_address, FROM_ADDRESS)?,
            reply_to: address(renderer, naming, &self.reply_to, REPLY_TO)?,
            sender,
        })
    }

    /// Those that come to something.
    pub(crate) fn parameters(&self, renderer: &mut Renderer<'_>, naming: Naming<'_>) -> Result<Vec<Parameter>, Fault> {
        let mut parameters = Vec::with_capacity(self.parameters.len());
        for (path, name, part) in &self.parameters {
            let value = line(renderer, naming, part, path)?;
            if !value.is_empty() {
                parameters.push(Parameter { name: name.clone(), value });
            }
        }
        Ok(parameters)
    }
}

fn named(source: &str) -> Cow<'_, str> {
    with_marks(source, &NAMES).0
}

fn line(renderer: &mut Renderer<'_>, naming: Naming<'_>, part: &Part, path: &str) -> Result<String, Fault> {
    if part.is_blank() || renderer.skips(varies(part)) {
        return Ok(String::new());
    }
    renderer.line(part, path).map(|line| naming.fill(line))
}

/// Does it differ from mail to mail? What is said of the message itself does.
fn varies(part: &Part) -> bool {
    part.varies() || matches!(part, Part::Fixed(text) if text.contains(NAME_MARK))
}

/// `None` without a template.
fn address(
    renderer: &mut Renderer<'_>,
    naming: Naming<'_>,
    part: &Part,
    path: &str,
) -> Result<Option<EmailAddress>, Fault> {
    if part.is_blank() {
        return Ok(None);
    }
    let line = line(renderer, naming, part, path)?;
    renderer.demand(varies(part), !line.is_empty(), || empty(path))?;
    let shown: String = line.chars().take(60).collect();
    let text = format!("“{shown}” is not an email address.");
    let parsed = line.parse().map(Some).map_err(|_| Fault::new(path, "bad_email_address", text));
    renderer.read(varies(part), parsed)
}

fn empty(path: &str) -> Fault {
    Fault::new(path, "empty_header", "This is empty.")
}

/// What the templates of a configuration come to as far as it is the same in every mail, and what is wrong with them, each
/// fault at its field: `fromName`, `urlParameters`.
pub fn fixed_mail_head(templates: &MailTemplates) -> (MailHead, Faults) {
    let (compiled, mut faults) = crate::Compiled::compile_head(templates);
    let (head, more) = compiled.fixed_head();
    faults.0.extend(more.0);
    let field = |path: &str| {
        let path = path.trim_start_matches("configuration.");
        path.split('[').next().unwrap_or_default().to_owned()
    };
    let faults = faults.0.into_iter().map(|fault| Fault { path: field(&fault.path), ..fault }).collect();
    (head, Faults(faults))
}

#[cfg(test)]
mod tests {
    use domain::content::EmailContent;
    use domain::mail_templates::UrlParameter;
    use serde_json::json;

    use super::*;
    use crate::{Addresses, Compiled, Data};

    const NAMING: Naming<'static> = Naming {
        campaign_id: "cmp_1",
        campaign_name: "Spring & more",
        campaign_version: 3,
        execution_id: "exe_1",
        message_id: "msg_1",
    };

    fn compiled(templates: &MailTemplates) -> Compiled {
        let html = r#"<a href="https://shop.example/a?utm_source=own#top">A</a><a href="mailto:x@shop.example">B</a>"#;
        let content = EmailContent { subject: "S".into(), html: html.into(), ..EmailContent::default() }.into();
        Compiled::compile_with(&content, templates).unwrap()
    }

    fn data(context: serde_json::Value) -> Data {
        let serde_json::Value::Object(context) = context else { panic!("an object") };
        Data { context: std::sync::Arc::new(context), ..Data::default() }
    }

    fn templates() -> MailTemplates {
        MailTemplates {
            from_name: "{{ context.store }}".into(),
            from_address: "{{ context.store | lower }}@example.com".into(),
            reply_to: "{{ context.agent }}".into(),
            ..MailTemplates::default()
        }
    }

    #[test]
    fn what_a_mail_says_it_is_from_comes_out_of_the_call_and_counts_in_the_contract() {
        let compiled = compiled(&templates());
        let paths: Vec<_> = compiled.variables().iter().map(|variable| variable.path.as_str()).collect();
        assert_eq!(paths, ["context.store", "context.agent"]);
        let head = compiled.mail_head(&data(json!({ "store": "Busan", "agent": "kim@example.org" })), NAMING).unwrap();
        assert_eq!(head.from_name.as_deref(), Some("Busan"));
        assert_eq!(head.from_address.unwrap().as_str(), "busan@example.com");
        assert_eq!(head.reply_to.unwrap().as_str(), "kim@example.org");
        let missing = compiled.missing(&data(json!({ "store": "x" })));
        let missing = (missing.0[0].path.as_str(), missing.0[0].text.as_str());
        assert_eq!(missing, ("context.agent", "The channel configuration needs context.agent."));
    }

    #[test]
    fn no_value_of_a_call_makes_another_header() {
        let compiled = compiled(&templates());
        for (store, agent, path, code) in [
            ("x", "a@example.org\r\nBcc: all@example.com", REPLY_TO, "bad_email_address"),
            ("x", "a@example.org, b@example.org", REPLY_TO, "bad_email_address"),
            ("x", "", REPLY_TO, "empty_header"),
            ("x y", "a@example.org", FROM_ADDRESS, "bad_email_address"),
            ("", "a@example.org", FROM_NAME, "empty_header"),
        ] {
            let fault = compiled.mail_head(&data(json!({ "store": store, "agent": agent })), NAMING).unwrap_err();
            assert_eq!((fault.path.as_str(), fault.code.as_str()), (path, code), "{store} {agent}");
        }
        let only_name = MailTemplates { from_name: "{{ context.store }}".into(), ..MailTemplates::default() };
        let store = "Shop\r\nBcc: all@example.com";
        let head = self::compiled(&only_name).mail_head(&data(json!({ "store": store })), NAMING).unwrap();
        assert_eq!(head.from_name.as_deref(), Some("Shop Bcc: all@example.com"));
    }

    #[test]
    fn links_carry_parameters_unless_they_have_their_own() {
        let parameter = |name: &str, value: &str| UrlParameter { name: name.into(), value: value.into() };
        let compiled = compiled(&MailTemplates {
            url_parameters: vec![
                parameter("utm_source", "hermod"),
                parameter("utm_campaign", "{{ campaign_name }} v{{ campaign_version }}"),
                parameter("who", "{{ context.who | default(value='') }}"),
                parameter("m", "{{ message_id }}"),
            ],
            ..MailTemplates::default()
        });
        let rendered = compiled.render_at(&data(json!({})), Addresses::default(), NAMING).unwrap();
        let html = &rendered.email().unwrap().html;
        let link = "https://shop.example/a?utm_source=own&amp;utm_campaign=Spring%20%26%20more%20v3&amp;m=msg_1#top";
        assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
        assert!(html.contains("href=\"mailto:x@shop.example\""), "{html}");
        assert!(rendered.email().unwrap().text.contains("m=msg_1#top"), "{}", rendered.email().unwrap().text);
        let hostile = data(json!({ "who": "a&b=c#d\r\n\"><script>" }));
        let rendered = compiled.render_at(&hostile, Addresses::default(), NAMING).unwrap();
        let html = &rendered.email().unwrap().html;
        assert!(html.contains("who=a%26b%3Dc%23d%20%22%3E%3Cscript%3E&amp;m=msg_1#top\""), "{html}");
    }

    #[test]
    fn faults_are_told_at_the_fields_of_the_form() {
        let bad = MailTemplates {
            from_name: "{{ context.".into(),
            url_parameters: vec![UrlParameter { name: "a".into(), value: "{{ now() }}".into() }],
            ..MailTemplates::default()
        };
        let (_, faults) = fixed_mail_head(&bad);
        let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["fromName", "urlParameters"]);
    }

    #[test]
    fn a_header_that_no_mail_could_have_is_told_when_it_is_written() {
        let templates = MailTemplates {
            from_address: "{{ context.store }}@example.com".into(),
            reply_to: "{{ message_id }}@example.com".into(),
            sender_address: "the shop".into(),
            ..MailTemplates::default()
        };
        let (head, faults) = fixed_mail_head(&templates);
        assert_eq!(head, MailHead::default());
        let fault = &faults.0[0];
        assert_eq!(
            (fault.path.as_str(), fault.text.as_str(), faults.0.len()),
            ("senderAddress", "“the shop” is not an email address.", 1)
        );
        let good = MailTemplates { from_address: "busan@example.com".into(), ..MailTemplates::default() };
        let (head, faults) = fixed_mail_head(&good);
        assert_eq!((head.from_address.unwrap().as_str(), faults), ("busan@example.com", Faults::default()));
    }
}
