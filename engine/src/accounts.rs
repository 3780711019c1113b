//! Console users: the first administrator, sign-in with a rate limit, sessions. Passwords are Argon2id.
use domain::access::{ConsoleUser, Role};
use crate::{Engine, Result};
/// Tries of sign-in per address and per client, in memory.
#[derive(Default)]
pub(crate) struct SignInLimit;
/// A person to be created.
#[derive(Debug, Clone, Default)]
pub struct NewConsoleUser { pub email: String, pub name: String, pub password: String }
/// A signed-in browser: the cookie's value, shown once.
#[derive(Debug, Clone)]
pub struct NewSession { pub token: String, pub expires_at: domain::Timestamp, pub user: ConsoleUser }
impl Engine {
    /// No console user exists yet: the first visit creates the administrator.
    pub async fn needs_first_administrator(&self) -> Result<bool> { todo!() }
    /// Creates the administrator and signs in; refused (`conflict already_set_up`) once any user exists, also in a race.
    pub async fn create_first_administrator(&self, new: &NewConsoleUser) -> Result<NewSession> { todo!() }
    /// Creates a console user.
    pub async fn create_console_user(&self, new: &NewConsoleUser, role: Role) -> Result<ConsoleUser> { todo!() }
    pub async fn list_console_users(&self) -> Result<Vec<ConsoleUser>> { todo!() }
    /// Changes a role; the last administrator keeps theirs (`conflict last_administrator`). Ends nobody's session.
    pub async fn change_role(&self, id: &str, role: Role) -> Result<ConsoleUser> { todo!() }
    /// Deletes a user and their sessions; not the last administrator, not oneself.
    pub async fn delete_console_user(&self, by: &ConsoleUser, id: &str) -> Result<()> { todo!() }
    /// `client` is the peer's IP address, for the rate limit. Failure: Unauthenticated `bad_credentials` (same for unknown user), TooMany.
    pub async fn sign_in(&self, email: &str, password: &str, client: &str) -> Result<NewSession> { todo!() }
    pub async fn sign_out(&self, token: &str) -> Result<()> { todo!() }
    /// The signed-in person of a cookie; `None` when unknown or expired.
    pub async fn find_session(&self, token: &str) -> Result<Option<ConsoleUser>> { todo!() }
}
