//! How many messages of an execution are where.

use domain::eligibility::Exclusion;
use domain::message::MessageCounts;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::reasons::reason_text;

/// A bar for the eye, and the numbers in words: every part that is not zero, after the total where that says more.
#[component]
pub fn Counts(counts: MessageCounts) -> impl IntoView {
    let t = texts();
    let parts: Vec<(&str, i64, String)> = [
        ("ok", counts.handed_over, t.executions.handed_over(counts.handed_over)),
        ("waiting", counts.waiting, t.executions.waiting(counts.waiting)),
        ("failed", counts.failed, t.executions.failed(counts.failed)),
        ("quiet", counts.excluded, t.executions.excluded(counts.excluded)),
        ("quiet", counts.cancelled, t.executions.cancelled(counts.cancelled)),
    ]
    .into_iter()
    .filter(|(_, number, _)| *number > 0)
    .collect();
    let piece =
        |signal: &str, number: i64| view! { <i class=format!("bar-{signal}") style=format!("flex-grow:{number}")></i> };
    let total = (parts.len() > 1).then(|| view! { <b>{counts.total}</b>" " });
    view! {
        <div class="counts">
            <span class="bar" aria-hidden="true">
                {parts.iter().map(|(signal, number, _)| piece(signal, *number)).collect_view()}
            </span>
            <span>{total}<span class="hint">{parts.into_iter().map(|(.., words)| words).collect::<Vec<_>>().join(" · ")}</span></span>
        </div>
    }
}

/// Why messages were not sent, the most frequent first, each a link to those messages; nothing when all were.
#[component]
pub fn ExcludedByReason(
    counts: MessageCounts,
    /// Where all the messages that are counted are listed: a path with a query.
    messages: String,
) -> impl IntoView {
    let t = texts();
    let mut reasons: Vec<(String, i64)> = counts.excluded_by_reason.into_iter().collect();
    reasons.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let most = reasons.first().map_or(0, |(_, number)| *number).max(1);
    let row = move |(reason, number): (String, i64)| {
        view! {
            <li>
                <span class="bar" aria-hidden="true">
                    <i class="bar-quiet" style=format!("width:{}%", number * 100 / most)></i>
                </span>
                <span>{reason_link(&messages, &reason)}": "<b>{number}</b></span>
            </li>
        }
    };
    (!reasons.is_empty()).then(|| {
        view! {
            <div class="reasons">
                <h3>{t.executions.not_sent_because}</h3>
                <ul>{reasons.into_iter().map(row).collect_view()}</ul>
            </div>
        }
    })
}

/// The reason as a link to the messages that it kept back; as words where the log has no filter for it.
fn reason_link(messages: &str, reason: &str) -> AnyView {
    let words = reason_text(reason);
    if Exclusion::of(reason).is_none() {
        return words.into_any();
    }
    let href = format!("{messages}&reason={reason}");
    view! { <a href=href>{words}</a> }.into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_reason_leads_to_the_messages_that_it_kept_back() {
        let mut counts = MessageCounts::default();
        counts.add(domain::message::MessageState::Excluded, Some("opted_out"), 2);
        counts.add(domain::message::MessageState::Excluded, None, 1);
        let messages = "/dev/messages?campaign=cmp_a".to_owned();
        let html = Owner::new().with(|| view! { <ExcludedByReason counts messages/> }.to_html());
        assert!(html.contains(r#"href="/dev/messages?campaign=cmp_a&amp;reason=opted_out""#), "{html}");
        assert_eq!(html.matches("<a ").count(), 1, "no filter finds what has no reason: {html}");
    }
}
