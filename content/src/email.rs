//! The four templates of an email, and the addresses in it that each message has of its own.

use std::borrow::Cow;

use domain::Fault;
use domain::content::{EmailContent, RenderedEmail};
use domain::mail_templates::MailTemplates;

use crate::compiled::{Compiler, Renderer};
use crate::links::parameters::{Parameter, with_parameters};
use crate::links::{self, Counted, Link, PIXEL, Place, marks};
use crate::mail_head::{Head, Naming};
use crate::render::Part;
use crate::{markup, text};

pub(crate) const SUBJECT: &str = "content.subject";
pub(crate) const PREHEADER: &str = "content.preheader";
/// Tera escapes what is printed in a template whose name ends so.
pub(crate) const HTML: &str = "content.html";
pub(crate) const TEXT: &str = "content.text";

/// Bytes that the address of a link is likely to need.
const LINK_ROOM: usize = 120;

#[derive(Debug)]
pub(crate) struct Email {
    subject: Part,
    preheader: Part,
    html: Part,
    text: Part,
    pub(crate) head: Head,
    links: Vec<Link>,
    counts_clicks: bool,
    /// There are marks in the HTML.
    has_marks: bool,
    /// It leads to a page of the message's own, or says who its reader is.
    has_places: bool,
}

/// Addresses of one message.
pub trait Places {
    /// Of the picture that tells of an opening.
    fn pixel(&self) -> String;
    /// By which a link is followed: its number, and its target when that came out of the data.
    fn click(&self, link: u16, target: Option<&str>) -> String;
    /// Where the person leaves the list.
    fn unsubscribe(&self) -> String;
    /// The mail as a page.
    fn mirror(&self) -> String;
    /// Where the person chooses what they want.
    fn preferences(&self) -> String;
    /// Who the person is, for a page of the author's own.
    fn consent_params(&self) -> String;
    /// The same, by the name of the message.
    fn consent_pid(&self) -> String;
}

impl Email {
    pub(crate) fn compile(compiler: &mut Compiler, content: &EmailContent, templates: &MailTemplates) -> Self {
        let counted = Counted {
            opens: content.track_opens,
            clicks: content.track_clicks,
            parameters: !templates.url_parameters.is_empty(),
        };
        let (html, in_html) = links::with_places(&content.html);
        let tracked = links::track(&html, counted);
        let (text, in_text) = links::with_places(&content.text);
        Self {
            subject: compiler.part(SUBJECT, &content.subject),
            preheader: compiler.part(PREHEADER, &content.preheader),
            has_marks: counted.opens || !tracked.links.is_empty(),
            has_places: in_html || in_text,
            html: compiler.part(HTML, &tracked.html),
            links: tracked.links,
            text: compiler.part(TEXT, &text),
            counts_clicks: counted.clicks,
            head: Head::compile(compiler, templates),
        }
    }

    /// The links that are counted.
    pub(crate) fn counted_links(&self) -> &[Link] {
        if self.counts_clicks { &self.links } else { &[] }
    }

    /// With the addresses of a message; without, links lead where they lead and nothing is counted.
    pub(crate) fn render(
        &self,
        renderer: &mut Renderer<'_>,
        places: Option<&dyn Places>,
        naming: Naming<'_>,
    ) -> Result<RenderedEmail, Fault> {
        let parameters = self.head.parameters(renderer, naming)?;
        let subject = renderer.line(&self.subject, SUBJECT)?;
        // That there is none yet is told elsewhere.
        renderer.demand(self.subject.varies(), !subject.is_empty() || self.subject.is_blank(), || {
            Fault::new(SUBJECT, "empty_subject", "The subject is empty.")
        })?;
        let preheader = renderer.line(&self.preheader, PREHEADER)?;
        let rendered = self.settle(renderer.text(&self.html, HTML)?, places);
        // In the text people see the addresses that lead there at once.
        let plain = if self.has_marks {
            Cow::Owned(self.fill(&rendered, None, &parameters))
        } else {
            Cow::Borrowed(&*rendered)
        };
        let text = if self.text.is_blank() {
            text::of_html(&plain)
        } else {
            self.settle(renderer.text(&self.text, TEXT)?, places)
        };
        let html = match plain {
            Cow::Owned(_) if places.is_some() => self.fill(&rendered, places, &parameters),
            Cow::Owned(plain) => plain,
            Cow::Borrowed(_) => rendered,
        };
        Ok(RenderedEmail { subject, text, html: markup::with_preheader(html, &preheader) })
    }

    /// Puts in where the person leaves the list or chooses, and where the mail is a page.
    fn settle(&self, rendered: String, places: Option<&dyn Places>) -> String {
        if !self.has_places {
            return rendered;
        }
        links::fill_places(&rendered, |place| match (places, place) {
            (Some(places), Place::Unsubscribe) => places.unsubscribe(),
            (Some(places), Place::Mirror) => places.mirror(),
            (Some(places), Place::Preferences) => places.preferences(),
            (Some(places), Place::ConsentParams) => places.consent_params(),
            (Some(places), Place::ConsentPid) => places.consent_pid(),
            (None, Place::Unsubscribe) => "#unsubscribe".to_owned(),
            (None, Place::Mirror) => "#mirror".to_owned(),
            (None, Place::Preferences) => "#preferences".to_owned(),
            (None, Place::ConsentParams | Place::ConsentPid) => String::new(),
        })
    }

    fn fill(&self, html: &str, places: Option<&dyn Places>, parameters: &[Parameter]) -> String {
        let room = if places.is_some() { (self.links.len() + 1) * LINK_ROOM } else { 0 };
        marks::fill(html, room, |mark, out| match (places, mark.link) {
            (Some(places), PIXEL) => out.push_str(&places.pixel()),
            (Some(places), link) if self.counts_clicks && parameters.is_empty() => {
                out.push_str(&escaped(&places.click(link, mark.target.as_deref())));
            }
            // Nothing is asked for.
            (None, PIXEL) => out.push_str("data:,"),
            (places, link) => {
                let known = usize::from(link).checked_sub(1).and_then(|place| self.links.get(place));
                let target = mark.target.as_deref().or(known.map(|link| link.url.as_str()));
                let target = with_parameters(target.unwrap_or_default(), parameters);
                // Each message has parameters of its own, so the address carries where it leads.
                let counted = places.filter(|_| self.counts_clicks && known.is_some());
                out.push_str(&escaped(&counted.map_or(target.clone(), |places| places.click(link, Some(&target)))));
            }
        })
    }
}

/// For a quoted value of an attribute.
fn escaped(address: &str) -> String {
    address.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;")
}
