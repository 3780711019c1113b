//! What the `content` crate says of a campaign's templates.

use domain::Faults;
use domain::campaign::Review;
use domain::content::EmailContent;

/// Compiled templates.
pub(crate) struct CompiledEmail;

impl CompiledEmail {
    pub(crate) fn compile(_content: &EmailContent) -> Result<Self, Faults> {
        Ok(Self)
    }
}

/// Faults, warnings and variables of the templates.
pub(super) fn review(_content: &EmailContent) -> Review {
    Review::default()
}
