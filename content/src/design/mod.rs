//! Mails that are put together of blocks, and mails in MJML: both become an HTML template once, when they are saved.
//!
//! A design becomes MJML ([`design_mjml`]), and MJML becomes HTML ([`mjml_html`]) by the library `mrml`, which sees structure
//! only: whatever an author wrote stands in the HTML as it was written. Both ways go through the same function, so that the
//! MJML of a design makes the mail that the design makes.

use domain::Faults;
use domain::design::Design;

mod block;
mod check;
mod html;
mod look;
mod mjml;
mod prepared;
mod prose;
mod show;

pub use check::design_faults;
pub use html::mjml_html;
pub use mjml::design_mjml;
pub use prose::clean_text;

/// What faults of a design are under.
pub(crate) const PATH: &str = "content.design";

/// The design as an HTML template. Faults, at paths such as `content.design.rows[0].columns[1].blocks[2].href`, are those that
/// no mail can be made with; what is only missing yet, or wrong in a template, [`design_faults`] tells.
pub fn design_html(design: &Design) -> Result<String, Faults> {
    let faults = check::hindrances(design);
    if !faults.is_empty() {
        return Err(faults);
    }
    mjml_html(&design_mjml(design)).map_err(|faults| {
        let here = |mut fault: domain::Fault| {
            fault.path = PATH.to_owned();
            fault
        };
        Faults(faults.0.into_iter().map(here).collect())
    })
}

#[cfg(test)]
mod tests;
