//! What a rule asks of people: what it does not ask is not looked up.

use super::{PastMessages, Rule};
use crate::channel_configuration::Channel;

/// What must be known to decide a rule. Identities, language, time zone and whether it is a test come with every profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs<'a> {
    /// Names of attributes, as far as the first point of their paths, each once.
    pub attributes: Vec<&'a str>,
    /// Channels whose consent is asked, each once.
    pub consents: Vec<Channel>,
    /// Ids of the audiences in whose lists people are looked for, each once.
    pub lists: Vec<&'a str>,
    /// What is asked of the log, each once.
    pub past: Vec<&'a PastMessages>,
}

impl Rule {
    /// What must be known of people to decide this rule.
    pub fn needs(&self) -> Needs<'_> {
        let mut needs = Needs::default();
        for (_, condition) in self.conditions() {
            match condition {
                Self::Attribute(test) => {
                    once(&mut needs.attributes, test.path.split('.').next().unwrap_or_default());
                }
                Self::Consent { channel, .. } => once(&mut needs.consents, *channel),
                Self::Member { audience_id } => once(&mut needs.lists, audience_id.as_str()),
                Self::Messages(past) => once(&mut needs.past, past),
                _ => {}
            }
        }
        needs
    }
}

fn once<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}
