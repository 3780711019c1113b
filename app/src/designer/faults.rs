//! What the mail still needs, each leading to its part.

use leptos::prelude::*;

use super::edit::part_at;
use super::state::designer;
use super::words::name_of;
use crate::i18n::{fault_text, texts};

#[component]
pub fn FaultList() -> impl IntoView {
    let t = texts();
    let designer = designer();
    let faults = designer.faults();
    let lines = move || {
        let line = |fault: domain::Fault| {
            let part = designer.with_untracked(|design| part_at(design, &fault.path)).unwrap_or_default();
            let name = designer.with_untracked(|design| name_of(t, design, part));
            let (text, path) = (fault_text(&fault), fault.path);
            view! {
                <li>
                    <button type="button" class="designer-fault" on:click=move |_| designer.go_to(&path)>
                        <strong>{name}</strong><span>{text}</span>
                    </button>
                </li>
            }
        };
        faults.get().0.into_iter().map(line).collect_view()
    };
    move || {
        let count = faults.with(|faults| faults.0.len());
        (count > 0).then(|| {
            view! {
                <section class="designer-faults" aria-labelledby="designer-faults">
                    <h2 id="designer-faults">{t.designer.still_needed(count)}</h2>
                    <ul>{lines()}</ul>
                </section>
            }
        })
    }
}
