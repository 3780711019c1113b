//! To whom a part is shown, in words.

use domain::design::Show;

use crate::conditions::rule_words;
use crate::i18n::Texts;

/// `When context.total is above 100`; `None`: always.
pub fn in_words(t: &Texts, show: &Show) -> Option<String> {
    match show {
        Show::Always => None,
        Show::When(rule) => Some(t.designer.shown_when(rule_words(t, rule))),
        Show::OrWhen(rule) => Some(t.designer.shown_or_when(rule_words(t, rule))),
        Show::Otherwise => Some(t.designer.shown_otherwise.to_owned()),
    }
}
