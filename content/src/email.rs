//! The four templates of an email.

use domain::Fault;
use domain::content::{EmailContent, RenderedEmail};

use crate::compiled::{Compiler, Renderer};
use crate::render::Part;
use crate::{markup, text};

pub(crate) const SUBJECT: &str = "content.subject";
pub(crate) const PREHEADER: &str = "content.preheader";
/// Tera escapes what is printed in a template whose name ends so.
pub(crate) const HTML: &str = "content.html";
pub(crate) const TEXT: &str = "content.text";

#[derive(Debug)]
pub(crate) struct Email {
    subject: Part,
    preheader: Part,
    html: Part,
    text: Part,
}

impl Email {
    pub(crate) fn compile(compiler: &mut Compiler, content: &EmailContent) -> Self {
        Self {
            subject: compiler.part(SUBJECT, &content.subject),
            preheader: compiler.part(PREHEADER, &content.preheader),
            html: compiler.part(HTML, &content.html),
            text: compiler.part(TEXT, &content.text),
        }
    }

    pub(crate) fn render(&self, renderer: &mut Renderer<'_>) -> Result<RenderedEmail, Fault> {
        let subject = renderer.line(&self.subject, SUBJECT)?;
        // That there is none yet is told elsewhere.
        renderer.demand(!subject.is_empty() || self.subject.is_blank(), || {
            Fault::new(SUBJECT, "empty_subject", "The subject is empty for this recipient.")
        })?;
        let preheader = renderer.line(&self.preheader, PREHEADER)?;
        let html = renderer.text(&self.html, HTML)?;
        let text = if self.text.is_blank() { text::of_html(&html) } else { renderer.text(&self.text, TEXT)? };
        Ok(RenderedEmail { subject, text, html: markup::with_preheader(html, &preheader) })
    }
}
