//! Devices on which people take notifications: how one registers, and how it is listed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::{required_line, single_line};
use crate::live_activity::PushTokenKind;
use crate::push_token::{PushPlatform, PushToken};
use crate::{Fault, Faults, Timestamp};

/// Longest name of a live activity, or of the type of its attributes, in characters.
pub const ACTIVITY_NAME_MAX: usize = 200;

/// A device says that it takes notifications for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRegistration {
    pub user_id: String,
    pub namespace: String,
    pub token: PushToken,
    /// Of which app or web site; may be empty.
    pub app: String,
    pub kind: PushTokenKind,
    /// What the app calls the live activity that the token is of. Of one that starts some, the type of their attributes;
    /// empty: any. Empty for devices.
    pub activity: String,
}

impl DeviceRegistration {
    /// For notifications.
    pub fn new(user_id: impl Into<String>, namespace: impl Into<String>, token: PushToken) -> Self {
        let (user_id, namespace) = (user_id.into(), namespace.into());
        Self { user_id, namespace, token, app: String::new(), kind: PushTokenKind::Device, activity: String::new() }
    }

    /// The same without white space around its texts; or all its faults, at `userId`, `namespace`, `token`, `app`, `platform`
    /// and `activity`.
    pub fn checked(&self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let user_id = faults.take("userId", required_line(&self.user_id, 255));
        let namespace = faults.take("namespace", required_line(&self.namespace, 100));
        let app = faults.take("app", single_line(&self.app, 255));
        let activity = faults.take("activity", self.checked_activity());
        faults.take("", self.token.check());
        if self.kind != PushTokenKind::Device
            && !matches!(self.token.platform, PushPlatform::Apns | PushPlatform::ApnsSandbox)
        {
            let text = "Live activities are Apple's: the platform is apns or apnsSandbox.";
            faults.add("platform", "no_live_activity", text);
        }
        match (user_id, namespace, app, activity) {
            (Some(user_id), Some(namespace), Some(app), Some(activity)) if faults.is_empty() => {
                Ok(Self { user_id, namespace, token: self.token.clone(), app, kind: self.kind, activity })
            }
            _ => Err(faults),
        }
    }

    fn checked_activity(&self) -> Result<String, Fault> {
        match self.kind {
            PushTokenKind::Activity => required_line(&self.activity, ACTIVITY_NAME_MAX),
            PushTokenKind::ActivityStart => single_line(&self.activity, ACTIVITY_NAME_MAX),
            PushTokenKind::Device if self.activity.trim().is_empty() => Ok(String::new()),
            PushTokenKind::Device => {
                let text = "Only tokens of live activities name one: leave this out, or give their kind.";
                Err(Fault::new("", "not_live_activity", text))
            }
        }
    }
}

/// A registered device, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    pub user_id: String,
    pub namespace: String,
    pub platform: PushPlatform,
    /// Of the device; for `web` the subscription as JSON text.
    pub token: String,
    pub app: String,
    pub kind: PushTokenKind,
    /// As it registered; empty for `device`.
    pub activity: String,
    /// The first time that it said so.
    pub first_at: Timestamp,
    /// The last time.
    pub registered_at: Timestamp,
}

impl Device {
    /// For people who look at devices but may not write to them.
    pub fn shorten_token(&mut self) {
        let token = PushToken { platform: self.platform, token: std::mem::take(&mut self.token) };
        self.token = token.shortened().token;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(platform: PushPlatform, kind: PushTokenKind, activity: &str) -> Vec<(String, String)> {
        let token = PushToken { platform, token: "ab".into() };
        let registration = DeviceRegistration {
            kind,
            activity: activity.into(),
            ..DeviceRegistration::new("ann@example.com", "email", token)
        };
        let faults = registration.checked().err().unwrap_or_default();
        faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn a_token_of_a_live_activity_is_apples_and_names_it() {
        use PushPlatform::{Apns, Fcm};
        use PushTokenKind::{Activity, ActivityStart, Device};
        assert_eq!(faults(Apns, Activity, "order-1"), []);
        assert_eq!(faults(Apns, ActivityStart, ""), []);
        assert_eq!(faults(Fcm, Device, " "), []);
        assert_eq!(faults(Apns, Activity, " "), [("activity".into(), "required".into())]);
        assert_eq!(faults(Fcm, ActivityStart, ""), [("platform".into(), "no_live_activity".into())]);
        assert_eq!(faults(Apns, Device, "order-1"), [("activity".into(), "not_live_activity".into())]);
    }
}
