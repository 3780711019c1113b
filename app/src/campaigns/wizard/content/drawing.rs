//! The content as it is being typed.

use content::{Data, Place, Reading};
use domain::Fault;
use domain::content::{Content, EmailContent, MobileContent, MobileKind, PushContent};
use domain::mail_templates::MailTemplates;
use domain::variable::{Variable, VariableRule, VariableRules};
use leptos::prelude::*;
use serde_json::{Map, Value};

use super::super::sample::{SampleTexts, texts_of};
use super::drawn::{Around, DrawRequest, Drawn};
use super::worker::{Answered, DrawingWorker};

/// The content as it is being typed, what is said of its values, sample values, and what is drawn of them.
#[derive(Clone, Copy)]
pub struct Drawing {
    now: StoredValue<DrawRequest>,
    drawn: RwSignal<Drawn>,
    /// Only in the browser, which has one thread for it.
    worker: StoredValue<Option<StoredValue<DrawingWorker, LocalStorage>>>,
    is_stuck: RwSignal<bool>,
    /// Rises when sample values come from elsewhere than their fields.
    taken: RwSignal<u32>,
}

impl Drawing {
    /// Begins with what the server drew of the stored content. What is typed from then on is drawn by a worker, which is
    /// started with the page.
    pub fn new(content: Content, rules: VariableRules, around: Around, drawn: Drawn) -> Self {
        let now = DrawRequest { content, rules, typed: SampleTexts::new(), around };
        let drawing = Self {
            now: StoredValue::new(now),
            drawn: RwSignal::new(drawn),
            worker: StoredValue::new(None),
            is_stuck: RwSignal::new(false),
            taken: RwSignal::new(0),
        };
        Effect::new(move || drawing.start());
        drawing
    }

    /// Of templates that belong to no campaign. `mail` is what a configuration says in every mail.
    pub fn of_templates(content: Content, mail: MailTemplates) -> Self {
        Self::new(content, VariableRules::default(), Around { mail, ..Around::default() }, Drawn::default())
    }

    fn start(self) {
        let take = move |answered| match answered {
            Answered::Drawn(drawn) => {
                let _ = self.drawn.try_set(*drawn);
            }
            Answered::Nothing => {
                let _ = self.is_stuck.try_set(true);
            }
        };
        let worker = DrawingWorker::start(take).map(StoredValue::new_local);
        self.is_stuck.set(worker.is_none());
        self.worker.set_value(worker);
    }

    /// What is typed is not drawn, because the program that does it is not there.
    pub fn is_stuck(self) -> bool {
        self.is_stuck.get()
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

    /// A template of the configuration was typed.
    pub fn change_mail(self, change: impl FnOnce(&mut MailTemplates)) {
        self.now.update_value(|now| change(&mut now.around.mail));
        self.draw();
    }

    fn change(self, change: impl FnOnce(&mut Content)) {
        self.now.update_value(|now| change(&mut now.content));
        self.draw();
    }

    /// The source of the SMS as it is typed now: of a rich message that which goes instead.
    pub fn mobile_source(self) -> String {
        self.now.with_value(|now| match &now.content {
            Content::Mobile(mobile) if mobile.kind == MobileKind::Rcs => mobile.rcs.fallback_text.clone(),
            Content::Mobile(mobile) => mobile.text.clone(),
            Content::Email(_) | Content::Push(_) => String::new(),
        })
    }

    /// Something was said of a value.
    pub fn say(self, path: &str, change: impl FnOnce(&mut VariableRule)) {
        self.now.update_value(|now| change(now.rules.entry(path.to_owned()).or_default()));
        self.draw();
    }

    /// What is said of a value now.
    pub fn rule(self, path: &str) -> VariableRule {
        self.now.with_value(|now| now.rules.get(path).cloned().unwrap_or_default())
    }

    /// How the content reads a value.
    pub fn reading(self, path: &str) -> Reading {
        self.drawn.with(|drawn| drawn.preview.readings.get(path).cloned().unwrap_or_default())
    }

    /// The content reads this value.
    pub fn reads(self, path: &str) -> bool {
        self.drawn.with_untracked(|drawn| drawn.preview.variables.iter().any(|variable| variable.path == path))
    }

    /// A sample value was typed.
    pub fn sample(self, path: String, text: String) {
        self.now.update_value(|now| drop(now.typed.insert(path, text)));
        self.draw();
    }

    /// The present text of a sample value: as typed, otherwise as proposed.
    pub fn sample_text(self, path: &str) -> String {
        let typed = self.now.with_value(|now| now.typed.get(path).cloned());
        typed
            .unwrap_or_else(|| self.drawn.with_untracked(|drawn| drawn.proposed.get(path).cloned().unwrap_or_default()))
    }

    /// The values for `profile.*` are those of a stored person; what is not stored of them is missing.
    pub fn take_profile(self, attributes: Map<String, Value>) {
        self.take(&Data { profile: attributes, ..Data::default() }, |path| path.starts_with("profile."));
    }

    /// All values are those of a set; what it does not say is missing.
    pub fn take_data(self, data: &Data) {
        self.take(data, |_| true);
    }

    fn take(self, data: &Data, is_taken: impl Fn(&str) -> bool) {
        let variables = self.drawn.with_untracked(|drawn| drawn.preview.variables.clone());
        let mut texts = texts_of(data, &variables);
        self.now.update_value(|now| {
            for Variable { path, .. } in variables.iter().filter(|variable| is_taken(&variable.path)) {
                now.typed.insert(path.clone(), texts.remove(path).unwrap_or_default());
            }
        });
        self.taken.update(|taken| *taken += 1);
        self.draw();
    }

    /// Part of the key of the fields of sample values.
    pub fn taken(self) -> u32 {
        self.taken.get()
    }

    /// What is drawn now.
    pub fn drawn(self) -> RwSignal<Drawn> {
        self.drawn
    }

    /// What keeps templates from being read, at their places. What only other values would mend is not among it.
    pub fn syntax_faults(self) -> Vec<Fault> {
        let is_exact = |fault: &&Fault| Place::split(&fault.text).is_some_and(|(place, _)| place.column > 0);
        self.drawn.with(|drawn| drawn.preview.faults.0.iter().filter(is_exact).cloned().collect())
    }

    fn draw(self) {
        if let Some(worker) = self.worker.get_value() {
            self.now.with_value(|now| worker.with_value(|worker| worker.draw(now)));
        }
    }
}
