//! The four templates of a content, parsed and checked.

use domain::content::{EmailContent, RenderedEmail, TEMPLATE_MAX_BYTES};
use domain::variable::{Variable, VariableRules};
use domain::{Fault, Faults};
use serde_json::{Map, Value};
use tera::Tera;

use crate::data::{Data, Prepared};
use crate::policy::{self, Refused};
use crate::render::{OUTPUT_MAX, Part};
use crate::shape::{NAMES_MAX, Shapes, TooMany};
use crate::subject::one_line;
use crate::{changes, check, filters, markup, sample, schema, template, text, trouble, warnings};

pub(crate) const SUBJECT: &str = "content.subject";
pub(crate) const PREHEADER: &str = "content.preheader";
/// Tera escapes what is printed in a template whose name ends so.
pub(crate) const HTML: &str = "content.html";
pub(crate) const TEXT: &str = "content.text";

/// Largest subject or preheader after rendering, in bytes.
const LINE_MAX: usize = 4096;

/// The four templates of a content, parsed and checked. Made once for each campaign version.
#[derive(Debug)]
pub struct CompiledEmail {
    tera: Tera,
    subject: Part,
    preheader: Part,
    html: Part,
    text: Part,
    pub(crate) shapes: Shapes,
    variables: Vec<Variable>,
    warnings: Faults,
}

impl CompiledEmail {
    /// Parses and checks. Faults have the paths `content.subject`, `content.preheader`, `content.html`, `content.text`.
    pub fn compile(content: &EmailContent) -> Result<Self, Faults> {
        let (compiled, mut faults) = Self::compile_what_can_be(content);
        let mut need = |path: &str, template: &str, text: &str| {
            if template.trim().is_empty() {
                faults.add(path, "required", text);
            }
        };
        need(SUBJECT, &content.subject, "Write a subject.");
        need(HTML, &content.html, "Write the message.");
        if faults.is_empty() { Ok(compiled) } else { Err(faults) }
    }

