//! Which values an expression reads, which it needs, and what it costs.

use crate::data::GIVEN;
use crate::expression::{Expression, Literal, Path, Step};
use crate::policy::{self, Refused};
use crate::shape::{Need, Read, Segment, Use};
use crate::work::Work;

/// Names in one path.
pub(crate) const PATH_MAX: usize = 24;

/// Unknown names that are told.
const UNKNOWN_MAX: usize = 20;

/// Tested values that are kept in mind at one place.
const TESTED_MAX: usize = 100;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
    /// Something in the data.
    Path(Vec<Segment>),
    /// Something that the template makes.
    Made,
}

/// Does a missing value matter where the expression stands?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Strict,
    Soft,
}

/// Names of one level: of the whole template, or of a loop.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) names: Vec<(String, Binding)>,
    pub(crate) work: Work,
    /// Open `if`s in it.
    pub(crate) ifs: usize,
}

/// What is learned while a template is read.
#[derive(Debug)]
pub(crate) struct Reads {
    pub(crate) found: Vec<Read>,
    /// Texts to add to the template at these offsets.
    pub(crate) additions: Vec<(usize, String)>,
    /// Roots that nobody knows, with a sentence.
    pub(crate) unknown: Vec<(usize, String)>,
    pub(crate) scopes: Vec<Scope>,
    /// Values that are known to be there.
    pub(crate) tested: Vec<Vec<Segment>>,
    /// What the message itself is, is read.
    pub(crate) given: bool,
    heavy_in_expression: u64,
}

impl Default for Reads {
    fn default() -> Self {
        Self {
            found: Vec::new(),
            additions: Vec::new(),
            unknown: Vec::new(),
            scopes: vec![Scope::default()],
            tested: Vec::new(),
            given: false,
            heavy_in_expression: 0,
        }
    }
}

/// A path, as far as it can be told before rendering.
struct Resolved {
    segments: Vec<Segment>,
    /// The rest of the path depends on values.
    open: bool,
    /// Its last known value is read by position.
    list: bool,
}

impl Reads {
    /// The scope that the template is in.
    pub(crate) fn scope(&mut self) -> Option<&mut Scope> {
        self.scopes.last_mut()
    }

