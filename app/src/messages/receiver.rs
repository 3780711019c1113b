//! Where a message goes.

use domain::channel_configuration::Channel;
use domain::push_token::{PushPlatform, PushToken};
use leptos::prelude::*;

use crate::ui::{Address, CopyButton};

/// The address as people read it: `FCM · dGhpcy…c2VydA` of a device, `Web Push · push.example…Qx7_b1` of a browser.
pub fn receiver_text(channel: Channel, address: &str) -> String {
    match (channel, PushToken::from_address(address)) {
        (Channel::Push, Some(token)) => format!("{} · {}", platform_name(token.platform), token.shortened().token),
        _ => address.to_owned(),
    }
}

/// The same in all languages.
const fn platform_name(platform: PushPlatform) -> &'static str {
    match platform {
        PushPlatform::Fcm => "FCM",
        PushPlatform::Apns => "APNs",
        PushPlatform::ApnsSandbox => "APNs (sandbox)",
        PushPlatform::Web => "Web Push",
    }
}

/// The address in a list; the whole of it as title where it is shortened.
#[component]
pub fn Receiver(channel: Channel, #[prop(into)] address: String) -> impl IntoView {
    let shown = receiver_text(channel, &address);
    let whole = (shown != address).then_some(address);
    view! { <span title=whole><Address text=shown/></span> }
}

/// A device with its token to be copied, by those who get the whole of it.
#[component]
pub fn Device(#[prop(into)] address: String) -> impl IntoView {
    let shown = receiver_text(Channel::Push, &address);
    let whole = PushToken::from_address(&address).filter(|token| !token.token.contains('…')).map(|token| token.token);
    let copy = whole.clone().map(|token| view! { <CopyButton text=token/> });
    view! { <span class="code-line"><code title=whole>{shown}</code>{copy}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_ends_and_other_addresses_stay_whole() {
        let long = format!("fcm:{}{}{}", "abcdef", "x".repeat(200), "uvwxyz");
        assert_eq!(receiver_text(Channel::Push, &long), "FCM · abcdef…uvwxyz");
        assert_eq!(receiver_text(Channel::Push, "apnsSandbox:0a1b"), "APNs (sandbox) · 0a1b");
        assert_eq!(receiver_text(Channel::Push, "web:push.example…Qx7_b1"), "Web Push · push.example…Qx7_b1");
        assert_eq!(receiver_text(Channel::Push, "not a device"), "not a device");
        assert_eq!(receiver_text(Channel::Mobile, "+821012345678"), "+821012345678");
        assert_eq!(receiver_text(Channel::Email, "fcm:x@example.com"), "fcm:x@example.com");
    }
}
