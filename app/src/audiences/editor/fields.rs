//! The fields of each kind of condition.

use domain::audience_rule::{AttributeTest, ConsentChoice, Operand, Operator, PastMessages, PastState, Rule};
use domain::channel_configuration::Channel;
use leptos::prelude::*;
use serde_json::{Number, Value};

use super::super::words::{choice_name, operator_name, state_name};
use super::Editor;
use super::condition::Field;
use crate::channel::channel_name;
use crate::i18n::texts;
use crate::ui::{SelectField, TextArea, TextField};

/// Id of the proposals for paths of attributes.
pub(super) const PATHS: &str = "attribute-paths";

pub(super) fn attribute(field: Field) -> AnyView {
    let t = texts();
    let test = move || match field.rule.get() {
        Rule::Attribute(test) => Some(test),
        _ => None,
    };
    let Some(first) = untrack(test) else { return ().into_any() };
    let set_path = of_attribute(field, |test, text| text.trim().clone_into(&mut test.path));
    let set_operator = of_attribute(field, |test, word| {
        let Ok(operator) = word.parse::<Operator>() else { return };
        if operator.operand() != test.operator.operand() {
            test.value = Value::Null;
        }
        test.operator = operator;
    });
    let operators = Operator::ALL.iter().map(|it| (it.to_string(), operator_name(*it).to_owned())).collect();
    let operand = Memo::new(move |_| test().map(|test| test.operator.operand()));
    view! {
        <TextField path=field.path("path") name="" label=t.audience_rule.path value=first.path list=PATHS placeholder="person.city" failure=field.failure on_input=set_path/>
        <SelectField path=field.path("operator") name="" label=t.audience_rule.operator value=first.operator.to_string() options=operators on_input=set_operator/>
        {move || operand.get().map(|operand| value_field(field, operand))}
    }
    .into_any()
}

fn of_attribute(field: Field, change: impl Fn(&mut AttributeTest, String) + Send + Sync + 'static) -> Callback<String> {
    field.change(move |rule, text| {
        if let Rule::Attribute(test) = rule {
            change(test, text);
        }
    })
}

fn value_field(field: Field, operand: Operand) -> AnyView {
    let t = texts();
    let value = field.rule.with_untracked(|rule| match rule {
        Rule::Attribute(test) => shown(&test.value),
        _ => String::new(),
    });
    let set = of_attribute(field, move |test, text| test.value = typed(operand, &text));
    let (path, failure) = (field.path("value"), field.failure);
    match operand {
        Operand::Nothing => ().into_any(),
        Operand::List => view! {
            <TextArea path name="" label=t.audience_rule.values hint=t.audience_rule.values_hint value rows=3 failure on_input=set/>
        }
        .into_any(),
        Operand::Days => view! {
            <TextField path name="" label=t.audience_rule.value value unit=t.audience_rule.days failure on_input=set/>
        }
        .into_any(),
        Operand::Date => view! {
            <TextField path name="" label=t.audience_rule.value hint=t.audience_rule.date_hint value placeholder="2026-12-01" failure on_input=set/>
        }
        .into_any(),
        Operand::Anything | Operand::Text | Operand::Number => {
            view! { <TextField path name="" label=t.audience_rule.value value failure on_input=set/> }.into_any()
        }
    }
}

/// A value as it is typed: a list has a line for each.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

