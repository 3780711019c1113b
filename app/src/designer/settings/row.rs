//! Settings of a row.

use domain::design::{COLUMNS_MAX, Column, Row, Show};
use leptos::prelude::*;

use super::super::edit::{Change, RowLook, Selected, equal_widths, row_of};
use super::super::state::{Designer, designer};
use super::color::ColorField;
use super::field::{PaddingFields, YesNoField, failure, on_row, path_at, put_optional, put_side, put_text, put_word};
use super::show::ShowSettings;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField};

#[component]
pub fn RowSettings(row: Row) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let id = row.id;
    let part = Selected::Row(id);
    let at = path_at(designer, part);
    let theme = designer.with_untracked(|design| design.theme.clone());
    let counts = (1..=COLUMNS_MAX).map(|count| (count.to_string(), count.to_string())).collect();
    let set_count = Callback::new(move |count: String| {
        if let Ok(count) = count.parse() {
            designer.choose("columns", Change::Columns(id, equal_widths(count)));
        }
    });
    let on_side = Callback::new(move |(side, text): (&'static str, String)| {
        on_row_side(designer, id, side, &text);
    });
    let set_show = Callback::new(move |(field, is_choice, show): (String, bool, Show)| {
        let Some(look) = look_of(designer, id) else { return };
        let change = Change::Row(id, RowLook { show, ..look });
        if is_choice { designer.choose(&field, change) } else { designer.type_into(&field, change) }
    });
    view! {
        <h2>{designer.name(part)}</h2>
        <SelectField path=format!("{at}.columns.count") label=t.designer.column_count value=row.columns.len().to_string() options=counts on_input=set_count/>
        {(row.columns.len() > 1).then(|| view! { <Widths row=id columns=row.columns.clone() at=at.clone()/> })}
        <YesNoField
            path=format!("{at}.stack") label=t.designer.stack hint=t.designer.stack_hint value=row.stack
            on_input=on_row(id, "stack", |row, yes| put_word(&mut row.stack, yes))
        />
        <ColorField
            path=format!("{at}.background") label=t.designer.background value=row.background default=theme.background
            on_input=on_row(id, "background", |row, text| put_optional(&mut row.background, text))
        />
        <TextField
            path=format!("{at}.backgroundImage") label=t.designer.background_image hint=t.designer.address_hint value=row.background_image failure=failure()
            on_input=on_row(id, "backgroundImage", |row, text| put_text(&mut row.background_image, text))
        />
        <PaddingFields path=format!("{at}.padding") value=row.padding on_side/>
        <ShowSettings at=format!("{at}.show") show=row.show set=set_show/>
    }
}

fn look_of(designer: Designer, id: u32) -> Option<RowLook> {
    designer.with_untracked(|design| row_of(design, id).map(|(_, row)| RowLook::of(row)))
}

fn on_row_side(designer: Designer, id: u32, side: &'static str, text: &str) {
    if let Some(mut look) = look_of(designer, id)
        && put_side(&mut look.padding, side, text).is_some()
    {
        designer.type_into(side, Change::Row(id, look));
    }
}

/// The widths of the columns, in percent.
#[component]
fn Widths(row: u32, columns: Vec<Column>, at: String) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let set = move |number: usize, text: &str| {
        let Ok(width) = text.trim().parse::<u8>() else { return };
        let widths = designer.with_untracked(|design| {
            row_of(design, row).map(|(_, row)| row.columns.iter().map(|column| column.width).collect::<Vec<_>>())
        });
        if let Some(mut widths) = widths
            && let Some(place) = widths.get_mut(number)
        {
            *place = width;
            designer.type_into("widths", Change::Columns(row, widths));
        }
    };
    let backgrounds = columns.iter().cloned().enumerate().map(|(number, column)| {
        let default = designer.with_untracked(|design| design.theme.background.clone());
        let put = Callback::new(move |text: String| {
            let mut color = None;
            if put_optional(&mut color, &text).is_some() {
                designer.type_into("background", Change::ColumnBackground(row, number, color));
            }
        });
        view! {
            <ColorField
                path=format!("{at}.columns[{number}].background") label=t.designer.column_background(number + 1) value=column.background
                default on_input=put
            />
        }
    });
    let backgrounds = backgrounds.collect_view();
    let fault = failure();
    let path = format!("{at}.columns");
    let fault = move || fault.get().and_then(|failure| failure.faults().at(&path).map(crate::i18n::fault_text));
    view! {
        <fieldset class="settings-sides">
            <legend>{t.designer.widths}</legend>
            {columns
                .into_iter()
                .enumerate()
                .map(|(number, column)| view! {
                    <TextField
                        path=format!("{at}.columns[{number}].width") label=t.designer.column(number + 1) kind="number" unit="%"
                        value=column.width.to_string() on_input=Callback::new(move |text: String| set(number, &text))
                    />
                })
                .collect_view()}
            <p class="field-fault">{fault}</p>
        </fieldset>
        {backgrounds}
    }
}
