//! Server functions of the send log. All but those that take messages or a scheduled run back only read.

use domain::Page;
use domain::execution::{Execution, Schedule};
use domain::message::{Cancelled, LogFilter, Message, MessageDetail};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A campaign to filter by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignChoice {
    pub id: String,
    pub name: String,
}

/// Campaigns that the log can be filtered by: the newest ones.
#[server]
pub async fn list_campaign_choices(sandbox: String) -> Answer<Vec<CampaignChoice>> {
    answer(server::campaign_choices(sandbox).await)
}

/// A page of executions, newest first. `cursor` is empty for the first page.
#[server]
pub async fn list_executions(sandbox: String, filter: LogFilter, cursor: String) -> Answer<Page<Execution>> {
    answer(server::executions(sandbox, filter, cursor).await)
}

/// An execution with its messages, in the order of its recipients. Those of a unitary call fit one page; of a run, the first
/// ones are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionDetail {
    pub execution: Execution,
    pub messages: Vec<Message>,
}

/// One execution. A single call: on the server a resource that makes two has lost its context at the second.
#[server]
pub async fn find_execution(sandbox: String, execution: String) -> Answer<ExecutionDetail> {
    answer(server::execution(sandbox, execution).await)
}

/// Runs that are to come, and those that lately did not take place.
#[server]
pub async fn list_schedules(sandbox: String) -> Answer<Vec<Schedule>> {
    answer(server::schedules(sandbox).await)
}

/// Cancels a run before its time.
#[server]
pub async fn cancel_schedule(sandbox: String, schedule: String) -> Answer<()> {
    answer(server::cancel_schedule(sandbox, schedule).await)
}

/// A page of messages. `cursor` is empty for the first page.
#[server]
pub async fn list_messages(sandbox: String, filter: LogFilter, cursor: String) -> Answer<Page<Message>> {
    answer(server::messages(sandbox, filter, cursor).await)
}

/// Everything about one message.
#[server]
pub async fn find_message(sandbox: String, message: String) -> Answer<MessageDetail> {
    answer(server::message(sandbox, message).await)
}

/// Takes back what waits of an execution.
#[server]
pub async fn cancel_execution(sandbox: String, execution: String) -> Answer<Cancelled> {
    answer(server::cancel_execution(sandbox, execution).await)
}

/// Pauses the run of an execution: nobody else gets a message, and what waits is held.
#[server]
pub async fn pause_execution(sandbox: String, execution: String) -> Answer<()> {
    answer(server::pause_execution(sandbox, execution).await)
}

/// Lets a paused run go on.
#[server]
pub async fn resume_execution(sandbox: String, execution: String) -> Answer<()> {
    answer(server::resume_execution(sandbox, execution).await)
}

/// Takes a message back, if it waits.
#[server]
pub async fn cancel_message(sandbox: String, message: String) -> Answer<Cancelled> {
    answer(server::cancel_message(sandbox, message).await)
}

