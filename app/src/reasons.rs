//! Why a message is where it is, in words.

use domain::message::Message;
use domain::provider::ProviderKind;
use leptos::prelude::*;

use crate::i18n::{Texts, texts};

/// The code's words; for codes that have none the number of SMTP or HTTP, or the provider and what it calls it; otherwise the
/// code itself.
pub fn reason_text(code: &str) -> String {
    in_words(code, texts())
}

fn in_words(code: &str, t: &Texts) -> String {
    if let Some(words) = t.reasons.of(code) {
        return words.to_owned();
    }
    if let Some(words) = words_of_provider(code, t) {
        return words;
    }
    match code.strip_prefix("smtp_").map(|number| (number, number.chars().next())) {
        Some((number, Some('4'))) => t.reasons.smtp_later(number),
        Some((number, Some('5'))) => t.reasons.smtp_never(number),
        _ => code.to_owned(),
    }
}

/// `http_503`, or the word of a provider before what it calls the reason: `twilio_21610`.
fn words_of_provider(code: &str, t: &Texts) -> Option<String> {
    if let Some(status) = code.strip_prefix("http_") {
        return Some(t.reasons.http_status(status));
    }
    ProviderKind::ALL.iter().find_map(|provider| {
        let own = code.strip_prefix(provider.as_str())?.strip_prefix('_')?;
        (!own.is_empty()).then(|| t.reasons.provider_code(provider.label(), own.replace('_', " ")))
    })
}

/// What a person can do about it, where there is something.
pub fn remedy(code: &str) -> Option<&'static str> {
    texts().remedies.of(code)
}

/// Reason in words, and the server's own words below.
#[component]
pub fn Reason<'a>(message: &'a Message) -> impl IntoView + use<> {
    let words = message.reason.as_deref().map(reason_text);
    let detail = message.detail.clone().filter(|detail| !detail.is_empty());
    view! {
        {words.map(|words| view! { <div>{words}</div> })}
        {detail.map(|detail| view! { <div class="hint two-lines" title=detail.clone()>{detail.clone()}</div> })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    /// Codes that attempts end with, see `engine::senders::smtp::fault`, `engine::delivery::attempt` and `content`.
    const COMMON: &[&str] = &[
        "smtp_550",
        "connection_failed",
        "timeout",
        "tls_failed",
        "auth_failed",
        "auth_required",
        "greeting_refused",
        "bad_reply",
        "in_doubt",
        "cancelled",
        "render_failed",
        "missing_variable",
        "configuration_not_active",
        "bad_email_address",
        "internal",
        "rate_window_over",
        "campaign_stopped",
        "after_end",
        "suppressed",
        "bad_phone_number",
        "bad_push_token",
        "bad_subscription",
        "address_refused",
        "misconfigured",
        "answer_timed_out",
    ];

    #[test]
    fn common_reasons_have_words_in_every_language() {
        for language in Language::ALL {
            for code in COMMON {
                assert_ne!(in_words(code, language.texts()), *code, "{language:?}");
            }
        }
    }

    #[test]
    fn a_code_of_a_provider_names_it() {
        let english = Language::English.texts();
        assert_eq!(in_words("twilio_30005", english), "Twilio: 30005");
        assert_eq!(in_words("web_push_gone", english), "Web Push: gone");
        assert!(in_words("http_503", english).contains("503"));
        assert_eq!(in_words("twilio_", english), "twilio_");
    }

    #[test]
    fn an_unknown_code_is_shown_as_it_is_and_an_unknown_smtp_code_by_its_number() {
        let english = Language::English.texts();
        assert_eq!(in_words("<b>moon_phase</b>", english), "<b>moon_phase</b>");
        assert_eq!(in_words("smtp_", english), "smtp_");
        assert!(in_words("smtp_471", english).contains("471"));
        assert_ne!(in_words("smtp_471", english), in_words("smtp_571", english).replace('5', "4"));
    }
}
