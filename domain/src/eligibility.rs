//! Who may be written to: what is asked of every message, in this order, and why one is not sent. Explained in
//! `docs/eligibility.md`.

use crate::channel_configuration::Channel;
use crate::word::words;

words! {
    /// What is asked before a message goes. The order is that of asking: the first no decides, and nothing more is asked.
    CheckCode {
        /// Accepted while the campaign was live. A stop that came later does not reach it.
        CampaignLive = "campaign_live",
        /// The channel can carry something there.
        AddressValid = "address_valid",
        NotSuppressed = "not_suppressed",
        /// Email, while the allow list of the sandbox is active.
        Allowed = "allowed",
        /// Marketing: the person wants it.
        Consented = "consented",
        /// Of a campaign with variants: one of them is for the person.
        VariantChosen = "variant_chosen",
        /// Every value that the content needs is there.
        ContextComplete = "context_complete",
        ConfigurationActive = "configuration_active",
        /// Marketing: it is no time at which the person is left alone. The first check whose no may become a yes by waiting.
        OutsideQuietHours = "outside_quiet_hours",
        /// Never a no: whether the message leaves this machine.
        SandboxMode = "sandbox_mode",
        /// Marketing: the person has not had enough already. The last, because its yes takes a place.
        WithinCaps = "within_caps",
    }
}

words! {
    /// Why it was decided that a message is not sent, as in `reason` of one that is `excluded`. Nothing was tried.
    Exclusion {
        /// The address is not written to any more.
        Suppressed = "suppressed",
        /// Nobody at the domain is written to.
        DomainSuppressed = "domain_suppressed",
        /// The allow list is active, and neither the address nor its domain is on it.
        NotAllowed = "not_allowed",
        /// Nobody asked the person, and the sandbox wants it so.
        NoConsent = "no_consent",
        /// The person was asked to confirm and has not yet.
        ConsentPending = "consent_pending",
        /// The person said no.
        OptedOut = "opted_out",
        /// The experiment of the campaign leaves the person out.
        ExperimentHoldout = "experiment_holdout",
        /// No targeting rule holds for the person, and there is no fallback.
        NoTarget = "no_target",
        /// The campaign does not speak the language of the person, and there is no fallback.
        NoLanguage = "no_language",
        /// The person is left alone at this time, and the rule says not to wait.
        QuietHours = "quiet_hours",
        /// It waited for the end of quiet hours for longer than messages do.
        QuietHoursExpired = "quiet_hours_expired",
        /// The person has had as many messages as a rule allows.
        FrequencyCap = "frequency_cap",
        /// Nothing is known by which the person is reached on this channel.
        NoAddress = "no_address",
        /// The person has no device with the app.
        NoDevice = "no_push_token",
        /// Rate control: its turn would have come after the end of the run.
        RateWindowOver = "rate_window_over",
        /// The campaign was stopped before it was made.
        CampaignStopped = "campaign_stopped",
    }
}

