//! Many choices from a file, sent by a plain form, and all of them as one.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::Notice;

/// The forms work with or without wasm; what came of a file stands in the address.
#[component]
pub fn Files() -> impl IntoView {
    let t = texts();
    let at = format!("/files/consents/{}", sandbox_name().get_untracked());
    let query = use_query_map();
    let value = move |name: &str| query.with(|query| query.get(name)).filter(|value| !value.is_empty());
    // Addresses are written by anybody: nothing of them is shown but numbers.
    let number = move |name: &str| value(name)?.parse::<u64>().ok();
    let done = move || {
        let (changed, kept, faulty) = (number("changed")?, number("kept")?, number("faulty")?);
        let lines: Vec<String> = value("lines")
            .unwrap_or_default()
            .split('-')
            .filter_map(|it| it.parse::<u64>().ok())
            .map(|it| it.to_string())
            .collect();
        let faults = (faulty > 0).then(|| view! { <p>{t.consent.faulty_lines(faulty, lines.join(", "))}</p> });
        let kind = if faulty > 0 { "warning" } else { "ok" };
        Some(view! { <Notice kind><p>{t.consent.imported(changed, kept)}</p>{faults}</Notice> })
    };
    let refused = move || {
        let code = value("file")?;
        let text = t.faults.of(&code).map_or(t.consent.file_refused, |text| text.trim_end_matches(':'));
        Some(view! { <Notice kind="warning">{text}</Notice> })
    };
    view! {
        <section class="card settings-narrow" aria-labelledby="consent-files" id="files">
            <h2 id="consent-files">{t.consent.files}</h2>
            <div aria-live="polite">{done}{refused}</div>
            <form method="post" action=at.clone() enctype="multipart/form-data" class="row">
                <label for="field-file" class="visually-hidden">{t.consent.file}</label>
                <input id="field-file" type="file" name="file" accept=".csv,text/csv" required aria-describedby="field-file-hint"/>
                <button type="submit" class="button">{t.consent.import}</button>
            </form>
            <p class="hint" id="field-file-hint">{t.consent.file_hint}</p>
            <p><a href=at download="consent.csv" rel="external" class="button button-secondary">{t.consent.export}</a></p>
        </section>
    }
}
