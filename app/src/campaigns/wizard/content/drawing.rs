//! The content as it is being typed. Nothing is rendered while somebody types: only when they pause.

use std::time::Duration;

use content::Reading;
use domain::content::{Content, EmailContent, MobileContent, MobileKind, PushContent};
use domain::variable::{VariableRule, VariableRules};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::super::sample::SampleTexts;
use super::drawn::{Around, Drawn};

/// How long after the last key the preview is drawn anew.
const PAUSE: Duration = Duration::from_millis(150);

/// The content as it is being typed, what is said of its values, sample values, and what is drawn of them.
#[derive(Clone, Copy)]
pub struct Drawing {
    content: StoredValue<Content>,
    rules: StoredValue<VariableRules>,
    typed: StoredValue<SampleTexts>,
    drawn: RwSignal<Drawn>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    around: StoredValue<Around>,
}

impl Drawing {
    /// Draws the stored content at once, so that the server's page already holds the preview.
    pub fn new(content: Content, rules: VariableRules, around: Around) -> Self {
        let typed = SampleTexts::new();
        let drawn = RwSignal::new(Drawn::of(&content, &rules, &typed, &around));
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        on_cleanup(move || {
            if let Some(Some(handle)) = waiting.try_get_value() {
                handle.clear();
            }
        });
        let (content, rules) = (StoredValue::new(content), StoredValue::new(rules));
        Self { content, rules, typed: StoredValue::new(typed), drawn, waiting, around: StoredValue::new(around) }
    }

    /// Part of a mail was typed.
    pub fn change_email(self, change: impl FnOnce(&mut EmailContent)) {
        self.change(|content| {
            if let Content::Email(email) = content {
                change(email);
            }
        });
    }

    /// Part of a mobile message was typed.
    pub fn change_mobile(self, change: impl FnOnce(&mut MobileContent)) {
        self.change(|content| {
            if let Content::Mobile(mobile) = content {
                change(mobile);
            }
        });
    }

    /// Part of a notification was typed.
    pub fn change_push(self, change: impl FnOnce(&mut PushContent)) {
        self.change(|content| {
            if let Content::Push(push) = content {
                change(push);
            }
        });
    }

    fn change(self, change: impl FnOnce(&mut Content)) {
        self.content.update_value(change);
        self.draw_soon();
    }

    /// The source of the SMS as it is typed now: of a rich message that which goes instead.
    pub fn mobile_source(self) -> String {
        self.content.with_value(|content| match content {
            Content::Mobile(mobile) if mobile.kind == MobileKind::Rcs => mobile.rcs.fallback_text.clone(),
            Content::Mobile(mobile) => mobile.text.clone(),
            Content::Email(_) | Content::Push(_) => String::new(),
        })
    }

    /// Something was said of a value.
    pub fn say(self, path: &str, change: impl FnOnce(&mut VariableRule)) {
        self.rules.update_value(|rules| change(rules.entry(path.to_owned()).or_default()));
        self.draw_soon();
    }

    /// What is said of a value now.
    pub fn rule(self, path: &str) -> VariableRule {
        self.rules.with_value(|rules| rules.get(path).cloned().unwrap_or_default())
    }

    /// How the content reads a value.
    pub fn reading(self, path: &str) -> Reading {
        self.drawn.with(|drawn| drawn.preview.readings.get(path).cloned().unwrap_or_default())
    }

    /// A sample value was typed.
    pub fn sample(self, path: String, text: String) {
        self.typed.update_value(|typed| drop(typed.insert(path, text)));
        self.draw_soon();
    }

    /// The present text of a sample value: as typed, otherwise as proposed.
    pub fn sample_text(self, path: &str) -> String {
        let typed = self.typed.with_value(|typed| typed.get(path).cloned());
        typed
            .unwrap_or_else(|| self.drawn.with_untracked(|drawn| drawn.proposed.get(path).cloned().unwrap_or_default()))
    }

    /// What is drawn now.
    pub fn drawn(self) -> RwSignal<Drawn> {
        self.drawn
    }

    fn draw_soon(self) {
        if let Some(handle) = self.waiting.get_value() {
            handle.clear();
        }
        let draw = move || {
            let (content, rules) = (self.content.get_value(), self.rules.get_value());
            let around = self.around.get_value();
            self.drawn.set(self.typed.with_value(|typed| Drawn::of(&content, &rules, typed, &around)));
        };
        // Without a timer there is no browser, and nobody types.
        self.waiting.set_value(set_timeout_with_handle(draw, PAUSE).ok());
    }
}
