//! The form of a stored configuration.

use domain::channel_configuration::{
    ChannelConfiguration, ChannelConfigurationDraft, ChannelConfigurationStatus, Transport,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::emptied::emptied_after;
use super::super::settings_path;
use super::fields::Fields;
use super::{SaveConfiguration, find_configuration};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, FormFailure, Notice, failure_of};

/// Saves over the revision it was opened with. When somebody else was faster, what was typed stays.
#[component]
pub fn SaveForm(
    configuration: ChannelConfiguration,
    current: Memo<ChannelConfiguration>,
    /// The address says that this revision was just saved.
    just_saved: bool,
    /// Set when something is typed.
    dirty: RwSignal<bool>,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let save = ServerAction::<SaveConfiguration>::new();
    let failure = failure_of(save.value());
    let form = emptied_after(save);
    // Set when the person decides to save over what somebody else saved.
    let seen = RwSignal::new(None::<i64>);
    let revision = move || current.with(|current| seen.get().unwrap_or(current.revision));
    let password_set = matches!(&configuration.transport, Transport::Smtp(relay) if relay.password_set);
    let account = match &configuration.transport {
        Transport::Provider(account) => Some(account.clone()),
        Transport::Capture | Transport::Smtp(_) => None,
    };
    let fixed_category = (configuration.status != ChannelConfigurationStatus::Draft).then_some(configuration.category);
    view! {
        <ActionForm
            action=save node_ref=form attr:class="card form configuration" attr:novalidate="novalidate"
            on:input=move |_| dirty.set(true)
        >
            {move || (just_saved && failure.get().is_none()).then(|| view! { <Notice kind="ok">{t.configurations.saved}</Notice> })}
            <FormFailure failure/>
            <Conflict configuration=configuration.clone() save seen/>
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <input type="hidden" name="configuration" value=configuration.id.to_string()/>
            <input type="hidden" name="revision" value=revision/>
            <Fields
                channel=configuration.channel draft=ChannelConfigurationDraft::from(&configuration) account password_set
                fixed_category own=configuration.id.to_string() dirty failure
            />
            <Button pending=save.pending()>{t.configurations.save}</Button>
        </ActionForm>
    }
}

/// Two ways on after a conflict: look at what is stored, beside this page; or take this page's version.
#[component]
fn Conflict(
    configuration: ChannelConfiguration,
    save: ServerAction<SaveConfiguration>,
    seen: RwSignal<Option<i64>>,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let id = configuration.id.to_string();
    let conflicts = Memo::new(move |_| {
        save.value().with(|answer| matches!(answer, Some(Err(failure)) if failure.is_conflict("changed_meanwhile")))
    });
    let found = StoredValue::new(id.clone());
    let keep_mine = move |_| {
        spawn_local(async move {
            // Without an answer the next save conflicts again and says so.
            if let Ok(latest) = find_configuration(sandbox.get_untracked(), found.get_value()).await {
                seen.set(Some(latest.revision));
            }
        });
    };
    let stored = move || settings_path(&sandbox.get(), &format!("configurations/{}", found.get_value()));
    move || {
        conflicts.get().then(|| {
            view! {
                <div class="row" aria-live="polite">
                    <a href=stored target="_blank" rel="external" class="button button-small button-secondary">{t.configurations.see_stored}</a>
                    <button type="button" class="button button-small button-secondary" on:click=keep_mine>{t.configurations.keep_mine}</button>
                    {move || seen.get().map(|_| view! { <p class="hint">{t.configurations.now_save}</p> })}
                </div>
            }
        })
    }
}
