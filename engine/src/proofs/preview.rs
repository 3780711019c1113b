//! What people would read, rendered by the code that delivers. Nothing is stored or sent.

use std::collections::HashSet;
use std::sync::Arc;

use content::{Addresses, Compiled, Contents, Data, Given, Naming};
use domain::content::Rendered;
use domain::id::CampaignId;
use domain::preview::{PersonPreview, PreviewItem, PreviewRequest};
use domain::variants::VariantKey;
use domain::{Failure, Fault, Faults, SandboxName};

use super::edition::Looked;
use crate::{Engine, Error, Result};

impl Engine {
    /// The contents of a campaign as each of these people would read them, in the order of the call, each variant: the draft while it differs
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
        let variants = looked.variants.asked_for(request.variant_id.as_ref()).map_err(Failure::from)?;
        request.check_renderings(variants.len()).into_result()?;
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
        let rendered = tokio::task::spawn_blocking(move || render_all(&looked, people, &variants));
        Ok(rendered.await.map_err(Error::unexpected)??)
    }
}

fn render_all(
    looked: &Looked,
    people: Vec<(String, Data)>,
    variants: &[Option<VariantKey>],
) -> Result<Vec<PersonPreview>, Failure> {
    let contents = Contents::compile(looked.sources()).map_err(|faults| Failure::Invalid { faults })?;
    let naming = Naming {
        campaign_id: looked.campaign.id.as_str(),
        campaign_name: &looked.campaign.name,
        campaign_version: looked.number(),
        execution_id: "",
        message_id: "",
    };
    let (mut faults, mut previews) = (Faults::default(), Vec::with_capacity(people.len() * variants.len()));
    for (position, (user_id, data)) in people.into_iter().enumerate() {
        let at = format!("previewRequestItems[{position}]");
        for variant in variants {
            match render(contents.of_variant(&looked.variants, variant.as_ref()), &data, naming) {
                Ok(rendered) => {
                    let (user_id, edition, variant) = (user_id.clone(), looked.edition, variant.clone());
                    previews.push(PersonPreview { user_id, edition, variant, rendered });
                }
                Err(found) => faults.0.extend(found.0.into_iter().map(|fault| fault.under(&at))),
            }
        }
    }
    // Several variants may lack the same.
    let mut told = HashSet::new();
    faults.0.retain(|fault| told.insert((fault.path.clone(), fault.text.clone())));
    faults.into_result()?;
    Ok(previews)
}

/// Faults with the paths of one person of the call.
fn render(compiled: &Compiled, data: &Data, naming: Naming<'_>) -> Result<Rendered, Faults> {
    let missing = compiled.missing(data);
    if !missing.is_empty() {
        return Err(Faults(missing.0.into_iter().map(in_words_of_the_call).collect()));
    }
    compiled.render_at(data, Addresses::default(), naming).map_err(|fault| {
        let text = if fault.path.is_empty() { fault.text } else { format!("{}: {}", fault.path, fault.text) };
        Faults(vec![Fault::new("", "render_failed", text)])
    })
}

fn in_words_of_the_call(fault: Fault) -> Fault {
    let path = match fault.path.split_once('.') {
        Some(("context", rest)) => format!("contextAttributes.{rest}"),
        Some(("profile", rest)) => format!("profileAttributes.{rest}"),
        _ => fault.path,
    };
    Fault { path, ..fault }
}
