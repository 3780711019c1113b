//! One run is paused and goes on later: nobody else gets a message meanwhile, and what waits is held.

use domain::execution::Execution;
use domain::id::{ExecutionId, ExecutionKind};
use domain::{Failure, SandboxName};

use crate::store::{cancellations, run_pauses};
use crate::{Engine, Result};

impl Engine {
    /// Pauses the run of an execution: no member becomes a message, and messages that wait are held. What is being handed over
    /// at that moment still goes; what then comes back to be tried again is held when this is asked once more, which is harmless.
    /// `by`: who did it. `NotFound` `execution`, Conflict `no_run` | `execution_over`.
    pub async fn pause_execution(&self, sandbox: &SandboxName, id: &ExecutionId, by: &str) -> Result<Execution> {
        let execution = self.run_of(sandbox, id).await?;
        let over = || Failure::conflict("execution_over", "Nothing of this execution waits.");
        let is_over = execution.run.as_ref().is_some_and(|run| run.state.is_over());
        if is_over && !run_pauses::any_waits(self.store(), id).await? {
            return Err(over().into());
        }
        let now = self.now();
        let mut tx = self.store().begin().await?;
        // A step that is being written is finished before, so that its messages are held with the others.
        if !run_pauses::pause(&mut tx, id, by, now).await? {
            return Err(over().into());
        }
        tx.commit().await?;
        self.hold_waiting(id).await?;
        self.0.news.tell(sandbox);
        self.find_execution(sandbox, id).await
    }

    /// Holds what waits, as long as the run is paused: whoever resumes it meanwhile comes before what is not held yet.
    async fn hold_waiting(&self, id: &ExecutionId) -> Result<()> {
        let mut after = String::new();
        while let Some(last) = cancellations::step(self.store(), id, &after).await? {
            let now = self.now();
            let mut tx = self.store().begin().await?;
            if !run_pauses::keep_paused(&mut tx, id).await? {
                return Ok(());
            }
            run_pauses::hold(&mut tx, id, &after, &last, now).await?;
            tx.commit().await?;
            after = last;
        }
        Ok(())
    }

    /// Lets a paused run go on where it was, its messages at the same distances; the time that a run with a rate may take is
    /// longer by the pause. `NotFound` `execution`, Conflict `no_run` | `execution_not_paused`.
    pub async fn resume_execution(&self, sandbox: &SandboxName, id: &ExecutionId) -> Result<Execution> {
        self.run_of(sandbox, id).await?;
        let not_paused = || Failure::conflict("execution_not_paused", "This execution is not paused.");
        let since = run_pauses::paused_at(self.store(), id).await?.ok_or_else(not_paused)?;
        let later = || self.now().millis_since(since).max(0);
        let held_for = later();
        // The run goes on last: whoever asks again, after a process died here, lets go what is still held.
        let mut after = String::new();
        while let Some(last) = cancellations::step(self.store(), id, &after).await? {
            let mut tx = self.store().begin().await?;
            run_pauses::let_go(&mut tx, id, &after, &last, held_for).await?;
            tx.commit().await?;
            after = last;
        }
        let paused_for = later();
        let mut tx = self.store().begin().await?;
        if !run_pauses::resume(&mut tx, id, paused_for).await? {
            return Err(not_paused().into());
        }
        tx.commit().await?;
        self.let_go_of_rest(id).await?;
        self.0.delivery.wake();
        self.0.news.tell(sandbox);
        self.find_execution(sandbox, id).await
    }

    /// Lets go what another call held while messages were let go. Most of it is later by the pause already.
    async fn let_go_of_rest(&self, id: &ExecutionId) -> Result<()> {
        let mut after = String::new();
        while let Some(last) = cancellations::step(self.store(), id, &after).await? {
            let mut tx = self.store().begin().await?;
            if !run_pauses::keep_going(&mut tx, id).await? {
                // Paused once more: whoever resumes it lets go all.
                return Ok(());
            }
            run_pauses::let_go(&mut tx, id, &after, &last, 0).await?;
            tx.commit().await?;
            after = last;
        }
        Ok(())
    }

    async fn run_of(&self, sandbox: &SandboxName, id: &ExecutionId) -> Result<Execution> {
        let execution = self.find_execution(sandbox, id).await?;
        if id.kind() != ExecutionKind::Audience {
            let text = "Only executions for an audience can be paused.";
            return Err(Failure::conflict("no_run", text).into());
        }
        Ok(execution)
    }
}
