//! RCS: what a rich message is made of, its limits, and who can carry it (reference §5.3; GSMA RCC.71 and Google's RCS for
//! Business for what the reference leaves open).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provider::{ProviderAccount, ProviderKind};
use crate::word::words;
use crate::{Fault, Faults};

/// Longest text in characters (reference §5.3).
pub const TEXT_MAX: usize = 3_072;
/// Longest title and description of a card in characters.
pub const TITLE_MAX: usize = 200;
pub const DESCRIPTION_MAX: usize = 2_000;
/// Longest label of a suggestion in characters.
pub const LABEL_MAX: usize = 25;
/// Most suggestions of a card, and of a message.
pub const CARD_SUGGESTIONS_MAX: usize = 4;
pub const SUGGESTIONS_MAX: usize = 11;
/// Cards of a carousel.
pub const CARDS_MIN: usize = 2;
pub const CARDS_MAX: usize = 10;
/// Longest time until the SMS goes instead, in minutes: three days, as providers have it.
pub const FALLBACK_MINUTES_MAX: u32 = 4_320;
const FALLBACK_MINUTES: u32 = 60;

words! {
    /// What an RCS message shows.
    #[derive(Default)]
    RcsKind {
        #[default]
        Text = "text",
        /// A picture, a film, a sound or a PDF.
        Media = "media",
        /// One card with picture, title and text.
        Card = "card",
        /// Cards to be leafed through.
        Carousel = "carousel",
        /// A text, and a place that opens on the map.
        Location = "location",
    }
}

words! {
    /// What touching a suggestion does.
    #[derive(Default)]
    SuggestionKind {
        /// Its label is sent as an answer.
        #[default]
        Reply = "reply",
        OpenUrl = "open_url",
        Dial = "dial",
        /// A place opens on the map.
        ShowLocation = "show_location",
    }
}

words! {
    /// Where an address opens.
    #[derive(Default)]
    Webview {
        #[default]
        Browser = "browser",
        /// Inside the messages, over half of the screen, three quarters of it, or all of it.
        Half = "half",
        Tall = "tall",
        Full = "full",
    }
}

/// A button below a message or in a card. The texts are templates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Suggestion {
    pub kind: SuggestionKind,
    pub label: String,
    /// An address, a phone number, or a place as [`place`] reads it; nothing of a reply.
    pub target: String,
    /// Of an address.
    pub webview: Webview,
}

/// A card. The texts are templates; one of them at least is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RcsCard {
    pub title: String,
    pub description: String,
    pub media_url: String,
    pub suggestions: Vec<Suggestion>,
}

/// What an RCS message has beside text and media; and, in the same shape, what became of it for a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RcsContent {
    pub kind: RcsKind,
    /// Of a card the first one counts.
    pub cards: Vec<RcsCard>,
    pub suggestions: Vec<Suggestion>,
    /// Of a location, as [`place`] reads it.
    pub place: String,
    /// What the button says that opens the map.
    pub place_label: String,
    /// The SMS that goes instead where RCS cannot.
    pub fallback_text: String,
    /// How long the provider tries to deliver it as RCS before it goes as SMS.
    pub fallback_after_minutes: u32,
}

impl Default for RcsContent {
    fn default() -> Self {
        Self {
            kind: RcsKind::default(),
            cards: Vec::new(),
            suggestions: Vec::new(),
            place: String::new(),
            place_label: String::new(),
            fallback_text: String::new(),
            fallback_after_minutes: FALLBACK_MINUTES,
        }
    }
}

/// Where the fields of an RCS message stand.
pub const PATH: &str = "content.rcs";

/// Every template with its path, in the order of the form, as `&str` or as `&mut String`.
macro_rules! templates {
    ($content:expr, $iter:ident, $text:ident) => {{
        let mut found = Vec::new();
        let rcs = $content;
        found.push((format!("{PATH}.place"), $text!(rcs.place)));
        found.push((format!("{PATH}.placeLabel"), $text!(rcs.place_label)));
        for (position, card) in rcs.cards.$iter().enumerate() {
            let path = format!("{PATH}.cards.{position}");
            found.push((format!("{path}.mediaUrl"), $text!(card.media_url)));
            found.push((format!("{path}.title"), $text!(card.title)));
            found.push((format!("{path}.description"), $text!(card.description)));
            for (position, suggestion) in card.suggestions.$iter().enumerate() {
                let path = format!("{path}.suggestions.{position}");
                found.push((format!("{path}.label"), $text!(suggestion.label)));
                found.push((format!("{path}.target"), $text!(suggestion.target)));
            }
        }
        for (position, suggestion) in rcs.suggestions.$iter().enumerate() {
            let path = format!("{PATH}.suggestions.{position}");
            found.push((format!("{path}.label"), $text!(suggestion.label)));
            found.push((format!("{path}.target"), $text!(suggestion.target)));
        }
        found.push((format!("{PATH}.fallbackText"), $text!(rcs.fallback_text)));
        found
    }};
}

