//! What is not there, and the way back.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::i18n::texts;
use crate::session::Frame;

/// Says so, with status 404. Inside a sandbox the way leads to the list that the address belongs to.
#[component]
pub fn NotFound(
    /// What is not there.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let t = texts();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    if use_context::<Frame>().is_none() {
        return view! {
            <Title text=t.common.not_found/>
            <main class="gate">
                <h1 class="gate-title">{t.common.not_found}</h1>
                <p>{text}</p>
                <p><a href="/" rel="external" class="button">{t.common.home}</a></p>
            </main>
        }
        .into_any();
    }
    let path = use_location().pathname.get_untracked();
    let (list, to_list) = match list_of(&path) {
        Some(list) => (list, t.common.to_list),
        None => ("/".to_owned(), t.common.home),
    };
    view! {
        <Title text=t.common.not_found/>
        <h1>{t.common.not_found}</h1>
        <p>{text}</p>
        <p><a href=list class="button">{to_list}</a></p>
    }
    .into_any()
}

/// The list that a thing's page belongs to: the address up to the thing's id.
fn list_of(path: &str) -> Option<String> {
    let is_id = |part: &&str| part.contains('_') || part.contains("MA-");
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let end = parts.iter().position(is_id)?;
    (end >= 2).then(|| format!("/{}", parts[..end].join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_from_a_thing_that_is_not_there_is_its_list() {
        assert_eq!(list_of("/dev/campaigns/cmp_1/edit").as_deref(), Some("/dev/campaigns"));
        assert_eq!(list_of("/dev/settings/configurations/chc_1").as_deref(), Some("/dev/settings/configurations"));
        assert_eq!(list_of("/dev/executions/UMA-1").as_deref(), Some("/dev/executions"));
        assert_eq!(list_of("/dev/executions/CMA-1").as_deref(), Some("/dev/executions"));
        assert_eq!(list_of("/dev/nothing-here"), None);
    }
}
