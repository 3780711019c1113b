//! What somebody is about to write at the cursor.

use super::marks::{is_of_path, next_opening};

/// What could stand at the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Value,
    /// Behind `|`.
    Filter,
    /// Behind `is`.
    Test,
    /// Behind `{%`.
    Tag,
    /// The name in `fragment("…")`.
    Fragment,
}

/// What is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub wanted: Wanted,
    /// Where it begins.
    pub from: usize,
    pub typed: String,
    /// What closes the expression is there.
    pub is_closed: bool,
    /// Nothing stands before it in its expression.
    pub starts_expression: bool,
    /// In `{% %}`.
    pub is_tag: bool,
}

impl Asked {
    /// Something has to be written here, rather than an operator or nothing.
    pub fn must_follow(&self) -> bool {
        self.starts_expression || self.wanted != Wanted::Value
    }
}

/// What the cursor is in; `None`: not in a template, or where only the author knows what follows.
pub fn asked(text: &str, cursor: usize) -> Option<Asked> {
    let before = text.get(..cursor)?;
    let open = before.rfind("{{").max(before.rfind("{%"))?;
    let is_tag = before[open..].starts_with("{%");
    let close = if is_tag { "%}" } else { "}}" };
    let inside = &before[open + 2..];
    let asked = |wanted, typed: &str| {
        let rest = &text[cursor..];
        let next = next_opening(rest, 0).unwrap_or(rest.len());
        let is_closed = rest[..next].split('\n').next().is_some_and(|rest| rest.contains(close));
        let from = cursor - typed.len();
        let starts_expression = !is_tag && before[open + 2..from].trim_start_matches('-').trim().is_empty();
        Some(Asked { wanted, from, typed: typed.to_owned(), is_closed, starts_expression, is_tag })
    };
    match open_text(inside, close) {
        Open::Nothing => {}
        Open::Text { head, typed } if is_fragment(head) => return asked(Wanted::Fragment, typed),
        Open::Text { .. } | Open::Closed => return None,
    }
    let head_length = inside.trim_end_matches(is_of_path).len();
    let (head, typed) = inside.split_at(head_length);
    if typed.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.') {
        return None;
    }
    asked(wanted(head.trim_start_matches('-'), is_tag)?, typed)
}

/// What follows these words of an expression.
fn wanted(head: &str, is_tag: bool) -> Option<Wanted> {
    let head = head.trim_end();
    let last_word = head.rsplit(|letter| !is_of_path(letter)).next().unwrap_or_default();
    if head.is_empty() {
        return Some(if is_tag { Wanted::Tag } else { Wanted::Value });
    }
    match head.chars().last()? {
        '|' => Some(Wanted::Filter),
        // Names of arguments, of loops and of `set`.
        '(' | ',' if !head.contains('[') => is_bracket_of_value(head).then_some(Wanted::Value),
        ')' | ']' | '"' | '\'' | '`' => None,
        _ if last_word.is_empty() => Some(Wanted::Value),
        _ => match last_word {
            "is" => Some(Wanted::Test),
            "not" if head.trim_end_matches("not").trim_end().ends_with(" is") => Some(Wanted::Test),
            "if" | "elif" | "in" | "and" | "or" | "not" | "else" => Some(Wanted::Value),
            _ => None,
        },
    }
}

/// Does a bracket open around values, rather than around the arguments of a function?
fn is_bracket_of_value(head: &str) -> bool {
    head.strip_suffix('(').is_some_and(|head| !head.ends_with(is_of_path))
}

fn is_fragment(head: &str) -> bool {
    head.trim_end().strip_suffix('(').is_some_and(|head| head.trim_end().ends_with("fragment"))
}

/// What is open at the end of a part of an expression.
enum Open<'t> {
    /// The expression is closed before.
    Closed,
    Nothing,
    /// A text: what stands before its quotation mark, and what is behind it.
    Text {
        head: &'t str,
        typed: &'t str,
    },
}

