//! What is shown of a content: drawn by the same code that renders the message.

use std::collections::BTreeMap;

use content::{
    Compiled, Given, MailReport, Preview, SampleShortLinks, ShortLinks, check_mail, mjml_faults, placed, preview,
    preview_with, put_html, with_known_fragments,
};
use domain::Faults;
use domain::channel_configuration::Category;
use domain::content::{Content, EmailContent, Rendered};
use domain::library::Fragments;
use domain::mail_templates::MailTemplates;
use domain::variable::{Variable, VariableRules};
use serde::{Deserialize, Serialize};

use super::super::sample::{SampleTexts, data_of, texts_of};

/// What is shown of a content, and the sample values that are proposed for its variables.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub preview: Preview,
    /// The line after the subject. In the rendered mail it is hidden at the start of the message.
    pub preheader: String,
    pub proposed: SampleTexts,
    /// What is said of a mail.
    pub report: Option<MailReport>,
    /// What keeps a mail of blocks from being sent, at paths in `content.design`.
    pub design_faults: Faults,
}

/// What is around a content where it is sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// What short links begin with; empty: there are none.
    pub short_url: String,
    /// What the configuration says in every mail.
    pub mail: MailTemplates,
    /// `None`: nobody asks what is said of a mail.
    pub category: Option<Category>,
    /// What its messages are; `None`: made up.
    pub given: Option<Given>,
    /// What the fragments of the sandbox say.
    pub fragments: Fragments,
}

/// What is to be drawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DrawRequest {
    pub content: Content,
    pub rules: VariableRules,
    /// Values that were typed.
    pub typed: SampleTexts,
    pub around: Around,
}

impl DrawRequest {
    /// [`Drawn::of`] it.
    pub fn drawn(&self) -> Drawn {
        Drawn::of(&self.content, &self.rules, &self.typed, &self.around)
    }
}

impl Drawn {
    /// Draws a content with the values that were typed, and proposals for the others: the author's examples first.
    pub fn of(content: &Content, rules: &VariableRules, typed: &SampleTexts, around: &Around) -> Self {
        let Around { short_url, mail, category, given, fragments } = around;
        let design = content.email().and_then(|email| email.design.as_deref());
        let design_faults = design.map(content::design_faults).unwrap_or_default();
        let (written, unmade) = as_sent(content);
        let (content, unfilled) = with_known_fragments(&written, fragments);
        let content = content.as_ref();
        let (variables, proposed) = readable_parts(content, mail, rules);
        let mut values = proposed.clone();
        values.extend(typed.iter().map(|(path, text)| (path.clone(), text.clone())));
        let mut data = data_of(&values, &variables);
        if let Some(given) = given {
            data.given = given.clone();
        }
        let preheader = match content {
            Content::Email(email) => {
                // Rendered as a subject is: one line of text.
                let line = EmailContent { subject: email.preheader.clone(), ..EmailContent::default() };
                let Preview { rendered, .. } = preview(&line.into(), rules, &data);
                rendered.email().map(|email| email.subject.clone()).unwrap_or_default()
            }
            Content::Mobile(_) | Content::Push(_) => String::new(),
        };
        let short = SampleShortLinks(short_url);
        let short = (!short_url.is_empty()).then_some(&short as &dyn ShortLinks);
        let mut preview = preview_with(content, mail, rules, &data, short);
        preview.faults.0.extend(unfilled.0);
        preview.faults = placed(preview.faults, &written);
        preview.faults.0.extend(unmade.0);
        let report = category.and_then(|category| Some(check_mail(preview.rendered.email()?, category)));
        Self { preview, preheader, proposed, report, design_faults }
    }

    /// A mail with these values of a call, and the values as they are typed.
    #[cfg(feature = "ssr")]
    pub fn of_call(email: EmailContent, context: serde_json::Map<String, serde_json::Value>) -> (Self, SampleTexts) {
        let (content, rules, around) = (Content::from(email), VariableRules::default(), Around::default());
        let variables = Self::of(&content, &rules, &SampleTexts::new(), &around).preview.variables;
        let data = content::Data { context: std::sync::Arc::new(context), ..content::Data::default() };
        let typed = texts_of(&data, &variables);
        (Self::of(&content, &rules, &typed, &around), typed)
    }

