//! What a person sees and changes by a link of a mail: the channel on which it came, and its topics.

use std::collections::HashSet;

use domain::channel_configuration::Channel;
use domain::consent::{Choice, Consent, ConsentEntry, ConsentSource, EmptyConsent, in_force};
use domain::experiment::Fact;
use domain::id::TopicId;
use domain::topic::Topic;

use super::book::of_channel;
use super::person::person_in;
use crate::experiments;
use crate::store::consents::{self, Whose};
use crate::store::message_events::Known;
use crate::tracking::said;
use crate::{Engine, Result};

/// What a person has chosen, as far as the link knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    pub channel: Channel,
    pub address: String,
    /// What is chosen is for all addresses of the person.
    pub for_all: bool,
    /// Marketing of the channel comes.
    pub wants: bool,
    pub topics: Vec<TopicWish>,
}

/// Whether somebody wants to hear of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicWish {
    pub topic: Topic,
    pub wants: bool,
}

/// What a person chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Marketing of the channel.
    pub channel: bool,
    /// Topics that the person was shown; of others nothing is said.
    pub shown: HashSet<TopicId>,
    /// Those of them that are wanted.
    pub wanted: HashSet<TopicId>,
}

impl Engine {
    /// What the person of a token has chosen; `None` for one that we did not make. Changes nothing.
    pub async fn find_preferences(&self, token: &str) -> Result<Option<Preferences>> {
        let Some(message) = self.message_of_preferences(token).await? else { return Ok(None) };
        let reader = self.reader_of(&message).await?;
        let held = in_force(self.held_by_reader(&message, &reader).await?);
        let for_all = self.answers_for_all(&message.sandbox, &reader).await?;
        self.preferences(&message, &held, for_all).await.map(Some)
    }

    /// Enters what differs from what holds. Holds at once. Was the token ours?
    pub async fn save_preferences(&self, token: &str, wishes: &Wishes) -> Result<bool> {
        let Some(message) = self.message_of_preferences(token).await? else { return Ok(false) };
        let offered: HashSet<TopicId> = self.list_topics(&message.sandbox).await?.into_iter().map(|it| it.id).collect();
        let empty = self.find_sandbox(&message.sandbox).await?.empty_consent;
        let reader = self.reader_of(&message).await?;
        let arm = self.arm_told_of(&message).await?;
        let mut tx = self.store().begin().await?;
        let person = person_in(&mut tx, &message.sandbox, &reader).await?;
        let whose = Whose { channel: message.channel, address: Some(&message.address), person: person.as_ref() };
        let held = in_force(consents::find_all_in(&mut tx, &message.sandbox, whose).await?);
        let mut said = Vec::new();
        // Whoever saves the page without the tick has said no, also when silence was one.
        let leaves = !wishes.channel && of_channel(&held).is_none();
        if leaves || wants(&held, empty, message.channel) != wishes.channel {
            said.push(self.ticked(&message, None, wishes.channel));
        }
        // In one order, so that two who save at once never wait for each other.
        let mut shown: Vec<&TopicId> = wishes.shown.intersection(&offered).collect();
        shown.sort();
        for topic in shown {
            let wanted = wishes.wanted.contains(topic);
            if wants_topic(&held, topic, empty, message.channel) != wanted {
                said.push(self.ticked(&message, Some(topic.clone()), wanted));
            }
        }
        let has_left = said.iter().any(|entry| entry.topic_id.is_none() && entry.choice == Choice::Out);
        self.note_answer(&mut tx, &message.sandbox, &reader, &said).await?;
        let fact = arm.as_ref().filter(|_| has_left).map(|arm| (&message.id, Fact::Unsubscribed, arm));
        experiments::count(&mut tx, fact.as_slice(), self.now()).await?;
        tx.commit().await?;
        self.0.news.tell(&message.sandbox);
        Ok(true)
    }

    /// The person wants no marketing of the channel, whatever it is about. Was the token ours?
    pub async fn leave_everything(&self, token: &str) -> Result<bool> {
        let Some(message) = self.message_of_preferences(token).await? else { return Ok(false) };
        self.opt_out_reader(&message, ConsentSource::PreferencePage).await?;
        Ok(true)
    }

    async fn preferences(&self, message: &Known, held: &[Consent], for_all: bool) -> Result<Preferences> {
        let empty = self.find_sandbox(&message.sandbox).await?.empty_consent;
        let channel = message.channel;
        let wish = |topic: Topic| {
            let wants = wants_topic(held, &topic.id, empty, channel);
            TopicWish { topic, wants }
        };
        Ok(Preferences {
            channel,
            address: message.address.clone(),
            for_all,
            wants: wants(held, empty, channel),
            topics: self.list_topics(&message.sandbox).await?.into_iter().map(wish).collect(),
        })
    }

    fn ticked(&self, message: &Known, topic_id: Option<TopicId>, wanted: bool) -> ConsentEntry {
        let choice = if wanted { Choice::In } else { Choice::Out };
        let entry = said(message, choice, ConsentSource::PreferencePage, self.now());
        ConsentEntry { topic_id, ..entry }
    }
}

/// Does any marketing of the channel come?
fn wants(held: &[Consent], empty: EmptyConsent, channel: Channel) -> bool {
    match of_channel(held).map(|consent| consent.choice) {
        Some(Choice::In) => true,
        Some(Choice::Out | Choice::Pending) => false,
        None => counts_as_yes(empty, channel) || held.iter().any(|consent| consent.choice == Choice::In),
    }
}

/// What is said of a topic stays while the channel is left, so that it is there again for whoever comes back.
fn wants_topic(held: &[Consent], topic: &TopicId, empty: EmptyConsent, channel: Channel) -> bool {
    let of_topic = held.iter().find(|consent| consent.topic_id.as_ref() == Some(topic));
    match of_topic.map(|consent| consent.choice) {
        Some(choice) => choice == Choice::In,
        None => of_channel(held).map_or(counts_as_yes(empty, channel), |consent| consent.choice != Choice::Pending),
    }
}

/// Is silence consent?
fn counts_as_yes(empty: EmptyConsent, channel: Channel) -> bool {
    empty == EmptyConsent::OptOut || channel == Channel::Push
}
