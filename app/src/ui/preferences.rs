//! Language and theme, for this browser.

use leptos::prelude::*;

use super::Menu;
use crate::i18n::{Language, language, texts};
use crate::theme::Theme;

/// Language and theme: plain forms that load the page anew.
#[component]
pub fn Preferences() -> impl IntoView {
    let t = texts();
    let theme = use_context::<Theme>().unwrap_or_default();
    let theme_name = |theme: Theme| match theme {
        Theme::System => t.layout.theme_system,
        Theme::Light => t.layout.theme_light,
        Theme::Dark => t.layout.theme_dark,
    };
    let chosen = |is_chosen: bool| if is_chosen { "true" } else { "false" };
    view! {
        <form method="post" action="/preferences" class="preferences">
            <Menu id="languages" label=t.layout.language present=language().name()>
                {Language::ALL
                    .into_iter()
                    .map(|it| view! {
                        <button class="menu-choice" name="language" value=it.tag() lang=it.tag() aria-pressed=chosen(it == language())>{it.name()}</button>
                    })
                    .collect_view()}
            </Menu>
            <Menu id="themes" label=t.layout.theme present=theme_name(theme)>
                {Theme::ALL
                    .into_iter()
                    .map(|it| view! {
                        <button class="menu-choice" name="theme" value=it.as_str() aria-pressed=chosen(it == theme)>{theme_name(it)}</button>
                    })
                    .collect_view()}
            </Menu>
        </form>
    }
}
