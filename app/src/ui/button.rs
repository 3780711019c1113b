//! Buttons and links that look like buttons.

use leptos::prelude::*;
use leptos_router::components::A;

/// The button that submits its form. While the call runs it says so and cannot be pressed again.
#[component]
pub fn Button(
    /// The call of this form is running.
    #[prop(optional, into)]
    pending: Option<Signal<bool>>,
    /// `secondary`, `danger` or nothing.
    #[prop(optional)]
    variant: &'static str,
    /// Name and value that tell this button from others of the form.
    #[prop(optional)]
    name: &'static str,
    #[prop(optional)] value: &'static str,
    children: Children,
) -> impl IntoView {
    let busy = move || pending.is_some_and(|pending| pending.get());
    let class = if variant.is_empty() { "button".to_owned() } else { format!("button button-{variant}") };
    view! {
        <button
            type="submit" class=class aria-busy=move || busy().to_string() disabled=busy
            name=(!name.is_empty()).then_some(name) value=(!name.is_empty()).then_some(value)
        >
            {children()}
        </button>
    }
}

/// The button of one of many rows: people see what it does, screen readers say to what.
#[component]
pub fn RowButton(
    /// The call of this form is running.
    #[prop(into)]
    pending: Signal<bool>,
    label: &'static str,
    /// The same with the name of the row.
    name: String,
) -> impl IntoView {
    view! {
        <Button pending variant="secondary">
            <span aria-hidden="true">{label}</span><span class="visually-hidden">{name}</span>
        </Button>
    }
}

/// A link that looks like a button: it goes somewhere and changes nothing.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    /// `secondary` or nothing.
    #[prop(optional)]
    variant: &'static str,
    children: Children,
) -> impl IntoView {
    let class = if variant.is_empty() { "button".to_owned() } else { format!("button button-{variant}") };
    view! { <A href=href attr:class=class>{children()}</A> }
}
