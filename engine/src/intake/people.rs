//! Recipients of whom something is stored: what a call says of them is completed by it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use domain::channel_configuration::{Channel, ChannelConfiguration};
use domain::execution::{ChannelData, Recipient, RecipientKind};
use domain::failure::UNKNOWN_PROFILE;
use domain::id::{CampaignId, ExecutionKind, ProfileId};
use domain::profile::{Identity, overlaid};
use domain::{Fault, SandboxName, Timestamp};

use crate::addresses::{self, Destination};
use crate::campaigns::{CompiledVersion, LiveCampaign};
use crate::channel_configurations::SendingConfiguration;
use crate::ids::new_id;
use crate::profiles::NewPerson;
use crate::store::profiles;
use crate::{Engine, Result};

/// A recipient, with what is stored of the person.
pub(crate) struct Known<'a> {
    recipient: Cow<'a, Recipient>,
    /// `None`: nobody has stored them, or nobody asks.
    profile: Option<ProfileId>,
    /// Is it somebody who ought to be stored?
    is_asked: bool,
}

impl<'a> Known<'a> {
    /// As the call says, whatever is stored.
    pub(crate) fn as_told(recipient: &'a Recipient) -> Self {
        Self { recipient: Cow::Borrowed(recipient), profile: None, is_asked: false }
    }

    pub(crate) fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// Whoever is to be stored together with the execution: by the identity of the call, and the address that was found.
    pub(super) fn new_person(
        &self,
        address: Option<&str>,
        campaign: &LiveCampaign,
        now: Timestamp,
    ) -> Option<NewPerson> {
        if !self.is_asked || self.profile.is_some() || !campaign.version.definition.create_profiles {
            return None;
        }
        let Recipient { namespace, user_id, .. } = self.recipient();
        let channel = campaign.version.definition.content.channel();
        let written = |namespace: &str, user_id: &str| {
            let identity = Identity { namespace: namespace.trim().to_owned(), user_id: user_id.trim().to_owned() };
            identity.checked().ok()
        };
        let address = address.filter(|_| channel != Channel::Push);
        let address = address.and_then(|address| written(channel.namespace(), address));
        let has_number = self.recipient.phone_number().is_ok_and(|(_, path)| path == "userId");
        let identity = if has_number && channel == Channel::Mobile {
            // A number without its country is the one that was found.
            address.clone()?
        } else {
            let as_told = Identity { namespace: namespace.trim().to_owned(), user_id: user_id.trim().to_owned() };
            written(namespace, user_id).unwrap_or(as_told)
        };
        let address = address.filter(|address| address.key() != identity.key());
        Some(NewPerson { id: new_id(now, ProfileId::new), identity, address })
    }
}

/// The fault of a recipient whom nobody has stored, where calls make no profiles.
pub(super) fn unknown(known: &Known<'_>, campaign: &LiveCampaign) -> Option<Fault> {
    let is_fault = known.is_asked && known.profile.is_none() && !campaign.version.definition.create_profiles;
    let text = "Nobody has stored this person, and the campaign makes no profiles of the people whom calls name.";
    is_fault.then(|| Fault::new("userId", UNKNOWN_PROFILE, text))
}

