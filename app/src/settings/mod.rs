//! Settings: channel configurations, suppressions, rule sets, devices, API clients, users, sandbox, the own account.

mod account;
mod alive;
mod api_clients;
mod configurations;
mod devices;
mod emptied;
mod index_page;
mod permitted;
mod put_back;
mod rule_sets;
mod sandbox;
mod suppressions;
mod users;

pub use account::AccountPage;
pub(crate) use alive::alive;
pub use api_clients::ApiClientsPage;
pub(crate) use configurations::field_label;
pub use configurations::{ConfigurationPage, ConfigurationsPage, DeliverabilityPage, NewConfigurationPage};
pub use devices::DevicesPage;
pub(crate) use emptied::emptied_after;
pub use index_page::SettingsPage;
pub(crate) use permitted::permitted;
pub(crate) use put_back::is_put_back;
pub use rule_sets::{RuleSetPage, RuleSetsPage};
pub use sandbox::SandboxPage;
pub use suppressions::SuppressionsPage;
pub use users::UsersPage;

use crate::i18n::texts;

/// Address of a settings page, and of the settings themselves when `section` is empty.
fn settings_path(sandbox: &str, section: &str) -> String {
    let separator = if section.is_empty() { "" } else { "/" };
    format!("/{sandbox}/settings{separator}{section}")
}

/// What stands above the title of every settings page.
fn above(sandbox: &str) -> (String, String) {
    (settings_path(sandbox, ""), texts().settings.title.to_owned())
}
