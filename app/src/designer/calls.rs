//! Server functions of the designer.

use std::collections::BTreeMap;

use domain::campaign::Campaign;
use domain::design::Design;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A mail to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Starting {
    pub name: String,
    pub words: InboxWords,
    pub design: Design,
    /// The mail with sample values.
    pub html: String,
    /// Those values, by path, as they are typed.
    pub samples: BTreeMap<String, String>,
}

/// What stands in the inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboxWords {
    pub subject: String,
    pub preheader: String,
}

/// The starting templates in a language of the console.
#[server]
pub async fn list_starting_templates(language: String) -> Answer<Vec<Starting>> {
    answer(server::starting(language).await)
}

/// Stores the mail of a campaign as this design, which is JSON; what was written as code gives way. Gives the campaign with
/// its new revision. `words` are taken where nothing stands yet. `variant` is a key such as `a/-/ko`, whose own content it is
/// then; empty: the main content. Conflict `changed_meanwhile` when `revision` is old; faults are at `content.design`, of a
/// variant at `variants.contents.a/-/ko.design`.
#[server]
pub async fn save_design(
    sandbox: String,
    campaign: String,
    revision: i64,
    design: String,
    #[server(default)] words: InboxWords,
    #[server(default)] variant: String,
) -> Answer<Campaign> {
    answer(server::save(sandbox, campaign, revision, (&design, words), &variant).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::campaign::Campaign;
    use domain::content::EmailContent;
    use domain::design::Design;
    use domain::id::CampaignId;
    use engine::Result;

    use super::{InboxWords, Starting};
    use crate::campaigns::Drawn;
    use crate::session::caller;

    /// Longest design that is read, in bytes.
    const DESIGN_MAX_BYTES: usize = 1024 * 1024;

    pub async fn starting(language: String) -> Result<Vec<Starting>> {
        caller(Permission::ManageCampaigns).await?;
        let in_language = content::starting_templates().into_iter().filter(|template| template.language == language);
        let starting = in_language.map(|template| {
            let words = InboxWords { subject: template.subject.clone(), preheader: template.preheader.clone() };
            let email = EmailContent {
                subject: template.subject,
                preheader: template.preheader,
                design: Some(Box::new(template.design.clone())),
                ..EmailContent::default()
            };
            let (drawn, samples) = Drawn::of_call(email, template.context);
            let html = drawn.preview.rendered.email().map(|email| email.html.clone()).unwrap_or_default();
            Starting { name: template.name, words, design: template.design, html, samples }
        });
        Ok(starting.collect())
    }

    pub async fn save(
        sandbox: String,
        campaign: String,
        revision: i64,
        (design, words): (&str, InboxWords),
        variant: &str,
    ) -> Result<Campaign> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id: CampaignId = campaign.parse().map_err(|_| Failure::NotFound { what: "campaign".to_owned() })?;
        let mut draft = caller.engine.find_campaign(&sandbox, &id).await?.draft;
        let at = match variant {
            "" => None,
            key => Some(key.parse().map_err(|_| Failure::not_found("variant"))?),
        };
        let content = draft.content_at_mut(at.as_ref()).ok_or_else(|| Failure::not_found("variant"))?;
        let Some(email) = content.email_mut() else {
            let text = "Only mails are designed. Choose the email channel for this campaign.";
            return Err(Failure::invalid("content.design", "not_a_mail", text).into());
        };
        email.design = Some(Box::new(read(design)?));
        email.mjml.clear();
        for (place, given) in [(&mut email.subject, words.subject), (&mut email.preheader, words.preheader)] {
            if place.trim().is_empty() {
                *place = given;
            }
        }
        Ok(caller.engine.save_draft(&sandbox, &id, revision, &draft, caller.name()).await?.campaign)
    }

    fn read(design: &str) -> Result<Design, Failure> {
        if design.len() > DESIGN_MAX_BYTES {
            return Err(Failure::invalid(
                "content.design",
                "too_long",
                "The design has more than 1 MB. Take something out.",
            ));
        }
        let unreadable = |error| Failure::invalid("content.design", "bad_json", format!("This is no design: {error}."));
        serde_json::from_str(design).map_err(unreadable)
    }
}
