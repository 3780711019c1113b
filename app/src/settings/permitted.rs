//! Pages that are not for everybody.

use domain::access::Permission;
use leptos::prelude::*;

use super::above;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Notice, PageHeader};

/// Shows `page` to people with the right, and to others why there is nothing to see. Their browser asks for nothing.
pub fn permitted<V: IntoView + 'static>(
    permission: Permission,
    title: &'static str,
    page: impl FnOnce() -> V,
) -> impl IntoView {
    if may(permission) {
        return page().into_any();
    }
    view! {
        <PageHeader title above=above(&sandbox_name().get_untracked())/>
        <Notice>{texts().settings.not_for_your_role}</Notice>
    }
    .into_any()
}
