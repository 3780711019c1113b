//! Settings of a block: what it holds, how it looks, to whom it is shown.

use domain::design::{Block, BlockKind, ButtonBlock, ImageBlock, NOT_IN_REFERENCES, PartId, ProductList, Show, Theme};
use domain::library::Line;
use leptos::prelude::*;

use super::super::attention;
use super::super::edit::{Change, Selected, block_of};
use super::super::keys::{Command, run};
use super::super::state::{Designer, designer};
use super::color::ColorField;
use super::field::{
    AlignField, PaddingFields, YesNoField, failure, on_block, path_at, put_number, put_optional, put_side, put_text,
    put_word,
};
use super::show::ShowSettings;
use super::social::SocialFields;
use crate::expressions::ExpressionField;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::library::{ImageChooser, list_fragments};
use crate::ui::{SelectField, TextField, loaded};

#[component]
pub fn BlockSettings(block: Block) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let id = block.id;
    let part = Selected::Block(id);
    let at = path_at(designer, part);
    let theme = designer.with_untracked(|design| design.theme.clone());
    let on_side = Callback::new(move |(side, text): (&'static str, String)| {
        let block = designer.with_untracked(|design| block_of(design, id).cloned());
        if let Some(mut block) = block
            && put_side(&mut block.padding, side, &text).is_some()
        {
            designer.type_into(side, Change::Block(block));
        }
    });
    let set_show = Callback::new(move |(field, is_choice, show): (String, bool, Show)| {
        put_show(designer, id, &field, is_choice, show);
    });
    let background = theme.background.clone();
    view! {
        <h2>{super::super::kinds::Kind::of(&block.kind).name(t)}</h2>
        <Holds id at=at.clone() kind=block.kind theme/>
        <ColorField
            path=format!("{at}.background") label=t.designer.background value=block.background default=background
            on_input=on_block(id, "background", |block, text| put_optional(&mut block.background, text))
        />
        <PaddingFields path=format!("{at}.padding") value=block.padding on_side/>
        <ShowSettings at=format!("{at}.show") show=block.show set=set_show/>
        <div class="row settings-actions">
            <button type="button" class="button button-small button-secondary" on:click=move |_| run(designer, Command::Shift(-1))>{t.designer.up}</button>
            <button type="button" class="button button-small button-secondary" on:click=move |_| run(designer, Command::Shift(1))>{t.designer.down}</button>
            <button type="button" class="button button-small button-secondary" on:click=move |_| run(designer, Command::Duplicate)>{t.designer.duplicate}</button>
            <button type="button" class="button button-small button-danger" on:click=move |_| run(designer, Command::Remove)>{t.designer.remove}</button>
        </div>
    }
}

fn put_show(designer: Designer, id: PartId, field: &str, is_choice: bool, show: Show) {
    let block = designer.with_untracked(|design| block_of(design, id).cloned());
    let Some(block) = block else { return };
    let change = Change::Block(Block { show, ..block });
    if is_choice { designer.choose(field, change) } else { designer.type_into(field, change) }
}

#[component]
fn Holds(id: PartId, at: String, kind: BlockKind, theme: Theme) -> impl IntoView {
    match kind {
        BlockKind::Text { align, .. } => view! { <TextFields id at align/> }.into_any(),
        BlockKind::Button(button) => view! { <ButtonFields id at button theme/> }.into_any(),
        BlockKind::Image(image) => view! { <ImageFields id at image/> }.into_any(),
        BlockKind::Divider { color, thickness } => view! { <DividerFields id at color thickness theme/> }.into_any(),
        BlockKind::Spacer { height } => view! { <SpacerFields id at height/> }.into_any(),
        BlockKind::Social { links, align } => view! { <SocialFields id at links align/> }.into_any(),
        BlockKind::Html { source } => view! { <HtmlFields id at source/> }.into_any(),
        BlockKind::Fragment { name } => view! { <FragmentField id at name/> }.into_any(),
        BlockKind::ProductList(list) => view! { <ProductFields id at list/> }.into_any(),
        BlockKind::Unsubscribe { text, align } | BlockKind::Mirror { text, align } => {
            view! { <LinkFields id at text align/> }.into_any()
        }
    }
}

#[component]
fn TextFields(id: PartId, at: String, align: domain::design::Alignment) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let path = format!("{at}.html");
    let failure = failure();
    let fault = move || failure.get().and_then(|failure| failure.faults().at(&path).map(crate::i18n::fault_text));
    view! {
        <button
            type="button" class="button button-secondary"
            on:click=move |_| {
                designer.writing.set(Some(id));
                attention::focus(attention::writing_id(id));
            }
        >
            {t.designer.write}
        </button>
        <p class="field-fault">{fault}</p>
        <AlignField path=format!("{at}.align") value=align on_input=on_block(id, "align", |block, word| match &mut block.kind {
            BlockKind::Text { align, .. } => put_word(align, word),
            _ => None,
        })/>
    }
}

