//! What spam filters dislike, by rules that can be read: neither learned nor asked for.

use domain::channel_configuration::Category;
use domain::content::RenderedEmail;

use super::access::INVISIBLE;
use super::finding::{FindingCode, Findings};
use super::scan::Scanned;

/// Longer subjects are cut off on phones.
const SUBJECT_LONG: usize = 70;
/// Less text than this beside pictures is next to none.
const TEXT_LEAST: usize = 80;
/// Capitals are counted in texts of at least so many letters.
const LETTERS_LEAST: usize = 200;

/// Phrases that filters know (compare `SpamAssassin`'s rules for subjects and bodies).
const PHRASES: [&str; 22] = [
    "act now",
    "100% free",
    "risk free",
    "risk-free",
    "no obligation",
    "you are a winner",
    "you have won",
    "congratulations! you",
    "double your",
    "earn extra cash",
    "extra income",
    "make money fast",
    "cash bonus",
    "this is not spam",
    "lowest price ever",
    "once in a lifetime",
    "limited time only",
    "click below",
    "dear friend",
    "무료 증정",
    "100% 무료",
    "당첨되셨습니다",
];

pub(super) fn check(mail: &RenderedEmail, scanned: &Scanned, category: Category, findings: &mut Findings) {
    check_subject(&mail.subject, findings);
    let body = format!("{} {}", mail.subject, scanned.text).to_lowercase();
    for phrase in PHRASES.iter().filter(|phrase| body.contains(**phrase)) {
        findings.add(FindingCode::SpamPhrases, phrase);
    }
    let letters = scanned.text.chars().filter(|letter| !letter.is_whitespace()).count();
    if !scanned.pictures.is_empty() && letters < TEXT_LEAST {
        findings.add(FindingCode::PicturesOnly, format!("{letters} / {TEXT_LEAST}"));
    }
    if mail.text.trim().is_empty() {
        findings.add(FindingCode::TextMissing, "");
    }
    if let Some(share) = share_of_capitals(&scanned.text).filter(|share| *share > 40) {
        findings.add(FindingCode::TextCapitals, format!("{share} %"));
    }
    for contrast in scanned.contrasts.iter().filter(|contrast| contrast.ratio < INVISIBLE) {
        findings.add(FindingCode::TextInvisible, &contrast.text);
    }
    scanned.forbidden.iter().for_each(|element| findings.add(FindingCode::ForbiddenElement, element));
    scanned.handlers.iter().for_each(|handler| findings.add(FindingCode::Handler, handler));
    let leaves = |href: &str| ["#unsubscribe", "#preferences"].contains(&href.trim());
    let can_leave = scanned.links.iter().any(|link| link.href.as_deref().is_some_and(leaves));
    if category == Category::Marketing && !can_leave {
        findings.add(FindingCode::UnsubscribeMissing, "{{ unsubscribe_url }}");
    }
}

fn check_subject(subject: &str, findings: &mut Findings) {
    // Letters of Korean have no capitals.
    let cased: Vec<char> = subject.chars().filter(|letter| letter.is_uppercase() || letter.is_lowercase()).collect();
    if cased.len() >= 6 && cased.iter().all(|letter| letter.is_uppercase()) {
        findings.add(FindingCode::SubjectCapitals, subject);
    }
    if subject.chars().filter(|letter| ['!', '！'].contains(letter)).count() > 1 {
        findings.add(FindingCode::SubjectExclamations, subject);
    }
    let start = subject.trim_start().to_lowercase();
    if ["re:", "fw:", "fwd:", "aw:", "회신:", "전달:"].iter().any(|reply| start.starts_with(reply)) {
        findings.add(FindingCode::SubjectFalseReply, subject);
    }
    let length = subject.chars().count();
    if length > SUBJECT_LONG {
        findings.add(FindingCode::SubjectLong, format!("{length} / {SUBJECT_LONG}"));
    }
}

/// In percent; `None`: there are too few letters to tell.
fn share_of_capitals(text: &str) -> Option<usize> {
    let capitals = text.chars().filter(|letter| letter.is_uppercase()).count();
    let all = capitals + text.chars().filter(|letter| letter.is_lowercase()).count();
    (all >= LETTERS_LEAST).then(|| capitals * 100 / all)
}
