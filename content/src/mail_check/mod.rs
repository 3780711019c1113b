//! What a mail program, a spam filter or somebody who cannot see well would make of a mail: explained point by point, without
//! asking anybody. It reads a rendered mail, without the addresses of a message (`#unsubscribe` stands where they would be).
//! What each point is worth is told in `docs/testing.md`.
//!
//! | file | does |
//! |---|---|
//! | [`finding`] | what can be found, and what it is worth |
//! | [`scan`] | one pass over the HTML |
//! | [`colour`] | colours of inline styles, and how well they are told apart |
//! | [`links`] | where links lead, and what they say |
//! | [`access`] | whether everybody can read it |
//! | [`spam`] | what spam filters dislike |

mod access;
mod colour;
mod finding;
mod links;
mod scan;
mod spam;

use domain::channel_configuration::Category;
use domain::content::RenderedEmail;

use finding::Findings;
pub use finding::{Finding, FindingCode, FindingGroup, MailReport, SCORE_BAD, SCORE_GOOD, Severity};
use scan::Scanned;

/// Gmail cuts longer mails off and hides the rest behind a link.
pub const CLIPPED_FROM: usize = 102 * 1024;
/// From here on it is worth a word: what is added for each person may make it too long.
const LONG_FROM: usize = 90 * 1024;

/// Looks at a rendered mail. Marketing must let people leave.
pub fn check_mail(mail: &RenderedEmail, category: Category) -> MailReport {
    let scanned = Scanned::of(&mail.html);
    let mut findings = Findings::default();
    spam::check(mail, &scanned, category, &mut findings);
    links::check(&scanned, &mut findings);
    access::check(&scanned, &mut findings);
    let kilobytes = || format!("{} KB", mail.html.len().div_ceil(1024));
    if mail.html.len() > CLIPPED_FROM {
        findings.add(FindingCode::Clipped, kilobytes());
    } else if mail.html.len() > LONG_FROM {
        findings.add(FindingCode::Long, kilobytes());
    }
    findings.report(mail.html.len())
}

#[cfg(test)]
mod tests;
