//! Contents that were removed or written over: until the next save they can be had again.

use std::collections::BTreeMap;

use domain::campaign::CampaignDetail;
use domain::content::Content;
use domain::variants::VariantKey;
use leptos::prelude::*;

use crate::campaigns::calls::OpenedCampaign;
use crate::campaigns::variants::{PutBackContents, key_text};
use crate::failure::Answer;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{FormFailure, failure_of};

/// What contents said before the last button that replaced them.
#[derive(Clone, Copy, Default)]
pub struct Replaced(RwSignal<Option<Before>>);

#[derive(Clone)]
struct Before {
    /// What was done.
    said: String,
    campaign: String,
    /// The draft that still had them.
    revision: i64,
    /// `None`: another content stood in.
    contents: BTreeMap<VariantKey, Option<Content>>,
}

impl Replaced {
    /// Keeps what these contents say, before something else takes their place.
    pub fn keep(self, said: String, detail: &CampaignDetail, keys: impl IntoIterator<Item = VariantKey>) {
        let stored = &detail.draft.variants.contents;
        let contents = keys.into_iter().map(|key| (key.clone(), stored.get(&key).cloned())).collect();
        let (campaign, revision) = (detail.campaign.id.to_string(), detail.campaign.revision);
        self.0.set(Some(Before { said, campaign, revision, contents }));
    }

    /// Nothing was replaced after all.
    pub fn forget_if_refused(self, answer: impl Get<Value = Option<Answer<()>>> + Send + Sync + 'static) {
        Effect::new(move || {
            if matches!(answer.get(), Some(Err(_))) {
                self.0.set(None);
            }
        });
    }
}

/// What was done, and the way back; for as long as nothing else was saved.
#[component]
pub fn PutBack(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let campaign = opened.detail.campaign;
    let before = use_context::<Replaced>()?.0.get_untracked()?;
    if before.campaign != campaign.id.as_str() || before.revision + 1 != campaign.revision {
        return None;
    }
    let action = ServerAction::<PutBackContents>::new();
    let contents = serde_json::to_string(&before.contents).unwrap_or_default();
    Some(view! {
        <div class="notice notice-ok" role="status">
            <FormFailure failure=failure_of(action.value())/>
            <ActionForm action attr:class="row">
                <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
                <input type="hidden" name="campaign" value=campaign.id.to_string()/>
                <input type="hidden" name="revision" value=campaign.revision/>
                <input type="hidden" name="variant" value=key_text(opened.variant.as_ref())/>
                <input type="hidden" name="contents" value=contents/>
                <span>{before.said}</span>
                <button type="submit" class="button button-small button-secondary" disabled=move || action.pending().get()>
                    {t.variants.undo}
                </button>
            </ActionForm>
        </div>
    })
}
