//! Server functions of profiles.

use domain::Page;
use domain::consent::Consent;
use domain::device::Device;
use domain::execution::Erased;
use domain::message::Message;
use domain::profile::Profile;
use domain::topic::Topic;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ProfileForm;
use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A person, as the page shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileDetail {
    /// Its attributes are left out for whoever may not see them.
    pub profile: Profile,
    pub shows_attributes: bool,
    pub devices: Vec<Device>,
    /// What the person said about marketing for all their addresses.
    pub consents: Vec<Consent>,
    pub topics: Vec<Topic>,
    /// The newest.
    pub messages: Vec<Message>,
}

/// A page of people, without what is known of them. `start`: how a user id begins. `tests`: `true` for people who are made up.
#[server]
pub async fn list_profiles(
    sandbox: String,
    #[server(default)] start: String,
    #[server(default)] tests: String,
    #[server(default)] cursor: String,
) -> Answer<Page<Profile>> {
    answer(server::list(sandbox, start, tests, cursor).await)
}

/// One person, with their devices and newest messages.
#[server]
pub async fn find_profile(sandbox: String, profile: String) -> Answer<ProfileDetail> {
    answer(server::find(sandbox, profile).await)
}

/// Stores somebody new, or what was changed of somebody since `revision`. Gives the profile's id.
#[server]
pub async fn save_profile(
    sandbox: String,
    #[server(default)] profile: String,
    #[server(default)] revision: i64,
    #[server(default)] form: ProfileForm,
) -> Answer<String> {
    answer(server::save(sandbox, profile, revision, form).await)
}

/// Removes a person and everything that is kept of them. `person`: one of their user ids, typed once more.
#[server]
pub async fn erase_profile(sandbox: String, profile: String, person: String) -> Answer<Erased> {
    answer(server::erase(sandbox, profile, person).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::device::Device;
    use domain::execution::Erased;
    use domain::id::ProfileId;
    use domain::profile::Profile;
    use domain::{Failure, Page};
    use engine::Result;
    use engine::profiles::ProfileQuery;
    use leptos_axum::redirect;

    use super::super::form::of_form;
    use super::{ProfileDetail, ProfileForm};
    use crate::session::caller;

    /// People of a page.
    const PAGE: usize = 50;
    /// Messages on the page of a person.
    const MESSAGES: usize = 20;

    fn id_of(text: &str) -> Result<ProfileId> {
        Ok(text.parse().map_err(|_| Failure::not_found("profile"))?)
    }

    pub async fn list(sandbox: String, start: String, tests: String, cursor: String) -> Result<Page<Profile>> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let wanted = ProfileQuery { start, only_tests: tests == "true" };
        let page = caller.engine.list_profiles(&sandbox, &wanted, Some(&cursor), PAGE).await?;
        // A list names people; what is known of them stands on the page of each.
        Ok(page.map(|profile| Profile { attributes: serde_json::Map::new(), ..profile }))
    }

    pub async fn find(sandbox: String, profile: String) -> Result<ProfileDetail> {
        let caller = caller(Permission::ViewMessages).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let mut profile = caller.engine.find_profile(&sandbox, &id_of(&profile)?).await?;
        let mut devices = caller.engine.devices_of_person(&sandbox, &profile).await?;
        if !caller.sees_tokens() {
            devices.iter_mut().for_each(Device::shorten_token);
        }
        let mut messages = caller.engine.messages_of_profile(&sandbox, &profile, None, MESSAGES).await?.rows;
        for message in &mut messages {
            caller.hide_token(message);
        }
        let shows_attributes = caller.user.role.allows(Permission::ManageProfiles);
        if !shows_attributes {
            profile.attributes.clear();
        }
        let consents = caller.engine.consents_of_profile(&sandbox, &profile.id).await?;
        let topics = caller.engine.list_all_topics(&sandbox).await?;
        Ok(ProfileDetail { profile, shows_attributes, devices, consents, topics, messages })
    }

    pub async fn save(sandbox: String, profile: String, revision: i64, form: ProfileForm) -> Result<String> {
        let caller = caller(Permission::ManageProfiles).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let draft = form.draft()?;
        let saved = if profile.is_empty() {
            caller.engine.create_profile(&sandbox, draft).await
        } else {
            let id = id_of(&profile)?;
            caller.engine.save_profile(&sandbox, &id, revision, draft).await.map(|()| id)
        };
        let id = saved.map_err(of_form)?.to_string();
        redirect(&format!("/{sandbox}/people/profiles/{id}"));
        Ok(id)
    }

    pub async fn erase(sandbox: String, profile: String, person: String) -> Result<Erased> {
        let caller = caller(Permission::ErasePeople).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let id = id_of(&profile)?;
        let found = caller.engine.find_profile(&sandbox, &id).await?;
        let is_named = found.identities.iter().any(|it| it.user_id.eq_ignore_ascii_case(person.trim()));
        // Whoever has no identity is known by the id only.
        if !is_named && person.trim() != id.as_str() {
            let text = "Type one of the person's user ids.";
            return Err(Failure::invalid("person", "not_this_person", text).into());
        }
        caller.engine.erase_profile(&sandbox, &id, caller.name()).await
    }
}
