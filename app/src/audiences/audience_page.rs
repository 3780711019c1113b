//! One audience: what it is, who belongs to it, what needs it.

use domain::Page;
use domain::access::Permission;
use domain::audience::{Audience, AudienceKind, AudienceMember, Estimate};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::calls::{DeleteAudience, Names, OpenedAudience, SaveAudience, open_audience};
use super::editor::EstimateFacts;
use super::files::Files;
use super::page::{HowToImport, kind_name};
use super::words::in_words;
use super::{above, audience_path};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{
    Address, Button, Code, Confirmation, EmptyState, Fact, Facts, FormFailure, LinkButton, NextPage, PageHeader, Table,
    TextField, Time, answers, failure_of, filled, loaded,
};

#[component]
pub fn AudiencePage() -> impl IntoView {
    let sandbox = sandbox_name();
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("audience").unwrap_or_default()));
    let cursor = Memo::new(move |_| query.with(|query| query.get("cursor").unwrap_or_default()));
    let save = ServerAction::<SaveAudience>::new();
    let delete = ServerAction::<DeleteAudience>::new();
    let opened = Resource::new(
        move || (sandbox.get(), id.get(), cursor.get(), save.version().get()),
        |(sandbox, id, cursor, _)| open_audience(sandbox, id, cursor),
    );
    view! {
        <Title text=texts().audiences.title/>
        <FormFailure failure=failure_of(delete.value())/>
        {loaded(opened, move |opened| view! { <Opened opened save delete/> })}
    }
}

#[component]
fn Opened(
    opened: OpenedAudience,
    save: ServerAction<SaveAudience>,
    delete: ServerAction<DeleteAudience>,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let OpenedAudience { audience, names, members, estimate, campaigns, audiences } = opened;
    let is_rule = audience.kind == AudienceKind::Rule;
    let may_change = may(Permission::ManageCampaigns);
    let rule = format!("{}/rule", audience_path(&sandbox, audience.id.as_str()));
    let in_use = !campaigns.is_empty() || !audiences.is_empty();
    let (renamed, deleted) = (audience.clone(), audience.clone());
    view! {
        <PageHeader title=audience.name.clone() above=above(&sandbox)>
            {(is_rule && may_change).then(|| view! { <LinkButton href=rule>{t.audiences.edit_rule}</LinkButton> })}
            {(may_change && !in_use).then(|| view! { <Deletion audience=deleted delete/> })}
        </PageHeader>
        <div class="columns">
            <div class="stack">
                {is_rule.then(|| view! { <RuleCard audience=audience.clone() names estimate/> })}
                <Members members is_rule/>
            </div>
            <div class="stack">
                <section class="card" aria-label=t.messages.facts><AudienceFacts audience=audience.clone()/></section>
                <UsesCard sandbox campaigns audiences/>
                {(!is_rule && may_change).then(|| view! { <Renaming audience=renamed save/> })}
            </div>
        </div>
        {(!is_rule && may_change).then(|| view! {
            <Files audience=audience.id.to_string()/>
            <section class="card" aria-labelledby="import">
                <h2 id="import">{t.audiences.import}</h2>
                <p>{t.audiences.import_about}</p>
                <HowToImport/>
            </section>
        })}
    }
}

#[component]
fn AudienceFacts(audience: Audience) -> impl IntoView {
    let t = texts();
    let is_list = audience.kind == AudienceKind::List;
    let imported = audience.imported_at.map(|at| {
        let by = audience.imported_by.clone().unwrap_or_default();
        view! { <Fact name=t.audiences.imported><Time at/>" "<span class="hint"><Address text=by/></span></Fact> }
    });
    view! {
        <Facts>
            <Fact name=t.audiences.kind>{kind_name(audience.kind)}</Fact>
            {is_list.then(|| view! { <Fact name=t.audiences.members>{audience.members}</Fact> })}
            {imported}
            <Fact name=t.audiences.changed>
                <Time at=audience.modified_at/>" "<span class="hint"><Address text=audience.modified_by/></span>
            </Fact>
            <Fact name=t.audiences.id><Code text=audience.id.to_string()/></Fact>
        </Facts>
    }
}

#[component]
fn RuleCard(audience: Audience, names: Names, estimate: Option<Estimate>) -> impl IntoView {
    let t = texts();
    let words = audience.rule.as_ref().map(|rule| in_words(rule, &names)).unwrap_or_default();
    view! {
        <section class="card" aria-labelledby="rule">
            <h2 id="rule">{t.audiences.who}</h2>
            <p>{words}</p>
            {estimate.map(|estimate| view! { <EstimateFacts estimate with_sample=false/> })}
        </section>
    }
}

#[component]
fn Members(members: Page<AudienceMember>, is_rule: bool) -> impl IntoView {
    let t = texts();
    let hint = is_rule.then(|| view! { <p class="hint">{t.audiences.members_by_rule}</p> });
    if members.rows.is_empty() && members.next.is_none() {
        let text = if is_rule { t.audiences.nobody_by_rule } else { t.audiences.nobody_in_list };
        return view! { <EmptyState title=t.audiences.nobody text/> }.into_any();
    }
    let columns = vec![t.audiences.user_id, t.audiences.namespace, t.audiences.email, t.audiences.phone];
    let rows = members.rows.into_iter().map(|member| {
        view! {
            <tr>
                <th scope="row" class="wide">{member.user_id}</th>
                <td data-label=t.audiences.namespace>{member.namespace}</td>
                <td class="wide" data-label=t.audiences.email>{filled(member.email).map(|text| view! { <Address text/> })}</td>
                <td data-label=t.audiences.phone>{filled(member.phone)}</td>
            </tr>
        }
    });
    view! {
        {hint}
        <Table title=t.audiences.members columns>{rows.collect_view()}</Table>
        <NextPage next=members.next/>
    }
    .into_any()
}

#[component]
fn UsesCard(sandbox: String, campaigns: Vec<(String, String)>, audiences: Vec<String>) -> impl IntoView {
    let t = texts();
    let none = campaigns.is_empty() && audiences.is_empty();
    let campaigns = campaigns.into_iter().map(|(id, name)| {
        view! { <li><A href=format!("/{sandbox}/campaigns/{id}")>{name}</A></li> }
    });
    let audiences = audiences.into_iter().map(|name| view! { <li>{t.audiences.asked_by(name)}</li> });
    view! {
        <section class="card" aria-labelledby="uses">
            <h2 id="uses">{t.audiences.uses}</h2>
            {none.then(|| view! { <p class="hint">{t.audiences.unused}</p> })}
            <ul>{campaigns.collect_view()}{audiences.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Renaming(audience: Audience, save: ServerAction<SaveAudience>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(save.value());
    view! {
        <section class="card" aria-labelledby="rename">
            <h2 id="rename">{t.audiences.rename}</h2>
            <ActionForm action=save attr:class="form">
                <FormFailure failure/>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="audience" value=audience.id.to_string()/>
                <input type="hidden" name="revision" value=audience.revision/>
                <TextField path="name" label=t.audiences.name value=audience.name required=true failure/>
                <div class="row"><Button pending=save.pending() variant="secondary">{t.audiences.save}</Button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Deletion(audience: Audience, delete: ServerAction<DeleteAudience>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    view! {
        <Confirmation id="delete" label=t.audiences.delete class="button button-secondary" answers=answers(delete)>
            <p>{t.audiences.delete_about}</p>
            <ActionForm action=delete>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="audience" value=audience.id.to_string()/>
                <Button pending=delete.pending() variant="danger">{t.audiences.delete_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}
