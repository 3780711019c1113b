//! Of an address, and of the person who has it: which of the two choices counts.

use super::{Choice, Consent};
use crate::Timestamp;
use crate::word::words;

words! {
    /// What an answer to a message means (the reference's two scopes).
    ConsentLevel {
        /// All addresses of the person on the channel.
        Channel = "channel",
        /// The address that the message went to.
        Identity = "identity",
    }
}

impl Default for ConsentLevel {
    /// Whoever leaves means everything.
    fn default() -> Self {
        Self::Channel
    }
}

/// The choice that counts, of two about the same: `own` of the address, `person` of whoever has it. A no beats a yes. But a person
/// who left with all addresses may begin again with one of them: its own later yes counts.
pub fn counting<T>(own: Option<T>, person: Option<T>, said: impl Fn(&T) -> (Choice, Timestamp)) -> Option<T> {
    let own_choice = own.as_ref().map(&said);
    let person_choice = person.as_ref().map(&said);
    match (own_choice, person_choice) {
        (Some((Choice::Out, _)), _) => own,
        (Some((Choice::In, agreed_at)), Some((Choice::Out, left_at))) if agreed_at > left_at => own,
        (_, Some((Choice::Out, _))) => person,
        (Some((Choice::In, _)), _) => own,
        (_, Some((Choice::In, _))) => person,
        _ => own.or(person),
    }
}

/// What counts of the channel and of each topic, of choices of one address and of the person who has it.
pub fn in_force(held: Vec<Consent>) -> Vec<Consent> {
    let (persons, mut own): (Vec<_>, Vec<_>) = held.into_iter().partition(|consent| consent.profile_id.is_some());
    for of_person in persons {
        match own.iter().position(|consent| consent.topic_id == of_person.topic_id) {
            Some(place) => {
                let of_address = own.swap_remove(place);
                own.extend(counting(Some(of_address), Some(of_person), |consent| (consent.choice, consent.at)));
            }
            None => own.push(of_person),
        }
    }
    own.sort_by(|one, other| one.topic_id.cmp(&other.topic_id));
    own
}

#[cfg(test)]
mod tests {
    use super::super::ConsentSource;
    use super::*;
    use crate::channel_configuration::Channel;
    use crate::id::{ProfileId, TopicId};

    /// Whose choice counts: `a` of the address, `p` of the person, nobody's.
    fn whose(own: Option<(Choice, i64)>, person: Option<(Choice, i64)>) -> Option<char> {
        let said = |of: Option<(Choice, i64)>, name| of.map(|(choice, at)| (name, choice, Timestamp::from_millis(at)));
        counting(said(own, 'a'), said(person, 'p'), |(_, choice, at)| (*choice, *at)).map(|(name, ..)| name)
    }

    #[test]
    fn a_no_beats_a_yes_and_a_person_who_left_may_begin_again_with_one_address() {
        use Choice::{In, Out, Pending};
        // Said by the address at 2, and by the person before, at the same time, and after it.
        let table = [
            (None, None, [None; 3]),
            (None, Some(In), [Some('p'); 3]),
            (None, Some(Out), [Some('p'); 3]),
            (Some(In), None, [Some('a'); 3]),
            (Some(In), Some(In), [Some('a'); 3]),
            (Some(In), Some(Out), [Some('a'), Some('p'), Some('p')]),
            (Some(Out), None, [Some('a'); 3]),
            (Some(Out), Some(In), [Some('a'); 3]),
            (Some(Out), Some(Out), [Some('a'); 3]),
            (Some(Pending), None, [Some('a'); 3]),
            (Some(Pending), Some(In), [Some('p'); 3]),
            (Some(Pending), Some(Out), [Some('p'); 3]),
        ];
        for (own, person, expected) in table {
            let found = [1, 2, 3].map(|at| whose(own.map(|choice| (choice, 2)), person.map(|choice| (choice, at))));
            assert_eq!(found, expected, "{own:?} of the address, {person:?} of the person");
        }
    }

    #[test]
    fn each_topic_is_decided_by_itself() {
        let topic = |number| Some(TopicId::new(number, [1; 10]));
        let said = |of_person: bool, topic_id: Option<TopicId>, choice, at| Consent {
            channel: Channel::Email,
            profile_id: of_person.then(|| ProfileId::new(1, [1; 10])),
            address: if of_person { String::new() } else { "a@example.com".into() },
            topic_id,
            choice,
            source: ConsentSource::Api,
            at: Timestamp::from_millis(at),
        };
        let held = vec![
            said(true, topic(2), Choice::In, 1),
            said(true, None, Choice::Out, 1),
            said(false, None, Choice::In, 2),
            said(false, topic(1), Choice::Out, 1),
            said(true, topic(1), Choice::In, 3),
        ];
        let counts: Vec<_> = in_force(held).into_iter().map(|it| (it.topic_id, it.profile_id.is_some())).collect();
        assert_eq!(counts, [(None, false), (topic(1), false), (topic(2), true)]);
    }
}
