//! What people would read, rendered by the code that delivers. Nothing is stored or sent.

use std::sync::Arc;

use content::{Addresses, Compiled, Data, Given, Naming};
use domain::id::CampaignId;
use domain::preview::{PersonPreview, PreviewItem, PreviewRequest};
use domain::{Failure, Fault, Faults, SandboxName};

use super::edition::Looked;
use crate::{Engine, Error, Result};

impl Engine {
    /// The content of a campaign as each of these people would read it, in the order of the call: the draft while it differs
    /// from what is live, and otherwise what is live. What is stored of a person is read only if the call says nothing of them.
    ///
    /// Failures: `NotFound` `campaign`; Invalid with the paths of the call (`missing_variable`, `wrong_type`,
    /// `render_failed`), or with those of the form when the content has faults.
    pub async fn preview_campaign(
        &self,
        sandbox: &SandboxName,
        id: &CampaignId,
        request: PreviewRequest,
    ) -> Result<Vec<PersonPreview>> {
        request.check(self.context_max_bytes()).into_result()?;
        let looked = self.looked_at(sandbox, id).await?;
        let mut people = Vec::with_capacity(request.preview_request_items.len());
        for item in request.preview_request_items {
            let PreviewItem { user_id, namespace, profile_attributes, context_attributes } = item;
            let profile = match profile_attributes {
                Some(told) => told,
                None => {
                    let stored = self.profile_of(sandbox, namespace.trim(), user_id.trim()).await?;
                    stored.map(|stored| stored.attributes.clone()).unwrap_or_default()
                }
            };
            let context = Arc::new(context_attributes.unwrap_or_default());
            let given = Given {
                campaign_id: id.to_string(),
                campaign_name: looked.campaign.name.clone(),
                campaign_version: looked.number(),
                user_id: user_id.clone(),
                namespace,
                // No message goes anywhere: as far as anybody knows, the person is reached by the name of the call.
                address: user_id.clone(),
                now: self.now().to_string(),
            };
            people.push((user_id, Data { context, profile, given }));
        }
        let _turn = self.0.delivery.tries.acquire().await.map_err(Error::unexpected)?;
        // Whoever writes templates may write such that work hard.
        let rendered = tokio::task::spawn_blocking(move || render_all(&looked, people));
        Ok(rendered.await.map_err(Error::unexpected)??)
    }
}

fn render_all(looked: &Looked, people: Vec<(String, Data)>) -> Result<Vec<PersonPreview>, Failure> {
    let compiled = Compiled::compile_with(&looked.content, &looked.templates);
    let compiled = compiled.map_err(|faults| Failure::Invalid { faults })?.with_rules(&looked.rules);
    let naming = Naming {
        campaign_id: looked.campaign.id.as_str(),
        campaign_name: &looked.campaign.name,
        campaign_version: looked.number(),
        execution_id: "",
        message_id: "",
    };
    let (mut faults, mut previews) = (Faults::default(), Vec::with_capacity(people.len()));
    for (position, (user_id, data)) in people.into_iter().enumerate() {
        let at = format!("previewRequestItems[{position}]");
        let missing = compiled.missing(&data);
        if !missing.is_empty() {
            faults.0.extend(missing.0.into_iter().map(|fault| in_words_of_the_call(fault).under(&at)));
            continue;
        }
        match compiled.render_at(&data, Addresses::default(), naming) {
            Ok(rendered) => previews.push(PersonPreview { user_id, edition: looked.edition, rendered }),
            Err(fault) => {
                let text = if fault.path.is_empty() { fault.text } else { format!("{}: {}", fault.path, fault.text) };
                faults.add(at, "render_failed", text);
            }
        }
    }
    faults.into_result()?;
    Ok(previews)
}

fn in_words_of_the_call(fault: Fault) -> Fault {
    let path = match fault.path.split_once('.') {
        Some(("context", rest)) => format!("contextAttributes.{rest}"),
        Some(("profile", rest)) => format!("profileAttributes.{rest}"),
        _ => fault.path,
    };
    Fault { path, ..fault }
}
