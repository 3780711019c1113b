//! The first choice of a new configuration: its channel, which never changes after.

use domain::channel_configuration::Channel;
use leptos::prelude::*;

use super::super::settings_path;
use crate::channel::channel_name;
use crate::i18n::texts;
use crate::layout::sandbox_name;

/// One card for each channel. The chosen one is in the address: `?channel=mobile`.
#[component]
pub fn ChannelChoice(chosen: Memo<Channel>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let card = move |channel: Channel| {
        let href = move || settings_path(&sandbox.get(), &format!("configurations/new?channel={channel}"));
        view! {
            <li>
                <a href=href data-noscroll="" class="channel-card" aria-current=move || (chosen.get() == channel).then_some("true")>
                    <strong>{channel_name(channel)}</strong>
                    <span class="hint">{about(channel)}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label=t.channels.channel>
            <ul class="channel-cards">{Channel::ALL.iter().map(|channel| card(*channel)).collect_view()}</ul>
        </nav>
    }
}

/// The channel with this word; email when there is none.
pub fn channel_of(word: &str) -> Channel {
    word.parse().unwrap_or(Channel::Email)
}

fn about(channel: Channel) -> &'static str {
    let t = texts();
    match channel {
        Channel::Email => t.providers.email_about,
        Channel::Mobile => t.providers.mobile_about,
        Channel::Push => t.providers.push_about,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_channel_or_with_an_unknown_one_means_email() {
        assert_eq!(channel_of("mobile"), Channel::Mobile);
        assert_eq!(channel_of("push"), Channel::Push);
        assert_eq!(channel_of(""), Channel::Email);
        assert_eq!(channel_of("fax"), Channel::Email);
    }
}
