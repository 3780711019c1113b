//! Which of a campaign's contents a person gets: by an experiment, by targeting rules, by language, or by several of them
//! together (reference §1.2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::required_line;
use crate::content::Content;
use crate::design::{Rule, is_path};
use crate::experiment::{Assigned, Experiment, TREATMENTS_MAX, is_short_id};
use crate::languages::{LANGUAGES_MAX, Languages};
use crate::{Fault, Faults};

mod key;
mod told;

pub use key::VariantKey;
pub use told::NamedVariant;

/// Most rules of a campaign.
pub const TARGETS_MAX: usize = 20;
/// Most contents of a campaign beside its main one.
pub const CONTENTS_MAX: usize = 200;
/// The value that says in which language a person reads.
pub const LANGUAGE: &str = "profile.language";

/// What a campaign says beside its main content, and to whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Variants {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experiment: Option<Experiment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targeting: Option<Targeting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Languages>,
    /// What is written for some of them; for the others the closest one stands in, at last the main content.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contents: BTreeMap<VariantKey, Content>,
}

/// Contents for people of whom something holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Targeting {
    /// The first that holds counts.
    pub targets: Vec<Target>,
    /// Of whom none of them holds gets the main content; otherwise nothing.
    pub fallback: bool,
}

/// People of whom something holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Target {
    /// Short and its own for good.
    pub id: String,
    pub name: String,
    pub rule: Rule,
}

/// Why a person gets none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoVariant {
    /// The experiment leaves the person out.
    Holdout,
    /// No targeting rule holds, and there is no fallback.
    NoTarget,
    /// The person's language is not offered, and there is no fallback.
    NoLanguage,
}

/// What is known of the person.
pub struct Reader<'v> {
    /// The experiment as it is now, when its shares have changed since it was published.
    pub experiment: Option<&'v Experiment>,
    /// By which the person is always the same one.
    pub person: &'v [u8],
    /// The language that the person reads.
    pub language: Option<&'v str>,
    /// What stands at a path such as `profile.tier`.
    pub value: &'v dyn Fn(&str) -> Option<&'v Value>,
}

impl Variants {
    /// Is there only the main content?
    pub fn is_empty(&self) -> bool {
        self.experiment.is_none() && self.targeting.is_none() && self.languages.is_none()
    }

    /// What is written for variants that there are; contents of a treatment, a rule or a language that was removed stay out.
    pub fn written(&self) -> impl Iterator<Item = (Option<&VariantKey>, &Content)> {
        self.contents.iter().filter(|(key, _)| self.knows(key)).map(|(key, content)| (Some(key), content))
    }

