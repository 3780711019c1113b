//! Links to networks.

use domain::design::{Alignment, BlockKind, PartId, SocialLink, SocialNetwork};
use leptos::prelude::*;

use super::super::edit::{Change, block_of};
use super::super::state::designer;
use super::field::{AlignField, failure, on_block, put_text, put_word};
use super::network_name;
use crate::expressions::ExpressionField;
use crate::i18n::texts;
use crate::ui::SelectField;

#[component]
pub fn SocialFields(id: PartId, at: String, links: Vec<SocialLink>, align: Alignment) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let failure = failure();
    let change_links = move |field: &str, change: &dyn Fn(&mut Vec<SocialLink>)| {
        let mut block = designer.with_untracked(|design| block_of(design, id).cloned());
        if let Some(BlockKind::Social { links, .. }) = block.as_mut().map(|block| &mut block.kind) {
            change(links);
        }
        if let Some(block) = block {
            designer.choose(field, Change::Block(block));
        }
    };
    let link = move |at: &str, place: usize, link: SocialLink| {
        let networks = SocialNetwork::ALL.iter().map(|it| (it.to_string(), network_name(*it).to_owned())).collect();
        view! {
            <fieldset class="settings-group">
                <legend>{t.designer.social_link(place + 1)}</legend>
                <SelectField
                    path=format!("{at}.links[{place}].network") label=t.designer.network value=link.network.as_str() options=networks
                    on_input=on_block(id, "network", move |block, word| match &mut block.kind {
                        BlockKind::Social { links, .. } => put_word(&mut links.get_mut(place)?.network, word),
                        _ => None,
                    })
                />
                <ExpressionField
                    path=format!("{at}.links[{place}].href") label=t.designer.href hint=t.designer.address_hint value=link.href required=true failure
                    on_input=on_block(id, "href", move |block, text| match &mut block.kind {
                        BlockKind::Social { links, .. } => put_text(&mut links.get_mut(place)?.href, text),
                        _ => None,
                    })
                />
                <button type="button" class="button button-small button-secondary" on:click=move |_| change_links("links", &|links| {
                    if place < links.len() {
                        links.remove(place);
                    }
                })>{t.designer.remove_link(place + 1)}</button>
            </fieldset>
        }
    };
    view! {
        {links.into_iter().enumerate().map(|(place, it)| link(&at, place, it)).collect_view()}
        <button type="button" class="button button-small button-secondary" on:click=move |_| change_links("links", &|links| {
            links.push(SocialLink { network: SocialNetwork::Web, href: String::new() });
        })>{t.designer.add_link}</button>
        <AlignField path=format!("{at}.align") value=align on_input=on_block(id, "align", |block, word| match &mut block.kind {
            BlockKind::Social { align, .. } => put_word(align, word),
            _ => None,
        })/>
    }
}
