//! What the experiment of the live version has shown, and who gets what from now on.

use domain::access::Permission;
use domain::campaign::Campaign;
use domain::experiment::{ExperimentKind, ExperimentReport, SURE, Scaling, SuccessMetric, TreatmentReport, Winner};
use leptos::prelude::*;

use super::super::experiment_calls::{ChooseWinner, UndoWinner};
use super::interval::{Interval, Scale, percent};
use super::lifecycle::Named;
use crate::failure::Answer;
use crate::i18n::{Texts, texts};
use crate::layout::may;
use crate::ui::{Button, FormFailure, Notice, RowButton, Signal4, StateBadge, Table, Time, failure_of, loaded};

/// Who decided in figures that Hermod has decided.
const HERMOD: &str = "Hermod";

/// What people decide on this page.
#[derive(Clone, Copy)]
pub struct Decisions {
    choose: ServerAction<ChooseWinner>,
    undo: ServerAction<UndoWinner>,
}

impl Decisions {
    /// None yet.
    pub fn new() -> Self {
        Self { choose: ServerAction::new(), undo: ServerAction::new() }
    }

    /// Part of the key of what is shown.
    pub fn made(self) -> [usize; 2] {
        [self.choose.version().get(), self.undo.version().get()]
    }
}

/// Each treatment with its figures; the winner, and how it is undone.
#[component]
pub fn Experiment(
    experiment: Resource<Answer<Option<ExperimentReport>>>,
    campaign: Campaign,
    decisions: Decisions,
) -> impl IntoView {
    let t = texts();
    view! {
        <section class="card experiment" aria-labelledby="experiment">
            <h2 id="experiment">{t.experiment.title}</h2>
            <FormFailure failure=failure_of(decisions.choose.value())/>
            <FormFailure failure=failure_of(decisions.undo.value())/>
            {loaded(experiment, move |report| {
                report.map(|report| view! { <Shown report campaign=campaign.clone() decisions/> })
            })}
        </section>
    }
}

#[component]
fn Shown(report: ExperimentReport, campaign: Campaign, decisions: Decisions) -> impl IntoView {
    let t = texts();
    let decides = may(Permission::PublishCampaigns) && !campaign.status.is_over();
    let winner = report.winner.clone().map(|winner| {
        let name = name_of(&report, &winner.treatment);
        view! { <Decided winner name campaign=campaign.clone() decisions decides/> }
    });
    let empty = report.since.is_none();
    view! {
        {winner}
        {empty.then(|| view! { <p class="hint">{t.experiment.nothing_sent}</p> })}
        <Treatments report=report.clone() campaign decisions decides/>
        <Explained report/>
    }
}

/// Who gets what from now on, who said so and when; with the way back.
#[component]
fn Decided(winner: Winner, name: String, campaign: Campaign, decisions: Decisions, decides: bool) -> impl IntoView {
    let t = texts();
    let by = if winner.by == HERMOD {
        t.experiment.decided_by_figures.to_owned()
    } else {
        t.experiment.decided_by(&winner.by)
    };
    let undo = decisions.undo;
    view! {
        <Notice kind="ok">
            <b>{t.experiment.everybody_gets(&name)}</b>" "{by}" "<span class="hint"><Time at=winner.at/></span>
            {decides.then(|| view! {
                <ActionForm action=undo attr:class="removal">
                    <Named campaign/>
                    <Button pending=undo.pending() variant="secondary">{t.experiment.run_on}</Button>
                </ActionForm>
            })}
        </Notice>
    }
}

#[component]
fn Treatments(report: ExperimentReport, campaign: Campaign, decisions: Decisions, decides: bool) -> impl IntoView {
    let t = texts();
    let rate = metric_name(t, report.metric);
    let scale = Scale::of(report.treatments.iter().filter(|it| it.sent > 0).map(|it| it.interval));
    let mut columns = vec![
        t.experiment.treatment,
        t.experiment.share,
        t.experiment.sent,
        rate,
        t.experiment.lift,
        t.experiment.confidence,
    ];
    let chooses = decides && report.winner.is_none();
    if chooses {
        columns.push(t.experiment.decision);
    }
    let numbers = vec![t.experiment.share, t.experiment.sent, t.experiment.lift];
    let winner = report.winner.as_ref().map(|winner| winner.treatment.clone());
    let metric = report.metric;
    view! {
        <Table title=t.experiment.title columns numbers>
            {report.treatments.into_iter().enumerate().map(|(place, treatment)| {
                let won = winner.as_ref() == Some(&treatment.id);
                let choice = chooses.then(|| view! {
                    <td><Choose treatment=treatment.clone() campaign=campaign.clone() decisions/></td>
                });
                view! { <Row treatment is_first={place == 0} metric scale won>{choice}</Row> }
            }).collect_view()}
        </Table>
    }
}

