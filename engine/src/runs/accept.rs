//! A call for an audience becomes an execution with a run, or a schedule: on disk before the answer.

use std::sync::Arc;

use domain::execution::{AudienceRequest, Schedule};
use domain::id::{ExecutionId, ExecutionKind, ScheduleId};
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};
use serde_json::{Map, Value};

use super::pace::WINDOW;
use crate::api_clients::ApiCaller;
use crate::campaigns::LiveCampaign;
use crate::ids::{new_id, reference};
use crate::intake::{Accepted, answer, check_door, check_live};
use crate::keys::fingerprint;
use crate::store::audiences::StoredAudience;
use crate::store::executions::{self, Earlier, NewExecution};
use crate::store::runs::{self, NewRun, People};
use crate::store::schedules::{self, NewSchedule, StoredSchedule};
use crate::store::{Tx, audiences};
use crate::{Engine, Error, Result};

/// What the caller is told with 202.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudienceAccepted {
    /// It runs.
    Execution(Accepted),
    /// It will run.
    Schedule {
        schedule: Box<Schedule>,
        /// The same call was accepted before; nothing was done again.
        replayed: bool,
    },
}

/// What is to be run.
pub(crate) struct Wish<'a> {
    pub(crate) sandbox: &'a SandboxName,
    pub(crate) campaign_id: &'a str,
    /// Instead of the campaign's.
    pub(crate) audience_id: Option<&'a str>,
    pub(crate) context: Map<String, Value>,
}

impl<'a> Wish<'a> {
    pub(super) fn of(caller: &'a ApiCaller, request: &'a AudienceRequest) -> Self {
        Self {
            sandbox: &caller.sandbox,
            campaign_id: request.campaign_id.trim(),
            audience_id: request.audience.as_ref().map(|audience| audience.id.trim()),
            context: request.context.clone().unwrap_or_default(),
        }
    }
}

/// A run that may begin at this moment.
pub(crate) struct Planned {
    sandbox: SandboxName,
    campaign: LiveCampaign,
    audience: StoredAudience,
    /// JSON.
    context: String,
}

/// The call that a run comes from.
pub(crate) struct Origin<'a> {
    pub(crate) request_id: &'a str,
    pub(crate) body_hash: &'a str,
    pub(crate) api_client_id: &'a str,
    pub(crate) created_by: &'a str,
}

impl Engine {
    /// Accepts a call for an audience. When this returns, execution and run, or the schedule, are on disk; messages follow.
    ///
    /// Failures: Invalid (faults with JSON paths: `context_too_large`, `missing_variable`, `wrong_type`, `bad_time`, `after_end`
    /// …; at `campaignId` `unitary_campaign` | `high_throughput_campaign` when the campaign has another door), `NotFound`
    /// `campaign` | `audience`; at `audience.id` Invalid `audience_fixed` when the campaign lets calls name no other; Conflict `campaign_not_live` | `before_start` | `after_end` | `no_audience` |
    /// `audience_empty` | `request_id_reused` | `schedule_cancelled`, Unavailable when the database is away. How much may
    /// wait is no matter here: a run makes its messages as fast as they are sent.
    pub async fn trigger_audience(&self, caller: &ApiCaller, request: AudienceRequest) -> Result<AudienceAccepted> {
        self.0.health.check()?;
        self.0.health.note(self.take_audience_call(caller, request).await)
    }

    async fn take_audience_call(&self, caller: &ApiCaller, request: AudienceRequest) -> Result<AudienceAccepted> {
        request.check(self.context_max_bytes()).into_result()?;
        let body_hash = fingerprint(&serde_json::to_vec(&request)?);
        if let Some(id) = &request.request_id
            && let Some(earlier) = self.find_accepted(&caller.sandbox, &request.campaign_id, id, &body_hash).await?
        {
            return Ok(earlier);
        }
        let planned = self.plan_run(Wish::of(caller, &request)).await?;
        let request_id = request.request_id.clone().unwrap_or_else(|| format!("run-{}", reference()));
        let origin = Origin {
            request_id: &request_id,
            body_hash: &body_hash,
            api_client_id: caller.client_id.as_str(),
            created_by: &caller.name,
        };
        match request.execute_at()? {
            Some(at) if at > self.now() => self.schedule(&planned, &request, &origin, at).await,
            _ => self.run_now(&planned, &origin).await,
        }
    }

