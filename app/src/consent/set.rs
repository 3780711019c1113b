//! A choice that somebody told on the phone or in a shop: entered here, with the reason.

use domain::channel_configuration::Channel;
use domain::consent::Choice;
use domain::id::ProfileId;
use domain::topic::Topic;
use leptos::prelude::*;

use super::calls::SetConsent;
use super::words::{choice_name, level_name, scope_name, topic_name};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{Button, SelectField, TextField, failure_of};

/// Another entry, never a change of one.
#[component]
pub fn SetChoice(
    channel: Channel,
    address: String,
    /// Whoever has the address.
    person: Option<ProfileId>,
    topics: Vec<Topic>,
    set: ServerAction<SetConsent>,
) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let failure = failure_of(set.value());
    let choices = [Choice::Out, Choice::In].map(|choice| (choice.to_string(), choice_name(choice).to_owned()));
    let mut scopes = vec![(String::new(), scope_name(channel, None, &[]))];
    scopes.extend(topics.iter().map(|topic| (topic.id.to_string(), topic_name(topic))));
    let level = person.map(|person| {
        let options = vec![
            (String::new(), level_name(None).to_owned()),
            (person.to_string(), level_name(Some(&person)).to_owned()),
        ];
        view! { <SelectField path="profile" label=t.consent.level options failure/> }
    });
    view! {
        <section class="card settings-narrow" aria-labelledby="set-consent">
            <h2 id="set-consent">{t.consent.set_title}</h2>
            <ActionForm action=set attr:class="form">
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="channel" value=channel.as_str()/>
                <input type="hidden" name="address" value=address/>
                <SelectField path="topic" label=t.consent.scope options=scopes failure/>
                {level}
                <SelectField path="choice" label=t.consent.choice options=choices.to_vec() failure/>
                <TextField path="reason" label=t.consent.reason hint=t.consent.reason_hint required=true failure/>
                <div class="row"><Button pending=set.pending()>{t.consent.enter}</Button></div>
            </ActionForm>
        </section>
    }
}
