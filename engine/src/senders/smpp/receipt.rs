//! Delivery receipts: a text of its own form (SMPP 3.4 appendix B, which every SMSC bends a little) and the parameters
//! `receipted_message_id` and `message_state` (§5.3.2.12 and §5.3.2.35), which are believed first.

use domain::Timestamp;

use super::account::IdFormat;
use crate::providers::{ToldKind, one_line};

/// What an SMSC tells of a message that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Of one part, as the answer to it called it.
    pub provider_id: String,
    pub kind: ToldKind,
    /// `smpp_undeliv` and the like; empty when delivered.
    pub reason: String,
    /// The receipt's own words: state and error.
    pub words: String,
    /// Its done date, read as UTC though an SMSC may write its local time: good to show, not to reckon with.
    pub at: Option<Timestamp>,
}

/// What a receipt has beside its text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parameters<'a> {
    pub id: Option<&'a str>,
    pub state: Option<u8>,
    /// Type of network and code.
    pub network_error: Option<(u8, u16)>,
}

/// Reads a receipt; `None`: it names no message or no state.
pub(super) fn read(text: &str, parameters: Parameters<'_>, ids: IdFormat) -> Option<Receipt> {
    let id = id(text, parameters.id, ids)?;
    let written = field(text, &["stat", "status", "state"]);
    let state = parameters.state.and_then(State::of_number).or_else(|| written.and_then(State::of_word))?;
    let (kind, reason) = state.told();
    let mut words = vec![written.unwrap_or(state.word()).to_owned()];
    words.extend(
        field(text, &["err", "error"]).filter(|error| error.bytes().any(|o| o != b'0')).map(|e| format!("err {e}")),
    );
    words.extend(parameters.network_error.map(|(network, code)| format!("network {network} error {code}")));
    Some(Receipt {
        provider_id: one_line(&id),
        kind,
        reason: reason.to_owned(),
        words: one_line(&words.join(", ")),
        at: field(text, &["done date", "done_date", "donedate"]).and_then(date),
    })
}

/// Where answer and receipt write ids alike, the parameter goes first. Where they do not, that is known of the text; the
/// parameter is then a copy of the answer's id.
fn id(text: &str, parameter: Option<&str>, ids: IdFormat) -> Option<String> {
    let parameter = parameter.filter(|id| !id.is_empty()).map(|id| ids.of_answer(id));
    let written = field(text, &["id", "message_id", "msgid"]).map(|id| ids.of_receipt(id));
    if ids == IdFormat::Same { parameter.or(written) } else { written.or(parameter) }
}

/// The value of a field by any of its names, in whatever case, before the piece of the message that ends the receipt.
fn field<'a>(text: &'a str, names: &[&str]) -> Option<&'a str> {
    // lower case of ASCII alone, so that places in both are the same
    let lower = text.to_ascii_lowercase();
    let end = place(&lower, "text").map_or(text.len(), |(start, _)| start);
    // a piece of message that stands in front of everything is no end
    let end = if end == 0 { text.len() } else { end };
    let (_, start) = names.iter().find_map(|name| place(&lower[..end], name))?;
    let value = text[start..end].split_whitespace().next()?;
    (!value.contains(':')).then_some(value)
}

/// Where `name:` starts and ends, as a word of its own.
fn place(text: &str, name: &str) -> Option<(usize, usize)> {
    text.match_indices(name).find_map(|(start, _)| {
        let is_word =
            text[..start].bytes().next_back().is_none_or(|octet| !octet.is_ascii_alphanumeric() && octet != b'_');
        let rest = &text[start + name.len()..];
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let colon = start + name.len() + blanks;
        (is_word && text[colon..].starts_with(':')).then_some((start, colon + 1))
    })
}

/// `YYMMDDhhmm`, with seconds, or with all four digits of the year.
fn date(digits: &str) -> Option<Timestamp> {
    if !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let short = || moment(&format!("20{digits}"));
    match digits.len() {
        10 => short(),
        12 => short().or_else(|| moment(digits)),
        14 => moment(digits),
        _ => None,
    }
}

/// `YYYYMMDDhhmm` and perhaps `ss`.
fn moment(digits: &str) -> Option<Timestamp> {
    let number = |at: usize| digits.get(at..at + 2)?.parse::<i8>().ok();
    let second = if digits.len() > 12 { number(12)? } else { 0 };
    let year = digits.get(..4)?.parse().ok()?;
    let civil = jiff::civil::DateTime::new(year, number(4)?, number(6)?, number(8)?, number(10)?, second, 0).ok()?;
    let instant = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Timestamp::from_millis(instant.as_millisecond()))
}

/// The states of §5.2.28, and those of SMPP 5.0 that an SMSC may use as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Scheduled,
    Enroute,
    Delivered,
    Expired,
    Deleted,
    Undeliverable,
    Accepted,
    Unknown,
    Rejected,
    Skipped,
}

impl State {
    const ALL: [Self; 10] = [
        Self::Scheduled,
        Self::Enroute,
        Self::Delivered,
        Self::Expired,
        Self::Deleted,
        Self::Undeliverable,
        Self::Accepted,
        Self::Unknown,
        Self::Rejected,
        Self::Skipped,
    ];

    fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// By its beginning: `DELIVRD`, `DELIVERED` and `Delivrd` are one.
    fn of_word(word: &str) -> Option<Self> {
        let start = word.get(..4)?.to_ascii_uppercase();
        if let "FAIL" | "NACK" = start.as_str() {
            return Some(Self::Undeliverable);
        }
        if let "BUFF" | "QUEU" = start.as_str() {
            return Some(Self::Enroute);
        }
        Self::ALL.into_iter().find(|state| state.word().starts_with(&start))
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Enroute => "ENROUTE",
            Self::Delivered => "DELIVRD",
            Self::Expired => "EXPIRED",
            Self::Deleted => "DELETED",
            Self::Undeliverable => "UNDELIV",
            Self::Accepted => "ACCEPTD",
            Self::Unknown => "UNKNOWN",
            Self::Rejected => "REJECTD",
            Self::Skipped => "SKIPPED",
        }
    }

    /// Undeliverable is said of dead numbers and of full or blocked phones alike, so it suppresses nobody.
    const fn told(self) -> (ToldKind, &'static str) {
        match self {
            Self::Scheduled | Self::Accepted => (ToldKind::Accepted, ""),
            Self::Enroute => (ToldKind::Deferred, "smpp_enroute"),
            Self::Delivered => (ToldKind::Delivered, ""),
            Self::Expired => (ToldKind::Failed, "smpp_expired"),
            Self::Deleted => (ToldKind::Failed, "smpp_deleted"),
            Self::Undeliverable => (ToldKind::Bounced { is_permanent: false }, "smpp_undeliv"),
            Self::Unknown => (ToldKind::Failed, "smpp_unknown"),
            Self::Rejected => (ToldKind::Failed, "smpp_rejectd"),
            Self::Skipped => (ToldKind::Failed, "smpp_skipped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Receipt> {
        read(text, Parameters::default(), IdFormat::Same)
    }

    #[test]
    fn a_receipt_by_the_book_says_which_message_arrived_and_when() {
        let receipt = of(
            "id:0123456789 sub:001 dlvrd:001 submit date:2611280929 done date:2611280930 stat:DELIVRD err:000 text:Hi",
        );
        let receipt = receipt.unwrap();
        assert_eq!((receipt.provider_id.as_str(), receipt.kind), ("0123456789", ToldKind::Delivered));
        assert_eq!((receipt.reason.as_str(), receipt.words.as_str()), ("", "DELIVRD"));
        assert_eq!(receipt.at.unwrap().to_string(), "2026-11-28T09:30:00.000Z");
    }

    #[test]
    fn receipts_are_read_in_any_order_case_and_completeness() {
        let rows = [
            ("stat:UNDELIV id:7 err:027", "7", ToldKind::Bounced { is_permanent: false }, "UNDELIV, err 027"),
            ("ID: 7 STAT: Expired", "7", ToldKind::Failed, "Expired"),
            ("id:a-b_c Stat:DELIVERED Text:stat:REJECTD id:9", "a-b_c", ToldKind::Delivered, "DELIVERED"),
            ("text:Hello you id:7 stat:ACCEPTD", "7", ToldKind::Accepted, "ACCEPTD"),
            ("id:7 stat:rejectd err:text:", "7", ToldKind::Failed, "rejectd"),
            ("id:7 stat:ENROUTE", "7", ToldKind::Deferred, "ENROUTE"),
            ("id:7 stat:FAILED err:ABC", "7", ToldKind::Bounced { is_permanent: false }, "FAILED, err ABC"),
        ];
        for (text, id, kind, words) in rows {
            let receipt = of(text).unwrap();
            assert_eq!(
                (receipt.provider_id.as_str(), receipt.kind, receipt.words.as_str()),
                (id, kind, words),
                "{text}"
            );
        }
        for text in [
            "",
            "id:",
            "id:7",
            "stat:DELIVRD",
            "id:7 stat:??",
            "grid:7 stat:DELIVRD",
            "id:sub:001 stat:DELIVRD",
            "ÄÖ:é",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn parameters_are_believed_before_the_text() {
        let parameters = Parameters { id: Some("0A"), state: Some(8), network_error: Some((3, 27)) };
        let receipt = read("id:11 stat:DELIVRD", parameters, IdFormat::Same).unwrap();
        assert_eq!((receipt.provider_id.as_str(), receipt.kind), ("0A", ToldKind::Failed));
        assert_eq!((receipt.reason.as_str(), receipt.words.as_str()), ("smpp_rejectd", "DELIVRD, network 3 error 27"));
    }

    #[test]
    fn where_ids_differ_it_is_the_texts_that_is_turned() {
        let parameters = Parameters { id: Some("0A"), state: Some(2), network_error: None };
        for text in ["id:0000000010", ""] {
            assert_eq!(read(text, parameters, IdFormat::HexToDecimal).unwrap().provider_id, "10");
        }
    }

    #[test]
    fn dates_are_read_with_and_without_century_and_seconds() {
        let rows = [
            ("2611280930", Some("2026-11-28T09:30:00.000Z")),
            ("261128093015", Some("2026-11-28T09:30:15.000Z")),
            ("202611280930", Some("2026-11-28T09:30:00.000Z")),
            ("20261128093015", Some("2026-11-28T09:30:15.000Z")),
            ("2613280930", None),
            ("26112809", None),
            ("yesterday!", None),
        ];
        for (digits, expected) in rows {
            assert_eq!(date(digits).map(|at| at.to_string()).as_deref(), expected, "{digits}");
        }
    }
}
