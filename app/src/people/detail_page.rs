//! The page of one person.

use domain::access::Permission;
use domain::channel_configuration::Channel;
use domain::device::Device;
use domain::message::Message;
use domain::profile::Profile;
use domain::push_token::PushToken;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::calls::{EraseProfile, ProfileDetail, find_profile};
use super::form::pretty;
use super::list_page::names_of;
use super::{above, people_path};
use crate::consent::{PersonConsents, SetConsent};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::messages::{MessageTable, Receiver};
use crate::ui::{
    Button, Code, Confirmation, CopyButton, Fact, Facts, FormFailure, LinkButton, Notice, PageHeader, Table, TextField,
    Time, answers, failure_of, loaded,
};

/// What is stored of a person, where they take messages, and what they got.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("profile").unwrap_or_default());
    let erase = ServerAction::<EraseProfile>::new();
    // They belong to the page: the form that reads them goes with the person.
    let erasing = Erasing { action: erase, failure: failure_of(erase.value()), answers: answers(erase) };
    let set = ServerAction::<SetConsent>::new();
    let detail = Resource::new(
        move || (sandbox.get(), id(), set.version().get()),
        |(sandbox, profile, _)| find_profile(sandbox, profile),
    );
    let erased = move || {
        let erased = erase.value().get().and_then(Result::ok)?;
        let all = people_path(&sandbox.get(), "profiles");
        Some(view! {
            <PageHeader title=t.people.erased_title above=above(&sandbox.get_untracked())/>
            <Notice kind="ok">
                {t.settings_sandbox.erased(erased.messages, erased.memberships, erased.replies, erased.devices, erased.consents, erased.files)}" "
                <a href=all>{t.people.profiles}</a>
            </Notice>
        })
    };
    // Whoever is erased has no page any more.
    move || match erased() {
        Some(erased) => view! { <div aria-live="polite">{erased}</div> }.into_any(),
        None => loaded(detail, move |detail| view! { <Person detail erasing set/> }).into_any(),
    }
}

/// What asks for somebody to be erased, and what came of it.
#[derive(Clone, Copy)]
struct Erasing {
    action: ServerAction<EraseProfile>,
    failure: Signal<Option<ServerFailure>>,
    answers: Signal<usize>,
}

#[component]
fn Person(detail: ProfileDetail, erasing: Erasing, set: ServerAction<SetConsent>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let ProfileDetail { profile, shows_attributes, devices, consents, topics, messages } = detail;
    let (name, _) = names_of(&profile);
    let edit = people_path(&sandbox, &format!("profiles/{}/edit", profile.id));
    let export = format!("/files/profiles/{sandbox}/{}/export", profile.id);
    let attributes = if shows_attributes {
        let text = pretty(&profile);
        view! {
            <pre class="sample" tabindex="0" aria-label=t.people.attributes>{text.clone()}</pre>
            <CopyButton text/>
        }
        .into_any()
    } else {
        view! { <p class="hint">{t.people.attributes_hidden}</p> }.into_any()
    };
    let may_erase = may(Permission::ErasePeople);
    view! {
        <PageHeader title=name.clone() above=above(&sandbox)>
            {may(Permission::ManageProfiles).then(|| view! { <LinkButton href=edit variant="secondary">{t.people.edit}</LinkButton> })}
        </PageHeader>
        {profile.is_test.then(|| view! { <Notice>{t.people.test_about}</Notice> })}
        <KnownAs profile=profile.clone()/>
        <section class="card stack" aria-labelledby="attributes">
            <h2 id="attributes">{t.people.attributes}</h2>
            {attributes}
        </section>
        <PersonConsents person=profile.id.clone() consents topics set/>
        <Devices devices/>
        <Messages messages sandbox=sandbox.clone()/>
        {may_erase.then(|| view! {
            <section class="card stack" aria-labelledby="kept">
                <h2 id="kept">{t.people.kept}</h2>
                <p>{t.people.kept_about}</p>
                <p><a href=export download="" rel="external" class="button button-secondary">{t.people.export}</a></p>
                <Erase profile=profile.clone() name erasing/>
            </section>
        })}
    }
}

#[component]
fn KnownAs(profile: Profile) -> impl IntoView {
    let t = texts();
    let missing = || t.people.not_known.to_owned();
    let identities = profile.identities.into_iter().map(|identity| {
        view! { <Fact name=identity.namespace><Code text=identity.user_id/></Fact> }
    });
    let identities = identities.collect_view();
    view! {
        <section class="card overview-facts" aria-labelledby="known-as">
            <h2 id="known-as">{t.people.known_as}</h2>
            <Facts>
                {identities}
                <Fact name=t.people.time_zone>{profile.time_zone.unwrap_or_else(missing)}</Fact>
                <Fact name=t.people.language>{profile.language.unwrap_or_else(missing)}</Fact>
                <Fact name=t.people.created><Time at=profile.created_at/></Fact>
                <Fact name=t.people.changed><Time at=profile.updated_at/></Fact>
                <Fact name=t.people.id wide=true><Code text=profile.id.to_string()/></Fact>
            </Facts>
        </section>
    }
}

#[component]
fn Devices(devices: Vec<Device>) -> impl IntoView {
    let t = texts();
    if devices.is_empty() {
        return ().into_any();
    }
    let columns = vec![t.devices.device, t.devices.app, t.devices.last];
    let rows = devices.into_iter().map(|device| {
        let address = PushToken { platform: device.platform, token: device.token }.to_address();
        view! {
            <tr>
                <th scope="row" class="wide"><Receiver channel=Channel::Push address/></th>
                <td class="wide" data-label=t.devices.app>{device.app}</td>
                <td data-label=t.devices.last><Time at=device.registered_at/></td>
            </tr>
        }
    });
    view! {
        <section class="stack" aria-labelledby="devices">
            <h2 id="devices">{t.devices.title}</h2>
            <Table title=t.devices.title columns>{rows.collect_view()}</Table>
        </section>
    }
    .into_any()
}

#[component]
fn Messages(messages: Vec<Message>, sandbox: String) -> impl IntoView {
    let t = texts();
    let shown = if messages.is_empty() {
        view! { <p class="hint">{t.people.no_messages}</p> }.into_any()
    } else {
        view! { <MessageTable messages sandbox caption=t.people.messages with_campaign=true/> }.into_any()
    };
    view! {
        <section class="stack" aria-labelledby="messages">
            <h2 id="messages">{t.people.messages}</h2>
            {shown}
        </section>
    }
}

#[component]
fn Erase(profile: Profile, name: String, erasing: Erasing) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let Erasing { action, failure, answers } = erasing;
    view! {
        <FormFailure failure/>
        <Confirmation id="erase" label=t.settings_sandbox.erase class="button button-secondary" answers=answers>
            <p>{t.settings_sandbox.erase_consequence}</p>
            <ActionForm action=action>
                <input type="hidden" name="sandbox" value=sandbox/>
                <input type="hidden" name="profile" value=profile.id.to_string()/>
                <TextField path="person" label=t.people.type_name hint=name required=true failure/>
                <Button pending=action.pending() variant="danger">{t.settings_sandbox.erase_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}
