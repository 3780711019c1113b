//! Server functions of the contents beside the main one. Each leads back to the content step.

use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A variant gets a content of its own: a copy of that of `from`, a key such as `a/-/ko`, or `main`. Empty: of the one that
/// stands in.
#[server]
pub async fn write_content(
    sandbox: String,
    campaign: String,
    revision: i64,
    variant: String,
    #[server(default)] from: String,
) -> Answer<()> {
    answer(server::write(&sandbox, &campaign, revision, &variant, &from).await)
}

/// A variant has no content of its own any more: another one stands in.
#[server]
pub async fn remove_content(sandbox: String, campaign: String, revision: i64, variant: String) -> Answer<()> {
    answer(server::remove(&sandbox, &campaign, revision, &variant).await)
}

/// Every other language, of the same treatment and the same rule, says what this content says. `variant` empty: the main one.
#[server]
pub async fn copy_to_languages(
    sandbox: String,
    campaign: String,
    revision: i64,
    #[server(default)] variant: String,
) -> Answer<()> {
    answer(server::copy_to_languages(&sandbox, &campaign, revision, &variant).await)
}

/// Contents are again what they were: a JSON object with a content for each key, or null for none. `variant` is shown next.
#[server]
pub async fn put_back_contents(
    sandbox: String,
    campaign: String,
    revision: i64,
    contents: String,
    #[server(default)] variant: String,
) -> Answer<()> {
    answer(server::put_back(&sandbox, &campaign, revision, &contents, &variant).await)
}

#[cfg(feature = "ssr")]
mod server {
    use std::collections::BTreeMap;

    use domain::access::Permission;
    use domain::campaign::CampaignDraft;
    use domain::content::Content;
    use domain::id::CampaignId;
    use domain::variants::VariantKey;
    use domain::{Failure, SandboxName};
    use engine::Result;
    use leptos_axum::redirect;

    use crate::campaigns::variants::{ContentPlace, languages_beside};
    use crate::session::{Caller, caller};

    /// Most bytes of contents that are put back.
    const CONTENTS_MAX_BYTES: usize = 4 * 1024 * 1024;

    pub async fn write(sandbox: &str, campaign: &str, revision: i64, variant: &str, from: &str) -> Result<()> {
        let asked = Asked::of(sandbox, campaign, revision).await?;
        let key = known(&asked.draft, variant)?;
        let content = match from {
            "" => asked.draft.content_at(Some(&key)),
            "main" => &asked.draft.content,
            other => asked.draft.content_at(Some(&known(&asked.draft, other)?)),
        };
        let (content, mut draft) = (content.clone(), asked.draft.clone());
        *changed(&mut draft, &key)? = content;
        asked.save(draft, Some(key)).await
    }

    pub async fn remove(sandbox: &str, campaign: &str, revision: i64, variant: &str) -> Result<()> {
        let asked = Asked::of(sandbox, campaign, revision).await?;
        let key = known(&asked.draft, variant)?;
        let mut draft = asked.draft.clone();
        draft.variants.contents.remove(&key);
        asked.save(draft, Some(key)).await
    }

    pub async fn copy_to_languages(sandbox: &str, campaign: &str, revision: i64, variant: &str) -> Result<()> {
        let asked = Asked::of(sandbox, campaign, revision).await?;
        let from = (!variant.is_empty()).then(|| known(&asked.draft, variant)).transpose()?;
        let mut draft = asked.draft.clone();
        let content = draft.content_at(from.as_ref()).clone();
        for key in languages_beside(&draft.variants, from.as_ref()) {
            draft.variants.contents.insert(key, content.clone());
        }
        asked.save(draft, from).await
    }

    pub async fn put_back(sandbox: &str, campaign: &str, revision: i64, contents: &str, variant: &str) -> Result<()> {
        let asked = Asked::of(sandbox, campaign, revision).await?;
        let mut draft = asked.draft.clone();
        for (key, content) in read(contents)? {
            match content {
                Some(content) => *changed(&mut draft, &key)? = with_known_files(content, &asked.draft),
                None => drop(draft.variants.contents.remove(&key)),
            }
        }
        let shown = variant.parse().ok().filter(|key| draft.variants.knows(key));
        asked.save(draft, shown).await
    }

    fn read(contents: &str) -> Result<BTreeMap<VariantKey, Option<Content>>, Failure> {
        if contents.len() > CONTENTS_MAX_BYTES {
            return Err(Failure::invalid("variants.contents", "too_long", "The contents have more than 4 MB."));
        }
        let unreadable =
            |error| Failure::invalid("variants.contents", "bad_json", format!("These are no contents: {error}."));
        serde_json::from_str(contents).map_err(unreadable)
    }

    /// Without files that the draft does not have any more: nobody gets at somebody else's by a hash.
    fn with_known_files(mut content: Content, draft: &CampaignDraft) -> Content {
        if let Some(email) = content.email_mut() {
            let others = || draft.contents().filter_map(|(_, content)| content.email());
            email.attachments.retain(|file| others().any(|other| other.attachments.contains(file)));
        }
        content
    }

    fn changed<'a>(draft: &'a mut CampaignDraft, key: &VariantKey) -> Result<&'a mut Content, Failure> {
        draft.content_at_mut(Some(key)).ok_or_else(|| Failure::not_found("variant"))
    }

    fn known(draft: &CampaignDraft, variant: &str) -> Result<VariantKey, Failure> {
        let key = variant.parse().ok().filter(|key| draft.variants.knows(key));
        key.ok_or_else(|| Failure::not_found("variant"))
    }

    /// The draft that somebody changes.
    struct Asked {
        caller: Caller,
        sandbox: SandboxName,
        id: CampaignId,
        revision: i64,
        draft: CampaignDraft,
    }

    impl Asked {
        async fn of(sandbox: &str, campaign: &str, revision: i64) -> Result<Self> {
            let caller = caller(Permission::ManageCampaigns).await?;
            let sandbox = caller.sandbox(sandbox).await?;
            let id: CampaignId = campaign.parse().map_err(|_| Failure::not_found("campaign"))?;
            let draft = caller.engine.find_campaign(&sandbox, &id).await?.draft;
            Ok(Self { caller, sandbox, id, revision, draft })
        }

        async fn save(self, draft: CampaignDraft, shown: Option<VariantKey>) -> Result<()> {
            let Self { caller, sandbox, id, revision, .. } = self;
            let saved = caller.engine.save_draft(&sandbox, &id, revision, &draft, caller.name()).await?;
            let place = ContentPlace { sandbox: sandbox.to_string(), campaign: id.to_string(), variant: shown };
            redirect(&format!("{}&saved={}", place.step(), saved.campaign.revision));
            Ok(())
        }
    }
}
