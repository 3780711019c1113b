//! A colour: written, or picked.

use domain::design::Color;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::field_id;

/// `#rrggbb`. Where it may be left empty, `default` is the colour that holds then.
#[component]
pub fn ColorField(
    #[prop(into)] path: String,
    #[prop(into)] label: String,
    #[prop(into)] value: Option<Color>,
    #[prop(optional)] default: Option<Color>,
    on_input: Callback<String>,
) -> impl IntoView {
    let t = texts();
    let id = field_id(&path);
    let fault_id = format!("{id}-fault");
    let optional = default.is_some();
    let default = default.map_or_else(String::new, String::from);
    let text = RwSignal::new(value.map_or_else(String::new, String::from));
    let is_color = move || text.with(|text| (optional && text.trim().is_empty()) || text.parse::<Color>().is_ok());
    let put = move |new: String| {
        text.set(new.clone());
        if is_color() {
            on_input.run(new);
        }
    };
    let picked = {
        let default = default.clone();
        move || text.with(|text| text.parse::<Color>().map_or_else(|_| default.clone(), String::from))
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label.clone()}</label>
            <div class="color-line">
                <input
                    id=id type="text" class="control" prop:value=text autocomplete="off" spellcheck="false" maxlength="7"
                    value=text.get_untracked() placeholder=default aria-describedby=fault_id.clone()
                    aria-invalid=move || (!is_color()).then_some("true")
                    on:input=move |event| put(event_target_value(&event))
                />
                <input
                    type="color" class="color-picker" aria-label=t.designer.pick(label) value=picked.clone()() prop:value=picked
                    on:input=move |event| put(event_target_value(&event))
                />
            </div>
            <p class="field-fault" id=fault_id>{move || (!is_color()).then_some(t.designer.bad_color)}</p>
        </div>
    }
}
