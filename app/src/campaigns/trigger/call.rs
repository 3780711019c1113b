//! The ready call, in three languages. The open one is in the address.

use domain::channel_configuration::Channel;
use domain::id::ExecutionKind;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::super::snippets::{ExampleCall, Language};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{CopyButton, Tabs};

/// Tabs, code, and where the client's id and secret come from.
#[component]
pub fn CallExamples(call: ExampleCall) -> impl IntoView {
    let t = texts();
    let query = use_query_map();
    let language = Memo::new(move |_| Language::of_word(&query.with(|query| query.get("tab").unwrap_or_default())));
    let to_devices = call.channel == Channel::Push && call.door != ExecutionKind::Audience;
    let hint = if call.platform.is_some() { t.trigger.push_hint } else { t.trigger.push_registered_hint };
    let device_hint = to_devices.then_some(hint);
    let code = Memo::new(move |_| call.in_language(language.get()));
    let tabs = Language::ALL.into_iter().map(|language| (language.as_str(), language.label().to_owned())).collect();
    let clients = format!("/{}/settings/api-clients", sandbox_name().get_untracked());
    view! {
        <section class="card call" aria-labelledby="call">
            <h3 id="call">{t.trigger.call}</h3>
            <Tabs open=Signal::derive(move || language.get().as_str().to_owned()) tabs label=t.trigger.languages/>
            <div class="code-block">
                <pre tabindex="0" role="region" aria-label=move || t.trigger.call_in(language.get().label())><code>{code}</code></pre>
                <CopyButton text=code/>
            </div>
            {device_hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            <p class="hint">{t.trigger.clients_hint}" "<a href=clients>{t.trigger.to_clients}</a></p>
            <p class="hint"><a href="/docs" rel="external" target="_blank">{t.trigger.to_docs}</a></p>
        </section>
    }
}