    /// What is to be run, checked against the campaign as it is now.
    pub(crate) async fn plan_run(&self, wish: Wish<'_>) -> Result<Planned> {
        let campaign = self.live_campaign(wish.sandbox, wish.campaign_id).await?;
        check_door(&campaign, ExecutionKind::Audience)?;
        check_live(&campaign, self.now())?;
        let audience = self.audience_of(&wish, &campaign).await?;
        check_context(&campaign, &wish.context).into_result()?;
        let context = serde_json::to_string(&wish.context)?;
        Ok(Planned { sandbox: wish.sandbox.clone(), campaign, audience, context })
    }

    pub(super) async fn audience_of(&self, wish: &Wish<'_>, campaign: &LiveCampaign) -> Result<StoredAudience> {
        let own = campaign.version.definition.audience_id.as_ref();
        let is_another = |id: &str| own.is_none_or(|own| own.as_str() != id);
        if wish.audience_id.is_some_and(is_another) && !campaign.version.definition.call_may_override {
            let text = "This campaign goes to its own audience only: leave audience.id out of the call.";
            return Err(Failure::invalid("audience.id", "audience_fixed", text).into());
        }
        let Some(id) = wish.audience_id.or(own.map(domain::id::AudienceId::as_str)) else {
            let text =
                "This campaign has no audience. Choose one in the campaign, or name one in the call: audience.id.";
            return Err(Failure::conflict("no_audience", text).into());
        };
        let found = self.find_audience(wish.sandbox, id).await?;
        let is_list = found.audience.rule.is_none();
        if is_list && (found.import_id.is_none() || found.audience.members == 0) {
            let text = format!("The audience “{}” has no members. Import a list.", found.audience.name);
            return Err(Failure::conflict("audience_empty", text).into());
        }
        Ok(found)
    }

    /// The answer to the same call, if it was accepted before.
    async fn find_accepted(
        &self,
        sandbox: &SandboxName,
        campaign: &str,
        request_id: &str,
        body_hash: &str,
    ) -> Result<Option<AudienceAccepted>> {
        if let Some(earlier) = schedules::find_by_request(self.store(), sandbox, campaign.trim(), request_id).await? {
            return replay(earlier, body_hash).map(Some);
        }
        let earlier = executions::find_by_request(self.store(), sandbox, campaign.trim(), request_id).await?;
        earlier.map(|earlier| again(request_id, earlier, body_hash)).transpose()
    }

    async fn run_now(&self, planned: &Planned, origin: &Origin<'_>) -> Result<AudienceAccepted> {
        let now = self.now();
        let id = new_id(now, ExecutionId::new).of_kind(ExecutionKind::Audience);
        let execution = execution_of(planned, origin, id.clone(), now);
        let mut tx = self.store().begin().await?;
        if !self.begin_run(&mut tx, planned, &execution).await? {
            let earlier = executions::find_by_request_in(&mut tx, &execution).await?;
            let earlier = earlier.ok_or_else(|| Error::unexpected("an execution vanished"))?;
            return again(origin.request_id, earlier, origin.body_hash);
        }
        tx.commit().await?;
        self.0.news.tell(&planned.sandbox);
        let earlier = Earlier {
            id,
            body_hash: execution.body_hash,
            created_by: execution.created_by,
            created_at: execution.created_at,
        };
        Ok(AudienceAccepted::Execution(answer(execution.request_id, earlier, Vec::new(), false)))
    }

    /// Writes the execution and its run; `false` when there is an execution of this `requestId`.
    pub(crate) async fn begin_run(&self, tx: &mut Tx, planned: &Planned, execution: &NewExecution) -> Result<bool> {
        if executions::insert(tx, &[execution]).await?.is_empty() {
            return Ok(false);
        }
        let id = &planned.audience.audience.id;
        // Read once more: the list may have been replaced since the call was checked.
        let audience = audiences::find_in(tx, &planned.sandbox, id).await?.unwrap_or_else(|| planned.audience.clone());
        let people = match (audience.audience.rule, audience.import_id) {
            (Some(rule), _) => People::Rule(Arc::new(rule)),
            (None, Some(import)) => People::List(import),
            (None, None) => return Err(Error::unexpected("an audience lost its list")),
        };
        let version = &planned.campaign.version;
        let per_second = version.definition.messages_per_second;
        let run = NewRun {
            execution_id: execution.id.clone(),
            sandbox: planned.sandbox.clone(),
            campaign_id: planned.campaign.id.clone(),
            campaign_version: version.number,
            configuration_id: version.definition.configuration_id.clone(),
            audience_id: id.clone(),
            people,
            context: planned.context.clone(),
            targeted: audience.audience.members,
            per_second,
            ends_at: per_second.map(|_| execution.created_at.plus(WINDOW)),
            created_at: execution.created_at,
        };
        runs::insert(tx, &run).await?;
        Ok(true)
    }