/// Changes what a button holds.
fn on_button(id: PartId, field: &'static str, put: fn(&mut ButtonBlock, &str) -> Option<()>) -> Callback<String> {
    on_block(id, field, move |block, text| match &mut block.kind {
        BlockKind::Button(button) => put(button, text),
        _ => None,
    })
}

#[component]
fn ButtonFields(id: PartId, at: String, button: ButtonBlock, theme: Theme) -> impl IntoView {
    let t = texts();
    let failure = failure();
    view! {
        <ExpressionField
            path=format!("{at}.label") label=t.designer.label value=button.label required=true failure
            on_input=on_button(id, "label", |button, text| put_text(&mut button.label, text))
        />
        <ExpressionField
            path=format!("{at}.href") label=t.designer.href hint=t.designer.address_hint value=button.href required=true failure
            on_input=on_button(id, "href", |button, text| put_text(&mut button.href, text))
        />
        <AlignField path=format!("{at}.align") value=button.align on_input=on_button(id, "align", |button, word| put_word(&mut button.align, word))/>
        <YesNoField
            path=format!("{at}.fullWidth") label=t.designer.full_width value=button.full_width
            on_input=on_button(id, "fullWidth", |button, yes| put_word(&mut button.full_width, yes))
        />
        <ColorField
            path=format!("{at}.color") label=t.designer.button_color value=button.color default=theme.button
            on_input=on_button(id, "color", |button, text| put_optional(&mut button.color, text))
        />
        <ColorField
            path=format!("{at}.textColor") label=t.designer.button_text value=button.text_color default=theme.button_text
            on_input=on_button(id, "textColor", |button, text| put_optional(&mut button.text_color, text))
        />
    }
}

/// Changes what a picture is.
fn on_image(id: PartId, field: &'static str, put: fn(&mut ImageBlock, &str) -> Option<()>) -> Callback<String> {
    on_block(id, field, move |block, text| match &mut block.kind {
        BlockKind::Image(image) => put(image, text),
        _ => None,
    })
}

#[component]
fn ImageFields(id: PartId, at: String, image: ImageBlock) -> impl IntoView {
    let t = texts();
    let designer = designer();
    let failure = failure();
    let choose = Callback::new(move |asset| super::super::image::put(designer, id, &asset));
    view! {
        <ImageChooser on_choose=choose/>
        <ExpressionField
            path=format!("{at}.src") label=t.designer.src hint=t.designer.src_hint value=image.src required=true failure
            on_input=on_image(id, "src", |image, text| put_text(&mut image.src, text))
        />
        <ExpressionField
            path=format!("{at}.alt") label=t.designer.alt hint=t.designer.alt_hint value=image.alt failure
            on_input=on_image(id, "alt", |image, text| put_text(&mut image.alt, text))
        />
        <YesNoField
            path=format!("{at}.decorative") label=t.designer.decorative value=image.decorative
            on_input=on_image(id, "decorative", |image, yes| put_word(&mut image.decorative, yes))
        />
        <ExpressionField
            path=format!("{at}.href") label=t.designer.href_optional hint=t.designer.address_hint value=image.href failure
            on_input=on_image(id, "href", |image, text| put_text(&mut image.href, text))
        />
        <TextField
            path=format!("{at}.width") label=t.designer.image_width hint=t.designer.image_width_hint kind="number" unit="px"
            value=image.width.map(|width| width.to_string()).unwrap_or_default() failure
            on_input=on_image(id, "width", |image, text| put_optional(&mut image.width, text))
        />
        <AlignField path=format!("{at}.align") value=image.align on_input=on_image(id, "align", |image, word| put_word(&mut image.align, word))/>
    }
}

#[component]
fn DividerFields(
    id: PartId,
    at: String,
    color: Option<domain::design::Color>,
    thickness: u8,
    theme: Theme,
) -> impl IntoView {
    let t = texts();
    view! {
        <TextField
            path=format!("{at}.thickness") label=t.designer.thickness kind="number" unit="px" value=thickness.to_string() failure=failure()
            on_input=on_block(id, "thickness", |block, text| match &mut block.kind {
                BlockKind::Divider { thickness, .. } => put_number(thickness, text),
                _ => None,
            })
        />
        <ColorField
            path=format!("{at}.color") label=t.designer.line_color value=color default=theme.text
            on_input=on_block(id, "color", |block, text| match &mut block.kind {
                BlockKind::Divider { color, .. } => put_optional(color, text),
                _ => None,
            })
        />
    }
}

