//! How large a notification becomes. Services take 4 KB.

use domain::content::RenderedPush;
use domain::live_activity::RenderedActivity;
use leptos::prelude::*;
use serde_json::json;

use crate::i18n::texts;
use crate::ui::Notice;

/// Most bytes of a notification at Apple's and Google's services, and that a browser's service must take (RFC 8030 §7.2).
pub const PAYLOAD_MAX: usize = 4096;

/// Bytes of a notification in about the form in which it is sent; the exact number depends on the service.
pub fn payload_bytes(push: &RenderedPush) -> usize {
    if let Some(activity) = &push.activity {
        return activity_bytes(push, activity);
    }
    let payload = json!({
        "notification": {
            "title": push.title,
            "body": push.body,
            "image": push.image_url,
            "click_action": push.click_url,
            "sound": push.sound,
            "badge": push.badge,
            "thread-id": push.ios_thread,
            "channel_id": push.android_channel,
        },
        "data": push.data,
    });
    payload.to_string().len()
}

/// The same of a live activity. Numbers have the length of a time.
fn activity_bytes(push: &RenderedPush, activity: &RenderedActivity) -> usize {
    const TIME: i64 = 1_796_115_600;
    let payload = json!({ "aps": {
        "timestamp": TIME,
        "event": activity.event,
        "content-state": activity.state,
        "attributes-type": activity.attributes_type,
        "attributes": activity.attributes,
        "alert": { "title": push.title, "body": push.body, "sound": push.sound },
        "stale-date": activity.stale_date.map(|_| TIME),
        "dismissal-date": activity.dismissal_date.map(|_| TIME),
        "relevance-score": activity.relevance_score,
    } });
    payload.to_string().len()
}

/// The size in words, with a warning when it is too large.
#[component]
pub fn PayloadSize(#[prop(into)] push: Signal<RenderedPush>) -> impl IntoView {
    let t = texts();
    let bytes = Memo::new(move |_| push.with(payload_bytes));
    view! {
        <div aria-live="polite">
            {move || match bytes.get() {
                bytes if bytes > PAYLOAD_MAX => {
                    view! { <Notice kind="warning">{t.push_step.too_large(bytes, PAYLOAD_MAX)}</Notice> }.into_any()
                }
                bytes => view! { <p class="hint">{t.push_step.size(bytes, PAYLOAD_MAX)}</p> }.into_any(),
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_and_every_value_counts() {
        let small = RenderedPush::default();
        let large = RenderedPush { body: "가".repeat(2_000), ..RenderedPush::default() };
        assert!(payload_bytes(&small) < 250, "{}", payload_bytes(&small));
        assert_eq!(payload_bytes(&large), payload_bytes(&small) + 6_000);
        let data = [("order".to_owned(), "x".repeat(5_000))].into();
        assert!(payload_bytes(&RenderedPush { data, ..RenderedPush::default() }) > PAYLOAD_MAX);
    }
}
