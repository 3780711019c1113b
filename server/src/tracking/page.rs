//! The pages that people see who follow a link of a mail: small, without scripts, in English and Korean.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::html::escaped;

/// Of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Korean,
}

impl Language {
    /// The first that `Accept-Language` names and we have.
    pub fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let named = accepted.split(',').map(str::trim).find_map(|language| match language.get(..2) {
            Some("ko") => Some(Self::Korean),
            Some("en") => Some(Self::English),
            _ => None,
        });
        named.unwrap_or(Self::English)
    }

    const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// May we stop?
    Asks {
        address: String,
    },
    HasLeft {
        address: String,
    },
    IsBack {
        address: String,
    },
    NoSuchLink,
    /// Unknown, or no longer good.
    NoShortLink,
}

/// Title, sentence, and the button with the value that it sends.
struct Words {
    title: &'static str,
    sentence: &'static str,
    button: Option<(&'static str, &'static str, &'static str)>,
}

impl Page {
    /// The page as an answer. It runs nothing, loads nothing, and stands in no frame.
    pub fn answer(&self, status: StatusCode, language: Language) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ),
        ];
        (status, headers, self.html(language)).into_response()
    }

    fn html(&self, language: Language) -> String {
        let Words { title, sentence, button } = self.words(language);
        let address = match self {
            Self::Asks { address } | Self::HasLeft { address } | Self::IsBack { address } => {
                format!("<p class=\"address\">{}</p>", escaped(address))
            }
            Self::NoSuchLink | Self::NoShortLink => String::new(),
        };
        let form = button.map_or(String::new(), |(name, value, words)| {
            format!(
                "<form method=\"post\"><input type=\"hidden\" name=\"{name}\" value=\"{value}\"><button>{words}</button></form>"
            )
        });
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><main><h1>{title}</h1>{address}<p>{sentence}</p>{form}</main></body></html>",
            language.code()
        )
    }

    const fn words(&self, language: Language) -> Words {
        match (self, language) {
            (Self::Asks { .. }, Language::English) => Words {
                title: "Unsubscribe",
                sentence: "You will get no more marketing mails from us at this address.",
                button: Some(("List-Unsubscribe", "One-Click", "Unsubscribe")),
            },
            (Self::Asks { .. }, Language::Korean) => Words {
                title: "수신 거부",
                sentence: "이 주소로는 더 이상 마케팅 메일을 보내지 않습니다.",
                button: Some(("List-Unsubscribe", "One-Click", "수신 거부")),
            },
            (Self::HasLeft { .. }, Language::English) => Words {
                title: "You are unsubscribed",
                sentence: "You get no more marketing mails from us at this address. Mails about what you order or ask for still come.",
                button: Some(("back", "1", "I want them after all")),
            },
            (Self::HasLeft { .. }, Language::Korean) => Words {
                title: "수신 거부되었습니다",
                sentence: "이 주소로는 마케팅 메일을 보내지 않습니다. 주문이나 문의에 관한 메일은 계속 보내 드립니다.",
                button: Some(("back", "1", "다시 받겠습니다")),
            },
            (Self::IsBack { .. }, Language::English) => Words {
                title: "You are on the list",
                sentence: "You get our mails at this address.",
                button: Some(("List-Unsubscribe", "One-Click", "Unsubscribe")),
            },
            (Self::IsBack { .. }, Language::Korean) => Words {
                title: "수신 중입니다",
                sentence: "이 주소로 메일을 보내 드립니다.",
                button: Some(("List-Unsubscribe", "One-Click", "수신 거부")),
            },
            (Self::NoSuchLink, Language::English) => Words {
                title: "This link leads nowhere",
                sentence: "It is not complete, or what it led to is no longer kept. Copy the whole link from the mail.",
                button: None,
            },
            (Self::NoSuchLink, Language::Korean) => Words {
                title: "잘못된 링크입니다",
                sentence: "링크가 온전하지 않거나 더 이상 보관되지 않습니다. 메일에 있는 링크 전체를 복사해 주세요.",
                button: None,
            },
            (Self::NoShortLink, Language::English) => Words {
                title: "This link leads nowhere",
                sentence: "It is not complete, or it is older than 30 days.",
                button: None,
            },
            (Self::NoShortLink, Language::Korean) => Words {
                title: "잘못된 링크입니다",
                sentence: "링크가 온전하지 않거나 보낸 지 30일이 지났습니다.",
                button: None,
            },
        }
    }
}

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif}\
    main{max-width:32rem;margin:12vh auto;padding:0 1.5rem}h1{font-size:1.5rem}.address{font-weight:600;overflow-wrap:anywhere}\
    button{font:inherit;padding:.6rem 1.2rem;border:1px solid;border-radius:.4rem;background:none;color:inherit;cursor:pointer}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_the_first_language_that_it_has() {
        let language = |accepted: &str| {
            Language::of(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, accepted.parse().unwrap())]))
        };
        assert_eq!(language("ko-KR,ko;q=0.9,en;q=0.8"), Language::Korean);
        assert_eq!(language("de, en;q=0.5"), Language::English);
        assert_eq!(language("fr"), Language::English);
    }

    #[test]
    fn nothing_in_an_address_becomes_markup() {
        let html = Page::Asks { address: "<b>\"a&b\"@example.com".into() }.html(Language::English);
        assert!(html.contains("&lt;b&gt;&quot;a&amp;b&quot;@example.com") && !html.contains("<b>"));
    }
}