    /// What is wrong while it is typed. That something is still empty is told by the review; and what only a missing value
    /// spoils is told with the missing values.
    pub fn faults(&self) -> Faults {
        let is_complete = self.preview.missing.is_empty();
        let is_told = |code: &str| match code {
            "required" | "empty_subject" | "empty_text" | "empty_card" | "too_few_cards" => false,
            "bad_address" | "bad_badge" | "bad_place" | "bad_phone_number" | "bad_event" | "bad_json"
            | "bad_activity_time" | "bad_number" => is_complete,
            _ => true,
        };
        Faults(self.preview.faults.0.iter().filter(|fault| is_told(&fault.code)).cloned().collect())
    }

    /// The text of a mobile message; of a rich one that of the SMS which goes instead.
    pub fn mobile_text(&self) -> &str {
        match &self.preview.rendered {
            Rendered::Mobile(mobile) => mobile.rcs.as_ref().map_or(&mobile.text, |rcs| &rcs.fallback_text),
            Rendered::Email(_) | Rendered::Push(_) => "",
        }
    }
}

/// Cards and suggestions of the form that stayed empty are not there, and the HTML of a mail is made of its design or MJML.
/// With what is wrong with the MJML.
fn as_sent(content: &Content) -> (Content, Faults) {
    let mut content = content.clone();
    let mut faults = Faults::default();
    match &mut content {
        Content::Mobile(mobile) => mobile.rcs = std::mem::take(&mut mobile.rcs).without_blanks(),
        Content::Email(email) => {
            // What cannot be made is told where it is written; the HTML stays as it was.
            let made = put_html(email);
            if email.design.is_none() {
                faults = made.err().unwrap_or_else(|| mjml_faults(email));
            }
        }
        Content::Push(_) => {}
    }
    (content, faults)
}

/// Variables and proposed values of the templates that have no fault.
fn readable_parts(content: &Content, mail: &MailTemplates, rules: &VariableRules) -> (Vec<Variable>, SampleTexts) {
    let mut readable = content.clone();
    if let Err(faults) = Compiled::compile(content) {
        for place in readable.templates_mut().into_iter().filter(|(path, _)| faults.at(path).is_some()) {
            // Not empty: some are needed.
            "-".clone_into(place.1);
        }
    }
    let Ok(compiled) = Compiled::compile_with(&readable, mail) else { return (Vec::new(), BTreeMap::new()) };
    let compiled = compiled.with_rules(rules);
    let variables = compiled.variables().to_vec();
    let proposed = texts_of(&compiled.sample(), &variables);
    (variables, proposed)
}

#[cfg(test)]
mod tests {
    use domain::content::{MobileContent, PushContent, PushKind, RenderedEmail};
    use domain::library::{FragmentKind, FragmentText};
    use domain::live_activity::ActivityContent;
    use domain::variable::{ValueType, VariableRule};

    use super::*;

    fn email() -> EmailContent {
        EmailContent {
            subject: "Order {{ context.order.id }}".into(),
            preheader: "Order {{ context.order.id }} is packed".into(),
            html: "<ul>{% for item in context.items %}<li>{{ item.name }}</li>{% endfor %}</ul>".into(),
            ..Default::default()
        }
    }

    fn drawn(content: impl Into<Content>, typed: &[(&str, &str)]) -> Drawn {
        let typed = typed.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Drawn::of(
            &content.into(),
            &VariableRules::new(),
            &typed,
            &Around { short_url: "https://go.example".into(), ..Around::default() },
        )
    }

    fn mail(drawn: &Drawn) -> &RenderedEmail {
        drawn.preview.rendered.email().unwrap()
    }

