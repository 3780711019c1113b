//! What delivery would do with a message, without one.

use std::sync::Arc;

use domain::Fault;
use domain::message::{Check, RenderedMessage};
use domain::variants::NamedVariant;

use super::attempt::Surroundings;
use super::prepare::{Obstacle, Prepared};
use crate::store::messages::Claimed;
use crate::{Engine, Error, Result};

/// What became of it.
pub(crate) struct TriedOut {
    /// Of a campaign with variants.
    pub(crate) variant: Option<NamedVariant>,
    pub(crate) checks: Vec<Check>,
    pub(crate) rendered: Option<RenderedMessage>,
    /// It would be sent later.
    pub(crate) waits: bool,
    /// Why it would not be sent, or not yet.
    pub(crate) fault: Option<Fault>,
}

impl Engine {
    /// Checks and renders as delivery does, and forgets it. One at a time in a process: whoever tries things out takes no
    /// more than one processor away from what is to be sent.
    pub(crate) async fn try_out(&self, message: Claimed) -> Result<TriedOut> {
        let _turn = self.0.delivery.tries.acquire().await.map_err(Error::unexpected)?;
        let around = Surroundings { keeps_body: false, ..self.surroundings(&message).await? };
        let (message, rules) = (Arc::new(message), around.facts.rules.clone());
        let variant = around.facts.choice.clone().and_then(std::result::Result::ok);
        let channel = around.version.definition.content.channel();
        let prepared = self.prepare(&message, around).await?;
        let Prepared { rendering, rendered, ready, .. } =
            self.would_be_within_caps(&message, &rules, channel, prepared).await?;
        Ok(TriedOut {
            variant,
            checks: rendering.checks,
            rendered,
            waits: ready.as_ref().err().is_some_and(|obstacle| obstacle.wait().is_some()),
            fault: ready.err().map(Obstacle::fault),
        })
    }
}
