//! What a person writes of a fragment.

#[cfg(feature = "ssr")]
use domain::Failure;
use domain::Fault;
use domain::content::EmailContent;
#[cfg(feature = "ssr")]
use domain::library::About;
use domain::library::{FragmentFormat, FragmentKind, NewFragment};
use domain::mail_templates::MailTemplates;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::campaigns::Drawing;
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField};

/// What the choice of a visual fragment is called; others are called as a [`FragmentFormat`].
const VISUAL: &str = "visual";

/// The fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FragmentForm {
    name: String,
    description: String,
    /// `visual`, or what an expression makes.
    kind: String,
    text: String,
}

impl FragmentForm {
    pub fn of(fragment: &NewFragment) -> Self {
        let NewFragment { about, kind, format, text, .. } = fragment.clone();
        let kind = match (kind, format) {
            (FragmentKind::Html, _) => VISUAL,
            (FragmentKind::Expression, format) => format.unwrap_or(FragmentFormat::Text).as_str(),
        };
        Self { name: about.name, description: about.description, kind: kind.to_owned(), text }
    }
}

#[cfg(feature = "ssr")]
impl FragmentForm {
    /// As a new one. Invalid at `form.kind`.
    pub fn new_fragment(self) -> Result<NewFragment, Failure> {
        let none = NewFragment {
            about: About::default(),
            kind: FragmentKind::Html,
            format: None,
            text: String::new(),
            editor_context: None,
        };
        self.put_into(none)
    }

    /// With what the form does not show.
    pub fn put_into(self, before: NewFragment) -> Result<NewFragment, Failure> {
        let (kind, format) = match self.kind.as_str() {
            VISUAL => (FragmentKind::Html, None),
            word => {
                let format = word.parse().map_err(|fault: Fault| fault.under("form.kind"))?;
                (FragmentKind::Expression, Some(format))
            }
        };
        let about = About { name: self.name, description: self.description, ..before.about.clone() };
        // A browser sends two signs for the end of a line.
        Ok(NewFragment { about, kind, format, text: self.text.replace("\r\n", "\n"), ..before })
    }
}

/// The fields. What a fragment that is there already is stays so.
#[component]
pub fn FragmentFields(form: FragmentForm, is_new: bool, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let all = [
        (VISUAL, t.library.visual),
        (FragmentFormat::Text.as_str(), t.library.makes_text),
        (FragmentFormat::Html.as_str(), t.library.makes_html),
        (FragmentFormat::Json.as_str(), t.library.makes_json),
    ];
    let is_visual = form.kind == VISUAL;
    let offered = all.into_iter().filter(|(word, _)| is_new || (*word == VISUAL) == is_visual);
    let options = offered.map(|(word, name)| (word.to_owned(), name.to_owned())).collect();
    let mail = EmailContent { html: form.text.clone(), ..EmailContent::default() };
    let drawing = Drawing::of_templates(mail.into(), MailTemplates::default());
    let text_failure = Signal::derive(move || failure.get().or_else(|| of_text(drawing)));
    view! {
        <TextField path="form.name" name="form[name]" label=t.library.name hint=t.library.name_hint value=form.name required=true failure/>
        <TextField path="form.description" name="form[description]" label=t.library.description value=form.description failure/>
        <SelectField path="form.kind" name="form[kind]" label=t.library.kind value=form.kind options failure/>
        <ExpressionField
            path="form.text" name="form[text]" label=t.library.text hint=t.library.text_hint value=form.text rows=10 source=true markup=true
            failure=text_failure on_input=Callback::new(move |text| drawing.change_email(|mail| mail.html = text))
        />
    }
}

/// What is wrong with the text while it is typed. Whether there is a fragment that it names is for the server to say.
fn of_text(drawing: Drawing) -> Option<ServerFailure> {
    let fault = drawing.syntax_faults().into_iter().find(|fault| fault.code != "unknown_fragment")?;
    Some(ServerFailure::Failure(Fault { path: "form.text".to_owned(), ..fault }.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_shows_comes_back_and_what_it_does_not_show_stays() {
        for (kind, format) in [
            (FragmentKind::Html, None),
            (FragmentKind::Expression, Some(FragmentFormat::Json)),
            (FragmentKind::Expression, Some(FragmentFormat::Text)),
        ] {
            let about = About { name: "N".into(), parent_folder_id: Some("f".into()), ..About::default() };
            let fragment = NewFragment { about, kind, format, text: "a\nb".into(), editor_context: None };
            let mut form = FragmentForm::of(&fragment);
            form.text = form.text.replace('\n', "\r\n");
            assert_eq!(form.put_into(fragment.clone()), Ok(fragment));
        }
        let unknown = FragmentForm { kind: "XML".into(), ..FragmentForm::default() }.new_fragment();
        assert!(matches!(unknown, Err(Failure::Invalid { faults }) if faults.0[0].path == "form.kind"));
    }
}
