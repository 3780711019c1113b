//! What the `content` crate says of a campaign's templates.

use content::CompiledEmail;
use domain::campaign::Review;
use domain::content::EmailContent;

/// Faults, warnings and variables of the templates.
pub(super) fn review(content: &EmailContent) -> Review {
    match CompiledEmail::compile(content) {
        Ok(compiled) => {
            Review { warnings: compiled.warnings(), variables: compiled.variables().to_vec(), ..Review::default() }
        }
        Err(errors) => Review { errors, ..Review::default() },
    }
}
