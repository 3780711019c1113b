//! What the `content` crate says of a campaign's templates.

use content::{Compiled, with_fragments};
use domain::campaign::{CampaignDraft, Review};
use domain::library::Fragments;
use domain::mail_templates::MailTemplates;

/// Faults, warnings and variables of the templates with their fragments, and of those of the configuration; and what they were
/// compiled to, if they could be.
pub(super) fn review(
    draft: &CampaignDraft,
    fragments: &Fragments,
    templates: &MailTemplates,
) -> (Review, Option<Compiled>) {
    let compiled = with_fragments(&draft.content, fragments);
    match compiled.and_then(|content| Compiled::compile_to_publish(&content, templates)) {
        Ok(compiled) => {
            let compiled = compiled.with_rules(&draft.variables);
            let review = Review {
                errors: compiled.contradictions(),
                warnings: compiled.warnings(),
                variables: compiled.variables().to_vec(),
            };
            (review, Some(compiled))
        }
        Err(errors) => (Review { errors, ..Review::default() }, None),
    }
}
