//! The registry of devices: which tokens a person has, and which of them a configuration can reach.

use domain::channel_configuration::{Channel, ChannelConfiguration, Transport};
use domain::execution::{PushPlatform, PushToken, Recipient};
use domain::provider::ProviderKind;
use domain::{Failure, Faults, SandboxName};

use crate::store::push_tokens::{self, Person};
use crate::{Engine, Result};

/// Most devices of a person that one message goes to: the newest.
const DEVICES_MAX: usize = 10;

impl Engine {
    /// A device says that it takes notifications for this person. `app`: of which app or web site; may be empty.
    /// Invalid at `userId`, `namespace`, `token`, `app`.
    pub async fn register_push_token(
        &self,
        sandbox: &SandboxName,
        user_id: &str,
        namespace: &str,
        token: &PushToken,
        app: &str,
    ) -> Result<()> {
        let mut faults = Faults::default();
        let user_id = faults.take("userId", domain::address::required_line(user_id, 255));
        let namespace = faults.take("namespace", domain::address::required_line(namespace, 100));
        let app = faults.take("app", domain::address::single_line(app, 255));
        faults.take("", token.check());
        let (Some(user_id), Some(namespace), Some(app)) = (user_id, namespace, app) else {
            return Err(Failure::Invalid { faults }.into());
        };
        faults.into_result()?;
        let mut tx = self.store().begin().await?;
        let person = Person { user_id: &user_id, namespace: &namespace };
        push_tokens::put(&mut tx, sandbox, person, token, &app, self.now()).await?;
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
            let all = push_tokens::of_person(self.store(), sandbox, person).await?;
            if let Some(newest) = all.into_iter().find(|it| reaches(Some(configuration), it.token.platform)) {
                return Ok(Some(newest.token.to_address()));
            }
        }
        Ok(None)
    }

    /// Addresses of the person's devices that this configuration can reach, the newest first.
    pub(crate) async fn devices_of(
        &self,
        sandbox: &SandboxName,
        recipient: &Recipient,
        configuration: Option<&ChannelConfiguration>,
    ) -> Result<Vec<String>> {
        let person = Person { user_id: recipient.user_id.trim(), namespace: recipient.namespace.trim() };
        let all = push_tokens::of_person(self.store(), sandbox, person).await?;
        let reached = all.into_iter().filter(|it| reaches(configuration, it.token.platform));
        Ok(reached.take(DEVICES_MAX).map(|it| it.token.to_address()).collect())
    }
}

/// Does a configuration speak with devices of this platform? The inbox takes all.
fn reaches(configuration: Option<&ChannelConfiguration>, platform: PushPlatform) -> bool {
    let Some(Transport::Provider(account)) = configuration.map(|configuration| &configuration.transport) else {
        return true;
    };
    match account.provider {
        ProviderKind::Fcm => platform == PushPlatform::Fcm,
        ProviderKind::Apns => matches!(platform, PushPlatform::Apns | PushPlatform::ApnsSandbox),
        ProviderKind::WebPush => platform == PushPlatform::Web,
        _ => false,
    }
}