macro_rules! shared {
    ($place:expr) => {
        $place.as_str()
    };
}

macro_rules! exclusive {
    ($place:expr) => {
        &mut $place
    };
}

impl RcsContent {
    /// Nothing was written.
    pub fn is_untouched(&self) -> bool {
        *self == Self::default()
    }

    /// Every template with its path, such as `content.rcs.cards.0.title`.
    pub fn templates(&self) -> Vec<(String, &str)> {
        templates!(self, iter, shared)
    }

    /// The same, to be changed.
    pub fn templates_mut(&mut self) -> Vec<(String, &mut String)> {
        templates!(self, iter_mut, exclusive)
    }

    /// Only what its kind shows: what was written for another one is left out.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut shown = self.clone();
        match self.kind {
            RcsKind::Card => shown.cards.truncate(1),
            RcsKind::Carousel => {}
            RcsKind::Text | RcsKind::Media | RcsKind::Location => shown.cards.clear(),
        }
        if self.kind != RcsKind::Location {
            shown.place.clear();
            shown.place_label.clear();
        }
        let all = shown.cards.iter_mut().flat_map(|card| &mut card.suggestions).chain(&mut shown.suggestions);
        all.filter(|suggestion| suggestion.kind == SuggestionKind::Reply).for_each(|reply| reply.target.clear());
        shown
    }

    /// Without cards and suggestions in which nothing was written: those of a form that stayed empty.
    #[must_use]
    pub fn without_blanks(mut self) -> Self {
        let is_written = |suggestion: &Suggestion| !(suggestion.label.is_empty() && suggestion.target.is_empty());
        for card in &mut self.cards {
            card.suggestions.retain(is_written);
        }
        self.cards.retain(|card| *card != RcsCard::default());
        self.suggestions.retain(is_written);
        self
    }

    /// The suggestions below the message; a place comes first.
    pub fn all_suggestions(&self) -> Vec<Suggestion> {
        let place = (self.kind == RcsKind::Location).then(|| Suggestion {
            kind: SuggestionKind::ShowLocation,
            label: self.place_label.clone(),
            target: self.place.clone(),
            webview: Webview::default(),
        });
        place.into_iter().chain(self.suggestions.iter().cloned()).collect()
    }

    /// What must be written: path, source, and what to do.
    pub(crate) fn needed(&self) -> Vec<(String, &str, &'static str)> {
        let mut needed = Vec::new();
        if self.kind == RcsKind::Location {
            needed.push((format!("{PATH}.place"), self.place.as_str(), "Give latitude and longitude."));
            needed.push((format!("{PATH}.placeLabel"), self.place_label.as_str(), "Name the place."));
        }
        for (position, card) in self.counted_cards().iter().enumerate() {
            need_suggestions(&mut needed, &format!("{PATH}.cards.{position}"), &card.suggestions);
        }
        need_suggestions(&mut needed, PATH, &self.suggestions);
        let text = "Write the SMS that goes where RCS cannot.";
        needed.push((format!("{PATH}.fallbackText"), self.fallback_text.as_str(), text));
        needed
    }

    /// Too many or too few of something: codes `too_few_cards`, `too_many_cards`,
    /// `too_many_suggestions`, `empty_card`, `out_of_range`.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        let cards = self.counted_cards();
        let path = format!("{PATH}.cards");
        match self.kind {
            RcsKind::Card if cards.is_empty() => faults.add(&path, "too_few_cards", "Write the card."),
            RcsKind::Carousel if cards.len() < CARDS_MIN => {
                faults.add(&path, "too_few_cards", format!("A carousel has at least {CARDS_MIN} cards."));
            }
            RcsKind::Carousel if cards.len() > CARDS_MAX => {
                faults.add(&path, "too_many_cards", format!("A carousel has at most {CARDS_MAX} cards."));
            }
            _ => {}
        }
        for (position, card) in cards.iter().enumerate() {
            if [&card.title, &card.description, &card.media_url].iter().all(|text| text.trim().is_empty()) {
                let text = "Give the card a picture, a title or a text.";
                faults.add(format!("{path}.{position}.title"), "empty_card", text);
            }
            if card.suggestions.len() > CARD_SUGGESTIONS_MAX {
                let text = format!("A card has at most {CARD_SUGGESTIONS_MAX} suggestions.");
                faults.add(format!("{path}.{position}.suggestions"), "too_many_suggestions", text);
            }
        }
        if self.all_suggestions().len() > SUGGESTIONS_MAX {
            let text = format!("A message has at most {SUGGESTIONS_MAX} suggestions.");
            faults.add(format!("{PATH}.suggestions"), "too_many_suggestions", text);
        }
        if !(1..=FALLBACK_MINUTES_MAX).contains(&self.fallback_after_minutes) {
            let text = format!("Give a whole number of minutes from 1 to {FALLBACK_MINUTES_MAX}.");
            faults.add(format!("{PATH}.fallbackAfterMinutes"), "out_of_range", text);
        }
        faults
    }

    fn counted_cards(&self) -> &[RcsCard] {
        match self.kind {
            RcsKind::Card => self.cards.get(..1).unwrap_or_default(),
            RcsKind::Carousel => &self.cards,
            RcsKind::Text | RcsKind::Media | RcsKind::Location => &[],
        }
    }
}

