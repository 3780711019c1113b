//! The fields of a content, in the content of their channel.

use std::str::FromStr;

use domain::content::{Content, EmailContent, MobileContent, PushContent};

use super::{StepFields, put, with_plain_breaks};
use crate::campaigns::push_data;

impl StepFields {
    /// Fields of another channel have no place and are left out.
    pub(super) fn put_into_content(&mut self, content: &mut Content) {
        match content {
            Content::Email(email) => self.put_into_email(email),
            Content::Mobile(mobile) => self.put_into_mobile(mobile),
            Content::Push(push) => self.put_into_push(push),
        }
    }

    fn put_into_email(&mut self, email: &mut EmailContent) {
        put([
            (&mut email.subject, self.subject.take()),
            (&mut email.preheader, self.preheader.take()),
            (&mut email.html, self.html.take()),
            (&mut email.text, self.text.take()),
        ]);
        if let Some(counted) = self.tracking.take() {
            email.track_opens = matches!(counted.as_str(), "opens" | "both");
            email.track_clicks = matches!(counted.as_str(), "clicks" | "both");
        }
    }

    fn put_into_mobile(&mut self, mobile: &mut MobileContent) {
        put_word(&mut mobile.kind, self.kind.as_deref());
        put([
            (&mut mobile.text, self.text.take()),
            (&mut mobile.title, self.title.take()),
            (&mut mobile.media_url, self.media_url.take()),
        ]);
        let cards = std::mem::take(&mut self.cards);
        std::mem::take(&mut self.rcs).put_into(&mut mobile.rcs, cards, &self.suggestions);
    }

    fn put_into_push(&mut self, push: &mut PushContent) {
        put_word(&mut push.kind, self.kind.as_deref());
        put_word(&mut push.click_action, self.click_action.as_deref());
        put_word(&mut push.priority, self.priority.as_deref());
        put([
            (&mut push.title, self.title.take()),
            (&mut push.body, self.body.take()),
            (&mut push.click_url, self.click_url.take()),
            (&mut push.image_url, self.image_url.take()),
            (&mut push.badge, self.badge.take()),
            (&mut push.sound, self.sound.take()),
            (&mut push.collapse_key, self.collapse_key.take()),
            (&mut push.ios_thread, self.ios_thread.take()),
            (&mut push.android_channel, self.android_channel.take()),
        ]);
        // What cannot be read was refused before.
        if let Some(data) = self.data.take().and_then(|lines| push_data::read(&with_plain_breaks(&lines)).ok()) {
            push.data = data;
        }
    }
}

/// A word that nobody offered changes nothing.
pub(super) fn put_word<T: FromStr>(place: &mut T, given: Option<&str>) {
    if let Some(word) = given.and_then(|word| word.parse().ok()) {
        *place = word;
    }
}