    async fn schedule(
        &self,
        planned: &Planned,
        request: &AudienceRequest,
        origin: &Origin<'_>,
        execute_at: Timestamp,
    ) -> Result<AudienceAccepted> {
        check_execute_at(&planned.campaign, execute_at)?;
        let now = self.now();
        let new = NewSchedule {
            id: new_id(now, ScheduleId::new),
            sandbox: &planned.sandbox,
            campaign_id: &planned.campaign.id,
            audience_id: request.audience.as_ref().map(|audience| audience.id.trim()),
            request_id: origin.request_id,
            body_hash: origin.body_hash,
            context: &planned.context,
            execute_at,
            api_client_id: origin.api_client_id,
            created_at: now,
            created_by: origin.created_by,
        };
        let mut tx = self.store().begin().await?;
        schedules::insert(&mut tx, &new).await?;
        tx.commit().await?;
        let campaign = planned.campaign.id.as_str();
        let found = schedules::find_by_request(self.store(), &planned.sandbox, campaign, origin.request_id).await?;
        let found = found.ok_or_else(|| Error::unexpected("a schedule vanished"))?;
        if found.schedule.id != new.id {
            return replay(found, origin.body_hash);
        }
        self.0.news.tell(&planned.sandbox);
        Ok(AudienceAccepted::Schedule { schedule: Box::new(found.schedule), replayed: false })
    }
}

/// What the content needs and the call lacks or has of the wrong type. What profiles lack is seen when their messages are made.
pub(super) fn check_context(campaign: &LiveCampaign, context: &Map<String, Value>) -> Faults {
    campaign.version.contents.contract().missing_in_context(context)
}

/// A run that is to begin after the campaign's end would never run.
pub(super) fn check_execute_at(campaign: &LiveCampaign, execute_at: Timestamp) -> Result<(), Fault> {
    match campaign.ends_at.filter(|end| *end <= execute_at) {
        Some(end) => Err(Fault::new("schedule.executeAt", "after_end", format!("The campaign ends at {end}."))),
        None => Ok(()),
    }
}

fn again(request_id: &str, earlier: Earlier, body_hash: &str) -> Result<AudienceAccepted> {
    if earlier.body_hash != body_hash {
        return Err(reused());
    }
    Ok(AudienceAccepted::Execution(answer(request_id.to_owned(), earlier, Vec::new(), true)))
}

fn replay(earlier: StoredSchedule, body_hash: &str) -> Result<AudienceAccepted> {
    use domain::execution::ScheduleState::Cancelled;
    if earlier.body_hash != body_hash {
        return Err(reused());
    }
    if earlier.schedule.state == Cancelled {
        let text = "This call was scheduled and then cancelled. Use a new requestId to schedule it again.";
        return Err(Failure::conflict("schedule_cancelled", text).into());
    }
    Ok(AudienceAccepted::Schedule { schedule: Box::new(earlier.schedule), replayed: true })
}

fn reused() -> Error {
    let text = "This requestId was used before for another call. Use a new one for each call.";
    Failure::conflict("request_id_reused", text).into()
}

/// The execution that a run belongs to.
pub(crate) fn execution_of(planned: &Planned, origin: &Origin<'_>, id: ExecutionId, now: Timestamp) -> NewExecution {
    NewExecution {
        id,
        sandbox: planned.sandbox.clone(),
        campaign_id: planned.campaign.id.clone(),
        campaign_version: planned.campaign.version.number,
        request_id: origin.request_id.to_owned(),
        body_hash: origin.body_hash.to_owned(),
        api_client_id: origin.api_client_id.to_owned(),
        created_by: origin.created_by.to_owned(),
        created_at: now,
    }
}
