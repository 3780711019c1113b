//! The templates of a content, parsed and checked.

use domain::content::{Content, Rendered, TEMPLATE_MAX_BYTES};
use domain::mail_templates::MailTemplates;
use domain::variable::{Variable, VariableRules};
use domain::{Fault, Faults};
use tera::Tera;

use crate::data::{Data, Prepared};
use crate::email::{Email, Places};
use crate::links::Link;
use crate::live_activity::ActivityTarget;
use crate::mail_head::{MailHead, Naming};
use crate::mobile::Mobile;
use crate::policy::{self, Refused};
use crate::push::Push;
use crate::render::{OUTPUT_MAX, Part};
use crate::shape::{NAMES_MAX, Shapes, TooMany};
use crate::short_links::{SampleShortLinks, ShortLinks};
use crate::subject::one_line;
use crate::{check, design, email, filters, sample, template, trouble, warnings};

/// Largest line, such as a subject, after rendering, in bytes.
const LINE_MAX: usize = 4096;

/// Addresses that one message has of its own. Without, links lead where they lead and nothing is counted.
#[derive(Clone, Copy, Default)]
pub struct Addresses<'a> {
    /// Of an email.
    pub places: Option<&'a dyn Places>,
    /// Of a mobile message.
    pub short: Option<&'a dyn ShortLinks>,
}

/// The templates of a content, parsed and checked. Made once for each campaign version.
#[derive(Debug)]
pub struct Compiled {
    tera: Tera,
    parts: Parts,
    pub(crate) shapes: Shapes,
    variables: Vec<Variable>,
    warnings: Faults,
}

/// What the templates of a channel are made into.
#[derive(Debug)]
enum Parts {
    Email(Box<Email>),
    Mobile(Box<Mobile>),
    Push(Box<Push>),
}

impl Compiled {
    /// Parses and checks. Faults have the paths of the templates, such as `content.subject`.
    pub fn compile(content: &Content) -> Result<Self, Faults> {
        Self::compile_with(content, &MailTemplates::default())
    }

    /// The same, of a content that is sent by a configuration with templates of its own; the paths of their faults start
    /// with `configuration.`. They are used in mails alone.
    pub fn compile_with(content: &Content, templates: &MailTemplates) -> Result<Self, Faults> {
        let (compiled, faults) = Self::compile_whole(content, templates);
        if faults.is_empty() { Ok(compiled) } else { Err(faults) }
    }

    /// The same before it goes live: what every recipient would be refused for is a fault as well, once for each field.
    pub fn compile_to_publish(content: &Content, templates: &MailTemplates) -> Result<Self, Faults> {
        let (compiled, mut faults) = Self::compile_whole(content, templates);
        let source = content.email().map(design::source_faults).unwrap_or_default();
        if !source.is_empty() {
            // The author sees where it was written.
            faults.0.retain(|fault| fault.path != email::HTML);
            faults.0.extend(source.0);
        }
        for fault in compiled.fixed_faults().0 {
            if faults.at(&fault.path).is_none() {
                faults.0.push(fault);
            }
        }
        if faults.is_empty() { Ok(compiled) } else { Err(faults) }
    }

    fn compile_whole(content: &Content, templates: &MailTemplates) -> (Self, Faults) {
        let (compiled, mut faults) = Self::compile_what_can_be(content, templates);
        for (path, source, text) in content.needed() {
            if source.trim().is_empty() {
                faults.add(path, "required", text);
            }
        }
        faults.0.extend(content.check().0);
        (compiled, faults)
    }

    /// The templates of a configuration alone.
    pub(crate) fn compile_head(templates: &MailTemplates) -> (Self, Faults) {
        Self::compile_what_can_be(&Content::default(), templates)
    }

