//! A call becomes an execution and messages, committed before the answer.

mod commit;
pub(crate) mod dry_run;
mod people;

use std::sync::Arc;

use domain::campaign::CampaignStatus;
use domain::channel_configuration::Channel;
use domain::execution::{AcceptedRecipient, CallRules, ExecutionRequest, Recipient};
use domain::id::{ExecutionId, ExecutionKind, MessageId};
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};

use crate::addresses::{self, Destination};
use crate::api_clients::ApiCaller;
use crate::campaigns::LiveCampaign;
use crate::channel_configurations::SendingConfiguration;
use crate::clock::random_bytes;
use crate::files::{NewFiles, take_out};
use crate::ids::new_id;
use crate::keys::fingerprint_of;
use crate::lane::Lane;
use crate::profiles::NewPerson;
use crate::store::executions::{self, Earlier, NewExecution};
use crate::store::messages::{self, Fate, NewMessage, Queue};
use crate::{Engine, Result};
pub(crate) use commit::{Committer, Desk};
pub(crate) use people::Known;
use people::unknown;

/// What the caller is told with 202.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub execution_id: ExecutionId,
    pub request_id: String,
    pub created_at: Timestamp,
    pub created_by: String,
    /// In the order of the call. Empty when retention has removed the messages of an earlier call.
    pub recipients: Vec<AcceptedRecipient>,
    /// The same call was accepted before; nothing was done again.
    pub replayed: bool,
}

/// A valid call on its way into the database.
pub(crate) struct NewCall {
    execution: NewExecution,
    queue: Queue,
    channel: Channel,
    /// May its messages go from here straight to delivery? Those of a configuration with a rate take their turn.
    direct: bool,
    messages: Vec<NewMessage>,
    files: NewFiles,
    /// Which message goes with which file, by its hash.
    uses: Vec<(MessageId, String)>,
    /// Recipients whom nobody has stored yet.
    people: Vec<NewPerson>,
}

impl Engine {
    /// Accepts a call for 1–20 recipients of a campaign whose door this is. When this returns, execution and messages are
    /// on disk; a caller that goes away before does not stop that.
    ///
    /// Failures: Invalid (faults with JSON paths: `recipient_count`, `duplicate_recipient`, `bad_email_address`,
    /// `context_too_large`, `missing_variable`, `wrong_type`, `external_only`, `unknown_profile` …; at `campaignId` `unitary_campaign` |
    /// `high_throughput_campaign` | `marketing_campaign` when the campaign has another door), `NotFound` `campaign`,
    /// Conflict `campaign_not_live` | `before_start` | `after_end` | `request_id_reused`, Limited `backlog_full`,
    /// Unavailable when the database does not keep up or is away.
    pub async fn trigger_unitary(&self, caller: &ApiCaller, request: ExecutionRequest) -> Result<Accepted> {
        self.trigger(caller, ExecutionKind::Unitary, request).await
    }

    /// The same for a high-throughput campaign, whose messages are served before all others.
    pub async fn trigger_high_throughput(&self, caller: &ApiCaller, request: ExecutionRequest) -> Result<Accepted> {
        self.trigger(caller, ExecutionKind::HighThroughput, request).await
    }

    async fn trigger(&self, caller: &ApiCaller, door: ExecutionKind, request: ExecutionRequest) -> Result<Accepted> {
        self.0.health.check()?;
        self.check_backlog().await?;
        self.0.health.note(self.take_call(caller, door, request).await)
    }

    async fn take_call(
        &self,
        caller: &ApiCaller,
        door: ExecutionKind,
        mut request: ExecutionRequest,
    ) -> Result<Accepted> {
        let files = take_out(&mut request, self.0.settings.attachments_max_bytes)?;
        let recipients = request.recipients.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        let body_hash = body_hash(&request, &recipients);
        let call = match self.check_call(caller, door, &request, recipients, &body_hash).await {
            Ok(call) => NewCall { files, ..call },
            Err(refused) => {
                // A call that was accepted once gets its answer again, whatever has become of the campaign.
                return match self.find_earlier(caller, &request).await? {
                    Some(earlier) if earlier.body_hash == body_hash => self.replayed(request.request_id, earlier).await,
                    _ => Err(refused),
                };
            }
        };
        let recipients: Vec<_> = call.messages.iter().map(accepted_recipient).collect();
        let makes_people = !call.people.is_empty();
        let committed = self.0.committer.commit(call).await?;
        if makes_people {
            self.profiles_changed(&caller.sandbox);
        }
        if committed.earlier.body_hash != body_hash {
            let text = "This requestId was used before for another call. Use a new one for each call.";
            return Err(Failure::conflict("request_id_reused", text).into());
        }
        if !committed.is_new {
            return self.replayed(request.request_id, committed.earlier).await;
        }
        self.0.backlog.add(recipients.len());
        self.0.news.tell(&caller.sandbox);
        Ok(answer(request.request_id, committed.earlier, recipients, false))
    }

