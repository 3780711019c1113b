//! The contract as JSON Schema, for whoever writes the caller.

use content::Compiled;
use domain::campaign::CampaignVersion;
use domain::variable::rules_of;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::CopyButton;

/// What it is called in every language.
const NAME: &str = "JSON Schema";

/// The schema of the live version, closed at first, and where callers find it.
#[component]
pub fn ContractSchema(live: CampaignVersion) -> impl IntoView {
    let t = texts();
    let rules = rules_of(&live.definition.variables);
    let compiled = Compiled::compile_with(&live.definition.content, &live.mail);
    let schema = compiled.map(|compiled| compiled.with_rules(&rules).schema()).unwrap_or_default();
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    let address = format!("GET /ajo/im/campaigns/{}/context-schema", live.campaign_id);
    view! {
        <details>
            <summary>{NAME}</summary>
            <p class="hint">{t.trigger.schema_at}" "<code>{address}</code></p>
            <div class="code-block">
                <pre tabindex="0" role="region" aria-label=NAME><code>{text.clone()}</code></pre>
                <CopyButton text/>
            </div>
        </details>
    }
}
