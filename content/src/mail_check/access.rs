//! Whether everybody can read it (WCAG 2.2, as far as a mail can be held to it).

use super::finding::{FindingCode, Findings};
use super::scan::Scanned;

/// Least contrast of text, and of large text (WCAG 2.2, 1.4.3).
const CONTRAST: f64 = 4.5;
const CONTRAST_LARGE: f64 = 3.0;
/// Below this nobody sees it: a matter of spam, not of eyes.
pub(super) const INVISIBLE: f64 = 1.15;

pub(super) fn check(scanned: &Scanned, findings: &mut Findings) {
    for picture in scanned.pictures.iter().filter(|picture| picture.alt.is_none()) {
        findings.add(FindingCode::AltMissing, &picture.src);
    }
    for contrast in &scanned.contrasts {
        let least = if contrast.is_large { CONTRAST_LARGE } else { CONTRAST };
        if contrast.ratio >= INVISIBLE && contrast.ratio < least {
            let (text, ground) = contrast.colours;
            let start: String = contrast.text.chars().take(30).collect();
            findings.add(FindingCode::LowContrast, format!("{:.1} ({text} / {ground}): {start}", contrast.ratio));
        }
    }
    let mut before = 0;
    for (level, text) in &scanned.headings {
        if *level > before + 1 {
            findings.add(FindingCode::HeadingOrder, format!("h{level}: {}", text.trim()));
        }
        before = *level;
    }
    if !scanned.has_language {
        findings.add(FindingCode::LanguageMissing, "<html lang>");
    }
    if scanned.bare_tables > 0 {
        findings.add(FindingCode::TableRole, format!("{} × <table>", scanned.bare_tables));
    }
}