fn typed(operand: Operand, text: &str) -> Value {
    let trimmed = text.trim();
    match operand {
        _ if trimmed.is_empty() => Value::Null,
        Operand::List => lines(text).into_iter().map(Value::String).collect(),
        Operand::Days | Operand::Number => {
            trimmed.parse::<Number>().map_or_else(|_| Value::String(trimmed.to_owned()), Value::Number)
        }
        _ => Value::String(text.to_owned()),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Languages, or time zones: one a line.
pub(super) fn words(field: Field) -> AnyView {
    let t = texts();
    let (value, is_language) = field.rule.with_untracked(|rule| match rule {
        Rule::Language { is_one_of } => (is_one_of.join("\n"), true),
        Rule::TimeZone { is_one_of } => (is_one_of.join("\n"), false),
        _ => (String::new(), true),
    });
    let set = field.change(|rule, text| {
        if let Rule::Language { is_one_of } | Rule::TimeZone { is_one_of } = rule {
            *is_one_of = lines(&text);
        }
    });
    let hint = if is_language { t.audience_rule.languages_hint } else { t.audience_rule.time_zones_hint };
    view! {
        <TextArea path=field.path("isOneOf") name="" label=t.audience_rule.values hint value rows=3 failure=field.failure on_input=set/>
    }
    .into_any()
}

pub(super) fn identity(field: Field) -> AnyView {
    let t = texts();
    let value = field.rule.with_untracked(|rule| match rule {
        Rule::Identity { namespace } => namespace.clone(),
        _ => String::new(),
    });
    let set = field.change(|rule, text| {
        if let Rule::Identity { namespace } = rule {
            *namespace = text;
        }
    });
    view! {
        <TextField path=field.path("namespace") name="" label=t.audience_rule.namespace hint=t.audience_rule.namespace_hint value failure=field.failure on_input=set/>
    }
    .into_any()
}

pub(super) fn consent(field: Field) -> AnyView {
    let t = texts();
    let (on, said) = field.rule.with_untracked(|rule| match rule {
        Rule::Consent { channel, choice } => (*channel, *choice),
        _ => (Channel::Email, ConsentChoice::In),
    });
    let set_channel = field.change(|rule, word| {
        if let (Rule::Consent { channel, .. }, Ok(chosen)) = (rule, word.parse()) {
            *channel = chosen;
        }
    });
    let set_choice = field.change(|rule, word| {
        if let (Rule::Consent { choice, .. }, Ok(chosen)) = (rule, word.parse()) {
            *choice = chosen;
        }
    });
    let channels = [Channel::Email, Channel::Mobile].map(|it| (it.to_string(), channel_name(it).to_owned())).to_vec();
    let choices = ConsentChoice::ALL.iter().map(|it| (it.to_string(), choice_name(*it).to_owned())).collect();
    view! {
        <SelectField path=field.path("channel") name="" label=t.channels.channel value=on.to_string() options=channels failure=field.failure on_input=set_channel/>
        <SelectField path=field.path("choice") name="" label=t.audience_rule.said value=said.to_string() options=choices on_input=set_choice/>
    }
    .into_any()
}

pub(super) fn member(field: Field, editor: Editor) -> AnyView {
    let t = texts();
    let value = field.rule.with_untracked(|rule| match rule {
        Rule::Member { audience_id } => audience_id.clone(),
        _ => String::new(),
    });
    let set = field.change(|rule, id| {
        if let Rule::Member { audience_id } = rule {
            *audience_id = id;
        }
    });
    let options = choices(t.wizard.choose, editor.names.with_value(|names| names.lists.clone()), &value);
    view! {
        <SelectField path=field.path("audienceId") name="" label=t.audiences.list value options failure=field.failure on_input=set/>
    }
    .into_any()
}

/// A choice that keeps what is chosen, even if it is not there any more.
fn choices(none: &str, all: Vec<(String, String)>, chosen: &str) -> Vec<(String, String)> {
    let mut options = vec![(String::new(), none.to_owned())];
    options.extend(all);
    if options.iter().all(|(id, _)| id != chosen) {
        options.push((chosen.to_owned(), chosen.to_owned()));
    }
    options
}

pub(super) fn messages(field: Field, editor: Editor) -> AnyView {
    let t = texts();
    let first = field.rule.with_untracked(|rule| match rule {
        Rule::Messages(past) => Some(past.clone()),
        _ => None,
    });
    let Some(first) = first else { return ().into_any() };
    let of = move |change: fn(&mut PastMessages, String)| {
        field.change(move |rule, text| {
            if let Rule::Messages(past) = rule {
                change(past, text);
            }
        })
    };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let set_state = of(|past, word| past.state = word.parse().unwrap_or(past.state));
    let set_times = of(|past, text| past.at_least = text.trim().parse().unwrap_or(0));
    let set_days = of(|past, text| past.within_days = text.trim().parse().unwrap_or(0));
    let set_channel = of(|past, word| past.channel = word.parse().ok());
    let set_campaign = field.change(move |rule, id| {
        if let Rule::Messages(past) = rule {
            past.campaign_id = some(id);
        }
    });
    let states = PastState::ALL.iter().map(|it| (it.to_string(), state_name(*it).to_owned())).collect();
    let channels = Channel::ALL.iter().map(|it| (it.to_string(), channel_name(*it).to_owned())).collect();
    let channel = first.channel.map(|channel| channel.to_string()).unwrap_or_default();
    let campaign = first.campaign_id.unwrap_or_default();
    let channels = choices(t.audience_rule.every_channel, channels, &channel);
    let campaigns = editor.names.with_value(|names| names.campaigns.clone());
    let campaigns = choices(t.audience_rule.every_campaign, campaigns, &campaign);
    view! {
        <SelectField path=field.path("state") name="" label=t.audience_rule.state value=first.state.to_string() options=states on_input=set_state/>
        <TextField path=field.path("atLeast") name="" label=t.audience_rule.at_least value=first.at_least.to_string() failure=field.failure on_input=set_times/>
        <TextField path=field.path("withinDays") name="" label=t.audience_rule.within value=first.within_days.to_string() unit=t.audience_rule.days failure=field.failure on_input=set_days/>
        <SelectField path=field.path("campaignId") name="" label=t.messages.campaign value=campaign options=campaigns failure=field.failure on_input=set_campaign/>
        <SelectField path=field.path("channel") name="" label=t.channels.channel value=channel options=channels on_input=set_channel/>
    }
    .into_any()
}
