//! How a mail looks: letters, colours, and what changes at night and on small screens.

use domain::design::{Color, Font, Padding, SocialNetwork, Theme};

/// Letters that mail programs have, with Korean ones. None that the library would fetch from elsewhere.
pub(super) const fn stack(font: Font) -> &'static str {
    match font {
        Font::System => {
            "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Apple SD Gothic Neo', 'Malgun Gothic', Helvetica, Arial, sans-serif"
        }
        Font::Arial => "Arial, 'Malgun Gothic', sans-serif",
        Font::Helvetica => "Helvetica, Arial, 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif",
        Font::Georgia => "Georgia, 'Times New Roman', 'Nanum Myeongjo', Batang, serif",
        Font::Verdana => "Verdana, Geneva, 'Malgun Gothic', sans-serif",
        Font::Tahoma => "Tahoma, Geneva, 'Malgun Gothic', sans-serif",
        Font::Courier => "'Courier New', Courier, monospace",
    }
}

pub(super) fn room(padding: Padding) -> String {
    let Padding { top, right, bottom, left } = padding;
    format!("{top}px {right}px {bottom}px {left}px")
}

/// `share` percent of `one` in `other`.
pub(super) fn mixed(one: &Color, other: &Color, share: u32) -> String {
    let [a, b] = [one.channels(), other.channels()];
    let channel = |place: usize| (u32::from(a[place]) * share + u32::from(b[place]) * (100 - share)) / 100;
    format!("#{:02x}{:02x}{:02x}", channel(0), channel(1), channel(2))
}

/// Colour of lines that have none of their own.
pub(super) fn line(theme: &Theme) -> String {
    mixed(&theme.text, &theme.background, 16)
}

fn is_korean(language: &str) -> bool {
    language.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case("ko"))
}

/// The badge of a network: its name in the language of the mail, its colour, and that of the letters on it. Brands whose
/// colour is too light for white letters have dark ones or a darker colour, so that everybody can read them.
pub(super) fn badge(network: SocialNetwork, language: &str) -> (&'static str, Option<(&'static str, &'static str)>) {
    let is_korean = is_korean(language);
    match network {
        SocialNetwork::Facebook => (if is_korean { "페이스북" } else { "Facebook" }, Some(("#0b5fcc", "#ffffff"))),
        SocialNetwork::Instagram => (if is_korean { "인스타그램" } else { "Instagram" }, Some(("#b3246f", "#ffffff"))),
        SocialNetwork::X => ("X", Some(("#0f1419", "#ffffff"))),
        SocialNetwork::Linkedin => ("LinkedIn", Some(("#0a66c2", "#ffffff"))),
        SocialNetwork::Youtube => (if is_korean { "유튜브" } else { "YouTube" }, Some(("#cc0000", "#ffffff"))),
        SocialNetwork::Tiktok => (if is_korean { "틱톡" } else { "TikTok" }, Some(("#161823", "#ffffff"))),
        SocialNetwork::Kakaotalk => (if is_korean { "카카오톡" } else { "KakaoTalk" }, Some(("#fee500", "#191600"))),
        SocialNetwork::Naver => (if is_korean { "네이버" } else { "NAVER" }, Some(("#03c75a", "#06210f"))),
        SocialNetwork::Web => (if is_korean { "홈페이지" } else { "Website" }, None),
    }
}

/// Styles of the head. Parts with a background of their own keep their colours at night; `hm-` marks the others.
pub(super) fn styles(theme: &Theme, language: &str) -> String {
    // Korean words are not cut where a line ends.
    let words =
        if is_korean(language) { "p,h1,h2,h3,li,td,div{word-break:keep-all;overflow-wrap:break-word}" } else { "" };
    let Some(dark) = &theme.dark else { return words.to_owned() };
    let night = |before: &str| {
        let (backdrop, background, text, link) = (&dark.backdrop, &dark.background, &dark.text, &dark.link);
        let line = mixed(text, background, 24);
        format!(
            "{before}.hm-back{{background-color:{backdrop}!important}}\
            {before}.hm-mail,{before}.hm-mail>table{{background:{background}!important;background-color:{background}!important}}\
            {before}.hm-text,{before}.hm-text div,{before}.hm-text td,{before}.hm-text span{{color:{text}!important}}\
            {before}.hm-text a{{color:{link}!important}}\
            {before}.hm-line p,{before}.hm-text td{{border-color:{line}!important}}"
        )
    };
    // Outlook on the web says it is night with attributes of its own.
    format!(
        "{words}:root{{color-scheme:light dark;supported-color-schemes:light dark}}\
        @media (prefers-color-scheme:dark){{body{{background-color:{}!important}}{}}}{}",
        dark.backdrop,
        night(""),
        night("[data-ogsc] ")
    )
}
