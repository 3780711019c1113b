//! The fields of a content, in the content of their channel.

use std::str::FromStr;

use domain::content::{Content, EmailContent, MobileContent, PushContent};
use domain::live_activity::ACTIVITY_TEMPLATES;

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
            (&mut email.text, self.text.take()),
        ]);
        self.put_into_body(email);
        if let Some(counted) = self.tracking.take() {
            email.track_opens = matches!(counted.as_str(), "opens" | "both");
            email.track_clicks = matches!(counted.as_str(), "clicks" | "both");
        }
    }

    /// Code that says what the design or the MJML makes anyway changes nothing; any other takes their place.
    fn put_into_body(&mut self, email: &mut EmailContent) {
        if let Some(mjml) = self.mjml.take().map(|mjml| with_plain_breaks(&mjml)) {
            let made = email.design.as_deref().map(content::design_mjml);
            if made.is_none_or(|made| made != mjml) {
                email.design = None;
                email.mjml = mjml;
            }
        }
        if let Some(html) = self.html.take().map(|html| with_plain_breaks(&html))
            && html != email.html
        {
            email.design = None;
            email.mjml.clear();
            email.html = html;
        }
    }

    fn put_into_mobile(&mut self, mobile: &mut MobileContent) {
        put_word(&mut mobile.kind, self.kind.as_deref());
        put_word(&mut mobile.shorten_links, self.shorten_links.as_deref());
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
        for (name, source) in ACTIVITY_TEMPLATES.iter().zip(push.activity.sources_mut()) {
            if let Some(given) = self.activity.remove(*name) {
                *source = with_plain_breaks(&given);
            }
        }
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