fn open_text<'t>(inside: &'t str, close: &str) -> Open<'t> {
    let mut quote: Option<(usize, char)> = None;
    let mut is_escaped = false;
    for (at, letter) in inside.char_indices() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if letter == '\\' => is_escaped = true,
            Some((_, sign)) if sign == letter => quote = None,
            Some(_) => {}
            None if inside[at..].starts_with(close) => return Open::Closed,
            None if matches!(letter, '"' | '\'' | '`') => quote = Some((at, letter)),
            None => {}
        }
    }
    quote.map_or(Open::Nothing, |(at, _)| Open::Text { head: &inside[..at], typed: &inside[at + 1..] })
}

/// Names that the template itself makes before this place: of loops and by `set`.
pub fn own_names(before: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for tag in before.split("{%").skip(1) {
        let words = tag.trim_start_matches('-').trim_start();
        let made = if let Some(rest) = words.strip_prefix("for ") {
            rest.split(" in ").next().unwrap_or_default()
        } else if let Some(rest) = words.strip_prefix("set ") {
            rest.split('=').next().unwrap_or_default()
        } else {
            continue;
        };
        let fits =
            |name: &&str| !name.is_empty() && name.len() < 60 && name.chars().all(|it| is_of_path(it) && it != '.');
        names.extend(made.split(',').map(str::trim).filter(fits).map(str::to_owned));
    }
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `^` is the cursor.
    fn at(text: &str) -> Option<(Wanted, String)> {
        let cursor = text.find('^').unwrap();
        let asked = asked(&text.replace('^', ""), cursor)?;
        assert_eq!(asked.from, cursor - asked.typed.len());
        Some((asked.wanted, asked.typed))
    }

    #[test]
    fn what_is_written_is_known_by_what_stands_before_it() {
        use Wanted::{Filter, Fragment, Tag, Test, Value};
        for (text, wanted, typed) in [
            ("Hi {{ pro^", Value, "pro"),
            ("{{^", Value, ""),
            ("{{- profile.na^ }}", Value, "profile.na"),
            ("{{ context.a | up^", Filter, "up"),
            ("{{ context.a |^ }}", Filter, ""),
            ("{% i^", Tag, "i"),
            ("{% if con^ %}", Value, "con"),
            ("{% if context.a is de^", Test, "de"),
            ("{% if context.a is not ^", Test, ""),
            ("{% for x in con^", Value, "con"),
            ("{% set a = con^", Value, "con"),
            ("{{ context.a + con^", Value, "con"),
            ("{{ (con^", Value, "con"),
            ("{{ context.a | date_diff(from=n^", Value, "n"),
            ("{{ fragment(\"Foo^", Fragment, "Foo"),
            ("{{ fragment('한^') }}", Fragment, "한"),
        ] {
            assert_eq!(at(text), Some((wanted, typed.to_owned())), "{text}");
        }
    }

    #[test]
    fn nothing_is_asked_outside_and_where_the_author_makes_names() {
        for text in [
            "pro^",
            "{{ a }} pro^",
            "{% if a %}x^",
            "{{ 'pro^' }}",
            "{{ 17^",
            "{% for x^",
            "{% set na^",
            "{{ a | default(va^",
            "{{ profile.name x^",
            "{{ '}}' }} x^",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn whether_the_expression_is_closed_is_seen_up_to_the_end_of_its_line() {
        let is_closed = |text: &str| asked(&text.replace('^', ""), text.find('^').unwrap()).unwrap().is_closed;
        assert!(is_closed("{{ pro^ }}") && is_closed("{% if pro^ %}"));
        assert!(!is_closed("{{ pro^") && !is_closed("{{ pro^ {{ a }}") && !is_closed("{{ pro^\n}}"));
    }

    #[test]
    fn loops_and_set_make_names() {
        let names =
            own_names("{% for item in context.items %}{%- set total = 3 %}{% for k, v in context.map %}{% if x %}");
        assert_eq!(names, ["item", "k", "total", "v"]);
    }
}
