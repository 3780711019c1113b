//! Images that mails show: added, looked for, described, removed.

use std::sync::Arc;

use domain::Page;
use domain::access::Permission;
use domain::asset::Asset;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;

use super::image_calls::{DescribeAsset, PutBackAsset, RemoveAsset, list_assets};
use super::image_chooser::{path_of, size_of};
use super::image_drop::ImageDrop;
use super::tabs::LibraryTabs;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::settings::is_put_back;
use crate::ui::{
    Button, Confirmation, CopyButton, EmptyState, FormFailure, NextPage, Notice, PageHeader, TextField, Time, answers,
    drop_empty, failure_of, loaded,
};

/// What changes images.
#[derive(Clone, Copy)]
struct Actions {
    describe: ServerAction<DescribeAsset>,
    remove: ServerAction<RemoveAsset>,
    put_back: ServerAction<PutBackAsset>,
}

#[component]
pub fn ImagesPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let actions = Actions { describe: ServerAction::new(), remove: ServerAction::new(), put_back: ServerAction::new() };
    let Actions { describe, remove, put_back } = actions;
    let added = RwSignal::new(0_usize);
    let asked = Memo::new(move |_| {
        let of = |name: &str| query.with(|query| query.get(name).unwrap_or_default());
        (of("search"), of("cursor"))
    });
    let changes = move || (added.get(), describe.version().get(), remove.version().get(), put_back.version().get());
    let images = Resource::new(
        move || (sandbox.get(), asked.get(), changes()),
        |(sandbox, (search, cursor), _)| list_assets(sandbox, search, cursor),
    );
    view! {
        <PageHeader title=t.library.title/>
        <LibraryTabs/>
        <p class="hint">{t.library.images_about}</p>
        {may(Permission::ManageCampaigns).then(|| view! { <Add added/> })}
        <FormFailure failure=failure_of(describe.value())/>
        <FormFailure failure=failure_of(remove.value())/>
        <FormFailure failure=failure_of(put_back.value())/>
        <div aria-live="polite"><Removed actions/></div>
        {loaded(images, move |images| {
            let (search, cursor) = asked.get_untracked();
            let first_visit = images.rows.is_empty() && search.is_empty() && cursor.is_empty();
            view! {
                {(!first_visit).then(|| view! { <Search search=search.clone()/> })}
                <Images images filtered=!search.is_empty() actions/>
            }
        })}
    }
}

/// Files are sent at once; without a program by the button of the form.
#[component]
fn Add(added: RwSignal<usize>) -> impl IntoView {
    let t = texts();
    let to = format!("/files/assets/{}", sandbox_name().get_untracked());
    let query = use_query_map();
    let fault = move || {
        let code = query.with(|query| query.get("file")).filter(|code| !code.is_empty())?;
        let text = t.faults.of(&code).unwrap_or(t.library.not_taken);
        Some(view! { <Notice kind="warning">{text}</Notice> })
    };
    view! {
        <section class="card" aria-label=t.library.add_images>
            {fault}
            <form method="post" action=to enctype="multipart/form-data" class="stack">
                <ImageDrop id="images-file" on_added=Callback::new(move |_| added.update(|added| *added += 1))/>
                <div class="without-program"><button type="submit" class="button">{t.library.send_images}</button></div>
            </form>
        </section>
    }
}

#[component]
fn Search(search: String) -> impl IntoView {
    let t = texts();
    let everything = format!("/{}/library/images", sandbox_name().get_untracked());
    let filtered = !search.is_empty();
    view! {
        <Form method="GET" action=everything.clone() on_form_data=Arc::new(drop_empty) attr:class="filters" attr:role="search">
            <TextField path="search" label=t.library.search_images kind="search" value=search/>
            <div class="row filter-actions">
                <button type="submit" class="button button-secondary">{t.common.filter}</button>
                {filtered.then(|| view! { <A href=everything attr:class="quiet-link">{t.common.clear_filters}</A> })}
            </div>
        </Form>
    }
}

