//! What a finding says, and what to change, in the page's language.

use domain::deliverability::{Finding, MxFinding, RelayFinding, ReturnFinding, Trouble};

use super::proof;
use crate::i18n::texts;

/// What was found, and what to do about it, where there is something.
pub(super) type Words = (String, Option<String>);

/// Of any finding.
pub fn words(finding: &Finding) -> Words {
    let t = &texts().deliverability;
    match finding {
        Finding::NotLookedUp { name, why } => {
            (t.not_looked_up(name, trouble(*why)), Some(t.not_looked_up_change.to_owned()))
        }
        Finding::Relay(finding) => of_relay(finding),
        Finding::Spf(finding) => proof::of_spf(finding),
        Finding::Dkim(finding) => proof::of_dkim(finding),
        Finding::Dmarc(finding) => proof::of_dmarc(finding),
        Finding::Mx(finding) => of_mx(finding),
        Finding::Return(finding) => of_return(finding),
    }
}

/// Nothing is to be changed.
pub(super) fn fine(text: impl Into<String>) -> Words {
    (text.into(), None)
}

/// With what to change.
pub(super) fn mend(text: impl Into<String>, change: impl Into<String>) -> Words {
    (text.into(), Some(change.into()))
}

fn trouble(why: Trouble) -> &'static str {
    let t = &texts().deliverability;
    match why {
        Trouble::TimedOut => t.why_timed_out,
        Trouble::Refused => t.why_refused,
        Trouble::Unreachable => t.why_unreachable,
        Trouble::TooMuch => t.why_too_much,
    }
}

fn of_relay(finding: &RelayFinding) -> Words {
    let t = &texts().deliverability;
    match finding {
        RelayFinding::NothingLeaves => fine(t.nothing_leaves),
        RelayFinding::OfService { service } => fine(t.of_service(service)),
        RelayFinding::NoAddress { host } => mend(t.relay_no_address(host), t.relay_no_address_change),
        RelayFinding::Private { address } => mend(t.relay_private(address), t.relay_private_change),
        RelayFinding::Confirmed { address, name } => fine(t.ptr_confirmed(address, name)),
        RelayFinding::NoName { address } => mend(t.ptr_no_name(address), t.ptr_no_name_change),
        RelayFinding::NotConfirmed { address, name } => {
            mend(t.ptr_not_confirmed(address, name), t.ptr_not_confirmed_change)
        }
    }
}

fn of_mx(finding: &MxFinding) -> Words {
    let t = &texts().deliverability;
    match finding {
        MxFinding::Leads { host } => fine(t.mx_leads(host)),
        MxFinding::Missing => mend(t.mx_missing, t.mx_missing_change),
        MxFinding::AddressOnly => mend(t.mx_address_only, t.mx_missing_change),
        MxFinding::TakesNone => mend(t.mx_takes_none, t.mx_missing_change),
        MxFinding::NoAddress { host } => mend(t.mx_no_address(host), t.mx_no_address_change),
    }
}

fn of_return(finding: &ReturnFinding) -> Words {
    let t = &texts().deliverability;
    match finding {
        ReturnFinding::NotSet => mend(t.return_not_set, t.return_not_set_change),
        ReturnFinding::NotListening => mend(t.return_not_listening, t.return_not_listening_change),
        ReturnFinding::LeadsHere { host } => fine(t.return_here(host)),
        ReturnFinding::LeadsElsewhere { here } => mend(t.return_elsewhere(here), t.return_elsewhere_change),
    }
}
