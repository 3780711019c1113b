//! A call for proofs becomes messages, committed before the answer.

use domain::campaign::CampaignDefinition;
use domain::channel_configuration::Channel;
use domain::content::{Content, PushKind};
use domain::execution::{Recipient, RecipientKind};
use domain::id::{CampaignId, ExecutionId, ExecutionKind, MessageId};
use domain::preview::Edition;
use domain::proof::{ProofCopy, ProofJob, ProofRecipient, ProofRequest, ProofTo};
use domain::{Failure, Faults, SandboxName, Timestamp};
use serde::{Deserialize, Serialize};

use crate::addresses::{Destination, phone_number};
use crate::channel_configurations::SendingConfiguration;
use crate::ids::new_id;
use crate::lane::Lane;
use crate::store::executions::NewExecution;
use crate::store::messages::{Batch, Fate, NewMessage, Queue};
use crate::store::{executions, files, messages, proofs};
use crate::{Engine, Result};

/// Who asks for proofs.
#[derive(Debug, Clone, Copy)]
pub struct ProofSender<'a> {
    /// As people read it.
    pub name: &'a str,
    /// Of an API client its id; empty: a person.
    pub client_id: &'a str,
}

/// A recipient as a message of a proof has it.
#[derive(Serialize)]
struct StoredRecipient<'a> {
    #[serde(flatten)]
    recipient: &'a Recipient,
    proof: Mark,
}

/// What a proof has beside it. No call can say this: a recipient is stored as it was read.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Mark {
    subject_prefix: String,
}

/// What stands before the subject of this proof; mostly nothing.
pub(crate) fn subject_prefix(recipient: &str) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Marked {
        proof: Mark,
    }

    serde_json::from_str::<Marked>(recipient).unwrap_or_default().proof.subject_prefix
}

impl Engine {
    /// Sends what the campaign says to testers, each of its variants or one: the draft while it differs from what is live, and otherwise what is live. When
    /// this returns, all messages are on disk. What is stored of a person is read only if the call says nothing of them.
    ///
    /// Failures: `NotFound` `campaign`; Invalid with the paths of the call (`recipient_count`, `no_address`,
    /// `address_count`, `bad_subject_prefix`, `too_many_proofs` …), or with those of the form when the draft lacks something;
    /// `TooMany` after ten jobs in a minute by the same.
    pub async fn send_proofs(
        &self,
        sandbox: &SandboxName,
        campaign: &CampaignId,
        request: &ProofRequest,
        by: ProofSender<'_>,
    ) -> Result<ProofJob> {
        self.0.health.check()?;
        let (edition, definition) = self.definition_of_proof(sandbox, campaign).await?;
        refuse_activities(&definition)?;
        let channel = definition.content.channel();
        let variants = definition.variants.asked_for(request.variant_id.as_ref()).map_err(Failure::from)?;
        let copies = request.copies(channel, &variants, self.context_max_bytes());
        let copies = copies.map_err(|faults| Failure::Invalid { faults })?;
        let sending = self.configuration_if_any(&definition.configuration_id).await?;
        let addresses = addresses(&copies, channel, sending.as_deref())?;
        let who = if by.client_id.is_empty() { by.name } else { by.client_id };
        self.0.proof_pace.0.note(who, self.now())?;

        let now = self.now();
        let id = new_id(now, ExecutionId::new).of_kind(ExecutionKind::Proof);
        let all = copies.iter().zip(addresses).map(|(copy, address)| new_message(request, copy, address, now));
        let all = all.collect::<Result<Vec<_>>>()?;
        let execution = NewExecution {
            id: id.clone(),
            sandbox: sandbox.clone(),
            campaign_id: campaign.clone(),
            campaign_version: edition.number(),
            request_id: id.to_string(),
            body_hash: String::new(),
            api_client_id: by.client_id.to_owned(),
            created_by: by.name.to_owned(),
            created_at: now,
        };
        let queue = Queue { configuration_id: definition.configuration_id.clone(), lane: Lane::Proof };
        let batch = Batch {
            execution_id: &execution.id,
            sandbox,
            campaign_id: campaign,
            campaign_version: edition.number(),
            queue: &queue,
            channel,
            created_at: now,
            claim: None,
        };
        let mut tx = self.store().begin().await?;
        if let Edition::Draft(_) = edition {
            proofs::put_version(&mut tx, campaign, edition.number(), &definition, now).await?;
        }
        executions::insert(&mut tx, &[&execution]).await?;
        messages::insert(&mut tx, &all.iter().map(|message| (&batch, message)).collect::<Vec<_>>()).await?;
        // The draft may lose a file before the proof goes.
        for message in &all {
            let email = definition.content_of(message.variant.as_ref()).email();
            for file in email.map_or(&[][..], |email| &email.attachments) {
                files::insert_use(&mut tx, message.id.as_str(), &file.hash).await?;
            }
        }
        tx.commit().await?;
        self.0.delivery.wake();
        self.0.news.tell(sandbox);
        self.find_proof(sandbox, campaign, &id).await
    }
}

