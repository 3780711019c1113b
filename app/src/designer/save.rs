//! The save button, and what came of it.

use domain::campaign::Campaign;
use domain::design::Design;
use leptos::prelude::*;

use super::calls::{InboxWords, SaveDesign};
use super::state::{Designer, designer};
use crate::campaigns::{ContentPlace, FindCampaign, key_text, place_of};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{Time, failure_of, warn_before_leaving};

/// Saving, for the button and for the key.
#[derive(Clone, Copy)]
pub struct Saving {
    designer: StoredValue<Designer>,
    place: StoredValue<ContentPlace>,
    action: ServerAction<SaveDesign>,
    /// The draft as it was stored last.
    campaign: RwSignal<Campaign>,
    sent: StoredValue<Option<Design>>,
    /// Of the starting template that was chosen.
    words: StoredValue<InboxWords>,
}

impl Saving {
    pub fn new(campaign: Campaign, place: ContentPlace) -> Self {
        let designer = designer();
        warn_before_leaving(designer.dirty);
        let saving = Self {
            designer: StoredValue::new(designer),
            place: StoredValue::new(place),
            action: ServerAction::new(),
            campaign: RwSignal::new(campaign),
            sent: StoredValue::new(None),
            words: StoredValue::new(InboxWords::default()),
        };
        Effect::new(move || match saving.action.value().get() {
            Some(Ok(campaign)) => saving.was_stored(campaign),
            Some(Err(failure)) => saving.was_refused(&failure),
            None => {}
        });
        saving
    }

    /// Saves over the revision that is known here, or over a newer one that the person decided to save over.
    pub fn save(self, over: Option<i64>) {
        if self.action.pending().get_untracked() {
            return;
        }
        let design = self.designer.get_value().design();
        let (campaign, revision) =
            self.campaign.with_untracked(|campaign| (campaign.id.to_string(), campaign.revision));
        let json = serde_json::to_string(&design).unwrap_or_default();
        self.sent.set_value(Some(design));
        let revision = over.unwrap_or(revision);
        let place = self.place.get_value();
        self.action.dispatch(SaveDesign {
            variant: key_text(place.variant.as_ref()),
            sandbox: place.sandbox,
            campaign,
            revision,
            design: json,
            words: self.words.get_value(),
        });
    }

    /// The mail began as a template with these words.
    pub fn begins_with(self, words: InboxWords) {
        self.words.set_value(words);
    }

    fn was_stored(self, campaign: Campaign) {
        self.campaign.set(campaign);
        let designer = self.designer.get_value();
        if let Some(design) = self.sent.try_update_value(Option::take).flatten() {
            designer.saved(design);
        }
        designer.attention.say(designer.texts().wizard.saved.to_owned());
    }

    /// The first fault leads to its part.
    fn was_refused(self, failure: &ServerFailure) {
        if let Some(fault) = failure.faults().0.first() {
            self.designer.get_value().go_to(&place_of(&fault.path).1);
        }
    }
}

/// Whether everything is stored, and the button that stores it.
#[component]
pub fn SaveButton(saving: Saving) -> impl IntoView {
    let t = texts();
    let pending = saving.action.pending();
    view! {
        <p class="saved-state">
            {move || if saving.designer.get_value().dirty.get() {
                view! { <span class="unsaved">{t.wizard.not_saved}</span> }.into_any()
            } else {
                view! { {t.wizard.saved}" "<Time at=saving.campaign.get().modified_at/> }.into_any()
            }}
        </p>
        <button
            type="button" class="button" aria-busy=move || pending.get().to_string() disabled=move || pending.get()
            on:click=move |_| saving.save(None)
        >
            {t.designer.save}
        </button>
    }
}

/// Why the last save was refused; somebody else's save can be saved over.
#[component]
pub fn SaveFailure(saving: Saving) -> impl IntoView {
    let failure = failure_of(saving.action.value());
    move || {
        let failure = failure.get()?;
        if failure.is_conflict("changed_meanwhile") {
            return Some(view! { <Conflict saving/> }.into_any());
        }
        let faults = failure.faults().0.into_iter().map(|fault| view! { <li>{crate::i18n::fault_text(&fault)}</li> });
        let faults = faults.collect_view();
        Some(
            view! { <div class="notice notice-failed" role="alert"><p>{failure.text()}</p><ul>{faults}</ul></div> }
                .into_any(),
        )
    }
}

/// Who saved meanwhile, and the two ways on. The design in this page stays as it is.
#[component]
fn Conflict(saving: Saving) -> impl IntoView {
    let t = texts();
    let newest = ServerAction::<FindCampaign>::new();
    let campaign = saving.campaign.with_untracked(|campaign| campaign.id.to_string());
    newest.dispatch(FindCampaign { sandbox: saving.place.get_value().sandbox, campaign });
    view! {
        <div class="notice notice-warning" role="alert">
            {move || match newest.value().get() {
                Some(Ok(campaign)) => {
                    let revision = campaign.revision;
                    view! {
                        <p><strong>{t.wizard.changed_by(campaign.modified_by)}</strong>" "<Time at=campaign.modified_at/></p>
                        <p>{t.designer.conflict_kept}</p>
                        <div class="row">
                            <a href="" target="_blank" rel="external" class="button button-small button-secondary">{t.wizard.load_newer}</a>
                            <button type="button" class="button button-small button-secondary" on:click=move |_| saving.save(Some(revision))>{t.wizard.save_over}</button>
                        </div>
                    }
                    .into_any()
                }
                // Its row cannot be read just now; the next save asks again.
                _ => view! { <p>{t.faults.changed_meanwhile}</p> }.into_any(),
            }}
        </div>
    }
}