#[component]
fn Row(
    treatment: TreatmentReport,
    is_first: bool,
    metric: SuccessMetric,
    scale: Scale,
    won: bool,
    children: Children,
) -> impl IntoView {
    let t = texts();
    let compared = treatment.compared;
    let lift = compared.lift.filter(|_| !is_first && treatment.sent > 0).map_or("–".to_owned(), signed);
    let (signal, sure) = confidence(t, &treatment, is_first, metric);
    view! {
        <tr>
            <th scope="row">
                {treatment.name.clone()}
                {won.then(|| view! { " "<StateBadge signal=Signal4::Ok text=t.experiment.winner/> })}
            </th>
            <td data-label=t.experiment.share class="number">{format!("{}%", treatment.percent)}</td>
            <td data-label=t.experiment.sent class="number">{treatment.sent}</td>
            <td data-label=metric_name(t, metric)><Interval treatment scale/></td>
            <td data-label=t.experiment.lift class="number">{lift}</td>
            <td data-label=t.experiment.confidence><StateBadge signal text=sure/></td>
            {children()}
        </tr>
    }
}

#[component]
fn Choose(treatment: TreatmentReport, campaign: Campaign, decisions: Decisions) -> impl IntoView {
    let t = texts();
    let choose = decisions.choose;
    let name = t.experiment.give_everybody_of(&treatment.name);
    view! {
        <ActionForm action=choose attr:class="removal">
            <Named campaign/>
            <input type="hidden" name="treatment" value=treatment.id/>
            <RowButton pending=choose.pending() label=t.experiment.give_everybody name/>
        </ActionForm>
    }
}

/// How people are shared out, and who decides.
#[component]
fn Explained(report: ExperimentReport) -> impl IntoView {
    let t = texts();
    let scaling = match report.scaling {
        _ if report.is_by_hand => t.experiment.by_hand_now.to_owned(),
        Scaling::ByHand => t.experiment.by_hand.to_owned(),
        Scaling::WhenFound => t.experiment.when_found.to_owned(),
        Scaling::After { hours } => t.experiment.after_hours(hours),
    };
    let is_bandit = report.kind == ExperimentKind::Bandit;
    let holdout = (report.holdout > 0).then(|| t.experiment.holdout(report.holdout, report.held_out));
    view! {
        <p class="hint">{t.experiment.any_time}" "{report.winner.is_none().then_some(scaling)}" "{holdout}</p>
        {is_bandit.then(|| view! {
            <p class="hint">
                {t.experiment.bandit}" "
                {report.shared_out_at.map(|at| view! { {t.experiment.shared_out}" "<Time at/> })}
            </p>
        })}
    }
}

fn name_of(report: &ExperimentReport, id: &str) -> String {
    let found = report.treatments.iter().find(|treatment| treatment.id == id);
    found.map_or_else(|| id.to_owned(), |treatment| treatment.name.clone())
}

fn metric_name(t: &Texts, metric: SuccessMetric) -> &'static str {
    match metric {
        SuccessMetric::Opened => t.experiment.opened,
        SuccessMetric::Clicked => t.experiment.clicked,
        SuccessMetric::Unsubscribed => t.experiment.unsubscribed,
    }
}

/// How sure the difference to the first one is, in words.
fn confidence(t: &Texts, treatment: &TreatmentReport, is_first: bool, metric: SuccessMetric) -> (Signal4, String) {
    let compared = treatment.compared;
    if is_first {
        return (Signal4::Quiet, t.experiment.compared_with.to_owned());
    }
    if compared.confidence <= SURE {
        return (Signal4::Waiting, t.experiment.not_sure.to_owned());
    }
    // Never quite a hundred: figures are not that sure.
    let sure = format!("{:.0}%", (compared.confidence * 100.0).floor().min(99.0));
    let is_higher = compared.difference.0 > 0.0;
    if is_higher == metric.is_loss() {
        (Signal4::Warning, t.experiment.sure_worse(sure))
    } else {
        (Signal4::Ok, t.experiment.sure_better(sure))
    }
}

/// `+12.3%`.
fn signed(lift: f64) -> String {
    let sign = if lift < 0.0 { "−" } else { "+" };
    format!("{sign}{}", percent(lift.abs()))
}

#[cfg(test)]
mod tests {
    use domain::experiment::Compared;

    use super::*;
    use crate::i18n::Language;

    fn told(confidence: f64, difference: (f64, f64), metric: SuccessMetric) -> (Signal4, String) {
        let compared = Compared { confidence, difference, ..Compared::default() };
        let treatment = TreatmentReport { compared, ..TreatmentReport::default() };
        super::confidence(Language::English.texts(), &treatment, false, metric)
    }

    #[test]
    fn what_is_not_sure_is_not_told_as_found_and_nothing_is_quite_sure() {
        let opened = SuccessMetric::Opened;
        assert_eq!(told(0.95, (-0.01, 0.2), opened).0, Signal4::Waiting);
        assert_eq!(told(0.978, (0.01, 0.2), opened), (Signal4::Ok, "Sure: better (97%)".into()));
        assert_eq!(told(1.0, (-0.2, -0.1), opened), (Signal4::Warning, "Sure: worse (99%)".into()));
    }

    #[test]
    fn of_unsubscriptions_fewer_are_better() {
        assert_eq!(told(0.96, (0.01, 0.2), SuccessMetric::Unsubscribed).0, Signal4::Warning);
        assert_eq!(told(0.96, (-0.2, -0.01), SuccessMetric::Unsubscribed).0, Signal4::Ok);
    }

    #[test]
    fn a_lift_has_its_sign() {
        assert_eq!((signed(0.2), signed(-0.034)), ("+20.0%".to_owned(), "−3.4%".to_owned()));
    }
}
