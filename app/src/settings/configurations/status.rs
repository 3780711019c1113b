//! Activating and deactivating.

use domain::channel_configuration::{ChannelConfiguration, ChannelConfigurationStatus, Verification};
use leptos::prelude::*;

use super::words::StatusBadge;
use super::{SetConfigurationStatus, VerifyConfiguration};
use crate::i18n::texts;
use crate::ui::{Button, FormFailure, Time, failure_of};

/// The configuration as last seen: as loaded, or one status change later. A change that somebody else's save came
/// before does not count, so that the form's save is refused instead of undoing that one.
pub fn current(
    loaded: ChannelConfiguration,
    set_status: ServerAction<SetConfigurationStatus>,
) -> Memo<ChannelConfiguration> {
    Memo::new(move |before: Option<&ChannelConfiguration>| {
        let before = before.unwrap_or(&loaded).clone();
        match set_status.value().get() {
            Some(Ok(changed)) if changed.revision > before.revision => {
                let revision = if changed.revision == before.revision + 1 { changed.revision } else { before.revision };
                ChannelConfiguration { revision, status: changed.status, ..before }
            }
            _ => before,
        }
    })
}

/// Status, what it means, and the way to the next one.
#[component]
pub fn StatusCard(
    sandbox: String,
    current: Memo<ChannelConfiguration>,
    set_status: ServerAction<SetConfigurationStatus>,
    verify: ServerAction<VerifyConfiguration>,
    /// Something is typed in the form beside it and not saved.
    dirty: RwSignal<bool>,
) -> impl IntoView {
    let t = texts();
    let facts = current.get_untracked();
    let status = Memo::new(move |_| current.with(|current| current.status));
    let not_verified = move || matches!(verify.value().get(), Some(Ok(Verification { reason: Some(_), .. })));
    view! {
        <section class="card" aria-labelledby="status">
            <h2 id="status">{t.configurations.status}</h2>
            <p aria-live="polite">{move || view! { <StatusBadge status=status.get()/> }}</p>
            <p class="hint">{move || meaning(status.get())}</p>
            <p class="unsaved" aria-live="polite">{move || dirty.get().then_some(t.configurations.unsaved_stays)}</p>
            <p class="unsaved" aria-live="polite">{move || not_verified().then_some(t.configurations.not_verified_yet)}</p>
            <FormFailure failure=failure_of(set_status.value())/>
            <ActionForm action=set_status>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="configuration" value=facts.id.to_string()/>
                <input type="hidden" name="status" value=move || next(status.get()).as_str()/>
                <Button pending=set_status.pending() variant="secondary">
                    {move || if next(status.get()) == ChannelConfigurationStatus::Active {
                        t.configurations.activate
                    } else {
                        t.configurations.deactivate
                    }}
                </Button>
            </ActionForm>
            <p class="hint">{t.configurations.modified_by(&facts.modified_by)}" "<Time at=facts.modified_at/></p>
        </section>
    }
}

fn next(status: ChannelConfigurationStatus) -> ChannelConfigurationStatus {
    match status {
        ChannelConfigurationStatus::Active => ChannelConfigurationStatus::Deactivated,
        ChannelConfigurationStatus::Draft | ChannelConfigurationStatus::Deactivated => {
            ChannelConfigurationStatus::Active
        }
    }
}

fn meaning(status: ChannelConfigurationStatus) -> &'static str {
    let t = texts();
    match status {
        ChannelConfigurationStatus::Draft => t.configurations.draft_meaning,
        ChannelConfigurationStatus::Active => t.configurations.active_meaning,
        ChannelConfigurationStatus::Deactivated => t.configurations.deactivated_meaning,
    }
}
