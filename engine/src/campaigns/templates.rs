//! What the `content` crate says of a campaign's templates.

use content::Compiled;
use domain::campaign::{CampaignDraft, Review};
use domain::mail_templates::MailTemplates;

/// Faults, warnings and variables of the templates, and of those of the configuration; and what they were compiled to, if they could be.
pub(super) fn review(draft: &CampaignDraft, templates: &MailTemplates) -> (Review, Option<Compiled>) {
    match Compiled::compile_to_publish(&draft.content, templates) {
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
