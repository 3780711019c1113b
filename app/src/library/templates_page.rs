//! The list of templates.

use domain::access::Permission;
use domain::library::Line;
use leptos::prelude::*;

use super::tabs::LibraryTabs;
use super::template_calls::{DeleteTemplate, PutBackTemplate, list_templates};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::settings::is_put_back;
use crate::ui::{
    Address, Button, EmptyState, FormFailure, Notice, PageHeader, RowButton, Table, Time, failure_of, filled, loaded,
};

/// All templates, the newest change first, and what was just deleted.
#[component]
pub fn TemplatesPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let (delete, put_back) = (ServerAction::<DeleteTemplate>::new(), ServerAction::<PutBackTemplate>::new());
    let changes = move || (delete.version().get(), put_back.version().get());
    let templates = Resource::new(move || (sandbox.get(), changes()), |(sandbox, _)| list_templates(sandbox));
    view! {
        <PageHeader title=t.library.title/>
        <LibraryTabs/>
        <p class="hint">{t.library.templates_about}</p>
        <FormFailure failure=failure_of(delete.value())/>
        <FormFailure failure=failure_of(put_back.value())/>
        <div aria-live="polite"><Deleted delete put_back/></div>
        {loaded(templates, move |templates| {
            if templates.is_empty() {
                view! { <EmptyState title=t.library.no_templates text=t.library.no_templates_text/> }.into_any()
            } else {
                view! { <Templates templates delete/> }.into_any()
            }
        })}
    }
}

#[component]
fn Templates(templates: Vec<Line>, delete: ServerAction<DeleteTemplate>) -> impl IntoView {
    let t = texts();
    let may_change = may(Permission::ManageCampaigns);
    let columns = [t.library.name, t.library.channel, t.library.description, t.library.changed];
    let columns = columns.into_iter().chain(may_change.then_some(t.settings.actions)).collect();
    let row = move |template| view! { <Row template delete may_change/> };
    view! { <Table title=t.library.templates columns>{templates.into_iter().map(row).collect_view()}</Table> }
}

#[component]
fn Row(template: Line, delete: ServerAction<DeleteTemplate>, may_change: bool) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let Line { id, about, channel, audit, .. } = template;
    let channel = match channel.as_str() {
        "email" => t.channels.email,
        "sms" => t.channels.mobile,
        _ => t.channels.push,
    };
    let name = t.library.delete_of(&about.name);
    view! {
        <tr>
            <th scope="row" class="wide">{about.name}</th>
            <td data-label=t.library.channel>{channel}</td>
            <td class="wide" data-label=t.library.description>{filled(about.description)}</td>
            <td class="modified" data-label=t.library.changed>
                <Time at=audit.modified_at/><span class="hint"><Address text=audit.modified_by/></span>
            </td>
            {may_change.then(|| view! {
                <td>
                    <ActionForm action=delete attr:class="removal">
                        <input type="hidden" name="sandbox" value=sandbox/>
                        <input type="hidden" name="template" value=id/>
                        <RowButton pending=delete.pending() label=t.library.delete name/>
                    </ActionForm>
                </td>
            })}
        </tr>
    }
}

/// What was deleted, with the way back, until it was put back.
#[component]
fn Deleted(delete: ServerAction<DeleteTemplate>, put_back: ServerAction<PutBackTemplate>) -> impl IntoView {
    let t = texts();
    let is_back = is_put_back(delete, put_back);
    move || {
        let template = delete.value().get().and_then(Result::ok)?;
        if is_back.get() {
            return Some(view! { <Notice kind="ok">{t.library.put_back}</Notice> }.into_any());
        }
        let sandbox = sandbox_name().get_untracked();
        let removed = serde_json::to_string(&template).unwrap_or_default();
        let undo = view! {
            <ActionForm action=put_back attr:class="removal">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="removed" value=removed/>
                <Button pending=put_back.pending() variant="secondary">{t.suppressions.undo}</Button>
            </ActionForm>
        };
        Some(view! { <Notice kind="ok">{t.library.deleted(template.about.name)}" "{undo}</Notice> }.into_any())
    }
}
