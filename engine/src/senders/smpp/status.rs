//! What a `command_status` means (SMPP 3.4 §5.1.3; the codes from 0x100 on are of SMPP 5.0 §4.7.6).

use std::time::Duration;

use rusmpp::CommandStatus;

use crate::providers::{Meaning, Reading};

/// Reads the status of an answer to a submission. An `EsmeRok` is accepted, without an id.
pub(super) fn read(status: CommandStatus, pause: Duration) -> Reading {
    use CommandStatus as S;
    let meaning = match status {
        S::EsmeRok => return Reading { meaning: accepted(None), reason: String::new(), words: String::new() },
        S::EsmeRthrottled | S::EsmeRmsgqful => Meaning::Busy { retry_after: Some(pause) },
        S::EsmeRinvdstadr | S::EsmeRinvdlname | S::EsmeRinvdestflag => Meaning::BadAddress,
        // the number is what it is; it is the account that may not write it so, or not at all
        S::EsmeRinvsrcadr | S::EsmeRinvsrcton | S::EsmeRinvsrcnpi | S::EsmeRinvdstton | S::EsmeRinvdstnpi => {
            Meaning::Misconfigured
        }
        S::EsmeRbindfail | S::EsmeRinvpaswd | S::EsmeRinvsysid | S::EsmeRinvsystyp => Meaning::Misconfigured,
        S::EsmeRinvsertyp | S::EsmeRsertypunauth | S::EsmeRsertypdenied | S::EsmeRprohibited => Meaning::Misconfigured,
        // the account's settings ask for something the SMSC does not know
        S::EsmeRinvesmclass | S::EsmeRinvdcs | S::EsmeRtlvnotallwd | S::EsmeRinvregdlvflg => Meaning::Misconfigured,
        S::EsmeRsyserr | S::EsmeRinvbndsts | S::EsmeRalybnd | S::EsmeRxTAppn | S::EsmeRsertypunavail => Meaning::Retry,
        S::EsmeRsubmitfail | S::EsmeRunknownerr | S::EsmeRdeliveryfailure => Meaning::Retry,
        // the SMSC's own: nobody but its manual knows, so it is tried again
        S::Other(_) => Meaning::Retry,
        // lengths, flags, parameters: the same message will never be right
        _ => Meaning::Rejected,
    };
    Reading { meaning, reason: format!("smpp_{}", code(status)), words: format!("{status:?}") }
}

/// Reads a refused bind. Whatever is not known to pass is for a person to mend: an SMSC locks who keeps knocking.
pub(super) fn read_bind(status: CommandStatus) -> Reading {
    use CommandStatus as S;
    let reading = read(status, Duration::ZERO);
    let meaning = match status {
        S::EsmeRsyserr | S::EsmeRalybnd | S::EsmeRthrottled | S::EsmeRmsgqful | S::EsmeRunknownerr => Meaning::Retry,
        S::Other(_) | S::EsmeRxTAppn => Meaning::Retry,
        _ => Meaning::Misconfigured,
    };
    Reading { meaning, ..reading }
}

/// Accepted under a name.
pub(super) fn accepted(provider_id: Option<String>) -> Meaning {
    Meaning::Accepted { provider_id }
}

/// The graver of two: a message is as well off as its worst part.
pub(super) fn worse(one: Reading, other: Reading) -> Reading {
    let weight = |reading: &Reading| match reading.meaning {
        Meaning::Accepted { .. } => 0,
        Meaning::Busy { .. } => 1,
        Meaning::Retry | Meaning::TokenExpired => 2,
        Meaning::Rejected => 3,
        Meaning::BadAddress => 4,
        Meaning::Misconfigured => 5,
    };
    if weight(&other) > weight(&one) { other } else { one }
}

/// A reading of our own.
pub(super) fn reading(meaning: Meaning, reason: &str, words: &str) -> Reading {
    Reading { meaning, reason: reason.into(), words: words.into() }
}

/// The session is not there now; nothing is said of the message.
pub(super) fn busy(words: &str, retry_after: Duration) -> Reading {
    reading(Meaning::Busy { retry_after: Some(retry_after) }, "smpp_not_connected", words)
}

/// Four hexadecimal digits, as manuals print it.
fn code(status: CommandStatus) -> String {
    format!("{:04x}", u32::from(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(2);

    #[test]
    fn each_status_says_what_to_do_with_the_message() {
        let busy = Meaning::Busy { retry_after: Some(PAUSE) };
        let rows = [
            (0x00, accepted(None)),
            (0x58, busy.clone()),
            (0x14, busy),
            (0x0B, Meaning::BadAddress),
            (0x0A, Meaning::Misconfigured),
            (0x0D, Meaning::Misconfigured),
            (0x0E, Meaning::Misconfigured),
            (0x0F, Meaning::Misconfigured),
            (0x15, Meaning::Misconfigured),
            (0x48, Meaning::Misconfigured),
            (0x101, Meaning::Misconfigured),
            (0x104, Meaning::Misconfigured),
            (0x08, Meaning::Retry),
            (0x45, Meaning::Retry),
            (0x64, Meaning::Retry),
            (0xFF, Meaning::Retry),
            (0x0400, Meaning::Retry),
            (0x01, Meaning::Rejected),
            (0x61, Meaning::Rejected),
            (0x65, Meaning::Rejected),
            (0xC4, Meaning::Rejected),
        ];
        for (number, meaning) in rows {
            assert_eq!(read(CommandStatus::from(number), PAUSE).meaning, meaning, "{number:#x}");
        }
    }

    #[test]
    fn a_reason_is_the_number_that_the_manual_prints() {
        let reading = read(CommandStatus::EsmeRthrottled, PAUSE);
        assert_eq!((reading.reason.as_str(), reading.words.as_str()), ("smpp_0058", "EsmeRthrottled"));
        assert_eq!(read(CommandStatus::Other(0x0401), PAUSE).reason, "smpp_0401");
        assert_eq!(read(CommandStatus::EsmeRok, PAUSE).reason, "");
    }

    #[test]
    fn a_refused_bind_waits_for_a_person_unless_it_is_known_to_pass() {
        for number in [0x0D, 0x0E, 0x0F, 0x53, 0x04, 0x45] {
            assert_eq!(read_bind(CommandStatus::from(number)).meaning, Meaning::Misconfigured, "{number:#x}");
        }
        for number in [0x05, 0x08, 0x58, 0x14, 0x0400] {
            assert_eq!(read_bind(CommandStatus::from(number)).meaning, Meaning::Retry, "{number:#x}");
        }
    }

    #[test]
    fn a_message_is_as_well_off_as_its_worst_part() {
        let of = |number| read(CommandStatus::from(number), PAUSE);
        assert_eq!(worse(of(0x00), of(0x58)), of(0x58));
        assert_eq!(worse(of(0x0B), of(0x58)), of(0x0B));
        assert_eq!(worse(of(0x45), of(0x01)), of(0x01));
    }
}
