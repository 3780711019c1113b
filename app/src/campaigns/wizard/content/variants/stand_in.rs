//! In the place of the editor, while a variant has no content of its own.

use leptos::prelude::*;

use super::tools::{Hidden, Refused};
use crate::campaigns::calls::OpenedCampaign;
use crate::campaigns::variants::{WriteContent, key_text, variant_name};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::Button;

/// Which content stands in, and the button that copies it.
#[component]
pub fn StandIn(opened: OpenedCampaign) -> impl IntoView {
    let t = &texts().variants;
    let variants = &opened.detail.draft.variants;
    let name = variant_name(variants, opened.variant.as_ref());
    let key = opened.variant.clone().unwrap_or_default();
    let written = variants.written_for(&key).cloned();
    let other = variant_name(variants, written.as_ref());
    let there = opened.place(sandbox_name().get_untracked()).of(written).step();
    let write = ServerAction::<WriteContent>::new();
    let variant = key_text(opened.variant.as_ref());
    view! {
        <section class="card stack" aria-labelledby="stand-in">
            <h3 id="stand-in">{name}</h3>
            <p>{t.says_what_says}" "<a href=there>{other}</a></p>
            <Refused value=write.value()/>
            <ActionForm action=write attr:class="inline-form">
                <Hidden opened variant/>
                <Button pending=write.pending()>{t.write_own}</Button>
            </ActionForm>
            <p class="hint">{t.write_own_hint}</p>
        </section>
    }
}
