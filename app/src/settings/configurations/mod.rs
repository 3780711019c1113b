//! Channel configurations: how the channels of a sandbox send.

mod account;
mod calls;
mod channel_choice;
mod circuit;
mod configuration_page;
mod deliverability;
mod dkim;
mod failover;
mod fields;
mod keywords;
mod list_page;
mod mails;
mod new_page;
mod read_only;
mod relay;
mod save;
mod section;
mod sender;
mod status;
mod templates;
mod test_message;
mod transport;
mod verification;
mod words;

pub(crate) use account::field_label;
pub use calls::{
    CreateConfiguration, GenerateDkimKey, RemoveDkimKey, SaveConfiguration, SendTestMessage, SetConfigurationStatus,
    TryCircuit, VerifyConfiguration, find_circuit, find_configuration, find_dkim_record, list_circuits,
    list_configurations,
};
pub use configuration_page::ConfigurationPage;
pub use deliverability::DeliverabilityPage;
pub use list_page::ConfigurationsPage;
pub use new_page::NewConfigurationPage;

use super::settings_path;
use crate::i18n::texts;

/// What stands above the title of a configuration.
fn above_configuration(sandbox: &str) -> (String, String) {
    (settings_path(sandbox, "configurations"), texts().configurations.title.to_owned())
}
