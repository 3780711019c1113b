//! Topics: what people choose from on the preference page, and what a campaign is about.

use domain::access::Permission;
use domain::topic::{Topic, TopicWords};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::topic_calls::{CreateTopic, PutBackTopic, RemoveTopic, SaveTopic, list_topics};
use super::topic_form::TopicFields;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::people::people_path;
use crate::settings::{emptied_after, is_put_back, permitted};
use crate::ui::{
    Button, EmptyState, FormFailure, Notice, PageHeader, RowButton, Table, Time, failure_of, loaded, path_with,
};

/// The list, a form for a new one or for the one that is being edited (in the address), and what was just removed.
#[component]
pub fn TopicsPage() -> impl IntoView {
    permitted(Permission::ManageConsent, texts().topics.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let query = use_query_map();
    let edited = move || query.with(|query| query.get("topic").unwrap_or_default());
    let (create, save) = (ServerAction::<CreateTopic>::new(), ServerAction::<SaveTopic>::new());
    let (remove, put_back) = (ServerAction::<RemoveTopic>::new(), ServerAction::<PutBackTopic>::new());
    let changes =
        move || (create.version().get(), save.version().get(), remove.version().get(), put_back.version().get());
    let topics = Resource::new(move || (sandbox.get(), changes()), |(sandbox, _)| list_topics(sandbox));
    let above = (people_path(&sandbox.get_untracked(), "consent"), t.consent.title.to_owned());
    view! {
        <PageHeader title=t.topics.title above/>
        <p class="hint">{t.topics.about}</p>
        <FormFailure failure=failure_of(remove.value())/>
        <FormFailure failure=failure_of(put_back.value())/>
        <div aria-live="polite"><Removed remove put_back/></div>
        {loaded(topics, move |topics| {
            let open = topics.iter().find(|topic| topic.id.as_str() == edited()).cloned();
            let form = match open {
                Some(topic) => view! { <Edit topic save/> }.into_any(),
                None => view! { <Create create/> }.into_any(),
            };
            view! { {form}<Topics topics remove/> }
        })}
    }
}

#[component]
fn Create(create: ServerAction<CreateTopic>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(create.value());
    let form = emptied_after(create);
    let created = move || {
        let name = create.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.topics.created(name)}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="new-topic">
            <h2 id="new-topic">{t.topics.new}</h2>
            <FormFailure failure/>
            <div aria-live="polite">{created}</div>
            <ActionForm action=create node_ref=form attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <TopicFields words=TopicWords::default() failure/>
                <div class="row"><Button pending=create.pending()>{t.topics.create}</Button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Edit(topic: Topic, save: ServerAction<SaveTopic>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(save.value());
    let saved = move || {
        let name = save.value().get().and_then(Result::ok)?;
        Some(view! { <Notice kind="ok">{t.topics.saved(name)}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="edit-topic">
            <h2 id="edit-topic">{t.topics.edit_of(&topic.words.name_en)}</h2>
            <FormFailure failure/>
            <div aria-live="polite">{saved}</div>
            <ActionForm action=save attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="topic" value=topic.id.to_string()/>
                <TopicFields words=topic.words failure/>
                <div class="row">
                    <Button pending=save.pending()>{t.topics.save}</Button>
                    <A href=move || path_with("topic", "") attr:class="quiet-link">{t.topics.close}</A>
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Topics(topics: Vec<Topic>, remove: ServerAction<RemoveTopic>) -> impl IntoView {
    let t = texts();
    if topics.is_empty() {
        return view! { <EmptyState title=t.topics.none text=t.topics.none_text/> }.into_any();
    }
    let columns = vec![t.topics.english, t.topics.korean, t.topics.id, t.topics.changed, t.settings.actions];
    let row = move |topic| view! { <Row topic remove/> };
    view! { <Table title=t.topics.title columns>{topics.into_iter().map(row).collect_view()}</Table> }.into_any()
}

#[component]
fn Row(topic: Topic, remove: ServerAction<RemoveTopic>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let id = topic.id.to_string();
    let edit = path_with("topic", &id);
    let name = t.topics.remove_of(&topic.words.name_en);
    let about = |text: String| (!text.is_empty()).then(|| view! { <span class="hint">{text}</span> });
    view! {
        <tr>
            <th scope="row" class="wide stacked"><A href=edit>{topic.words.name_en}</A>{about(topic.words.description_en)}</th>
            <td class="wide stacked" data-label=t.topics.korean lang="ko">{topic.words.name_ko}{about(topic.words.description_ko)}</td>
            <td data-label=t.topics.id><code>{id.clone()}</code></td>
            <td data-label=t.topics.changed><Time at=topic.modified_at/></td>
            <td>
                <ActionForm action=remove attr:class="removal">
                    <input type="hidden" name="sandbox" value=sandbox/>
                    <input type="hidden" name="topic" value=id/>
                    <RowButton pending=remove.pending() label=t.topics.remove name/>
                </ActionForm>
            </td>
        </tr>
    }
}

/// What was removed, with the way back, until it was put back.
#[component]
fn Removed(remove: ServerAction<RemoveTopic>, put_back: ServerAction<PutBackTopic>) -> impl IntoView {
    let t = texts();
    let is_back = is_put_back(remove, put_back);
    move || {
        let topic = remove.value().get().and_then(Result::ok)?;
        if is_back.get() {
            return Some(view! { <Notice kind="ok">{t.topics.put_back}</Notice> }.into_any());
        }
        let sandbox = sandbox_name().get_untracked();
        let undo = view! {
            <ActionForm action=put_back attr:class="removal">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="topic" value=topic/>
                <Button pending=put_back.pending() variant="secondary">{t.suppressions.undo}</Button>
            </ActionForm>
        };
        Some(view! { <Notice kind="ok">{t.topics.removed}" "{undo}</Notice> }.into_any())
    }
}