impl Engine {
    /// A recipient of a transactional call, completed by what is stored: values for `profile.*` that the call does not say, and
    /// the address, if it gives none. Of recipients who are known to the caller only nothing is read.
    pub(super) async fn known<'a>(
        &self,
        sandbox: &SandboxName,
        recipient: &'a Recipient,
        campaign: &LiveCampaign,
        configuration: Option<&SendingConfiguration>,
    ) -> Result<Known<'a>> {
        let door = campaign.version.definition.door(campaign.category);
        if recipient.kind != RecipientKind::Aep || door != ExecutionKind::Unitary {
            return Ok(Known::as_told(recipient));
        }
        let channel = campaign.version.definition.content.channel();
        let to = Destination::of(channel, configuration.map(|sending| &sending.configuration));
        let is_number = recipient.namespace.trim().eq_ignore_ascii_case("phone");
        let number = is_number.then(|| addresses::phone_number(&recipient.user_id, to.default_region).ok()).flatten();
        let user_id = number.as_ref().map_or(recipient.user_id.as_str(), |number| number.as_str());
        let Some(facts) = self.profile_of(sandbox, &recipient.namespace, user_id).await? else {
            return Ok(Known { is_asked: true, ..Known::as_told(recipient) });
        };
        let mut completed = recipient.clone();
        completed.profile = Some(overlaid(&facts.attributes, completed.profile.unwrap_or_default()));
        if lacks_address(recipient, channel) {
            let identities = self.identities_of(sandbox, &facts.profile_id).await?;
            let found = identities.into_iter().find(|identity| identity.is_of(channel.namespace()));
            complete(&mut completed, channel, found);
        }
        Ok(Known { recipient: Cow::Owned(completed), profile: Some(facts.profile_id.clone()), is_asked: true })
    }

    /// Completes people of whom is said nothing of where to write to by the address that their profile has: few questions,
    /// however many people.
    pub(crate) async fn complete_addresses(
        &self,
        sandbox: &SandboxName,
        channel: Channel,
        people: &mut [Recipient],
    ) -> Result<()> {
        let key = |person: &Recipient| {
            let Recipient { namespace, user_id, .. } = person;
            Identity { namespace: namespace.clone(), user_id: user_id.clone() }.key().into_bytes()
        };
        let lacking = people.iter().filter(|person| lacks_address(person, channel));
        let keys: BTreeSet<Vec<u8>> = lacking.map(key).collect();
        if keys.is_empty() || !self.has_profiles(sandbox).await? {
            return Ok(());
        }
        let keys: Vec<Vec<u8>> = keys.into_iter().collect();
        let found = profiles::identities_in_namespace(self.store(), sandbox, &keys, channel.namespace()).await?;
        for person in people.iter_mut().filter(|person| lacks_address(person, channel)) {
            if let Some(address) = found.get(&key(person)) {
                complete(person, channel, Some(address.clone()));
            }
        }
        Ok(())
    }

    /// Devices that the person has registered under another identity of theirs.
    pub(super) async fn devices_of_profile(
        &self,
        sandbox: &SandboxName,
        known: &Known<'_>,
        configuration: Option<&ChannelConfiguration>,
        campaign: (&CampaignId, &CompiledVersion),
    ) -> Result<Vec<String>> {
        let Some(id) = &known.profile else { return Ok(Vec::new()) };
        for Identity { namespace, user_id } in self.identities_of(sandbox, id).await? {
            let other = Recipient { namespace, user_id, ..known.recipient().clone() };
            let context = || Arc::new(other.context.clone().unwrap_or_default());
            let devices = self.devices_of(sandbox, &other, configuration, campaign, context).await?;
            if let Some(devices) = devices.ok().filter(|devices| !devices.is_empty()) {
                return Ok(devices);
            }
        }
        Ok(Vec::new())
    }
}

/// Does the call say nothing of where to write to?
fn lacks_address(recipient: &Recipient, channel: Channel) -> bool {
    let given = recipient.channel_data.as_ref().and_then(|data| match channel {
        Channel::Email => data.email_address.as_ref(),
        Channel::Mobile => data.mobile_phone_number.as_ref(),
        Channel::Push => None,
    });
    channel != Channel::Push && given.is_none() && !recipient.namespace.trim().eq_ignore_ascii_case(channel.namespace())
}

fn complete(recipient: &mut Recipient, channel: Channel, found: Option<Identity>) {
    let address = found.map(|identity| identity.user_id);
    let data = recipient.channel_data.get_or_insert_with(ChannelData::default);
    match channel {
        Channel::Email => data.email_address = address,
        Channel::Mobile => data.mobile_phone_number = address,
        Channel::Push => {}
    }
}
