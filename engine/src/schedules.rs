//! Schedules: calls that run later. Each look compares with the clock of that moment, so a process that was down, a clock
//! that jumps and a machine that slept only make a run late, never lost and never double.

use domain::execution::{Schedule, ScheduleState};
use domain::id::{ExecutionId, ExecutionKind, ScheduleId};
use domain::{Failure, SandboxName};

use crate::ids::new_id;
use crate::runs::{Origin, Wish, execution_of};
use crate::store::schedules::{self, Left, StoredSchedule};
use crate::{Engine, Error, Result};

/// Schedules that are listed, and those of them that never ran.
const LISTED: i64 = 100;
const NOT_RUN: i64 = 10;
/// Who changes a schedule when its time has come.
const BY: &str = "Hermod";

impl Engine {
    /// What waits, the next one first; and what lately did not run, the last one first.
    pub async fn list_schedules(&self, sandbox: &SandboxName) -> Result<Vec<Schedule>> {
        let mut all = schedules::waiting(self.store(), sandbox, LISTED).await?;
        all.extend(schedules::not_run(self.store(), sandbox, NOT_RUN).await?);
        Ok(all.into_iter().map(|stored| stored.schedule).collect())
    }

    /// `NotFound` `schedule` when there is none in this sandbox.
    pub async fn find_schedule(&self, sandbox: &SandboxName, id: &ScheduleId) -> Result<Schedule> {
        let found = schedules::find(self.store(), sandbox, id).await?;
        Ok(found.ok_or_else(|| Failure::not_found("schedule"))?.schedule)
    }

    /// Before its time only. `NotFound` `schedule`, also when it was cancelled before; Conflict `schedule_over` when its
    /// time has come.
    pub async fn cancel_schedule(&self, sandbox: &SandboxName, id: &ScheduleId, by: &str) -> Result<()> {
        let found = self.find_schedule(sandbox, id).await?;
        if found.state == ScheduleState::Cancelled {
            return Err(Failure::not_found("schedule").into());
        }
        if !self.end_waiting(id, ScheduleState::Cancelled, None, by).await? {
            let text = "The time of this schedule has come already: there is nothing to cancel any more.";
            return Err(Failure::conflict("schedule_over", text).into());
        }
        self.0.news.tell(sandbox);
        Ok(())
    }

    /// Runs everything whose time has come, and returns how many runs began. What cannot run any more expires, with the
    /// reason.
    pub async fn fire_schedules(&self) -> Result<usize> {
        let mut fired = 0;
        loop {
            let due = schedules::due(self.store(), self.now()).await?;
            let mut failed = due.is_empty();
            for schedule in due {
                match self.fire(&schedule).await {
                    Ok(began) => fired += usize::from(began),
                    Err(error) => {
                        tracing::error!(schedule = %schedule.schedule.id, %error, "a schedule could not be run yet");
                        failed = true;
                    }
                }
            }
            if failed {
                return Ok(fired);
            }
        }
    }

    /// Did a run begin here?
    async fn fire(&self, stored: &StoredSchedule) -> Result<bool> {
        let StoredSchedule { schedule, sandbox, body_hash, context, api_client_id } = stored;
        let wish = Wish {
            sandbox,
            campaign_id: schedule.campaign_id.as_str(),
            audience_id: schedule.audience_id.as_ref().map(domain::id::AudienceId::as_str),
            context: serde_json::from_str(context)?,
        };
        let planned = match self.plan_run(wish).await {
            Ok(planned) => planned,
            Err(Error::Failure(failure)) => return self.expire(stored, &failure).await,
            Err(error) => return Err(error),
        };
        let now = self.now();
        let origin =
            Origin { request_id: &schedule.request_id, body_hash, api_client_id, created_by: &schedule.created_by };
        let execution =
            execution_of(&planned, &origin, new_id(now, ExecutionId::new).of_kind(ExecutionKind::Audience), now);
        let mut tx = self.store().begin().await?;
        let left = Left {
            state: ScheduleState::Triggered,
            reason: None,
            detail: None,
            execution_id: Some(&execution.id),
            at: now,
            by: BY,
        };
        if !schedules::leave(&mut tx, &schedule.id, &left).await? {
            return Ok(false);
        }
        if !self.begin_run(&mut tx, &planned, &execution).await? {
            drop(tx);
            let text = "The requestId of this schedule was used for another call meanwhile.";
            return self.expire(stored, &Failure::conflict("request_id_reused", text)).await;
        }
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(true)
    }

    async fn expire(&self, stored: &StoredSchedule, why: &Failure) -> Result<bool> {
        let reason = why.full_code();
        let id = &stored.schedule.id;
        if self.end_waiting(id, ScheduleState::Expired, Some((&reason, &why.to_string())), BY).await? {
            tracing::warn!(schedule = %id, reason, "a schedule expired: its campaign could not run at its time");
            self.0.news.tell(&stored.sandbox);
        }
        Ok(false)
    }

    async fn end_waiting(
        &self,
        id: &ScheduleId,
        state: ScheduleState,
        why: Option<(&str, &str)>,
        by: &str,
    ) -> Result<bool> {
        let left = Left {
            state,
            reason: why.map(|(reason, _)| reason),
            detail: why.map(|(_, detail)| detail),
            execution_id: None,
            at: self.now(),
            by,
        };
        let mut tx = self.store().begin().await?;
        let changed = schedules::leave(&mut tx, id, &left).await?;
        tx.commit().await?;
        Ok(changed)
    }
}
