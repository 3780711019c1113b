//! MJML → HTML, by the library `mrml`.

use std::collections::HashMap;

use domain::{Fault, Faults};
use mrml::prelude::parser::Error;
use mrml::prelude::render::RenderOptions;

use super::prepared::{PATH, Prepared, prepare};
use crate::policy;

/// MJML with templates in it as an HTML template. Faults `mjml_syntax`, `not_allowed`, `too_complex` and `too_long` at
/// `content.mjml`, with their lines.
///
/// Nothing is read or asked for: there is no `mj-include`, and no letters are taken from other hosts but those that the author
/// names in `mj-font`. Templates may stand in texts, in values and between elements of the body.
pub fn mjml_html(source: &str) -> Result<String, Faults> {
    let prepared = prepare(source)?;
    let one = |fault: Fault| Faults(vec![fault]);
    let read = mrml::parse(&prepared.mjml).map_err(|error| one(told(&error, &prepared, source)))?;
    let options = RenderOptions { disable_comments: true, social_icon_origin: None, fonts: HashMap::default() };
    let html =
        read.element.render(&options).map_err(|_| one(Fault::new(PATH, "mjml_syntax", "This cannot be a mail.")))?;
    let too_long = || one(Fault::new(PATH, "too_long", "The HTML of this mail is larger than 256 KB."));
    prepared.filled(&html).ok_or_else(too_long)
}

/// All elements are closed and known: what is left is that one stands where it cannot.
fn told(error: &Error, prepared: &Prepared, source: &str) -> Fault {
    let place = match error {
        Error::UnexpectedElement { position, .. }
        | Error::UnexpectedToken { position, .. }
        | Error::MissingAttribute { position, .. }
        | Error::InvalidAttribute { position, .. }
        | Error::InvalidFormat { position, .. } => Some(position.start),
        _ => None,
    };
    let text = match error {
        Error::UnexpectedElement { .. } => "This element cannot stand here.",
        Error::UnexpectedToken { .. } => "This cannot stand here.",
        Error::MissingAttribute { name, .. } => {
            let at = prepared.source_of(place.unwrap_or_default());
            return policy::fault_at(PATH, "mjml_syntax", source, at, &format!("The attribute {name} is missing."));
        }
        _ => "This is no MJML that can be read.",
    };
    policy::fault_at(PATH, "mjml_syntax", source, prepared.source_of(place.unwrap_or_default()), text)
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
