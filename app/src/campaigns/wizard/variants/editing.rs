//! The variants while they are edited.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::content::Content;
use domain::experiment::{Experiment, Treatment};
use domain::languages::{Languages, OfferedLanguage};
use domain::variants::{Target, Targeting, Variants};
use domain::{Failure, Faults};
use leptos::prelude::*;

use super::super::step_form::Leaving;
use crate::failure::ServerFailure;
use crate::ui::{field_id, focus_soon};

/// Puts back what was removed.
type Back = Arc<dyn Fn(&mut Variants) + Send + Sync>;

/// What every control of the section works on. Fields change it without drawing anything anew; buttons that add, move and
/// remove draw the section anew.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    now: RwSignal<Variants>,
    /// Ids that contents are kept for: they are not given again.
    taken: StoredValue<BTreeSet<String>>,
    /// What was removed, the last one last, in words.
    removed: RwSignal<Vec<(String, Back)>>,
    /// Rises when the section is to be drawn anew.
    shape: RwSignal<u32>,
    leaving: Leaving,
    /// An empty one of the campaign's channel.
    main: StoredValue<Content>,
}

impl Editing {
    pub(super) fn new(stored: &Variants, main: &Content) -> Self {
        let keys = stored.contents.keys();
        let taken = keys.flat_map(|key| [key.treatment.clone(), key.target.clone()]).collect();
        Self {
            now: RwSignal::new(Variants { contents: BTreeMap::new(), ..stored.clone() }),
            taken: StoredValue::new(taken),
            removed: RwSignal::new(Vec::new()),
            shape: RwSignal::new(0),
            leaving: use_context::<Leaving>().unwrap_or_default(),
            main: StoredValue::new(Content::empty(main.channel())),
        }
    }

    pub(super) fn with<T>(self, look: impl FnOnce(&Variants) -> T) -> T {
        self.now.with(look)
    }

    pub(super) fn with_untracked<T>(self, look: impl FnOnce(&Variants) -> T) -> T {
        self.now.with_untracked(look)
    }

    /// Draws whoever looks anew when something was added, moved or removed. Every other time it is true.
    pub(super) fn follow_shape(self) -> bool {
        self.shape.get() % 2 == 1
    }

    /// This id is not given again.
    pub(super) fn keep_id(self, id: &str) {
        self.taken.update_value(|taken| {
            taken.insert(id.to_owned());
        });
    }

    /// Something was typed or chosen.
    pub(super) fn put(self, change: impl FnOnce(&mut Variants)) {
        self.now.update(change);
    }

    /// Something was added or moved; the focus goes to the control at `path`.
    pub(super) fn change(self, path: &str, change: impl FnOnce(&mut Variants)) {
        self.now.update(change);
        self.drawn_anew(path);
    }

    /// Something was removed, which `back` puts back.
    pub(super) fn remove(
        self,
        path: &str,
        said: String,
        remove: impl FnOnce(&mut Variants),
        back: impl Fn(&mut Variants) + Send + Sync + 'static,
    ) {
        self.now.update(remove);
        self.removed.update(|removed| removed.push((said, Arc::new(back))));
        self.drawn_anew(path);
    }

    /// In words, what was removed last.
    pub(super) fn last_removed(self) -> Option<String> {
        self.removed.with(|removed| removed.last().map(|(said, _)| said.clone()))
    }

    pub(super) fn put_back(self) {
        if let Some((_, back)) = self.removed.try_update(Vec::pop).flatten() {
            self.now.update(|now| back(now));
            self.drawn_anew("variants");
        }
    }

    fn drawn_anew(self, path: &str) {
        self.leaving.touch();
        self.shape.update(|shape| *shape += 1);
        focus_soon(field_id(path));
    }

    /// The first of these ids that nothing is kept for.
    pub(super) fn free_id(self, ids: impl IntoIterator<Item = String>, used: &[String]) -> String {
        let is_free = |id: &String| !used.contains(id) && !self.taken.with_value(|taken| taken.contains(id));
        ids.into_iter().find(is_free).unwrap_or_default()
    }

    /// What is wrong with what is there. What is still empty is told by the review.
    pub(super) fn failure(self) -> Memo<Option<ServerFailure>> {
        Memo::new(move |_| {
            let found = self.now.with(|now| self.main.with_value(|main| now.check(main)));
            let told = found.0.into_iter().filter(|fault| fault.code != "required");
            let faults = Faults(told.map(|fault| fault.under("variants")).collect());
            (!faults.is_empty()).then_some(ServerFailure::Failure(Failure::Invalid { faults }))
        })
    }
}

