//! How long the text of an SMS becomes, also of one that goes instead of a rich message, what it costs, and which letter makes it dear.

use domain::content::MobileKind;
use domain::segments::{self, Encoding, Segments};
use leptos::prelude::*;

use super::drawing::Drawing;
use crate::expressions::put_text;
use crate::i18n::texts;
use crate::ui::field_id;

/// Under the text. Counts what is drawn, with the sample values in their places.
#[component]
pub fn Counter(drawing: Drawing, kind: RwSignal<MobileKind>) -> impl IntoView {
    let drawn = drawing.drawn();
    let text = Memo::new(move |_| drawn.with(|drawn| drawn.mobile_text().to_owned()));
    move || match kind.get() {
        MobileKind::Sms | MobileKind::Rcs => view! { <Counted text=text.get() drawing kind/> }.into_any(),
        MobileKind::Mms => view! { <p class="hint">{texts().mobile_step.cost_mms}</p> }.into_any(),
    }
}

#[component]
fn Counted(text: String, drawing: Drawing, kind: RwSignal<MobileKind>) -> impl IntoView {
    let t = texts();
    let counted = segments::count(&text);
    let encoding = match counted.encoding {
        Encoding::Gsm7 => t.mobile_step.gsm,
        Encoding::Ucs2 => t.mobile_step.unicode,
    };
    let numbers = [
        (t.mobile_step.encoding, encoding.to_owned()),
        (t.mobile_step.characters, text.chars().count().to_string()),
        (t.mobile_step.parts, counted.parts.to_string()),
        (t.mobile_step.left, counted.units_left.to_string()),
    ];
    let numbers = numbers.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    view! {
        <section class="counter" aria-label=t.mobile_step.counter>
            <dl class="counter-numbers">{numbers.collect_view()}</dl>
            <p><strong>{cost(&counted)}</strong>" "<span class="hint">{t.mobile_step.with_values}</span></p>
            {counted.first_foreign.map(|letter| view! { <Foreign letter drawing kind/> })}
        </section>
    }
}

fn cost(counted: &Segments) -> String {
    let t = texts();
    if counted.parts == 1 { t.mobile_step.cost_one.to_owned() } else { t.mobile_step.cost(counted.parts) }
}

/// The letter that makes the text Unicode, and the button that replaces it and its like where there are plain ones.
#[component]
fn Foreign(letter: char, drawing: Drawing, kind: RwSignal<MobileKind>) -> impl IntoView {
    let t = texts();
    let source = drawing.mobile_source();
    let plain = segments::smart(&source);
    let is_ours = source.contains(letter);
    let helps = plain != source;
    view! {
        <p>{t.mobile_step.foreign(letter, code_point(letter))}</p>
        {(!is_ours).then(|| view! { <p class="hint">{t.mobile_step.foreign_value}</p> })}
        {helps.then(|| view! {
            <button type="button" class="button button-small button-secondary" on:click=move |_| drop(put_text(&field_of(kind.get_untracked()), &plain))>
                {t.mobile_step.plain}
            </button>
        })}
    }
}

/// `U+2026`.
fn code_point(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// The field whose text is counted.
fn field_of(kind: MobileKind) -> String {
    field_id(if kind == MobileKind::Rcs { "content.rcs.fallbackText" } else { "content.text" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_named_by_its_code_point() {
        assert_eq!(code_point('…'), "U+2026");
        assert_eq!(code_point('🎉'), "U+1F389");
    }
}
