//! A call that is only tried.

use domain::dry_run::{DryRun, DryRunRecipient};
use domain::execution::{CallRules, ExecutionRequest, Recipient};
use domain::explanation::Explanation;
use domain::id::{ExecutionId, ExecutionKind, MessageId};
use domain::message::Check;
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};

use super::{check_attachments, check_door, check_live, missing, unknown};
use crate::api_clients::ApiCaller;
use crate::campaigns::LiveCampaign;
use crate::delivery::TriedOut;
use crate::files::{listed, take_out};
use crate::ids::new_id;
use crate::lane::Lane;
use crate::store::messages::{Claimed, Fate, Queue};
use crate::{Engine, Result};

impl Engine {
    /// What a call would do, decided and rendered by the code that delivers. Nothing is stored or sent, and the
    /// `requestId` stays free. A call that says something impossible, or names no campaign of this door, is refused as
    /// the real one; everything else is told in the answer.
    pub async fn dry_run(
        &self,
        caller: &ApiCaller,
        door: ExecutionKind,
        mut request: ExecutionRequest,
    ) -> Result<DryRun> {
        take_out(&mut request, self.0.settings.attachments_max_bytes)?;
        let rules = CallRules { kind: door, context_max_bytes: self.0.settings.context_max_bytes };
        request.check(rules).into_result()?;
        let campaign = self.live_campaign(&caller.sandbox, request.campaign_id.trim()).await?;
        check_door(&campaign, door)?;
        let now = self.now();
        let mut faults = Faults::default();
        let not_live = check_live(&campaign, now).err().map(|failure| fault_of("campaignId", &failure));
        faults.0.extend(not_live.clone());
        faults.0.extend(check_attachments(&request, &campaign));
        let configuration = self.configuration_if_any(&campaign.version.definition.configuration_id).await?;
        let mut recipients = Vec::with_capacity(request.recipients.len());
        for (position, recipient) in request.recipients.iter().enumerate() {
            let at = format!("recipients[{position}]");
            let known = self.known(&caller.sandbox, recipient, &campaign, configuration.as_deref()).await?;
            faults.0.extend(unknown(&known, &campaign).map(|fault| fault.under(&at)));
            let missing = missing(&campaign, known.recipient());
            faults.0.extend(missing.0.into_iter().map(|fault| fault.under(&at)));
            match self.places_of(&caller.sandbox, &known, &campaign, configuration.as_deref()).await? {
                Ok(places) => {
                    for place in places {
                        let message = would_be(&caller.sandbox, &campaign, door, recipient, place.address, now)?;
                        let fault = not_live.clone().or(place.excluded.and_then(excluded_fault));
                        recipients.push(self.try_recipient(recipient, message, fault.as_ref()).await?);
                    }
                }
                Err(fault) => faults.0.push(fault.under(&at)),
            }
        }
        Ok(DryRun { would_accept: faults.is_empty(), faults, recipients })
    }

    pub(crate) async fn try_recipient(
        &self,
        recipient: &Recipient,
        message: Claimed,
        not_live: Option<&Fault>,
    ) -> Result<DryRunRecipient> {
        let address = message.address.clone();
        let version = self.version(&message.campaign_id, message.campaign_version).await?;
        let TriedOut { variant, mut checks, rendered, waits, fault } = self.try_out(message).await?;
        say_live(&mut checks, not_live);
        let content = version.definition.content_of(variant.as_ref().map(|named| &named.key));
        let attachments = listed(content, &serde_json::to_value(recipient)?);
        let waits = waits && not_live.is_none();
        let fault = not_live.cloned().or(fault);
        let explanation = Explanation::of_try(version.definition.content.channel(), fault.as_ref(), waits, &checks);
        Ok(DryRunRecipient {
            user_id: recipient.user_id.clone(),
            namespace: recipient.namespace.clone(),
            address,
            variant,
            would_send: fault.is_none() || waits,
            reason: fault.as_ref().map(|fault| fault.code.clone()),
            detail: fault.map(|fault| fault.text),
            checks,
            explanation,
            rendered: rendered.map(|rendered| rendered.content),
            attachments,
        })
    }
}

/// Delivery takes it that the campaign was live when the call was accepted; here is no such call.
fn say_live(checks: &mut [Check], not_live: Option<&Fault>) {
    for check in checks.iter_mut().filter(|check| check.code == "campaign_live") {
        check.passed = not_live.is_none();
        check.text = not_live.map_or_else(|| "The campaign is live.".to_owned(), |fault| fault.text.clone());
    }
}

/// Why a message is not sent that is made all the same.
pub(crate) fn excluded_fault(fate: Fate) -> Option<Fault> {
    match fate {
        Fate::Excluded { reason, detail } => Some(Fault::new("", reason, detail)),
        Fate::Due(_) => None,
    }
}

/// What the real call would be refused with.
pub(crate) fn fault_of(path: &str, failure: &Failure) -> Fault {
    Fault::new(path, &failure.full_code(), failure.to_string())
}

/// The message that delivery would take from the queue.
pub(crate) fn would_be(
    sandbox: &SandboxName,
    campaign: &LiveCampaign,
    door: ExecutionKind,
    recipient: &Recipient,
    address: String,
    now: Timestamp,
) -> Result<Claimed> {
    Ok(Claimed {
        home: None,
        id: new_id(now, MessageId::new),
        // Of no run: whatever a run shares, the recipient carries itself.
        execution_id: new_id(now, ExecutionId::new),
        sandbox: sandbox.clone(),
        campaign_id: campaign.id.clone(),
        campaign_version: campaign.version.number,
        queue: Queue { configuration_id: campaign.version.definition.configuration_id.clone(), lane: Lane::of(door) },
        address,
        recipient: serde_json::to_string(recipient)?,
        attempt: 1,
        tries: 0,
        slot_at: None,
        created_at: now,
        probe: false,
        quiet: None,
        variant: None,
    })
}
