//! How many tests passed and failed, read from what the test programs themselves say.

use std::fmt;
use std::ops::AddAssign;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Counts of single tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    /// Ignored in Rust, skipped in Playwright.
    pub skipped: u64,
}

impl Tally {
    /// From one line of `cargo test`: `test result: ok. 5 passed; 0 failed; 1 ignored; …`. Any other line counts nothing.
    pub fn from_cargo_line(line: &str) -> Self {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else { return Self::default() };
        let counts = result.split_once(". ").map_or("", |(_, counts)| counts);
        let count = |word: &str| {
            counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok()).unwrap_or_default()
        };
        Self { passed: count("passed"), failed: count("failed"), skipped: count("ignored") }
    }

    /// From Playwright's JSON report. A flaky test is a failed one; so is an error outside any test.
    pub fn from_playwright(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("Playwright's report is not JSON")?;
        let stats = &report["stats"];
        let count = |name: &str| stats[name].as_u64().with_context(|| format!("Playwright's report has no {name}"));
        let errors = report["errors"].as_array().map_or(0, Vec::len) as u64;
        Ok(Self {
            passed: count("expected")?,
            failed: count("unexpected")? + count("flaky")? + errors,
            skipped: count("skipped")?,
        })
    }
}

impl Tally {
    /// From the head of a `JUnit` report: `<testsuites … tests="13" failures="1" errors="0">`. Anything else counts nothing.
    pub fn from_junit(report: &str) -> Self {
        let head = report.split_once("<testsuite").map_or("", |(_, rest)| rest);
        let head = head.split_once('>').map_or("", |(head, _)| head);
        let count = |name: &str| -> u64 {
            let value = head.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
            value.and_then(|value| value.parse().ok()).unwrap_or_default()
        };
        let (failed, skipped) = (count("failures") + count("errors"), count("skipped"));
        Self { passed: count("tests").saturating_sub(failed + skipped), failed, skipped }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_lines_of_cargo_are_counted_and_no_others() {
        let lines = [
            "running 3 tests",
            "test campaign::a_paused_campaign_refuses ... ok",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 40 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ];
        let mut sum = Tally::default();
        for line in lines {
            sum += Tally::from_cargo_line(line);
        }
        assert_eq!(sum, Tally { passed: 42, failed: 3, skipped: 1 });
        assert_eq!(sum.to_string(), "42 passed, 3 failed");
    }

    #[test]
    fn a_junit_report_is_counted_by_its_head() {
        let report = r#"<?xml version="1.0"?><testsuites disabled="0" errors="1" failures="2" tests="13" time="1.0"><testsuite>"#;
        assert_eq!(Tally::from_junit(report), Tally { passed: 10, failed: 3, skipped: 0 });
        assert_eq!(Tally::from_junit(""), Tally::default());
    }

    #[test]
    fn a_flaky_journey_and_an_error_outside_the_tests_are_failures() {
        let report = r#"{"stats":{"expected":4,"unexpected":1,"flaky":2,"skipped":3},"errors":[{"message":"no"}]}"#;
        assert_eq!(Tally::from_playwright(report).unwrap(), Tally { passed: 4, failed: 4, skipped: 3 });
        assert!(Tally::from_playwright("{}").is_err());
    }
}