fn need_suggestions<'a>(needed: &mut Vec<(String, &'a str, &'static str)>, path: &str, suggestions: &'a [Suggestion]) {
    for (position, suggestion) in suggestions.iter().enumerate() {
        let path = format!("{path}.suggestions.{position}");
        needed.push((format!("{path}.label"), &suggestion.label, "Say what the button says."));
        let text = match suggestion.kind {
            SuggestionKind::Reply => continue,
            SuggestionKind::OpenUrl => "Give the address that is opened.",
            SuggestionKind::Dial => "Give the number that is called.",
            SuggestionKind::ShowLocation => "Give latitude and longitude.",
        };
        needed.push((format!("{path}.target"), &suggestion.target, text));
    }
}

/// Latitude and longitude in degrees, from a text such as `37.5665, 126.9780`.
pub fn place(text: &str) -> Option<(f64, f64)> {
    let (latitude, longitude) = text.split_once(',')?;
    let degrees = |text: &str, most: f64| text.trim().parse().ok().filter(|value: &f64| value.abs() <= most);
    Some((degrees(latitude, 90.0)?, degrees(longitude, 180.0)?))
}

words! {
    /// Why a configuration cannot send a message as RCS, so that it goes as SMS at once.
    Obstacle {
        /// Its provider has no RCS.
        NotOffered = "rcs_not_offered",
        /// The account names no RCS sender.
        NoSender = "rcs_no_sender",
        /// The provider has RCS, but not this sort of message.
        NotThis = "rcs_not_this_kind",
    }
}

impl Obstacle {
    /// In a sentence.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotOffered => "The provider of the channel configuration has no RCS.",
            Self::NoSender => "The channel configuration names no RCS sender.",
            Self::NotThis => "The provider of the channel configuration does not take this sort of RCS message.",
        }
    }

    /// What keeps an account from sending this; `None`: it can.
    pub fn of(account: &ProviderAccount, content: &RcsContent) -> Option<Self> {
        let has = |name: &str| account.settings.get(name).is_some_and(|value| !value.trim().is_empty());
        let suggestions = content.all_suggestions().len();
        let (has_sender, takes_this) = match account.provider {
            ProviderKind::Vonage | ProviderKind::Infobip => (has("rcsSender"), true),
            // Everything else needs a template that was registered there before.
            ProviderKind::Twilio => {
                (has("rcsSender"), matches!(content.kind, RcsKind::Text | RcsKind::Media) && suggestions == 0)
            }
            ProviderKind::Sinch => (has("rcsProjectId") && has("rcsAppId"), fits_sinch(content.kind, suggestions)),
            ProviderKind::Custom => {
                let takes = account.settings.get("payload").is_some_and(|payload| has_placeholder(payload));
                return (!takes).then_some(Self::NotOffered);
            }
            _ => return Some(Self::NotOffered),
        };
        match (has_sender, takes_this) {
            (false, _) => Some(Self::NoSender),
            (true, false) => Some(Self::NotThis),
            (true, true) => None,
        }
    }
}

/// Media with suggestions goes as a card there, and a card has suggestions of its own alone; below a carousel are three.
const fn fits_sinch(kind: RcsKind, suggestions: usize) -> bool {
    match kind {
        RcsKind::Text | RcsKind::Location => true,
        RcsKind::Media => suggestions <= CARD_SUGGESTIONS_MAX,
        RcsKind::Card => suggestions == 0,
        RcsKind::Carousel => suggestions <= 3,
    }
}

/// Has the payload of a custom provider a place for the RCS message?
fn has_placeholder(payload: &str) -> bool {
    let names = payload.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
    names.into_iter().any(|(name, _)| name.trim() == "rcs")
}

/// The fault of a place that is none.
pub fn bad_place(path: &str) -> Fault {
    Fault::new(path, "bad_place", "This is not a place such as 37.5665, 126.9780.")
}

#[cfg(test)]
mod tests;
