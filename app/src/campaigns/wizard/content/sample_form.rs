//! Sample values for the preview: one field per variable that the templates read.

use content::Preview;
use domain::variable::Variable;
use leptos::prelude::*;
use serde_json::{Map, Value};

use super::drawing::Drawing;
use crate::campaigns::testing::{DataSets, TestProfile};
use crate::i18n::texts;
use crate::ui::{TextArea, TextField};

/// A field for every variable. The values only fill the preview and are not stored.
#[component]
pub fn SampleForm(
    drawing: Drawing,
    /// Another content that is shown with the same values.
    #[prop(optional)]
    also: Option<Drawing>,
) -> impl IntoView {
    let t = texts();
    let drawn = drawing.drawn();
    let variables = Memo::new(move |_| {
        let mut all = drawn.with(|drawn| drawn.preview.variables.clone());
        let others = also.map(|also| also.drawn().with(|drawn| drawn.preview.variables.clone())).unwrap_or_default();
        let added = others.into_iter().filter(|other| all.iter().all(|known| known.path != other.path));
        let added: Vec<_> = added.collect();
        all.extend(added);
        all
    });
    let about = Memo::new(move |_| drawn.with(|drawn| about(&drawn.preview, t.content_step.sample_values_hint)));
    // Another type or example proposes another value.
    let key = |(taken, variable): &(u32, Variable)| {
        let example = variable.rule.example.as_ref().map(Value::to_string);
        (*taken, variable.path.clone(), variable.list, variable.is_required(), variable.rule.kind, example)
    };
    let each = move || {
        let taken = drawing.taken();
        variables.get().into_iter().map(move |variable| (taken, variable)).collect::<Vec<_>>()
    };
    let both = move || std::iter::once(drawing).chain(also);
    let take_set = Callback::new(move |data| both().for_each(|drawing| drawing.take_data(&data)));
    let take = Callback::new(move |attributes: Map<String, Value>| {
        both().for_each(|drawing| drawing.take_profile(attributes.clone()));
    });
    view! {
        <section class="card sample-values" aria-labelledby="sample-values">
            <h3 id="sample-values">{t.content_step.sample_values}</h3>
            <p class="hint">{about}</p>
            <TestProfile take/>
            <DataSets take=take_set/>
            <For each key children=move |(_, variable)| view! { <SampleValue drawing also variable/> }/>
        </section>
    }
}

/// What the fields of values are for, or why there are none.
pub fn about(preview: &Preview, hint: &'static str) -> &'static str {
    let t = texts();
    match (preview.variables.is_empty(), preview.faults.is_empty()) {
        (false, _) => hint,
        (true, true) => t.content_step.no_variables,
        (true, false) => t.content_step.variables_unknown,
    }
}

#[component]
fn SampleValue(drawing: Drawing, also: Option<Drawing>, variable: Variable) -> impl IntoView {
    let t = texts();
    let field = format!("sample.{}", variable.path);
    let reader = also.filter(|_| !drawing.reads(&variable.path)).unwrap_or(drawing);
    let value = reader.sample_text(&variable.path);
    let path = variable.path.clone();
    let on_input = Callback::new(move |text: String| {
        std::iter::once(drawing).chain(also).for_each(|drawing| drawing.sample(path.clone(), text.clone()));
    });
    let hint = match (variable.list, variable.is_required()) {
        (true, _) => t.content_step.list_hint,
        (false, false) => t.content_step.optional_hint,
        (false, true) => "",
    };
    if variable.list {
        view! { <TextArea path=field label=variable.path hint value rows=4 source=true on_input/> }.into_any()
    } else {
        view! { <TextField path=field label=variable.path hint value on_input/> }.into_any()
    }
}
