//! Mails that are put together of blocks, and mails in MJML: both become an HTML template once, when they are saved.
//!
//! A design becomes MJML ([`design_mjml`]), and MJML becomes HTML ([`mjml_html`]) by the library `mrml`, which sees structure
//! only: whatever an author wrote stands in the HTML as it was written. Both ways go through the same function, so that the
//! MJML of a design makes the mail that the design makes.

use domain::content::EmailContent;
use domain::design::{BlockKind, Design};
use domain::{Fault, Faults};

mod block;
mod check;
mod html;
mod look;
mod mjml;
mod prepared;
mod prose;
mod show;
mod starting;

pub use check::design_faults;
pub use html::mjml_html;
pub use mjml::design_mjml;
pub use prose::clean_text;
pub use starting::{StartingTemplate, starting_templates};

/// What faults of a design are under.
pub(crate) const PATH: &str = "content.design";

/// The design as an HTML template. Faults, at paths such as `content.design.rows[0].columns[1].blocks[2].href`, are those that
/// no mail can be made with; what is only missing yet, or wrong in a template and shown as it is written, [`design_faults`] tells.
pub fn design_html(design: &Design) -> Result<String, Faults> {
    let faults = check::hindrances(design);
    if !faults.is_empty() {
        return Err(faults);
    }
    let made = mjml_html(&design_mjml(&check::readable(design)));
    let here = |fault| Fault { path: PATH.to_owned(), ..fault };
    made.map(|html| check::as_written(&html)).map_err(|faults| Faults(faults.0.into_iter().map(here).collect()))
}

/// Puts the HTML in its place that the design or the MJML of a mail makes; of a mail that is written in HTML it stays. Texts of
/// the design are cleaned. A design without a title has the subject.
///
/// Faults of [`design_html`] and [`mjml_html`], and `two_sources` at `content.mjml`; then nothing has changed.
pub fn put_html(email: &mut EmailContent) -> Result<(), Faults> {
    let has_mjml = !email.mjml.trim().is_empty();
    let Some(design) = &mut email.design else {
        if has_mjml {
            email.html = mjml_html(&email.mjml)?;
        }
        return Ok(());
    };
    if has_mjml {
        let text = "A mail is made of a design or of MJML, not of both.";
        return Err(Faults(vec![Fault::new(prepared::PATH, "two_sources", text)]));
    }
    let mut titled = Design::clone(design);
    if titled.title.trim().is_empty() {
        titled.title.clone_from(&email.subject);
    }
    email.html = design_html(&titled)?;
    for block in design.rows.iter_mut().flat_map(|row| &mut row.columns).flat_map(|column| &mut column.blocks) {
        if let BlockKind::Text { html, .. } = &mut block.kind {
            *html = clean_text(html);
        }
    }
    Ok(())
}

/// What the author of a mail in blocks or in MJML is told in the place of what is wrong with its HTML: nothing when it is
/// neither.
pub(crate) fn source_faults(email: &EmailContent) -> Faults {
    match &email.design {
        Some(design) => design_faults(design),
        None => mjml_faults(email),
    }
}

/// What is wrong with the templates in the MJML of a mail: nothing when there is none. Those of the HTML stand there in the same
/// order.
pub fn mjml_faults(email: &EmailContent) -> Faults {
    if email.mjml.trim().is_empty() {
        return Faults::default();
    }
    check::template_faults(prepared::PATH, &email.mjml)
}

#[cfg(test)]
mod peer;
#[cfg(test)]
mod tests;
