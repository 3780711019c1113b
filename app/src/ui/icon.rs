//! Icons, drawn as strokes on a 24 × 24 field. Always beside a text.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Campaign,
    Library,
    Audience,
    Execution,
    Message,
    Inbox,
    Settings,
    SignOut,
}

impl Shape {
    const fn path(self) -> &'static str {
        match self {
            Self::Campaign => "M4 10v4h3l8 5V5L7 10H4Zm14.5-1.5a5 5 0 0 1 0 7",
            Self::Library => "M5 4h4v16H5zM9 4h4v16H9zm5.5 1 3.5-1 3 15-3.5 1z",
            Self::Audience => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.5 2.5-6 6-6s6 2.5 6 6m1-15.5a3.5 3.5 0 0 1 0 6M17 14c2.5.7 4 3 4 6"
            }
            Self::Execution => "M13 3 5 14h6l-1 7 8-11h-6l1-7Z",
            Self::Message => "M4 6h16v12H4zM4 7l8 6 8-6",
            Self::Inbox => "M4 13 7 5h10l3 8v6H4v-6Zm0 0h5l1 3h4l1-3h5",
            Self::Settings => "M4 7h9m5 0h2M4 17h2m5 0h9M13 4.5v5M6 14.5v5",
            Self::SignOut => "M14 4h5v16h-5M4 12h11m-4-4 4 4-4 4",
        }
    }
}

/// An icon.
#[component]
pub fn Icon(shape: Shape) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=shape.path()/>
        </svg>
    }
}