    #[test]
    fn every_variable_has_a_proposed_value_at_first() {
        let drawn = drawn(email(), &[]);
        assert!(drawn.preview.missing.is_empty(), "{:?}", drawn.preview);
        assert_eq!(mail(&drawn).subject, "Order 1001");
    }

    #[test]
    fn an_emptied_value_is_missing_and_a_typed_one_is_shown() {
        let typed = [("context.order.id", ""), ("context.items", r#"[{"name": "Tea"}, {"name": "Cup"}]"#)];
        let drawn = drawn(email(), &typed);
        assert_eq!(drawn.preview.missing, ["context.order.id"]);
        assert_eq!(drawn.preheader, "Order ⟦context.order.id⟧ is packed");
        assert!(mail(&drawn).subject.contains("⟦context.order.id⟧"));
        assert!(mail(&drawn).html.ends_with("<ul><li>Tea</li><li>Cup</li></ul>"));
    }

    #[test]
    fn an_example_of_the_author_is_proposed_and_shown() {
        let rule = VariableRule { kind: Some(ValueType::Text), example: Some("07".into()), ..VariableRule::default() };
        let rules = VariableRules::from([("context.order.id".to_owned(), rule)]);
        let drawn = Drawn::of(&email().into(), &rules, &SampleTexts::new(), &Around::default());
        assert_eq!((drawn.proposed["context.order.id"].as_str(), mail(&drawn).subject.as_str()), ("07", "Order 07"));
    }

    #[test]
    fn what_the_configuration_reads_stands_among_the_values_of_the_content() {
        let mail = MailTemplates { reply_to: "{{ context.agent }}".into(), ..MailTemplates::default() };
        let around = Around { mail, ..Around::default() };
        let drawn = Drawn::of(&email().into(), &VariableRules::new(), &SampleTexts::new(), &around);
        assert_eq!(drawn.preview.readings["context.agent"].templates, ["configuration.replyTo"]);
        assert!(drawn.preview.variables.iter().any(|variable| variable.path == "context.agent" && variable.needed));
        assert!(drawn.proposed.contains_key("context.agent"), "{:?}", drawn.proposed);
    }

    #[test]
    fn the_campaign_goes_by_its_own_name_and_the_recipient_is_made_up() {
        let given = Some(Given { campaign_name: "Spring".into(), ..Given::sample() });
        let content = EmailContent { subject: "{{ campaign.name }} {{ recipient.user_id }}".into(), ..email() };
        let shown = |around| {
            mail(&Drawn::of(&content.clone().into(), &VariableRules::new(), &SampleTexts::new(), &around))
                .subject
                .clone()
        };
        assert_eq!(shown(Around { given, ..Around::default() }), "Spring ann-17");
        assert_eq!(shown(Around::default()), "Order confirmation ann-17");
    }

    #[test]
    fn fragments_stand_in_their_places_and_one_that_is_not_there_is_told() {
        let mut fragments = Fragments::default();
        let text = "<i>{{ context.city }}</i>".to_owned();
        fragments.add("Footer", FragmentText { kind: FragmentKind::Html, text });
        let around = Around { fragments, ..Around::default() };
        let of = |name: &str| {
            let html = format!("{{{{ fragment('{name}') }}}}");
            let mail = EmailContent { html, ..email() };
            Drawn::of(&mail.into(), &VariableRules::new(), &SampleTexts::new(), &around)
        };
        let drawn = of("footer");
        assert!(drawn.proposed.contains_key("context.city") && drawn.faults().is_empty(), "{:?}", drawn.faults());
        assert!(mail(&drawn).html.contains("<i>"));
        let drawn = of("Header");
        assert_eq!(drawn.faults().at("content.html").unwrap().code, "unknown_fragment");
        assert_eq!(mail(&drawn).subject, "Order 1001");
    }

    #[test]
    fn a_fault_is_told_where_its_author_wrote_it() {
        let told = |mail: EmailContent, path: &str| drawn(mail, &[]).faults().at(path).map(|fault| fault.text.clone());
        let html = "<a href=\"{{ unsubscribe_url }}\">x</a>\n{{ unsubscribe_url }}{{ foo }}".to_owned();
        let fault = told(EmailContent { html, ..email() }, "content.html").unwrap();
        assert!(fault.starts_with("Line 2, column 25: “foo” is not known."), "{fault}");
        let mjml = |inner: &str| {
            let mjml =
                format!("<mjml><mj-body><mj-section><mj-column>\n{inner}</mj-column></mj-section></mj-body></mjml>");
            told(EmailContent { mjml, ..email() }, "content.mjml").unwrap_or_default()
        };
        assert!(mjml("<mj-text>{{ foo }}</mj-text>").starts_with("Line 2, column 13: “foo” is not known."));
        assert!(mjml("<mj-text>").starts_with("Line 2, column "));
        assert_eq!(mjml("<mj-text>{{ context.a }}</mj-text>"), "");
    }

    #[test]
    fn a_template_with_a_fault_leaves_the_values_of_the_others() {
        let drawn = drawn(EmailContent { html: "{% for %}".into(), ..email() }, &[]);
        assert_eq!(mail(&drawn).subject, "Order 1001");
        assert!(drawn.preview.faults.at("content.html").is_some());
    }

    #[test]
    fn a_fault_in_the_data_of_a_notification_leaves_its_text() {
        let data = [("bad".to_owned(), "{{".to_owned()), ("order".to_owned(), "{{ context.id }}".to_owned())].into();
        let push = PushContent { title: "Order {{ context.id }}".into(), body: "x".into(), data, ..Default::default() };
        let drawn = drawn(Content::Push(push), &[]);
        let Rendered::Push(shown) = &drawn.preview.rendered else { panic!("a notification") };
        assert_eq!(shown.title, "Order 1001");
        assert!(drawn.faults().at("content.data.bad").is_some());
    }

    #[test]
    fn a_text_is_drawn_and_counted_with_its_short_links() {
        let text = "See https://shop.example/{{ context.order.id }}/where-it-is-and-when-it-comes.".to_owned();
        let mobile = |shorten_links| MobileContent { text: text.clone(), shorten_links, ..Default::default() };
        assert_eq!(drawn(Content::Mobile(mobile(true)), &[]).mobile_text(), "See https://go.example/abcdefghij.");
        assert!(drawn(Content::Mobile(mobile(false)), &[]).mobile_text().contains("where-it-is"));
    }

    #[test]
    fn a_fault_in_a_live_activity_leaves_the_values_of_its_other_parts() {
        let activity = ActivityContent {
            event: "stop".into(),
            state: "{".into(),
            id: "{{ context.order.id }}".into(),
            ..ActivityContent::default()
        };
        let push = PushContent { kind: PushKind::LiveActivity, activity: Box::new(activity), ..Default::default() };
        let drawn = drawn(Content::Push(push), &[]);
        assert_eq!(drawn.proposed["context.order.id"], "1001");
        assert_eq!(drawn.faults().at("content.activity.event").unwrap().code, "bad_event");
        assert_eq!(drawn.faults().at("content.activity.state").unwrap().code, "bad_json");
    }

    #[test]
    fn an_address_without_its_value_is_told_as_a_missing_value_only() {
        let push = PushContent {
            title: "x".into(),
            body: "x".into(),
            image_url: "https://example.com/{{ context.file }}".into(),
            badge: "{{ context.unread }}".into(),
            ..Default::default()
        };
        let values = |file: &'static str, unread: &'static str| {
            drawn(Content::Push(push.clone()), &[("context.file", file), ("context.unread", unread)])
        };
        assert!(values("a.png", "3").faults().is_empty());
        let missing = values("a.png", "");
        assert_eq!((missing.preview.missing.len(), missing.faults()), (1, Faults::default()));
        assert_eq!(values("a b", "3").faults().at("content.imageUrl").unwrap().code, "bad_address");
        assert_eq!(values("a.png", "many").faults().at("content.badge").unwrap().code, "bad_badge");
    }
}
