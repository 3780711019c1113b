//! What the languages are called that people are written to in.

use crate::i18n::{Language, language};

/// Tag, name in English, name in Korean.
const USUAL: [(&str, &str, &str); 62] = [
    ("ar", "Arabic", "아랍어"),
    ("az", "Azerbaijani", "아제르바이잔어"),
    ("bg", "Bulgarian", "불가리아어"),
    ("bn", "Bengali", "벵골어"),
    ("bs", "Bosnian", "보스니아어"),
    ("ca", "Catalan", "카탈로니아어"),
    ("cs", "Czech", "체코어"),
    ("da", "Danish", "덴마크어"),
    ("de", "German", "독일어"),
    ("de-AT", "German (Austria)", "독일어(오스트리아)"),
    ("de-CH", "German (Switzerland)", "독일어(스위스)"),
    ("el", "Greek", "그리스어"),
    ("en", "English", "영어"),
    ("en-AU", "English (Australia)", "영어(호주)"),
    ("en-CA", "English (Canada)", "영어(캐나다)"),
    ("en-GB", "English (United Kingdom)", "영어(영국)"),
    ("en-US", "English (United States)", "영어(미국)"),
    ("es", "Spanish", "스페인어"),
    ("es-419", "Spanish (Latin America)", "스페인어(라틴 아메리카)"),
    ("es-ES", "Spanish (Spain)", "스페인어(스페인)"),
    ("es-MX", "Spanish (Mexico)", "스페인어(멕시코)"),
    ("et", "Estonian", "에스토니아어"),
    ("fa", "Persian", "페르시아어"),
    ("fi", "Finnish", "핀란드어"),
    ("fil", "Filipino", "필리핀어"),
    ("fr", "French", "프랑스어"),
    ("fr-CA", "French (Canada)", "프랑스어(캐나다)"),
    ("he", "Hebrew", "히브리어"),
    ("hi", "Hindi", "힌디어"),
    ("hr", "Croatian", "크로아티아어"),
    ("hu", "Hungarian", "헝가리어"),
    ("hy", "Armenian", "아르메니아어"),
    ("id", "Indonesian", "인도네시아어"),
    ("is", "Icelandic", "아이슬란드어"),
    ("it", "Italian", "이탈리아어"),
    ("ja", "Japanese", "일본어"),
    ("ka", "Georgian", "조지아어"),
    ("kk", "Kazakh", "카자흐어"),
    ("km", "Khmer", "크메르어"),
    ("ko", "Korean", "한국어"),
    ("lo", "Lao", "라오어"),
    ("lt", "Lithuanian", "리투아니아어"),
    ("lv", "Latvian", "라트비아어"),
    ("mn", "Mongolian", "몽골어"),
    ("ms", "Malay", "말레이어"),
    ("my", "Burmese", "버마어"),
    ("nb", "Norwegian", "노르웨이어"),
    ("nl", "Dutch", "네덜란드어"),
    ("pl", "Polish", "폴란드어"),
    ("pt-BR", "Portuguese (Brazil)", "포르투갈어(브라질)"),
    ("pt-PT", "Portuguese (Portugal)", "포르투갈어(포르투갈)"),
    ("ro", "Romanian", "루마니아어"),
    ("ru", "Russian", "러시아어"),
    ("sk", "Slovak", "슬로바키아어"),
    ("sr", "Serbian", "세르비아어"),
    ("sv", "Swedish", "스웨덴어"),
    ("th", "Thai", "태국어"),
    ("tr", "Turkish", "튀르키예어"),
    ("uk", "Ukrainian", "우크라이나어"),
    ("vi", "Vietnamese", "베트남어"),
    ("zh-Hans", "Chinese (simplified)", "중국어(간체)"),
    ("zh-Hant", "Chinese (traditional)", "중국어(번체)"),
];

/// Tags and names of the usual ones, in the order of their names.
pub fn usual_languages() -> Vec<(String, String)> {
    let page = language();
    let mut all: Vec<(String, String)> =
        USUAL.iter().map(|known| (known.0.to_owned(), name_in(page, known).to_owned())).collect();
    all.sort_by(|(_, one), (_, other)| one.cmp(other));
    all
}

/// `Korean`, `Spanish (AR)`; the tag where nobody here knows the language.
pub fn language_name(tag: &str) -> String {
    name_of(language(), tag)
}

fn name_of(page: Language, tag: &str) -> String {
    let known = |tag: &str| USUAL.iter().find(|(known, ..)| known.eq_ignore_ascii_case(tag));
    if let Some(known) = known(tag) {
        return name_in(page, known).to_owned();
    }
    match tag.split_once('-').and_then(|(first, rest)| Some((known(first)?, rest))) {
        Some((known, rest)) if page == Language::Korean => format!("{}({rest})", name_in(page, known)),
        Some((known, rest)) => format!("{} ({rest})", name_in(page, known)),
        None => tag.to_owned(),
    }
}

const fn name_in(page: Language, known: &(&'static str, &'static str, &'static str)) -> &'static str {
    match page {
        Language::English => known.1,
        Language::Korean => known.2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_its_name_and_one_that_nobody_knows_is_called_by_its_tag() {
        for (tag, name) in
            [("ko", "Korean"), ("PT-br", "Portuguese (Brazil)"), ("es-AR", "Spanish (AR)"), ("tlh", "tlh")]
        {
            assert_eq!(name_of(Language::English, tag), name);
        }
        assert_eq!(name_of(Language::Korean, "es-AR"), "스페인어(AR)");
    }

    #[test]
    fn every_usual_language_is_a_language() {
        for (tag, ..) in USUAL {
            assert!(domain::profile::language(tag).is_ok(), "{tag}");
        }
    }
}
