//! What the `content` crate says of a campaign's templates.

use content::{Contents, Sources};
use domain::campaign::{CampaignDraft, Review};
use domain::library::Fragments;
use domain::mail_templates::MailTemplates;

/// Faults, warnings and variables of the templates of all contents with their fragments, and of those of the configuration; and
/// what they were compiled to, if they could be.
pub(super) fn review(
    draft: &CampaignDraft,
    fragments: &Fragments,
    templates: &MailTemplates,
) -> (Review, Option<Contents>) {
    let CampaignDraft { content, variants, variables, .. } = draft;
    let sources = Sources { main: content, variants, fragments, templates, rules: variables };
    match Contents::compile_to_publish(sources) {
        Ok(contents) => {
            let review = Review {
                errors: contents.contradictions(),
                warnings: contents.warnings(),
                variables: contents.contract().variables().to_vec(),
            };
            (review, Some(contents))
        }
        Err(errors) => (Review { errors, ..Review::default() }, None),
    }
}
