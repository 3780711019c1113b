//! What names of the source are called in what is made.

use super::Trouble;
use super::expression::Root;

/// Longest name that is kept: a longer one would grow the result with each use.
const NAME_MAX: usize = 40;

/// Names that are kept in mind.
const NAMES_MAX: usize = 300;

/// Names that mean something in our templates.
const TAKEN: [&str; 22] = [
    "context",
    "profile",
    "campaign",
    "recipient",
    "now",
    "loop",
    "true",
    "True",
    "false",
    "False",
    "none",
    "None",
    "null",
    "not",
    "and",
    "or",
    "in",
    "is",
    "if",
    "else",
    "this",
    "for",
];

#[derive(Debug, Default)]
struct Scope {
    /// What `this` is.
    this: Option<String>,
    is_loop: bool,
    /// Name of the source, and ours.
    names: Vec<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Scopes {
    open: Vec<Scope>,
    made: usize,
}

impl Default for Scopes {
    fn default() -> Self {
        Self { open: vec![Scope::default()], made: 0 }
    }
}

impl Scopes {
    /// Opens a loop, or a part in which something has a name. What the element is called.
    pub(super) fn enter(&mut self, names: &[&str], is_loop: bool) -> String {
        let ours = self.fresh(names.first().copied().unwrap_or("item"));
        let mut scope = Scope { this: Some(ours.clone()), is_loop, names: Vec::new() };
        if let Some(name) = names.first() {
            scope.names.push(((*name).to_owned(), ours.clone()));
        }
        if let Some(index) = names.get(1) {
            scope.names.push(((*index).to_owned(), "loop.index0".to_owned()));
        }
        self.open.push(scope);
        ours
    }

    pub(super) fn leave(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    /// What a variable is called from now on. True: it was made outside of the loop that this is in, and will not be changed
    /// there.
    pub(super) fn variable(&mut self, name: &str) -> (String, bool) {
        let innermost = self.open.iter().rposition(|scope| scope.is_loop).unwrap_or(0);
        let known = self.open.iter().enumerate().rev().find_map(|(at, scope)| {
            scope.names.iter().find(|(known, _)| known == name).map(|(_, ours)| (at, ours.clone()))
        });
        if let Some((at, ours)) = known {
            return (ours, at < innermost);
        }
        let ours = self.fresh(name);
        let known: usize = self.open.iter().map(|scope| scope.names.len()).sum();
        // More `set`s than that are refused anyway.
        if let Some(scope) = self.open.get_mut(innermost).filter(|_| known < NAMES_MAX) {
            scope.names.push((name.to_owned(), ours.clone()));
        }
        (ours, false)
    }

    /// Ours for the start of a path. The rest of the path stands behind it.
    pub(super) fn root(&self, root: &Root) -> Result<String, Trouble> {
        let unknown = || Trouble::new("unknown_name", "There is no value of this name.");
        match root {
            Root::Name(name) => {
                let mut names = self.open.iter().rev().flat_map(|scope| &scope.names);
                if let Some((_, ours)) = names.find(|(known, _)| known == name) {
                    return Ok(ours.clone());
                }
                if matches!(name.as_str(), "profile" | "context") {
                    return Ok(name.clone());
                }
                match name.as_str() {
                    "audience" | "audiences" | "segmentMembership" => {
                        Err(Trouble::new("audience", "Templates do not know the audiences of a person."))
                    }
                    "offers" | "decisions" => Err(Trouble::new("unknown_name", "There are no offers.")),
                    "fragment" => Err(Trouble::new("fragment", "Fragments are not imported.")),
                    _ => Err(unknown()),
                }
            }
            Root::This(out) => {
                let mut all = self.open.iter().rev().filter_map(|scope| scope.this.clone());
                all.nth(*out).ok_or_else(unknown)
            }
            Root::OfLoop(name) => {
                let in_loop = self.open.iter().any(|scope| scope.is_loop);
                match name.as_str() {
                    "index" if in_loop => Ok("loop.index0".to_owned()),
                    "first" if in_loop => Ok("loop.first".to_owned()),
                    "last" if in_loop => Ok("loop.last".to_owned()),
                    _ => Err(unknown()),
                }
            }
        }
    }

    /// The element that a bare name is looked up in.
    pub(super) fn this(&self) -> Option<&str> {
        self.open.iter().rev().find_map(|scope| scope.this.as_deref())
    }

    /// A name that nothing has yet, as near to this one as may be.
    fn fresh(&mut self, name: &str) -> String {
        let is_name = name.len() <= NAME_MAX
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !TAKEN.contains(&name);
        let base = if is_name { name } else { "item" };
        let in_use = |candidate: &str| {
            self.open.iter().any(|scope| {
                scope.this.as_deref() == Some(candidate) || scope.names.iter().any(|(_, ours)| ours == candidate)
            })
        };
        if !in_use(base) {
            return base.to_owned();
        }
        self.made += 1;
        format!("{base}_{}", self.made)
    }
}
