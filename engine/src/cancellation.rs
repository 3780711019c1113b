//! Messages that are taken back before they are sent.

use domain::id::{ExecutionId, ExecutionKind, MessageId};
use domain::message::Cancelled;
use domain::{Failure, SandboxName};

use crate::store::cancellations::{self, Taking};
use crate::store::log::{self, Wanted};
use crate::store::runs;
use crate::{Engine, Result};

impl Engine {
    /// Takes back every message of an execution that waits, and ends its run if it has one, in small steps, so that sending goes on meanwhile. `by` is
    /// who did it, as shown in the log. Harmless when done twice. `NotFound` `execution`.
    pub async fn cancel_execution(&self, sandbox: &SandboxName, id: &ExecutionId, by: &str) -> Result<Cancelled> {
        let wanted = Wanted::executions(sandbox).and(" AND e.id = ?", [id.as_str().into()]);
        if log::executions(self.store(), wanted, 1).await?.is_empty() {
            return Err(Failure::not_found("execution").into());
        }
        let mut cancelled = self.stop_making(id).await?;
        let detail = by_whom(by);
        let mut after = String::new();
        while let Some(last) = cancellations::step(self.store(), id, &after).await? {
            let taking = Taking { detail: &detail, now: self.now() };
            let mut tx = self.store().begin().await?;
            cancelled += cancellations::cancel_step(&mut tx, id, &after, &last, taking).await?;
            tx.commit().await?;
            self.0.news.tell(sandbox);
            after = last;
        }
        Ok(Cancelled { cancelled })
    }

    /// Ends a run, and says how many members get no message any more. A step that is being written is finished before, so
    /// that its messages are taken back with the others.
    async fn stop_making(&self, id: &ExecutionId) -> Result<u64> {
        if id.kind() != ExecutionKind::Audience {
            return Ok(0);
        }
        let mut tx = self.store().begin().await?;
        let stopped = runs::stop(&mut tx, id, "cancelled").await?;
        tx.commit().await?;
        if !stopped {
            return Ok(0);
        }
        let run = runs::find_progress(self.store(), id).await?;
        Ok(run.and_then(|run| u64::try_from(run.left_out()).ok()).unwrap_or(0))
    }

    /// Takes one message back, if it waits. `NotFound` `message`.
    pub async fn cancel_message(&self, sandbox: &SandboxName, id: &MessageId, by: &str) -> Result<Cancelled> {
        if log::find_message(self.store(), sandbox, id).await?.is_none() {
            return Err(Failure::not_found("message").into());
        }
        let mut tx = self.store().begin().await?;
        let taking = Taking { detail: &by_whom(by), now: self.now() };
        let cancelled = cancellations::cancel_one(&mut tx, id, taking).await?;
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(Cancelled { cancelled })
    }
}

/// Kept as the message's detail.
fn by_whom(by: &str) -> String {
    format!("By {by}.")
}