impl Exclusion {
    /// The reference's code for it (reference §4.9); `None` where the reference has none.
    pub const fn reference_code(self, channel: Channel) -> Option<&'static str> {
        use Channel::{Email, Mobile, Push};
        Some(match (self, channel) {
            (Self::Suppressed, Email) => "050102",
            (Self::Suppressed, _) => "050107",
            (Self::DomainSuppressed, _) => "050105",
            (Self::NotAllowed, _) => "050108",
            (Self::NoConsent | Self::ConsentPending | Self::OptedOut, Email) => "050101",
            (Self::NoConsent | Self::ConsentPending | Self::OptedOut, Mobile) => "050104",
            (Self::NoConsent | Self::ConsentPending | Self::OptedOut, Push) => "050111",
            (Self::ExperimentHoldout, _) => "050018",
            (Self::NoTarget | Self::NoLanguage, Email) => "050026",
            (Self::NoTarget | Self::NoLanguage, Mobile) => "050154",
            (Self::NoTarget | Self::NoLanguage, Push) => "050035",
            (Self::QuietHours | Self::QuietHoursExpired | Self::FrequencyCap, _) => "050002",
            (Self::NoAddress, Email) => "050020",
            (Self::NoAddress, Mobile) => "050153",
            (Self::NoAddress | Self::NoDevice, Push) => "050030",
            (Self::NoDevice | Self::RateWindowOver | Self::CampaignStopped, _) => return None,
        })
    }

    /// Why the message was decided against with this reason; `None`: it was not.
    pub fn of(reason: &str) -> Option<Self> {
        reason.parse().ok()
    }

    /// The question that it is the no to; `None`: it was decided when the message was made.
    pub const fn check(self) -> Option<CheckCode> {
        match self {
            Self::Suppressed | Self::DomainSuppressed => Some(CheckCode::NotSuppressed),
            Self::NotAllowed => Some(CheckCode::Allowed),
            Self::NoConsent | Self::ConsentPending | Self::OptedOut => Some(CheckCode::Consented),
            Self::ExperimentHoldout | Self::NoTarget | Self::NoLanguage => Some(CheckCode::VariantChosen),
            Self::QuietHours | Self::QuietHoursExpired => Some(CheckCode::OutsideQuietHours),
            Self::FrequencyCap => Some(CheckCode::WithinCaps),
            Self::NoAddress | Self::NoDevice | Self::RateWindowOver | Self::CampaignStopped => None,
        }
    }

    /// What would have to be otherwise for the next message to go.
    pub const fn what_would_change_it(self) -> &'static str {
        match self {
            Self::Suppressed => {
                "Take the address off the suppression list, once it is known to work and its owner wants mail again."
            }
            Self::DomainSuppressed => "Take the domain off the suppression list.",
            Self::NotAllowed => "Put the address or its domain on the allow list, or switch the list off.",
            Self::NoConsent => {
                "The person opts in: by a form, by double opt-in, by a keyword, or by an import of people who have."
            }
            Self::ConsentPending => "The person confirms by the link in the mail that asked.",
            Self::OptedOut => "The person opts in again, on the preference page or in words of their own.",
            Self::ExperimentHoldout => {
                "Nothing, while the experiment runs: whoever is left out tells what the messages do."
            }
            Self::NoTarget => {
                "Add a targeting rule that holds for the person, or let the main content be for all others."
            }
            Self::NoLanguage => "Offer the language of the person, or choose one for all others.",
            Self::QuietHours => {
                "Send outside the quiet hours, or let the rule hold messages back instead of discarding them."
            }
            Self::QuietHoursExpired => "Shorten the quiet hours: a message waits for seven days at most.",
            Self::FrequencyCap => "Send after the window of the rule has ended, or raise its count.",
            Self::NoAddress => "Give the person an address on this channel, in the call or on the profile.",
            Self::NoDevice => "The app registers the person's device.",
            Self::RateWindowOver => "Raise the messages per second of the campaign, or run it for fewer people.",
            Self::CampaignStopped => "Activate the campaign again, and call once more.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exclusion_that_a_check_makes_has_the_code_of_the_reference_on_email() {
        for exclusion in Exclusion::ALL.iter().copied().filter(|exclusion| exclusion.check().is_some()) {
            let code = exclusion.reference_code(Channel::Email).unwrap();
            assert!(code.len() == 6 && code.starts_with("050"), "{exclusion}: {code}");
        }
    }

    #[test]
    fn consent_is_told_by_channel_as_the_reference_does() {
        let code = |channel| Exclusion::OptedOut.reference_code(channel).unwrap();
        assert_eq!([Channel::Email, Channel::Mobile, Channel::Push].map(code), ["050101", "050104", "050111"]);
    }

    #[test]
    fn what_a_server_said_is_no_exclusion() {
        assert_eq!(Exclusion::of("suppressed"), Some(Exclusion::Suppressed));
        assert_eq!(Exclusion::of("smtp_550"), None);
    }
}
