//! Fragments: the list, and the form of a new one or of the one that the address names.

use domain::access::Permission;
use domain::library::{Fragment, FragmentKind, FragmentStatus, Line, PublicationStatus};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::fragment_calls::{CreateFragment, PublishFragment, SaveFragment, list_fragments, open_fragment};
use super::fragment_form::{FragmentFields, FragmentForm};
use super::tabs::LibraryTabs;
use crate::expressions::Vocabulary;
use crate::i18n::{fault_text, texts};
use crate::layout::{may, sandbox_name};
use crate::settings::emptied_after;
use crate::ui::{
    Address, Button, Code, EmptyState, FormFailure, Notice, PageHeader, Signal4, StateBadge, Table, Time, failure_of,
    loaded, path_with,
};

/// What changes fragments.
#[derive(Clone, Copy)]
struct Actions {
    create: ServerAction<CreateFragment>,
    save: ServerAction<SaveFragment>,
    publish: ServerAction<PublishFragment>,
}

#[component]
pub fn FragmentsPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let actions = Actions { create: ServerAction::new(), save: ServerAction::new(), publish: ServerAction::new() };
    let Actions { create, save, publish } = actions;
    let changes = move || (create.version().get(), save.version().get(), publish.version().get());
    let fragments = Resource::new(move || (sandbox.get(), changes()), |(sandbox, _)| list_fragments(sandbox));
    Vocabulary::provide(Signal::derive(Vec::new));
    let wanted = Memo::new(move |_| query.with(|query| query.get("fragment").unwrap_or_default()));
    let form = move || {
        let id = wanted.get();
        if !id.is_empty() {
            return Some(view! { <Opened id actions/> }.into_any());
        }
        may(Permission::ManageCampaigns).then(|| view! { <Create create/> }.into_any())
    };
    view! {
        <PageHeader title=t.library.title/>
        <LibraryTabs/>
        <p class="hint">{t.library.fragments_about}</p>
        {form}
        {loaded(fragments, move |fragments| {
            if fragments.is_empty() {
                view! { <EmptyState title=t.library.no_fragments text=t.library.no_fragments_text/> }.into_any()
            } else {
                view! { <Fragments fragments/> }.into_any()
            }
        })}
    }
}

#[component]
fn Fragments(fragments: Vec<Line>) -> impl IntoView {
    let t = texts();
    let columns = vec![t.library.name, t.library.kind, t.library.status, t.library.changed];
    let rows = fragments.into_iter().map(|Line { id, about, kind, status, audit, .. }| {
        let is_visual = kind == FragmentKind::Html.as_str();
        let hint = (!about.description.is_empty()).then(|| view! { <span class="hint">{about.description}</span> });
        view! {
            <tr>
                <th scope="row" class="wide stacked"><A href=path_with("fragment", &id)>{about.name}</A>{hint}</th>
                <td data-label=t.library.kind>{if is_visual { t.library.visual } else { t.library.expression }}</td>
                <td data-label=t.library.status><Status is_published=status == FragmentStatus::Published.as_str()/></td>
                <td class="modified" data-label=t.library.changed>
                    <Time at=audit.modified_at/><span class="hint"><Address text=audit.modified_by/></span>
                </td>
            </tr>
        }
    });
    view! { <Table title=t.library.fragments columns>{rows.collect_view()}</Table> }
}

#[component]
fn Status(is_published: bool) -> impl IntoView {
    let t = texts();
    let (signal, text) =
        if is_published { (Signal4::Ok, t.library.published) } else { (Signal4::Quiet, t.library.draft) };
    view! { <StateBadge signal text/> }
}

#[component]
fn Create(create: ServerAction<CreateFragment>) -> impl IntoView {
    let t = texts();
    let failure = failure_of(create.value());
    let form = emptied_after(create);
    let created = move || {
        let name = create.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.library.created(name)}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="new-fragment">
            <h2 id="new-fragment">{t.library.new_fragment}</h2>
            <FormFailure failure/>
            <div aria-live="polite">{created}</div>
            <ActionForm action=create node_ref=form attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox_name().get_untracked()/>
                <FragmentFields form=FragmentForm::default() is_new=true failure/>
                <div class="row"><Button pending=create.pending()>{t.library.create}</Button></div>
            </ActionForm>
        </section>
    }
}

/// The fragment that the address names, as it is now.
#[component]
fn Opened(id: String, actions: Actions) -> impl IntoView {
    let sandbox = sandbox_name();
    let Actions { save, publish, .. } = actions;
    let fragment = Resource::new(
        move || (sandbox.get(), id.clone(), save.version().get(), publish.version().get()),
        |(sandbox, id, ..)| open_fragment(sandbox, id),
    );
    loaded(fragment, move |fragment| view! { <Edit fragment actions/> })
}

#[component]
fn Edit(fragment: Fragment, actions: Actions) -> impl IntoView {
    let t = texts();
    let Actions { save, publish, .. } = actions;
    let sandbox = sandbox_name().get_untracked();
    let (id, revision) = (fragment.id.to_string(), fragment.audit.revision);
    let failure = failure_of(save.value());
    let form = FragmentForm::of(&fragment.what);
    let name = fragment.what.about.name.clone();
    let is_published = fragment.status == FragmentStatus::Published;
    let may_publish = may(Permission::PublishCampaigns) && !is_published;
    let (of_publish, sandbox_of_publish) = (id.clone(), sandbox.clone());
    view! {
        <section class="card settings-narrow" aria-labelledby="edit-fragment">
            <h2 id="edit-fragment">{name.clone()}</h2>
            <p class="row"><Status is_published/></p>
            <Code text=format!("{{{{ fragment(\"{name}\") }}}}")/>
            <Outcome fragment/>
            <FormFailure failure/>
            <FormFailure failure=failure_of(publish.value())/>
            {may(Permission::ManageCampaigns).then(|| view! {
                <ActionForm action=save attr:class="form">
                    <input type="hidden" name="sandbox" value=sandbox/>
                    <input type="hidden" name="fragment" value=id/>
                    <input type="hidden" name="revision" value=revision/>
                    <FragmentFields form is_new=false failure/>
                    <div class="row">
                        <Button pending=save.pending()>{t.library.save}</Button>
                        <A href=move || path_with("fragment", "") attr:class="quiet-link">{t.library.close}</A>
                    </div>
                </ActionForm>
            })}
            {may_publish.then(|| view! {
                <ActionForm action=publish attr:class="form">
                    <input type="hidden" name="sandbox" value=sandbox_of_publish/>
                    <input type="hidden" name="fragment" value=of_publish/>
                    <p class="hint">{t.library.publish_about}</p>
                    <div class="row"><Button pending=publish.pending() variant="secondary">{t.library.publish}</Button></div>
                </ActionForm>
            })}
        </section>
    }
}

/// What came of the last publication.
#[component]
fn Outcome(fragment: Fragment) -> impl IntoView {
    let t = texts();
    let publication = fragment.publication?;
    if publication.status != PublicationStatus::Error {
        return Some(view! { <p class="hint">{t.library.published_at}" "<Time at=publication.at/></p> }.into_any());
    }
    let reasons = publication.errors.0.iter().map(|fault| view! { <li>{fault_text(fault)}</li> }).collect_view();
    Some(view! { <Notice kind="failed">{t.library.not_published}<ul>{reasons}</ul></Notice> }.into_any())
}