    pub(crate) fn bind(&mut self, name: &str, binding: Binding) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.retain(|(known, _)| known != name);
            scope.names.push((name.to_owned(), binding));
        }
    }

    /// Counts steps. What an expression makes can grow with each heavy step, so that the later ones cost more.
    pub(crate) fn pay(&mut self, light: u64, heavy: bool) {
        self.heavy_in_expression += u64::from(heavy);
        if let Some(scope) = self.scopes.last_mut() {
            scope.work.light += light;
            scope.work.heavy += if heavy { self.heavy_in_expression } else { 0 };
        }
    }

    /// A print or a tag begins.
    pub(crate) fn begin(&mut self) {
        self.heavy_in_expression = 0;
        self.pay(2, false);
    }

    /// Notes what `expression` reads.
    pub(crate) fn value(&mut self, expression: &Expression, mode: Mode, usage: Use) -> Result<(), Refused> {
        self.pay(1, false);
        match expression {
            Expression::Literal(_) => Ok(()),
            Expression::Path(path) => self.path(path, mode, usage),
            Expression::Not(inner) => self.value(inner, Mode::Soft, Use::default()),
            Expression::And(left, right) => {
                self.value(left, mode, Use::default())?;
                self.given(self.when_true(left), |reads| reads.value(right, mode, usage))
            }
            Expression::Or(left, right) => {
                self.value(left, Mode::Soft, usage)?;
                self.given(self.when_false(left), |reads| reads.value(right, mode, usage))
            }
            Expression::Choice { then, condition, otherwise } => {
                self.value(condition, Mode::Soft, Use::default())?;
                self.given(self.when_true(condition), |reads| reads.value(then, mode, usage))?;
                self.given(self.when_false(condition), |reads| reads.value(otherwise, mode, usage))
            }
            Expression::Negative(inner) => self.value(inner, Mode::Strict, Use { number: true, ..Use::default() }),
            Expression::Equal(left, right)
            | Expression::Calculation(left, right)
            | Expression::Joined(left, right)
            | Expression::Within(left, right) => self.operation(expression, left, right),
            Expression::Filtered { value, name, arguments } => {
                self.pay(1, !policy::is_quick(name));
                self.all(arguments)?;
                self.given |= name == "age";
                self.filtered(value, name, usage)
            }
            Expression::Tested { value, name, arguments } => {
                self.pay(1, !arguments.is_empty());
                self.all(arguments)?;
                let mode = if policy::is_calm(name) { Mode::Soft } else { Mode::Strict };
                self.value(value, mode, policy::use_of_test(name))
            }
        }
    }

    fn all(&mut self, arguments: &[Expression]) -> Result<(), Refused> {
        arguments.iter().try_for_each(|argument| self.value(argument, Mode::Strict, Use::default()))
    }

    fn operation(&mut self, whole: &Expression, left: &Expression, right: &Expression) -> Result<(), Refused> {
        let literal = |side: &Expression| matches!(side, Expression::Literal(_));
        let text = |side: &Expression| matches!(side, Expression::Literal(Literal::Text(_)));
        let (left_mode, right_mode) = match whole {
            Expression::Equal(..) => (Mode::Soft, Mode::Soft),
            Expression::Within(..) => (Mode::Soft, Mode::Strict),
            _ => (Mode::Strict, Mode::Strict),
        };
        let compared = matches!(whole, Expression::Equal(..) | Expression::Calculation(..));
        self.pay(1, !(compared && (literal(left) || literal(right))));
        let number = matches!(whole, Expression::Calculation(..)) && !text(left) && !text(right);
        let usage = Use { number, single: matches!(whole, Expression::Joined(..)), ..Use::default() };
        self.value(left, left_mode, usage)?;
        self.value(right, right_mode, Use { any: matches!(whole, Expression::Within(..)), ..usage })
    }

    fn filtered(&mut self, value: &Expression, name: &str, usage: Use) -> Result<(), Refused> {
        match name {
            "default" => self.value(value, Mode::Soft, usage),
            "reverse" => self.value(value, Mode::Strict, usage),
            _ => self.value(value, Mode::Strict, policy::use_of_filter(name)),
        }
    }

    fn path(&mut self, path: &Path, mode: Mode, usage: Use) -> Result<(), Refused> {
        let Some(resolved) = self.resolve(path)? else { return Ok(()) };
        if mode == Mode::Soft {
            self.soften(path);
        }
        if resolved.segments.is_empty() {
            return Ok(());
        }
        let inside = Use { list: resolved.list, any: true, ..Use::default() };
        let usage = if resolved.list || resolved.open { inside } else { usage };
        let need = if mode == Mode::Soft { Need::Never } else { self.need(&resolved.segments) };
        self.found.push(Read { path: resolved.segments, need, usage });
        Ok(())
    }

    /// A strict read: is the value known to be there, or a value above it?
    fn need(&self, path: &[Segment]) -> Need {
        if self.tested.iter().any(|tested| tested == path) {
            return Need::Never;
        }
        let above = self.tested.iter().filter(|tested| path.starts_with(tested));
        let lengths: Vec<usize> = above.map(Vec::len).collect();
        if lengths.is_empty() { Need::Always } else { Need::When(lengths) }
    }

    /// Where the path leads, or None when its root is unknown or made by the template. What is in its brackets is
    /// read too.
    fn resolve(&mut self, path: &Path) -> Result<Option<Resolved>, Refused> {
        let root = path.root.as_str();
        let mut resolved = match self.find(root) {
            Some(Binding::Path(segments)) => Resolved { segments, open: false, list: false },
            Some(Binding::Made) => Resolved { segments: Vec::new(), open: true, list: false },
            None if self.is_given(path) => Resolved { segments: Vec::new(), open: true, list: false },
            None => {
                let text = format!(
                    "“{root}” is not known. Write context.{root} for data of the call or profile.{root} for data of the person."
                );
                self.note_unknown(path.at, text);
                return Ok(None);
            }
        };
        for step in &path.steps {
            self.step(step, &mut resolved)?;
        }
        if let [Segment::Field(root)] = resolved.segments.as_slice() {
            let text = format!("Name a value of {root}, such as {root}.name.");
            self.note_unknown(path.at, text);
            return Ok(None);
        }
        if resolved.segments.len() > PATH_MAX {
            return Err(Refused::too_complex(path.at, "This path is too long."));
        }
        Ok(Some(resolved))
    }

    /// Is it what the message itself is? A name below it that nobody knows is told.
    fn is_given(&mut self, path: &Path) -> bool {
        let step = |step: &Step| match &*step.to {
            Expression::Literal(Literal::Text(name)) => Some(name.clone()),
            _ => None,
        };
        if path.root == "now" && path.steps.is_empty() {
            self.given = true;
            return true;
        }
        let Some((root, names)) = GIVEN.iter().find(|(root, _)| path.root == *root) else { return false };
        self.given = true;
        let known = path.steps.first().and_then(step).is_some_and(|name| names.contains(&name.as_str()));
        if !known || path.steps.len() > 1 {
            let text = format!(
                "There are {}.",
                names.iter().map(|name| format!("{root}.{name}")).collect::<Vec<_>>().join(", ")
            );
            self.note_unknown(path.at, text);
        }
        true
    }

    fn note_unknown(&mut self, at: usize, text: String) {
        if self.unknown.len() < UNKNOWN_MAX && self.unknown.iter().all(|(known, _)| *known != at) {
            self.unknown.push((at, text));
        }
    }

    fn step(&mut self, step: &Step, resolved: &mut Resolved) -> Result<(), Refused> {
        match &*step.to {
            Expression::Literal(Literal::Text(name)) if !resolved.open => {
                resolved.segments.push(Segment::Field(name.clone()));
            }
            Expression::Literal(Literal::Text(_)) => {}
            Expression::Literal(Literal::Integer) => {
                // What is below one element need not be in all of them.
                resolved.list |= !resolved.open;
                resolved.open = true;
            }
            other => {
                self.value(other, Mode::Strict, Use::default())?;
                resolved.open = true;
            }
        }
        Ok(())
    }

    /// The path as something to loop over or to give a name; nothing is read.
    pub(crate) fn target(&mut self, path: &Path) -> Result<Binding, Refused> {
        Ok(match self.resolve(path)? {
            Some(Resolved { segments, open: false, .. }) if !segments.is_empty() => Binding::Path(segments),
            _ => Binding::Made,
        })
    }

    fn find(&self, name: &str) -> Option<Binding> {
        if matches!(name, "context" | "profile") {
            return Some(Binding::Path(vec![Segment::Field(name.to_owned())]));
        }
        if name == "loop" && self.scopes.len() > 1 {
            return Some(Binding::Made);
        }
        let names = self.scopes.iter().rev().flat_map(|scope| &scope.names);
        names.into_iter().find(|(known, _)| known == name).map(|(_, binding)| binding.clone())
    }

    /// Lets the path end at the first missing value instead of failing there.
    pub(crate) fn soften(&mut self, path: &Path) {
        // The roots are always there, and so is the step after them: no value is no error yet.
        let rooted = matches!(path.root.as_str(), "context" | "profile") && path.steps.len() == 1;
        if rooted || path.root == "loop" {
            return;
        }
        for step in path.steps.iter().filter(|step| !step.optional) {
            self.additions.push((step.at, "?".to_owned()));
        }
    }

    /// Runs `inner` while `tested` is known to be there.
    fn given<T>(&mut self, tested: Vec<Vec<Segment>>, inner: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.tested.len();
        self.know(tested);
        let done = inner(self);
        self.tested.truncate(before);
        done
    }

    /// Keeps in mind what is there from now on.
    pub(crate) fn know(&mut self, tested: Vec<Vec<Segment>>) {
        let room = TESTED_MAX.saturating_sub(self.tested.len());
        self.tested.extend(tested.into_iter().take(room));
    }

    /// The values that are there when `condition` holds.
    pub(crate) fn when_true(&self, condition: &Expression) -> Vec<Vec<Segment>> {
        match condition {
            Expression::Path(path) => self.plain(path).into_iter().collect(),
            Expression::Not(inner) => self.when_false(inner),
            Expression::And(left, right) => [self.when_true(left), self.when_true(right)].concat(),
            Expression::Tested { value, name, .. } if !policy::is_for_absence(name) => self.tested_value(value),
            Expression::Equal(left, right) => match (&**left, &**right) {
                (Expression::Path(path), Expression::Literal(Literal::Text(_) | Literal::Integer))
                | (Expression::Literal(Literal::Text(_) | Literal::Integer), Expression::Path(path)) => {
                    self.plain(path).into_iter().collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The values that are there when `condition` does not hold.
    pub(crate) fn when_false(&self, condition: &Expression) -> Vec<Vec<Segment>> {
        match condition {
            Expression::Not(inner) => self.when_true(inner),
            Expression::Or(left, right) => [self.when_false(left), self.when_false(right)].concat(),
            Expression::Tested { value, name, .. } if policy::is_for_absence(name) => self.tested_value(value),
            _ => Vec::new(),
        }
    }

    fn tested_value(&self, value: &Expression) -> Vec<Vec<Segment>> {
        if let Expression::Path(path) = value { self.plain(path).into_iter().collect() } else { Vec::new() }
    }

    /// The path when it has names only.
    fn plain(&self, path: &Path) -> Option<Vec<Segment>> {
        let Some(Binding::Path(mut segments)) = self.find(&path.root) else { return None };
        for step in &path.steps {
            let Expression::Literal(Literal::Text(name)) = &*step.to else { return None };
            segments.push(Segment::Field(name.clone()));
        }
        (segments.len() > 1).then_some(segments)
    }
}
