//! Everything a check can find, each with what it takes to say it. The words are the console's.

use serde::{Deserialize, Serialize};

use super::{State, Trouble};
use crate::word::words;

/// One thing that was found. Texts from the DNS are printable ASCII, and short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Finding {
    NotLookedUp { name: String, why: Trouble },
    Relay(RelayFinding),
    Spf(SpfFinding),
    Dkim(DkimFinding),
    Dmarc(DmarcFinding),
    Mx(MxFinding),
    Return(ReturnFinding),
}

/// Of the server that passes our mails on, and of its addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RelayFinding {
    /// Mails stay in the capture inbox.
    NothingLeaves,
    /// A provider sends from addresses of its own.
    OfService {
        service: String,
    },
    NoAddress {
        host: String,
    },
    /// Receivers see another address, which cannot be known here.
    Private {
        address: String,
    },
    /// The address has a name, and the name has the address.
    Confirmed {
        address: String,
        name: String,
    },
    NoName {
        address: String,
    },
    /// The name leads elsewhere.
    NotConfirmed {
        address: String,
        name: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SpfFinding {
    /// There is one record, and it can be read; it needs so many lookups at most.
    Reads {
        lookups: usize,
    },
    Missing,
    /// More than one record: none counts (RFC 7208 §4.5).
    Several {
        count: usize,
    },
    Syntax {
        term: String,
    },
    /// More than 10 (RFC 7208 §4.6.4).
    TooManyLookups {
        lookups: usize,
    },
    /// More than 2 that find nothing (RFC 7208 §4.6.4).
    TooManyVoidLookups {
        lookups: usize,
    },
    /// What is included has no record of its own that can be read, or includes itself.
    BadInclude {
        name: String,
    },
    /// `+all`: everybody may send.
    LetsAll,
    /// `?all`, or nothing at the end: receivers learn nothing of mails from elsewhere.
    EndsOpen {
        by: String,
    },
    /// `ptr` must not be used (RFC 7208 §5.5).
    Ptr,
    LetsThrough {
        address: String,
        by: String,
    },
    Refuses {
        address: String,
    },
    /// A macro decides, for each mail anew.
    Macro {
        address: String,
    },
    Includes {
        service: String,
        include: String,
    },
    Lacks {
        service: String,
        include: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DkimFinding {
    /// Nothing is signed here.
    Off,
    /// Nothing is signed here, and the provider signs what it sends.
    ByService {
        service: String,
    },
    /// The stored key was stored with another secret key.
    Unreadable,
    Matches,
    Missing,
    Several {
        count: usize,
    },
    /// Another key than ours stands there.
    OtherKey,
    /// `p=` is empty.
    Revoked,
    /// `t=y`: receivers treat mails as if they were not signed.
    Testing,
    /// The record refuses what we do: `h=` without sha256, `s=` without email, another `k=` or `v=`.
    Forbids {
        tag: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DmarcFinding {
    /// `none`, `quarantine`, `reject`.
    Policy {
        policy: String,
    },
    Missing,
    /// More than one record: none counts (RFC 7489 §6.6.3).
    Several {
        count: usize,
    },
    /// The tag cannot be read, or `p` is missing.
    Syntax {
        tag: String,
    },
    /// It stands at the organisation's domain and holds here, too.
    Inherited {
        from: String,
    },
    /// No `rua`: nobody tells what becomes of the mails.
    NoReports,
    Reports {
        to: String,
    },
    /// The domain of the address takes no reports about ours (RFC 7489 §7.1).
    ReportsRefused {
        to: String,
        record: String,
    },
    Aligned {
        spf: Alignment,
        dkim: Alignment,
    },
}

words! {
    /// Does what SPF or DKIM proves belong to the domain that people see (RFC 7489 §3.1)?
    Alignment {
        Aligned = "aligned",
        /// It is proven, and is another domain.
        Strangers = "strangers",
        /// It is not done.
        Absent = "absent",
        /// The provider decides.
        Unknown = "unknown",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MxFinding {
    Leads {
        host: String,
    },
    /// Neither MX nor address.
    Missing,
    /// Without MX, mail goes to the address of the domain itself (RFC 5321 §5.1).
    AddressOnly,
    /// `0 .`: the domain takes no mail (RFC 7505).
    TakesNone,
    NoAddress {
        host: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReturnFinding {
    /// No return domain is set: bounces go to the from-address, and nobody counts them.
    NotSet,
    /// This server takes no mail in.
    NotListening,
    LeadsHere {
        host: String,
    },
    /// Perhaps from there it is passed on to here.
    LeadsElsewhere {
        here: String,
    },
}

impl Finding {
    /// How good or bad that is.
    pub const fn state(&self) -> State {
        match self {
            Self::NotLookedUp { .. } => State::Unknown,
            Self::Relay(finding) => finding.state(),
            Self::Spf(finding) => finding.state(),
            Self::Dkim(finding) => finding.state(),
            Self::Dmarc(finding) => finding.state(),
            Self::Mx(finding) => finding.state(),
            Self::Return(finding) => finding.state(),
        }
    }
}

impl RelayFinding {
    const fn state(&self) -> State {
        match self {
            Self::Confirmed { .. } => State::Good,
            Self::NothingLeaves | Self::OfService { .. } | Self::Private { .. } => State::Unknown,
            Self::NoAddress { .. } | Self::NoName { .. } | Self::NotConfirmed { .. } => State::Bad,
        }
    }
}

impl SpfFinding {
    const fn state(&self) -> State {
        match self {
            Self::Reads { .. } | Self::LetsThrough { .. } | Self::Includes { .. } => State::Good,
            Self::Macro { .. } => State::Unknown,
            // A provider may send with a return address of its own domain: then this record is not asked.
            Self::EndsOpen { .. } | Self::Ptr | Self::Lacks { .. } => State::Warning,
            Self::Missing
            | Self::Several { .. }
            | Self::Syntax { .. }
            | Self::TooManyLookups { .. }
            | Self::TooManyVoidLookups { .. }
            | Self::BadInclude { .. }
            | Self::LetsAll
            | Self::Refuses { .. } => State::Bad,
        }
    }
}

impl DkimFinding {
    const fn state(&self) -> State {
        match self {
            Self::Matches => State::Good,
            Self::ByService { .. } => State::Unknown,
            Self::Off | Self::Testing => State::Warning,
            Self::Unreadable
            | Self::Missing
            | Self::Several { .. }
            | Self::OtherKey
            | Self::Revoked
            | Self::Forbids { .. } => State::Bad,
        }
    }
}

impl DmarcFinding {
    const fn state(&self) -> State {
        match self {
            Self::Policy { .. } | Self::Inherited { .. } | Self::Reports { .. } => State::Good,
            Self::NoReports | Self::ReportsRefused { .. } => State::Warning,
            Self::Missing | Self::Several { .. } | Self::Syntax { .. } => State::Bad,
            Self::Aligned { spf: Alignment::Aligned, .. } | Self::Aligned { dkim: Alignment::Aligned, .. } => {
                State::Good
            }
            Self::Aligned { spf: Alignment::Unknown, .. } | Self::Aligned { dkim: Alignment::Unknown, .. } => {
                State::Unknown
            }
            Self::Aligned { .. } => State::Bad,
        }
    }
}

impl MxFinding {
    const fn state(&self) -> State {
        match self {
            Self::Leads { .. } => State::Good,
            Self::AddressOnly => State::Warning,
            Self::Missing | Self::TakesNone | Self::NoAddress { .. } => State::Bad,
        }
    }
}

impl ReturnFinding {
    const fn state(&self) -> State {
        match self {
            Self::LeadsHere { .. } => State::Good,
            Self::NotSet | Self::NotListening | Self::LeadsElsewhere { .. } => State::Warning,
        }
    }
}
