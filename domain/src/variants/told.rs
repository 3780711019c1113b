//! Variants, and the lack of one, as people read of them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NoVariant, VariantKey, Variants};
use crate::Fault;
use crate::eligibility::Exclusion;

/// A variant with the names that people gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedVariant {
    /// `treatment/target/language`, such as `a/-/ko`.
    #[schemars(with = "String")]
    pub key: VariantKey,
    /// Name of the treatment; `None` without an experiment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treatment: Option<String>,
    /// Name of the targeting rule that held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Variants {
    /// A variant by its names. What is not there any more is called by its id.
    pub fn named(&self, key: &VariantKey) -> NamedVariant {
        let given = |id: &str| Some(id.to_owned()).filter(|id| !id.is_empty());
        let treatment = self.experiment.iter().flat_map(|it| &it.treatments).find(|it| it.id == key.treatment);
        let target = self.targeting.iter().flat_map(|it| &it.targets).find(|it| it.id == key.target);
        NamedVariant {
            key: key.clone(),
            treatment: treatment.map(|it| it.name.clone()).or_else(|| given(&key.treatment)),
            target: target.map(|it| it.name.clone()).or_else(|| given(&key.target)),
            language: given(&key.language),
        }
    }
}

impl fmt::Display for NamedVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.treatment, &self.target, &self.language].map(Option::as_deref);
        let named: Vec<&str> = parts.into_iter().flatten().collect();
        f.write_str(&named.join(", "))
    }
}

impl NoVariant {
    /// The reason of a message that is not sent.
    pub fn fault(self) -> Fault {
        let (exclusion, text) = match self {
            Self::Holdout => (
                Exclusion::ExperimentHoldout,
                "The experiment of the campaign leaves this person out, to tell what its messages do.",
            ),
            Self::NoTarget => (
                Exclusion::NoTarget,
                "No targeting rule of the campaign holds for this person, and it has no content for all others.",
            ),
            Self::NoLanguage => (
                Exclusion::NoLanguage,
                "The campaign does not offer the language of this person, and has none for all others.",
            ),
        };
        Fault::new("", exclusion.as_str(), text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Experiment, Treatment};

    #[test]
    fn a_variant_is_called_by_the_names_that_people_gave() {
        let treatment = Treatment { id: "a".into(), name: "Short".into(), percent: 100 };
        let experiment = Some(Experiment { treatments: vec![treatment], ..Experiment::default() });
        let variants = Variants { experiment, ..Variants::default() };
        let called = |key: &str| variants.named(&key.parse().unwrap()).to_string();
        assert_eq!(called("a/-/ko"), "Short, ko");
        assert_eq!(called("gone/vip/-"), "gone, vip");
    }
}
