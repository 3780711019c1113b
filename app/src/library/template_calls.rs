//! Server functions of templates.

use domain::library::{Line, NewTemplate};
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Those that were changed last, first.
#[server]
pub async fn list_templates(sandbox: String) -> Answer<Vec<Line>> {
    answer(server::list(sandbox).await)
}

/// What the draft of a campaign says becomes a template. Gives back its name.
#[server]
pub async fn save_as_template(sandbox: String, campaign: String, name: String) -> Answer<String> {
    answer(server::save(sandbox, campaign, name).await)
}

/// The draft of a campaign says what a template says; goes to its content.
#[server]
pub async fn start_from_template(sandbox: String, campaign: String, revision: i64, template: String) -> Answer<()> {
    answer(server::start(sandbox, campaign, revision, template).await)
}

/// Deletes a template. Gives it back, so that it can be put back.
#[server]
pub async fn delete_template(sandbox: String, template: String) -> Answer<NewTemplate> {
    answer(server::delete(sandbox, template).await)
}

/// Undoes that, under a new id. `removed`: as it was given back, as JSON.
#[server]
pub async fn put_back_template(sandbox: String, removed: String) -> Answer<()> {
    answer(server::put_back(sandbox, removed).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::campaign::{CampaignDraft, Step};
    use domain::id::{CampaignId, TemplateId};
    use domain::library::{About, Line, NewTemplate, SHELF_MAX, TemplateKind};
    use engine::Result;
    use engine::library::LibraryQuery;
    use leptos_axum::redirect;

    use crate::campaigns::step_path;
    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<Line>> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        Ok(caller.engine.list_templates(&sandbox, &LibraryQuery::newest(SHELF_MAX)).await?.rows)
    }

    pub async fn save(sandbox: String, campaign: String, name: String) -> Result<String> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let draft = caller.engine.find_campaign(&sandbox, &campaign_id(&campaign)?).await?.draft;
        let about = About { name, ..About::default() };
        let content = NewTemplate::content_of(draft.content);
        let new = NewTemplate { about, kind: TemplateKind::Content, content, given: None };
        Ok(caller.engine.create_template(&sandbox, new, caller.name()).await?.what.about.name)
    }

    pub async fn start(sandbox: String, campaign: String, revision: i64, template: String) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id = campaign_id(&campaign)?;
        let template = caller.engine.find_template(&sandbox, &template_id(&template)?).await?;
        let before = caller.engine.find_campaign(&sandbox, &id).await?.draft;
        let content = template.what.put_into(&before.content);
        let draft = CampaignDraft { content, ..before };
        let saved = caller.engine.save_draft(&sandbox, &id, revision, &draft, caller.name()).await?;
        let path = step_path(sandbox.as_str(), id.as_str(), Step::Content);
        redirect(&format!("{path}&saved={}", saved.campaign.revision));
        Ok(())
    }

    pub async fn delete(sandbox: String, template: String) -> Result<NewTemplate> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id = template_id(&template)?;
        let before = caller.engine.find_template(&sandbox, &id).await?;
        caller.engine.delete_template(&sandbox, &id).await?;
        Ok(before.what)
    }

    pub async fn put_back(sandbox: String, removed: String) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let removed = serde_json::from_str(&removed).map_err(|_| Failure::not_found("template"))?;
        caller.engine.create_template(&sandbox, removed, caller.name()).await.map(drop)
    }

    fn campaign_id(text: &str) -> Result<CampaignId> {
        Ok(text.parse().map_err(|_| Failure::not_found("campaign"))?)
    }

    fn template_id(text: &str) -> Result<TemplateId> {
        Ok(text.parse().map_err(|_| Failure::not_found("template"))?)
    }
}
