//! What looks like an opt-out word, and what does not.

use super::fuzzy::{is_one_typo, stop_word};

fn guess(text: &str) -> Option<String> {
    stop_word(text, &["BASTA".to_owned(), "NIX".to_owned()], |word| ["START", "STOPS", "SUBSCRIBE"].contains(&word))
}

#[test]
fn what_looks_like_an_opt_out_word_is_one() {
    for (text, word) in [
        // English
        ("pls stop", "STOP"),
        ("Please stop texting me!", "STOP"),
        ("STOP PLEASE", "STOP"),
        ("ok, stop", "STOP"),
        ("stopp", "STOP"),
        ("Sotp", "STOP"),
        ("dtop", "STOP"),
        ("stopp sending this", "STOP"),
        ("s-t-o-p", "STOP"),
        ("stop all messages", "STOPALL"),
        ("Stop. I never asked for this.", "STOP"),
        ("unsubscribe me from this list", "UNSUBSCRIBE"),
        ("unsuscribe", "UNSUBSCRIBE"),
        ("unsubcribe please", "UNSUBSCRIBE"),
        ("Opt out of this", "OPTOUT"),
        ("opt me out", "OPT ME OUT"),
        ("remove me, I have a new number", "REMOVE ME"),
        ("remove my number from the list", "REMOVE"),
        ("cancel my subscription", "CANCEL"),
        ("cancell", "CANCEL"),
        ("pls quit", "QUIT"),
        // Korean
        ("수신 거부", "수신거부"),
        ("수신거부 해주세요", "수신거부"),
        ("수신거부요~", "수신거부"),
        ("광고 수신거부 부탁드립니다", "수신거부"),
        ("수신거뷰", "수신거부"),
        ("문자 그만 보내세요", "그만보내"),
        ("제발 보내지 마세요", "보내지마"),
        ("구독 취소할게요", "구독취소"),
        // French
        ("arrêt svp", "ARRET"),
        ("Arrêtez de m'écrire", "ARRETEZ"),
        ("stop s'il vous plaît", "STOP"),
        ("désabonnement", "DESABONNEMENT"),
        ("Désinscrire mon numéro", "DESINSCRIRE"),
        ("aret", "ARRET"),
        // Spanish
        ("Por favor, stop", "STOP"),
        ("BAJA por favor", "BAJA"),
        ("darme de baja", "DARME DE BAJA"),
        ("cancelar suscripción", "CANCELAR SUSCRIPCION"),
        ("parar mensajes", "PARAR"),
        // Own words
        ("basta ya con esto", "BASTA"),
        ("bsata", "BASTA"),
    ] {
        assert_eq!(guess(text).unwrap_or_default(), word, "{text}");
    }
}

#[test]
fn what_only_sounds_like_it_is_none() {
    for text in [
        "",
        "!!!",
        "🎉",
        "please",
        "no thanks",
        "no more ideas",
        "end of the week?",
        "ends",
        "td?",
        "nixx",
        "When do you stop?",
        "don't stop",
        "non-stop",
        "Stop by tomorrow",
        "shop",
        "Shop now",
        "step 2 does not work",
        "quite good",
        "remote",
        "removed",
        "arrest",
        "stops",
        "start",
        "Subscribe",
        "subscribe me",
        "unstop",
        "unstopp",
        "cancel my order 4711",
        "remove the blue one from my order",
        "quit smoking works!",
        "the bus stop",
        "top",
        "sop",
        "수신",
        "거부",
        "거부합니다",
        "수신동의",
        "수신거부 취소",
        "수신 거부 해제해 주세요",
        "수신거부 안 할게요",
        "구독 취소 안 해요",
        "언제 보내나요?",
        "오늘 도착하나요?",
        "merci",
        "bonjour",
        "arriver",
        "para mañana",
        "bajar el precio",
        "gracias",
    ] {
        assert_eq!(guess(text), None, "{text}");
    }
}

#[test]
fn a_typo_is_one_letter_or_two_changed_about() {
    for text in ["STOPP", "SSTOP", "STP", "TOP", "SXOP", "SOTP", "STPO", "STOX"] {
        assert!(is_one_typo(text, "STOP"), "{text}");
    }
    for text in ["STOP", "", "SPOT", "STOPPP", "POTS", "SP", "STAPX"] {
        assert!(!is_one_typo(text, "STOP"), "{text}");
    }
    assert!(is_one_typo("", "A") && is_one_typo("AB", "BA") && !is_one_typo("", ""));
}
