//! What people write: it is taken for what they mean, and that holds at once.

use std::time::Duration;

use domain::address::PhoneNumber;
use domain::channel_configuration::{Channel, Sender};
use domain::consent::{Choice, ConsentEntry, ConsentLevel, ConsentSource};
use domain::id::InboundId;
use domain::inbound::{Effect, InboundFilter, InboundMessage};
use domain::keywords::{FuzzyStop, Keywords, Meaning};
use domain::suppression::{Suppression, SuppressionReason};
use domain::{Fault, Page, SandboxName};

use super::storable;
use crate::addresses::{Destination, canonical_number, told_number};
use crate::consent::Reader;
use crate::ids::new_id;
use crate::log::{PAGE_MAX, filter};
use crate::providers::Inbound;
use crate::store::channel_configurations::StoredConfiguration;
use crate::store::inbound_messages::{self, NewInbound};
use crate::store::opt_in_requests::{self, Asked};
use crate::store::{Tx, failover, suppressions};
use crate::{Engine, Result};

/// How long an opt-in waits for its confirmation.
pub const CONFIRM_WITHIN: Duration = Duration::from_hours(72);

impl Engine {
    /// What people wrote in a sandbox, newest first, at most 200. Invalid at the filter's name; Unavailable when too many
    /// lists are being read.
    pub async fn list_inbound(
        &self,
        sandbox: &SandboxName,
        inbound: &InboundFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<InboundMessage>> {
        let mut wanted = filter::inbound(sandbox, inbound)?;
        if let Some(cursor) = cursor {
            let after: InboundId = cursor.parse().map_err(|fault: Fault| fault.under("cursor"))?;
            wanted = wanted.and(" AND i.id < ?", [after.as_str().into()]);
        }
        let limit = limit.clamp(1, PAGE_MAX);
        let store = self.store().clone();
        let list = async move { inbound_messages::list(&store, wanted, limit + 1).await };
        let rows = self.0.list_turns.take(list).await?;
        Ok(Page::from_rows(rows, limit, |message: &InboundMessage| message.id.to_string()))
    }

    /// STOP and START hold at once, for this sender.
    pub(super) async fn take_inbound(&self, stored: &StoredConfiguration, inbound: Inbound) -> Result<()> {
        let none = Keywords::default();
        let keywords = match &stored.configuration.sender {
            Sender::Mobile(sender) => &sender.keywords,
            Sender::Email(_) | Sender::Push {} => &none,
        };
        let (body, key) = (storable(&inbound.text), storable(&inbound.key));
        let region = Destination::of(Channel::Mobile, Some(&stored.configuration)).default_region;
        // Carriers tell numbers of their own country without it.
        let local = || told_number(&inbound.from, region).filter(|_| !region.is_empty());
        let whole = canonical_number(&inbound.from).ok().map(|number| number.to_string());
        let from = whole.or_else(local).unwrap_or(inbound.from);
        let (sender, receiver) = (storable(&from), storable(&inbound.to));
        // Nobody reads what goes to a name, so there is nothing to stop and nobody to answer.
        let is_person = is_number(&from);
        let asked = Asked { configuration: &stored.configuration.id, sender: &sender };
        let (channel, level) = (stored.configuration.channel, stored.configuration.consent_level);
        let reader = self.reader_at(&stored.sandbox, (channel, sender.as_str()), level).await?;
        let mut tx = self.store().begin().await?;
        let awaits = keywords.double_opt_in && opt_in_requests::is_awaited(&mut tx, asked, self.now()).await?;
        let understood = keywords.understand(&inbound.text, awaits);
        let new = NewInbound {
            id: new_id(self.now(), InboundId::new),
            sandbox: &stored.sandbox,
            configuration: &stored.configuration.id,
            key: &key,
            sender: &sender,
            receiver: &receiver,
            body: &body,
            meaning: understood.meaning,
            keyword: &understood.keyword,
        };
        if !inbound_messages::insert(&mut tx, &new, self.now()).await? {
            return Ok(());
        }
        let mut effect = Effect::None;
        if is_person {
            effect = self.opt(&mut tx, stored, keywords, &new, &reader).await?;
            inbound_messages::set_effect(&mut tx, &new.id, effect).await?;
        }
        tx.commit().await?;
        self.0.suppressions.forget(&stored.sandbox);
        self.0.news.tell(&stored.sandbox);
        if is_person { self.reply(new.id, stored, &from, &understood, effect).await } else { Ok(()) }
    }

    /// What the message changes for the person.
    async fn opt(
        &self,
        tx: &mut Tx,
        stored: &StoredConfiguration,
        keywords: &Keywords,
        new: &NewInbound<'_>,
        reader: &Reader,
    ) -> Result<Effect> {
        // Whoever is asked to confirm confirms this number, and no other one.
        let of_number = || reader.clone().with(ConsentLevel::Identity);
        match new.meaning {
            Meaning::Stop => self.opt_out(tx, stored, new, reader).await,
            Meaning::FuzzyStop if keywords.fuzzy_stop == FuzzyStop::Stop => self.opt_out(tx, stored, new, reader).await,
            Meaning::Start if keywords.double_opt_in => {
                let asked = Asked { configuration: new.configuration, sender: new.sender };
                let (now, sandbox) = (self.now(), new.sandbox);
                opt_in_requests::ask(tx, asked, sandbox, now, now.plus(CONFIRM_WITHIN)).await?;
                self.note_keyword(tx, stored, new, (&of_number(), Choice::Pending)).await?;
                Ok(Effect::Asked)
            }
            Meaning::Confirm => {
                self.note_keyword(tx, stored, new, (&of_number(), Choice::In)).await?;
                opt_in(tx, stored, new).await
            }
            Meaning::Start => {
                self.note_keyword(tx, stored, new, (reader, Choice::In)).await?;
                opt_in(tx, stored, new).await
            }
            Meaning::FuzzyStop | Meaning::Help | Meaning::Custom | Meaning::Other => Ok(Effect::None),
        }
    }

    /// The one place where a person leaves by a message.
    async fn opt_out(
        &self,
        tx: &mut Tx,
        stored: &StoredConfiguration,
        new: &NewInbound<'_>,
        reader: &Reader,
    ) -> Result<Effect> {
        let suppression = Suppression {
            detail: new.body.to_owned(),
            configuration_id: Some(new.configuration.clone()),
            ..Suppression::of(stored.configuration.channel, new.sender, SuppressionReason::OptedOut, self.now())
        };
        opt_in_requests::forget(tx, Asked { configuration: new.configuration, sender: new.sender }).await?;
        self.note_keyword(tx, stored, new, (reader, Choice::Out)).await?;
        let is_new = suppressions::insert(tx, new.sandbox, &suppression).await?;
        // To the person the sender is whoever wrote last: those for whom it stood in are meant, too.
        for home in failover::homes(tx, new.sandbox, new.sender, new.configuration).await? {
            let of_home = Suppression { configuration_id: Some(home), ..suppression.clone() };
            suppressions::insert(tx, new.sandbox, &of_home).await?;
        }
        Ok(if is_new { Effect::OptedOut } else { Effect::None })
    }

    /// What the person wrote is what they want of all marketing on this channel.
    async fn note_keyword(
        &self,
        tx: &mut Tx,
        stored: &StoredConfiguration,
        new: &NewInbound<'_>,
        (reader, choice): (&Reader, Choice),
    ) -> Result<()> {
        let is_confirmed = new.meaning == Meaning::Confirm;
        let source = if is_confirmed { ConsentSource::DoubleOptIn } else { ConsentSource::SmsKeyword };
        let entry = ConsentEntry::of(stored.configuration.channel, new.sender, choice, source, self.now());
        let entry = ConsentEntry { proof: new.body.to_owned(), ..entry };
        self.note_answer(tx, new.sandbox, reader, &[entry]).await?;
        Ok(())
    }
}

/// The one place where a person comes back by a message.
async fn opt_in(tx: &mut Tx, stored: &StoredConfiguration, new: &NewInbound<'_>) -> Result<Effect> {
    opt_in_requests::forget(tx, Asked { configuration: new.configuration, sender: new.sender }).await?;
    let (channel, configuration) = (stored.configuration.channel, new.configuration.as_str());
    // What a STOP to this sender stopped elsewhere, this START starts again.
    for home in failover::homes(tx, new.sandbox, new.sender, new.configuration).await? {
        suppressions::remove_twin(tx, new.sandbox, channel, new.sender, (home.as_str(), configuration)).await?;
    }
    let entry = suppressions::Entry { channel, address: new.sender, configuration, own_wish: true };
    suppressions::remove(tx, new.sandbox, entry).await?;
    Ok(Effect::OptedIn)
}

/// A phone number, as messages go to.
fn is_number(sender: &str) -> bool {
    sender.parse::<PhoneNumber>().is_ok_and(|number| number.as_str() == sender)
}
