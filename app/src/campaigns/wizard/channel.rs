//! The channel of a campaign: chosen until it is live, fixed from then on.

use domain::channel_configuration::Channel;
use leptos::prelude::*;

use super::super::calls::OpenedCampaign;
use crate::channel::{channel_meaning, channel_name};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{Choice, ChoiceField, Fact, Facts, Notice};

/// Cards to choose from, and what a change costs; or only the name.
#[component]
pub fn ChannelChoice(
    opened: OpenedCampaign,
    /// What is chosen in the form.
    channel: RwSignal<Channel>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let content = &opened.detail.draft.content;
    let stored = content.channel();
    if opened.detail.campaign.live_version.is_some() {
        return view! {
            <Facts><Fact name=t.channels.channel>{channel_name(stored)}<p class="hint">{t.channels.fixed}</p></Fact></Facts>
        }
        .into_any();
    }
    let is_written = content.templates().iter().any(|(_, source)| !source.trim().is_empty());
    let loses = if is_written { t.channels.change_loses(channel_name(stored)) } else { String::new() };
    let warning = loses.clone();
    let on_input = Callback::new(move |word: String| channel.set(word.parse().unwrap_or(stored)));
    view! {
        <ChoiceField
            path="channel" name="fields[channel]" legend=t.channels.channel value=stored.as_str() choices=choices() hint=loses
            failure on_input
        />
        // The same words once more, where somebody is about to do it.
        <div aria-live="polite">
            {move || {
                let warning = warning.clone();
                (is_written && channel.get() != stored).then(|| view! { <Notice kind="warning">{warning}</Notice> })
            }}
        </div>
    }
    .into_any()
}

fn choices() -> Vec<Choice> {
    let choice = |channel: &Channel| Choice {
        word: channel.as_str(),
        label: channel_name(*channel),
        meaning: channel_meaning(*channel),
    };
    Channel::ALL.iter().map(choice).collect()
}