    /// The same without contents of what was removed, as a version has it.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let mut tidied = self.clone();
        tidied.contents.retain(|key, _| self.knows(key));
        tidied
    }

    /// Is there such a variant, or such a group of variants?
    pub fn knows(&self, key: &VariantKey) -> bool {
        let mut treatments = self.experiment.iter().flat_map(|it| &it.treatments).map(|it| it.id.as_str());
        let mut targets = self.targeting.iter().flat_map(|it| &it.targets).map(|it| it.id.as_str());
        let mut tags = self.languages.iter().flat_map(|it| &it.offered).map(|it| it.tag.as_str());
        *key != VariantKey::default()
            && (key.treatment.is_empty() || treatments.any(|id| id == key.treatment))
            && (key.target.is_empty() || targets.any(|id| id == key.target))
            && (key.language.is_empty() || tags.any(|tag| tag == key.language))
    }

    /// More of something than any campaign may have: not even a draft keeps that. Paths such as `languages.offered`.
    pub fn check_counts(&self) -> Faults {
        let mut faults = Faults::default();
        for (path, count, most) in [
            ("experiment.treatments", self.experiment.as_ref().map_or(0, |it| it.treatments.len()), TREATMENTS_MAX),
            ("targeting.targets", self.targeting.as_ref().map_or(0, |it| it.targets.len()), TARGETS_MAX),
            ("languages.offered", self.languages.as_ref().map_or(0, |it| it.offered.len()), LANGUAGES_MAX),
            ("contents", self.contents.len(), CONTENTS_MAX),
        ] {
            if count > most {
                faults.add(path, "too_many", format!("There are at most {most}."));
            }
        }
        faults
    }

    /// Every variant that somebody can get: treatments, of each the rules (and whoever no rule is for), of each the languages.
    pub fn keys(&self) -> Vec<VariantKey> {
        let treatments = self.experiment.iter().flat_map(|it| &it.treatments).map(|it| it.id.clone());
        let fallback = self.targeting.as_ref().is_some_and(|it| it.fallback);
        let targets = self.targeting.iter().flat_map(|it| &it.targets).map(|it| it.id.clone());
        let targets = targets.chain(fallback.then(String::new));
        let tags = self.languages.iter().flat_map(|it| &it.offered).filter(|it| it.enabled).map(|it| it.tag.clone());
        let or_none = |all: Vec<String>| if all.is_empty() { vec![String::new()] } else { all };
        let (targets, tags) = (or_none(targets.collect()), or_none(tags.collect()));
        let mut keys = Vec::new();
        for treatment in or_none(treatments.collect()) {
            for target in &targets {
                keys.extend(tags.iter().map(|language| VariantKey {
                    treatment: treatment.clone(),
                    target: target.clone(),
                    language: language.clone(),
                }));
            }
        }
        keys
    }

    /// An experiment that is said without its id, as files say it, is the one that there is.
    pub fn keep_experiment_id(&mut self, before: &Self) {
        if let (Some(experiment), Some(before)) = (&mut self.experiment, &before.experiment)
            && experiment.id.is_empty()
        {
            experiment.id.clone_from(&before.id);
        }
    }

    /// Those that somebody wants to look at: one, or every one; `None` where there are none.
    pub fn asked_for(&self, one: Option<&VariantKey>) -> Result<Vec<Option<VariantKey>>, Fault> {
        let all = if self.is_empty() { Vec::new() } else { self.keys() };
        match one {
            None if self.is_empty() => Ok(vec![None]),
            None => Ok(all.into_iter().map(Some).collect()),
            Some(key) if all.contains(key) => Ok(vec![Some(key.clone())]),
            Some(key) => Err(Fault::new("variantId", "unknown_variant", format!("The campaign has no variant {key}."))),
        }
    }

    /// Which variant somebody gets.
    pub fn choose(&self, reader: &Reader<'_>) -> Result<VariantKey, NoVariant> {
        let treatment = match reader.experiment.or(self.experiment.as_ref()).map(|it| it.assign(reader.person)) {
            None => String::new(),
            Some(Assigned::Treatment(treatment)) => treatment.id.clone(),
            Some(Assigned::Holdout) => return Err(NoVariant::Holdout),
        };
        let target = match &self.targeting {
            None => String::new(),
            Some(targeting) => {
                let holds = targeting.targets.iter().find(|target| target.rule.holds(reader.value));
                match (holds, targeting.fallback) {
                    (Some(target), _) => target.id.clone(),
                    (None, true) => String::new(),
                    (None, false) => return Err(NoVariant::NoTarget),
                }
            }
        };
        let language = match &self.languages {
            None => String::new(),
            Some(languages) => languages.choose(reader.language).ok_or(NoVariant::NoLanguage)?.to_owned(),
        };
        Ok(VariantKey { treatment, target, language })
    }

    /// Paths of the values by which it is decided, such as `profile.tier`.
    pub fn looked_at(&self) -> impl Iterator<Item = &str> {
        let rules = self.targeting.iter().flat_map(|it| &it.targets).map(|target| &target.rule);
        let paths = rules.flat_map(|rule| &rule.tests).map(|test| test.path.trim()).filter(|path| is_path(path));
        paths.chain(self.languages.iter().map(|_| LANGUAGE))
    }

    /// The key of the content that stands for a variant; `None`: the main one. What differs most is left out last: first the
    /// language, then the target, then the treatment.
    pub fn written_for(&self, key: &VariantKey) -> Option<&VariantKey> {
        let part = |kept: bool, text: &str| if kept { text.to_owned() } else { String::new() };
        (0..7_u8).find_map(|left_out| {
            let wanted = VariantKey {
                treatment: part(left_out & 4 == 0, &key.treatment),
                target: part(left_out & 2 == 0, &key.target),
                language: part(left_out & 1 == 0, &key.language),
            };
            self.contents.get_key_value(&wanted).map(|(written, _)| written)
        })
    }

    /// The content of a variant, beside the `main` one.
    pub fn content<'a>(&'a self, main: &'a Content, key: &VariantKey) -> &'a Content {
        self.written_for(key).and_then(|written| self.contents.get(written)).unwrap_or(main)
    }

    /// Faults with paths such as `experiment.treatments[0].name` and `targeting.targets[1].rule`.
    pub fn check(&self, main: &Content) -> Faults {
        let mut faults = Faults::default();
        let mut under = |path: &str, inner: Faults| faults.0.extend(inner.0.into_iter().map(|fault| fault.under(path)));
        under("experiment", self.experiment.as_ref().map(Experiment::check).unwrap_or_default());
        under("targeting", self.targeting.as_ref().map(Targeting::check).unwrap_or_default());
        under("languages", self.languages.as_ref().map(Languages::check).unwrap_or_default());
        for (key, content) in self.contents.iter().filter(|(key, _)| self.knows(key)) {
            if content.channel() != main.channel() {
                faults.add(format!("contents.{key}"), "wrong_channel", "This content is for another channel.");
            }
        }
        faults
    }

    /// What speaks against high throughput, which reads nothing that is stored of a person.
    pub fn check_fast(&self) -> Faults {
        let mut faults = Faults::default();
        for (place, target) in self.targeting.iter().flat_map(|it| &it.targets).enumerate() {
            for (test, _) in target.rule.tests.iter().enumerate().filter(|(_, test)| test.path.starts_with("profile."))
            {
                let text = "At high throughput no profile is read. Ask for a value of the call.";
                faults.add(format!("targeting.targets[{place}].rule.tests[{test}].path"), "no_profile_fast", text);
            }
        }
        if self.languages.is_some() {
            let text = "At high throughput no profile is read, so nobody's language is known. Switch it off.";
            faults.add("languages", "no_languages_fast", text);
        }
        faults
    }

    /// Tags of languages in which nothing is written: the main content is taken for the one of the fallback, or the first.
    pub fn untranslated(&self) -> Vec<&str> {
        let Some(languages) = &self.languages else { return Vec::new() };
        let offered = || languages.offered.iter().filter(|it| it.enabled).map(|it| it.tag.as_str());
        let main = languages.fallback.as_deref().or_else(|| offered().next());
        let is_main = |tag: &str| main.is_some_and(|main| main.eq_ignore_ascii_case(tag));
        let is_written = |tag: &str| self.contents.keys().any(|key| key.language == tag && self.knows(key));
        offered().filter(|tag| !is_main(tag) && !is_written(tag)).collect()
    }
}

