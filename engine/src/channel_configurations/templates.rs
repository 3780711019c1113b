//! The templates of a configuration: checked when it is saved, so that nothing that is sent stumbles over them.

use std::sync::Arc;

use content::{Compiled, check_mail_templates};
use domain::channel_configuration::{CheckedChannelConfiguration, Sender};
use domain::id::ChannelConfigurationId;
use domain::mail_templates::MailTemplates;
use domain::variable::rules_of;
use domain::{Failure, Faults};

use crate::store::channel_configurations;
use crate::{Engine, Result};

/// Faults of the templates, each at its field.
pub(crate) fn check_templates(checked: &CheckedChannelConfiguration) -> Faults {
    match &checked.sender {
        Sender::Email(sender) if !sender.templates.is_empty() => check_mail_templates(&sender.templates),
        Sender::Email(_) | Sender::Mobile(_) | Sender::Push {} => Faults::default(),
    }
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
            let compiled = Compiled::compile_with(&definition.content, &after);
            let compiled = compiled.map_err(|faults| Failure::Invalid { faults })?;
            let compiled = compiled.with_rules(&rules_of(&definition.variables));
            if let Some(fault) = compiled.breaks(&version.compiled).0.first() {
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
