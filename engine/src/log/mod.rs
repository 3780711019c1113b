//! The send log: executions, messages, timelines, the capture inbox.

pub(crate) mod filter;
mod results;
mod turns;

use std::time::Duration;

use domain::execution::{Execution, ExecutionStatus, Run, RunState};
use domain::id::{CampaignId, ExecutionId, ExecutionKind, MessageId};
use domain::message::{LogFilter, Message, MessageCounts, MessageDetail, MessageState};
use domain::{Failure, Fault, Page, SandboxName, Timestamp};

use crate::delivery::retried_until;
use crate::files::listed;
use crate::packed::unpack;
use crate::recent::Recent;
use crate::store::attempts::Rendering;
use crate::store::log::{self, ExecutionRow, LoggedMessage, Wanted};
use crate::store::{attempts, channel_configurations, copies, executions, fallbacks, message_events, runs, stored};
use crate::{Engine, Result};
pub(crate) use results::ResultsCache;
pub(crate) use turns::ListTurns;

/// Most rows of a page.
pub(crate) const PAGE_MAX: usize = 200;
const HOUR_MS: i64 = 3_600_000;

/// How many messages of a run are in which state, as counted lately.
pub(crate) struct RunCounts(Recent<ExecutionId, MessageCounts>);

impl Default for RunCounts {
    fn default() -> Self {
        Self(Recent::new(200, Some(Duration::from_secs(3))))
    }
}

/// What the trigger page shows of a live campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Activity {
    /// Of the last 24 hours, oldest first.
    pub calls_per_hour: Vec<i64>,
    pub last_failure: Option<Message>,
}

