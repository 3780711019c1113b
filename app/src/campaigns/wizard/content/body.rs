//! What a mail is made of: blocks, MJML or HTML. `?code=` shows a mail of blocks as code; it stays one of blocks until the
//! code is changed.

use content::escaped;
use domain::asset::Asset;
use domain::content::EmailContent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::drawing::Drawing;
use crate::campaigns::ContentPlace;
use crate::expressions::{ExpressionField, insert_text};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::library::ImageChooser;
use crate::ui::field_id;

/// The code, or the ways to the designer and to the code.
#[component]
pub fn Body(
    content: EmailContent,
    place: ContentPlace,
    /// What the design makes.
    mjml: String,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let asked = use_query_map().with_untracked(|query| query.get("code").unwrap_or_default());
    let (step, designer, templates) = (place.step(), place.designer(""), place.designer("start=template"));
    match (&content.design, asked.as_str()) {
        (Some(_), "mjml") => view! { <StillDesigned step/><Mjml source=mjml drawing failure/> }.into_any(),
        (Some(_), "html") => view! { <StillDesigned step/><Html source=content.html drawing failure/> }.into_any(),
        (Some(_), _) => view! { <Designed step designer templates failure/> }.into_any(),
        (None, _) if !content.mjml.trim().is_empty() => {
            view! { <Mjml source=content.mjml drawing failure/><ToDesigner designer templates/> }.into_any()
        }
        (None, _) => view! { <ToDesigner designer templates/><Html source=content.html drawing failure/> }.into_any(),
    }
}

/// A mail of blocks.
#[component]
fn Designed(
    step: String,
    designer: String,
    templates: String,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let faults = move || {
        let faults = failure.get().map(|failure| failure.faults()).unwrap_or_default();
        let of_design = faults.0.into_iter().filter(|fault| fault.path.starts_with("content.design"));
        of_design.map(|fault| view! { <p class="field-fault">{crate::i18n::fault_text(&fault)}</p> }).collect_view()
    };
    view! {
        <section class="card designed" aria-labelledby="designed">
            <h3 id="designed">{t.content_step.designed}</h3>
            <p class="hint">{t.content_step.designed_hint}</p>
            {faults}
            <div class="row">
                <a href=designer class="button">{t.content_step.open_designer}</a>
                <a href=templates class="button button-secondary">{t.content_step.from_template}</a>
            </div>
            <p class="hint">
                {t.content_step.switch_to_code}" "<a href=format!("{step}&code=html")>"HTML"</a>" · "<a href=format!("{step}&code=mjml")>"MJML"</a>
            </p>
        </section>
    }
}

/// Code of a mail of blocks, and the way back.
#[component]
fn StillDesigned(step: String) -> impl IntoView {
    let t = texts();
    view! {
        <div class="notice notice-warning">
            <p>{t.content_step.code_ends_design}</p>
            <p><a href=step>{t.content_step.back_to_design}</a></p>
        </div>
    }
}

/// From code to blocks.
#[component]
fn ToDesigner(designer: String, templates: String) -> impl IntoView {
    let t = texts();
    view! {
        <div class="row">
            <a href=designer class="button button-secondary">{t.content_step.open_designer}</a>
            <a href=templates class="button button-secondary">{t.content_step.from_template}</a>
        </div>
    }
}

#[component]
fn Html(source: String, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let insert = Callback::new(|asset: Asset| insert_text(&field_id("content.html"), &tag_of(&asset)));
    view! {
        <div class="row needs-program"><ImageChooser on_choose=insert/></div>
        <ExpressionField
            path="content.html" name="fields[html]" label=texts().content_step.html value=source rows=20 source=true markup=true
            required=true failure on_input=Callback::new(move |text| drawing.change_email(|content| {
                content.design = None;
                content.mjml.clear();
                content.html = text;
            }))
        />
    }
}

/// An image of the library in HTML.
fn tag_of(asset: &Asset) -> String {
    let (url, alt, width) = (escaped(&asset.url), escaped(&asset.alt), asset.width.min(600));
    format!("<img src=\"{url}\" alt=\"{alt}\" width=\"{width}\" style=\"max-width:100%;height:auto\">")
}

#[component]
fn Mjml(source: String, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    view! {
        <ExpressionField
            path="content.mjml" name="fields[mjml]" label="MJML" value=source rows=20 source=true markup=true
            required=true failure on_input=Callback::new(move |text| drawing.change_email(|content| {
                content.design = None;
                content.mjml = text;
            }))
        />
    }
}
