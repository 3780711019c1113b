//! The settings of what is selected.

mod block;
mod color;
mod field;
mod row;
mod show;
mod social;
mod theme;

use domain::design::SocialNetwork;
use leptos::either::Either;
use leptos::prelude::*;

use super::edit::{Selected, row_of};
use super::state::designer;
use crate::i18n::texts;
use block::BlockSettings;
use row::RowSettings;
use theme::ThemeSettings;

/// The pane: drawn anew when another part is selected, or when its fields no longer hold what is in the design.
#[component]
pub fn Settings() -> impl IntoView {
    let t = texts();
    let designer = designer();
    let shown = designer.shown();
    let is_second = StoredValue::new(false);
    view! {
        <aside class="designer-settings" id="designer-settings" aria-label=t.designer.settings>
            {move || {
                let (part, _) = shown.get();
                // Fields that are drawn over keep what was typed into them: these are other fields.
                is_second.update_value(|second| *second = !*second);
                let fields = untrack(move || settings_of(part));
                if is_second.get_value() { Either::Right(fields) } else { Either::Left(fields) }
            }}
        </aside>
    }
}

fn settings_of(part: Selected) -> AnyView {
    let designer = designer();
    match part {
        Selected::Mail => view! { <ThemeSettings/> }.into_any(),
        Selected::Row(id) | Selected::Column(id, _) => {
            let row = designer.with_untracked(|design| row_of(design, id).map(|(_, row)| row.clone()));
            row.map(|row| view! { <RowSettings row/> }).into_any()
        }
        Selected::Block(id) => {
            let block = designer.with_untracked(|design| super::edit::block_of(design, id).cloned());
            block.map(|block| view! { <BlockSettings block/> }).into_any()
        }
    }
}

/// As the network calls itself.
pub const fn network_name(network: SocialNetwork) -> &'static str {
    match network {
        SocialNetwork::Facebook => "Facebook",
        SocialNetwork::Instagram => "Instagram",
        SocialNetwork::X => "X",
        SocialNetwork::Linkedin => "LinkedIn",
        SocialNetwork::Youtube => "YouTube",
        SocialNetwork::Tiktok => "TikTok",
        SocialNetwork::Kakaotalk => "KakaoTalk",
        SocialNetwork::Naver => "Naver",
        SocialNetwork::Web => "Web",
    }
}
