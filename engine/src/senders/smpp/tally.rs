//! What became of the parts of one message, and what that says of the whole.

use tokio::sync::oneshot;

use super::status::{accepted, worse};
use crate::providers::{Meaning, Reading};

/// What became of a message that was to be submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The SMSC answered to each part, or to enough of them. Accepted when it took all; the ids are those of the parts that
    /// it took, in their order, and each will have a receipt of its own.
    Answered { reading: Reading, provider_ids: Vec<String> },
    /// No part of it was written: it may be sent again without harm, when and if the reading says so.
    NotSent(Reading),
    /// It was written whole, and the connection broke, or the SMSC was silent, before all of it was answered: it may arrive.
    InDoubt { reading: Reading, provider_ids: Vec<String> },
}

/// A message under way.
#[derive(Debug)]
pub(super) struct Tally {
    parts: Vec<Part>,
    worst: Option<Reading>,
    answer: Option<oneshot::Sender<Answer>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Open,
    Taken(Option<String>),
    Refused,
    /// Never written.
    Unsent,
    /// Written and not answered.
    Lost,
}

impl Tally {
    pub fn new(parts: usize, answer: oneshot::Sender<Answer>) -> Self {
        Self { parts: vec![Part::Open; parts], worst: None, answer: Some(answer) }
    }

    /// Whether there is more than one part.
    pub fn is_long(&self) -> bool {
        self.parts.len() > 1
    }

    /// Whether one part is refused, so that the others are of no use.
    pub fn is_spoilt(&self) -> bool {
        self.parts.contains(&Part::Refused)
    }

    /// Whether nobody waits for the answer any longer.
    pub fn is_abandoned(&self) -> bool {
        self.answer.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    pub fn take(&mut self, part: usize, id: Option<String>) {
        self.set(part, Part::Taken(id));
    }

    pub fn refuse(&mut self, part: usize, reading: Reading) {
        self.set(part, Part::Refused);
        self.blame(reading);
    }

    /// It was never written, for this reason.
    pub fn leave(&mut self, part: usize, reading: Reading) {
        self.set(part, Part::Unsent);
        self.blame(reading);
    }

    /// It was written, and this is why there will be no answer.
    pub fn lose(&mut self, part: usize, reading: Reading) {
        self.set(part, Part::Lost);
        self.blame(reading);
    }

    fn set(&mut self, part: usize, state: Part) {
        if let Some(slot) = self.parts.get_mut(part) {
            *slot = state;
        }
    }

    fn blame(&mut self, reading: Reading) {
        self.worst = Some(match self.worst.take() {
            Some(worst) => worse(worst, reading),
            None => reading,
        });
    }

    /// Tells who waits, once no part is open. True: this message is done.
    pub fn settle(&mut self) -> bool {
        if self.parts.contains(&Part::Open) {
            return false;
        }
        if let Some(waiting) = self.answer.take() {
            // whoever waited may have gone
            let _ = waiting.send(self.sum());
        }
        true
    }

    fn sum(&mut self) -> Answer {
        let ids = self.parts.iter().filter_map(|part| if let Part::Taken(id) = part { id.clone() } else { None });
        let provider_ids: Vec<String> = ids.collect();
        let all_taken = || Reading {
            meaning: accepted(provider_ids.first().cloned()),
            reason: String::new(),
            words: String::new(),
        };
        let reading = self.worst.take().unwrap_or_else(all_taken);
        let is_of_none = |state: &Part| self.parts.iter().all(|part| part != state);
        if self.parts.iter().all(|part| *part == Part::Unsent) {
            Answer::NotSent(reading)
        } else if is_of_none(&Part::Refused) && is_of_none(&Part::Unsent) && !is_of_none(&Part::Lost) {
            Answer::InDoubt { reading, provider_ids }
        } else if is_of_none(&Part::Refused) && !is_of_none(&Part::Unsent) {
            // a part that never went is a message that nobody can read: it goes again
            let reading = Reading { meaning: Meaning::Retry, reason: "smpp_partly_sent".into(), words: reading.words };
            Answer::Answered { reading, provider_ids }
        } else {
            Answer::Answered { reading, provider_ids }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rusmpp::CommandStatus;

    use super::super::status::read;
    use super::*;

    fn reading(status: CommandStatus) -> Reading {
        read(status, Duration::ZERO)
    }

    fn answer(parts: usize, happens: impl FnOnce(&mut Tally)) -> Answer {
        let (sender, mut receiver) = oneshot::channel();
        let mut tally = Tally::new(parts, sender);
        happens(&mut tally);
        assert!(tally.settle());
        receiver.try_recv().unwrap()
    }

    #[test]
    fn a_message_counts_as_accepted_when_every_part_is() {
        let all = answer(2, |tally| {
            tally.take(1, Some("b".into()));
            assert!(!tally.settle());
            tally.take(0, Some("a".into()));
        });
        let Answer::Answered { reading, provider_ids } = all else { panic!("{all:?}") };
        assert_eq!(reading.meaning, accepted(Some("a".into())));
        assert_eq!(provider_ids, ["a", "b"]);
    }

    #[test]
    fn the_worst_part_speaks_for_the_message() {
        let refused = answer(3, |tally| {
            tally.take(0, Some("a".into()));
            tally.refuse(1, reading(CommandStatus::EsmeRthrottled));
            tally.refuse(2, reading(CommandStatus::EsmeRinvdstadr));
        });
        let expected = reading(CommandStatus::EsmeRinvdstadr);
        assert_eq!(refused, Answer::Answered { reading: expected, provider_ids: vec!["a".into()] });
    }

    #[test]
    fn only_a_message_that_was_written_whole_is_in_doubt() {
        let why = reading(CommandStatus::EsmeRsyserr);
        let none = answer(2, |tally| (0..2).for_each(|part| tally.leave(part, why.clone())));
        assert_eq!(none, Answer::NotSent(why.clone()));
        let whole = answer(2, |tally| (0..2).for_each(|part| tally.lose(part, why.clone())));
        assert_eq!(whole, Answer::InDoubt { reading: why.clone(), provider_ids: vec![] });
        let half = answer(2, |tally| {
            tally.lose(0, why.clone());
            tally.leave(1, why.clone());
        });
        let Answer::Answered { reading, .. } = half else { panic!("{half:?}") };
        assert_eq!((reading.meaning, reading.reason.as_str()), (Meaning::Retry, "smpp_partly_sent"));
    }
}
