//! A point in time.

use domain::Timestamp;
use leptos::prelude::*;

use crate::i18n::language;

/// `24 Nov 2026, 15:04:05` in UTC from the server; in the reader's own zone and language once the page is alive. The
/// tooltip has the exact time in UTC.
#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let exact = at.to_string();
    let shown = RwSignal::new(in_utc(&exact));
    let tag = language().tag();
    // After hydration, so that server and browser first agree.
    Effect::new(move || {
        if let Some(local) = in_readers_zone(at, tag) {
            shown.set(local);
        }
    });
    view! { <time datetime=exact.clone() title=exact>{shown}</time> }
}

/// `2026-11-24T15:04:05.007Z` → `2026-11-24 15:04:05 UTC`.
fn in_utc(exact: &str) -> String {
    match (exact.get(..10), exact.get(11..19)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => exact.to_owned(),
    }
}

#[cfg(target_arch = "wasm32")]
#[expect(clippy::cast_precision_loss, reason = "milliseconds of the next 200 000 years are exact in an f64")]
fn in_readers_zone(at: Timestamp, tag: &str) -> Option<String> {
    use leptos::web_sys::js_sys::{Date, Object, Reflect};
    let options = Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "medium")] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let date = Date::new(&(at.as_millis() as f64).into());
    Some(date.to_locale_string(tag, &options).into())
}

#[cfg(not(target_arch = "wasm32"))]
fn in_readers_zone(_at: Timestamp, _tag: &str) -> Option<String> {
    None
}

/// The zone of this browser; `None` on the server.
pub fn zone_of_browser() -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    {
        use leptos::web_sys::js_sys::{Array, Intl, Object, Reflect};
        let format = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
        Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
    }
    #[cfg(not(target_arch = "wasm32"))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_first_shown_in_utc_with_its_zone_named() {
        assert_eq!(in_utc("2026-12-01T09:00:00.007Z"), "2026-12-01 09:00:00 UTC");
    }
}
