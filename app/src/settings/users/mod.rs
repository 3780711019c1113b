//! Console users and their roles.

mod calls;
mod list;
mod new_user;
mod page;
mod roles;

pub use calls::{ChangeRole, CreateConsoleUser, DeleteConsoleUser, list_console_users};
pub use page::UsersPage;
