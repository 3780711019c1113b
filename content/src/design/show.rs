//! To whom a part is shown, as tags of a template.

use domain::design::{Rule, Show, Test, TestKind};

/// Puts the tags of a chain of alternatives between its parts.
#[derive(Debug, Default)]
pub(super) struct Chain {
    is_open: bool,
}

impl Chain {
    /// What stands before the next part.
    pub(super) fn before(&mut self, show: &Show) -> String {
        match show {
            Show::OrWhen(rule) if self.is_open => format!("{{% elif {} %}}", condition(rule)),
            Show::Otherwise if self.is_open => "{% else %}".to_owned(),
            Show::When(rule) | Show::OrWhen(rule) => {
                let closed = self.end();
                self.is_open = true;
                format!("{closed}{{% if {} %}}", condition(rule))
            }
            Show::Always | Show::Otherwise => self.end().to_owned(),
        }
    }

    /// What stands behind the last part.
    pub(super) fn end(&mut self) -> &'static str {
        if std::mem::take(&mut self.is_open) { "{% endif %}" } else { "" }
    }
}

/// The rule as an expression. A value that is missing answers no, whatever is asked of it but that it is missing.
fn condition(rule: &Rule) -> String {
    let tests: Vec<String> = rule.tests.iter().map(test).collect();
    if tests.is_empty() { "false".to_owned() } else { tests.join(if rule.any { " or " } else { " and " }) }
}

fn test(test: &Test) -> String {
    if test.path.trim().is_empty() {
        // Somebody is still writing.
        return "false".to_owned();
    }
    let path = path(&test.path);
    let typed = literals(&test.value);
    let any = |one: &dyn Fn(&str) -> String| typed.iter().map(|value| one(value)).collect::<Vec<_>>().join(" or ");
    let text = quoted(&test.value);
    match test.kind {
        TestKind::Is => format!("({})", any(&|value| format!("{path} == {value}"))),
        TestKind::IsNot => format!("not ({})", any(&|value| format!("{path} == {value}"))),
        TestKind::Contains => {
            let in_list = any(&|value| format!("({path} is array and {path} is containing(pat={value}))"));
            format!("(({path} is string and {path} is containing(pat={text})) or {in_list})")
        }
        TestKind::StartsWith => format!("({path} is string and {path} is starting_with(pat={text}))"),
        TestKind::Above => compared(&path, ">", &test.value),
        TestKind::Below => compared(&path, "<", &test.value),
        TestKind::IsThere => there(&path),
        TestKind::IsMissing => format!("not {}", there(&path)),
    }
}

fn there(path: &str) -> String {
    format!("({path} is defined and {path} is not none and {path} != \"\" and {path} != [])")
}

/// Numbers with numbers, and texts, such as dates, with texts.
fn compared(path: &str, sign: &str, value: &str) -> String {
    match number(value) {
        Some(number) => format!("({path} is number and {path} {sign} {number})"),
        None => format!("({path} is string and {path} {sign} {})", quoted(value)),
    }
}

/// What a person may have meant: the number or the truth value, and the text.
fn literals(value: &str) -> Vec<String> {
    let trimmed = value.trim();
    let typed = number(trimmed).or(matches!(trimmed, "true" | "false").then_some(trimmed));
    typed.map(str::to_owned).into_iter().chain([quoted(value)]).collect()
}

/// A number as JSON has it (RFC 8259 §6), without exponent.
fn number(value: &str) -> Option<&str> {
    let value = value.trim();
    let digits = value.strip_prefix('-').unwrap_or(value);
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = is_digits(whole) && (whole == "0" || !whole.starts_with('0'));
    (is_whole && rest.is_none_or(is_digits) && value.len() <= 16).then_some(value)
}

/// A path that ends at the first value that is missing. Names that a template cannot write stand in brackets.
pub(super) fn path(path: &str) -> String {
    let mut names = path.trim().split('.');
    let mut written = names.next().unwrap_or_default().to_owned();
    for (place, name) in names.enumerate() {
        let optional = if place == 0 { "" } else { "?" };
        let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !is_taken(name);
        match (is_word, place) {
            (true, 0) => written.push_str(&format!(".{name}")),
            (true, _) => written.push_str(&format!("?.{name}")),
            (false, _) => written.push_str(&format!("{optional}[{}]", quoted(name))),
        }
    }
    written
}

/// Words that mean something in an expression.
fn is_taken(name: &str) -> bool {
    matches!(name, "and" | "or" | "not" | "in" | "is" | "if" | "else" | "true" | "false" | "none" | "null")
}