impl Engine {
    /// Newest first, at most 200. Invalid at the filter's name; Unavailable when too many lists are being read.
    pub async fn list_executions(
        &self,
        sandbox: &SandboxName,
        filter: &LogFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Execution>> {
        let mut wanted = filter::executions(sandbox, filter)?;
        if let Some(cursor) = cursor {
            let after: ExecutionId = cursor.parse().map_err(|fault: Fault| fault.under("cursor"))?;
            wanted = wanted.and(" AND e.id < ?", [after.as_str().into()]);
        }
        let limit = limit.clamp(1, PAGE_MAX);
        let engine = self.clone();
        let list = async move {
            let rows = log::executions(engine.store(), wanted, limit + 1).await?;
            engine.with_counts(rows).await
        };
        let rows = self.0.list_turns.take(list).await?;
        Ok(Page::from_rows(rows, limit, |execution: &Execution| execution.id.to_string()))
    }

    /// `NotFound` `execution` when there is none in this sandbox.
    pub async fn find_execution(&self, sandbox: &SandboxName, id: &ExecutionId) -> Result<Execution> {
        let wanted = Wanted::executions(sandbox).and(" AND e.id = ?", [id.as_str().into()]);
        let rows = log::executions(self.store(), wanted, 1).await?;
        let found = self.with_counts(rows).await?.pop();
        Ok(found.ok_or_else(|| Failure::not_found("execution"))?)
    }

    /// Newest first; of one execution in the order of its recipients when `filter.execution_id` is set. Failures as for
    /// executions.
    pub async fn list_messages(
        &self,
        sandbox: &SandboxName,
        filter: &LogFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Message>> {
        let mut wanted = filter::messages(sandbox, filter)?;
        let newest_first = filter.execution_id.trim().is_empty();
        if let Some(cursor) = cursor {
            let after: MessageId = cursor.parse().map_err(|fault: Fault| fault.under("cursor"))?;
            let behind = if newest_first { " AND m.id < ?" } else { " AND m.id > ?" };
            wanted = wanted.and(behind, [after.as_str().into()]);
        }
        let limit = limit.clamp(1, PAGE_MAX);
        let store = self.store().clone();
        let list = async move { log::messages(&store, wanted, newest_first, limit + 1).await };
        let rows = self.0.list_turns.take(list).await?;
        let rows = self.with_variants(rows).await?;
        Ok(Page::from_rows(rows, limit, |message: &Message| message.id.to_string()))
    }

    /// Everything that is known of a message. `NotFound` `message` when there is none in this sandbox.
    pub async fn find_message(&self, sandbox: &SandboxName, id: &MessageId) -> Result<MessageDetail> {
        let found = log::find_message(self.store(), sandbox, id).await?;
        let LoggedMessage { mut message, campaign_version, tried_from, recipient, created_by, variant } =
            found.ok_or_else(|| Failure::not_found("message"))?;
        let version = self.version(&message.campaign_id, campaign_version).await?;
        message.variant = variant.as_ref().map(|key| version.definition.variants.named(key));
        let content = version.definition.content_of(variant.as_ref());
        let configuration = channel_configurations::find(self.store(), &version.definition.configuration_id).await?;
        let configuration = configuration.map(|found| found.configuration);
        let rendering = attempts::find_rendering(self.store(), id).await?;
        let rendered = match &rendering {
            Some(Rendering { subject: Some(subject), body: Some(body), .. }) => {
                Some(unpack(body, subject.clone(), content)?)
            }
            _ => None,
        };
        let recipient = self.with_shared_context(&message.execution_id, &recipient).await?;
        Ok(MessageDetail {
            attachments: listed(content, &recipient),
            campaign_version,
            configuration_name: configuration.as_ref().map(|found| found.name.clone()).unwrap_or_default(),
            retried_until: retried_until(tried_from, configuration.as_ref()),
            created_by,
            checks: rendering.as_ref().map(|rendering| rendering.checks.clone()).unwrap_or_default(),
            checked_at: rendering.as_ref().map(|rendering| rendering.checked_at),
            rendered_at: rendering.as_ref().and_then(|rendering| rendering.rendered_at),
            rendered,
            attempts: attempts::list(self.store(), id).await?,
            feedback: message_events::list(self.store(), id).await?,
            fallback: fallbacks::find(self.store(), id).await?,
            copies: copies::list(self.store(), id).await?,
            recipient,
            message,
        })
    }

    /// Calls per hour of the last 24 hours, oldest first (24 numbers), and the last failed message.
    pub async fn campaign_activity(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<Activity> {
        self.find_campaign(sandbox, id).await?;
        let this_hour = self.now().as_millis().div_euclid(HOUR_MS) * HOUR_MS;
        let start = Timestamp::from_millis(this_hour - 23 * HOUR_MS);
        let mut calls_per_hour = vec![0; 24];
        for (hour, calls) in executions::calls_per_hour(self.store(), id, start).await? {
            if let Some(place) = usize::try_from(hour).ok().and_then(|hour| calls_per_hour.get_mut(hour)) {
                *place = calls;
            }
        }
        let wanted = Wanted::messages(sandbox).in_state(MessageState::Failed);
        let wanted = wanted.and(" AND m.campaign_id = ? AND m.lane <> 3", [id.as_str().into()]);
        let last_failure = log::messages(self.store(), wanted, true, 1).await?.pop().map(|logged| logged.message);
        Ok(Activity { calls_per_hour, last_failure })
    }

    /// With the names of their variants.
    pub(crate) async fn with_variants(&self, rows: Vec<LoggedMessage>) -> Result<Vec<Message>> {
        let mut messages = Vec::with_capacity(rows.len());
        for LoggedMessage { mut message, campaign_version, variant, .. } in rows {
            if let Some(key) = variant {
                let definition = self.definition(&message.campaign_id, campaign_version).await?;
                message.variant = Some(definition.variants.named(&key));
            }
            messages.push(message);
        }
        Ok(messages)
    }

    async fn with_counts(&self, rows: Vec<ExecutionRow>) -> Result<Vec<Execution>> {
        let ids = rows.iter().map(|row| stored(&row.id)).collect::<Result<Vec<ExecutionId>>>()?;
        let small: Vec<ExecutionId> = ids.iter().filter(|id| id.kind() != ExecutionKind::Audience).cloned().collect();
        let mut counts = log::counts(self.store(), &small).await?;
        let mut executions = Vec::with_capacity(rows.len());
        for (row, id) in rows.into_iter().zip(ids) {
            let position = counts.iter().position(|(id, _)| *id == row.id);
            let (messages, run) = if id.kind() == ExecutionKind::Audience {
                (self.counts_of_run(&id).await?, runs::find_progress(self.store(), &id).await?)
            } else {
                (position.map(|position| counts.swap_remove(position).1).unwrap_or_default(), None)
            };
            executions.push(Execution {
                id,
                request_id: row.request_id,
                campaign_id: stored(&row.campaign_id)?,
                campaign_name: row.campaign_name,
                // The draft of a proof has no number that callers know.
                campaign_version: row.campaign_version.max(0),
                created_at: Timestamp::from_millis(row.created_at),
                created_by: row.created_by,
                status: status_of(&messages, run.as_ref()),
                messages,
                run,
            });
        }
        Ok(executions)
    }

    /// A run may have a million messages: they are counted anew every few seconds only.
    async fn counts_of_run(&self, id: &ExecutionId) -> Result<MessageCounts> {
        let count = async {
            let counts = log::counts(self.store(), std::slice::from_ref(id)).await?.pop();
            Ok::<_, crate::Error>(Some(counts.map(|(_, counts)| counts).unwrap_or_default()))
        };
        Ok(self.0.run_counts.0.find_or(id, self.now(), count).await?.unwrap_or_default())
    }

    /// What the call said of a recipient, with what it said of all of them.
    async fn with_shared_context(&self, id: &ExecutionId, recipient: &str) -> Result<serde_json::Value> {
        let mut recipient: serde_json::Value = serde_json::from_str(recipient)?;
        if id.kind() == ExecutionKind::Audience
            && let (Some(context), Some(fields)) =
                (runs::find_context(self.store(), id).await?, recipient.as_object_mut())
        {
            fields.insert("context".to_owned(), serde_json::from_str(&context)?);
        }
        Ok(recipient)
    }
}

fn status_of(messages: &MessageCounts, run: Option<&Run>) -> ExecutionStatus {
    if run.is_some_and(|run| !run.state.is_over()) {
        return ExecutionStatus::InProgress;
    }
    match messages {
        // A rule that held of nobody: everybody who was to get a message got one.
        MessageCounts { total: 0, .. } if run.is_some_and(|run| run.state == RunState::Complete) => {
            ExecutionStatus::Succeeded
        }
        MessageCounts { waiting: 1.., .. } => ExecutionStatus::InProgress,
        MessageCounts { handed_over: 1.., .. } => ExecutionStatus::Succeeded,
        _ => ExecutionStatus::Failed,
    }
}
