//! Sessions with SMSCs: of each configuration those of its newest revision, and what comes in over them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::channel_configuration::Sender;
use domain::content::Rendered;
use domain::id::ChannelConfigurationId;
use domain::message::Outcome;
use domain::provider::ProviderAccount;
use domain::{Fault, Faults};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::smpp::{self, Account, Coming, Delivery, Short, Smsc};
use super::{Answer, Parcel};
use crate::channel_configurations::SendingConfiguration;
use crate::outbound::{Options, tls};
use crate::providers::{Reading, Settings};

/// What came in over the sessions of a configuration.
pub(crate) struct Delivered {
    pub(crate) configuration: ChannelConfigurationId,
    pub(crate) coming: Coming,
    /// Of a receipt, while it is worked on.
    pub(crate) place: Option<OwnedSemaphorePermit>,
}

/// Deliveries that may wait here; beyond, the SMSC is asked to come again with them.
const WAITING: usize = 1_000;
/// Receipts of one configuration that are worked on at once: those of messages that nobody knows take a while, and nobody else
/// is to wait for that.
const RECEIPTS_AT_ONCE: usize = 500;

pub(super) struct Sessions {
    open: Mutex<HashMap<ChannelConfigurationId, (i64, Arc<Smsc>)>>,
    coming: mpsc::Sender<Delivered>,
    came: tokio::sync::Mutex<mpsc::Receiver<Delivered>>,
}

impl Default for Sessions {
    fn default() -> Self {
        let (coming, came) = mpsc::channel(WAITING);
        Self { open: Mutex::default(), coming, came: tokio::sync::Mutex::new(came) }
    }
}

impl Sessions {
    /// Waits for what comes in next.
    pub(super) async fn next(&self) -> Delivered {
        match self.came.lock().await.recv().await {
            Some(delivered) => delivered,
            // We hold a sender ourselves.
            None => std::future::pending().await,
        }
    }

    pub(super) async fn send(
        &self,
        options: &Options,
        sending: &SendingConfiguration,
        account: &ProviderAccount,
        parcel: &Parcel<'_>,
    ) -> Answer {
        let via = "smpp".to_owned();
        let (Rendered::Mobile(mobile), Sender::Mobile(sender)) =
            (&parcel.rendered.content, &sending.configuration.sender)
        else {
            let words = "The channel configuration is for another channel.".to_owned();
            return Answer {
                outcome: Outcome::Rejected,
                via,
                words,
                reason: Some("wrong_channel".into()),
                ..Answer::default()
            };
        };
        if !mobile.media_url.is_empty() {
            let words = "Media cannot be sent over SMPP.".to_owned();
            return Answer {
                outcome: Outcome::Rejected,
                via,
                words,
                reason: Some("not_supported".into()),
                ..Answer::default()
            };
        }
        let smsc = match self.smsc(options, sending, account).await {
            Ok(smsc) => smsc,
            Err(faults) => return super::answers::not_ready(via, &faults),
        };
        let reference = parcel.message.as_str();
        let short = Short { from: &sender.from_number, to: parcel.address, text: &mobile.text, reference };
        of_smsc(via, smsc.submit(short).await)
    }

    /// Opens the sessions, should they not be.
    pub(super) async fn open(&self, options: &Options, sending: &SendingConfiguration, account: &ProviderAccount) {
        match self.smsc(options, sending, account).await {
            Ok(smsc) => smsc.open(),
            Err(faults) => {
                tracing::warn!(configuration = %sending.configuration.id, ?faults, "sessions cannot be opened");
            }
        }
    }

    /// Binds once and unbinds.
    pub(super) async fn verify(options: &Options, settings: &Settings) -> Result<Reading, Faults> {
        let account = Account::of(settings)?;
        let tls = configuration(options).await?;
        Ok(smpp::verify(&account, &tls).await)
    }

    /// The sessions of the newest revision. Those of an older one are unbound when what they have is answered.
    async fn smsc(
        &self,
        options: &Options,
        sending: &SendingConfiguration,
        account: &ProviderAccount,
    ) -> Result<Arc<Smsc>, Faults> {
        let (id, revision) = (&sending.configuration.id, sending.configuration.revision);
        if let Some(found) = self.find(id, revision) {
            return Ok(found);
        }
        let account = Account::of(&sending.settings(account))?;
        let tls = configuration(options).await?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = open.get(id).filter(|(of, _)| *of >= revision) {
            return Ok(Arc::clone(found));
        }
        let (told, mut heard) = mpsc::channel(WAITING);
        let smsc = Arc::new(Smsc::new(account, tls, told).map_err(|fault| Faults(vec![fault]))?);
        let (coming, configuration) = (self.coming.clone(), id.clone());
        tokio::spawn(async move {
            let places = Arc::new(Semaphore::new(RECEIPTS_AT_ONCE));
            while let Some(next) = heard.recv().await {
                let place = match next.delivery {
                    Delivery::Inbound(_) => None,
                    Delivery::Receipt(_) => match Arc::clone(&places).try_acquire_owned() {
                        Ok(place) => Some(place),
                        Err(_) => continue,
                    },
                };
                if coming.send(Delivered { configuration: configuration.clone(), coming: next, place }).await.is_err() {
                    return;
                }
            }
        });
        if let Some((_, superseded)) = open.insert(id.clone(), (revision, Arc::clone(&smsc))) {
            tokio::spawn(async move { superseded.close().await });
        }
        Ok(smsc)
    }

    fn find(&self, id: &ChannelConfigurationId, revision: i64) -> Option<Arc<Smsc>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(id).filter(|(of, _)| *of >= revision).map(|(_, smsc)| Arc::clone(smsc))
    }
}

async fn configuration(options: &Options) -> Result<Arc<rustls::ClientConfig>, Faults> {
    let made = tls::configuration(&options.extra_roots, None).await;
    let mut made = made.map_err(|fault: Fault| Faults(vec![fault]))?;
    made.alpn_protocols.clear();
    Ok(Arc::new(made))
}

fn of_smsc(via: String, answer: smpp::Answer) -> Answer {
    let answered =
        |reading: Reading| super::answers::of_reading(Answer { via: via.clone(), ..Answer::default() }, reading);
    match answer {
        smpp::Answer::Answered { reading, provider_ids } => Answer { provider_ids, ..answered(reading) },
        // Nobody has it: no try is used up, unless the SMSC said that it will never work.
        smpp::Answer::NotSent(reading) => match answered(reading) {
            Answer { outcome: Outcome::Retry, reason, words, via, .. } => {
                Answer { via, words, reason, ..Answer::default() }
            }
            other => other,
        },
        smpp::Answer::InDoubt { reading, provider_ids } => {
            Answer { outcome: Outcome::InDoubt, suppresses: false, provider_ids, ..answered(reading) }
        }
    }
}
