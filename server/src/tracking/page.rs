//! The pages that people see who follow a link of a mail: small, without scripts, in English and Korean.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use domain::consent::masked;

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
        Self::accepted(headers).unwrap_or(Self::English)
    }

    /// The same; for whoever's browser names none of ours, the language in which they were written to (its tag).
    pub fn of_reader(headers: &HeaderMap, written: &str) -> Self {
        Self::accepted(headers).or_else(|| Self::of_tag(written)).unwrap_or(Self::English)
    }

    fn accepted(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        accepted.split(',').map(str::trim).find_map(Self::of_tag)
    }

    fn of_tag(tag: &str) -> Option<Self> {
        match tag.get(..2) {
            Some("ko") => Some(Self::Korean),
            Some("en") => Some(Self::English),
            _ => None,
        }
    }

    pub const fn code(self) -> &'static str {
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
    Asks(Reader),
    HasLeft(Reader),
    IsBack(Reader),
    /// Do you agree?
    AsksToConfirm(Reader),
    Confirmed(Reader),
    NoSuchLink,
    /// Unknown, or no longer good.
    NoShortLink,
}

/// Whoever opened the link: known to themselves by less than their address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub address: String,
    /// What is said is of all addresses of the person.
    pub for_all: bool,
    /// Token of the page on which they choose more finely; empty: there is none.
    pub preferences: String,
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
        answer(status, self.html(language))
    }

    fn html(&self, language: Language) -> String {
        let Words { title, sentence, button } = self.words(language);
        let (address, preferences) = self.reader().map(|reader| around(reader, language)).unwrap_or_default();
        let form = button.map_or(String::new(), |(name, value, words)| {
            format!(
                "<form method=\"post\"><input type=\"hidden\" name=\"{name}\" value=\"{value}\"><button>{words}</button></form>"
            )
        });
        document(language, title, &format!("{address}<p>{sentence}</p>{form}{preferences}"))
    }

    const fn reader(&self) -> Option<&Reader> {
        match self {
            Self::Asks(reader)
            | Self::HasLeft(reader)
            | Self::IsBack(reader)
            | Self::AsksToConfirm(reader)
            | Self::Confirmed(reader) => Some(reader),
            Self::NoSuchLink | Self::NoShortLink => None,
        }
    }

    const fn words(&self, language: Language) -> Words {
        match (self, language) {
            (Self::Asks(reader), Language::English) => Words {
                title: "Unsubscribe",
                sentence: if reader.for_all {
                    "Press the button and you get no more marketing mails from us at any of your addresses."
                } else {
                    "Press the button and you get no more marketing mails from us at this address."
                },
                button: Some(("leave", "1", "Unsubscribe")),
            },
            (Self::Asks(reader), Language::Korean) => Words {
                title: "수신 거부",
                sentence: if reader.for_all {
                    "아래 버튼을 누르면 회원님의 모든 주소로 더 이상 마케팅 메일을 보내지 않습니다."
                } else {
                    "아래 버튼을 누르면 이 주소로는 더 이상 마케팅 메일을 보내지 않습니다."
                },
                button: Some(("leave", "1", "수신 거부")),
            },
            (Self::HasLeft(reader), Language::English) => Words {
                title: "You are unsubscribed",
                sentence: if reader.for_all {
                    "You get no more marketing mails from us at any of your addresses. Mails about what you order or ask for still come."
                } else {
                    "You get no more marketing mails from us at this address. Mails about what you order or ask for still come."
                },
                button: Some(("back", "1", "I want them after all")),
            },
            (Self::HasLeft(reader), Language::Korean) => Words {
                title: "수신 거부되었습니다",
                sentence: if reader.for_all {
                    "회원님의 모든 주소로 마케팅 메일을 보내지 않습니다. 주문이나 문의에 관한 메일은 계속 보내 드립니다."
                } else {
                    "이 주소로는 마케팅 메일을 보내지 않습니다. 주문이나 문의에 관한 메일은 계속 보내 드립니다."
                },
                button: Some(("back", "1", "다시 받겠습니다")),
            },
            (Self::IsBack(_), Language::English) => Words {
                title: "You are on the list",
                sentence: "You get our mails at this address.",
                button: Some(("leave", "1", "Unsubscribe")),
            },
            (Self::IsBack(_), Language::Korean) => Words {
                title: "수신 중입니다",
                sentence: "이 주소로 메일을 보내 드립니다.",
                button: Some(("leave", "1", "수신 거부")),
            },
            (Self::AsksToConfirm(_), Language::English) => Words {
                title: "Do you want our mails?",
                sentence: "Somebody entered this address to get our marketing mails. Confirm if it was you. Otherwise close this page: nothing comes without your confirmation.",
                button: Some(("confirm", "1", "Yes, I want them")),
            },
            (Self::AsksToConfirm(_), Language::Korean) => Words {
                title: "메일을 받으시겠습니까?",
                sentence: "누군가 마케팅 메일을 받겠다고 이 주소를 입력했습니다. 본인이시면 확인해 주세요. 아니라면 이 페이지를 닫으시면 됩니다. 확인하지 않으면 아무것도 보내지 않습니다.",
                button: Some(("confirm", "1", "네, 받겠습니다")),
            },
            (Self::Confirmed(_), Language::English) => Words {
                title: "Thank you",
                sentence: "You have confirmed that you want our mails. You can leave at any time by the link in each of them.",
                button: None,
            },
            (Self::Confirmed(_), Language::Korean) => Words {
                title: "감사합니다",
                sentence: "메일 수신에 동의하셨습니다. 메일마다 있는 링크로 언제든지 거부하실 수 있습니다.",
                button: None,
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

/// A page as an answer. It runs nothing, loads nothing, and stands in no frame.
pub fn answer(status: StatusCode, html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ];
    (status, headers, html).into_response()
}

/// The whole page around a body. `title` and `body` are markup.
pub fn document(language: Language, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>",
        language.code()
    )
}

/// The masked address, and the way to choose more finely.
fn around(reader: &Reader, language: Language) -> (String, String) {
    let words = match language {
        Language::English => "Choose what you get",
        Language::Korean => "받을 메일 고르기",
    };
    let link = match reader.preferences.as_str() {
        "" => String::new(),
        token => format!("<p><a href=\"/p/{}\">{words}</a></p>", escaped(token)),
    };
    (address_line(&reader.address), link)
}

/// Whose page it is: the link may have been handed on, so not the whole address.
pub fn address_line(address: &str) -> String {
    format!("<p class=\"address\">{}</p>", escaped(&masked(address)))
}

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif}\
    main{max-width:32rem;margin:12vh auto;padding:0 1.5rem}h1{font-size:1.5rem}.address{font-weight:600;overflow-wrap:anywhere}\
    button{font:inherit;padding:.6rem 1.2rem;border:1px solid;border-radius:.4rem;background:none;color:inherit;cursor:pointer}\
    a{color:inherit}fieldset{border:1px solid;border-radius:.4rem;margin:0 0 1rem;padding:.5rem 1rem}legend{padding:0 .3rem}\
    .choice{display:flex;gap:.75rem;align-items:flex-start;padding:.5rem 0;cursor:pointer}.choice small{display:block;font-size:.875rem}\
    .choice input{width:1.25rem;height:1.25rem;margin:.15rem 0 0;flex:none}.saved{border-left:.25rem solid;padding-left:.75rem}\
    hr{border:0;border-top:1px solid;margin:1.5rem 0}";

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
        let fr = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, "fr".parse().unwrap())]);
        assert_eq!(Language::of_reader(&fr, "ko-KR"), Language::Korean);
        assert_eq!(Language::of_reader(&fr, "de"), Language::English);
    }

    #[test]
    fn nothing_in_an_address_becomes_markup() {
        let address = "a@<b>\"a&b\".com".to_owned();
        let reader = Reader { address, for_all: false, preferences: "\"><i>".into() };
        let html = Page::Asks(reader).html(Language::English);
        assert!(
            html.contains("a•••@&lt;b&gt;&quot;a&amp;b&quot;.com") && !html.contains("<b>") && !html.contains("<i>")
        );
    }
}
