//! The templates of an RCS message beside its text and its media.

use domain::address::PhoneNumber;
use domain::rcs::{
    DESCRIPTION_MAX, LABEL_MAX, PATH, RcsCard, RcsContent, Suggestion, SuggestionKind, TITLE_MAX, bad_place, place,
};
use domain::{Fault, content::MobileContent};

use crate::compiled::{Compiler, Renderer};
use crate::mobile::{SMS_MAX, clean};
use crate::render::Part;
use crate::web_address;

#[derive(Debug)]
pub(crate) struct Rcs {
    /// What its kind shows, as it was written.
    written: RcsContent,
    /// Its templates, in their order.
    parts: Vec<(String, Part)>,
}

impl Rcs {
    /// What was written for another kind is not read.
    pub(crate) fn compile(compiler: &mut Compiler, content: &MobileContent) -> Self {
        let written = content.rcs.shown();
        let parts = written.templates().into_iter();
        let parts = parts.map(|(path, source)| {
            let part = compiler.part_of(PATH, &path, source);
            (path, part)
        });
        let parts = parts.collect();
        Self { written, parts }
    }

    /// The same message for one recipient, within the limits of RCS.
    pub(crate) fn render(&self, renderer: &mut Renderer<'_>) -> Result<RcsContent, Fault> {
        let mut rendered = self.written.clone();
        for ((path, part), (_, place)) in self.parts.iter().zip(rendered.templates_mut()) {
            let has_lines = path.ends_with(".description") || path.ends_with(".fallbackText");
            *place = if has_lines { clean(&renderer.text(part, path)?) } else { renderer.line(part, path)? };
        }
        for (position, card) in rendered.cards.iter().enumerate() {
            self.check_card(renderer, &format!("{PATH}.cards.{position}"), card)?;
        }
        self.check_suggestions(renderer, PATH, &rendered.suggestions)?;
        let is_place = |path: &str, text: &str| place(text).is_some() || self.is_unwritten(path);
        let path = format!("{PATH}.place");
        renderer.demand(self.varies(&path), is_place(&path, &rendered.place), || bad_place(&path))?;
        self.check_text(renderer, &format!("{PATH}.placeLabel"), &rendered.place_label, LABEL_MAX)?;
        self.check_text(renderer, &format!("{PATH}.fallbackText"), &rendered.fallback_text, SMS_MAX)?;
        Ok(rendered)
    }

    fn check_card(&self, renderer: &mut Renderer<'_>, path: &str, card: &RcsCard) -> Result<(), Fault> {
        let media = format!("{path}.mediaUrl");
        let is_good = card.media_url.is_empty() || web_address::is_good(&card.media_url);
        renderer.demand(self.varies(&media), is_good, || web_address::fault(&media))?;
        let fields = [("mediaUrl", &card.media_url), ("title", &card.title), ("description", &card.description)];
        let is_empty = fields.iter().all(|(_, text)| text.is_empty());
        let is_written = fields.iter().any(|(name, _)| !self.is_unwritten(&format!("{path}.{name}")));
        let varies = fields.iter().any(|(name, _)| self.varies(&format!("{path}.{name}")));
        renderer.demand(varies, !(is_empty && is_written), || {
            Fault::new(format!("{path}.title"), "empty_card", "The card is empty.")
        })?;
        self.check_length(renderer, &format!("{path}.title"), &card.title, TITLE_MAX)?;
        self.check_length(renderer, &format!("{path}.description"), &card.description, DESCRIPTION_MAX)?;
        self.check_suggestions(renderer, path, &card.suggestions)
    }

    fn check_suggestions(
        &self,
        renderer: &mut Renderer<'_>,
        path: &str,
        suggestions: &[Suggestion],
    ) -> Result<(), Fault> {
        for (position, Suggestion { kind, label, target, .. }) in suggestions.iter().enumerate() {
            let path = format!("{path}.suggestions.{position}");
            self.check_text(renderer, &format!("{path}.label"), label, LABEL_MAX)?;
            let path = format!("{path}.target");
            if self.is_unwritten(&path) {
                continue;
            }
            let (is_good, fault) = match kind {
                SuggestionKind::Reply => continue,
                SuggestionKind::OpenUrl => (web_address::is_good(target), web_address::fault(&path)),
                SuggestionKind::Dial => (is_number(target), bad_number(&path)),
                SuggestionKind::ShowLocation => (place(target).is_some(), bad_place(&path)),
            };
            renderer.demand(self.varies(&path), is_good, || fault)?;
        }
        Ok(())
    }

    /// A text that must be there for everybody.
    fn check_text(&self, renderer: &mut Renderer<'_>, path: &str, text: &str, most: usize) -> Result<(), Fault> {
        renderer.demand(self.varies(path), self.is_unwritten(path) || !text.is_empty(), || {
            Fault::new(path, "empty_text", "The text is empty.")
        })?;
        self.check_length(renderer, path, text, most)
    }

    fn check_length(&self, renderer: &mut Renderer<'_>, path: &str, text: &str, most: usize) -> Result<(), Fault> {
        renderer.demand(self.varies(path), text.chars().count() <= most, || {
            Fault::new(path, "text_too_long", format!("The text has more than {most} characters."))
        })
    }

    /// Nobody wrote anything there: the review tells it.
    fn is_unwritten(&self, path: &str) -> bool {
        self.part(path).is_none_or(Part::is_blank)
    }

    fn varies(&self, path: &str) -> bool {
        self.part(path).is_some_and(Part::varies)
    }

    fn part(&self, path: &str) -> Option<&Part> {
        self.parts.iter().find(|(known, _)| known == path).map(|(_, part)| part)
    }
}

/// A number with its country.
fn is_number(text: &str) -> bool {
    text.parse::<PhoneNumber>().is_ok()
}

fn bad_number(path: &str) -> Fault {
    Fault::new(path, "bad_phone_number", "This is not a number such as +821012345678.")
}
