//! What the fields of the settings have in common: where their faults are, and what typing into them changes.

use domain::Failure;
use domain::design::{Alignment, Block, Padding, PartId, Row, Theme};
use leptos::prelude::*;

use super::super::edit::{Change, RowLook, Selected, block_of, path_of, row_of};
use super::super::state::{Designer, designer};
use crate::failure::ServerFailure;
use crate::i18n::{Texts, texts};
use crate::ui::{SelectField, TextField};

/// Where the faults of a part's fields are found: `content.design.rows[0]`.
pub fn path_at(designer: Designer, part: Selected) -> String {
    let path = designer.with_untracked(|design| path_of(design, part)).unwrap_or_default();
    if path.is_empty() { "content.design".to_owned() } else { format!("content.design.{path}") }
}

/// What is wrong with the design, for fields.
pub fn failure() -> Signal<Option<ServerFailure>> {
    let faults = designer().faults();
    Signal::derive(move || {
        let faults = faults.get();
        (!faults.is_empty()).then_some(ServerFailure::Failure(Failure::Invalid { faults }))
    })
}

/// Typing into a field of a block. `put` gets the block and the text, and says whether the text is one for it.
pub fn on_block(
    id: PartId,
    field: &'static str,
    put: impl Fn(&mut Block, &str) -> Option<()> + Send + Sync + 'static,
) -> Callback<String> {
    let designer = designer();
    Callback::new(move |text: String| {
        let block = designer.with_untracked(|design| block_of(design, id).cloned());
        if let Some(mut block) = block
            && put(&mut block, &text).is_some()
        {
            designer.type_into(field, Change::Block(block));
        }
    })
}

/// The same of a row.
pub fn on_row(
    id: PartId,
    field: &'static str,
    put: impl Fn(&mut RowLook, &str) -> Option<()> + Send + Sync + 'static,
) -> Callback<String> {
    let designer = designer();
    Callback::new(move |text: String| {
        let look = designer.with_untracked(|design| row_of(design, id).map(|(_, row): (_, &Row)| RowLook::of(row)));
        if let Some(mut look) = look
            && put(&mut look, &text).is_some()
        {
            designer.type_into(field, Change::Row(id, look));
        }
    })
}

/// The same of the theme.
pub fn on_theme(
    field: &'static str,
    put: impl Fn(&mut Theme, &str) -> Option<()> + Send + Sync + 'static,
) -> Callback<String> {
    let designer = designer();
    Callback::new(move |text: String| {
        let mut theme = designer.with_untracked(|design| design.theme.clone());
        if put(&mut theme, &text).is_some() {
            designer.type_into(field, Change::Theme(theme));
        }
    })
}

/// A number as it is typed; what is none changes nothing.
pub fn put_number<T: std::str::FromStr>(place: &mut T, text: &str) -> Option<()> {
    *place = text.trim().parse().ok()?;
    Some(())
}

/// A word of a choice.
pub fn put_word<T: std::str::FromStr>(place: &mut T, text: &str) -> Option<()> {
    put_number(place, text)
}

/// Any text.
#[expect(clippy::unnecessary_wraps, reason = "other fields do not take everything that is typed into them")]
pub fn put_text(place: &mut String, text: &str) -> Option<()> {
    text.clone_into(place);
    Some(())
}

/// Nothing, or a value.
pub fn put_optional<T: std::str::FromStr>(place: &mut Option<T>, text: &str) -> Option<()> {
    *place = if text.trim().is_empty() { None } else { Some(text.trim().parse().ok()?) };
    Some(())
}

/// Left, centre, right.
#[component]
pub fn AlignField(path: String, value: Alignment, on_input: Callback<String>) -> impl IntoView {
    let t = texts();
    let options = Alignment::ALL.iter().map(|align| (align.to_string(), align_name(t, *align).to_owned())).collect();
    view! { <SelectField path label=t.designer.align value=value.as_str() options on_input/> }
}

const fn align_name(t: &Texts, align: Alignment) -> &'static str {
    match align {
        Alignment::Left => t.designer.left,
        Alignment::Center => t.designer.center,
        Alignment::Right => t.designer.right,
    }
}

/// Room on the four sides. `on_side` gets the side's name and the text.
#[component]
pub fn PaddingFields(path: String, value: Padding, on_side: Callback<(&'static str, String)>) -> impl IntoView {
    let t = texts();
    let sides = [
        ("top", t.designer.top, value.top),
        ("right", t.designer.right, value.right),
        ("bottom", t.designer.bottom, value.bottom),
        ("left", t.designer.left, value.left),
    ];
    view! {
        <fieldset class="settings-sides">
            <legend>{t.designer.padding}</legend>
            {sides
                .into_iter()
                .map(|(name, label, value)| view! {
                    <TextField
                        path=format!("{path}.{name}") label kind="number" value=value.to_string() unit="px"
                        on_input=Callback::new(move |text| on_side.run((name, text)))
                    />
                })
                .collect_view()}
        </fieldset>
    }
}

/// Puts a side in its place.
pub fn put_side(padding: &mut Padding, side: &str, text: &str) -> Option<()> {
    let place = match side {
        "top" => &mut padding.top,
        "right" => &mut padding.right,
        "bottom" => &mut padding.bottom,
        _ => &mut padding.left,
    };
    put_number(place, text)
}

/// Yes or no.
#[component]
pub fn YesNoField(
    path: String,
    label: &'static str,
    value: bool,
    #[prop(optional)] hint: &'static str,
    on_input: Callback<String>,
) -> impl IntoView {
    let id = crate::ui::field_id(&path);
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label class="checkbox">
                <input
                    type="checkbox" id=id checked=value aria-describedby=(!hint.is_empty()).then(|| hint_id.clone())
                    on:change=move |event| on_input.run(event_target_checked(&event).to_string())
                />
                {label}
            </label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