/// A live activity belongs to one person's device: nobody else can be shown it.
fn refuse_activities(definition: &CampaignDefinition) -> Result<(), Failure> {
    let is_activity = definition
        .contents()
        .any(|(_, content)| matches!(content, Content::Push(push) if push.kind == PushKind::LiveActivity));
    let text = "Live activities have no proofs: they belong to the device of one person.";
    if is_activity { Err(Failure::invalid("campaignId", "no_proof_of_activity", text)) } else { Ok(()) }
}

/// Where the messages go, as they are stored.
fn addresses(
    copies: &[ProofCopy],
    channel: Channel,
    sending: Option<&SendingConfiguration>,
) -> Result<Vec<String>, Failure> {
    let region = Destination::of(channel, sending.map(|sending| &sending.configuration)).default_region;
    let mut faults = Faults::default();
    let read = copies.iter().filter_map(|copy| match &copy.to {
        ProofTo::Email(address) => Some(address.to_string()),
        ProofTo::Device(token) => Some(token.to_address()),
        ProofTo::Phone(text) => {
            let number = phone_number(text, region).map(|number| number.to_string());
            faults.take(&copy.path, number)
        }
    });
    let read = read.collect();
    faults.into_result()?;
    Ok(read)
}

fn new_message(request: &ProofRequest, copy: &ProofCopy, address: String, now: Timestamp) -> Result<NewMessage> {
    let ProofRecipient { user_id, namespace, profile, context, .. } = &request.recipients[copy.recipient];
    let (user_id, namespace) = (user_id.trim().to_owned(), namespace.trim().to_owned());
    // Of whoever is known to the caller only nothing is read.
    let kind = if profile.is_some() { RecipientKind::External } else { RecipientKind::Aep };
    let recipient = Recipient {
        kind,
        user_id: user_id.clone(),
        namespace: namespace.clone(),
        channel_data: None,
        profile: profile.clone(),
        context: context.clone(),
        attachments: Vec::new(),
    };
    let proof = Mark { subject_prefix: copy.subject_prefix.clone() };
    let recipient = serde_json::to_string(&StoredRecipient { recipient: &recipient, proof })?;
    let (id, variant) = (new_id(now, MessageId::new), copy.variant.clone());
    Ok(NewMessage { id, user_id, namespace, address, recipient, fate: Fate::Due(now), variant })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_from_a_recipient_that_a_proof_was_stored_with_and_from_no_other() {
        let recipient: Recipient = serde_json::from_value(serde_json::json!({
            "type": "external", "userId": "ann", "namespace": "crm", "profile": { "proof": { "subjectPrefix": "x" } },
            "proof": { "subjectPrefix": "of a call" }
        }))
        .unwrap();
        let as_stored_by_a_call = serde_json::to_string(&recipient).unwrap();
        assert_eq!(subject_prefix(&as_stored_by_a_call), "");
        let proof = Mark { subject_prefix: "[Test]".into() };
        let stored = serde_json::to_string(&StoredRecipient { recipient: &recipient, proof }).unwrap();
        assert!(stored.starts_with(r#"{"type":"external""#), "{stored}");
        assert_eq!(subject_prefix(&stored), "[Test]");
    }
}
