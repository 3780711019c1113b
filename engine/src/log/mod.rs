//! The send log: executions, messages, timelines, the capture inbox.
use crate::{Engine, Result};
use domain::{
    Page, SandboxName,
    execution::Execution,
    id::{CampaignId, ExecutionId, MessageId},
    message::{LogFilter, Message, MessageDetail},
};
impl Engine {
    /// Newest first, 50 a page (`limit` ≤ 200).
    pub async fn list_executions(
        &self,
        sandbox: &SandboxName,
        filter: &LogFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Execution>> {
        todo!()
    }
    pub async fn find_execution(&self, sandbox: &SandboxName, id: &ExecutionId) -> Result<Execution> {
        todo!()
    }
    /// Newest first; of one execution in the order of its recipients when `filter.execution_id` is set.
    pub async fn list_messages(
        &self,
        sandbox: &SandboxName,
        filter: &LogFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Message>> {
        todo!()
    }
    pub async fn find_message(&self, sandbox: &SandboxName, id: &MessageId) -> Result<MessageDetail> {
        todo!()
    }
    /// Calls per hour of the last 24 hours, oldest first (24 numbers), and the last failed message.
    pub async fn campaign_activity(&self, sandbox: &SandboxName, id: &CampaignId) -> Result<Activity> {
        todo!()
    }
}
/// What the trigger page shows of a live campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Activity {
    pub calls_per_hour: Vec<i64>,
    pub last_failure: Option<Message>,
}