#[component]
fn SpacerFields(id: PartId, at: String, height: u16) -> impl IntoView {
    let t = texts();
    view! {
        <TextField
            path=format!("{at}.height") label=t.designer.height kind="number" unit="px" value=height.to_string() failure=failure()
            on_input=on_block(id, "height", |block, text| match &mut block.kind {
                BlockKind::Spacer { height } => put_number(height, text),
                _ => None,
            })
        />
    }
}

#[component]
fn HtmlFields(id: PartId, at: String, source: String) -> impl IntoView {
    let t = texts();
    view! {
        <ExpressionField
            path=format!("{at}.source") label=t.designer.source hint=t.designer.source_hint value=source rows=12 source=true markup=true failure=failure()
            on_input=on_block(id, "source", |block, text| match &mut block.kind {
                BlockKind::Html { source } => put_text(source, text),
                _ => None,
            })
        />
    }
}

/// The fragments of the sandbox that mails can name; the one that is named stays, whatever became of it.
#[component]
fn FragmentField(id: PartId, at: String, name: String) -> impl IntoView {
    let t = texts();
    let fragments = Resource::new(move || sandbox_name().get(), list_fragments);
    let failure = failure();
    loaded(fragments, move |fragments| {
        let published = fragments.into_iter().filter(Line::is_published_html);
        let mut options: Vec<(String, String)> = published
            .map(|line| {
                let name = line.about.name;
                (if name.contains(NOT_IN_REFERENCES) { line.id } else { name.clone() }, name)
            })
            .collect();
        if options.iter().all(|(known, _)| *known != name) {
            let shown = if name.is_empty() { t.designer.no_fragment.to_owned() } else { name.clone() };
            options.insert(0, (name.clone(), shown));
        }
        view! {
            <SelectField
                path=format!("{at}.name") label=t.designer.kind_fragment hint=t.designer.fragment_hint value=name.clone() options failure
                on_input=on_block(id, "name", |block, text| match &mut block.kind {
                    BlockKind::Fragment { name } => put_text(name, text),
                    _ => None,
                })
            />
        }
    })
}

/// A field of a product list: name, label, hint and place.
type ProductField = (&'static str, &'static str, String, fn(&mut ProductList) -> &mut String);

#[component]
fn ProductFields(id: PartId, at: String, list: ProductList) -> impl IntoView {
    let t = texts();
    let failure = failure();
    let item = t.designer.item_hint("{{ item.name }}");
    let fields: [ProductField; 7] = [
        ("list", t.designer.list, t.designer.list_hint.to_owned(), |list| &mut list.list),
        ("title", t.designer.product_title, item, |list| &mut list.title),
        ("text", t.designer.product_text, String::new(), |list| &mut list.text),
        ("price", t.designer.price, String::new(), |list| &mut list.price),
        ("image", t.designer.product_image, String::new(), |list| &mut list.image),
        ("href", t.designer.href_optional, String::new(), |list| &mut list.href),
        ("empty", t.designer.empty_list, t.designer.empty_list_hint.to_owned(), |list| &mut list.empty),
    ];
    let mut list = list;
    let designer = designer();
    let choose = Callback::new(move |asset| super::super::image::put(designer, id, &asset));
    let fields = fields
        .into_iter()
        .map(|(name, label, hint, place)| {
            let value = place(&mut list).clone();
            let path = format!("{at}.{name}");
            let on_input = on_block(id, name, move |block, text| match &mut block.kind {
                BlockKind::ProductList(list) => put_text(place(list), text),
                _ => None,
            });
            if name == "list" {
                view! { <TextField path label hint value required=true list="designer-values" failure on_input/> }
                    .into_any()
            } else {
                view! { <ExpressionField path label hint value failure on_input/> }.into_any()
            }
        })
        .collect_view();
    view! { {fields}<ImageChooser on_choose=choose/> }
}

#[component]
fn LinkFields(id: PartId, at: String, text: String, align: domain::design::Alignment) -> impl IntoView {
    let t = texts();
    view! {
        <ExpressionField
            path=format!("{at}.text") label=t.designer.link_words value=text required=true failure=failure()
            on_input=on_block(id, "text", |block, words| match &mut block.kind {
                BlockKind::Unsubscribe { text, .. } | BlockKind::Mirror { text, .. } => put_text(text, words),
                _ => None,
            })
        />
        <AlignField path=format!("{at}.align") value=align on_input=on_block(id, "align", |block, word| match &mut block.kind {
            BlockKind::Unsubscribe { align, .. } | BlockKind::Mirror { align, .. } => put_word(align, word),
            _ => None,
        })/>
    }
}
