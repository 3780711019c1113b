//! Variables: the values of `context` and `profile` that a content reads, and what the author says of them. Together they
//! are the contract that calls of a campaign keep.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Faults;
use crate::word::words;

words! {
    /// Type of a value in a call, as the author gives it.
    ValueType {
        Text = "string",
        /// Any number, also a whole one.
        Number = "number",
        Integer = "integer",
        Boolean = "boolean",
        List = "list",
        Object = "object",
    }
}

impl ValueType {
    /// Is the value of this type? `2.0` is an integer, as JSON Schema has it.
    pub fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Integer, Value::Number(number)) => {
                number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            (Self::Text, Value::String(_))
            | (Self::Number, Value::Number(_))
            | (Self::Boolean, Value::Bool(_))
            | (Self::List, Value::Array(_))
            | (Self::Object, Value::Object(_)) => true,
            _ => false,
        }
    }

    /// In a sentence: `a number`.
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Boolean => "true or false",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// What the author says of a variable. What is left out stays as the content has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VariableRule {
    /// Calls with a value of another type are refused.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ValueType>,
    /// `true`: calls without it are refused, whether the content needs it or not. `false` is a fault where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Stands in previews and example calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
}

impl VariableRule {
    /// Says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the author says of each variable, by its path. A draft keeps rules for what its content does not read at the
/// moment: cutting a paragraph out and putting it back loses nothing. A version has only those that hold.
pub type VariableRules = BTreeMap<String, VariableRule>;

/// A value that the content reads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Dotted path with its root: `context.order.id`, `profile.person.name.firstName`.
    pub path: String,
    /// Rendering fails without it. `false` when each use has a default or is tested first.
    #[serde(rename = "required")]
    pub needed: bool,
    /// Looped over: the value is a list of objects or words.
    pub list: bool,
    /// Empty in versions from before there was such a thing.
    #[serde(default, skip_serializing_if = "VariableRule::is_empty")]
    pub rule: VariableRule,
}

impl Variable {
    /// Calls without it are refused.
    pub fn is_required(&self) -> bool {
        self.needed || self.rule.required == Some(true)
    }

    /// The type, as far as it is known: the author's, or a list when it is looped over.
    pub fn kind(&self) -> Option<ValueType> {
        self.rule.kind.or(self.list.then_some(ValueType::List))
    }
}

/// The variables under other rules.
pub fn with_rules(variables: &[Variable], rules: &VariableRules) -> Vec<Variable> {
    let ruled = |variable: &Variable| {
        let rule = rules.get(&variable.path).cloned().unwrap_or_default();
        Variable { rule, ..variable.clone() }
    };
    variables.iter().map(ruled).collect()
}

/// The rules that hold for these variables.
pub fn rules_of(variables: &[Variable]) -> VariableRules {
    let ruled = variables.iter().filter(|variable| !variable.rule.is_empty());
    ruled.map(|variable| (variable.path.clone(), variable.rule.clone())).collect()
}

/// Rules of one campaign: as many as a content may read values.
const RULES_MAX: usize = 1_000;
/// Longest path in bytes.
const PATH_MAX: usize = 500;
/// Largest example, as JSON, in bytes.
const EXAMPLE_MAX: usize = 16 * 1024;
/// Lists and objects of an example that stand in each other: as many as in a call.
const LEVELS_MAX: usize = 32;

