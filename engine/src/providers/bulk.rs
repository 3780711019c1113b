//! Several messages in one request, where a provider takes that.

use domain::Timestamp;
use serde_json::Value;

use super::{Context, Outgoing, Reading, Request, Response};

/// A message as one of several in a request.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What all messages of a request have in common.
    pub frame: Value,
    pub entry: Value,
    /// About, without what is small.
    pub bytes: usize,
    pub now: Timestamp,
}

/// Several messages in one request.
pub trait Bulk: Send + Sync {
    /// Most messages of a request.
    fn entries_max(&self) -> usize;

    /// The message as one of several; `None`: it would lose something, and goes by itself.
    fn entry(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Option<Entry>;

    /// Sends those that have this frame.
    fn request_for(&self, frame: &Value, entries: Vec<Value>, now: Timestamp) -> Request;

    /// What the answer means for each of so many, in their order, as far as it says something of them.
    fn read_each(&self, response: &Response, entries: usize) -> Vec<Reading>;
}
