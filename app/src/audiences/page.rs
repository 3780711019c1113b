//! The list of audiences. It only shows: lists come in on the command line.

use domain::audience::Audience;
use leptos::prelude::*;

use super::calls::list_audiences;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Address, Code, EmptyState, PageHeader, Table, Time, loaded};

/// All audiences by name, or how the first one is imported.
#[component]
pub fn AudiencesPage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let audiences = Resource::new(move || sandbox.get(), list_audiences);
    view! {
        <PageHeader title=t.audiences.title/>
        {loaded(audiences, move |audiences| {
            if audiences.is_empty() {
                view! { <EmptyState title=t.audiences.none text=t.audiences.none_text><HowToImport/></EmptyState> }.into_any()
            } else {
                view! {
                    <Audiences audiences/>
                    <section class="card" aria-labelledby="import">
                        <h2 id="import">{t.audiences.import}</h2>
                        <p>{t.audiences.import_about}</p>
                        <HowToImport/>
                    </section>
                }
                .into_any()
            }
        })}
    }
}

#[component]
fn Audiences(audiences: Vec<Audience>) -> impl IntoView {
    let t = texts();
    let columns = vec![t.audiences.name, t.audiences.members, t.audiences.imported, t.audiences.id];
    let rows = audiences.into_iter().map(|audience| {
        view! {
            <tr>
                <th scope="row" class="wide">{audience.name}</th>
                <td class="number" data-label=t.audiences.members>{audience.members}</td>
                <td class="modified" data-label=t.audiences.imported>
                    {audience.imported_at.map_or_else(
                        || t.audiences.never.into_any(),
                        |at| view! { <Time at/> }.into_any(),
                    )}
                    {audience.imported_by.map(|by| view! { <span class="hint"><Address text=by/></span> })}
                </td>
                <td class="wide" data-label=t.audiences.id><Code text=audience.id.to_string()/></td>
            </tr>
        }
    });
    view! {
        <Table title=t.audiences.title columns numbers=vec![t.audiences.members]>{rows.collect_view()}</Table>
    }
}

/// The command, and what a line of the list looks like.
#[component]
pub fn HowToImport() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let command = move || format!("hermod audience import --sandbox {} --name NAME FILE", sandbox.get());
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
