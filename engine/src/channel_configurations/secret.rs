//! The secrets of a transport: encrypted for their configuration, and never taken along to another place or over a weaker
//! connection.

use std::collections::BTreeMap;

use domain::channel_configuration::{CheckedChannelConfiguration, OAuthClient, SmtpRelay, SmtpSecurity, Transport};
use domain::id::ChannelConfigurationId;
use domain::{Failure, Fault, Faults};

use super::Password;
use crate::Result;
use crate::keys::Keys;
use crate::providers::{self, Settings};

/// What is to be stored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Secrets {
    #[default]
    None,
    /// Of a relay.
    Password(String),
    /// Of an account or an OAuth client, by the names of its fields.
    Account(BTreeMap<String, String>),
    /// As it is stored: with another secret key, so that nobody can read it here.
    Unreadable,
}

impl Secrets {
    /// Those of a new configuration.
    pub(crate) fn of_new(checked: &CheckedChannelConfiguration) -> Self {
        match &checked.transport {
            Transport::Capture => Self::None,
            Transport::Smtp(relay) if relay.oauth.is_none() => {
                checked.password.clone().map_or(Self::None, Self::Password)
            }
            Transport::Smtp(_) | Transport::Provider(_) if checked.secrets.is_empty() => Self::None,
            Transport::Smtp(_) | Transport::Provider(_) => Self::Account(checked.secrets.clone()),
        }
    }

    /// Those after a change: the new ones, and the stored ones when they still go to the same place.
    pub(crate) fn of_changed(before: &Transport, stored: &Password, checked: &CheckedChannelConfiguration) -> Self {
        let new = Self::of_new(checked);
        if !is_kept(before, &checked.transport) {
            return new;
        }
        match (new, stored) {
            (Self::None, Password::Unreadable) => Self::Unreadable,
            (new, Password::Missing | Password::Unreadable) => new,
            (new, Password::Known(stored)) => match (has_named_secrets(&checked.transport), new) {
                (true, new) => {
                    let mut all = account_secrets(stored);
                    if let Self::Account(new) = new {
                        all.extend(new);
                    }
                    if all.is_empty() { Self::None } else { Self::Account(all) }
                }
                (_, Self::None) => Self::Password(stored.clone()),
                (_, new) => new,
            },
        }
    }

    /// As it is stored; `None` for none. Unreadable ones are left as they are by whoever stores.
    pub(crate) fn encrypt(&self, keys: &Keys, id: &ChannelConfigurationId) -> Result<Option<String>> {
        match self {
            Self::None | Self::Unreadable => Ok(None),
            Self::Password(password) => keys.encrypt(id.as_str(), password).map(Some),
            Self::Account(secrets) => keys.encrypt(id.as_str(), &serde_json::to_string(secrets)?).map(Some),
        }
    }

    /// The transport as it is shown: it tells which secrets are stored.
    pub(crate) fn told(&self, mut transport: Transport) -> Transport {
        match &mut transport {
            Transport::Capture => {}
            Transport::Smtp(relay) => relay.password_set = *self != Self::None,
            Transport::Provider(account) => {
                let secrets = account.provider.fields().iter().filter(|field| field.is_secret).map(|field| field.name);
                account.secrets_set = match self {
                    Self::Account(known) => known.keys().cloned().collect(),
                    Self::Unreadable => secrets.map(str::to_owned).collect(),
                    Self::None | Self::Password(_) => std::collections::BTreeSet::new(),
                };
            }
        }
        transport
    }
}

/// The secrets of an account, from what was stored.
pub(crate) fn account_secrets(stored: &str) -> BTreeMap<String, String> {
    serde_json::from_str(stored).unwrap_or_default()
}

/// Refuses a change after which the transport would sign in without a secret that it needs: `password_needed` when the
/// stored one goes to another place, `password_missing` when there is none. A draft may still be without. Also what the
/// protocol of a provider finds wrong with its settings.
pub(crate) fn check(
    before: Option<(&Transport, &Password)>,
    after: &CheckedChannelConfiguration,
    is_active: bool,
) -> Result<(), Failure> {
    match &after.transport {
        Transport::Capture => Ok(()),
        Transport::Smtp(_) => Ok(check_password(before, after, is_active)?),
        Transport::Provider(_) => check_account(before, after, is_active),
    }
}

fn check_password(
    before: Option<(&Transport, &Password)>,
    after: &CheckedChannelConfiguration,
    is_active: bool,
) -> Result<(), Fault> {
    let is_oauth = has_named_secrets(&after.transport);
    let is_given = after.password.is_some() || after.secrets.contains_key(OAuthClient::CLIENT_SECRET);
    if is_given || !signs_in(&after.transport) {
        return Ok(());
    }
    let (path, moved, missing) = if is_oauth {
        (
            OAuthClient::CLIENT_SECRET,
            "The server, the client or the way to sign in changed: give the secret again.",
            NO_SECRET,
        )
    } else {
        ("password", "The host, port, user name or security changed: give the password again.", MISSING)
    };
    match before.filter(|(_, stored)| has_secret(&after.transport, stored)) {
        Some((transport, _)) if is_kept(transport, &after.transport) => Ok(()),
        Some((Transport::Smtp(_), _)) => Err(Fault::new(path, "password_needed", moved)),
        _ if is_active => Err(Fault::new(path, "password_missing", missing)),
        _ => Ok(()),
    }
}

