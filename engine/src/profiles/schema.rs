//! What is known of the attributes of a sandbox's profiles.

use domain::SandboxName;
use domain::profile_schema::{Attribute, check_schema};

use super::upsert::invalid;
use crate::store::profile_schemas;
use crate::{Engine, Result};

impl Engine {
    /// The schema as it is stored; empty: nobody has written any.
    pub async fn profile_schema(&self, sandbox: &SandboxName) -> Result<Vec<Attribute>> {
        profile_schemas::find(self.store(), sandbox).await
    }

    /// Replaces the schema. What is stored already stays as it is, even where the schema says otherwise; what comes is
    /// checked. Invalid at `attributes[0].path` and the like.
    pub async fn set_profile_schema(&self, sandbox: &SandboxName, attributes: &[Attribute], by: &str) -> Result<()> {
        let faults = check_schema(attributes);
        if !faults.is_empty() {
            return Err(invalid(faults).into());
        }
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let mut tx = self.store().begin().await?;
        profile_schemas::put(&mut tx, &sandbox, attributes, by, self.now()).await?;
        tx.commit().await?;
        self.schema_changed(&sandbox);
        Ok(())
    }
}