    /// The answer to a call that was accepted before.
    async fn replayed(&self, request_id: String, earlier: Earlier) -> Result<Accepted> {
        let recipients = messages::recipients(self.store(), &earlier.id).await?;
        Ok(answer(request_id, earlier, recipients, true))
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

    async fn check_call(
        &self,
        caller: &ApiCaller,
        door: ExecutionKind,
        request: &ExecutionRequest,
        recipients: Vec<String>,
        body_hash: &str,
    ) -> Result<NewCall> {
        let rules = CallRules { kind: door, context_max_bytes: self.0.settings.context_max_bytes };
        request.check(rules).into_result()?;
        let campaign = self.live_campaign(&caller.sandbox, request.campaign_id.trim()).await?;
        check_door(&campaign, door)?;
        check_live(&campaign, self.now())?;
        let now = self.now();
        let configuration_id = campaign.version.definition.configuration_id.clone();
        let configuration = self.configuration_if_any(&configuration_id).await?;
        let mut faults = Faults::default();
        faults.0.extend(check_attachments(request, &campaign));
        let mut messages = Vec::with_capacity(request.recipients.len());
        let (mut uses, mut people) = (Vec::new(), Vec::new());
        for (position, (recipient, text)) in request.recipients.iter().zip(&recipients).enumerate() {
            let here = |fault: Fault| fault.under(&format!("recipients[{position}]"));
            let known = self.known(&caller.sandbox, recipient, &campaign, configuration.as_deref()).await?;
            faults.0.extend(unknown(&known, &campaign).map(here));
            faults.0.extend(missing(&campaign, known.recipient()).0.into_iter().map(here));
            match self.places_of(&caller.sandbox, &known, &campaign, configuration.as_deref()).await? {
                Ok(places) => {
                    let address = places.first().map(|place| place.address.as_str());
                    people.extend(known.new_person(address, &campaign, now));
                    for place in places {
                        let id = message_id(now, messages.len());
                        let stored = recipient.attachments.iter().filter_map(|file| file.stored.as_ref());
                        uses.extend(stored.map(|stored| (id.clone(), stored.hash.clone())));
                        messages.push(NewMessage {
                            id,
                            user_id: recipient.user_id.clone(),
                            namespace: recipient.namespace.clone(),
                            address: place.address,
                            recipient: text.clone(),
                            fate: place.excluded.unwrap_or(Fate::Due(now)),
                            variant: None,
                        });
                    }
                }
                Err(fault) => faults.0.push(here(fault)),
            }
        }
        faults.into_result()?;
        let execution = NewExecution {
            id: new_id(now, ExecutionId::new).of_kind(door),
            sandbox: caller.sandbox.clone(),
            campaign_id: campaign.id.clone(),
            campaign_version: campaign.version.number,
            request_id: request.request_id.clone(),
            body_hash: body_hash.to_owned(),
            api_client_id: caller.client_id.to_string(),
            created_by: caller.name.clone(),
            created_at: now,
        };
        let direct = !configuration.is_some_and(|it| it.configuration.rates.are_limited());
        let channel = campaign.version.definition.content.channel();
        let queue = Queue { configuration_id, lane: Lane::of(door) };
        Ok(NewCall { execution, queue, channel, direct, messages, files: NewFiles::default(), uses, people })
    }
}

/// Only mails have files.
pub(crate) fn check_attachments(request: &ExecutionRequest, campaign: &LiveCampaign) -> Option<Fault> {
    let is_mail = campaign.version.definition.content.channel() == Channel::Email;
    let position = request.recipients.iter().position(|recipient| !recipient.attachments.is_empty())?;
    let path = format!("recipients[{position}].attachments");
    (!is_mail).then(|| Fault::new(path, "only_email", "Only mails have attachments; this campaign sends none."))
}

/// Where a message of a recipient goes.
pub(crate) struct Place {
    pub(crate) address: String,
    /// It goes nowhere, and why.
    pub(crate) excluded: Option<Fate>,
}

impl Engine {
    /// Where messages of this recipient go: one place, but for notifications, which go to each device. The inner fault is the
    /// caller's, relative to the recipient.
    pub(crate) async fn places_of(
        &self,
        sandbox: &SandboxName,
        known: &Known<'_>,
        campaign: &LiveCampaign,
        configuration: Option<&SendingConfiguration>,
    ) -> Result<Result<Vec<Place>, Fault>> {
        let recipient = known.recipient();
        let configuration = configuration.map(|sending| &sending.configuration);
        let to = Destination::of(campaign.version.definition.content.channel(), configuration);
        match addresses::of_recipient(recipient, to) {
            Ok(Some(address)) => Ok(Ok(vec![Place { address, excluded: None }])),
            Ok(None) => {
                let context = || Arc::new(recipient.context.clone().unwrap_or_default());
                let of = (&campaign.id, &*campaign.version);
                let mut devices = match self.devices_of(sandbox, recipient, configuration, of, context).await? {
                    Ok(devices) => devices,
                    Err(fault) => return Ok(Err(fault)),
                };
                if devices.is_empty() {
                    devices = self.devices_of_profile(sandbox, known, configuration, of).await?;
                }
                let places = devices.into_iter().map(|address| Place { address, excluded: None }).collect::<Vec<_>>();
                Ok(Ok(if places.is_empty() { vec![no_device(recipient)] } else { places }))
            }
            Err(fault) => Ok(Err(fault)),
        }
    }
}

/// Nothing can be sent, and the log says so.
fn no_device(recipient: &Recipient) -> Place {
    let excluded = Fate::Excluded {
        reason: "no_push_token",
        detail: "The person has no registered device, or live activity, that this channel configuration can reach.",
    };
    Place { address: recipient.user_id.clone(), excluded: Some(excluded) }
}

/// What the live version needs of a recipient and lacks, or has of the wrong type. Nothing is copied.
fn missing(campaign: &LiveCampaign, recipient: &Recipient) -> Faults {
    campaign.version.contents.contract().missing_of(recipient.context.as_ref(), recipient.profile.as_ref())
}

/// The same for calls that say the same, however they are written. `recipients` are those of the call, as they are stored.
fn body_hash(request: &ExecutionRequest, recipients: &[String]) -> String {
    let mut texts = vec![request.request_id.as_str(), request.campaign_id.as_str()];
    texts.extend(recipients.iter().map(String::as_str));
    fingerprint_of(&texts)
}

/// Refuses a call that came to another door than the campaign's, and names the right one.
pub(crate) fn check_door(campaign: &LiveCampaign, door: ExecutionKind) -> Result<(), Failure> {
    let right = campaign.version.definition.door(campaign.category);
    if right == door {
        return Ok(());
    }
    let (code, what) = match right {
        ExecutionKind::Unitary => ("unitary_campaign", "This campaign is transactional, without high throughput"),
        ExecutionKind::HighThroughput => ("high_throughput_campaign", "This campaign is switched to high throughput"),
        // No campaign has proofs as its door.
        ExecutionKind::Audience | ExecutionKind::Proof => {
            ("marketing_campaign", "This is a marketing campaign: it is run by audience")
        }
    };
    Err(Failure::invalid("campaignId", code, format!("{what}. Call POST {}.", right.endpoint())))
}

pub(crate) fn check_live(campaign: &LiveCampaign, now: Timestamp) -> Result<(), Failure> {
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
        CampaignStatus::Paused => {
            let text = "This campaign is paused: it accepts no call until it is resumed.";
            Err(Failure::conflict("campaign_paused", text))
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

fn accepted_recipient(message: &NewMessage) -> AcceptedRecipient {
    AcceptedRecipient {
        user_id: message.user_id.clone(),
        namespace: message.namespace.clone(),
        message_id: message.id.clone(),
        address: message.address.clone(),
    }
}

pub(crate) fn answer(
    request_id: String,
    earlier: Earlier,
    recipients: Vec<AcceptedRecipient>,
    replayed: bool,
) -> Accepted {
    Accepted {
        execution_id: earlier.id,
        request_id,
        created_at: earlier.created_at,
        created_by: earlier.created_by,
        recipients,
        replayed,
    }
}
