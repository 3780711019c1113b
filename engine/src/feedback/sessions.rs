//! What comes in over sessions with SMSCs: receipts, and what people write.

use domain::Timestamp;
use domain::channel_configuration::{ChannelConfigurationStatus, Transport};
use domain::id::{ChannelConfigurationId, InboundId};
use domain::provider::ProviderKind;
use domain::sandbox::SandboxMode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::ids::new_id;
use crate::providers::{About, Heard, Inbound, Told};
use crate::senders::{Delivered, Delivery};
use crate::store::channel_configurations;
use crate::{Engine, Result};

impl Engine {
    /// Opens the sessions of active configurations and notes what comes in, for ever.
    pub(crate) async fn hear_sessions_for_ever(&self) {
        if let Err(error) = self.open_sessions().await {
            tracing::error!(%error, "sessions cannot be opened yet");
        }
        let mut receipts = JoinSet::new();
        loop {
            let delivered = self.0.delivery.senders.next_delivery().await;
            while receipts.try_join_next().is_some() {}
            // A receipt may have to wait until its message is recorded. What people write is taken in their order, and at once.
            match &delivered.coming.delivery {
                Delivery::Receipt(_) => {
                    let engine = self.clone();
                    receipts.spawn(async move { engine.take_delivery(delivered).await });
                }
                Delivery::Inbound(_) => self.take_delivery(delivered).await,
            }
        }
    }

    /// After a restart receipts may be waiting though nothing is to be sent.
    async fn open_sessions(&self) -> Result<()> {
        for stored in channel_configurations::list_with_secret(self.store()).await? {
            let configuration = &stored.configuration;
            let is_smpp =
                matches!(&configuration.transport, Transport::Provider(it) if it.provider == ProviderKind::Smpp);
            if !is_smpp
                || configuration.status != ChannelConfigurationStatus::Active
                || self.find_sandbox(&stored.sandbox).await?.mode == SandboxMode::Capture
            {
                continue;
            }
            let sending = self.sending_configuration(&configuration.id).await?;
            self.0.delivery.senders.open_sessions(&sending).await;
        }
        Ok(())
    }

    /// Acknowledges it when it is kept: otherwise the SMSC comes again.
    async fn take_delivery(&self, Delivered { configuration, coming, place: _place }: Delivered) {
        match self.keep_delivery(&configuration, coming.delivery).await {
            Ok(()) => coming.acknowledgement.kept(),
            Err(error) => {
                tracing::warn!(configuration = %configuration, %error, "what an SMSC told cannot be kept now");
            }
        }
    }

    async fn keep_delivery(&self, configuration: &ChannelConfigurationId, delivery: Delivery) -> Result<()> {
        let Some(stored) = channel_configurations::find(self.store(), configuration).await? else { return Ok(()) };
        self.take_in(&stored, heard(delivery, self.now())).await
    }
}

fn heard(delivery: Delivery, now: Timestamp) -> Heard {
    match delivery {
        Delivery::Receipt(receipt) => {
            let raw = json!({ "id": receipt.provider_id, "text": receipt.words });
            let told = Told {
                key: format!("{} {:?} {}", receipt.provider_id, receipt.kind, receipt.reason),
                about: About::ProviderId(receipt.provider_id),
                kind: receipt.kind,
                at: receipt.at.unwrap_or(now),
                reason: receipt.reason,
                words: receipt.words,
                raw,
            };
            Heard { told: vec![told], ..Heard::default() }
        }
        Delivery::Inbound(text) => {
            // An SMSC that tells it again cannot be told from a person who writes it again.
            let key = new_id(now, InboundId::new).to_string();
            let raw = json!({ "from": text.from, "to": text.to });
            let inbound = Inbound { from: text.from, to: text.to, text: text.text, at: now, key, raw };
            Heard { inbound: vec![inbound], ..Heard::default() }
        }
    }
}
