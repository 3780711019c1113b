//! The words that every configuration has.

/// No more messages. They hold everywhere, and no configuration takes one away.
pub const STOP: &[&str] = &[
    "STOP",
    "STOPALL",
    "STOP ALL",
    "QUIT",
    "CANCEL",
    "END",
    "UNSUBSCRIBE",
    "NO",
    "REVOKE",
    "OPTOUT",
    "OPT-OUT",
    "OPT OUT",
    "REMOVE",
    "ARRET",
    "ARRÊT",
    "TD",
    "수신거부",
    "거부",
];
/// Messages again.
pub const START: &[&str] = &["SUBSCRIBE", "YES", "UNSTOP", "START", "CONTINUE", "RESUME", "BEGIN", "수신동의"];
/// What is this?
pub const HELP: &[&str] = &["HELP", "INFO", "INFORMATION", "도움말"];
/// Yes, I did ask for messages: only after the question.
pub const CONFIRM: &[&str] = &["YES", "Y", "CONFIRM", "OUI", "SI", "SÍ", "예", "네", "동의"];
