//! Words of configurations in the page's language.

use domain::channel_configuration::{Category, ChannelConfigurationStatus, SmtpSecurity, Transport};
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::{Signal4, StateBadge};

/// Marketing or transactional.
pub fn category_name(category: Category) -> &'static str {
    let t = texts();
    match category {
        Category::Marketing => t.configurations.marketing,
        Category::Transactional => t.configurations.transactional,
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
    }
}

/// Dot and word of a status.
#[component]
pub fn StatusBadge(status: ChannelConfigurationStatus) -> impl IntoView {
    let t = texts();
    let (signal, text) = match status {
        ChannelConfigurationStatus::Draft => (Signal4::Quiet, t.configurations.draft),
        ChannelConfigurationStatus::Active => (Signal4::Ok, t.configurations.active),
        ChannelConfigurationStatus::Deactivated => (Signal4::Warning, t.configurations.deactivated),
    };
    view! { <StateBadge signal text/> }
}
