//! The contract as JSON Schema, for whoever writes the caller.

use leptos::prelude::*;
use serde_json::Value;

use crate::i18n::texts;
use crate::ui::CopyButton;

/// What it is called in every language.
const NAME: &str = "JSON Schema";

/// The schema of the live version, closed at first, and where callers find it.
#[component]
pub fn ContractSchema(
    /// Of the campaign.
    campaign: String,
    schema: Value,
) -> impl IntoView {
    let t = texts();
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    let address = format!("GET /ajo/im/campaigns/{campaign}/context-schema");
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
