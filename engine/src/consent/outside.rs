//! The page on which people choose is a customer's own: the link of a mail carries who it is, and the page tells us over the
//! API what they chose (the contract's `/journey/imp/consent`).

use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentEntry, ConsentLevel, ConsentSource};
use domain::message::Message;
use domain::{Failure, Fault, Faults, SandboxName};

use crate::api_clients::ApiCaller;
use crate::store::message_events::Known;
use crate::tracking::said;
use crate::{Engine, Result};

/// What a page tells that somebody chose.
#[derive(Debug, Clone)]
pub struct OutsideChoice {
    /// `email`, `sms` or `push`.
    pub channel: String,
    /// `yes` or `no`.
    pub choice: String,
    /// `channel` or `identity`: for all addresses of the person, or for the one of the link. Whatever the configuration says.
    pub scope: String,
}

impl Engine {
    /// Whom the parameters of a link name, and how far an answer goes that does not say so. Invalid at `params` for what we did not
    /// make, or not for this sandbox.
    pub async fn person_of_link(
        &self,
        sandbox: &SandboxName,
        params: &str,
        pid: &str,
    ) -> Result<(Message, ConsentLevel)> {
        let known = self.message_of_link(sandbox, params, pid).await?;
        let level = self.consent_level(&known.configuration_id).await?;
        Ok((self.find_message(sandbox, &known.id).await?.message, level))
    }

    /// Enters what somebody chose on such a page, all or none. Invalid at `params` and at `marketing[0].type`,
    /// `marketing[0].choice`, `marketing[0].scope`.
    pub async fn set_consent_of_link(
        &self,
        caller: &ApiCaller,
        (params, pid): (&str, &str),
        choices: &[OutsideChoice],
    ) -> Result<()> {
        let message = self.message_of_link(caller.sandbox(), params, pid).await?;
        let mut faults = Faults::default();
        if choices.is_empty() {
            faults.add("marketing", "required", "Say what the person chose.");
        }
        if choices.len() > 1 {
            // All are of the one channel of the link.
            faults.add("marketing[1]", "repeated", "The same is chosen twice.");
        }
        let choice = choices.iter().take(1).enumerate().filter_map(|(place, choice)| {
            faults.take(&format!("marketing[{place}]"), choice_of(choice, message.channel))
        });
        let choice = choice.last();
        faults.into_result()?;
        let Some((choice, level)) = choice else { return Ok(()) };
        let entry = ConsentEntry {
            proof: "Told by the page of a link.".to_owned(),
            entered_by: caller.name().to_owned(),
            ..said(&message, choice, ConsentSource::Api, self.now())
        };
        let reader = self.reader_of(&message).await?.with(level);
        let mut tx = self.store().begin().await?;
        self.note_answer(&mut tx, &message.sandbox, &reader, &[entry]).await?;
        tx.commit().await?;
        self.0.news.tell(&message.sandbox);
        Ok(())
    }

    async fn message_of_link(&self, sandbox: &SandboxName, params: &str, pid: &str) -> Result<Known> {
        let unknown = || Failure::invalid("params", "bad_params", "These are not the parameters of a link of ours.");
        let found = self.message_of_params(params).await?;
        let found = found.filter(|message| message.sandbox == *sandbox && message.id.as_str() == pid);
        Ok(found.ok_or_else(unknown)?)
    }
}

fn choice_of(told: &OutsideChoice, channel: Channel) -> Result<(Choice, ConsentLevel), Fault> {
    let word = match channel {
        Channel::Email => "email",
        Channel::Mobile => "sms",
        Channel::Push => "push",
    };
    if told.channel != word {
        return Err(Fault::new("type", "unknown_word", format!("The message of this link came by {word}.")));
    }
    let level = told.scope.parse().map_err(|_| Fault::new("scope", "unknown_word", "Give channel or identity."))?;
    match told.choice.as_str() {
        "yes" => Ok((Choice::In, level)),
        "no" => Ok((Choice::Out, level)),
        _ => Err(Fault::new("choice", "unknown_word", "Give yes or no.")),
    }
}
