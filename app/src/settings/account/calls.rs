//! Server function of the own account.

use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Changes the password of whoever calls, and ends their other sessions. Goes to the account's page in this sandbox.
#[server]
pub async fn change_own_password(sandbox: String, present: String, new_password: String) -> Answer<()> {
    answer(server::change_own_password(sandbox, present, new_password).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use engine::Result;
    use engine::accounts::PasswordChange;
    use leptos_axum::redirect;

    use crate::session::{caller, own_token, peer};

    pub async fn change_own_password(sandbox: String, present: String, new: String) -> Result<()> {
        let caller = caller(Permission::ManageOwnAccount).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let change = PasswordChange { present, new };
        let (token, peer) = (own_token(), peer(&caller.console));
        caller.engine.change_own_password(&caller.user, &change, &token, &peer).await?;
        redirect(&format!("/{sandbox}/settings/account?changed=password"));
        Ok(())
    }
}
