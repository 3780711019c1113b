//! The theme: what holds in the whole mail.

use domain::design::{DarkColors, Font, Theme};
use leptos::prelude::*;

use super::super::edit::Change;
use super::super::state::designer;
use super::color::ColorField;
use super::field::{YesNoField, failure, on_theme, put_number, put_word};
use crate::i18n::texts;
use crate::ui::{SelectField, TextField};

#[component]
pub fn ThemeSettings() -> impl IntoView {
    let t = texts();
    let designer = designer();
    let theme = designer.with_untracked(|design| design.theme.clone());
    let failure = failure();
    let fonts = Font::ALL.iter().map(|font| (font.to_string(), font_name(*font, t.designer.font_system).to_owned()));
    let dark = theme.dark.clone();
    let set_dark = Callback::new(move |yes: String| {
        let mut theme = designer.with_untracked(|design| design.theme.clone());
        theme.dark = (yes == "true").then(DarkColors::default);
        designer.choose("dark", Change::Theme(theme));
    });
    view! {
        <h2>{t.designer.mail}</h2>
        <p class="hint">{t.designer.theme_hint}</p>
        <Head/>
        <TextField
            path="content.design.theme.width" label=t.designer.width kind="number" unit="px" value=theme.width.to_string() failure
            on_input=on_theme("width", |theme, text| put_number(&mut theme.width, text))
        />
        <SelectField
            path="content.design.theme.font" label=t.designer.font value=theme.font.as_str() options=fonts.collect()
            on_input=on_theme("font", |theme, text| put_word(&mut theme.font, text))
        />
        <TextField
            path="content.design.theme.fontSize" label=t.designer.font_size kind="number" unit="px" value=theme.font_size.to_string() failure
            on_input=on_theme("fontSize", |theme, text| put_number(&mut theme.font_size, text))
        />
        <TextField
            path="content.design.theme.radius" label=t.designer.radius kind="number" unit="px" value=theme.radius.to_string() failure
            on_input=on_theme("radius", |theme, text| put_number(&mut theme.radius, text))
        />
        <Colors theme/>
        <YesNoField
            path="content.design.theme.dark".to_owned() label=t.designer.dark hint=t.designer.dark_hint value=dark.is_some() on_input=set_dark
        />
        {dark.map(|dark| view! { <Dark dark/> })}
    }
}

/// What the document says of itself.
#[component]
fn Head() -> impl IntoView {
    let t = texts();
    let designer = designer();
    let (language, title) = designer.with_untracked(|design| (design.language.clone(), design.title.clone()));
    let put = move |field: &'static str, put: fn(&mut (String, String), String)| {
        Callback::new(move |text: String| {
            let mut head = designer.with_untracked(|design| (design.language.clone(), design.title.clone()));
            put(&mut head, text);
            designer.type_into(field, Change::Head(head.0, head.1));
        })
    };
    view! {
        <TextField
            path="content.design.language" label=t.designer.language hint=t.designer.language_hint value=language failure=failure()
            on_input=put("language", |head, text| text.trim().clone_into(&mut head.0))
        />
        <TextField
            path="content.design.title" label=t.designer.document_title hint=t.designer.document_title_hint value=title failure=failure()
            on_input=put("title", |head, text| head.1 = text)
        />
    }
}

#[component]
fn Colors(theme: Theme) -> impl IntoView {
    let t = texts();
    let at = |name: &str| format!("content.design.theme.{name}");
    view! {
        <ColorField
            path=at("background") label=t.designer.background value=Some(theme.background)
            on_input=on_theme("background", |theme, text| put_word(&mut theme.background, text))
        />
        <ColorField
            path=at("backdrop") label=t.designer.backdrop value=Some(theme.backdrop)
            on_input=on_theme("backdrop", |theme, text| put_word(&mut theme.backdrop, text))
        />
        <ColorField
            path=at("text") label=t.designer.text_color value=Some(theme.text)
            on_input=on_theme("text", |theme, text| put_word(&mut theme.text, text))
        />
        <ColorField
            path=at("link") label=t.designer.link_color value=Some(theme.link)
            on_input=on_theme("link", |theme, text| put_word(&mut theme.link, text))
        />
        <ColorField
            path=at("button") label=t.designer.button_color value=Some(theme.button)
            on_input=on_theme("button", |theme, text| put_word(&mut theme.button, text))
        />
        <ColorField
            path=at("buttonText") label=t.designer.button_text value=Some(theme.button_text)
            on_input=on_theme("buttonText", |theme, text| put_word(&mut theme.button_text, text))
        />
    }
}

#[component]
fn Dark(dark: DarkColors) -> impl IntoView {
    let t = texts();
    let at = |name: &str| format!("content.design.theme.dark.{name}");
    view! {
        <fieldset class="settings-group">
            <legend>{t.designer.dark_colors}</legend>
            <ColorField
                path=at("background") label=t.designer.background value=Some(dark.background)
                on_input=on_theme("dark.background", |theme, text| put_word(&mut theme.dark.as_mut()?.background, text))
            />
            <ColorField
                path=at("backdrop") label=t.designer.backdrop value=Some(dark.backdrop)
                on_input=on_theme("dark.backdrop", |theme, text| put_word(&mut theme.dark.as_mut()?.backdrop, text))
            />
            <ColorField
                path=at("text") label=t.designer.text_color value=Some(dark.text)
                on_input=on_theme("dark.text", |theme, text| put_word(&mut theme.dark.as_mut()?.text, text))
            />
            <ColorField
                path=at("link") label=t.designer.link_color value=Some(dark.link)
                on_input=on_theme("dark.link", |theme, text| put_word(&mut theme.dark.as_mut()?.link, text))
            />
        </fieldset>
    }
}

const fn font_name(font: Font, system: &'static str) -> &'static str {
    match font {
        Font::System => system,
        Font::Arial => "Arial",
        Font::Helvetica => "Helvetica",
        Font::Georgia => "Georgia",
        Font::Verdana => "Verdana",
        Font::Tahoma => "Tahoma",
        Font::Courier => "Courier New",
    }
}