#[component]
fn Images(images: Page<Asset>, filtered: bool, actions: Actions) -> impl IntoView {
    let t = texts();
    if images.rows.is_empty() {
        return if filtered {
            view! { <p class="hint">{t.library.no_images_found}</p> }.into_any()
        } else {
            view! { <EmptyState title=t.library.no_images text=t.library.no_images_text/> }.into_any()
        };
    }
    let may_change = may(Permission::ManageCampaigns);
    let cards = images.rows.into_iter().map(|asset| view! { <li><Card asset actions may_change/></li> }).collect_view();
    view! { <ul class="image-grid image-cards">{cards}</ul><NextPage next=images.next/> }.into_any()
}

#[component]
fn Card(asset: Asset, actions: Actions, may_change: bool) -> impl IntoView {
    let t = texts();
    let (path, size) = (path_of(&asset), size_of(&asset));
    let Asset { name, alt, url, created_at, .. } = asset.clone();
    let (href, link_name, card_name) = (path.clone(), name.clone(), name.clone());
    let said = (!alt.is_empty()).then(|| view! { <span class="hint">{alt.clone()}</span> });
    view! {
        <article class="card image-card" aria-label=card_name>
            <a href=href class="image-frame" rel="external" target="_blank" aria-label=link_name><img src=path alt=alt loading="lazy"/></a>
            <h2 class="image-name">{name}</h2>
            {said}
            <span class="hint">{size}" · "<Time at=created_at/></span>
            <div class="row"><span class="hint">{t.library.address}</span><CopyButton text=url/></div>
            {may_change.then(|| view! { <Describe asset=asset.clone() describe=actions.describe/><Remove asset remove=actions.remove/> })}
        </article>
    }
}

#[component]
fn Describe(asset: Asset, describe: ServerAction<DescribeAsset>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let id = asset.id.to_string();
    let (name_path, alt_path) = (format!("name-{id}"), format!("alt-{id}"));
    view! {
        <details>
            <summary>{t.library.describe}</summary>
            <ActionForm action=describe attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="asset" value=id/>
                <TextField path=name_path name="name" label=t.library.name value=asset.name required=true/>
                <TextField path=alt_path name="alt" label=t.library.alt hint=t.library.alt_hint value=asset.alt/>
                <div class="row"><Button pending=describe.pending() variant="secondary">{t.library.save_image}</Button></div>
            </ActionForm>
        </details>
    }
}

#[component]
fn Remove(asset: Asset, remove: ServerAction<RemoveAsset>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let id = asset.id.to_string();
    let panel = format!("remove-{id}");
    view! {
        <Confirmation id=panel label=t.library.remove name=t.library.remove_of(asset.name) answers=answers(remove)>
            <p>{t.library.remove_about}</p>
            <ActionForm action=remove>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="asset" value=id/>
                <Button pending=remove.pending() variant="danger">{t.library.remove}</Button>
            </ActionForm>
        </Confirmation>
    }
}

/// What was removed, with the way back, until it was put back.
#[component]
fn Removed(actions: Actions) -> impl IntoView {
    let t = texts();
    let Actions { remove, put_back, .. } = actions;
    let is_back = is_put_back(remove, put_back);
    move || {
        let asset = remove.value().get().and_then(Result::ok)?;
        if is_back.get() {
            return Some(view! { <Notice kind="ok">{t.library.image_put_back}</Notice> }.into_any());
        }
        let sandbox = sandbox_name().get_untracked();
        let undo = view! {
            <ActionForm action=put_back attr:class="removal">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="asset" value=asset.id.to_string()/>
                <Button pending=put_back.pending() variant="secondary">{t.suppressions.undo}</Button>
            </ActionForm>
        };
        Some(view! { <Notice kind="ok">{t.library.removed(asset.name)}" "{undo}</Notice> }.into_any())
    }
}
