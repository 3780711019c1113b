//! The password of a transport: encrypted for its configuration, kept or dropped when the configuration changes.

use domain::channel_configuration::{CheckedChannelConfiguration, SmtpRelay, Transport};
use domain::id::ChannelConfigurationId;

use crate::Result;
use crate::keys::Keys;
use crate::store::channel_configurations::StoredConfiguration;

/// The encrypted password of a new configuration.
pub(super) fn of_new(
    keys: &Keys,
    id: &ChannelConfigurationId,
    checked: &CheckedChannelConfiguration,
) -> Result<Option<String>> {
    let password = checked.password.as_deref().filter(|_| matches!(checked.transport, Transport::Smtp(_)));
    password.map(|password| keys.encrypt(id.as_str(), password)).transpose()
}

/// The encrypted password after a change: the new one, or the stored one when it still goes to the same place.
pub(super) fn of_changed(
    keys: &Keys,
    before: &StoredConfiguration,
    checked: &CheckedChannelConfiguration,
) -> Result<Option<String>> {
    let new = of_new(keys, &before.configuration.id, checked)?;
    Ok(new.or_else(|| before.secret.clone().filter(|_| is_kept(&before.configuration.transport, &checked.transport))))
}

/// Does the stored password stay when none is given?
pub(super) fn is_kept(before: &Transport, after: &Transport) -> bool {
    let place = |relay: &SmtpRelay| (relay.host.to_lowercase(), relay.username.clone());
    match (before, after) {
        (Transport::Smtp(before), Transport::Smtp(after)) => place(before) == place(after),
        _ => false,
    }
}

/// The transport as it is shown: it tells whether a password is stored.
pub(super) fn told(mut transport: Transport, password_set: bool) -> Transport {
    if let Transport::Smtp(relay) = &mut transport {
        relay.password_set = password_set;
    }
    transport
}
