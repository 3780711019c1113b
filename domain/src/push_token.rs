//! Push tokens: where notifications go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Fault;
use crate::word::words;

/// Where a message of a push campaign goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushToken {
    pub platform: PushPlatform,
    /// Of the device; for `web` the subscription as the browser gives it, as JSON text.
    pub token: String,
}

words! {
    /// Whose service a push token is for (reference §5.4).
    PushPlatform {
        Fcm = "fcm",
        Apns = "apns",
        ApnsSandbox = "apnsSandbox",
        Web = "web",
    }
}

/// Letters of each end of a token that people see.
const SHOWN: usize = 6;

/// Longest push token in bytes: web subscriptions are the longest.
pub const PUSH_TOKEN_MAX: usize = 2_000;

impl PushToken {
    /// As the address of a message: the platform, a colon, the token.
    pub fn to_address(&self) -> String {
        format!("{}:{}", self.platform, self.token)
    }

    /// Reads what [`PushToken::to_address`] wrote.
    pub fn from_address(address: &str) -> Option<Self> {
        let (platform, token) = address.split_once(':')?;
        Some(Self { platform: platform.parse().ok()?, token: token.to_owned() })
    }

    /// As people read it: nobody tells tokens apart but by their ends, and whoever has the whole of one can write to the device.
    /// Of a browser it is the host of its push service and the end of the address there, as `push.example…Qx7_b1`.
    pub fn shortened(&self) -> Self {
        if self.platform == PushPlatform::Web
            && let Some(token) = shortened_subscription(&self.token)
        {
            return Self { platform: self.platform, token };
        }
        let letters: Vec<char> = self.token.chars().collect();
        if letters.len() <= 3 * SHOWN {
            return self.clone();
        }
        let (start, end) = (&letters[..SHOWN], &letters[letters.len() - SHOWN..]);
        Self { platform: self.platform, token: start.iter().chain(['…'].iter()).chain(end).collect() }
    }

    /// One line of printable characters, of bounded length. The fault's path is that of the token.
    pub fn check(&self) -> Result<(), Fault> {
        let is_good = (1..=PUSH_TOKEN_MAX).contains(&self.token.len()) && !self.token.chars().any(char::is_control);
        let text = format!("A push token is one line of 1 to {PUSH_TOKEN_MAX} bytes.");
        if is_good { Ok(()) } else { Err(Fault::new("token", "bad_push_token", text)) }
    }
}

/// `None`: it is no subscription. One that is short already stays.
fn shortened_subscription(token: &str) -> Option<String> {
    if token.contains('…') && !token.starts_with('{') {
        return Some(token.to_owned());
    }
    let subscription: serde_json::Value = serde_json::from_str(token).ok()?;
    let (_, rest) = subscription["endpoint"].as_str()?.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let letters: Vec<char> = path.chars().collect();
    let end = if letters.len() <= 3 * SHOWN { 0 } else { letters.len() - SHOWN };
    Some(format!("{host}{}{}", if end == 0 { '/' } else { '…' }, letters[end..].iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_by_its_push_service_and_the_end_of_its_address() {
        let web = |endpoint: &str| PushToken {
            platform: PushPlatform::Web,
            token: format!(r#"{{"endpoint":"{endpoint}","keys":{{"p256dh":"BSecret","auth":"Secret"}}}}"#),
        };
        let long = web("https://fcm.googleapis.com/fcm/send/dGhpc2lzYXNlY3JldA:APA91bQx7_b1").shortened();
        assert_eq!(long.token, "fcm.googleapis.com…Qx7_b1");
        assert_eq!(long.shortened(), long);
        assert_eq!(web("http://127.0.0.1:8190/1").shortened().token, "127.0.0.1:8190/1");
        let broken = PushToken { platform: PushPlatform::Web, token: format!("{{{}", "x".repeat(40)) };
        assert_eq!(broken.shortened().token, "{xxxxx…xxxxxx");
    }
}
