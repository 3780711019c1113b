//! What calls of a campaign carry, for whoever writes them.

use domain::SandboxName;
use serde_json::{Value, json};

use crate::{Engine, Result};

impl Engine {
    /// What a call of the live version carries for each recipient, as JSON Schema 2020-12. Refused as
    /// `live_campaign` does; of a campaign that is over, it is what the last version took.
    pub async fn context_schema(&self, sandbox: &SandboxName, campaign: &str) -> Result<Value> {
        let campaign = self.live_campaign(sandbox, campaign).await?;
        let version = &campaign.version;
        let mut schema = version.contents.contract().schema();
        schema["title"] = json!(version.definition.name);
        schema["description"] = json!(format!("What version {} reads of a recipient.", version.number));
        Ok(schema)
    }
}
