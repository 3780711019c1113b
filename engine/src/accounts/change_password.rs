//! A new password: a person's own, which asks for the present one; or one that somebody else was given.

use domain::Failure;
use domain::access::ConsoleUser;
use domain::address::EmailAddress;

use super::{find_console_user, password};
use crate::keys::fingerprint;
use crate::store::{console_users, sessions};
use crate::{Engine, Result};

/// What a person says to change their own password.
#[derive(Clone, Default)]
pub struct PasswordChange {
    /// The one they sign in with now.
    pub present: String,
    /// [`domain::access::PASSWORD_MIN_LENGTH`] to 256 characters.
    pub new: String,
}

impl Engine {
    /// Changes a person's own password and ends their sessions but the one with this `token`. Invalid
    /// `wrong_password` at `present`. A wrong one counts as a failed sign-in of `client`, so that nobody can try them
    /// out at a browser that was left open.
    pub async fn change_own_password(
        &self,
        user: &ConsoleUser,
        change: &PasswordChange,
        token: &str,
        client: &str,
    ) -> Result<()> {
        password::check("newPassword", &change.new)?;
        let now = self.now();
        self.0.sign_in_limit.note(&user.email, client, now)?;
        let (_, hash) = console_users::find_for_sign_in(self.store(), &user.email).await?.unzip();
        if !self.0.password_turns.matches(&change.present, hash).await? {
            return Err(Failure::invalid("present", "wrong_password", "This is not your present password.").into());
        }
        self.0.sign_in_limit.succeeded(&user.email, client, now);
        self.store_password(user.id.as_str(), &change.new, &fingerprint(token.as_bytes())).await?;
        Ok(())
    }

    /// Gives a person a new password and ends all their sessions. Invalid at `password`; `NotFound` `console user`.
    pub async fn set_password(&self, id: &str, password: &str) -> Result<ConsoleUser> {
        password::check("password", password)?;
        self.store_password(id, password, "").await
    }

    /// The same for the person with this email address: the way back in when nobody else can give a new one.
    pub async fn set_password_of(&self, email: &str, password: &str) -> Result<ConsoleUser> {
        let unknown = || Failure::not_found("console user");
        let email: EmailAddress = email.trim().to_lowercase().parse().map_err(|_| unknown())?;
        let found = console_users::find_for_sign_in(self.store(), email.as_str()).await?;
        let (user, _) = found.ok_or_else(unknown)?;
        self.set_password(user.id.as_str(), password).await
    }

    async fn store_password(&self, id: &str, password: &str, kept_session: &str) -> Result<ConsoleUser> {
        let hash = self.0.password_turns.hash(password).await?;
        let mut tx = self.store().begin().await?;
        let user = find_console_user(&mut tx, id).await?;
        console_users::set_password(&mut tx, &user.id, &hash).await?;
        sessions::delete_others(&mut tx, &user.id, kept_session).await?;
        tx.commit().await?;
        Ok(user)
    }
}
