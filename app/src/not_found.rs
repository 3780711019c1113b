//! An address that leads nowhere.

use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::NotFound;

/// Inside the frame of its sandbox, when the address is of one.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <NotFound text=texts().common.not_found_hint/> }
}
