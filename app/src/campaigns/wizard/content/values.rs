//! The context contract: what a call has to carry. The templates say which values they read; here their author says more of
//! them, and it is saved with the step.

use content::{Preview, Reading};
use domain::channel_configuration::Channel;
use domain::variable::{ValueType, Variable, VariableRule};
use leptos::prelude::*;

use super::drawing::Drawing;
use super::sample_form::about;
use crate::campaigns::typed::{text_of, value_of};
use crate::campaigns::words::type_name;
use crate::failure::ServerFailure;
use crate::field_names::field_name_on;
use crate::i18n::texts;
use crate::ui::{SelectField, TextArea, TextField, field_id};

/// A group of fields for every value that the templates read.
#[component]
pub fn Values(channel: Channel, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let drawn = drawing.drawn();
    let variables = Memo::new(move |_| drawn.with(|drawn| variables_of(&drawn.preview)));
    let about = Memo::new(move |_| drawn.with(|drawn| about(&drawn.preview, t.content_step.values_hint)));
    // Numbers in the names of fields keep the values apart; a value that comes back gets another one.
    let used = StoredValue::new(0_usize);
    let number = move || {
        used.update_value(|used| *used += 1);
        used.get_value() - 1
    };
    // What is typed into a group does not draw it anew.
    let key = |(variable, types): &(Variable, Vec<ValueType>)| {
        (variable.path.clone(), variable.list, variable.needed, types.clone())
    };
    view! {
        <section class="values stack" aria-labelledby="values">
            <h3 id="values">{t.trigger.variables}</h3>
            <p class="hint">{about}</p>
            <For
                each=move || variables.get() key
                children=move |(variable, types)| view! { <ValueFields channel drawing variable types number=number() failure/> }
            />
        </section>
    }
}

/// Type, whether it is required, and example of one value; and which templates read it.
#[component]
fn ValueFields(
    channel: Channel,
    drawing: Drawing,
    variable: Variable,
    types: Vec<ValueType>,
    number: usize,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let at = format!("variables.{}", variable.path);
    let id = field_id(&at);
    let name = move |field: &str| format!("fields[variables][{number}][{field}]");
    let templates = {
        let path = variable.path.clone();
        move || t.content_step.read_in(templates_of(channel, &drawing.reading(&path)))
    };
    view! {
        <fieldset class="value" id=id tabindex="-1">
            <legend><code>{variable.path.clone()}</code></legend>
            <p class="hint">{templates}</p>
            <input type="hidden" name=name("path") value=variable.path.clone()/>
            <div class="value-fields">
                <TypeField drawing path=variable.path.clone() at=at.clone() name=name("type") types failure/>
                <RequiredField drawing variable=variable.clone() at=at.clone() name=name("required") failure/>
                <ExampleField drawing variable at name=name("example") failure/>
            </div>
        </fieldset>
    }
}

/// The types that the content can read. Where there is one only, there is nothing to choose.
#[component]
fn TypeField(
    drawing: Drawing,
    path: String,
    at: String,
    name: String,
    types: Vec<ValueType>,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let said = drawing.rule(&path).kind;
    let value = said.map_or("", ValueType::as_str);
    let unfit = said.filter(|said| !types.contains(said));
    if let ([only], None) = (types.as_slice(), unfit) {
        return view! {
            <p class="value-fact"><span>{t.trigger.kind}</span>{type_name(*only)}</p>
            <input type="hidden" name=name value=value/>
        }
        .into_any();
    }
    let kinds = types.into_iter().chain(unfit).map(|kind| (kind.as_str().to_owned(), type_name(kind).to_owned()));
    let options = std::iter::once((String::new(), t.trigger.any_type.to_owned())).chain(kinds).collect();
    let on_input = Callback::new(move |word: String| {
        drawing.say(&path, |rule| {
            // What was typed as an example now stands for a value of the other type.
            let text = rule.example.as_ref().map(|example| text_of(example, rule.kind));
            rule.kind = word.parse().ok();
            rule.example = text.map(|text| value_of(&text, rule.kind));
        });
    });
    view! { <SelectField path=format!("{at}.type") name label=t.trigger.kind value options failure on_input/> }
        .into_any()
}

/// Whether a call must carry it. What the content or the configuration needs is required whatever anybody says.
#[component]
fn RequiredField(
    drawing: Drawing,
    variable: Variable,
    at: String,
    name: String,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let said = drawing.rule(&variable.path).required;
    if variable.needed {
        let readers = drawing.reading(&variable.path).templates;
        let in_content = readers.iter().any(|path| !path.starts_with("configuration."));
        let by = if in_content { t.content_step.needed_by_content } else { t.content_step.needed_by_configuration };
        // That it is optional would contradict the content, and is not said again.
        let value = if said == Some(true) { "true" } else { "" };
        return view! {
            <p class="value-fact"><span>{t.trigger.needed}</span>{by}</p>
            <input type="hidden" name=name value=value/>
        }
        .into_any();
    }
    let value = said.map_or("", |said| if said { "true" } else { "false" });
    let optional = if said == Some(false) { "false" } else { "" };
    let options = [(optional, t.trigger.optional), ("true", t.trigger.required)];
    let options = options.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let on_input =
        Callback::new(move |word: String| drawing.say(&variable.path, |rule| rule.required = word.parse().ok()));
    view! { <SelectField path=format!("{at}.required") name label=t.trigger.needed value options failure on_input/> }
        .into_any()
}

/// Stands in the preview and in the call of the trigger page.
#[component]
fn ExampleField(
    drawing: Drawing,
    variable: Variable,
    at: String,
    name: String,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let rule = drawing.rule(&variable.path);
    let value = rule.example.as_ref().map(|example| text_of(example, rule.kind)).unwrap_or_default();
    let has_lines = variable.list || value.contains('\n');
    let is_list = variable.list;
    let on_input = Callback::new(move |text: String| {
        drawing.say(&variable.path, |rule| rule.example = (!text.is_empty()).then(|| value_of(&text, rule.kind)));
    });
    let (path, label) = (format!("{at}.example"), t.trigger.example);
    if has_lines {
        let hint = if is_list { t.content_step.list_hint } else { "" };
        view! { <TextArea path name label hint value rows=3 source=true failure on_input/> }.into_any()
    } else {
        view! { <TextField path name label value failure on_input/> }.into_any()
    }
}

/// The variables and their types, without what is said of them.
fn variables_of(preview: &Preview) -> Vec<(Variable, Vec<ValueType>)> {
    let types = |path: &str| preview.readings.get(path).map(|reading| reading.types.clone()).unwrap_or_default();
    let plain = |variable: &Variable| Variable { rule: VariableRule::default(), ..variable.clone() };
    preview.variables.iter().map(|variable| (plain(variable), types(&variable.path))).collect()
}

/// Names of the templates.
fn templates_of(channel: Channel, reading: &Reading) -> String {
    let name = |path: &String| {
        let of_configuration = path.starts_with("configuration.");
        if of_configuration { Some(texts().wizard.configuration) } else { field_name_on(channel, path) }
    };
    let mut names: Vec<&str> = reading.templates.iter().filter_map(name).collect();
    names.dedup();
    names.join(", ")
}
