//! Mobile messages: SMS, MMS and RCS.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rcs::{RcsContent, RcsKind};
use crate::word::words;

words! {
    /// What a mobile message is made of.
    #[derive(Default)]
    MobileKind {
        /// Text.
        #[default]
        Sms = "sms",
        /// Text with a picture, a sound or a film, and a title.
        Mms = "mms",
        /// A rich message; where it cannot go, an SMS.
        Rcs = "rcs",
    }
}

/// Content of a mobile message (reference §5.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MobileContent {
    pub kind: MobileKind,
    pub text: String,
    /// MMS only; optional.
    pub title: String,
    /// Of an MMS, and of media over RCS: an address that the provider can fetch, at most 2,000 characters.
    pub media_url: String,
    /// RCS only.
    #[serde(skip_serializing_if = "RcsContent::is_untouched")]
    pub rcs: RcsContent,
}

impl MobileContent {
    /// Its text is shown: cards and media over RCS have none.
    pub fn has_text(&self) -> bool {
        self.kind != MobileKind::Rcs || matches!(self.rcs.kind, RcsKind::Text | RcsKind::Location)
    }

    /// Its media is shown.
    pub fn has_media(&self) -> bool {
        match self.kind {
            MobileKind::Sms => false,
            MobileKind::Mms => true,
            MobileKind::Rcs => self.rcs.kind == RcsKind::Media,
        }
    }

    pub(super) fn needed(&self) -> Vec<(Cow<'static, str>, &str, &'static str)> {
        let text = (Cow::from("content.text"), self.text.as_str(), "Write the message.");
        let media = (Cow::from("content.mediaUrl"), self.media_url.as_str(), "Give the address of the media.");
        let is_rcs = self.kind == MobileKind::Rcs;
        let of_rcs = if is_rcs { self.rcs.needed() } else { Vec::new() };
        let text = (self.has_text() && self.kind != MobileKind::Mms).then_some(text);
        let own = text.into_iter().chain(self.has_media().then_some(media));
        own.chain(of_rcs.into_iter().map(|(path, source, text)| (path.into(), source, text))).collect()
    }
}

/// A mobile message after rendering. Texts hold no control characters but line feeds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderedMobile {
    pub kind: MobileKind,
    pub text: String,
    /// Empty but for MMS.
    pub title: String,
    /// Empty for SMS.
    pub media_url: String,
    /// Of RCS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcs: Option<RcsContent>,
}

impl RenderedMobile {
    /// The SMS that goes instead of an RCS message.
    #[must_use]
    pub fn as_sms(&self) -> Self {
        let text = self.rcs.as_ref().map_or(&self.text, |rcs| &rcs.fallback_text).clone();
        Self { kind: MobileKind::Sms, text, ..Self::default() }
    }

    /// The first of its texts that is there.
    pub(super) fn headline(&self) -> &str {
        let cards = self.rcs.iter().flat_map(|rcs| &rcs.cards).flat_map(|card| [&card.title, &card.description]);
        let texts = [&self.title, &self.text].into_iter().chain(cards);
        let found = texts.chain(self.rcs.iter().map(|rcs| &rcs.fallback_text)).find(|text| !text.is_empty());
        found.map_or("", String::as_str)
    }
}
