//! The form around the fields of a step: hidden values, conflict, footer; and saving on the way to another step.

use domain::campaign::{Campaign, Step};
use leptos::html::{Form, Input};
use leptos::prelude::*;

use super::super::calls::{FindCampaign, SaveStep};
use super::super::step_path;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, FormFailure, LinkButton, Time, warn_before_leaving};

/// The open form, for everything on the page that leads away from it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Leaving {
    form: NodeRef<Form>,
    /// Names the step to go to after the save.
    wanted: NodeRef<Input>,
    /// Names the content to be shown there.
    shown: NodeRef<Input>,
    dirty: RwSignal<bool>,
}

impl Leaving {
    /// Saves and then goes to `step`, when something is typed that is not saved; otherwise does nothing and says no.
    pub fn save_first(self, step: Step) -> bool {
        self.save_first_and_show(step, "")
    }

    /// The same with the content that the step shows then, a key such as `a/-/ko`.
    pub fn save_first_and_show(self, step: Step, variant: &str) -> bool {
        let (Some(form), Some(wanted), Some(shown)) =
            (self.form.get_untracked(), self.wanted.get_untracked(), self.shown.get_untracked())
        else {
            return false;
        };
        if !self.dirty.get_untracked() {
            return false;
        }
        wanted.set_value(step.as_str());
        shown.set_value(variant);
        let asked = form.request_submit();
        // The values were read while the form was submitted; a refused save must not lead away next time.
        wanted.set_value("");
        shown.set_value("");
        asked.is_ok()
    }

    /// Something is typed that is not saved?
    pub fn is_dirty(self) -> bool {
        self.dirty.get()
    }

    /// Something was typed.
    pub fn touch(self) {
        self.dirty.set(true);
    }
}

/// One step's form.
#[component]
pub fn StepForm(
    step: Step,
    campaign: Campaign,
    save: ServerAction<SaveStep>,
    failure: Signal<Option<ServerFailure>>,
    /// Whose content its fields are of; empty: the main one.
    #[prop(optional, into)]
    variant: String,
    children: Children,
) -> impl IntoView {
    let sandbox = sandbox_name();
    let leaving = use_context::<Leaving>().unwrap_or_default();
    warn_before_leaving(leaving.dirty);
    let id = campaign.id.to_string();
    view! {
        <ActionForm
            action=save node_ref=leaving.form attr:class="step-form">
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <input type="hidden" name="campaign" value=id/>
            <input type="hidden" name="way[step]" value=step.as_str()/>
            <input type="hidden" name="revision" value=campaign.revision.to_string()/>
            <input type="hidden" name="way[leave]" value="" node_ref=leaving.wanted/>
            <input type="hidden" name="way[variant]" value=variant/>
            <input type="hidden" name="way[show]" value="" node_ref=leaving.shown/>
            <StepFailure step campaign=campaign.clone() save failure/>
            <div class="step-fields" on:input=move |_| leaving.touch() on:change=move |_| leaving.touch()>{children()}</div>
            <StepFooter step campaign save/>
        </ActionForm>
    }
}

#[component]
fn StepFailure(
    step: Step,
    campaign: Campaign,
    save: ServerAction<SaveStep>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let conflict = Memo::new(move |_| {
        failure.with(|failure| failure.as_ref().is_some_and(|failure| failure.is_conflict("changed_meanwhile")))
    });
    let other = Signal::derive(move || failure.get().filter(|_| !conflict.get()));
    view! {
        <FormFailure failure=other/>
        {move || conflict.get().then(|| view! { <Conflict step campaign=campaign.clone() save/> })}
    }
}

/// Somebody else saved meanwhile: who and when, and the two ways on. What was typed stays in the form.
#[component]
fn Conflict(step: Step, campaign: Campaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let id = campaign.id.to_string();
    let newer = step_path(&sandbox, &id, step);
    // Without the page's program, the answer is a page that was loaded anew and holds the newer version already.
    let loaded_anew = save.version().get_untracked() == 0;
    if loaded_anew {
        return view! {
            <div class="notice notice-warning" role="alert">
                <p><Changed campaign/></p>
                <p>{t.wizard.conflict_loaded}</p>
            </div>
        }
        .into_any();
    }
    let newest = ServerAction::<FindCampaign>::new();
    Effect::new(move || {
        save.version().track();
        newest.dispatch(FindCampaign { sandbox: sandbox.clone(), campaign: id.clone() });
    });
    view! {
        <div class="notice notice-warning" role="alert">
            {move || match newest.value().get() {
                Some(Ok(campaign)) => {
                    let revision = campaign.revision.to_string();
                    view! {
                        <p><Changed campaign/></p>
                        <p>{t.wizard.conflict_kept}</p>
                        <div class="row">
                            <a href=newer.clone() target="_blank" rel="external" class="button button-small button-secondary">{t.wizard.load_newer}</a>
                            <button type="submit" name="over" value=revision class="button button-small button-secondary">{t.wizard.save_over}</button>
                        </div>
                    }
                    .into_any()
                }
                // Its row cannot be read just now; the next save asks again.
                _ => view! { <p>{t.faults.changed_meanwhile}</p> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Changed(campaign: Campaign) -> impl IntoView {
    let t = texts();
    view! { <strong>{t.wizard.changed_by(campaign.modified_by)}</strong>" "<Time at=campaign.modified_at/> }
}

#[component]
fn StepFooter(step: Step, campaign: Campaign, save: ServerAction<SaveStep>) -> impl IntoView {
    let t = texts();
    let leaving = use_context::<Leaving>().unwrap_or_default();
    let sandbox = sandbox_name().get_untracked();
    let id = campaign.id.to_string();
    view! {
        <div class="step-footer">
            {step.previous().map(|previous| view! {
                <a
                    href=step_path(&sandbox, &id, previous) class="button button-secondary"
                    on:click=move |event| if leaving.save_first(previous) { event.prevent_default() }
                >
                    {t.wizard.back}
                </a>
            })}
            <p class="saved-state" aria-live="polite">
                {move || if leaving.is_dirty() {
                    view! { <span class="unsaved">{t.wizard.not_saved}</span> }.into_any()
                } else {
                    view! { {t.wizard.saved}" "<Time at=campaign.modified_at/> }.into_any()
                }}
            </p>
            <button type="submit" name="way[stay]" value="true" class="button button-secondary save-only" disabled=move || save.pending().get()>{t.wizard.save}</button>
            <Button pending=save.pending()>{t.wizard.save_and_continue}</Button>
        </div>
    }
}

/// Footer of the steps that have nothing to save.
#[component]
pub fn PlainFooter(step: Step, campaign: Campaign) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let id = campaign.id.to_string();
    view! {
        <div class="step-footer">
            {step.previous().map(|previous| view! { <LinkButton href=step_path(&sandbox, &id, previous) variant="secondary">{t.wizard.back}</LinkButton> })}
            <p class="saved-state">{t.wizard.saved}" "<Time at=campaign.modified_at/></p>
        </div>
    }
}
