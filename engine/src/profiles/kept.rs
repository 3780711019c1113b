//! What is kept of a person beside the profile: for their page, and for whoever asks what is known of them.

use domain::allow_list::Allowed;
use domain::channel_configuration::Channel;
use domain::consent::{Consent, ConsentRecord};
use domain::device::Device;
use domain::id::{MessageId, ProfileId};
use domain::inbound::InboundMessage;
use domain::message::Message;
use domain::profile::{Identity, Profile};
use domain::suppression::Suppression;
use domain::{Failure, Fault, Page, SandboxName};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::store::log::{self, Bound, Wanted};
use crate::store::messages::{self, search_key};
use crate::store::push_tokens::Person;
use crate::store::{allow_lists, audiences, inbound_messages, person_consents, push_tokens, suppressions};
use crate::{Engine, Error, Result};

/// Most that a person wrote to us and that is shown.
const REPLIES_MAX: usize = 10_000;

/// Everything but messages.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    pub profile: Profile,
    pub devices: Vec<Device>,
    pub suppressions: Vec<Suppression>,
    /// What was said about marketing, of each address and of all together.
    pub consents: Vec<ConsentRecord>,
    /// On the allow list of the sandbox.
    pub allowed: Vec<Allowed>,
    /// What they wrote to us.
    pub replies: Vec<InboundMessage>,
    pub memberships: Vec<Membership>,
}

/// A person as a list that is in force names them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    pub audience: String,
    pub user_id: String,
    pub namespace: String,
    pub profile: Map<String, Value>,
}

impl Engine {
    /// Everything that is kept of a person but messages, for which there is [`Engine::messages_of_profile`]. `NotFound`
    /// `profile`.
    pub async fn kept_of(&self, sandbox: &SandboxName, id: &ProfileId) -> Result<Kept> {
        let profile = self.find_profile(sandbox, id).await?;
        let devices = self.devices_of_person(sandbox, &profile).await?;
        let (mut suppressed, mut allowed) = (Vec::new(), Vec::new());
        let (mut replies, mut memberships) = (Vec::new(), Vec::new());
        let mut consents = self.consents_for_all(sandbox, id).await?;
        for Identity { namespace, user_id } in &profile.identities {
            let name = (namespace.as_str(), user_id.as_str());
            for (list, member) in audiences::memberships(self.store(), sandbox, name).await? {
                let known = serde_json::from_str(&member.profile)?;
                let (user_id, namespace) = (member.user_id, member.namespace);
                let membership = Membership { audience: list, user_id, namespace, profile: known };
                if !memberships.contains(&membership) {
                    memberships.push(membership);
                }
            }
            match namespace.as_str() {
                "email" => {
                    consents.extend(self.consent_if_any(sandbox, Channel::Email, user_id).await?);
                    suppressed.extend(suppressions::of_address(self.store(), sandbox, Channel::Email, user_id).await?);
                    allowed.extend(allow_lists::find(self.store(), sandbox, user_id).await?);
                }
                "phone" => {
                    consents.extend(self.consent_if_any(sandbox, Channel::Mobile, user_id).await?);
                    let of_number = suppressions::of_address(self.store(), sandbox, Channel::Mobile, user_id);
                    suppressed.extend(of_number.await?);
                    let wanted = Wanted::inbound(sandbox).and(" AND i.sender = ?", [user_id.as_str().into()]);
                    replies.extend(inbound_messages::list(self.store(), wanted, REPLIES_MAX).await?);
                }
                _ => {}
            }
        }
        Ok(Kept { profile, devices, suppressions: suppressed, consents, allowed, replies, memberships })
    }

    /// What was said about marketing with one address; an identity that came with a call need not be one.
    async fn consent_if_any(
        &self,
        sandbox: &SandboxName,
        channel: Channel,
        address: &str,
    ) -> Result<Option<ConsentRecord>> {
        match self.find_consent(sandbox, channel, address).await {
            Ok(ConsentRecord { mut consents, mut history, .. }) => {
                consents.retain(|consent| consent.profile_id.is_none());
                history.retain(|entry| entry.profile_id.is_none());
                Ok(Some(ConsentRecord { profile_id: None, consents, history }))
            }
            Err(Error::Failure(Failure::Invalid { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What was said with all addresses of a channel, of each channel where anything was.
    async fn consents_for_all(&self, sandbox: &SandboxName, id: &ProfileId) -> Result<Vec<ConsentRecord>> {
        let mut all = Vec::new();
        for channel in Channel::ALL.iter().copied() {
            let record = self.find_consent_of_profile(sandbox, channel, id).await?;
            if !record.history.is_empty() {
                all.push(record);
            }
        }
        Ok(all)
    }

    /// What is in force for all addresses of a person, of all channels; empty for nobody.
    pub async fn consents_of_profile(&self, sandbox: &SandboxName, id: &ProfileId) -> Result<Vec<Consent>> {
        person_consents::list(self.store(), sandbox, id).await
    }

    /// Devices that the person has registered, of each identity the newest first.
    pub async fn devices_of_person(&self, sandbox: &SandboxName, profile: &Profile) -> Result<Vec<Device>> {
        let mut devices = Vec::new();
        for Identity { namespace, user_id } in &profile.identities {
            devices.extend(push_tokens::list_of_person(self.store(), sandbox, Person { user_id, namespace }).await?);
        }
        Ok(devices)
    }

    /// Messages to a person, newest first: to their addresses, and to their user ids of other namespaces. `cursor` is the
    /// page's `next`. Invalid at `cursor` when it is none.
    pub async fn messages_of_profile(
        &self,
        sandbox: &SandboxName,
        profile: &Profile,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Message>> {
        let mut wanted =
            Wanted::messages(sandbox).and(" AND m.id IN (SELECT m.id FROM messages m WHERE m.sandbox = ''", []);
        for Identity { namespace, user_id } in &profile.identities {
            let key = Bound::Bytes(search_key(user_id));
            if matches!(namespace.as_str(), "email" | "phone") {
                let text = " UNION SELECT a.id FROM messages a WHERE a.sandbox = ? AND a.address_key = ?";
                wanted = wanted.and(text, [sandbox.as_str().into(), key.clone()]);
            }
            for written in messages::namespaces(self.store(), sandbox, (user_id, namespace)).await? {
                let text =
                    " UNION SELECT u.id FROM messages u WHERE u.sandbox = ? AND u.user_key = ? AND u.namespace = ?";
                wanted = wanted.and(text, [sandbox.as_str().into(), key.clone(), written.as_str().into()]);
            }
        }
        wanted = wanted.and(")", []);
        if let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) {
            let after: MessageId = cursor.parse().map_err(|fault: Fault| fault.under("cursor"))?;
            wanted = wanted.and(" AND m.id < ?", [after.as_str().into()]);
        }
        let store = self.store().clone();
        let list = async move { log::messages(&store, wanted, true, limit + 1).await };
        let rows = self.0.list_turns.take(list).await?;
        let rows = self.with_variants(rows).await?;
        Ok(Page::from_rows(rows, limit, |message: &Message| message.id.to_string()))
    }
}
