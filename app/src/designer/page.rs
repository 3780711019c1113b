//! The page: palette and outline, the mail, settings; or the preview.

use domain::access::Permission;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::canvas::{Canvas, keep_focus};
use super::clipboard;
use super::faults::FaultList;
use super::gallery::Gallery;
use super::help::Help;
use super::outline::Outline;
use super::palette::Palette;
use super::save::{SaveButton, SaveFailure, Saving};
use super::settings::Settings;
use super::state::{Designer, Values};
use crate::campaigns::{Drawing, LivePreview, OpenedCampaign, open_variant, provide_vocabulary, variant_name};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Notice, PageHeader, loaded};

/// Address of the designer of a campaign's mail.
pub(crate) fn designer_path(sandbox: &str, campaign: &str) -> String {
    format!("/{sandbox}/campaigns/{campaign}/design")
}

/// The designer of a campaign's mail. `?variant` says of which of its contents, `?start` opens the starting points first, `?at`
/// the part that a fault is about.
#[component]
pub fn DesignerPage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let campaign = Memo::new(move |_| params.with(|params| params.get("campaign").unwrap_or_default()));
    let query = use_query_map();
    let variant = Memo::new(move |_| query.with(|query| query.get("variant").unwrap_or_default()));
    let opened = Resource::new(
        move || (sandbox.get(), campaign.get(), variant.get()),
        |(sandbox, id, variant)| open_variant(sandbox, id, variant, String::new()),
    );
    loaded(opened, |opened| view! { <Opened opened/> })
}

#[component]
fn Opened(opened: OpenedCampaign) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name().get_untracked();
    let campaign = opened.detail.campaign.clone();
    let variants = &opened.detail.draft.variants;
    let name = match &opened.variant {
        Some(key) => format!("{} · {}", campaign.name, variant_name(variants, Some(key))),
        None => campaign.name,
    };
    let above = (opened.place(sandbox).step(), name);
    let refused = if !may(Permission::ManageCampaigns) {
        Some(t.wizard.not_for_your_role)
    } else if opened.detail.draft.content.email().is_none() {
        Some(t.designer.only_mails)
    } else {
        None
    };
    match refused {
        Some(text) => view! { <PageHeader title=t.designer.title above/><Notice>{text}</Notice> }.into_any(),
        None => view! { <Workbench opened above/> }.into_any(),
    }
}

#[component]
fn Workbench(opened: OpenedCampaign, above: (String, String)) -> impl IntoView {
    let t = texts();
    let draft = opened.detail.draft.clone();
    let content = opened.content().clone();
    let email = content.email().cloned().unwrap_or_default();
    let is_code = email.design.is_none() && !(email.html.trim().is_empty() && email.mjml.trim().is_empty());
    let is_new = email.design.is_none();
    let (wants_start, at) = use_query_map().with_untracked(|query| (query.get("start").is_some(), query.get("at")));
    let channel = content.channel();
    let drawing = Drawing::new(content, draft.variables.clone(), opened.around(), opened.drawn.clone());
    let designer = Designer::new(email.design.map(|design| *design).unwrap_or_default(), drawing);
    designer.gallery.set(is_new || wants_start);
    provide_context(designer);
    if let Some(at) = at {
        designer.go_to(&at);
    }
    provide_vocabulary(drawing, draft.content.channel(), &draft.variables);
    let known: Vec<String> = draft.variables.keys().cloned().collect();
    provide_context(Values(Memo::new(move |_| values_of(drawing, &known))));
    let shows_preview = RwSignal::new(false);
    draw(designer, drawing);
    keep_focus();
    let saving = Saving::new(opened.detail.campaign.clone(), opened.place(sandbox_name().get_untracked()));
    view! {
        <PageHeader title=t.designer.title above>
            <Ways designer/>
            <SaveButton saving/>
        </PageHeader>
        <div class="without-program"><Notice kind="warning">{t.designer.needs_program}</Notice></div>
        <SaveFailure saving/>
        {designer.attention.view()}
        <ValueList/>
        <div
            class="designer" data-shows=move || if shows_preview.get() { "preview" } else { "design" }
            on:copy=move |event| clipboard::copy(designer, &event, false)
            on:cut=move |event| clipboard::copy(designer, &event, true)
            on:paste=move |event| clipboard::paste(designer, &event)
            on:keydown=move |event| if event.key() == "s" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                saving.save(None);
            }
        >
            <PartSwitch shows_preview/>
            <div class="designer-desk">
                <div class="designer-left"><Palette/><Outline/><FaultList/></div>
                <div class="designer-middle">
                    {move || if designer.gallery.get() { view! { <Gallery is_code saving drawing/> }.into_any() } else { view! { <Canvas/> }.into_any() }}
                </div>
                <Settings/>
            </div>
            <div class="designer-preview"><LivePreview channel drawing/></div>
        </div>
    }
}

/// Every change is drawn, apart from this page, so that nobody waits for it; faults come from there as well.
fn draw(designer: Designer, drawing: Drawing) {
    Effect::new(move |before: Option<()>| {
        let design = designer.with(Clone::clone);
        if before.is_some() {
            drawing.change_email(|email| {
                email.mjml.clear();
                email.design = Some(Box::new(design));
            });
        }
    });
}

/// Paths that the mail reads already, and those that something was said of.
fn values_of(drawing: Drawing, known: &[String]) -> Vec<String> {
    let mut paths = drawing.drawn().with(|drawn| drawn.preview.readings.keys().cloned().collect::<Vec<_>>());
    paths.extend(known.iter().cloned());
    paths.sort();
    paths.dedup();
    paths
}

/// Proposals for fields that name a value.
#[component]
fn ValueList() -> impl IntoView {
    let values = super::state::values();
    view! {
        <datalist id="designer-values">{move || values.get().into_iter().map(|path| view! { <option value=path></option> }).collect_view()}</datalist>
    }
}

/// Back and forward again, the starting points, the shortcuts.
#[component]
fn Ways(designer: Designer) -> impl IntoView {
    let t = texts();
    view! {
        <button type="button" class="button button-secondary" disabled=move || !designer.can_undo() on:click=move |_| designer.undo()>{t.designer.undo}</button>
        <button type="button" class="button button-secondary" disabled=move || !designer.can_redo() on:click=move |_| designer.redo()>{t.designer.redo}</button>
        <button type="button" class="button button-secondary" on:click=move |_| designer.gallery.update(|open| *open = !*open)>{t.designer.templates}</button>
        <Help/>
    }
}

/// Design or preview.
#[component]
fn PartSwitch(shows_preview: RwSignal<bool>) -> impl IntoView {
    let t = texts();
    let choice = move |is_preview: bool, label: &'static str| {
        view! {
            <label>
                <input
                    type="radio" class="visually-hidden" name="designer-part" value=if is_preview { "preview" } else { "design" }
                    checked=!is_preview on:change=move |_| shows_preview.set(is_preview)
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="switch designer-switch">
            <legend class="visually-hidden">{t.designer.part}</legend>
            {choice(false, t.designer.design)}
            {choice(true, t.content_step.preview)}
        </fieldset>
    }
}
