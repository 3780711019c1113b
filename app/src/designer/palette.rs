//! What can be added: blocks, and rows of one to four columns. On phones a sheet above the lower edge.

use domain::design::COLUMNS_MAX;
use leptos::prelude::*;

use super::attention;
use super::canvas::take;
use super::kinds::Kind;
use super::state::{Dragged, designer};
use crate::i18n::texts;

/// Every button adds behind what is selected; dragged, it adds where it is dropped.
#[component]
pub fn Palette() -> impl IntoView {
    let t = texts();
    let designer = designer();
    let close = move || designer.sheet.set(false);
    let blocks = Kind::ALL.into_iter().map(|kind| {
        view! {
            <li>
                <button
                    type="button" class="palette-part" draggable="true"
                    on:click=move |_| {
                        close();
                        designer.add(kind);
                    }
                    on:dragstart=move |event| take(designer, &event, Dragged::New(kind))
                    on:dragend=move |_| designer.let_go()
                >
                    {kind.name(t)}
                </button>
            </li>
        }
    });
    let rows = (1..=COLUMNS_MAX).map(|count| view! {
        <li>
            <button
                type="button" class="palette-part palette-row" draggable="true" data-columns=count.to_string()
                on:click=move |_| {
                    close();
                    designer.add_row(count);
                }
                on:dragstart=move |event| take(designer, &event, Dragged::NewRow(count))
                on:dragend=move |_| designer.let_go()
            >
                <span class="palette-columns" aria-hidden="true">{(0..count).map(|_| view! { <i></i> }).collect_view()}</span>
                {if count == 1 { t.designer.one_column.to_owned() } else { t.designer.columns(count) }}
            </button>
        </li>
    });
    view! {
        <button
            type="button" class="button palette-opener" aria-expanded=move || designer.sheet.get().to_string() aria-controls="designer-palette"
            on:click=move |_| {
                designer.sheet.update(|open| *open = !*open);
                if designer.sheet.get_untracked() { attention::focus_palette() }
            }
        >
            {t.designer.add}
        </button>
        <section
            class="palette" id="designer-palette" aria-label=t.designer.palette data-open=move || designer.sheet.get().to_string()
            on:keydown=move |event| if event.key() == "Escape" {
                close();
                designer.attention.show_selected();
            }
        >
            <h2>{t.designer.blocks}</h2>
            <ul class="palette-parts">{blocks.collect_view()}</ul>
            <h2>{t.designer.rows}</h2>
            <ul class="palette-parts">{rows.collect_view()}</ul>
        </section>
    }
}