    /// Leaves out the templates that have faults.
    pub(crate) fn compile_what_can_be(content: &EmailContent) -> (Self, Faults) {
        let mut faults = Faults::default();
        let mut tera = filters::tera();
        let mut shapes = Shapes::default();
        let mut part = |path: &'static str, source: &str| {
            compile_part(&mut tera, &mut shapes, path, source).unwrap_or_else(|mut found| {
                faults.0.append(&mut found.0);
                Part::default()
            })
        };
        let subject = part(SUBJECT, &content.subject);
        let preheader = part(PREHEADER, &content.preheader);
        let html = part(HTML, &content.html);
        let text = part(TEXT, &content.text);
        let variables = shapes.variables();
        let warnings = warnings::of(content);
        (Self { tera, subject, preheader, html, text, shapes, variables, warnings }, faults)
    }

    /// The same content under the rules of its author. Rules for what it does not read have no effect.
    pub fn with_rules(mut self, rules: &VariableRules) -> Self {
        self.shapes.set_rules(rules);
        self.variables = self.shapes.variables();
        self
    }

    /// Rules that the content cannot keep: codes `variable_needed`, `type_unfit` and `wrong_type` of an example, paths
    /// such as `variables.context.order.id.type`.
    pub fn contradictions(&self) -> Faults {
        self.shapes.contradictions()
    }

    /// What a call carries for each recipient, as JSON Schema 2020-12.
    pub fn schema(&self) -> Value {
        schema::of(&self.shapes)
    }

    /// What would break callers of `before`, the content whose calls are taken now: codes `newly_required` and
    /// `type_changed`, at `variables.<path>`.
    pub fn breaks(&self, before: &Self) -> Faults {
        changes::between(&before.shapes, &self.shapes)
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
        sample::of(&self.shapes)
    }

    /// The required variables that `data` does not have, in order: code `missing_variable`, path `context.order.id`.
    /// Also `wrong_type`: values of another type than the author's rule has it, something else in place of a list, or a
    /// list or an object in place of one value.
    pub fn missing(&self, data: &Data) -> Faults {
        check::check(&self.shapes, data.roots())
    }

    /// The same for values that are not [`Data`] yet.
    pub fn missing_of(&self, context: Option<&Map<String, Value>>, profile: Option<&Map<String, Value>>) -> Faults {
        let none = Map::new();
        check::check(&self.shapes, [("context", context.unwrap_or(&none)), ("profile", profile.unwrap_or(&none))])
    }

    /// The same for what all recipients share. Nothing is said of `profile`.
    pub fn missing_in_context(&self, context: &Map<String, Value>) -> Faults {
        check::check(&self.shapes, [("context", context)])
    }

    /// What the recipient gets. A fault names the missing variable or says what went wrong, with a path like `content.html`.
    pub fn render(&self, data: &Data) -> Result<RenderedEmail, Fault> {
        if let Some(fault) = self.missing(data).0.into_iter().next() {
            return Err(fault);
        }
        let data = data.prepare(&self.shapes.root)?;
        let subject = self.render_subject(&data)?;
        let preheader = self.render_preheader(&data)?;
        let html = self.html.render(&self.tera, HTML, &data, OUTPUT_MAX)?;
        let text = self.render_text(&data, &html)?;
        Ok(RenderedEmail { subject, text, html: markup::with_preheader(html, &preheader) })
    }

    /// Each template for itself: what cannot be rendered is empty, and told.
    pub(crate) fn render_what_can_be(&self, data: &Data) -> (RenderedEmail, Faults) {
        let mut faults = Faults::default();
        let data = match data.prepare(&self.shapes.root) {
            Ok(data) => data,
            Err(fault) => return (RenderedEmail::default(), Faults(vec![fault])),
        };
        let mut keep = |result: Result<String, Fault>| {
            result.unwrap_or_else(|fault| {
                faults.0.push(fault);
                String::new()
            })
        };
        let subject = if self.subject.is_blank() { String::new() } else { keep(self.render_subject(&data)) };
        let preheader = keep(self.render_preheader(&data));
        let html = keep(self.html.render(&self.tera, HTML, &data, OUTPUT_MAX));
        let text = keep(self.render_text(&data, &html));
        (RenderedEmail { subject, text, html: markup::with_preheader(html, &preheader) }, faults)
    }

    fn render_subject(&self, data: &Prepared) -> Result<String, Fault> {
        let subject = one_line(&self.subject.render(&self.tera, SUBJECT, data, LINE_MAX)?);
        if subject.is_empty() {
            return Err(Fault::new(SUBJECT, "empty_subject", "The subject is empty for this recipient."));
        }
        Ok(subject)
    }

    fn render_preheader(&self, data: &Prepared) -> Result<String, Fault> {
        Ok(one_line(&self.preheader.render(&self.tera, PREHEADER, data, LINE_MAX)?))
    }

    fn render_text(&self, data: &Prepared, html: &str) -> Result<String, Fault> {
        if self.text.is_blank() {
            return Ok(text::of_html(html));
        }
        self.text.render(&self.tera, TEXT, data, OUTPUT_MAX)
    }
}

fn compile_part(tera: &mut Tera, shapes: &mut Shapes, path: &'static str, source: &str) -> Result<Part, Faults> {
    let one = |fault: Fault| Faults(vec![fault]);
    if source.len() > TEMPLATE_MAX_BYTES {
        // As `CampaignDraft::check_present` says it, so that a review tells it once.
        return Err(one(Fault::new(path, "too_long", format!("Use at most {} KB.", TEMPLATE_MAX_BYTES / 1024))));
    }
    let read = template::read(source)
        .map_err(|refused| Faults(refused.into_iter().map(|why| fault(path, source, why)).collect()))?;
    let Some(ready) = read.source else { return Ok(Part::Fixed(source.to_owned())) };
    tera.add_raw_template(path, &ready).map_err(|error| one(trouble::of_syntax(path, &error)))?;
    shapes.add(path, read.reads).map_err(|TooMany| {
        let text = format!("The content reads more than {NAMES_MAX} different values.");
        one(Fault::new(path, "too_complex", text))
    })?;
    Ok(Part::Made { source: ready, work: read.work, literal_bytes: read.literal_bytes })
}

fn fault(path: &str, source: &str, why: Refused) -> Fault {
    match why {
        Refused::Because(code, at, text) => policy::fault_at(path, code, source, at, &text),
        Refused::Syntax(at) => match filters::tera().add_raw_template(path, source) {
            Err(error) => trouble::of_syntax(path, &error),
            Ok(()) => policy::fault_at(
                path,
                "template_syntax",
                source,
                at,
                "This way of writing is not available in content.",
            ),
        },
    }
}
