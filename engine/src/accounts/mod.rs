//! Console users: the first administrator, sign-in with a rate limit, sessions, passwords (Argon2id).

mod change_password;
mod password;
mod sign_in_limit;
mod turns;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{ConsoleUser, Role};
use domain::address::{EmailAddress, single_line};
use domain::id::ConsoleUserId;
use domain::{Failure, Faults, Timestamp};

use crate::clock::random_bytes;
use crate::ids::new_id;
use crate::keys::fingerprint;
use crate::store::{Alone, Tx, console_users, sessions};
use crate::{Engine, Result};
pub use change_password::PasswordChange;
pub(crate) use sign_in_limit::SignInLimit;
pub(crate) use turns::Turns;

/// How long a session lasts.
pub const SESSION: Duration = Duration::from_hours(14 * 24);

/// A person to be created.
#[derive(Clone, Default)]
pub struct NewConsoleUser {
    /// Stored in lower case.
    pub email: String,
    /// Empty: the email address.
    pub name: String,
    /// [`domain::access::PASSWORD_MIN_LENGTH`] to 256 characters.
    pub password: String,
}

impl std::fmt::Debug for NewConsoleUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewConsoleUser").field("email", &self.email).field("name", &self.name).finish_non_exhaustive()
    }
}

/// A signed-in browser.
#[derive(Clone)]
pub struct NewSession {
    /// The cookie's value, shown once: 32 random bytes, base64url.
    pub token: String,
    pub expires_at: Timestamp,
    pub user: ConsoleUser,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("user", &self.user).finish_non_exhaustive()
    }
}

impl NewConsoleUser {
    /// Email in lower case, and name; or all faults.
    fn check(&self) -> Result<(String, String), Failure> {
        let mut faults = Faults::default();
        let email = faults.take("email", self.email.parse::<EmailAddress>());
        let name = faults.take("name", single_line(&self.name, 100));
        faults.take("", password::check("password", &self.password));
        faults.into_result()?;
        let email = email.map(|email| email.as_str().to_lowercase()).unwrap_or_default();
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| email.clone());
        Ok((email, name))
    }
}

impl Engine {
    /// No console user exists yet: the first visit creates the administrator.
    pub async fn needs_first_administrator(&self) -> Result<bool> {
        Ok(!console_users::exist(self.store()).await?)
    }

    /// Creates the administrator and signs in; refused (`conflict already_set_up`) once any user exists, also in a race.
    pub async fn create_first_administrator(&self, new: &NewConsoleUser) -> Result<NewSession> {
        let (email, name) = new.check()?;
        // Looked at before the password is hashed too: this is open to everybody.
        if !self.needs_first_administrator().await? {
            return Err(already_set_up().into());
        }
        let hash = self.0.password_turns.hash(&new.password).await?;
        let user = ConsoleUser { id: new_id(self.now(), ConsoleUserId::new), email, name, role: Role::Administrator };
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Administrators).await?;
        if console_users::exist_in(&mut tx).await? {
            return Err(already_set_up().into());
        }
        console_users::insert(&mut tx, &user, &hash, self.now()).await?;
        let session = self.open_session(&mut tx, user).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Creates a console user. Invalid `email_taken` at `email` when the address has an account.
    pub async fn create_console_user(&self, new: &NewConsoleUser, role: Role) -> Result<ConsoleUser> {
        let (email, name) = new.check()?;
        let hash = self.0.password_turns.hash(&new.password).await?;
        let user = ConsoleUser { id: new_id(self.now(), ConsoleUserId::new), email, name, role };
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Administrators).await?;
        console_users::insert(&mut tx, &user, &hash, self.now()).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Everybody with an account, by email address.
    pub async fn list_console_users(&self) -> Result<Vec<ConsoleUser>> {
        console_users::list(self.store()).await
    }

