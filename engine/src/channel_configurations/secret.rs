//! The password of a transport: encrypted for its configuration, and never taken along to another place or over a weaker
//! connection.

use domain::Fault;
use domain::channel_configuration::{CheckedChannelConfiguration, SmtpRelay, SmtpSecurity, Transport};
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

/// Refuses a change after which the transport would sign in without the password that it needs: `password_needed` when
/// the stored one goes to another place, `password_missing` when there is none. A draft may still be without.
pub(crate) fn check(
    before: Option<&StoredConfiguration>,
    after: &CheckedChannelConfiguration,
    is_active: bool,
) -> Result<(), Fault> {
    if after.password.is_some() || !signs_in(&after.transport) {
        return Ok(());
    }
    let stored = before.filter(|before| before.secret.is_some());
    match stored {
        Some(stored) if is_kept(&stored.configuration.transport, &after.transport) => Ok(()),
        Some(_) => {
            let text = "The host, port, user name or security changed: give the password again.";
            Err(Fault::new("password", "password_needed", text))
        }
        None if is_active => Err(Fault::new("password", "password_missing", MISSING)),
        None => Ok(()),
    }
}

/// How it is said that a password is missing.
pub(super) const MISSING: &str = "The user name needs a password, and none is stored.";

/// Does the transport need a password?
pub(super) fn signs_in(transport: &Transport) -> bool {
    matches!(transport, Transport::Smtp(relay) if !relay.username.is_empty())
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
fn is_kept(before: &Transport, after: &Transport) -> bool {
    let place = |relay: &SmtpRelay| (relay.host.to_lowercase(), relay.port, relay.username.clone());
    let strength = |relay: &SmtpRelay| match relay.security {
        SmtpSecurity::None => 0,
        SmtpSecurity::StartTls => 1,
        SmtpSecurity::Tls => 2,
    };
    match (before, after) {
        (Transport::Smtp(before), Transport::Smtp(after)) => {
            place(before) == place(after) && strength(before) <= strength(after)
        }
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
