//! Server functions of console users. They belong to no sandbox.

use domain::access::{ConsoleUser, Role};
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Everybody with an account.
#[server]
pub async fn list_console_users() -> Answer<Vec<ConsoleUser>> {
    answer(server::list().await)
}

/// Creates a person's account.
#[server]
pub async fn create_console_user(name: String, email: String, role: Role, password: String) -> Answer<ConsoleUser> {
    answer(server::create(name, email, role, password).await)
}

/// Gives a person another role.
#[server]
pub async fn change_role(user: String, role: Role) -> Answer<ConsoleUser> {
    answer(server::change_role(user, role).await)
}

/// Gives a person a new password and ends their sessions.
#[server]
pub async fn set_password(user: String, password: String) -> Answer<ConsoleUser> {
    answer(server::set_password(user, password).await)
}

/// Deletes an account and ends its sessions.
#[server]
pub async fn delete_console_user(user: String) -> Answer<()> {
    answer(server::delete(user).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::{ConsoleUser, Permission, Role};
    use engine::accounts::NewConsoleUser;
    use engine::{Error, Result};

    use crate::session::caller;

    pub async fn list() -> Result<Vec<ConsoleUser>> {
        let caller = caller(Permission::ManageConsoleUsers).await?;
        caller.engine.list_console_users().await
    }

    pub async fn create(name: String, email: String, role: Role, password: String) -> Result<ConsoleUser> {
        let caller = caller(Permission::ManageConsoleUsers).await?;
        caller.engine.create_console_user(&NewConsoleUser { email, name, password }, role).await
    }

    pub async fn change_role(user: String, role: Role) -> Result<ConsoleUser> {
        let caller = caller(Permission::ManageConsoleUsers).await?;
        caller.engine.change_role(&user, role).await
    }

    pub async fn set_password(user: String, password: String) -> Result<ConsoleUser> {
        let caller = caller(Permission::ManageConsoleUsers).await?;
        let changed = caller.engine.set_password(&user, &password).await;
        changed.map_err(|error| match error {
            // The page has such a field for every person.
            Error::Failure(Failure::Invalid { mut faults }) => {
                faults.0.iter_mut().for_each(|fault| fault.path = format!("{}-{user}", fault.path));
                Error::Failure(Failure::Invalid { faults })
            }
            other => other,
        })
    }

    pub async fn delete(user: String) -> Result<()> {
        let caller = caller(Permission::ManageConsoleUsers).await?;
        caller.engine.delete_console_user(&caller.user, &user).await
    }
}
