//! To whom a row or a block is shown, without typing code.

use domain::design::{Rule, Show, Test};
use leptos::prelude::*;

use super::field::failure;
use crate::conditions::RuleFields;
use crate::i18n::texts;
use crate::ui::SelectField;

/// Called with the field that was changed, whether it decides which fields there are, and what is shown now.
type Set = Callback<(String, bool, Show)>;

/// Always; when something holds; or, behind such a part, when it does not.
#[component]
pub fn ShowSettings(at: String, show: Show, set: Set) -> impl IntoView {
    let t = texts();
    let word = match &show {
        Show::Always => "always",
        Show::When(_) => "when",
        Show::OrWhen(_) => "orWhen",
        Show::Otherwise => "otherwise",
    };
    let options = [
        ("always", t.designer.show_always),
        ("when", t.designer.show_when),
        ("orWhen", t.designer.show_or_when),
        ("otherwise", t.designer.show_otherwise),
    ];
    let options = options.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec();
    let rule = show.rule().cloned();
    let kept = rule.clone().unwrap_or_else(|| Rule { any: false, tests: vec![Test::default()] });
    let choose = Callback::new(move |word: String| {
        let rule = kept.clone();
        let show = match word.as_str() {
            "when" => Show::When(rule),
            "orWhen" => Show::OrWhen(rule),
            "otherwise" => Show::Otherwise,
            _ => Show::Always,
        };
        set.run(("show".to_owned(), true, show));
    });
    let is_alternative = matches!(show, Show::OrWhen(_));
    let set_rule = Callback::new(move |(field, is_choice, rule): (String, bool, Rule)| {
        let show = if is_alternative { Show::OrWhen(rule) } else { Show::When(rule) };
        set.run((field, is_choice, show));
    });
    view! {
        <fieldset class="settings-group">
            <legend>{t.designer.shown_to}</legend>
            <SelectField path=at.clone() label=t.designer.show hint=t.designer.show_hint value=word options failure=failure() on_input=choose/>
            {rule.map(|rule| view! { <RuleFields at rule list="designer-values" set=set_rule failure=failure()/> })}
        </fieldset>
    }
}
