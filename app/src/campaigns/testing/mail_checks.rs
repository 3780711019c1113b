//! What is said of a mail without sending it: its spam score, links, accessibility, size.

use content::{Finding, FindingGroup, MailReport, SCORE_BAD, SCORE_GOOD, Severity};
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::{Signal4, StateBadge, file_size};

/// A list that is drawn anew with the mail.
#[component]
pub fn MailChecks(report: Memo<Option<MailReport>>) -> impl IntoView {
    view! {
        <section class="card stack" aria-labelledby="mail-checks">
            <h3 id="mail-checks">{texts().testing.checks}</h3>
            {move || report.get().map(|report| view! { <Report report/> })}
        </section>
    }
}

#[component]
fn Report(report: MailReport) -> impl IntoView {
    let t = &texts().testing;
    let (signal, words) = match report.score {
        score if score < SCORE_GOOD => (Signal4::Ok, t.score_good),
        score if score > SCORE_BAD => (Signal4::Failed, t.score_bad),
        _ => (Signal4::Warning, t.score_fair),
    };
    let untold: usize = report.untold.iter().map(|(_, count)| count).sum();
    let is_clean = report.findings.is_empty();
    view! {
        <p>
            <StateBadge signal text=t.score(report.score_text())/>" "
            <span class="hint">{words}" "{t.size(file_size(report.bytes as u64))}</span>
        </p>
        {is_clean.then(|| view! { <p class="hint">{t.nothing_found}</p> })}
        {(!is_clean).then(|| view! {
            <ul class="review-faults">
                {report.findings.into_iter().map(|finding| view! { <Found finding/> }).collect_view()}
            </ul>
        })}
        {(untold > 0).then(|| view! { <p class="hint">{t.untold(untold)}</p> })}
    }
}

#[component]
fn Found(finding: Finding) -> impl IntoView {
    let t = &texts().testing;
    let code = finding.code;
    let (signal, severity) = match code.severity() {
        Severity::Error => (Signal4::Failed, t.severity_error),
        Severity::Warning => (Signal4::Warning, t.severity_warning),
        Severity::Hint => (Signal4::Quiet, t.severity_hint),
    };
    let group = match code.group() {
        FindingGroup::Spam => t.group_spam,
        FindingGroup::Links => t.group_links,
        FindingGroup::Accessibility => t.group_accessibility,
        FindingGroup::Size => t.group_size,
    };
    let points = (code.points() > 0).then(|| t.points(format!("{}.{}", code.points() / 10, code.points() % 10)));
    let text = texts().mail_checks.of(code.as_str()).unwrap_or_else(|| code.as_str());
    let place = (!finding.place.is_empty()).then(|| view! { " "<code>{finding.place}</code> });
    view! {
        <li>
            <StateBadge signal text=severity/>" "{group}": "{text}{place}
            {points.map(|points| view! { " "<span class="hint">{points}</span> })}
        </li>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use content::FindingCode;

    use crate::i18n::Language;

    #[test]
    fn everything_that_can_be_found_has_its_words_in_every_language() {
        for language in Language::ALL {
            for code in FindingCode::ALL {
                assert!(language.texts().mail_checks.of(code.as_str()).is_some(), "{} {language:?}", code.as_str());
            }
        }
    }
}
