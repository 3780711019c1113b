//! What mails of a configuration say in templates, while it is typed: checked by the code that sends them.

use content::Place;
use domain::Fault;
use domain::channel_configuration::ChannelConfigurationDraft;
use domain::content::Content;
use domain::mail_templates::{MailTemplates, UrlParameter};
use leptos::prelude::*;

use crate::campaigns::Drawing;
use crate::failure::ServerFailure;

/// What the faults of these templates are under.
const PATH: &str = "configuration.";
const URL_PARAMETERS: &str = "urlParameters";

/// The templates of a form.
#[derive(Clone, Copy)]
pub struct Templates {
    drawing: Drawing,
    /// One parameter a line.
    parameters: RwSignal<String>,
}

impl Templates {
    pub fn of(draft: &ChannelConfigurationDraft) -> Self {
        let mail = MailTemplates {
            from_name: draft.from_name.clone(),
            from_address: draft.from_template.clone(),
            reply_to: draft.reply_to.clone(),
            sender_name: draft.sender_name.clone(),
            sender_address: draft.sender_address.clone(),
            url_parameters: parameters_of(&draft.url_parameters),
        };
        let drawing = Drawing::of_templates(Content::default(), mail);
        Self { drawing, parameters: RwSignal::new(draft.url_parameters.clone()) }
    }

    /// Typing into the field of one of them.
    pub fn on_input(self, place: fn(&mut MailTemplates) -> &mut String) -> Callback<String> {
        Callback::new(move |text| self.drawing.change_mail(|mail| *place(mail) = text))
    }

    /// Typing into the field of the parameters of links.
    pub fn on_parameters(self) -> Callback<String> {
        Callback::new(move |text: String| {
            self.drawing.change_mail(|mail| mail.url_parameters = parameters_of(&text));
            self.parameters.set(text);
        })
    }

    /// What the server said, otherwise what is wrong with what is typed.
    pub fn failure(self, said: Signal<Option<ServerFailure>>) -> Signal<Option<ServerFailure>> {
        Signal::derive(move || {
            said.get().or_else(|| {
                let faults = self.drawing.syntax_faults().into_iter();
                let faults: Vec<_> = self.parameters.with(|text| faults.filter_map(|it| in_form(it, text)).collect());
                let faults = domain::Faults(faults);
                faults.into_result().err().map(ServerFailure::Failure)
            })
        })
    }
}

/// A parameter for every line, so that its number is that of the line.
fn parameters_of(text: &str) -> Vec<UrlParameter> {
    let parameter = |line: &str| {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        UrlParameter { name: name.to_owned(), value: value.to_owned() }
    };
    text.lines().map(parameter).collect()
}

/// The fault at the field of the form, and at its place in it.
fn in_form(fault: Fault, parameters: &str) -> Option<Fault> {
    let path = fault.path.strip_prefix(PATH)?;
    let Some(number) = path.strip_prefix(URL_PARAMETERS) else { return Some(Fault { path: path.to_owned(), ..fault }) };
    let number: usize = number.trim_matches(['[', ']']).parse().ok()?;
    let before = parameters.lines().nth(number)?.split_once('=')?.0.chars().count() + 1;
    let (place, sentence) = Place::split(&fault.text)?;
    let place = Place { line: number + 1, column: place.column + before };
    Some(Fault::new(URL_PARAMETERS, &fault.code, format!("{place}: {sentence}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_a_parameter_is_told_in_the_line_that_it_stands_in() {
        let text = "a=1\n\nutm={{ foo }}";
        assert_eq!(parameters_of(text)[2].value, "{{ foo }}");
        let fault = Fault::new("configuration.urlParameters[2]", "unknown_variable", "Line 1, column 4: No.");
        let told = in_form(fault, text).unwrap();
        assert_eq!((told.path.as_str(), told.text.as_str()), ("urlParameters", "Line 3, column 8: No."));
        let fault = Fault::new("configuration.fromName", "x", "Line 1, column 4: No.");
        assert_eq!(in_form(fault, text).unwrap().path, "fromName");
    }
}
