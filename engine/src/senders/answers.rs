//! What became of a message at a provider, in the words that all ways out have.

use domain::message::Outcome;
use domain::{Fault, Faults};

use super::Answer;
use crate::outbound::{Sent, Trouble};
use crate::providers::{Meaning, Reading, rcs};

/// A person has to mend it; until then messages wait.
pub(super) fn not_ready(via: String, faults: &Faults) -> Answer {
    let told: Vec<_> = faults.0.iter().map(|fault| format!("{}: {}", fault.path, fault.text)).collect();
    Answer { via, words: told.join(" "), reason: Some("misconfigured".into()), ..Answer::default() }
}

/// The server was named by whoever subscribed. What it does, or does not do, says something of this subscription alone, and
/// what it writes is nobody's to read.
pub(super) fn of_stranger(via: String, sent: Sent) -> Answer {
    let answer = match sent {
        Sent::Trouble(Trouble::NotSent { reason, .. }) if matches!(reason, "address_refused" | "request_unfit") => {
            let answer = of_sent(
                via,
                Sent::Fault(Fault::new(
                    "token",
                    reason,
                    "The push service has no public address (outbound.allow_private_push).",
                )),
            );
            return Answer { suppresses: true, ..answer };
        }
        Sent::Read(reading) => of_sent(via, Sent::Read(Reading { words: String::new(), ..reading })),
        sent => of_sent(via, sent),
    };
    let is_unavailable = answer.outcome == Outcome::Unavailable;
    Answer { outcome: if is_unavailable { Outcome::Retry } else { answer.outcome }, ..answer }
}

/// What refuses RCS says nothing against the number, nor against what else goes over this account: the SMS that follows shows
/// it. Who wants nothing gets none.
pub(super) fn of_rcs(via: String, sent: Sent) -> Answer {
    let is_of_rcs = |reading: &Reading| match reading.meaning {
        Meaning::BadAddress => !rcs::is_opted_out(&reading.reason),
        Meaning::Misconfigured | Meaning::TokenExpired => true,
        Meaning::Accepted { .. } | Meaning::Retry | Meaning::Busy { .. } | Meaning::Rejected => false,
    };
    match sent {
        Sent::Read(reading) if is_of_rcs(&reading) => {
            of_sent(via, Sent::Read(Reading { meaning: Meaning::Rejected, ..reading }))
        }
        sent => of_sent(via, sent),
    }
}

pub(super) fn of_sent(via: String, sent: Sent) -> Answer {
    let answer = Answer { via, ..Answer::default() };
    match sent {
        Sent::Read(reading) => of_reading(answer, reading),
        // Nobody has it: nothing was used up.
        Sent::Trouble(Trouble::NotSent { reason, words }) => Answer { reason: Some(reason.into()), words, ..answer },
        Sent::Trouble(Trouble::NoAnswer { reason, words }) => {
            Answer { outcome: Outcome::InDoubt, reason: Some(reason.into()), words, ..answer }
        }
        Sent::Fault(fault) => {
            let suppresses = matches!(fault.code.as_str(), "bad_token" | "bad_subscription");
            Answer { outcome: Outcome::Rejected, reason: Some(fault.code), words: fault.text, suppresses, ..answer }
        }
    }
}

pub(super) fn of_reading(answer: Answer, Reading { meaning, reason, words }: Reading) -> Answer {
    let reason = Some(reason).filter(|reason| !reason.is_empty());
    let answer = Answer { words, reason, ..answer };
    match meaning {
        Meaning::Accepted { provider_id } => {
            let provider_ids = provider_id.into_iter().collect();
            Answer { outcome: Outcome::Accepted, reason: None, provider_ids, ..answer }
        }
        Meaning::Retry => Answer { outcome: Outcome::Retry, ..answer },
        Meaning::Busy { retry_after } => Answer { outcome: Outcome::Unavailable, retry_after, ..answer },
        Meaning::Rejected => Answer { outcome: Outcome::Rejected, ..answer },
        Meaning::BadAddress => Answer { outcome: Outcome::Rejected, suppresses: true, ..answer },
        Meaning::Misconfigured | Meaning::TokenExpired => Answer { outcome: Outcome::Unavailable, ..answer },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(meaning: Meaning) -> Answer {
        let reading = Reading { meaning, reason: "x_1".into(), words: "words".into() };
        of_sent("twilio".into(), Sent::Read(reading))
    }

    #[test]
    fn what_a_provider_says_decides_about_the_message_its_address_and_the_configuration() {
        let short = |answer: Answer| (answer.outcome, answer.suppresses, answer.retry_after);
        assert_eq!(short(answer(Meaning::Retry)), (Outcome::Retry, false, None));
        assert_eq!(short(answer(Meaning::Rejected)), (Outcome::Rejected, false, None));
        assert_eq!(short(answer(Meaning::BadAddress)), (Outcome::Rejected, true, None));
        assert_eq!(short(answer(Meaning::Misconfigured)), (Outcome::Unavailable, false, None));
        let pause = Some(Duration::from_secs(7));
        assert_eq!(short(answer(Meaning::Busy { retry_after: pause })), (Outcome::Unavailable, false, pause));
    }

    #[test]
    fn what_refuses_rcs_suppresses_nobody_but_whoever_wants_nothing() {
        let of = |meaning, reason: &str| {
            let reading = Reading { meaning, reason: reason.into(), words: String::new() };
            let answer = of_rcs("vonage rcs".into(), Sent::Read(reading));
            (answer.outcome, answer.suppresses)
        };
        assert_eq!(of(Meaning::BadAddress, "vonage_1300"), (Outcome::Rejected, false));
        assert_eq!(of(Meaning::BadAddress, "vonage_1240"), (Outcome::Rejected, true));
        assert_eq!(of(Meaning::Misconfigured, "vonage_forbidden"), (Outcome::Rejected, false));
        assert_eq!(of(Meaning::Retry, "vonage_1260"), (Outcome::Retry, false));
    }

    #[test]
    fn what_a_subscriber_names_as_push_service_never_stops_the_others() {
        let not_sent = |reason| Sent::Trouble(Trouble::NotSent { reason, words: String::new() });
        assert_eq!(of_stranger("web_push".into(), not_sent("dns_failed")).outcome, Outcome::Retry);
        let refused = of_stranger("web_push".into(), not_sent("address_refused"));
        assert_eq!((refused.outcome, refused.suppresses), (Outcome::Rejected, true));
        let told = Reading { meaning: Meaning::Rejected, reason: "web_push_400".into(), words: "a page".into() };
        assert_eq!(of_stranger("web_push".into(), Sent::Read(told)).words, "");
    }

    #[test]
    fn what_was_certainly_not_sent_uses_up_no_try_and_what_got_no_answer_is_in_doubt() {
        let not_sent = Trouble::NotSent { reason: "dns_failed", words: String::new() };
        assert_eq!(of_sent("fcm".into(), Sent::Trouble(not_sent)).outcome, Outcome::Unavailable);
        let no_answer = Trouble::NoAnswer { reason: "answer_timed_out", words: String::new() };
        assert_eq!(of_sent("fcm".into(), Sent::Trouble(no_answer)).outcome, Outcome::InDoubt);
    }
}