/// Two treatments, half of the people each.
pub(super) fn first_experiment(names: [String; 2], ids: [String; 2]) -> Experiment {
    let treatments = names.into_iter().zip(ids).map(|(name, id)| Treatment { id, name, percent: 50 });
    Experiment { treatments: treatments.collect(), ..Experiment::default() }
}

/// They are shared out as evenly as can be.
pub(super) fn is_even(experiment: &Experiment) -> bool {
    let mut even = experiment.clone();
    even.distribute_evenly();
    even == *experiment
}

/// Another treatment: shares that were even stay even, otherwise it gets what is left.
pub(super) fn add_treatment(experiment: &mut Experiment, at: usize, treatment: Treatment) {
    let was_even = is_even(experiment);
    let sum: u32 = experiment.treatments.iter().map(|it| u32::from(it.percent)).sum();
    let left = 100_u32.saturating_sub(sum + u32::from(experiment.holdout));
    let percent = u8::try_from(left).unwrap_or_default();
    experiment.treatments.insert(at.min(experiment.treatments.len()), Treatment { percent, ..treatment });
    if was_even {
        experiment.distribute_evenly();
    }
}

/// Shares that were even stay even.
pub(super) fn remove_treatment(experiment: &mut Experiment, at: usize) {
    let was_even = is_even(experiment);
    if at < experiment.treatments.len() {
        experiment.treatments.remove(at);
    }
    if was_even {
        experiment.distribute_evenly();
    }
}

/// The rules, where there are any.
pub(super) fn targets(variants: &mut Variants) -> Option<&mut Vec<Target>> {
    variants.targeting.as_mut().map(|Targeting { targets, .. }| targets)
}

/// The languages, where there are any.
pub(super) fn offered(variants: &mut Variants) -> Option<&mut Vec<OfferedLanguage>> {
    variants.languages.as_mut().map(|Languages { offered, .. }| offered)
}

/// Takes out what stands there, if anything.
pub(super) fn take<T>(list: Option<&mut Vec<T>>, place: usize) {
    if let Some(list) = list.filter(|list| place < list.len()) {
        list.remove(place);
    }
}

/// Puts something back where it stood.
pub(super) fn insert<T>(list: Option<&mut Vec<T>>, place: usize, item: T) {
    if let Some(list) = list {
        list.insert(place.min(list.len()), item);
    }
}

/// Changes places with the one before.
pub(super) fn move_up<T>(list: Option<&mut Vec<T>>, place: usize) {
    if let Some(list) = list.filter(|list| place > 0 && place < list.len()) {
        list.swap(place - 1, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Experiment {
        first_experiment(["One".into(), "Two".into()], ["a".into(), "b".into()])
    }

    fn shares(experiment: &Experiment) -> Vec<u8> {
        experiment.treatments.iter().map(|it| it.percent).collect()
    }

    #[test]
    fn even_shares_stay_even_and_chosen_ones_stay_as_they_were_chosen() {
        let mut even = two();
        add_treatment(&mut even, 2, Treatment { id: "c".into(), ..Treatment::default() });
        assert_eq!(shares(&even), [34, 33, 33]);
        remove_treatment(&mut even, 0);
        assert_eq!(shares(&even), [50, 50]);
        let mut chosen = two();
        chosen.treatments[0].percent = 20;
        add_treatment(&mut chosen, 0, Treatment { id: "c".into(), ..Treatment::default() });
        assert_eq!(shares(&chosen), [30, 20, 50]);
        remove_treatment(&mut chosen, 0);
        assert_eq!(shares(&chosen), [20, 50]);
    }

    #[test]
    fn what_was_removed_comes_back_where_it_stood() {
        let mut variants = Variants { languages: Some(Languages::default()), ..Variants::default() };
        let language = |tag: &str| OfferedLanguage { tag: tag.into(), enabled: true };
        for (place, tag) in ["en", "ko"].into_iter().enumerate() {
            insert(offered(&mut variants), place, language(tag));
        }
        take(offered(&mut variants), 0);
        insert(offered(&mut variants), 0, language("fr"));
        move_up(offered(&mut variants), 1);
        let tags: Vec<_> = variants.languages.unwrap().offered.into_iter().map(|it| it.tag).collect();
        assert_eq!(tags, ["ko", "fr"]);
    }

    #[test]
    fn an_id_for_which_something_is_written_is_not_given_again() {
        let owner = Owner::new();
        owner.set();
        let contents = [("b/-/-".parse().unwrap(), Content::default())].into();
        let editing = Editing::new(&Variants { contents, ..Variants::default() }, &Content::default());
        let ids = || ["a", "b", "c"].map(str::to_owned);
        assert_eq!(editing.free_id(ids(), &["a".to_owned()]), "c");
        assert_eq!(editing.free_id(ids(), &[]), "a");
    }
}
