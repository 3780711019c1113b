//! Table of what people wrote.

use domain::inbound::{Effect, InboundMessage, Reply, ReplyOutcome};
use domain::keywords::Meaning;
use leptos::prelude::*;

use super::words::{effect_name, meaning_name, outcome_name};
use crate::i18n::texts;
use crate::messages::rows;
use crate::reasons::reason_text;
use crate::ui::{Signal4, StateBadge, Table, Time};

/// One row for each message.
#[component]
pub fn ReplyTable(messages: Vec<InboundMessage>, sandbox: String) -> impl IntoView {
    let t = texts();
    let columns =
        vec![t.messages.time, t.replies.from, t.replies.to, t.replies.text, t.replies.taken_for, t.replies.happened];
    view! {
        <Table title=t.replies.title variant="log" columns>
            {rows(
                messages,
                |message| (message.id.clone(), message.effect, message.reply.as_ref().map(|reply| reply.outcome)),
                move |message| view! { <Row message sandbox=sandbox.clone()/> },
            )}
        </Table>
    }
}

#[component]
fn Row(message: InboundMessage, sandbox: String) -> impl IntoView {
    let t = texts();
    let href = format!("/{sandbox}/messages?recipient={}", in_query(&message.from));
    // The keyword says something only where it is not the text itself.
    let keyword = matches!(message.meaning, Meaning::FuzzyStop | Meaning::Custom).then(|| message.keyword.clone());
    view! {
        <tr>
            <td class="when" data-label=t.messages.time><Time at=message.received_at/></td>
            <th scope="row">
                <a href=href title=t.replies.messages_of>{message.from}</a>
            </th>
            <td data-label=t.replies.to>
                {message.to}
                <div class="hint">{message.configuration_name}</div>
            </td>
            <td class="wide" data-label=t.replies.text>{message.text}</td>
            <td data-label=t.replies.taken_for>
                {meaning_name(message.meaning, t)}
                {keyword.map(|keyword| view! { <div class="hint">{keyword}</div> })}
            </td>
            <td class="wide" data-label=t.replies.happened><Happened effect=message.effect reply=message.reply/></td>
        </tr>
    }
}

#[component]
fn Happened(effect: Effect, reply: Option<Reply>) -> impl IntoView {
    let t = texts();
    if effect == Effect::None && reply.is_none() {
        return view! { <span class="hint">{t.replies.nothing}</span> }.into_any();
    }
    view! {
        {effect_name(effect, t).map(|(signal, text)| view! { <StateBadge signal text/> })}
        {reply.map(|reply| view! { <Answered reply/> })}
    }
    .into_any()
}

#[component]
fn Answered(reply: Reply) -> impl IntoView {
    let t = texts();
    let name = outcome_name(reply.outcome, t);
    let head = match reply.outcome {
        ReplyOutcome::Failed => view! { <StateBadge signal=Signal4::Failed text=name/> }.into_any(),
        ReplyOutcome::Begun | ReplyOutcome::Sent | ReplyOutcome::Captured => {
            view! { <span class="hint">{name}</span> }.into_any()
        }
    };
    // Reason code, then the provider's own words.
    let failure = reply.detail.map(|detail| {
        let (code, words) = detail
            .split_once(' ')
            .map_or((detail.clone(), String::new()), |(code, words)| (code.to_owned(), words.to_owned()));
        view! { <div class="hint">{reason_text(&code)}" "{words}</div> }
    });
    view! {
        <div>{head}</div>
        <div class="two-lines">{reply.text}</div>
        {failure}
    }
}

/// A number as a value of an address: its sign would be a blank there.
fn in_query(number: &str) -> String {
    let mut text = String::with_capacity(number.len() + 2);
    for byte in number.bytes() {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_sign_in_an_address() {
        assert_eq!(in_query("+821012345678"), "%2B821012345678");
        assert_eq!(in_query("A&B 가"), "A%26B%20%EA%B0%80");
    }
}
