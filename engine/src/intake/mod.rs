//! A call becomes an execution and messages, committed before the answer.
use crate::{Engine, Result, api_clients::ApiCaller, store::Store};
use domain::{Timestamp, execution::ExecutionRequest, id::ExecutionId};
/// Drains concurrent calls into shared transactions.
pub(crate) struct Committer;
impl Committer {
    pub(crate) fn start(_store: Store) -> Self {
        Self
    }
}
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
impl Engine {
    /// Failures: Invalid (faults with JSON paths; codes recipient_count, duplicate_recipient, bad_email_address, context_too_large, missing_variable …), NotFound `campaign`, Conflict campaign_not_live | before_start | after_end | request_id_reused.
    pub async fn trigger_unitary(&self, caller: &ApiCaller, request: ExecutionRequest) -> Result<Accepted> {
        todo!()
    }
}
