//! The seven steps at the left: done, needs attention, not yet.

use domain::campaign::{CampaignStatus, Review, Step};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::super::calls::OpenedCampaign;
use super::super::step_path;
use super::super::words::step_name;
use super::step_form::Leaving;
use crate::i18n::texts;
use crate::layout::sandbox_name;

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Done,
    Attention,
    NotYet,
}

impl Mark {
    const fn sign(self) -> &'static str {
        match self {
            Self::Done => "✓",
            Self::Attention => "!",
            Self::NotYet => "○",
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Attention => "attention",
            Self::NotYet => "not-yet",
        }
    }

    fn name(self) -> &'static str {
        let t = texts();
        match self {
            Self::Done => t.wizard.done,
            Self::Attention => t.wizard.attention,
            Self::NotYet => t.wizard.not_yet,
        }
    }
}

/// What is only missing is not yet done; what is there and wrong needs attention.
fn mark(step: Step, review: &Review, status: CampaignStatus, draft_open: bool) -> Mark {
    let active = matches!(status, CampaignStatus::Live | CampaignStatus::Scheduled | CampaignStatus::Paused);
    match step {
        Step::Review if active && !draft_open => Mark::Done,
        Step::Trigger if active => Mark::Done,
        Step::Review | Step::Trigger => Mark::NotYet,
        _ if !review.blocks(step) => Mark::Done,
        _ => {
            let mut here = review.errors.0.iter().filter(|fault| Step::of_path(&fault.path) == step);
            if here.all(|fault| fault.code == "required") { Mark::NotYet } else { Mark::Attention }
        }
    }
}

/// The steps as links. When something is typed and not saved, a link saves first.
#[component]
pub fn Rail(open: Step, opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let campaign = &opened.detail.campaign;
    let leaving = use_context::<Leaving>().unwrap_or_default();
    let steps = NodeRef::<leptos::html::Ol>::new();
    show_open_step(steps);
    view! {
        <nav class="rail" aria-label=t.wizard.steps>
            <ol node_ref=steps>
                {Step::ALL
                    .iter()
                    .map(|step| {
                        let step = *step;
                        let mark = mark(step, &opened.review, campaign.status, campaign.draft_open);
                        view! {
                            <li>
                                <a
                                    href=step_path(&sandbox, campaign.id.as_str(), step) class="rail-step" data-mark=mark.as_str()
                                    aria-current=(step == open).then_some("step")
                                    on:click=move |event| if leaving.save_first(step) { event.prevent_default() }
                                >
                                    <span class="rail-mark" aria-hidden="true">{mark.sign()}</span>
                                    <span>{step_name(step)}</span>
                                    <span class="visually-hidden">{format!(" ({})", mark.name())}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}

/// On a phone the steps are a strip that scrolls: the open one stands in its middle.
fn show_open_step(steps: NodeRef<leptos::html::Ol>) {
    Effect::new(move || {
        let Some(steps) = steps.get() else { return };
        let open = steps.query_selector("[aria-current]").ok().flatten();
        if let Some(open) = open.and_then(|open| open.dyn_into::<web_sys::HtmlElement>().ok()) {
            let middle = open.offset_left() + open.offset_width() / 2;
            steps.set_scroll_left(middle - steps.client_width() / 2);
        }
    });
}

#[cfg(test)]
mod tests {
    use Mark::{Attention, Done, NotYet};
    use domain::Faults;

    use super::*;

    #[test]
    fn what_is_missing_is_not_yet_done_and_what_is_wrong_needs_attention() {
        let mut errors = Faults::default();
        errors.add("configurationId", "required", "Choose one.");
        errors.add("content.subject", "required", "Write a subject.");
        errors.add("content.html", "template_syntax", "Line 3: …");
        let review = Review { errors, ..Review::default() };
        let marks: Vec<Mark> = Step::ALL.iter().map(|step| mark(*step, &review, CampaignStatus::Draft, true)).collect();
        assert_eq!(marks, [Done, NotYet, Attention, Done, Done, NotYet, NotYet]);
    }

    #[test]
    fn a_draft_beside_a_live_version_waits_for_its_review() {
        let review = Review::default();
        assert_eq!(mark(Step::Review, &review, CampaignStatus::Live, true), Mark::NotYet);
        assert_eq!(mark(Step::Trigger, &review, CampaignStatus::Live, true), Mark::Done);
        assert_eq!(mark(Step::Review, &review, CampaignStatus::Live, false), Mark::Done);
    }
}
