//! A rule while it is edited: a tree of signals, so that a change draws only what it changes, and nobody loses the focus.

use domain::audience_rule::{AttributeTest, ConsentChoice, DEPTH_MAX, Operator, PastMessages, PastState, Rule};
use domain::channel_configuration::Channel;
use leptos::prelude::*;
use serde_json::Value;

/// One part of a rule: a group, or a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Once on the page; the same on server and browser.
    pub id: usize,
    /// It must not hold.
    pub negated: RwSignal<bool>,
    pub body: Body,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Body {
    Group(Group),
    Condition(RwSignal<Rule>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// That of its part.
    pub id: usize,
    /// One is enough; otherwise each must hold.
    pub any: RwSignal<bool>,
    pub of: RwSignal<Vec<Part>>,
    /// 1 is the outermost.
    pub depth: usize,
    ids: StoredValue<usize>,
}

/// What conditions are about, in the order of the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Attribute,
    Language,
    TimeZone,
    Identity,
    TestProfile,
    Consent,
    Member,
    Messages,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Attribute,
        Self::Language,
        Self::TimeZone,
        Self::Identity,
        Self::TestProfile,
        Self::Consent,
        Self::Member,
        Self::Messages,
    ];

    /// Of a condition.
    pub const fn of(rule: &Rule) -> Self {
        match rule {
            Rule::Language { .. } => Self::Language,
            Rule::TimeZone { .. } => Self::TimeZone,
            Rule::Identity { .. } => Self::Identity,
            Rule::TestProfile {} => Self::TestProfile,
            Rule::Consent { .. } => Self::Consent,
            Rule::Member { .. } => Self::Member,
            Rule::Messages(_) => Self::Messages,
            Rule::Attribute(_) | Rule::All { .. } | Rule::Any { .. } | Rule::Not { .. } => Self::Attribute,
        }
    }

    /// Its value in the choice.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::Language => "language",
            Self::TimeZone => "timeZone",
            Self::Identity => "identity",
            Self::TestProfile => "testProfile",
            Self::Consent => "consent",
            Self::Member => "member",
            Self::Messages => "messages",
        }
    }

    /// A condition of this kind in which nothing is filled in yet.
    pub fn empty(self) -> Rule {
        match self {
            Self::Attribute => Rule::Attribute(AttributeTest {
                path: String::new(),
                operator: Operator::Equals,
                value: Value::Null,
                match_case: false,
            }),
            Self::Language => Rule::Language { is_one_of: Vec::new() },
            Self::TimeZone => Rule::TimeZone { is_one_of: Vec::new() },
            Self::Identity => Rule::Identity { namespace: String::new() },
            Self::TestProfile => Rule::TestProfile {},
            Self::Consent => Rule::Consent { channel: Channel::Email, choice: ConsentChoice::In },
            Self::Member => Rule::Member { audience_id: String::new() },
            Self::Messages => Rule::Messages(PastMessages {
                state: PastState::HandedOver,
                campaign_id: None,
                channel: None,
                within_days: 30,
                at_least: 1,
            }),
        }
    }
}

impl Part {
    /// The whole of a rule: a group, whatever it is.
    pub fn outermost(rule: &Rule) -> Self {
        let ids = StoredValue::new(0);
        match rule {
            Rule::All { .. } | Rule::Any { .. } => Self::of(rule, ids, 1),
            Rule::Not { of } if matches!(**of, Rule::All { .. } | Rule::Any { .. }) => Self::of(rule, ids, 1),
            other => Self::of(&Rule::All { of: vec![other.clone()] }, ids, 1),
        }
    }

    fn of(rule: &Rule, ids: StoredValue<usize>, depth: usize) -> Self {
        let (mut rule, mut negated) = (rule, false);
        while let Rule::Not { of } = rule {
            (rule, negated) = (&**of, !negated);
        }
        ids.update_value(|id| *id += 1);
        let id = ids.get_value();
        let body = match rule {
            Rule::All { of } | Rule::Any { of } => Body::Group(Group {
                id,
                any: RwSignal::new(matches!(rule, Rule::Any { .. })),
                of: RwSignal::new(of.iter().map(|inner| Self::of(inner, ids, depth + 1)).collect()),
                depth,
                ids,
            }),
            condition => Body::Condition(RwSignal::new(condition.clone())),
        };
        Self { id, negated: RwSignal::new(negated), body }
    }

    /// The rule as it is now.
    pub fn rule(self) -> Rule {
        let rule = match self.body {
            Body::Condition(condition) => condition.get(),
            Body::Group(group) => {
                let of = group.of.get().into_iter().map(Self::rule).collect();
                if group.any.get() { Rule::Any { of } } else { Rule::All { of } }
            }
        };
        if self.negated.get() { Rule::Not { of: Box::new(rule) } } else { rule }
    }
}

impl Group {
    pub fn add_condition(self) -> Part {
        self.add(&Kind::Attribute.empty())
    }

    /// Begins with one condition: an empty group would say something by itself.
    pub fn add_group(self) -> Part {
        self.add(&Rule::Any { of: vec![Kind::Attribute.empty()] })
    }

    pub const fn takes_groups(self) -> bool {
        // A group that must not hold is two levels of a rule.
        self.depth < DEPTH_MAX
    }

    fn add(self, rule: &Rule) -> Part {
        let part = Part::of(rule, self.ids, self.depth + 1);
        self.of.update(|of| of.push(part));
        part
    }

    /// Takes a part out; at which place was it?
    pub fn remove(self, part: Part) -> usize {
        let place = self.of.with_untracked(|of| of.iter().position(|other| other.id == part.id));
        self.of.update(|of| of.retain(|other| other.id != part.id));
        place.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_the_same_after_it_was_opened() {
        Owner::new().with(rules_survive);
    }

    #[test]
    fn who_removes_a_part_is_told_where_it_stood() {
        Owner::new().with(|| {
            let Body::Group(group) = Part::outermost(&Rule::everybody()).body else { panic!("a group") };
            let parts = [group.add_condition(), group.add_group(), group.add_condition()];
            assert_eq!(group.remove(parts[1]), 1);
            assert_eq!(
                group.of.with_untracked(|of| of.iter().map(|part| part.id).collect::<Vec<_>>()),
                [parts[0].id, parts[2].id]
            );
            assert_eq!(group.remove(parts[2]), 1);
        });
    }

    fn rules_survive() {
        for rule in [
            json!({"type": "all", "of": []}),
            json!({"type": "any", "of": [{"type": "testProfile"}, {"type": "not", "of": {"type": "all", "of": []}}]}),
            json!({"type": "not", "of": {"type": "any", "of": [{"type": "identity", "namespace": "crm"}]}}),
        ] {
            let rule: Rule = serde_json::from_value(rule).unwrap();
            assert_eq!(Part::outermost(&rule).rule(), rule);
        }
        let alone = Rule::TestProfile {};
        assert_eq!(Part::outermost(&alone).rule(), Rule::All { of: vec![alone] });
    }
}
