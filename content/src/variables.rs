//! Which values of the call and of the person a content reads.

use domain::campaign::Variable;
use domain::{Fault, Faults};
use serde_json::Value;

use crate::data::Data;
use crate::scanner::{Part, Word, parts, words};

/// Every use of a value, each path once, in order of appearance. A path into the elements of a list has `[]`:
/// `context.items[].name`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Uses(pub(crate) Vec<Variable>);

impl Uses {
    /// Adds the uses of one template; names that are neither data nor set in the template are faults at `path`.
    pub(crate) fn read(&mut self, path: &str, source: &str) -> Faults {
        let mut reader = Reader { uses: self, path, faults: Faults::default(), scopes: vec![Scope::default()] };
        for part in parts(source) {
            match part {
                Part::Print { expression, line } => reader.expression(expression, line),
                Part::Tag { word, rest, line, .. } => reader.tag(word, rest, line),
            }
        }
        reader.faults
    }

    fn note(&mut self, path: &str, required: bool, list: bool) {
        match self.0.iter_mut().find(|known| known.path == path) {
            Some(known) => {
                known.required |= required;
                known.list |= list;
            }
            None => self.0.push(Variable { path: path.to_owned(), required, list }),
        }
    }

    /// What a caller has to know: without the insides of lists.
    pub(crate) fn variables(&self) -> Vec<Variable> {
        self.0.iter().filter(|variable| !variable.path.contains("[]")).cloned().collect()
    }

    /// The required values that `data` does not have.
    pub(crate) fn missing(&self, data: &Data) -> Faults {
        let mut faults = Faults::default();
        for variable in self.0.iter().filter(|variable| variable.required) {
            let Some((root, rest)) = variable.path.split_once('.') else { continue };
            let Some(fields) = data.root(root) else { continue };
            let (name, behind) = first(rest);
            look(fields.get(name.trim_end_matches("[]")), name, behind, root, &mut |path| {
                if faults.at(&path).is_none() {
                    let text = format!("The content needs {path}.");
                    faults.add(path, "missing_variable", text);
                }
            });
            if variable.list
                && let Some(found) = find(fields, rest)
                && !found.is_array()
                && !found.is_null()
            {
                faults.add(&variable.path, "wrong_type", format!("{} must be a list.", variable.path));
            }
        }
        faults
    }

    /// Gives optional values that are not there a place to be missing from: `context.a.b | default(…)` must not fail
    /// because `context.a` is missing.
    pub(crate) fn needs_parents(&self, data: &Data) -> bool {
        self.optional_parents().any(|parent| {
            parent
                .split_once('.')
                .is_some_and(|(root, rest)| data.root(root).is_some_and(|fields| find(fields, rest).is_none()))
        })
    }

    pub(crate) fn fill_parents(&self, data: &mut Data) {
        for parent in self.optional_parents() {
            data.fill(parent, &Value::Object(serde_json::Map::new()));
        }
    }

    fn optional_parents(&self) -> impl Iterator<Item = &str> {
        let optional = self.0.iter().filter(|variable| !variable.required && !variable.path.contains("[]"));
        optional
            .filter_map(|variable| variable.path.rsplit_once('.').map(|(parent, _)| parent))
            .filter(|parent| parent.contains('.'))
    }
}

fn first(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)))
}

fn find<'a>(fields: &'a serde_json::Map<String, Value>, path: &str) -> Option<&'a Value> {
    let (name, rest) = first(path);
    let found = fields.get(name)?;
    match rest {
        None => Some(found),
        Some(rest) => find(found.as_object()?, rest),
    }
}

/// Follows a path through lists and tells every place where it ends in nothing.
fn look(value: Option<&Value>, name: &str, rest: Option<&str>, at: &str, tell: &mut impl FnMut(String)) {
    let (plain, element) = name.strip_suffix("[]").map_or((name, false), |plain| (plain, true));
    let here = format!("{at}.{plain}");
    let mut go_on = |value: &Value, here: String| match (rest, value) {
        (None, Value::Null) => tell(here),
        (None, _) => {}
        (Some(rest), Value::Object(fields)) => {
            let (name, behind) = first(rest);
            look(fields.get(name.trim_end_matches("[]")), name, behind, &here, tell);
        }
        // Up to the first list: what is inside of a list that is not there cannot be missed yet.
        (Some(rest), _) => tell(format!("{here}.{}", rest.split("[]").next().unwrap_or_default())),
    };
    match value {
        None | Some(Value::Null) if element => tell(here),
        None => go_on(&Value::Null, here),
        Some(Value::Array(items)) if element => {
            for (position, item) in items.iter().enumerate() {
                go_on(item, format!("{here}[{position}]"));
            }
        }
        // A list that is none is told at the list itself.
        Some(_) if element => {}
        Some(value) => go_on(value, here),
    }
}

#[derive(Default)]
struct Scope {
    /// Names of this block, and the data they stand for.
    names: Vec<(String, Option<String>)>,
    /// Paths that are tested around this block.
    tested: Vec<String>,
}

struct Reader<'a> {
    uses: &'a mut Uses,
    path: &'a str,
    faults: Faults,
    scopes: Vec<Scope>,
}

