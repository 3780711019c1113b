//! The templates of a configuration: checked when it is saved, so that nothing that is sent stumbles over them.

use std::sync::Arc;

use content::{Contents, fixed_mail_head};
use domain::channel_configuration::{EmailSender, Sender};
use domain::id::ChannelConfigurationId;
use domain::mail_templates::MailTemplates;
use domain::variable::rules_of;
use domain::{Failure, Fault, Faults};

use crate::campaigns::sources;
use crate::senders::Author;
use crate::store::channel_configurations;
use crate::{Engine, Result};

/// Faults of the templates, each at its field.
pub(crate) fn check_templates(sender: &Sender) -> Faults {
    match sender {
        Sender::Email(sender) if !sender.templates.is_empty() => check_headers(sender),
        Sender::Email(_) | Sender::Mobile(_) | Sender::Push {} => Faults::default(),
    }
}

/// Also what no mail could say that it is from.
fn check_headers(sender: &EmailSender) -> Faults {
    let (head, mut faults) = fixed_mail_head(&sender.templates);
    if let Err(Fault { code, text, .. }) = Author::of(sender, head, false) {
        faults.add("fromTemplate", &code, text);
    }
    faults
}

impl Engine {
    /// Live campaigns take their calls under these templates from now on. Conflict `breaks_callers` when a call that is good
    /// today would be refused: its values would be missed, or have another type.
    pub(super) async fn check_callers(
        &self,
        id: &ChannelConfigurationId,
        before: &Sender,
        after: &Sender,
    ) -> Result<()> {
        let of = |sender: &Sender| sender.email().map(|sender| sender.templates.clone()).unwrap_or_default();
        let (before, after): (MailTemplates, MailTemplates) = (of(before), of(after));
        if before == after || after.is_empty() {
            return Ok(());
        }
        for (name, campaign, number) in channel_configurations::live_versions(self.store(), id, self.now()).await? {
            let version = self.version(&campaign, number).await?;
            let definition = Arc::clone(&version.definition);
            let rules = rules_of(&definition.variables);
            let contents = Contents::compile(sources(&definition, &rules, &after));
            let contents = contents.map_err(|faults| Failure::Invalid { faults })?;
            if let Some(fault) = contents.contract().breaks(version.contents.contract()).0.first() {
                let text = format!(
                    "Calls of the live campaign “{name}” would be refused: {} Give the value a default.",
                    fault.text
                );
                return Err(Failure::conflict("breaks_callers", text).into());
            }
        }
        Ok(())
    }
}
