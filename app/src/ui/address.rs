//! Addresses and other long words without spaces.

use leptos::prelude::*;

/// An email address, or what stands in its place. When it does not fit, it is broken before a sign that belongs to the
/// next part: `ann.archer⏎@shop⏎.example`.
#[component]
pub fn Address(#[prop(into)] text: String) -> impl IntoView {
    parts(&text).into_iter().map(|part| view! { <wbr/>{part} }).collect_view()
}

fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for sign in text.chars() {
        match parts.last_mut() {
            Some(part) if !matches!(sign, '@' | '.' | '+' | '_') => part.push(sign),
            _ => parts.push(sign.to_string()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_be_broken_before_its_signs_and_loses_none() {
        assert_eq!(parts("ann.archer@shop.example"), ["ann", ".archer", "@shop", ".example"]);
        assert_eq!(parts("command line"), ["command line"]);
        assert!(parts("").is_empty());
    }
}
