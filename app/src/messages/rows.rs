//! Rows of a list that keeps itself up to date.

use std::hash::Hash;

use leptos::prelude::*;
use leptos::tachys::view::keyed::keyed;

/// Rows by key: when the list is loaded anew, those with a known key stay as they are, with focus and marked text.
/// A row outlives the load that made it, so it holds plain elements only, and `<a>` instead of `<A>`.
pub fn rows<T, K, V>(
    items: Vec<T>,
    key: impl Fn(&T) -> K + Send + 'static,
    row: impl Fn(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    K: Eq + Hash + serde::Serialize + 'static,
    V: IntoView + 'static,
{
    keyed(items, key, move |_, item| (|_| {}, row(item).into_view()))
}