/// A message of the inbox; the newest one when none is named, `None` when there is none at all.
#[server]
pub async fn find_captured(sandbox: String, message: String) -> Answer<Option<MessageDetail>> {
    answer(server::captured(sandbox, message).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::execution::{Execution, Schedule};
    use domain::id::{ExecutionId, MessageId, ScheduleId};
    use domain::message::{Cancelled, LogFilter, Message, MessageDetail, MessageState};
    use domain::{Failure, Page, SandboxName};
    use engine::Result;
    use engine::campaigns::CampaignFilter;

    use super::{CampaignChoice, ExecutionDetail};
    use crate::session::{Caller, caller};

    /// Rows of a page.
    const ROWS: usize = 50;

    pub async fn campaign_choices(sandbox: String) -> Result<Vec<CampaignChoice>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let page = caller.engine.list_campaigns(&sandbox, &CampaignFilter::default(), None).await?;
        let choice =
            |campaign: domain::campaign::Campaign| CampaignChoice { id: campaign.id.to_string(), name: campaign.name };
        Ok(page.rows.into_iter().map(choice).collect())
    }

    pub async fn executions(sandbox: String, filter: LogFilter, cursor: String) -> Result<Page<Execution>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_executions(&sandbox, &filter, after(&cursor), ROWS).await
    }

    pub async fn execution(sandbox: String, execution: String) -> Result<ExecutionDetail> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ExecutionId = execution.parse().map_err(|_| Failure::not_found("execution"))?;
        let of_it = LogFilter { execution_id: id.to_string(), ..LogFilter::default() };
        let execution = caller.engine.find_execution(&sandbox, &id).await?;
        let mut messages = caller.engine.list_messages(&sandbox, &of_it, None, ROWS).await?.rows;
        for message in &mut messages {
            caller.hide_token(message);
        }
        Ok(ExecutionDetail { execution, messages })
    }

    pub async fn schedules(sandbox: String) -> Result<Vec<Schedule>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_schedules(&sandbox).await
    }

    pub async fn cancel_schedule(sandbox: String, schedule: String) -> Result<()> {
        let caller = caller(Permission::PublishCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ScheduleId = schedule.parse().map_err(|_| Failure::not_found("schedule"))?;
        caller.engine.cancel_schedule(&sandbox, &id, caller.name()).await
    }

    pub async fn messages(sandbox: String, filter: LogFilter, cursor: String) -> Result<Page<Message>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let mut page = caller.engine.list_messages(&sandbox, &filter, after(&cursor), ROWS).await?;
        for message in &mut page.rows {
            caller.hide_token(message);
        }
        Ok(page)
    }

    pub async fn message(sandbox: String, message: String) -> Result<MessageDetail> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: MessageId = message.parse().map_err(|_| Failure::not_found("message"))?;
        look_at(&caller, &sandbox, &id).await
    }

    pub async fn cancel_execution(sandbox: String, execution: String) -> Result<Cancelled> {
        let caller = caller(Permission::PublishCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ExecutionId = execution.parse().map_err(|_| Failure::not_found("execution"))?;
        caller.engine.cancel_execution(&sandbox, &id, caller.name()).await
    }

    pub async fn pause_execution(sandbox: String, execution: String) -> Result<()> {
        let caller = caller(Permission::PublishCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ExecutionId = execution.parse().map_err(|_| Failure::not_found("execution"))?;
        caller.engine.pause_execution(&sandbox, &id, caller.name()).await.map(drop)
    }

    pub async fn resume_execution(sandbox: String, execution: String) -> Result<()> {
        let caller = caller(Permission::PublishCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: ExecutionId = execution.parse().map_err(|_| Failure::not_found("execution"))?;
        caller.engine.resume_execution(&sandbox, &id).await.map(drop)
    }

    pub async fn cancel_message(sandbox: String, message: String) -> Result<Cancelled> {
        let caller = caller(Permission::PublishCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: MessageId = message.parse().map_err(|_| Failure::not_found("message"))?;
        caller.engine.cancel_message(&sandbox, &id, caller.name()).await
    }

    pub async fn captured(sandbox: String, message: String) -> Result<Option<MessageDetail>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id = if message.is_empty() {
            let captured = LogFilter { state: MessageState::Captured.to_string(), ..LogFilter::default() };
            caller.engine.list_messages(&sandbox, &captured, None, 1).await?.rows.pop().map(|newest| newest.id)
        } else {
            Some(message.parse::<MessageId>().map_err(|_| Failure::not_found("message"))?)
        };
        match id {
            Some(id) => look_at(&caller, &sandbox, &id).await.map(Some),
            None => Ok(None),
        }
    }

    async fn look_at(caller: &Caller, sandbox: &SandboxName, id: &MessageId) -> Result<MessageDetail> {
        let speaks_for_readers = caller.user.role.allows(Permission::ManageConsent);
        let mut detail = caller.engine.look_at_message(sandbox, id, speaks_for_readers).await?;
        caller.hide_token(&mut detail.message);
        Ok(detail)
    }

    fn after(cursor: &str) -> Option<&str> {
        (!cursor.is_empty()).then_some(cursor)
    }
}