/// A literal that its text cannot leave. Quotes of each kind are put in the others, not behind a backslash: scanners of tags
/// that know no backslash end where the literal ends, too.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    let free = ['"', '\'', '`'].into_iter().find(|quote| !escaped.contains(*quote));
    match free {
        Some(quote) => format!("{quote}{escaped}{quote}"),
        None => {
            let parts: Vec<String> = escaped.split('"').map(in_quotes).collect();
            format!("({})", parts.join(" ~ '\"' ~ "))
        }
    }
}

/// A text without `"`.
fn in_quotes(text: &str) -> String {
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Addresses, Compiled, Data, Naming};
    use domain::content::EmailContent;
    use serde_json::json;

    /// Is the part shown for this context? The rule itself says the same.
    fn holds(kind: TestKind, path: &str, value: &str, context: serde_json::Value) -> bool {
        let rule = Rule { any: false, tests: vec![Test { path: path.into(), kind, value: value.into() }] };
        let at = |path: &str| path.split('.').skip(1).try_fold(&context, |value, name| value.get(name));
        let says = rule.holds(at);
        let mut chain = Chain::default();
        let (before, between) = (chain.before(&Show::When(rule)), chain.before(&Show::Otherwise));
        let html = format!("{before}yes{between}no{}", chain.end());
        let content = EmailContent { subject: "S".into(), html: html.clone(), ..EmailContent::default() }.into();
        let compiled = Compiled::compile(&content).unwrap_or_else(|faults| panic!("{html}: {faults:?}"));
        let serde_json::Value::Object(context) = context.clone() else { panic!("an object") };
        let data = Data { context: std::sync::Arc::new(context), ..Data::default() };
        let rendered = compiled.render_at(&data, Addresses::default(), Naming::default());
        let shown = rendered.unwrap_or_else(|fault| panic!("{html}: {fault:?}")).email().unwrap().html == "yes";
        assert_eq!(shown, says, "{html}");
        shown
    }

    #[test]
    fn each_question_is_answered_by_the_value_as_a_person_means_it() {
        use TestKind::{Above, Below, Contains, Is, IsMissing, IsNot, IsThere, StartsWith};
        let order = || {
            json!({"order": {"total": 12.5, "count": 3, "id": "A-7", "paid": true, "tags": ["gift", 4],
            "note": "", "none": null, "list": [], "day": "2026-11-28", "zip": "06236"}})
        };
        for (kind, name, value, expected) in [
            (Is, "count", "3", true),
            (Is, "count", "4", false),
            (Is, "id", "A-7", true),
            (Is, "zip", "06236", true),
            (Is, "paid", "true", true),
            (Is, "missing", "3", false),
            (IsNot, "count", "3", false),
            (IsNot, "missing", "3", true),
            (Contains, "id", "-", true),
            (Contains, "tags", "gift", true),
            (Contains, "tags", "4", true),
            (Contains, "tags", "gif", false),
            (Contains, "count", "3", false),
            (Contains, "missing", "x", false),
            (StartsWith, "id", "A", true),
            (StartsWith, "missing", "A", false),
            (Above, "total", "12", true),
            (Above, "total", "12.5", false),
            (Above, "total", "-1.5", true),
            (Above, "id", "3", false),
            (Above, "missing", "3", false),
            (Below, "count", "10", true),
            (Below, "day", "2026-12-01", true),
            (IsThere, "total", "", true),
            (IsThere, "paid", "", true),
            (IsThere, "note", "", false),
            (IsThere, "none", "", false),
            (IsThere, "list", "", false),
            (IsThere, "missing", "", false),
            (IsMissing, "missing", "", true),
            (IsMissing, "id", "", false),
        ] {
            assert_eq!(
                holds(kind, &format!("context.order.{name}"), value, order()),
                expected,
                "{kind} {name} {value}"
            );
        }
        assert!(!holds(Is, "campaign.name", "Spring", json!({})));
        assert!(!holds(IsThere, "recipient.address", "", json!({})));
        assert!(!holds(Is, "context.a.b.c", "1", json!({})));
        assert!(holds(Is, "context.주문.금액", "1", json!({"주문": {"금액": 1}})));
        assert!(holds(Is, "context.a.in", "x", json!({"a": {"in": "x"}})));
    }

    #[test]
    fn no_value_leaves_its_text() {
        for hostile in [
            "\"",
            "'",
            "`",
            "\\",
            "a\\",
            "\"'`",
            "\" or true or \"",
            "%}{{ context.secret }}",
            "}}",
            "\" %}x{% if \"",
            "\\\" or 1 == 1 or \\\"",
            "a\nb\t\r",
            "{% endif %}",
            "{#",
            "'\"` ~ \"",
            "한국",
        ] {
            for kind in [TestKind::Is, TestKind::Contains, TestKind::StartsWith] {
                assert!(!holds(kind, "context.a", hostile, json!({"a": "other"})), "{hostile}");
                assert!(holds(kind, "context.a", hostile, json!({"a": hostile})), "{hostile}");
            }
        }
    }
}
