//! A rule in words.

use domain::design::{Rule, Test, TestKind};

use crate::i18n::Texts;

/// `context.total is above 100 and profile.tier is gold`.
pub fn rule_words(t: &Texts, rule: &Rule) -> String {
    let tests: Vec<String> = rule.tests.iter().map(|test| test_words(t, test)).collect();
    tests.join(if rule.any { t.designer.joined_or } else { t.designer.joined_and })
}

fn test_words(t: &Texts, test: &Test) -> String {
    let path = if test.path.is_empty() { "…" } else { &test.path };
    let kind = test_name(t, test.kind);
    if test.kind.compares() { format!("{path} {kind} {}", test.value) } else { format!("{path} {kind}") }
}

/// How a value is looked at, in the middle of a sentence.
pub const fn test_name(t: &Texts, kind: TestKind) -> &'static str {
    let t = &t.designer;
    match kind {
        TestKind::Is => t.test_is,
        TestKind::IsNot => t.test_is_not,
        TestKind::Contains => t.test_contains,
        TestKind::StartsWith => t.test_starts_with,
        TestKind::Above => t.test_above,
        TestKind::Below => t.test_below,
        TestKind::IsThere => t.test_is_there,
        TestKind::IsMissing => t.test_is_missing,
    }
}
