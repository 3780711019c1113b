//! The server function of the checks.

use domain::deliverability::Report;
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Looks everything up in the DNS.
#[server]
pub async fn check_deliverability(sandbox: String, configuration: String) -> Answer<Report> {
    answer(server::check(sandbox, configuration).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::deliverability::Report;
    use engine::Result;

    use super::super::super::calls::asked;

    pub async fn check(sandbox: String, configuration: String) -> Result<Report> {
        let (caller, sandbox, id) = asked(Permission::ViewConfigurations, &sandbox, &configuration).await?;
        caller.engine.check_deliverability(&sandbox, &id).await
    }
}
