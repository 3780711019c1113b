//! A rule in plain words of the page's language.

use domain::audience_rule::{AttributeTest, ConsentChoice, Operator, PastMessages, PastState, Rule};
use serde_json::Value;

use super::calls::Names;
use crate::channel::channel_name;
use crate::i18n::texts;

/// Who belongs to the audience, as one sentence.
pub fn in_words(rule: &Rule, names: &Names) -> String {
    let t = texts();
    match rule {
        Rule::All { of } if of.is_empty() => t.audience_rule.everybody.to_owned(),
        Rule::Any { of } if of.is_empty() => t.audience_rule.nobody.to_owned(),
        rule => t.audience_rule.people_who(told(rule, names)),
    }
}

fn told(rule: &Rule, names: &Names) -> String {
    let t = texts();
    match rule {
        Rule::All { of } => joined(of, names, t.audience_rule.and, t.audience_rule.always),
        Rule::Any { of } => joined(of, names, t.audience_rule.or, t.audience_rule.never),
        Rule::Not { of } => t.audience_rule.not(told(of, names)),
        Rule::Attribute(test) => attribute(test),
        Rule::Identity { namespace } => t.audience_rule.has_identity(namespace),
        Rule::Language { is_one_of } => t.audience_rule.speaks(is_one_of.join(", ")),
        Rule::TimeZone { is_one_of } => t.audience_rule.lives_in(is_one_of.join(", ")),
        Rule::TestProfile {} => t.audience_rule.is_test.to_owned(),
        Rule::Consent { channel, choice } => t.audience_rule.consented(channel_name(*channel), choice_name(*choice)),
        Rule::Member { audience_id } => t.audience_rule.is_member(name_of(&names.lists, audience_id)),
        Rule::Messages(past) => messages(past, names),
    }
}

fn joined(of: &[Rule], names: &Names, between: &str, empty: &str) -> String {
    match of {
        [] => empty.to_owned(),
        [one] => told(one, names),
        many => {
            let parts: Vec<String> = many.iter().map(|part| bracketed(part, names)).collect();
            parts.join(&format!(" {between} "))
        }
    }
}

/// A group inside another is set apart.
fn bracketed(rule: &Rule, names: &Names) -> String {
    match rule {
        Rule::All { of } | Rule::Any { of } if of.len() > 1 => format!("({})", told(rule, names)),
        other => told(other, names),
    }
}

fn attribute(test: &AttributeTest) -> String {
    let path = if test.path.is_empty() { "…" } else { test.path.as_str() };
    let operator = operator_name(test.operator);
    match test.operator {
        Operator::Exists => texts().audience_rule.compared_with_nothing(path, operator),
        Operator::WithinLastDays => {
            texts().audience_rule.within_days(path, value(&test.value).trim_matches(['“', '”']))
        }
        _ => texts().audience_rule.compared(path, operator, value(&test.value)),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "…".to_owned(),
        Value::String(text) => format!("“{text}”"),
        Value::Array(list) => list.iter().map(self::value).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn messages(past: &PastMessages, names: &Names) -> String {
    let t = texts();
    let campaign = match &past.campaign_id {
        Some(id) => t.audience_rule.of_campaign(name_of(&names.campaigns, id)),
        None => String::new(),
    };
    let channel = past.channel.map(|channel| format!(" ({})", channel_name(channel))).unwrap_or_default();
    t.audience_rule.past(past.at_least, past.within_days, state_name(past.state), format!("{campaign}{channel}"))
}

fn name_of(all: &[(String, String)], id: &str) -> String {
    let found = all.iter().find(|(known, _)| known == id);
    found.map_or_else(|| if id.is_empty() { "…" } else { id }.to_owned(), |(_, name)| name.clone())
}

/// How an attribute is compared.
pub fn operator_name(operator: Operator) -> &'static str {
    let t = texts();
    match operator {
        Operator::Equals => t.audience_rule.equals,
        Operator::NotEquals => t.audience_rule.not_equals,
        Operator::Contains => t.audience_rule.contains,
        Operator::StartsWith => t.audience_rule.starts_with,
        Operator::EndsWith => t.audience_rule.ends_with,
        Operator::GreaterThan => t.audience_rule.greater_than,
        Operator::LessThan => t.audience_rule.less_than,
        Operator::Before => t.audience_rule.before,
        Operator::After => t.audience_rule.after,
        Operator::WithinLastDays => t.audience_rule.within_last_days,
        Operator::Exists => t.audience_rule.exists,
        Operator::IsOneOf => t.audience_rule.is_one_of,
        Operator::ListContains => t.audience_rule.list_contains,
    }
}

/// What was said of marketing.
pub fn choice_name(choice: ConsentChoice) -> &'static str {
    let t = texts();
    match choice {
        ConsentChoice::In => t.audience_rule.said_yes,
        ConsentChoice::Out => t.audience_rule.said_no,
        ConsentChoice::Empty => t.audience_rule.said_nothing,
    }
}

/// What became of messages.
pub fn state_name(state: PastState) -> &'static str {
    let t = texts();
    match state {
        PastState::HandedOver => t.audience_rule.handed_over,
        PastState::Excluded => t.audience_rule.excluded,
        PastState::Failed => t.audience_rule.failed,
        PastState::Opened => t.audience_rule.opened,
        PastState::Clicked => t.audience_rule.clicked,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_of_attributes_reads_as_a_sentence() {
        let rule: Rule = serde_json::from_value(json!({"type": "all", "of": [
            {"type": "attribute", "path": "likes", "operator": "listContains", "value": "tea"},
            {"type": "attribute", "path": "person.city", "operator": "exists"},
        ]}))
        .unwrap();
        let names = Names { lists: Vec::new(), campaigns: Vec::new() };
        assert_eq!(
            in_words(&rule, &names),
            "People whose likes is a list that contains “tea” and whose person.city is there."
        );
    }
}
