//! One block on the canvas.

use domain::asset::in_address;
use domain::design::{Alignment, Block, BlockKind, ButtonBlock, ImageBlock, PartId, ProductList, SocialLink};
use leptos::ev::DragEvent;
use leptos::prelude::*;

use super::attention::Place;
use super::canvas::{allow, behind, is_lower_half, padding, take};
use super::edit::{Selected, Slot, slot_of};
use super::image;
use super::kinds::Kind;
use super::rich::{TextEditor, for_showing};
use super::show_words::in_words;
use super::state::{Dragged, Target, designer};
use super::words::block_name;
use crate::i18n::{Texts, texts};
use crate::layout::sandbox_name;
use crate::library::{Sent, dropped_files, has_files, send_images, why};

/// A block, which can be selected, dragged and, when it is a text, written.
#[component]
pub fn BlockView(id: PartId) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let part = Selected::Block(id);
    let block = designer.block(id);
    let slot = Memo::new(move |_| designer.with(|design| slot_of(design, id)));
    let is_selected = designer.is_selected(part);
    let is_written = Memo::new(move |_| designer.writing.get() == Some(id));
    let look = move |look: fn(&Block) -> String| block.with(|block| block.as_ref().map(look));
    let style = move || look(|block| format!("{}{}", padding(block.padding), behind(block.background.as_ref())));
    let condition = move || block.with(|block| block.as_ref().and_then(|block| in_words(t, &block.show)));
    let name = move || block.with(|block| block.as_ref().map(|block| block_name(t, block)));
    let is_here = move || slot.get().is_some_and(|slot| designer.target.get() == Some(Target::Slot(slot)));
    let takes_file = move |event: &DragEvent| has_files(event) && designer.kind(id) == Some(Kind::Image);
    let sent = RwSignal::new(Sent::default());
    let sandbox = sandbox_name();
    let drop_file = move |event: DragEvent| {
        if takes_file(&event) {
            event.stop_propagation();
            event.prevent_default();
            let first = dropped_files(&event).into_iter().take(1).collect();
            let put = Callback::new(move |asset| image::put(designer, id, &asset));
            send_images(sandbox.get_untracked(), first, sent, put);
        }
    };
    let over = move |event: DragEvent| {
        if takes_file(&event) {
            event.stop_propagation();
            event.prevent_default();
            return;
        }
        let Some(slot) = slot.get_untracked() else { return };
        if designer.dragged.get_untracked().is_some_and(|dragged| !dragged.is_row()) {
            event.stop_propagation();
            allow(&event);
            let place = if is_lower_half(&event) { slot.place + 1 } else { slot.place };
            designer.target.set(Some(Target::Slot(Slot { place, ..slot })));
        }
    };
    let content = move || {
        if is_written.get() {
            return view! { <TextEditor id/> }.into_any();
        }
        (move || block.with(|block| block.as_ref().map(|block| content(t, block)))).into_any()
    };
    view! {
        <div class="drop-line" data-here=move || is_here().to_string()></div>
        <div
            class="canvas-block" style=style id=Place::Canvas.id_of(part) role="group" aria-label=name
            tabindex=move || if is_selected.get() { "0" } else { "-1" } aria-current=move || is_selected.get().then_some("true")
            draggable=move || (!is_written.get()).to_string()
            on:click=move |event| {
                event.stop_propagation();
                designer.select(part);
            }
            on:dblclick=move |_| if designer.kind(id) == Some(Kind::Text) { designer.writing.set(Some(id)) }
            on:dragstart=move |event| take(designer, &event, Dragged::Block(id))
            on:dragend=move |_| designer.let_go()
            on:dragover=over on:drop=drop_file
        >
            {move || sent.with(|sent| view! { <Sending sent=sent.clone()/> })}
            {move || condition().map(|words| view! { <p class="canvas-condition">{words}</p> })}
            {content}
        </div>
    }
}

/// What becomes of a file that was dropped on a picture.
#[component]
fn Sending(sent: Sent) -> impl IntoView {
    let t = texts();
    let refused = sent.refused.first().map(|(name, failure)| format!("{name}: {}", why(failure)));
    view! {
        {sent.is_going_on().then(|| view! { <p class="canvas-condition" role="status">{t.library.sending(sent.done, sent.total)}</p> })}
        {refused.map(|words| view! { <p class="canvas-condition" role="alert">{words}</p> })}
    }
}

