//! The mail as it is put together: rows, columns and blocks that look as they will look, and can be selected and dragged.

use domain::design::{Color, Font, Padding, PartId, Theme};
use leptos::ev::DragEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::attention::{self, Place};
use super::block::BlockView;
use super::edit::{Selected, Slot, row_of};
use super::keys;
use super::show_words::in_words;
use super::state::{Designer, Dragged, Target, designer};
use crate::i18n::texts;

/// The mail. One element of it can be reached by Tab: that which is selected.
#[component]
pub fn Canvas() -> impl IntoView {
    let t = texts();
    let designer = designer();
    let style = Memo::new(move |_| designer.with(|design| style_of(&design.theme)));
    let rows = Memo::new(move |_| designer.with(|design| design.rows.iter().map(|row| row.id).collect::<Vec<_>>()));
    let is_selected = designer.is_selected(Selected::Mail);
    let over = move |event: DragEvent| {
        let is_row = designer.dragged.get_untracked().is_some_and(Dragged::is_row);
        let count = rows.with_untracked(Vec::len);
        if is_row || (count == 0 && designer.dragged.get_untracked().is_some()) {
            allow(&event);
            designer.target.set(Some(Target::Row(count)));
        }
    };
    let end = move || designer.target.get() == Some(Target::Row(rows.with(Vec::len)));
    view! {
        <div
            class="canvas" style=style id=Place::Canvas.id_of(Selected::Mail) role="group" aria-label=t.designer.canvas
            tabindex=move || if is_selected.get() { "0" } else { "-1" } aria-current=move || is_selected.get().then_some("true")
            on:keydown=move |event| keys::pressed(designer, Place::Canvas, &event)
            on:focusin=move |_| designer.attention.is_at(Place::Canvas)
            on:click=move |_| designer.select(Selected::Mail)
            on:dragover=over
            on:drop=move |event| {
                event.prevent_default();
                designer.drop_dragged();
            }
        >
            <div class="canvas-mail">
                <For each=move || rows.get() key=|id| *id let:id><RowView id/></For>
                {move || rows.with(Vec::is_empty).then(|| view! { <p class="canvas-nothing">{t.designer.nothing_yet}</p> })}
                <div class="drop-line" data-here=move || end().to_string()></div>
            </div>
        </div>
    }
}

#[component]
fn RowView(id: PartId) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let part = Selected::Row(id);
    let row = designer.row(id);
    let place = Memo::new(move |_| designer.with(|design| row_of(design, id).map_or(0, |(place, _)| place)));
    let is_selected = designer.is_selected(part);
    let columns = Memo::new(move |_| row.with(|row| row.as_ref().map_or(0, |row| row.columns.len())));
    let style = move || {
        row.with(|row| {
            row.as_ref().map(|row| {
                let widths: Vec<String> =
                    row.columns.iter().map(|column| format!("minmax(0, {}fr)", column.width)).collect();
                format!(
                    "grid-template-columns:{};{}{}",
                    widths.join(" "),
                    padding(row.padding),
                    behind(row.background.as_ref())
                )
            })
        })
    };
    let condition = move || row.with(|row| row.as_ref().and_then(|row| in_words(t, &row.show)));
    let over = move |event: DragEvent| {
        if designer.dragged.get_untracked().is_some_and(Dragged::is_row) {
            event.stop_propagation();
            allow(&event);
            let place = place.get_untracked();
            designer.target.set(Some(Target::Row(if is_lower_half(&event) { place + 1 } else { place })));
        }
    };
    view! {
        <div class="drop-line" data-here=move || (designer.target.get() == Some(Target::Row(place.get()))).to_string()></div>
        <div
            class="canvas-row" id=Place::Canvas.id_of(part) role="group" aria-label=move || t.designer.row(place.get() + 1)
            tabindex=move || if is_selected.get() { "0" } else { "-1" } aria-current=move || is_selected.get().then_some("true")
            on:click=move |event| {
                event.stop_propagation();
                designer.select(part);
            }
            on:dragover=over
        >
            <span
                class="canvas-grip" draggable="true" aria-hidden="true" title=t.designer.drag
                on:dragstart=move |event| take(designer, &event, Dragged::Row(id))
                on:dragend=move |_| designer.let_go()
            ></span>
            {move || condition().map(|words| view! { <p class="canvas-condition">{words}</p> })}
            <div class="canvas-columns" style=style>
                <For each=move || 0..columns.get() key=|number| *number let:number><ColumnView row=id number/></For>
            </div>
        </div>
    }
}