/// Is there the one secret without which the relay lets nobody in?
fn has_secret(transport: &Transport, stored: &Password) -> bool {
    match stored {
        Password::Missing => false,
        Password::Unreadable => true,
        Password::Known(stored) => {
            !has_named_secrets(transport) || account_secrets(stored).contains_key(OAuthClient::CLIENT_SECRET)
        }
    }
}

/// Are there several secrets with names, not one without?
const fn has_named_secrets(transport: &Transport) -> bool {
    match transport {
        Transport::Capture => false,
        Transport::Smtp(relay) => relay.oauth.is_some(),
        Transport::Provider(_) => true,
    }
}

fn check_account(
    before: Option<(&Transport, &Password)>,
    after: &CheckedChannelConfiguration,
    is_active: bool,
) -> Result<(), Failure> {
    let Transport::Provider(account) = &after.transport else { return Ok(()) };
    let (known, moved) = match before {
        Some((transport, Password::Known(stored))) if is_kept(transport, &after.transport) => {
            (account_secrets(stored), false)
        }
        Some((Transport::Provider(old), Password::Known(_))) => (BTreeMap::new(), old.provider == account.provider),
        _ => (BTreeMap::new(), false),
    };
    let mut faults = Faults::default();
    let needed = account.provider.fields().iter().filter(|field| field.is_secret && field.is_required);
    for field in needed.filter(|field| !known.contains_key(field.name) && !after.secrets.contains_key(field.name)) {
        let path = format!("settings.{}", field.name);
        if moved {
            faults.add(path, "password_needed", "The address of the provider changed: give this again.");
        } else if is_active {
            faults.add(path, "password_missing", "This is needed, and none is stored.");
        }
    }
    if faults.is_empty() {
        faults = check_protocol(account, known.into_iter().chain(after.secrets.clone()).collect());
    }
    faults.into_result()
}

/// What the protocol says of the settings, when all that it needs is there: a draft may still be without secrets.
fn check_protocol(account: &domain::provider::ProviderAccount, secrets: BTreeMap<String, String>) -> Faults {
    let is_missing =
        |field: &&domain::provider::Field| field.is_secret && field.is_required && !secrets.contains_key(field.name);
    if account.provider.fields().iter().any(|field| is_missing(&field)) {
        return Faults::default();
    }
    let settings = Settings(account.settings.clone().into_iter().chain(secrets).collect());
    let faults = providers::check(account.provider, &settings).err().unwrap_or_default();
    Faults(faults.0.into_iter().map(|fault| fault.under("settings")).collect())
}

/// Refuses to activate a transport without a secret that it needs: Conflict `password_missing`, Invalid for an account.
pub(crate) fn check_complete(transport: &Transport, stored: &Password) -> Result<(), Failure> {
    match transport {
        Transport::Capture => Ok(()),
        Transport::Smtp(_) if signs_in(transport) && !has_secret(transport, stored) => {
            let text = if has_named_secrets(transport) { NO_SECRET } else { MISSING };
            Err(Failure::conflict("password_missing", text))
        }
        Transport::Smtp(_) => Ok(()),
        Transport::Provider(account) => {
            let known = match stored {
                Password::Known(stored) => account_secrets(stored),
                Password::Missing | Password::Unreadable => BTreeMap::new(),
            };
            let needed = account.provider.fields().iter().filter(|field| field.is_secret && field.is_required);
            let missing: Vec<_> =
                needed.filter(|field| !known.contains_key(field.name)).map(|field| field.label).collect();
            if !missing.is_empty() {
                let text = format!("This is needed, and none is stored: {}.", missing.join(", "));
                return Err(Failure::conflict("password_missing", text));
            }
            check_protocol(account, known).into_result()
        }
    }
}

/// How it is said that a password is missing.
const MISSING: &str = "The user name needs a password, and none is stored.";

/// How it is said that a client secret is missing.
const NO_SECRET: &str = "The client needs its secret, and none is stored.";

/// Does the relay need a password?
fn signs_in(transport: &Transport) -> bool {
    matches!(transport, Transport::Smtp(relay) if !relay.username.is_empty())
}

/// Do the stored secrets stay when none are given?
fn is_kept(before: &Transport, after: &Transport) -> bool {
    let client = |oauth: &OAuthClient| (oauth.token_url.clone(), oauth.client_id.clone());
    let place = |relay: &SmtpRelay| {
        (relay.host.to_lowercase(), relay.port, relay.username.clone(), relay.oauth.as_ref().map(client))
    };
    let strength = |relay: &SmtpRelay| match relay.security {
        SmtpSecurity::None => 0,
        SmtpSecurity::StartTls => 1,
        SmtpSecurity::Tls => 2,
    };
    match (before, after) {
        (Transport::Smtp(before), Transport::Smtp(after)) => {
            place(before) == place(after) && strength(before) <= strength(after)
        }
        (Transport::Provider(before), Transport::Provider(after)) => before.is_same_place(after),
        _ => false,
    }
}
