//! A call becomes an execution and messages, committed before the answer.

mod commit;

use content::Data;
use domain::campaign::CampaignStatus;
use domain::channel_configuration::Category;
use domain::execution::{ExecutionRequest, Recipient};
use domain::id::{ChannelConfigurationId, ExecutionId, MessageId};
use domain::{Failure, Faults, Timestamp};

use crate::api_clients::ApiCaller;
use crate::campaigns::LiveCampaign;
use crate::clock::random_bytes;
use crate::ids::new_id;
use crate::keys::fingerprint;
use crate::store::executions::{self, Earlier, NewExecution};
use crate::store::messages::NewMessage;
use crate::{Engine, Result};
pub(crate) use commit::Committer;

/// What the caller is told with 202.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub execution_id: ExecutionId,
    pub request_id: String,
    pub created_at: Timestamp,
    pub created_by: String,
    /// The same call was accepted before; nothing was done again.
    pub replayed: bool,
}

/// A valid call on its way into the database.
pub(crate) struct NewCall {
    execution: NewExecution,
    configuration_id: ChannelConfigurationId,
    lane: i64,
    messages: Vec<NewMessage>,
}

impl Engine {
    /// Accepts a call for 1–20 recipients. When this returns, execution and messages are on disk; a caller that goes away
    /// before does not stop that.
    ///
    /// Failures: Invalid (faults with JSON paths: `recipient_count`, `duplicate_recipient`, `bad_email_address`,
    /// `context_too_large`, `missing_variable` …), `NotFound` `campaign`, Conflict `campaign_not_live` | `before_start` |
    /// `after_end` | `request_id_reused`, Unavailable when the database does not keep up.
    pub async fn trigger_unitary(&self, caller: &ApiCaller, request: ExecutionRequest) -> Result<Accepted> {
        let body_hash = fingerprint(&serde_json::to_vec(&request)?);
        let call = match self.check_call(caller, &request, &body_hash).await {
            Ok(call) => call,
            Err(refused) => {
                // A call that was accepted once gets its answer again, whatever has become of the campaign.
                return match self.find_earlier(caller, &request).await? {
                    Some(earlier) if earlier.body_hash == body_hash => Ok(answer(request.request_id, earlier, true)),
                    _ => Err(refused),
                };
            }
        };
        let committed = self.0.committer.commit(call).await?;
        if committed.earlier.body_hash != body_hash {
            let text = "This requestId was used before for another call. Use a new one for each call.";
            return Err(Failure::conflict("request_id_reused", text).into());
        }
        if committed.is_new {
            self.0.delivery.wake();
            self.0.news.tell(&caller.sandbox);
        }
        Ok(answer(request.request_id, committed.earlier, !committed.is_new))
    }

    /// The execution of the same `requestId`, if there is one.
    async fn find_earlier(&self, caller: &ApiCaller, request: &ExecutionRequest) -> Result<Option<Earlier>> {
        let (campaign, request_id) = (request.campaign_id.trim(), request.request_id.as_str());
        // Such texts were never stored, and PostgreSQL does not even take the question.
        if [campaign, request_id].iter().any(|text| text.is_empty() || text.contains('\0')) {
            return Ok(None);
        }
        executions::find_by_request(self.store(), &caller.sandbox, campaign, request_id).await
    }

    async fn check_call(&self, caller: &ApiCaller, request: &ExecutionRequest, body_hash: &str) -> Result<NewCall> {
        request.check().into_result()?;
        let campaign = self.live_campaign(&caller.sandbox, request.campaign_id.trim()).await?;
        check_live(&campaign, self.now())?;
        let now = self.now();
        let mut faults = Faults::default();
        let mut messages = Vec::with_capacity(request.recipients.len());
        for (position, recipient) in request.recipients.iter().enumerate() {
            let at = format!("recipients[{position}]");
            let missing = campaign.version.compiled.missing(&data_of(recipient));
            faults.0.extend(missing.0.into_iter().map(|fault| fault.under(&at)));
            if let Some(address) = faults.take(&at, recipient.email_address()) {
                messages.push(NewMessage {
                    id: message_id(now, position),
                    user_id: recipient.user_id.clone(),
                    namespace: recipient.namespace.clone(),
                    address: address.to_string(),
                    recipient: serde_json::to_string(recipient)?,
                });
            }
        }
        faults.into_result()?;
        let execution = NewExecution {
            id: new_id(now, ExecutionId::new),
            sandbox: caller.sandbox.clone(),
            campaign_id: campaign.id.clone(),
            campaign_version: campaign.version.number,
            request_id: request.request_id.clone(),
            body_hash: body_hash.to_owned(),
            api_client_id: caller.client_id.to_string(),
            created_by: caller.name.clone(),
            created_at: now,
        };
        let configuration_id = campaign.version.definition.configuration_id.clone();
        Ok(NewCall { execution, configuration_id, lane: lane_of(campaign.category), messages })
    }
}

/// What the templates can read of a recipient.
pub(crate) fn data_of(recipient: &Recipient) -> Data {
    Data {
        context: recipient.context.clone().unwrap_or_default(),
        profile: recipient.profile.clone().unwrap_or_default(),
    }
}

pub(crate) const TRANSACTIONAL_LANE: i64 = 1;
/// Lower numbers are served first.
const MARKETING_LANE: i64 = 2;

fn lane_of(category: Category) -> i64 {
    match category {
        Category::Transactional => TRANSACTIONAL_LANE,
        Category::Marketing => MARKETING_LANE,
    }
}

fn check_live(campaign: &LiveCampaign, now: Timestamp) -> Result<(), Failure> {
    match campaign.status {
        CampaignStatus::Live if campaign.starts_at.is_none_or(|start| start <= now) => Ok(()),
        CampaignStatus::Live | CampaignStatus::Scheduled => {
            let start = campaign.starts_at.map(|start| start.to_string()).unwrap_or_default();
            Err(Failure::conflict("before_start", format!("This campaign accepts calls from {start} on.")))
        }
        CampaignStatus::Finished => {
            let end = campaign.ends_at.map(|end| end.to_string()).unwrap_or_default();
            Err(Failure::conflict("after_end", format!("This campaign accepted calls until {end}.")))
        }
        CampaignStatus::Draft | CampaignStatus::Stopped => {
            Err(Failure::conflict("campaign_not_live", "This campaign is not live."))
        }
    }
}

/// Ids of one call sort in the order of its recipients.
fn message_id(now: Timestamp, position: usize) -> MessageId {
    let mut random: [u8; 10] = random_bytes();
    random[0] = u8::try_from(position).unwrap_or(u8::MAX);
    MessageId::new(u64::try_from(now.as_millis()).unwrap_or(0), random)
}

fn answer(request_id: String, earlier: Earlier, replayed: bool) -> Accepted {
    Accepted {
        execution_id: earlier.id,
        request_id,
        created_at: earlier.created_at,
        created_by: earlier.created_by,
        replayed,
    }
}
