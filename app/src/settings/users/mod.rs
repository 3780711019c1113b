//! Console users and their roles.

mod calls;
mod list;
mod new_user;
mod page;
mod roles;

pub use calls::{ChangeRole, CreateConsoleUser, DeleteConsoleUser, SetPassword, list_console_users};
pub use page::UsersPage;
pub use roles::role_name;