    /// Leaves out the templates that have faults.
    pub(crate) fn compile_what_can_be(content: &Content, templates: &MailTemplates) -> (Self, Faults) {
        let mut compiler =
            Compiler { tera: filters::tera_for(content), shapes: Shapes::default(), faults: Faults::default() };
        let parts = match content {
            Content::Email(email) => Parts::Email(Box::new(Email::compile(&mut compiler, email, templates))),
            Content::Mobile(mobile) => Parts::Mobile(Box::new(Mobile::compile(&mut compiler, mobile))),
            Content::Push(push) => Parts::Push(Box::new(Push::compile(&mut compiler, push))),
        };
        let Compiler { tera, shapes, faults } = compiler;
        let variables = shapes.variables();
        (Self { tera, parts, shapes, variables, warnings: warnings::of(content) }, faults)
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

    /// What the recipient gets. A fault names the missing variable or says what went wrong, with a path like `content.html`.
    pub fn render(&self, data: &Data) -> Result<Rendered, Fault> {
        self.render_at(data, Addresses::default(), Naming::default())
    }

    /// What the templates of the configuration come to in this mail. Of other channels: nothing.
    pub fn mail_head(&self, data: &Data, naming: Naming<'_>) -> Result<MailHead, Fault> {
        let Parts::Email(email) = &self.parts else { return Ok(MailHead::default()) };
        if email.head.is_empty() {
            return Ok(MailHead::default());
        }
        if let Some(fault) = self.missing(data).0.into_iter().next() {
            return Err(fault);
        }
        let data = data.prepare(&self.shapes)?;
        email.head.render(&mut Renderer::strict(&self.tera, &data), naming)
    }

    /// The same, with the addresses that this message has of its own, and what it is called.
    pub fn render_at(&self, data: &Data, around: Addresses<'_>, naming: Naming<'_>) -> Result<Rendered, Fault> {
        if let Some(fault) = self.missing(data).0.into_iter().next() {
            return Err(fault);
        }
        let data = data.prepare(&self.shapes)?;
        self.render_with(&mut Renderer::strict(&self.tera, &data), around, naming)
    }

    /// Which live activity of the person a message is about; `None`: the content is of another kind.
    pub fn activity(&self, data: impl FnOnce() -> Data) -> Option<Result<ActivityTarget, Fault>> {
        let Parts::Push(push) = &self.parts else { return None };
        let activity = push.activity.as_ref()?;
        let prepared = data().prepare(&self.shapes);
        Some(prepared.and_then(|data| activity.target(&mut Renderer::strict(&self.tera, &data))))
    }

    /// The links of an email or of a mobile message that are counted: link `n` stands at `n - 1`.
    pub fn links(&self) -> &[Link] {
        match &self.parts {
            Parts::Email(email) => email.counted_links(),
            Parts::Mobile(mobile) => &mobile.links,
            Parts::Push(_) => &[],
        }
    }

    /// Each template for itself: what cannot be rendered is empty, and told.
    pub(crate) fn render_what_can_be(&self, data: &Data, around: Addresses<'_>) -> (Option<Rendered>, Faults) {
        let data = match data.prepare(&self.shapes) {
            Ok(data) => data,
            Err(fault) => return (None, Faults(vec![fault])),
        };
        let mut renderer = Renderer { mode: Mode::Forgiving, ..Renderer::strict(&self.tera, &data) };
        let rendered = self.render_with(&mut renderer, around, Naming::default());
        let mut faults = renderer.faults;
        (rendered.map_err(|fault| faults.0.push(fault)).ok(), faults)
    }

    /// What the renderer says of the parts that are the same for everybody.
    fn fixed_faults(&self) -> Faults {
        let (_, mut faults) = self.fixed_head();
        let data = Prepared::default();
        let mut renderer = Renderer { mode: Mode::Fixed, ..Renderer::strict(&self.tera, &data) };
        // As short as no link is: whether a text with links is too long, only its sending tells.
        let around = Addresses { short: Some(&SampleShortLinks("")), ..Addresses::default() };
        let failed = self.render_with(&mut renderer, around, Naming::default()).err();
        faults.0.extend(renderer.faults.0.into_iter().chain(failed));
        faults
    }

    /// The same of the headers of a mail, and what they come to.
    pub(crate) fn fixed_head(&self) -> (MailHead, Faults) {
        let Parts::Email(email) = &self.parts else { return Default::default() };
        let data = Prepared::default();
        let mut renderer = Renderer { mode: Mode::Fixed, ..Renderer::strict(&self.tera, &data) };
        let head = email.head.render(&mut renderer, Naming::default());
        let mut faults = renderer.faults;
        (head.map_err(|fault| faults.0.push(fault)).unwrap_or_default(), faults)
    }

    fn render_with(
        &self,
        renderer: &mut Renderer<'_>,
        around: Addresses<'_>,
        naming: Naming<'_>,
    ) -> Result<Rendered, Fault> {
        Ok(match &self.parts {
            Parts::Email(email) => Rendered::Email(email.render(renderer, around.places, naming)?),
            Parts::Mobile(mobile) => Rendered::Mobile(mobile.render(renderer, around.short)?),
            Parts::Push(push) => Rendered::Push(push.render(renderer)?),
        })
    }
}

/// Collects the templates of a content.
pub(crate) struct Compiler {
    tera: Tera,
    shapes: Shapes,
    faults: Faults,
}

impl Compiler {
    /// A template under its path. One that has faults is left out.
    pub(crate) fn part(&mut self, path: &'static str, source: &str) -> Part {
        self.part_of(path, path, source)
    }