impl Reader<'_> {
    fn tag(&mut self, word: &str, rest: &str, line: usize) {
        match word {
            "if" => {
                let tested = self.condition(rest, line);
                self.scopes.push(Scope { tested, ..Scope::default() });
            }
            "elif" => {
                let tested = self.condition(rest, line);
                if let Some(scope) = self.scopes.last_mut() {
                    scope.tested.extend(tested);
                }
            }
            "for" => {
                let scope = self.loop_scope(rest, line);
                self.scopes.push(scope);
            }
            "endif" | "endfor" if self.scopes.len() > 1 => {
                self.scopes.pop();
            }
            "set" => {
                if let Some((name, value)) = rest.split_once('=') {
                    self.expression(value, line);
                    self.name(name.trim(), None);
                } else {
                    self.name(rest.trim(), None);
                }
            }
            "filter" => {}
            _ => self.expression(rest, line),
        }
    }

    fn name(&mut self, name: &str, stands_for: Option<String>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.push((name.to_owned(), stands_for));
        }
    }

    fn loop_scope(&mut self, rest: &str, line: usize) -> Scope {
        let mut scope = Scope::default();
        scope.names.push(("loop".to_owned(), None));
        let Some((names, list)) = rest.split_once(" in ") else { return scope };
        let filtered = list.contains('|');
        let path = match words(list).first() {
            Some(Word::Path { path, indexed: false, .. }) => self.resolve(path, line),
            _ => None,
        };
        self.expression(list, line);
        if let Some(path) = &path {
            self.uses.note(path, false, true);
        }
        let mut names = names.split(',').map(str::trim);
        match (names.next(), names.next()) {
            (Some(key), Some(value)) => scope.names.extend([(key.to_owned(), None), (value.to_owned(), None)]),
            (Some(item), None) => {
                // What a filter makes of a list (`pairs`, `group_by`) has another shape.
                let element = path.filter(|_| !filtered).map(|path| format!("{path}[]"));
                scope.names.push((item.to_owned(), element));
            }
            _ => {}
        }
        scope
    }

    /// The paths of a condition: read, but never missed.
    fn condition(&mut self, expression: &str, line: usize) -> Vec<String> {
        let mut tested = Vec::new();
        for word in words(expression) {
            if let Word::Path { path, .. } = word
                && let Some(path) = self.resolve(&path, line)
            {
                self.uses.note(&path, false, false);
                tested.push(path);
            }
        }
        tested
    }

    fn expression(&mut self, expression: &str, line: usize) {
        let words = words(expression);
        // `a if a else b`: the whole expression tests what it names after `if`.
        let conditional = expression.split_whitespace().any(|word| word == "if" || word == "or");
        for (position, word) in words.iter().enumerate() {
            let Word::Path { path, safe, indexed } = word else { continue };
            let Some(path) = self.resolve(path, line) else { continue };
            let default =
                matches!(words.get(position + 1..position + 3), Some([Word::Sign('|'), Word::Filter("default")]));
            let tested = self.scopes.iter().any(|scope| scope.tested.contains(&path));
            self.uses.note(&path, !(default || tested || *safe || conditional), *indexed);
        }
    }

    /// The data that a name stands for; `None` for what the template itself has set.
    fn resolve(&mut self, path: &str, line: usize) -> Option<String> {
        let (root, rest) = first(path);
        if root == "context" || root == "profile" {
            if rest.is_none() {
                self.faults.add(
                    self.path,
                    "unknown_variable",
                    format!("Line {line}: say which value of {root} is meant: {root}.name."),
                );
            }
            return rest.map(|_| path.to_owned());
        }
        let known = self.scopes.iter().rev().flat_map(|scope| scope.names.iter().rev()).find(|(name, _)| name == root);
        match known {
            Some((_, stands_for)) => {
                let element = stands_for.clone()?;
                Some(rest.map_or(element.clone(), |rest| format!("{element}.{rest}")))
            }
            None => {
                let text = format!(
                    "Line {line}: there is no “{root}”. Values of the call are context.{path}, values of the person profile.{path}."
                );
                self.faults.0.push(Fault::new(self.path, "unknown_variable", text));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<(String, bool, bool)> {
        let mut uses = Uses::default();
        let faults = uses.read("content.html", source);
        assert!(faults.is_empty(), "{faults:?}");
        uses.0.into_iter().map(|variable| (variable.path, variable.required, variable.list)).collect()
    }

    #[test]
    fn a_value_is_required_unless_each_use_has_a_default_or_is_tested() {
        let found = read(
            "{{ context.a }}{{ context.b | default(value='x') }}{% if context.c %}{{ context.c }}{% endif %}{{ context?.d }}",
        );
        let required: Vec<bool> = found.iter().map(|(_, required, _)| *required).collect();
        assert_eq!(required, [true, false, false, false], "{found:?}");
        assert!(read("{% if context.c %}{% endif %}{{ context.c }}")[0].1);
    }

    #[test]
    fn a_loop_reads_a_list_and_the_fields_of_its_elements() {
        let found = read("{% for item in context.items %}{{ loop.index }} {{ item.name }}{% endfor %}");
        assert_eq!(found, [("context.items".to_owned(), true, true), ("context.items[].name".to_owned(), true, false)]);
    }

    #[test]
    fn an_unknown_name_is_told_with_what_to_write_instead() {
        let mut uses = Uses::default();
        let faults = uses.read("content.subject", "\n{{ name }}");
        assert_eq!(faults.at("content.subject").unwrap().code, "unknown_variable");
        assert!(faults.0[0].text.starts_with("Line 2:") && faults.0[0].text.contains("context.name"));
    }
}