#[component]
fn ColumnView(row: PartId, number: usize) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let column = Memo::new(move |_| {
        designer.with(|design| {
            let column = row_of(design, row)?.1.columns.get(number)?;
            let ids: Vec<PartId> = column.blocks.iter().map(|block| block.id).collect();
            Some((ids, column.background.clone()))
        })
    });
    let blocks =
        Memo::new(move |_| column.with(|column| column.as_ref().map(|(ids, _)| ids.clone()).unwrap_or_default()));
    let part = Selected::Column(row, number);
    let is_selected = designer.is_selected(part);
    let is_here =
        move || designer.target.get() == Some(Target::Slot(Slot { row, column: number, place: blocks.with(Vec::len) }));
    let over = move |event: DragEvent| {
        if designer.dragged.get_untracked().is_some_and(|dragged| !dragged.is_row()) {
            event.stop_propagation();
            allow(&event);
            let place = blocks.with_untracked(Vec::len);
            designer.target.set(Some(Target::Slot(Slot { row, column: number, place })));
        }
    };
    let empty = move || {
        blocks.with(Vec::is_empty).then(|| view! {
            <div
                class="canvas-empty" id=Place::Canvas.id_of(part) role="group" aria-label=t.designer.empty_column(number + 1)
                tabindex=move || if is_selected.get() { "0" } else { "-1" } aria-current=move || is_selected.get().then_some("true")
                on:click=move |event| {
                    event.stop_propagation();
                    designer.select(part);
                }
            >
                {t.designer.drop_here}
            </div>
        })
    };
    view! {
        <div class="canvas-column" style=move || column.with(|column| behind(column.as_ref().and_then(|(_, color)| color.as_ref()))) on:dragover=over>
            <For each=move || blocks.get() key=|id| *id let:id><BlockView id/></For>
            {empty}
            <div class="drop-line" data-here=move || is_here().to_string()></div>
        </div>
    }
}

/// The browser shows that this can be dropped here.
pub fn allow(event: &DragEvent) {
    event.prevent_default();
}

/// A drag begins. Some browsers start none without data.
pub fn take(designer: Designer, event: &DragEvent, dragged: Dragged) {
    event.stop_propagation();
    if let Some(data) = event.data_transfer() {
        // What is dragged is kept in the page; the data only say that it is ours.
        drop(data.set_data("text/plain", ""));
        data.set_effect_allowed("copyMove");
    }
    designer.writing.set(None);
    designer.dragged.set(Some(dragged));
}

/// Is the pointer over the lower half of the element that listens?
pub fn is_lower_half(event: &DragEvent) -> bool {
    let element = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        let frame = element.get_bounding_client_rect();
        f64::from(event.client_y()) > frame.top() + frame.height() / 2.0
    })
}

/// Colours, letters and widths of the mail, for the style sheet.
fn style_of(theme: &Theme) -> String {
    format!(
        "--mail-width:{}px;--mail-backdrop:{};--mail-background:{};--mail-text:{};--mail-link:{};--mail-button:{};\
         --mail-button-text:{};--mail-font:{};--mail-size:{}px;--mail-radius:{}px",
        theme.width,
        theme.backdrop,
        theme.background,
        theme.text,
        theme.link,
        theme.button,
        theme.button_text,
        font_stack(theme.font),
        theme.font_size,
        theme.radius
    )
}

const fn font_stack(font: Font) -> &'static str {
    match font {
        Font::System => "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
        Font::Arial => "Arial, sans-serif",
        Font::Helvetica => "Helvetica, Arial, sans-serif",
        Font::Georgia => "Georgia, serif",
        Font::Verdana => "Verdana, sans-serif",
        Font::Tahoma => "Tahoma, sans-serif",
        Font::Courier => "'Courier New', monospace",
    }
}

pub fn padding(Padding { top, right, bottom, left }: Padding) -> String {
    format!("padding:{top}px {right}px {bottom}px {left}px;")
}

pub fn behind(color: Option<&Color>) -> String {
    color.map(|color| format!("background:{color};")).unwrap_or_default()
}

/// The focus follows the selection when somebody wants it.
pub fn keep_focus() {
    let designer = designer();
    designer.attention.on_wanted(move || {
        let place = designer.attention.place();
        attention::focus(place.id_of(designer.selected_untracked()));
    });
}
