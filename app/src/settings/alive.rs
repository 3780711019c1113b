//! Is the page's program running yet?

use leptos::prelude::*;

/// False on the server and until the browser has taken over, true from then on. For what cannot work as a plain form.
pub fn alive() -> ReadSignal<bool> {
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
    alive.read_only()
}
