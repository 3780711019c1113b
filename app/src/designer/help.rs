//! The shortcuts.

use leptos::prelude::*;

use super::keys::HELP;
use crate::i18n::texts;

/// Id of the panel.
pub const ID: &str = "designer-keys";

/// A button, and the panel that it opens; so does the key `?`.
#[component]
pub fn Help() -> impl IntoView {
    let t = texts();
    view! {
        <button type="button" class="button button-secondary" popovertarget=ID aria-haspopup="dialog">{t.designer.shortcuts}</button>
        <div popover="auto" id=ID class="confirmation designer-keys" role="dialog" aria-label=t.designer.shortcuts>
            <strong>{t.designer.shortcuts}</strong>
            <p>{t.designer.shortcuts_hint}</p>
            <dl>
                {HELP
                    .into_iter()
                    .map(|(keys, text)| view! {
                        <div>
                            <dt>{keys.split(' ').filter(|key| !key.is_empty()).map(|key| view! { <kbd>{key}</kbd>" " }).collect_view()}</dt>
                            <dd>{t.designer.of(text).unwrap_or_default()}</dd>
                        </div>
                    })
                    .collect_view()}
            </dl>
            <button type="button" class="button button-secondary" popovertarget=ID popovertargetaction="hide">{t.designer.close}</button>
        </div>
    }
}
