//! The registry of devices: which tokens a person has, and which of them a configuration can reach.

use std::sync::Arc;

use content::{ActivityTarget, Data};
use domain::channel_configuration::{Channel, ChannelConfiguration, Transport};
use domain::device::DeviceRegistration;
use domain::execution::Recipient;
use domain::id::CampaignId;
use domain::live_activity::{ActivityEvent, PushTokenKind};
use domain::push_token::{PushPlatform, PushToken};
use domain::{Failure, Fault, Faults, SandboxName};
use serde_json::{Map, Value};

use crate::campaigns::CompiledVersion;
use crate::providers::web_push;
use crate::store::push_tokens::{self, Person, Wanted};
use crate::{Engine, Result};

/// Most devices of a person that one message goes to: the newest.
const DEVICES_MAX: usize = 10;

impl Engine {
    /// A device says that it takes notifications for this person, or a live activity that it takes updates. Invalid at
    /// `userId`, `namespace`, `token`, `app`, `platform`, `activity`.
    pub async fn register_push_token(&self, sandbox: &SandboxName, device: &DeviceRegistration) -> Result<()> {
        let device = device.checked().map_err(|faults| Failure::Invalid { faults })?;
        if device.token.platform == PushPlatform::Web {
            web_push::check_subscription(&device.token.token).map_err(|fault| Failure::Invalid {
                faults: Faults(vec![Fault { code: "bad_push_token".to_owned(), ..fault }]),
            })?;
        }
        let mut tx = self.store().begin().await?;
        push_tokens::put(&mut tx, sandbox, &device, self.now()).await?;
        tx.commit().await
    }

    /// The device takes no more. Was it there?
    pub async fn remove_push_token(&self, sandbox: &SandboxName, token: &PushToken) -> Result<bool> {
        let mut tx = self.store().begin().await?;
        let removed = push_tokens::remove(&mut tx, sandbox, token).await?;
        tx.commit().await?;
        Ok(removed)
    }

    /// The address of a device that this configuration can reach: that of a registered token, or the newest of a person, whose
    /// user id is in the namespace of email addresses or of phone numbers.
    pub(crate) async fn device_named(
        &self,
        sandbox: &SandboxName,
        configuration: &ChannelConfiguration,
        name: &str,
    ) -> Result<Option<String>> {
        for platform in PushPlatform::ALL.iter().filter(|platform| reaches(Some(configuration), **platform)) {
            let token = PushToken { platform: *platform, token: name.to_owned() };
            if push_tokens::exists(self.store(), sandbox, &token).await? {
                return Ok(Some(token.to_address()));
            }
        }
        for channel in [Channel::Email, Channel::Mobile] {
            let person = Person { user_id: name, namespace: channel.namespace() };
            let all = push_tokens::of_person(self.store(), sandbox, person, Wanted::DEVICE).await?;
            if let Some(newest) = all.into_iter().find(|it| reaches(Some(configuration), it.platform)) {
                return Ok(Some(newest.to_address()));
            }
        }
        Ok(None)
    }

    /// Addresses of the person's devices that this configuration can reach, the newest first; of a live activity, where it is
    /// started, or where it runs. The inner fault is the caller's, relative to the recipient. `context`: of the call.
    pub(crate) async fn devices_of(
        &self,
        sandbox: &SandboxName,
        recipient: &Recipient,
        configuration: Option<&ChannelConfiguration>,
        (campaign, version): (&CampaignId, &CompiledVersion),
        context: impl FnOnce() -> Arc<Map<String, Value>>,
    ) -> Result<Result<Vec<String>, Fault>> {
        let data = || Data {
            context: context(),
            profile: recipient.profile.clone().unwrap_or_default(),
            // Where it goes is what is asked for.
            given: version.given(campaign, recipient, "", self.now()),
        };
        // Live activities have no variants.
        let target = match version.compiled(None).activity(data).transpose() {
            Ok(target) => target,
            Err(fault) => {
                let code = if fault.code == "bad_event" { "bad_event" } else { "render_failed" };
                return Ok(Err(Fault::new("context", code, fault.text)));
            }
        };
        let wanted = match target.as_ref().map_or(Ok(Wanted::DEVICE), wanted_of) {
            Ok(wanted) => wanted,
            Err(fault) => return Ok(Err(fault)),
        };
        let person = Person { user_id: recipient.user_id.trim(), namespace: recipient.namespace.trim() };
        let all = push_tokens::of_person(self.store(), sandbox, person, wanted).await?;
        let reached = all.into_iter().filter(|token| reaches(configuration, token.platform));
        Ok(Ok(reached.take(DEVICES_MAX).map(|token| token.to_address()).collect()))
    }
}

/// The tokens that a live activity is started or reached by. A fault when neither the call nor the content says which one is
/// meant.
fn wanted_of(target: &ActivityTarget) -> Result<Wanted<'_>, Fault> {
    let kind = match target.event {
        ActivityEvent::Start => PushTokenKind::ActivityStart,
        ActivityEvent::Update | ActivityEvent::End if target.name.is_empty() => {
            let text = "The content does not say which live activity it is about: give the token of the activity.";
            return Err(Fault::new("channelData.pushToken", "required", text));
        }
        ActivityEvent::Update | ActivityEvent::End => PushTokenKind::Activity,
    };
    Ok(Wanted { kind, activity: &target.name })
}

/// Does a configuration speak with devices of this platform? The inbox takes all.
fn reaches(configuration: Option<&ChannelConfiguration>, platform: PushPlatform) -> bool {
    let Some(Transport::Provider(account)) = configuration.map(|configuration| &configuration.transport) else {
        return true;
    };
    match (account.provider.push_platform(), platform) {
        (Some(PushPlatform::Apns), PushPlatform::ApnsSandbox) => true,
        (reached, platform) => reached == Some(platform),
    }
}