/// What is wrong with rules whatever the content reads, at `variables.<path>` and below.
pub fn check_rules(rules: &VariableRules) -> Faults {
    let mut faults = Faults::default();
    if rules.len() > RULES_MAX {
        faults.add("variables", "too_large", format!("Set at most {RULES_MAX} values."));
    }
    for (path, rule) in rules {
        let at = format!("variables.{path}");
        if path.len() > PATH_MAX || !(path.starts_with("context.") || path.starts_with("profile.")) {
            faults.add(at.clone(), "unknown_variable", "Name a value of context or profile, such as context.order.id.");
        }
        let Some(example) = &rule.example else { continue };
        let at = format!("{at}.example");
        if let Some(kind) = rule.kind.filter(|kind| !kind.takes(example)) {
            faults.add(at, "wrong_type", format!("The example of {path} is not {}.", kind.with_article()));
        } else if levels(example) > LEVELS_MAX {
            faults.add(at, "too_large", format!("Use lists and objects at most {LEVELS_MAX} levels deep."));
        } else if example.to_string().len() > EXAMPLE_MAX {
            faults.add(at, "too_large", format!("Use at most {} KB.", EXAMPLE_MAX / 1024));
        }
    }
    faults
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(levels).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(levels).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(path: &str, rule: Value) -> VariableRules {
        VariableRules::from([(path.to_owned(), serde_json::from_value(rule).unwrap())])
    }

    fn told(rules: &VariableRules) -> Vec<(String, String)> {
        check_rules(rules).0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn each_type_takes_its_own_values_and_no_others() {
        let values = [json!("7"), json!(1.5), json!(7), json!(true), json!([7]), json!({ "a": 7 })];
        let taken = |kind: ValueType| values.iter().map(|value| u8::from(kind.takes(value))).collect::<Vec<_>>();
        assert_eq!(taken(ValueType::Text), [1, 0, 0, 0, 0, 0]);
        assert_eq!(taken(ValueType::Number), [0, 1, 1, 0, 0, 0]);
        assert_eq!(taken(ValueType::Integer), [0, 0, 1, 0, 0, 0]);
        assert_eq!(taken(ValueType::Boolean), [0, 0, 0, 1, 0, 0]);
        assert_eq!(taken(ValueType::List), [0, 0, 0, 0, 1, 0]);
        assert_eq!(taken(ValueType::Object), [0, 0, 0, 0, 0, 1]);
        assert!(ValueType::Integer.takes(&json!(2.0)) && ValueType::ALL.iter().all(|kind| !kind.takes(&Value::Null)));
    }

    #[test]
    fn an_example_is_of_the_type_that_is_given() {
        assert_eq!(told(&rules("context.total", json!({ "type": "number", "example": 42.5 }))), []);
        assert_eq!(told(&rules("context.total", json!({ "example": "any" }))), []);
        let wrong = rules("context.total", json!({ "type": "number", "example": "42.5" }));
        assert_eq!(told(&wrong), [("variables.context.total.example".to_owned(), "wrong_type".to_owned())]);
    }

    #[test]
    fn an_example_that_could_not_be_sent_or_read_back_is_refused() {
        let deep = (0..33).fold(json!(1), |inner, _| json!([inner]));
        for example in [deep, json!("x".repeat(EXAMPLE_MAX))] {
            let faults = told(&rules("context.a", json!({ "example": example })));
            assert_eq!(faults, [("variables.context.a.example".to_owned(), "too_large".to_owned())]);
        }
    }

    #[test]
    fn a_rule_is_for_a_value_of_context_or_profile() {
        for path in ["order.id", "context", ""] {
            assert_eq!(told(&rules(path, json!({})))[0].1, "unknown_variable", "{path}");
        }
    }

    #[test]
    fn a_variable_of_an_old_version_has_no_rule_and_is_written_as_it_was() {
        let old = json!({ "path": "context.a", "required": true, "list": false });
        let variable: Variable = serde_json::from_value(old.clone()).unwrap();
        assert!(variable.is_required() && variable.rule.is_empty());
        assert_eq!(serde_json::to_value(&variable).unwrap(), old);
    }

    #[test]
    fn an_author_may_require_what_the_content_does_without() {
        let soft = Variable { path: "context.a".into(), ..Variable::default() };
        let ruled = with_rules(std::slice::from_ref(&soft), &rules("context.a", json!({ "required": true })));
        assert!(!soft.is_required() && ruled[0].is_required());
        assert_eq!(rules_of(&ruled).len(), 1);
        assert_eq!(with_rules(&ruled, &rules("context.b", json!({ "required": true }))), [soft]);
    }
}
