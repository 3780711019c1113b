//! What all recipients of a run share. It is stored once, with the run, and read by whoever renders its messages.

use std::sync::Arc;

use domain::id::{ExecutionId, ExecutionKind};
use serde_json::{Map, Value};

use crate::recent::Recent;
use crate::store::messages::Claimed;
use crate::store::runs;
use crate::{Engine, Error, Result};

/// What the recipients of a run share.
#[derive(Debug, Clone)]
pub(crate) struct SharedContext {
    pub(crate) values: Arc<Map<String, Value>>,
    /// As JSON.
    pub(crate) bytes: usize,
}

/// Contexts of the runs whose messages are being sent. They never change. `None`: an execution without a run.
pub(crate) struct ContextCache(Recent<ExecutionId, Option<SharedContext>>);

impl Default for ContextCache {
    fn default() -> Self {
        Self(Recent::new(50, None))
    }
}

impl Engine {
    /// What the recipients of this message's execution share; `None` for one whose recipients each have their own.
    pub(crate) async fn shared_context(&self, message: &Claimed) -> Result<Option<SharedContext>> {
        self.context_of(&message.execution_id).await
    }

    /// The same of an execution.
    pub(crate) async fn context_of(&self, execution: &ExecutionId) -> Result<Option<SharedContext>> {
        if execution.kind() != ExecutionKind::Audience {
            return Ok(None);
        }
        let load = async {
            let text = runs::find_context(self.store(), execution).await?;
            let read = |text: String| {
                let values = Arc::new(serde_json::from_str(&text)?);
                Ok::<_, Error>(SharedContext { values, bytes: text.len() })
            };
            Ok::<_, Error>(Some(text.map(read).transpose()?))
        };
        Ok(self.0.contexts.0.find_or(execution, self.now(), load).await?.flatten())
    }
}
