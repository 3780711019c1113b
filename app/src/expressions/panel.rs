//! The panel that asks which value is to be inserted, what stands there when it is missing, and how it is written.

use leptos::ev::{Event, KeyboardEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::control::Control;
use super::insertion::{Format, expression};
use super::vocabulary::{Form, KnownValue, Vocabulary};
use crate::i18n::{Texts, language, texts};

/// The button at a text, and its panel, which is made when it opens.
#[component]
pub fn InsertValue(
    /// Of the text.
    id: String,
    #[prop(default = Vocabulary::of_page())] vocabulary: Vocabulary,
    #[prop(default = "quiet-button insert-value")] class: &'static str,
    /// Before the panel takes the focus.
    #[prop(optional, into)]
    opens: Option<Callback<()>>,
    /// Gets the expression.
    done: Callback<String>,
) -> impl IntoView {
    let t = texts();
    let place = NodeRef::<Div>::new();
    let is_open = RwSignal::new(false);
    let (panel_id, search_id) = (format!("{id}-insert"), format!("{id}-search"));
    let open = {
        let search_id = search_id.clone();
        move |_| {
            if let Some(opens) = opens {
                opens.run(());
            }
            vocabulary.load();
            is_open.set(true);
            let Some(panel) = place.get_untracked() else { return };
            // Refused only where it is open already.
            drop(panel.show_popover());
            focus(search_id.clone());
        }
    };
    let toggled = move |_| {
        let is_shown = place.get_untracked().is_some_and(|panel| panel.matches(":popover-open").unwrap_or(false));
        is_open.set(is_shown);
    };
    let take = Callback::new(move |written: String| {
        if let Some(panel) = place.get_untracked() {
            drop(panel.hide_popover());
        }
        done.run(written);
    });
    view! {
        <button type="button" class=class aria-haspopup="dialog" aria-describedby=format!("{id}-label") on:click=open>{t.expressions.insert}</button>
        <div
            class="insert-panel" id=panel_id popover="auto" role="dialog" aria-label=t.expressions.insert node_ref=place on:toggle=toggled
            // What is asked here is no field of the form around.
            on:input=move |event| event.stop_propagation()
            on:change=move |event| event.stop_propagation()
            on:keydown=move |event| event.stop_propagation()
        >
            {move || is_open.get().then(|| view! { <Panel vocabulary id=search_id.clone() take/> })}
        </div>
    }
}

/// As soon as it is drawn.
fn focus(id: String) {
    request_animation_frame(move || {
        if let Some(control) = Control::find(&id) {
            // The panel is there, focus or not.
            drop(control.element().focus());
        }
    });
}

#[component]
fn Panel(vocabulary: Vocabulary, id: String, take: Callback<String>) -> impl IntoView {
    let t = texts();
    let language = language();
    let (sought, chosen) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let (fallback, format) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let found = Memo::new(move |_| {
        let sought = sought.get().to_lowercase();
        let fits = |value: &KnownValue| {
            value.path.to_lowercase().contains(&sought) || value.about.to_lowercase().contains(&sought)
        };
        vocabulary.values(language).into_iter().filter(fits).collect::<Vec<_>>()
    });
    // The first that is found, until one is chosen that is still there.
    let value = Memo::new(move |_| {
        let chosen = chosen.get();
        found.with(|found| found.iter().find(|it| Some(&it.path) == chosen.as_ref()).or(found.first()).cloned())
    });
    let takes_fallback = move || value.with(|value| value.as_ref().is_none_or(|value| value.form != Some(Form::Alone)));
    let formats = Memo::new(move |_| Format::of(value.get().and_then(|value| value.form)));
    let written = Memo::new(move |_| {
        let format = formats.with(|formats| formats.get(format.get()).copied().unwrap_or(Format::AsItIs));
        let fallback = if takes_fallback() { fallback.get() } else { String::new() };
        value.get().map(|value| expression(&value.path, &fallback, format))
    });
    let insert = move || {
        if let Some(written) = written.get_untracked() {
            take.run(written);
        }
    };
    let enter = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            // It does not send the form around.
            event.prevent_default();
            insert();
        }
    };
    let choose = move |path: String| {
        chosen.set(Some(path));
        format.set(0);
    };
    let (values_id, fallback_id, format_id) =
        (format!("{id}-values"), format!("{id}-fallback"), format!("{id}-format"));
    view! {
        <div class="field">
            <label for=id.clone()>{t.expressions.find}</label>
            <input id=id type="search" class="control" autocomplete="off" on:keydown=enter on:input=move |event| sought.set(event_target_value(&event))/>
        </div>
        <div class="field">
            <label for=values_id.clone()>{t.expressions.values}</label>
            <select id=values_id class="control" size="6" on:keydown=enter on:dblclick=move |_| insert() on:change=move |event: Event| choose(event_target_value(&event))>
                {move || found.get().into_iter().map(|it| view! { <Named it chosen=value/> }).collect_view()}
            </select>
            {move || found.with(Vec::is_empty).then(|| view! { <p class="hint">{t.expressions.nothing_found}</p> })}
        </div>
        <div class="field" hidden=move || !takes_fallback()>
            <label for=fallback_id.clone()>{t.expressions.fallback}</label>
            <input id=fallback_id type="text" class="control" autocomplete="off" on:keydown=enter on:input=move |event| fallback.set(event_target_value(&event))/>
        </div>
        <div class="field" hidden=move || formats.with(|formats| formats.len() < 2)>
            <label for=format_id.clone()>{t.expressions.format}</label>
            <select id=format_id class="control" on:change=move |event: Event| format.set(event_target_value(&event).parse().unwrap_or(0))>
                {move || formats.get().into_iter().enumerate().map(|(number, it)| view! { <option value=number.to_string()>{name_of(it, t)}</option> }).collect_view()}
            </select>
        </div>
        <p class="insert-result" aria-live="polite"><code>{written}</code></p>
        <button type="button" class="button" disabled=move || written.with(Option::is_none) on:click=move |_| insert()>{t.expressions.insert_it}</button>
    }
}

/// A value to choose.
#[component]
fn Named(it: KnownValue, chosen: Memo<Option<KnownValue>>) -> impl IntoView {
    let path = it.path.clone();
    let is_chosen = move || chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.path == path));
    let name = if it.about.is_empty() { it.path.clone() } else { format!("{} · {}", it.path, it.about) };
    view! { <option value=it.path prop:selected=is_chosen>{name}</option> }
}

fn name_of(format: Format, t: &Texts) -> String {
    let t = &t.expressions;
    match format {
        Format::AsItIs => t.as_it_is.to_owned(),
        Format::Capitals => t.capitals.to_owned(),
        Format::LongDate => t.long_date.to_owned(),
        Format::ShortDate => t.short_date.to_owned(),
        Format::DateAndTime => t.date_and_time.to_owned(),
        Format::Grouped => t.grouped.to_owned(),
        Format::Percentage => t.percentage.to_owned(),
        Format::Money(currency) => t.money(currency),
    }
}
