//! Why a person got a message, or did not: one answer from what was decided, tried and told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Fault;
use crate::channel_configuration::Channel;
use crate::eligibility::Exclusion;
use crate::message::{Check, Message, MessageDetail, MessageState};
use crate::word::words;

words! {
    /// Does the person get it?
    Verdict {
        /// The mail system or provider took it, or the capture inbox that stands for one.
        Gets = "gets",
        /// Hermod acts next.
        WillGet = "will_get",
        DoesNotGet = "does_not_get",
        /// It may have arrived, and nobody can tell.
        Unknown = "unknown",
    }
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    pub verdict: Verdict,
    /// In plain words.
    pub text: String,
    /// Code of what decided against it, or holds it back.
    pub reason: Option<String>,
    /// The reference's code of the exclusion (reference §4.9).
    pub reference_code: Option<String>,
    /// What would have to be otherwise for the next message to go; `None`: nothing, or nobody can tell.
    pub what_would_change_it: Option<String>,
    /// Every question that was asked, in the order of asking. A no is the last.
    pub checks: Vec<Check>,
}

impl Explanation {
    /// Of a message that was only tried. `fault`: why it would not be sent, or not yet when it `waits`.
    pub fn of_try(channel: Channel, fault: Option<&Fault>, waits: bool, checks: &[Check]) -> Self {
        let Some(fault) = fault else {
            let text = "Nothing that is known now speaks against this message.";
            return Self::new(Verdict::WillGet, text.to_owned(), None, channel, checks);
        };
        let verdict = if waits { Verdict::WillGet } else { Verdict::DoesNotGet };
        Self::new(verdict, fault.text.clone(), Some(fault.code.clone()), channel, checks)
    }

    fn new(verdict: Verdict, text: String, reason: Option<String>, channel: Channel, checks: &[Check]) -> Self {
        let exclusion = reason.as_deref().and_then(Exclusion::of);
        Self {
            verdict,
            text,
            reason,
            reference_code: exclusion.and_then(|it| it.reference_code(channel)).map(str::to_owned),
            // Whoever gets it needs no change.
            what_would_change_it: exclusion
                .filter(|_| verdict == Verdict::DoesNotGet)
                .map(|it| it.what_would_change_it().to_owned()),
            checks: checks.to_vec(),
        }
    }
}

impl MessageDetail {
    /// Why the person got it or did not, as far as it is known now.
    pub fn explanation(&self) -> Explanation {
        let message = &self.message;
        let (verdict, text) = match message.state {
            MessageState::Queued => (Verdict::WillGet, waiting(message)),
            MessageState::Sending => (Verdict::WillGet, "It is being handed over.".to_owned()),
            MessageState::Sent => {
                (Verdict::Gets, "It was handed over; nobody has told yet that it arrived.".to_owned())
            }
            MessageState::Captured => {
                let text = "The sandbox is in capture mode: it stayed in the inbox, and nothing left this machine.";
                (Verdict::Gets, text.to_owned())
            }
            MessageState::Delivered => (Verdict::Gets, "It was delivered.".to_owned()),
            MessageState::Excluded => (Verdict::DoesNotGet, because("It was decided not to send it", message)),
            MessageState::Cancelled => (Verdict::DoesNotGet, because("It was taken back before it was sent", message)),
            MessageState::Bounced => (Verdict::DoesNotGet, because("The address did not take it", message)),
            MessageState::Failed => (Verdict::DoesNotGet, because("It was given up", message)),
            MessageState::InDoubt => (Verdict::Unknown, because("It may have arrived, and nobody can tell", message)),
        };
        let reason = message.reason.clone().filter(|_| !message.state.is_handed_over());
        Explanation::new(verdict, text, reason, message.channel, &self.checks)
    }
}

fn waiting(message: &Message) -> String {
    let what = match message.due_at {
        Some(at) => format!("It waits until {at}."),
        None => "It is held, because its run or its campaign is paused.".to_owned(),
    };
    match words_of(message) {
        Some(words) => format!("{what} {words}"),
        None => what,
    }
}

/// With the reason in the words of whoever gave it.
fn because(what: &str, message: &Message) -> String {
    words_of(message).map_or_else(|| format!("{what}."), |words| format!("{what}: {words}"))
}

fn words_of(message: &Message) -> Option<&str> {
    message.detail.as_deref().map(str::trim).filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eligibility::CheckCode;

    fn no(code: CheckCode) -> Check {
        Check { code: code.to_string(), passed: false, text: "No.".to_owned(), reference_code: None }
    }

    #[test]
    fn whoever_tried_a_message_learns_what_would_change_the_answer() {
        let fault = Fault::new("", Exclusion::FrequencyCap.as_str(), "2 of 2 in this week.");
        let told = Explanation::of_try(Channel::Email, Some(&fault), false, &[no(CheckCode::WithinCaps)]);
        assert_eq!((told.verdict, told.text.as_str()), (Verdict::DoesNotGet, "2 of 2 in this week."));
        assert_eq!(told.reference_code.as_deref(), Some("050002"));
        assert!(told.what_would_change_it.unwrap().contains("window"));
        let later = Fault::new("", Exclusion::QuietHours.as_str(), "Waits for the end of quiet hours.");
        let told = Explanation::of_try(Channel::Email, Some(&later), true, &[]);
        assert_eq!((told.verdict, told.reason.as_deref()), (Verdict::WillGet, Some("quiet_hours")));
        assert_eq!(told.what_would_change_it, None, "nothing has to change for who gets it");
        let sent = Explanation::of_try(Channel::Email, None, false, &[]);
        assert_eq!((sent.verdict, sent.reason), (Verdict::WillGet, None));
    }
}