    /// A template of a group of them, such as the values of push data.
    pub(crate) fn part_of(&mut self, group: &'static str, path: &str, source: &str) -> Part {
        compile_part(&mut self.tera, &mut self.shapes, group, path, source).unwrap_or_else(|mut found| {
            self.faults.0.append(&mut found.0);
            Part::default()
        })
    }
}

/// Renders the templates of a content, one after the other.
pub(crate) struct Renderer<'a> {
    tera: &'a Tera,
    data: &'a Prepared,
    mode: Mode,
    faults: Faults,
}

/// Whom a renderer works for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// A recipient: the first fault ends it.
    Strict,
    /// Somebody who is still writing: what cannot be rendered is empty.
    Forgiving,
    /// A review: without data, only what is the same for everybody is rendered and checked.
    Fixed,
}

impl<'a> Renderer<'a> {
    fn strict(tera: &'a Tera, data: &'a Prepared) -> Self {
        Self { tera, data, mode: Mode::Strict, faults: Faults::default() }
    }

    /// Is nothing said of what varies?
    pub(crate) fn skips(&self, varies: bool) -> bool {
        varies && self.mode == Mode::Fixed
    }

    /// The text, up to the limit of all texts.
    pub(crate) fn text(&mut self, part: &Part, path: &str) -> Result<String, Fault> {
        if self.skips(part.varies()) {
            return Ok(String::new());
        }
        let text = part.render(self.tera, path, self.data, OUTPUT_MAX);
        self.forgiven(text)
    }

    /// One line without control characters.
    pub(crate) fn line(&mut self, part: &Part, path: &str) -> Result<String, Fault> {
        if self.skips(part.varies()) {
            return Ok(String::new());
        }
        let line = part.render(self.tera, path, self.data, LINE_MAX).map(|line| one_line(&line));
        self.forgiven(line)
    }

    /// A value that must be good; whoever is still writing gets to see it all the same. When it varies, the fault's sentence
    /// ends with the recipient.
    pub(crate) fn demand(&mut self, varies: bool, is_good: bool, fault: impl FnOnce() -> Fault) -> Result<(), Fault> {
        if is_good || self.skips(varies) {
            return Ok(());
        }
        let mut fault = fault();
        if varies {
            fault.text = format!("{} for this recipient.", fault.text.trim_end_matches('.'));
        }
        self.forgiven(Err(fault))
    }

    /// What a text was read as, or nothing for whoever is still writing.
    pub(crate) fn read<T: Default>(&mut self, varies: bool, read: Result<T, Fault>) -> Result<T, Fault> {
        if self.skips(varies) { Ok(T::default()) } else { self.forgiven(read) }
    }

    fn forgiven<T: Default>(&mut self, result: Result<T, Fault>) -> Result<T, Fault> {
        match result {
            Err(fault) if self.mode != Mode::Strict => {
                self.faults.0.push(fault);
                Ok(T::default())
            }
            result => result,
        }
    }
}

fn compile_part(
    tera: &mut Tera,
    shapes: &mut Shapes,
    group: &'static str,
    path: &str,
    source: &str,
) -> Result<Part, Faults> {
    let one = |fault: Fault| Faults(vec![fault]);
    if source.len() > TEMPLATE_MAX_BYTES {
        // As `CampaignDraft::check_present` says it, so that a review tells it once.
        return Err(one(Fault::new(path, "too_long", format!("Use at most {} KB.", TEMPLATE_MAX_BYTES / 1024))));
    }
    let read = template::read(source)
        .map_err(|refused| Faults(refused.into_iter().map(|why| fault(path, source, why)).collect()))?;
    let Some(ready) = read.source else { return Ok(Part::Fixed(source.to_owned())) };
    tera.add_raw_template(path, &ready).map_err(|error| one(trouble::of_syntax(path, source, &ready, &error)))?;
    shapes.add(group, read.reads).map_err(|TooMany| {
        let text = format!("The content reads more than {NAMES_MAX} different values.");
        one(Fault::new(path, "too_complex", text))
    })?;
    shapes.given |= read.given;
    Ok(Part::Made { source: ready, work: read.work, literal_bytes: read.literal_bytes })
}

pub(crate) fn fault(path: &str, source: &str, why: Refused) -> Fault {
    match why {
        Refused::Because(code, at, text) => policy::fault_at(path, code, source, at, &text),
        Refused::Syntax(at) => match filters::tera().add_raw_template(path, source) {
            Err(error) => trouble::of_syntax(path, source, source, &error),
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
