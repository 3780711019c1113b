//! The addresses that one message has of its own.

use std::cell::RefCell;

use content::{Places, ShortLinks};
use domain::id::MessageId;

use super::ShortLink;
use super::tokens::{Purpose, Tokens};

/// Of a message of this installation.
pub(crate) struct MessagePlaces<'a> {
    /// Without a slash at the end.
    pub(crate) public_url: &'a str,
    pub(crate) tokens: &'a Tokens,
    pub(crate) message: &'a MessageId,
}

/// Short links of a message, as they are made.
pub(crate) struct MessageLinks<'a> {
    /// Without a slash at the end.
    pub(crate) short_url: &'a str,
    pub(crate) tokens: &'a Tokens,
    pub(crate) message: &'a MessageId,
    pub(crate) made: RefCell<Vec<ShortLink>>,
}

impl ShortLinks for MessageLinks<'_> {
    fn short(&self, link: u16, target: &str) -> String {
        let code = self.tokens.short_code(self.message, link, target);
        let address = format!("{}/{code}", self.short_url);
        let mut made = self.made.borrow_mut();
        if made.iter().all(|known| known.code != code) {
            made.push(ShortLink { code, link, target: target.to_owned() });
        }
        address
    }
}

impl MessagePlaces<'_> {
    /// The address behind which the token of the unsubscribe page follows.
    pub(crate) fn unsubscribe_base(&self) -> String {
        format!("{}/u", self.public_url)
    }

    pub(crate) fn unsubscribe_token(&self) -> String {
        self.token(Purpose::Unsubscribe)
    }

    fn token(&self, purpose: Purpose) -> String {
        self.tokens.issue(purpose, self.message, 0, "")
    }
}

impl Places for MessagePlaces<'_> {
    fn pixel(&self) -> String {
        format!("{}/o/{}.gif", self.public_url, self.token(Purpose::Open))
    }

    fn click(&self, link: u16, target: Option<&str>) -> String {
        let token = self.tokens.issue(Purpose::Click, self.message, link, target.unwrap_or_default());
        let mut address = format!("{}/c/{token}", self.public_url);
        if let Some(target) = target {
            address.push_str("?u=");
            content::push_encoded(&mut address, target);
        }
        address
    }

    fn unsubscribe(&self) -> String {
        format!("{}/{}", self.unsubscribe_base(), self.unsubscribe_token())
    }

    fn mirror(&self) -> String {
        format!("{}/m/{}", self.public_url, self.token(Purpose::Mirror))
    }

    fn preferences(&self) -> String {
        format!("{}/p/{}", self.public_url, self.token(Purpose::Preferences))
    }

    fn consent_params(&self) -> String {
        self.tokens.parameters(self.message)
    }

    fn consent_pid(&self) -> String {
        self.message.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_out_of_the_data_is_carried_encoded_and_signed() {
        let tokens = Tokens::new(1, &[7; 32]);
        let message = MessageId::new(1, [1; 10]);
        let places = MessagePlaces { public_url: "https://h.example", tokens: &tokens, message: &message };
        let target = "https://x.example/?a=1&b=한";
        let address = places.click(3, Some(target));
        let (start, query) = address.split_once("?u=").unwrap();
        assert_eq!(query, "https%3A%2F%2Fx.example%2F%3Fa%3D1%26b%3D%ED%95%9C");
        let token = start.strip_prefix("https://h.example/c/").unwrap();
        assert_eq!(tokens.check(Purpose::Click, token, target).unwrap().link, 3);
        assert_eq!(tokens.check(Purpose::Click, token, "https://evil.example"), None);
        assert_eq!(tokens.check(Purpose::Unsubscribe, token, target), None);
    }
}
