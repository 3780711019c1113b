//! To whom a part of a mail is shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::word::words;
use crate::{Fault, Faults};

/// To whom a row or a block is shown. Neighbours make a chain of alternatives: `when`, any number of `orWhen`, `otherwise`; the
/// first of them that holds is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Show {
    #[default]
    Always,
    When(Rule),
    /// When nothing before it in the chain is shown, and this holds.
    OrWhen(Rule),
    /// When nothing before it in the chain is shown.
    Otherwise,
}

/// Tests of values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Rule {
    /// One of them is enough; otherwise all must hold.
    pub any: bool,
    #[schemars(length(min = 1, max = 20))]
    pub tests: Vec<Test>,
}

words! {
    /// How a value is looked at.
    #[derive(Default)]
    TestKind {
        #[default]
        Is = "is",
        IsNot = "is_not",
        Contains = "contains",
        StartsWith = "starts_with",
        Above = "above",
        Below = "below",
        /// Neither missing nor empty.
        IsThere = "is_there",
        IsMissing = "is_missing",
    }
}

impl TestKind {
    /// Is the value compared with another one?
    pub const fn compares(self) -> bool {
        !matches!(self, Self::IsThere | Self::IsMissing)
    }
}

/// One question about a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Test {
    /// `context.order.total`, `profile.tier`.
    pub path: String,
    pub kind: TestKind,
    /// What it is compared with: a number, `true`, `false` or a text as a person types them.
    pub value: String,
}

/// Most tests of one rule.
const TESTS_MAX: usize = 20;

impl Show {
    /// What is asked, if anything.
    pub fn rule(&self) -> Option<&Rule> {
        match self {
            Self::When(rule) | Self::OrWhen(rule) => Some(rule),
            Self::Always | Self::Otherwise => None,
        }
    }

    /// Faults of its rule.
    pub fn check(&self) -> Faults {
        self.rule().map(Rule::check).unwrap_or_default()
    }
}

impl Rule {
    /// Faults with paths such as `tests[0].path`.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        if !(1..=TESTS_MAX).contains(&self.tests.len()) {
            faults.add("tests", "test_count", format!("Ask 1 to {TESTS_MAX} questions."));
        }
        for (place, test) in self.tests.iter().enumerate() {
            if !is_path(&test.path) {
                let text = "Name a value such as context.order.total or profile.tier.";
                let code = if test.path.trim().is_empty() { "required" } else { "bad_path" };
                faults.0.push(Fault::new(format!("tests[{place}].path"), code, text));
            }
        }
        faults
    }
}

/// Names joined by dots, from `context`, `profile`, `campaign` or `recipient` on: what templates know.
pub(crate) fn is_path(text: &str) -> bool {
    let mut names = text.split('.');
    let is_name = |name: &str| {
        name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    let root = names.next().unwrap_or_default();
    matches!(root, "context" | "profile" | "campaign" | "recipient") && text.contains('.') && names.all(is_name)
}

/// An alternative needs something before it that it is an alternative to.
pub(super) fn check_chain<'a>(
    shows: impl Iterator<Item = &'a Show>,
    faults: &mut Faults,
    path: impl Fn(usize) -> String,
) {
    let mut is_open = false;
    for (place, show) in shows.enumerate() {
        if matches!(show, Show::OrWhen(_) | Show::Otherwise) && !is_open {
            let text = "Put it directly behind what is shown on a condition.";
            faults.add(path(place), "no_alternative", text);
        }
        is_open = matches!(show, Show::When(_) | Show::OrWhen(_));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_be_nothing_but_a_path() {
        for good in ["context.order.total", "profile.tier", "campaign.name", "recipient.namespace", "context.주문.금액"]
        {
            assert!(is_path(good), "{good}");
        }
        for bad in
            ["", "context", "order.total", "context..x", "context.a %}{{ x", "context.1x", "context.a b", "item.name"]
        {
            assert!(!is_path(bad), "{bad}");
        }
    }
}
