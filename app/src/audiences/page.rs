//! The list of audiences.

use domain::access::Permission;
use domain::audience::{Audience, AudienceKind};
use leptos::prelude::*;
use leptos_router::components::A;

use super::audience_path;
use super::calls::list_audiences;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::people::PeopleTabs;
use crate::ui::{Address, EmptyState, LinkButton, PageHeader, Table, Time, loaded};

/// All audiences by name, or what they are for.
#[component]
pub fn AudiencesPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let audiences = Resource::new(move || sandbox.get(), list_audiences);
    view! {
        <PageHeader title=t.audiences.title>
            {may(Permission::ManageCampaigns).then(|| view! {
                <LinkButton href=format!("/{}/people/audiences/new", sandbox.get_untracked())>{t.audiences.create}</LinkButton>
            })}
        </PageHeader>
        <PeopleTabs/>
        {loaded(audiences, move |audiences| {
            if audiences.is_empty() {
                view! { <EmptyState title=t.audiences.none text=t.audiences.none_text/> }.into_any()
            } else {
                view! { <Audiences audiences/> }.into_any()
            }
        })}
        <section class="card" aria-labelledby="import">
            <h2 id="import">{t.audiences.import}</h2>
            <p>{t.audiences.import_about}</p>
            <HowToImport/>
        </section>
    }
}

#[component]
fn Audiences(audiences: Vec<Audience>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let columns = vec![t.audiences.name, t.audiences.kind, t.audiences.members, t.audiences.changed];
    let rows = audiences.into_iter().map(move |audience| {
        let href = audience_path(&sandbox, audience.id.as_str());
        let is_list = audience.kind == AudienceKind::List;
        let (at, by) = match audience.imported_at {
            Some(at) if is_list => (at, audience.imported_by.unwrap_or_default()),
            _ => (audience.modified_at, audience.modified_by),
        };
        view! {
            <tr>
                <th scope="row" class="wide"><A href=href>{audience.name}</A></th>
                <td data-label=t.audiences.kind>{kind_name(audience.kind)}</td>
                <td class="number" data-label=t.audiences.members>
                    {if is_list { audience.members.to_string() } else { t.audiences.by_rule.to_owned() }}
                </td>
                <td class="modified" data-label=t.audiences.changed>
                    <Time at/><span class="hint"><Address text=by/></span>
                </td>
            </tr>
        }
    });
    view! {
        <Table title=t.audiences.title columns numbers=vec![t.audiences.members]>{rows.collect_view()}</Table>
    }
}

/// In the page's language.
pub fn kind_name(kind: AudienceKind) -> &'static str {
    let t = texts();
    match kind {
        AudienceKind::List => t.audiences.list,
        AudienceKind::Rule => t.audiences.rule,
    }
}

/// The command, and what a line of the list looks like.
#[component]
pub fn HowToImport() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let command = move || {
        format!("hermod audience import --sandbox {} --name NAME --opted-in HOW_THEY_AGREED FILE", sandbox.get())
    };
    view! {
        <pre class="sample" tabindex="0" aria-label=t.audiences.command>{command}</pre>
        <p class="hint">{t.audiences.line_about}</p>
        <pre class="sample" tabindex="0" aria-label=t.audiences.line>{LINE}</pre>
        <p class="hint">{t.audiences.line_phone}</p>
        <pre class="sample" tabindex="0" aria-label=t.audiences.line_of_number>{LINE_OF_NUMBER}</pre>
    }
}

const LINE: &str = r#"{"userId": "ann@example.com", "profile": {"person": {"name": {"firstName": "Ann"}}}}"#;
const LINE_OF_NUMBER: &str =
    r#"{"userId": "+12025550123", "namespace": "phone", "profile": {"person": {"name": {"firstName": "Ann"}}}}"#;
