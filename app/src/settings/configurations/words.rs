//! Words of configurations in the page's language.

use domain::channel_configuration::{
    Category, ChannelConfigurationStatus, SmtpAuth, SmtpSecurity, Transport, TransportKind,
};
use domain::consent::ConsentLevel;
use domain::provider::{ProviderAccount, ProviderKind};
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::{Signal4, StateBadge};

/// What can be picked as destination.
pub fn transport_name(kind: TransportKind) -> String {
    let t = texts();
    match kind {
        TransportKind::Capture => t.configurations.capture.to_owned(),
        TransportKind::Smtp => t.configurations.smtp.to_owned(),
        TransportKind::Provider(provider) => provider.label().to_owned(),
    }
}

/// Marketing or transactional.
pub fn category_name(category: Category) -> &'static str {
    let t = texts();
    match category {
        Category::Marketing => t.configurations.marketing,
        Category::Transactional => t.configurations.transactional,
    }
}

/// What an answer to a message means.
pub fn consent_level_name(level: ConsentLevel) -> &'static str {
    let t = texts();
    match level {
        ConsentLevel::Channel => t.configurations.consent_level_channel,
        ConsentLevel::Identity => t.configurations.consent_level_identity,
    }
}

/// How we sign in.
pub fn auth_name(auth: SmtpAuth) -> &'static str {
    let t = texts();
    match auth {
        SmtpAuth::Password => t.configurations.auth_password,
        SmtpAuth::XOAuth2 => t.configurations.auth_xoauth2,
    }
}

/// How the connection is protected.
pub fn security_name(security: SmtpSecurity) -> &'static str {
    let t = texts();
    match security {
        SmtpSecurity::None => t.configurations.security_none,
        SmtpSecurity::StartTls => t.configurations.security_starttls,
        SmtpSecurity::Tls => t.configurations.security_tls,
    }
}

/// Where messages go, in one line.
pub fn transport_text(transport: &Transport) -> String {
    match transport {
        Transport::Capture => texts().configurations.capture.to_owned(),
        Transport::Smtp(relay) => format!("SMTP {}:{}", relay.host, relay.port),
        Transport::Provider(account) => {
            let name = account.provider.label();
            account_id(account).map_or_else(|| name.to_owned(), |id| format!("{name} {id}"))
        }
    }
}

/// What tells the account from others at its provider, as far as it is no secret.
fn account_id(account: &ProviderAccount) -> Option<&str> {
    let names: &[&str] = match account.provider {
        ProviderKind::Ses => &["region"],
        ProviderKind::SendGrid | ProviderKind::Fcm => &[],
        ProviderKind::Postmark => &["messageStream"],
        ProviderKind::Mailgun => &["domain"],
        ProviderKind::Twilio => &["accountSid"],
        ProviderKind::Sinch => &["servicePlanId"],
        ProviderKind::Infobip => &["baseUrl"],
        ProviderKind::Vonage => &["applicationId", "apiKey"],
        ProviderKind::Smpp => &["systemId"],
        ProviderKind::Custom => &["url"],
        ProviderKind::Apns => &["teamId"],
        ProviderKind::WebPush => &["subject"],
    };
    names.iter().find_map(|name| account.settings.get(*name)).map(String::as_str)
}

/// Draft, active or deactivated.
pub fn status_name(status: ChannelConfigurationStatus) -> &'static str {
    let t = texts();
    match status {
        ChannelConfigurationStatus::Draft => t.configurations.draft,
        ChannelConfigurationStatus::Active => t.configurations.active,
        ChannelConfigurationStatus::Deactivated => t.configurations.deactivated,
    }
}

/// Dot and word of a status.
#[component]
pub fn StatusBadge(status: ChannelConfigurationStatus) -> impl IntoView {
    let signal = match status {
        ChannelConfigurationStatus::Draft => Signal4::Quiet,
        ChannelConfigurationStatus::Active => Signal4::Ok,
        ChannelConfigurationStatus::Deactivated => Signal4::Warning,
    };
    view! { <StateBadge signal text=status_name(status)/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(provider: ProviderKind, settings: &[(&str, &str)]) -> Transport {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Transport::Provider(ProviderAccount { provider, settings, secrets_set: [].into() })
    }

    #[test]
    fn a_provider_is_named_with_its_account() {
        assert_eq!(transport_text(&account(ProviderKind::Twilio, &[("accountSid", "AC1")])), "Twilio AC1");
        assert_eq!(transport_text(&account(ProviderKind::Vonage, &[("apiKey", "a1")])), "Vonage a1");
        assert_eq!(transport_text(&account(ProviderKind::SendGrid, &[("webhookPublicKey", "MFk")])), "SendGrid");
    }

    #[test]
    fn no_secret_tells_accounts_apart() {
        for provider in ProviderKind::ALL {
            let all: Vec<_> = provider.fields().iter().map(|field| (field.name, field.name)).collect();
            let Transport::Provider(account) = account(*provider, &all) else { panic!("{provider}") };
            let shown = account_id(&account).and_then(|name| provider.fields().iter().find(|it| it.name == name));
            assert!(shown.is_none_or(|field| !field.is_secret), "{provider}");
        }
    }
}