    /// Changes a role; the last administrator keeps theirs (`conflict last_administrator`). Ends nobody's session.
    pub async fn change_role(&self, id: &str, role: Role) -> Result<ConsoleUser> {
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Administrators).await?;
        let user = find_console_user(&mut tx, id).await?;
        if role != Role::Administrator {
            keep_an_administrator(&mut tx, &user).await?;
        }
        console_users::set_role(&mut tx, &user.id, role).await?;
        tx.commit().await?;
        Ok(ConsoleUser { role, ..user })
    }

    /// Deletes a user and their sessions; not the last administrator (`conflict last_administrator`), not oneself
    /// (`conflict own_account`).
    pub async fn delete_console_user(&self, by: &ConsoleUser, id: &str) -> Result<()> {
        if by.id.as_str() == id {
            return Err(Failure::conflict("own_account", "You cannot delete your own account.").into());
        }
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Administrators).await?;
        let user = find_console_user(&mut tx, id).await?;
        keep_an_administrator(&mut tx, &user).await?;
        console_users::delete(&mut tx, &user.id).await?;
        tx.commit().await
    }

    /// `client` is the peer's IP address, for the rate limit: 5 failures per email address and 30 per client in 15
    /// minutes. Failure: Unauthenticated `bad_credentials` (same for an unknown person), `TooMany`.
    pub async fn sign_in(&self, email: &str, password: &str, client: &str) -> Result<NewSession> {
        let email = email.trim().to_lowercase();
        let now = self.now();
        self.0.sign_in_limit.note(&email, client, now)?;
        let found = match email.parse::<EmailAddress>() {
            Ok(email) => console_users::find_for_sign_in(self.store(), email.as_str()).await?,
            // Nobody has such an address. The comparison is made all the same.
            Err(_) => None,
        };
        let (user, hash) = found.unzip();
        let matches = self.0.password_turns.matches(password, hash).await?;
        let Some(user) = user.filter(|_| matches) else {
            let text = "The email address or the password is not right.";
            return Err(Failure::unauthenticated("bad_credentials", text).into());
        };
        let mut tx = self.store().begin().await?;
        sessions::delete_expired(&mut tx, now).await?;
        let session = self.open_session(&mut tx, user).await?;
        tx.commit().await?;
        self.0.sign_in_limit.succeeded(&email, client, now);
        Ok(session)
    }

    /// Ends a session; harmless when there is none.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let mut tx = self.store().begin().await?;
        sessions::delete(&mut tx, &fingerprint(token.as_bytes())).await?;
        tx.commit().await
    }

    /// The signed-in person of a cookie; `None` when unknown or expired.
    pub async fn find_session(&self, token: &str) -> Result<Option<ConsoleUser>> {
        sessions::find_user(self.store(), &fingerprint(token.as_bytes()), self.now()).await
    }

    async fn open_session(&self, tx: &mut Tx, user: ConsoleUser) -> Result<NewSession> {
        let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
        let now = self.now();
        let expires_at = now.plus(SESSION);
        sessions::insert(tx, &fingerprint(token.as_bytes()), &user.id, now, expires_at).await?;
        Ok(NewSession { token, expires_at, user })
    }
}

fn already_set_up() -> Failure {
    Failure::conflict("already_set_up", "Hermod is already set up. Sign in.")
}

async fn find_console_user(tx: &mut Tx, id: &str) -> Result<ConsoleUser> {
    let unknown = || Failure::not_found("console user");
    let id: ConsoleUserId = id.parse().map_err(|_| unknown())?;
    Ok(console_users::find_in(tx, &id).await?.ok_or_else(unknown)?)
}

/// Refuses when `user`, who is about to lose the role, is the last administrator.
async fn keep_an_administrator(tx: &mut Tx, user: &ConsoleUser) -> Result<()> {
    let last = user.role == Role::Administrator && console_users::count_role_in(tx, Role::Administrator).await? <= 1;
    if last {
        let text = "This is the last administrator. Make somebody else administrator first.";
        return Err(Failure::conflict("last_administrator", text).into());
    }
    Ok(())
}