fn content(t: &'static Texts, block: &Block) -> AnyView {
    match &block.kind {
        BlockKind::Text { html, align } => {
            let html = for_showing(html);
            view! { <div class="canvas-text" style=aligned(*align) inner_html=html></div> }.into_any()
        }
        BlockKind::Button(button) => button_view(button),
        BlockKind::Image(image) => image_view(t, image),
        BlockKind::Divider { color, thickness } => {
            let color = color.as_ref().map_or("currentColor", |color| color.as_str()).to_owned();
            view! { <div class="canvas-divider" style=format!("border-top:{thickness}px solid {color}")></div> }
                .into_any()
        }
        BlockKind::Spacer { height } => {
            view! { <div class="canvas-spacer" style=format!("height:{height}px")></div> }.into_any()
        }
        BlockKind::Social { links, align } => social_view(links, *align),
        BlockKind::Html { source } => html_view(t, source),
        // What it says is drawn in the preview: it is none of this mail's.
        BlockKind::Fragment { name } => {
            let words = if name.is_empty() { t.designer.no_fragment.to_owned() } else { t.designer.fragment(name) };
            view! { <pre class="canvas-code">{words}</pre> }.into_any()
        }
        BlockKind::ProductList(list) => product_list_view(t, list),
        BlockKind::Unsubscribe { text, align } | BlockKind::Mirror { text, align } => {
            view! { <p class="canvas-link" style=aligned(*align)><span>{text.clone()}</span></p> }.into_any()
        }
    }
}

fn aligned(align: Alignment) -> String {
    format!("text-align:{align}")
}

fn button_view(button: &ButtonBlock) -> AnyView {
    let color = |name: &str, color: Option<&domain::design::Color>| {
        color.map(|color| format!("{name}:{color};")).unwrap_or_default()
    };
    let own = format!("{}{}", color("background", button.color.as_ref()), color("color", button.text_color.as_ref()));
    let width = if button.full_width { "display:block" } else { "" };
    view! { <p style=aligned(button.align)><span class="canvas-button" style=format!("{own}{width}")>{button.label.clone()}</span></p> }
        .into_any()
}

/// A picture is loaded only from a whole address: what a template makes of one is not known here. One of ours is found on this
/// server, whatever its public address is.
fn image_view(t: &Texts, image: &ImageBlock) -> AnyView {
    let width = image.width.map_or("width:100%".to_owned(), |width| format!("width:{width}px"));
    let ours = in_address(&image.src).map(|(sandbox, file)| file.path(&sandbox));
    let is_whole = image.src.starts_with("https://") && !image.src.contains("{{");
    let inside = if let Some(src) = ours.or_else(|| is_whole.then(|| image.src.clone())) {
        let alt = image.alt.clone();
        view! { <img src=src alt=alt style=width referrerpolicy="no-referrer" draggable="false"/> }.into_any()
    } else {
        let words = if image.alt.is_empty() { t.designer.kind_image.to_owned() } else { image.alt.clone() };
        view! { <span class="canvas-picture" style=width>{words}</span> }.into_any()
    };
    view! { <p class="canvas-image" style=aligned(image.align)>{inside}</p> }.into_any()
}

fn social_view(links: &[SocialLink], align: Alignment) -> AnyView {
    let badges: Vec<_> = links
        .iter()
        .map(|link| view! { <span class="canvas-badge">{super::settings::network_name(link.network)}</span>" " })
        .collect();
    view! { <p style=aligned(align)>{badges}</p> }.into_any()
}

/// Shown as its source: code of a mail has no place in this page. The preview shows it.
fn html_view(t: &Texts, source: &str) -> AnyView {
    let shown: String = source.chars().take(400).collect();
    let shown = if shown.trim().is_empty() { t.designer.html_empty.to_owned() } else { shown };
    view! { <pre class="canvas-code">{shown}</pre> }.into_any()
}

fn product_list_view(t: &Texts, list: &ProductList) -> AnyView {
    let line = move |text: &str, class: &'static str| {
        (!text.is_empty()).then(|| view! { <span class=class>{text.to_owned()}</span> })
    };
    view! {
        <div class="canvas-products">
            <p class="canvas-condition">{t.designer.for_each_of(&list.list)}</p>
            <div class="canvas-product">
                {(!list.image.is_empty()).then(|| view! { <span class="canvas-picture"></span> })}
                <span class="canvas-product-words">{line(&list.title, "canvas-strong")}{line(&list.text, "")}</span>
                {line(&list.price, "canvas-strong")}
            </div>
        </div>
    }
    .into_any()
}
