//! Expressions of ours.

use super::Trouble;
use super::calls::{self, As};
use super::expression::{Expression, Root, Step};
use super::scopes::Scopes;

/// What stands for a value that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallback {
    /// It is asked for, or tested.
    None,
    Text,
    List,
    Number,
}

/// The expression, without brackets around it. `looks`: sentences for whoever looks at the result.
pub(super) fn written(
    expression: &Expression,
    scopes: &Scopes,
    fallback: Fallback,
    looks: &mut Vec<&'static str>,
) -> Result<String, Trouble> {
    Terms { scopes, looks }.term(expression, fallback)
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

struct Terms<'s, 'l> {
    scopes: &'s Scopes,
    looks: &'l mut Vec<&'static str>,
}

impl Terms<'_, '_> {
    fn term(&mut self, expression: &Expression, fallback: Fallback) -> Result<String, Trouble> {
        Ok(match expression {
            Expression::Text(text) => quoted(text),
            Expression::Number(number) => number.clone(),
            Expression::Word(word) => (*word).to_owned(),
            Expression::List(elements) => {
                let literal =
                    |it: &Expression| matches!(it, Expression::Text(_) | Expression::Number(_) | Expression::Word(_));
                if !elements.iter().all(literal) {
                    return Err(Trouble::new("bad_syntax", "A list can be written of texts and numbers only."));
                }
                let elements: Result<Vec<_>, _> = elements.iter().map(|it| self.term(it, Fallback::None)).collect();
                format!("[{}]", elements?.join(", "))
            }
            Expression::Path { root, steps } => with_fallback(self.path(root, steps)?, fallback),
            Expression::Call { name, arguments } => self.call(name, arguments)?,
            Expression::Not(inner) => format!("not {}", self.inner(inner, Fallback::None)?),
            Expression::Negative(inner) => format!("-{}", self.inner(inner, Fallback::Number)?),
            Expression::Binary { operator, left, right } => self.binary(operator, left, right)?,
        })
    }

    /// The same as a part of a larger one.
    fn inner(&mut self, expression: &Expression, fallback: Fallback) -> Result<String, Trouble> {
        let term = self.term(expression, fallback)?;
        let is_simple = match expression {
            Expression::Text(_) | Expression::Number(_) | Expression::Word(_) | Expression::List(_) => true,
            Expression::Path { .. } => fallback == Fallback::None,
            _ => false,
        };
        Ok(if is_simple { term } else { format!("({term})") })
    }

    fn binary(&mut self, operator: &str, left: &Expression, right: &Expression) -> Result<String, Trouble> {
        let is_text = |it: &Expression| matches!(it, Expression::Text(_));
        let (operator, fallback) = match operator {
            "?:" => ("or", Fallback::None),
            // What joins texts there adds numbers here.
            "+" if is_text(left) || is_text(right) => ("~", Fallback::Text),
            "+" | "-" | "*" | "/" | "%" => (operator, Fallback::Number),
            "<" | "<=" | ">" | ">=" if is_text(left) || is_text(right) => (operator, Fallback::Text),
            "<" | "<=" | ">" | ">=" => (operator, Fallback::Number),
            _ => (operator, Fallback::None),
        };
        let other = if matches!(operator, "in" | "not in") { Fallback::List } else { fallback };
        Ok(format!("{} {operator} {}", self.inner(left, fallback)?, self.inner(right, other)?))
    }

    fn path(&mut self, root: &Root, steps: &[Step]) -> Result<String, Trouble> {
        if let Some(given) = of_system(root, steps) {
            return Ok(given.to_owned());
        }
        let audience = matches!((root, steps.first()), (Root::Name(name), Some(Step::Name(step)))
            if name == "profile" && step == "segmentMembership");
        if audience {
            return Err(Trouble::new("audience", "Templates do not know the audiences of a person."));
        }
        let (mut path, steps) = match (self.scopes.root(root), root, self.scopes.this()) {
            (Ok(path), Root::This(out), _) if *out > 0 => (path, steps),
            (Ok(path), ..) => (path, steps),
            // A bare name inside of a loop is one of its element.
            (Err(trouble), Root::Name(name), Some(this)) if trouble.is_unknown() => {
                (format!("{this}{}", step(name)), steps)
            }
            (Err(trouble), ..) => return Err(trouble),
        };
        for it in steps {
            match it {
                Step::Name(name) => path.push_str(&step(name)),
                Step::At(expression) => path.push_str(&format!("[{}]", self.term(expression, Fallback::None)?)),
            }
        }
        Ok(path)
    }

    fn call(&mut self, name: &str, arguments: &[Expression]) -> Result<String, Trouble> {
        self.called(calls::call(name)?, arguments)
    }

    fn called(&mut self, call: As, arguments: &[Expression]) -> Result<String, Trouble> {
        let few = || Trouble::new("bad_syntax", "This function needs other arguments.");
        if let As::Alone(term) = call {
            return Ok(term.to_owned());
        }
        let (value, rest) = arguments.split_first().ok_or_else(few)?;
        Ok(match (call, rest) {
            (As::Filter(name, names), _) if rest.len() <= names.len() => {
                format!("{} | {name}{}", self.inner(value, fallback_of(name))?, self.arguments(rest, names, None)?)
            }
            (As::FilterWith(name, names, more), _) if rest.len() <= names.len() => {
                let arguments = self.arguments(rest, names, Some(more))?;
                format!("{} | {name}{arguments}", self.inner(value, fallback_of(name))?)
            }
            (As::Test(name, names), _) if rest.len() == names.len() => {
                format!("{} is {name}{}", self.inner(value, of_test(name))?, self.arguments(rest, names, None)?)
            }
            (As::NotTest(name, names), _) if rest.len() == names.len() => {
                format!("{} is not {name}{}", self.inner(value, of_test(name))?, self.arguments(rest, names, None)?)
            }
            (As::Operator(operator), [other]) => {
                let other = if operator.ends_with("in") {
                    self.inner(other, Fallback::List)?
                } else {
                    self.inner(other, Fallback::None)?
                };
                format!("{} {operator} {other}", self.inner(value, Fallback::None)?)
            }
            (As::Nothing, []) => self.term(value, Fallback::Text)?,
            (As::Lookup, [key]) => match value {
                Expression::Path { root, steps } => {
                    format!("{}[{}]", self.path(root, steps)?, self.term(key, Fallback::None)?)
                }
                _ => return Err(few()),
            },
            (As::Concat, _) => {
                let all: Result<Vec<_>, _> = arguments.iter().map(|it| self.inner(it, Fallback::Text)).collect();
                all?.join(" ~ ")
            }
            (As::Ranked(name), [Expression::Number(n)]) => {
                format!("{} | {name}(n={n})", self.inner(value, Fallback::List)?)
            }
            (As::Ranked(name), [Expression::Path { steps, root: Root::Name(root) }, Expression::Number(n)]) => {
                let by: Option<Vec<&str>> = std::iter::once(Some(root.as_str()))
                    .chain(steps.iter().map(|it| if let Step::Name(name) = it { Some(name.as_str()) } else { None }))
                    .collect();
                let by = quoted(&by.ok_or_else(few)?.join("."));
                format!("{} | {name}(n={n}, by={by})", self.inner(value, Fallback::List)?)
            }
            (As::Money, [Expression::Text(locale)]) => {
                let currency = calls::currency_of(locale)
                    .ok_or_else(|| Trouble::new("unknown_function", "No currency is known for this country."))?;
                let value = self.inner(value, Fallback::None)?;
                format!("{value} | format_money(currency=\"{currency}\", locale={})", quoted(locale))
            }
            (As::LookAt(call, why), _) => {
                self.looks.push(why);
                self.called(*call, arguments)?
            }
            _ => return Err(few()),
        })
    }

    fn arguments(&mut self, given: &[Expression], names: &[&str], more: Option<&str>) -> Result<String, Trouble> {
        let mut written = Vec::with_capacity(given.len() + 1);
        for (value, name) in given.iter().zip(names) {
            written.push(format!("{name}={}", self.term(value, Fallback::None)?));
        }
        written.extend(more.map(str::to_owned));
        Ok(if written.is_empty() { String::new() } else { format!("({})", written.join(", ")) })
    }
}

fn with_fallback(path: String, fallback: Fallback) -> String {
    // What a loop counts is always there.
    if path.starts_with("loop.") || path.starts_with("campaign.") {
        return path;
    }
    match fallback {
        Fallback::None => path,
        Fallback::Text => format!("{path} | default(value=\"\")"),
        Fallback::List => format!("{path} | default(value=[])"),
        Fallback::Number => format!("{path} | default(value=0)"),
    }
}

/// What a filter of ours can be given when there is no value. Without one, the value is needed: a date or a number that is
/// not there cannot be shown.
fn fallback_of(filter: &str) -> Fallback {
    use crate::functions::{Takes, filter as function};
    match function(filter).map(|it| it.takes) {
        Some(Takes::List) => Fallback::List,
        Some(Takes::One) => Fallback::Text,
        _ => Fallback::None,
    }
}

fn of_test(test: &str) -> Fallback {
    match test {
        "defined" | "undefined" | "empty" => Fallback::None,
        "including" | "intersecting" | "subset_of" | "superset_of" => Fallback::List,
        _ => Fallback::Text,
    }
}

/// `.name`, or `["name"]` when it is no word of ours.
fn step(name: &str) -> String {
    let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_word { format!(".{name}") } else { format!("[{}]", quoted(name)) }
}

/// What the other product says of the message itself.
fn of_system(root: &Root, steps: &[Step]) -> Option<&'static str> {
    let Root::Name(name) = root else { return None };
    let names: Option<Vec<&str>> =
        steps.iter().map(|it| if let Step::Name(name) = it { Some(name.as_str()) } else { None }).collect();
    match (name.as_str(), names?.as_slice()) {
        ("context", ["system", "source", "id"]) => Some("campaign.id"),
        ("context", ["system", "source", "name"]) => Some("campaign.name"),
        ("context", ["system", "source", "versionId" | "version"]) => Some("campaign.version"),
        _ => None,
    }
}