/// The path of a field of a content, `content.subject`, where this content stands: `variants.contents.a/-/ko.subject`.
pub fn path_in(key: Option<&VariantKey>, path: &str) -> String {
    match (key, path.strip_prefix("content")) {
        (Some(key), Some(field)) => format!("variants.contents.{key}{field}"),
        _ => path.to_owned(),
    }
}

impl Targeting {
    fn check(&self) -> Faults {
        let mut faults = Faults::default();
        if !(1..=TARGETS_MAX).contains(&self.targets.len()) {
            faults.add("targets", "target_count", format!("Give 1 to {TARGETS_MAX} rules."));
        }
        for (place, target) in self.targets.iter().enumerate() {
            let at = format!("targets[{place}]");
            if !is_short_id(&target.id) || self.targets[..place].iter().any(|other| other.id == target.id) {
                let text = "Use up to eight small letters and digits, which no other rule has.";
                faults.add(format!("{at}.id"), "bad_id", text);
            }
            faults.take(&format!("{at}.name"), required_line(&target.name, 100));
            faults.0.extend(target.rule.check().0.into_iter().map(|fault| fault.under(&format!("{at}.rule"))));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::content::{EmailContent, PushContent};
    use crate::design::{Test, TestKind};
    use crate::experiment::Treatment;
    use crate::languages::OfferedLanguage;

    fn subject(text: &str) -> Content {
        EmailContent { subject: text.into(), ..EmailContent::default() }.into()
    }

    fn variants(contents: &[&str]) -> Variants {
        let treatment = |id: &str| Treatment { id: id.into(), name: id.into(), percent: 50 };
        let tests = vec![Test { path: "profile.tier".into(), kind: TestKind::Is, value: "gold".into() }];
        let target = Target { id: "gold".into(), name: "Gold".into(), rule: Rule { any: false, tests } };
        let offered = ["en", "ko"].map(|tag| OfferedLanguage { tag: tag.into(), enabled: true }).into();
        Variants {
            experiment: Some(Experiment { treatments: vec![treatment("a"), treatment("b")], ..Experiment::default() }),
            targeting: Some(Targeting { targets: vec![target], fallback: true }),
            languages: Some(Languages { offered, fallback: Some("en".into()) }),
            contents: contents.iter().map(|key| (key.parse().unwrap(), subject(key))).collect(),
        }
    }

    fn chosen(variants: &Variants, person: &str, tier: &str, language: Option<&str>) -> Result<String, NoVariant> {
        let profile = json!({"tier": tier});
        let value = |path: &str| path.strip_prefix("profile.").and_then(|name| profile.get(name));
        let reader = Reader { experiment: None, person: person.as_bytes(), language, value: &value };
        variants.choose(&reader).map(|key| key.to_string())
    }

    #[test]
    fn experiment_rule_and_language_choose_together() {
        let variants = variants(&[]);
        assert_eq!(variants.check(&Content::default()), Faults::default());
        let gold = chosen(&variants, "ann", "gold", Some("ko-KR")).unwrap();
        assert!(["a/gold/ko", "b/gold/ko"].contains(&gold.as_str()), "{gold}");
        let other = chosen(&variants, "ann", "tin", Some("fr")).unwrap();
        assert_eq!(other, format!("{}/-/en", &gold[..1]), "the same treatment");
    }

    #[test]
    fn whoever_is_left_out_is_left_out_for_a_reason() {
        let mut left_out = variants(&[]);
        left_out.languages.as_mut().unwrap().fallback = None;
        assert_eq!(chosen(&left_out, "ann", "gold", Some("fr")), Err(NoVariant::NoLanguage));
        left_out.targeting.as_mut().unwrap().fallback = false;
        assert_eq!(chosen(&left_out, "ann", "tin", Some("ko")), Err(NoVariant::NoTarget));
        let experiment = left_out.experiment.as_mut().unwrap();
        experiment.holdout = 100;
        assert_eq!(chosen(&left_out, "ann", "gold", Some("ko")), Err(NoVariant::Holdout));
    }

    #[test]
    fn the_closest_content_stands_in_for_one_that_is_not_written() {
        let written = variants(&["a/gold/-", "a/-/ko", "a/-/-", "-/gold/ko", "-/-/ko"]);
        for (key, expected) in [
            ("a/gold/ko", Some("a/gold/-")),
            ("a/-/ko", Some("a/-/ko")),
            ("a/-/en", Some("a/-/-")),
            ("b/gold/ko", Some("-/gold/ko")),
            ("b/-/ko", Some("-/-/ko")),
            ("b/gold/en", None),
        ] {
            let key: VariantKey = key.parse().unwrap();
            assert_eq!(written.written_for(&key).map(ToString::to_string).as_deref(), expected, "{key}");
        }
        let main = subject("main");
        assert_eq!(written.content(&main, &"b/gold/en".parse().unwrap()), &main);
        assert_eq!(written.content(&main, &"a/-/ko".parse().unwrap()), &subject("a/-/ko"));
    }

    #[test]
    fn contents_of_what_was_removed_are_no_part_of_a_version() {
        let mut some = variants(&["a/gold/-", "c/-/-", "-/tin/-", "-/-/fr", "-/-/-", "-/-/ko"]);
        let written: Vec<String> = some.written().filter_map(|(key, _)| key.map(ToString::to_string)).collect();
        assert_eq!(written, ["-/-/ko", "a/gold/-"]);
        assert_eq!(some.tidied().contents.len(), 2);
        assert_eq!(some.keys().len(), 8, "two treatments, one rule and all others, two languages");
        some.targeting.as_mut().unwrap().fallback = false;
        assert_eq!(some.keys().len(), 4);
    }

    #[test]
    fn not_even_a_draft_has_more_of_something_than_any_campaign_may_have() {
        let mut many = variants(&[]);
        assert_eq!(many.check_counts(), Faults::default());
        let offered = OfferedLanguage { tag: "en".into(), enabled: true };
        many.languages.as_mut().unwrap().offered = vec![offered; LANGUAGES_MAX + 1];
        many.targeting.as_mut().unwrap().targets = vec![Target::default(); TARGETS_MAX + 1];
        let told = many.check_counts().0.into_iter().map(|fault| fault.path).collect::<Vec<_>>();
        assert_eq!(told, ["targeting.targets", "languages.offered"]);
    }

    #[test]
    fn a_fault_of_a_content_is_told_where_the_content_stands() {
        let key: VariantKey = "a/-/ko".parse().unwrap();
        assert_eq!(path_in(Some(&key), "content.subject"), "variants.contents.a/-/ko.subject");
        assert_eq!(path_in(None, "content.subject"), "content.subject");
    }

    #[test]
    fn all_contents_are_for_the_channel_of_the_campaign() {
        let mut mixed = variants(&[]);
        mixed.contents.insert("b/-/-".parse().unwrap(), Content::Push(PushContent::default()));
        let faults = mixed.check(&Content::default());
        assert_eq!((faults.0[0].path.as_str(), faults.0[0].code.as_str()), ("contents.b/-/-", "wrong_channel"));
        let text = serde_json::to_string(&mixed).unwrap();
        assert_eq!(serde_json::from_str::<Variants>(&text).unwrap(), mixed);
    }
}
