//! The last question: whether the person has had enough. It is asked when everything else has said yes and the content is
//! rendered, because its yes takes a place.

use domain::Fault;
use domain::channel_configuration::Channel;
use domain::eligibility::{CheckCode, Exclusion};

use super::prepare::Prepared;
use crate::eligibility::{failed, passed};
use crate::rule_sets::{Rules, Taken};
use crate::store::attempts::Rendering;
use crate::store::messages::Claimed;
use crate::{Engine, Result};

impl Engine {
    /// Takes the places of a message that may go, or decides that it does not.
    pub(super) async fn within_caps(
        &self,
        message: &Claimed,
        rules: &Rules,
        channel: Channel,
        prepared: Prepared,
    ) -> Result<Prepared> {
        let taken = if prepared.ready.is_ok() { self.take_places(message, rules, channel).await? } else { None };
        Ok(prepared.after(taken, channel))
    }

    /// The same without taking any.
    pub(super) async fn would_be_within_caps(
        &self,
        message: &Claimed,
        rules: &Rules,
        channel: Channel,
        prepared: Prepared,
    ) -> Result<Prepared> {
        let taken = if prepared.ready.is_ok() { self.try_places(message, rules, channel).await? } else { None };
        Ok(prepared.after(taken, channel))
    }
}

impl Prepared {
    /// Of a message that does not go, nothing is kept of what it would have said.
    fn after(mut self, taken: Option<Taken>, channel: Channel) -> Self {
        let Some(Taken { may_go, words }) = taken else { return self };
        if may_go {
            self.rendering.checks.push(passed(CheckCode::WithinCaps, words));
            return self;
        }
        let fault = Fault::new("", Exclusion::FrequencyCap.as_str(), words);
        self.rendering.checks.push(failed(CheckCode::WithinCaps, channel, &fault));
        let rendering = Rendering { rendered_at: None, subject: None, body: None, ..self.rendering };
        Self { rendering, rendered: None, ready: Err(fault.into()), short_links: Vec::new(), ..self }
    }
}
