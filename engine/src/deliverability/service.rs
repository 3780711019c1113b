//! Services that send for others, from addresses of their own: which include lets them through.

use domain::provider::ProviderKind;

/// A service, as people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) label: &'static str,
    /// What SPF records of its customers include.
    pub(super) include: &'static str,
    /// Ends of the names of its relays.
    hosts: &'static [&'static str],
    provider: Option<ProviderKind>,
}

const SERVICES: &[Service] = &[
    Service {
        label: "Amazon SES",
        include: "amazonses.com",
        hosts: &[".amazonaws.com"],
        provider: Some(ProviderKind::Ses),
    },
    Service {
        label: "SendGrid",
        include: "sendgrid.net",
        hosts: &[".sendgrid.net"],
        provider: Some(ProviderKind::SendGrid),
    },
    Service {
        label: "Postmark",
        include: "spf.mtasv.net",
        hosts: &[".postmarkapp.com"],
        provider: Some(ProviderKind::Postmark),
    },
    Service {
        label: "Mailgun",
        include: "mailgun.org",
        hosts: &[".mailgun.org"],
        provider: Some(ProviderKind::Mailgun),
    },
    Service {
        label: "Google",
        include: "_spf.google.com",
        hosts: &["smtp.gmail.com", "smtp-relay.gmail.com"],
        provider: None,
    },
    Service {
        label: "Microsoft 365",
        include: "spf.protection.outlook.com",
        hosts: &[".office365.com", ".mail.protection.outlook.com"],
        provider: None,
    },
    Service { label: "Brevo", include: "spf.brevo.com", hosts: &["smtp-relay.brevo.com"], provider: None },
    Service { label: "Mailjet", include: "spf.mailjet.com", hosts: &[".mailjet.com"], provider: None },
    Service { label: "Mandrill", include: "spf.mandrillapp.com", hosts: &[".mandrillapp.com"], provider: None },
];

/// The service whose relay this is. The hosts of Amazon are those of SES only when they say so.
pub(super) fn of_host(host: &str) -> Option<Service> {
    let is_of = |service: &&Service| {
        service.hosts.iter().any(|end| if end.starts_with('.') { host.ends_with(end) } else { host == *end })
    };
    let found = SERVICES.iter().copied().find(|service| is_of(&service))?;
    (!host.ends_with(".amazonaws.com") || host.starts_with("email-smtp")).then_some(found)
}

pub(super) fn of_provider(provider: ProviderKind) -> Option<Service> {
    SERVICES.iter().copied().find(|service| service.provider == Some(provider))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_of_a_service_is_known_by_its_name() {
        for (host, label) in [
            ("email-smtp.eu-west-1.amazonaws.com", Some("Amazon SES")),
            ("ec2-192-0-2-1.compute-1.amazonaws.com", None),
            ("smtp.eu.mailgun.org", Some("Mailgun")),
            ("smtp.gmail.com", Some("Google")),
            ("smtp.gmail.com.example.com", None),
            ("example-com.mail.protection.outlook.com", Some("Microsoft 365")),
            ("mail.example.com", None),
        ] {
            assert_eq!(of_host(host).map(|service| service.label), label, "{host}");
        }
    }

    #[test]
    fn every_provider_of_mails_has_its_include() {
        let of_mails =
            ProviderKind::ALL.iter().filter(|it| it.channel() == domain::channel_configuration::Channel::Email);
        for provider in of_mails {
            assert!(of_provider(*provider).is_some(), "{provider}");
        }
    }
}
