//! The page on which the reader of a mail chooses what they want: a form without scripts, in English and Korean.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::channel_configuration::Channel;
use domain::id::TopicId;
use engine::Engine;
use engine::consent::{Preferences, TopicWish, Wishes};

use super::page::{Language, Page, address_line, answer, document};
use crate::api::Problem;
use crate::html::escaped;

/// `GET /p/{token}`: shows. Programs follow links, so this changes nothing.
pub async fn show(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let found = engine.find_preferences(&token).await?;
    Ok(page(found.as_ref(), Language::of(&headers), None))
}

/// `POST /p/{token}`: saves what is ticked, or `leave=everything`.
pub async fn save(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let language = Language::of(&headers);
    let is_ours = match form(&body) {
        None => return Ok(Page::NoSuchLink.answer(StatusCode::BAD_REQUEST, language)),
        Some(Form::LeaveEverything) => engine.leave_everything(&token).await?,
        Some(Form::Save(wishes)) => engine.save_preferences(&token, &wishes).await?,
    };
    let found = engine.find_preferences(&token).await?.filter(|_| is_ours);
    Ok(page(found.as_ref(), language, Some(words(language).saved)))
}

/// What the page sends.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    Save(Wishes),
    LeaveEverything,
}

/// `None` for what the page does not send.
fn form(body: &[u8]) -> Option<Form> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
    if fields.iter().any(|(name, value)| name == "leave" && value == "everything") {
        return Some(Form::LeaveEverything);
    }
    fields.iter().any(|(name, _)| name == "save").then(|| {
        let all = |wanted: &str| {
            let values = fields.iter().filter(|(name, _)| name == wanted);
            values.filter_map(|(_, value)| value.parse::<TopicId>().ok()).collect()
        };
        let channel = fields.iter().any(|(name, _)| name == "channel");
        Form::Save(Wishes { channel, shown: all("shown"), wanted: all("topic") })
    })
}

/// What the page says beside the topics.
struct Words {
    title: &'static str,
    legend: &'static str,
    channel: &'static str,
    channel_about: &'static str,
    save: &'static str,
    saved: &'static str,
    everything: &'static str,
    everything_about: &'static str,
    for_all: &'static str,
    service: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::English => Words {
            title: "Your choices",
            legend: "What may we send you?",
            channel: "Marketing",
            channel_about: "News and offers. Without this tick none of them comes, whatever is ticked below.",
            save: "Save my choices",
            saved: "Your choices are saved.",
            everything: "Unsubscribe from everything",
            everything_about: "Then no marketing comes to you any more. You can come back here at any time.",
            for_all: "Your choices are for all your addresses.",
            service: "What you order or ask for is answered in any case.",
        },
        Language::Korean => Words {
            title: "수신 설정",
            legend: "무엇을 보내 드릴까요?",
            channel: "마케팅",
            channel_about: "소식과 혜택입니다. 여기를 선택하지 않으면 아래 선택과 상관없이 보내지 않습니다.",
            save: "설정 저장",
            saved: "설정을 저장했습니다.",
            everything: "모두 수신 거부",
            everything_about: "더 이상 마케팅을 보내지 않습니다. 언제든지 이 페이지에서 다시 받으실 수 있습니다.",
            for_all: "회원님의 모든 주소에 적용됩니다.",
            service: "주문이나 문의에 관한 안내는 계속 보내 드립니다.",
        },
    }
}

/// By what it comes, in the words of the reader.
const fn by(channel: Channel, language: Language) -> &'static str {
    match (channel, language) {
        (Channel::Email, Language::English) => "emails",
        (Channel::Mobile, Language::English) => "messages",
        (Channel::Push, Language::English) => "notifications",
        (Channel::Email, Language::Korean) => "이메일",
        (Channel::Mobile, Language::Korean) => "문자 메시지",
        (Channel::Push, Language::Korean) => "알림",
    }
}

fn page(found: Option<&Preferences>, language: Language, saved: Option<&str>) -> Response {
    let Some(found) = found else { return Page::NoSuchLink.answer(StatusCode::NOT_FOUND, language) };
    answer(StatusCode::OK, html(found, language, saved))
}

fn html(found: &Preferences, language: Language, saved: Option<&str>) -> String {
    let words = words(language);
    let saved = saved.map_or(String::new(), |text| format!("<p class=\"saved\" role=\"status\">{text}</p>"));
    let channel = format!("{} {}", words.channel, by(found.channel, language));
    let topics: String = found.topics.iter().map(|wish| topic(wish, language)).collect();
    let for_all = if found.for_all { format!("<p>{}</p>", words.for_all) } else { String::new() };
    let body = format!(
        "{}{for_all}{saved}<form method=\"post\"><input type=\"hidden\" name=\"save\" value=\"1\"><fieldset><legend>{}</legend>{}{topics}\
         </fieldset><button>{}</button></form><hr><p id=\"leave\">{}</p><form method=\"post\">\
         <input type=\"hidden\" name=\"leave\" value=\"everything\"><button aria-describedby=\"leave\">{}</button></form><p>{}</p>",
        address_line(&found.address),
        words.legend,
        choice(("channel", "1"), found.wants, &channel, words.channel_about),
        words.save,
        words.everything_about,
        words.everything,
        words.service,
    );
    document(language, words.title, &body)
}

/// A topic, and that it was shown: what nobody saw is not said no to.
fn topic(TopicWish { topic, wants }: &TopicWish, language: Language) -> String {
    let words = &topic.words;
    let (name, about) = match language {
        Language::English => (&words.name_en, &words.description_en),
        Language::Korean => (&words.name_ko, &words.description_ko),
    };
    let id = topic.id.as_str();
    let shown = format!("<input type=\"hidden\" name=\"shown\" value=\"{id}\">");
    shown + &choice(("topic", id), *wants, name, about)
}

fn choice((name, value): (&str, &str), wants: bool, title: &str, about: &str) -> String {
    let checked = if wants { " checked" } else { "" };
    let about = if about.is_empty() { String::new() } else { format!("<small>{}</small>", escaped(about)) };
    format!(
        "<label class=\"choice\"><input type=\"checkbox\" name=\"{name}\" value=\"{value}\"{checked}>\
         <span>{}{about}</span></label>",
        escaped(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_sends_is_read_and_nothing_else() {
        let (one, two) = (TopicId::new(1, [1; 10]), TopicId::new(2, [2; 10]));
        let sent = format!("save=1&channel=1&shown={one}&topic={one}&shown={two}&shown=nonsense");
        let shown = [one.clone(), two].into();
        let wishes = Wishes { channel: true, shown, wanted: [one].into() };
        assert_eq!(form(sent.as_bytes()), Some(Form::Save(wishes)));
        assert_eq!(form(b"save=1"), Some(Form::Save(Wishes::default())));
        assert_eq!(form(b"leave=everything"), Some(Form::LeaveEverything));
        for other in [&b""[..], b"leave=1", b"List-Unsubscribe=One-Click", b"\xff\xfe", b"topic=x"] {
            assert_eq!(form(other), None);
        }
    }
}
