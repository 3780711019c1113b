//! Actions that are asked about: the first press says what follows, the second does it.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::failure::ServerFailure;
use crate::i18n::texts;

/// A button that opens `children`: what will happen, and the form that does it. The browser itself opens and closes the
/// panel, also with Escape and without a program; it lies above the page and moves nothing.
#[component]
pub fn Confirmation(
    /// Of the panel, once on a page.
    #[prop(into)]
    id: String,
    /// On the button.
    label: &'static str,
    /// What it does, with the row's name; for screen readers and above the panel.
    #[prop(optional, into)]
    name: String,
    /// Classes of the button.
    #[prop(default = "button button-small button-secondary")]
    class: &'static str,
    /// On the button that leaves everything as it is: "Cancel" when left out.
    #[prop(optional)]
    keep: Option<&'static str>,
    /// Rises with every answer to the form: it closes the panel, since the page says what came of it. See [`answers`].
    answers: Signal<usize>,
    children: Children,
) -> impl IntoView {
    let panel = NodeRef::<Div>::new();
    Effect::new(move |before: Option<usize>| {
        let now = answers.get();
        if before.is_some_and(|before| before != now)
            && let Some(panel) = panel.get_untracked()
        {
            // Refused only where it is closed already.
            drop(panel.hide_popover());
        }
        now
    });
    let target = id.clone();
    let title = if name.is_empty() { label.to_owned() } else { name };
    view! {
        <button type="button" class=class popovertarget=target.clone() aria-haspopup="dialog" aria-label=(title != label).then(|| title.clone())>
            {label}
        </button>
        <div popover="auto" id=id class="confirmation" role="dialog" aria-label=title.clone() node_ref=panel>
            <strong>{title.clone()}</strong>
            {children()}
            <button type="button" class="button button-secondary" popovertarget=target popovertargetaction="hide">{keep.unwrap_or(texts().common.cancel)}</button>
        </div>
    }
}

/// How many answers an action has had, for [`Confirmation`].
pub fn answers<S, T>(action: ServerAction<S>) -> Signal<usize>
where
    S: ServerFn<Output = T, Error = ServerFailure> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    Signal::derive(move || action.version().get())
}
