//! One template: read, checked and made ready for Tera.

use crate::expression::{self, Expression};
use crate::filters::{KEPT, LOOP};
use crate::policy::Refused;
use crate::reads::{Binding, Mode, Reads, Scope};
use crate::shape::{Read, Segment, Use};
use crate::tokens::{self, Kind, Piece, Token, Unreadable};
use crate::work::Work;

const NESTING_MAX: usize = 40;
const LOOPS_MAX: usize = 3;
const SETS_MAX: usize = 200;
const ELIFS_MAX: usize = 100;

/// What was learned of a template, and the source for Tera: with meters at loops and `set`, and with paths that
/// end at a missing value where that is no fault.
#[derive(Debug)]
pub(crate) struct Template {
    /// None: there is nothing to render in it.
    pub(crate) source: Option<String>,
    pub(crate) reads: Vec<Read>,
    pub(crate) work: Work,
    pub(crate) literal_bytes: usize,
    /// It reads what the message itself is.
    pub(crate) given: bool,
}

/// Reads a template. All unknown variables are told, otherwise the first thing that is wrong.
pub(crate) fn read(source: &str) -> Result<Template, Vec<Refused>> {
    // Tera and our reader do not nest with `elif` in the same way: Tera recurses.
    if source.matches("elif").count() > ELIFS_MAX {
        return Err(vec![Refused::too_complex(0, "There are too many elif.")]);
    }
    let pieces = tokens::pieces(source).map_err(|unreadable| vec![refused(unreadable)])?;
    let mut reader = Reader::default();
    reader.all(&pieces).map_err(|refused| vec![refused])?;
    let Reader { mut reads, literal_bytes, .. } = reader;
    if !reads.unknown.is_empty() {
        let refused = |(at, text)| Refused::Because("unknown_variable", at, text);
        return Err(reads.unknown.into_iter().map(refused).collect());
    }
    let work = reads.scope().map_or(Work::default(), |scope| scope.work);
    let ready = (!pieces.is_empty()).then(|| with_additions(source, reads.additions));
    Ok(Template { source: ready, given: reads.given, reads: reads.found, work, literal_bytes })
}

fn refused(Unreadable { at, missing }: Unreadable) -> Refused {
    match missing {
        Some(end) => Refused::not_closed(at, "This", end),
        None => Refused::Syntax(at),
    }
}

fn with_additions(source: &str, mut additions: Vec<(usize, String)>) -> String {
    additions.sort_by_key(|(at, _)| *at);
    let mut ready = String::with_capacity(source.len() + additions.len() * 8);
    let mut done = 0;
    let mut previous = None;
    for (at, text) in additions {
        // A path that is looked at twice is changed once.
        if text == "?" && previous == Some(at) {
            continue;
        }
        previous = (text == "?").then_some(at);
        ready.push_str(&source[done..at]);
        ready.push_str(&text);
        done = at;
    }
    ready.push_str(&source[done..]);
    ready
}

#[derive(Debug)]
enum Frame {
    If {
        /// Where it begins.
        at: usize,
        /// How many values were tested outside.
        tested: usize,
        /// What is there because the conditions before did not hold.
        otherwise: Vec<Vec<Segment>>,
    },
    For {
        /// Where it begins.
        at: usize,
        tested: usize,
        /// Where its meter belongs.
        end: usize,
        /// The `else` of the loop has begun.
        ended: bool,
    },
}

#[derive(Debug, Default)]
struct Reader {
    reads: Reads,
    frames: Vec<Frame>,
    sets: usize,
    literal_bytes: usize,
}

impl Reader {
    fn all(&mut self, pieces: &[Piece<'_>]) -> Result<(), Refused> {
        for piece in pieces {
            match piece {
                Piece::Still => {}
                Piece::Print { at, tokens } => {
                    self.begin(tokens);
                    let printed = expression::expression(tokens, *at)?;
                    self.reads.value(&printed, Mode::Strict, Use { single: true, ..Use::default() })?;
                }
                Piece::Tag { at, tokens } => {
                    self.begin(tokens);
                    self.tag(tokens, *at)?;
                }
            }
        }
        match self.frames.last() {
            None => Ok(()),
            Some(Frame::If { at, .. }) => Err(Refused::not_closed(*at, "{% if %}", "{% endif %}")),
            Some(Frame::For { at, .. }) => Err(Refused::not_closed(*at, "{% for %}", "{% endfor %}")),
        }
    }

    fn begin(&mut self, tokens: &[Token<'_>]) {
        self.reads.begin();
        for token in tokens {
            if let Kind::Text(text) = &token.kind {
                self.literal_bytes += text.len();
            }
        }
    }

    fn tag(&mut self, tokens: &[Token<'_>], at: usize) -> Result<(), Refused> {
        let Some((first, rest)) = tokens.split_first() else { return Err(Refused::Syntax(at)) };
        let Kind::Word(name) = first.kind else {
            return Err(if first.kind == Kind::Sign("<") {
                Refused::not_allowed(at, "A component")
            } else {
                Refused::Syntax(at)
            });
        };
        if !matches!(name, "if" | "elif" | "for" | "set") && !rest.is_empty() && is_known(name) {
            return Err(Refused::Syntax(at));
        }
        match name {
            "if" => self.begin_if(rest, at),
            "elif" => self.next_condition(rest, at),
            "else" => self.otherwise(at),
            "endif" => self.end_if(at),
            "for" => self.begin_for(rest, at),
            "endfor" => self.end_for(at),
            "set" => self.set(rest, at),
            "break" | "continue" => Ok(()),
            "include" | "import" | "extends" | "block" | "endblock" | "macro" | "component" | "set_global"
            | "filter" | "raw" => Err(Refused::not_allowed(at, &format!("The tag {name}"))),
            _ => Err(Refused::Syntax(at)),
        }
    }

    fn open(&mut self, frame: Frame, at: usize) -> Result<(), Refused> {
        self.frames.push(frame);
        if self.frames.len() > NESTING_MAX {
            return Err(Refused::too_complex(at, "Tags are nested too deeply."));
        }
        Ok(())
    }

    fn begin_if(&mut self, condition: &[Token<'_>], at: usize) -> Result<(), Refused> {
        let tested = self.reads.tested.len();
        self.open(Frame::If { at, tested, otherwise: Vec::new() }, at)?;
        if let Some(scope) = self.reads.scope() {
            scope.ifs += 1;
        }
        self.next_condition(condition, at)
    }

    fn next_condition(&mut self, condition: &[Token<'_>], at: usize) -> Result<(), Refused> {
        let condition = expression::expression(condition, at)?;
        let Some(Frame::If { tested, otherwise, .. }) = self.frames.last_mut() else { return Err(Refused::Syntax(at)) };
        self.reads.tested.truncate(*tested);
        self.reads.know(otherwise.clone());
        self.reads.value(&condition, Mode::Soft, Use::default())?;
        otherwise.extend(self.reads.when_false(&condition));
        otherwise.truncate(NESTING_MAX);
        self.reads.know(self.reads.when_true(&condition));
        Ok(())
    }

    fn otherwise(&mut self, at: usize) -> Result<(), Refused> {
        match self.frames.last_mut() {
            Some(Frame::If { tested, otherwise, .. }) => {
                self.reads.tested.truncate(*tested);
                self.reads.know(otherwise.clone());
                Ok(())
            }
            Some(Frame::For { tested, ended, .. }) if !*ended => {
                *ended = true;
                self.reads.tested.truncate(*tested);
                self.close_loop()
            }
            _ => Err(Refused::Syntax(at)),
        }
    }

    fn end_if(&mut self, at: usize) -> Result<(), Refused> {
        let Some(Frame::If { tested, .. }) = self.frames.pop() else { return Err(Refused::Syntax(at)) };
        self.reads.tested.truncate(tested);
        if let Some(scope) = self.reads.scope() {
            scope.ifs = scope.ifs.saturating_sub(1);
        }
        Ok(())
    }

    fn begin_for(&mut self, tokens: &[Token<'_>], at: usize) -> Result<(), Refused> {
        let (key, name, target) = match tokens {
            [Token { kind: Kind::Word(name), .. }, Token { kind: Kind::Word("in"), .. }, target @ ..] => {
                (None, *name, target)
            }
            [
                Token { kind: Kind::Word(key), .. },
                Token { kind: Kind::Sign(","), .. },
                Token { kind: Kind::Word(name), .. },
                Token { kind: Kind::Word("in"), .. },
                target @ ..,
            ] => (Some(*key), *name, target),
            _ => return Err(Refused::Syntax(at)),
        };
        let (Some(first), Some(last)) = (target.first(), target.last()) else { return Err(Refused::Syntax(at)) };
        for name in [Some(name), key].into_iter().flatten() {
            check_name(name, at)?;
        }
        let looped = expression::expression(target, at)?;
        let usage = Use { list: key.is_none(), object: key.is_some(), ..Use::default() };
        self.reads.value(&looped, Mode::Strict, usage)?;
        let element = match source_of(&looped).map(|path| self.reads.target(path)).transpose()? {
            Some(Binding::Path(path)) => Binding::Path([path, vec![Segment::Each]].concat()),
            _ => Binding::Made,
        };
        self.reads.additions.push((first.start, "(".to_owned()));
        self.open(Frame::For { at, tested: self.reads.tested.len(), end: last.end, ended: false }, at)?;
        self.reads.scopes.push(Scope::default());
        if self.reads.scopes.len() > LOOPS_MAX + 1 {
            return Err(Refused::too_complex(at, &format!("Loops can be nested {LOOPS_MAX} deep.")));
        }
        self.reads.bind(name, element);
        if let Some(key) = key {
            self.reads.bind(key, Binding::Made);
        }
        Ok(())
    }

    fn end_for(&mut self, at: usize) -> Result<(), Refused> {
        match self.frames.last() {
            Some(Frame::For { ended: true, .. }) => {}
            Some(Frame::For { .. }) => self.close_loop()?,
            _ => return Err(Refused::Syntax(at)),
        }
        if let Some(Frame::For { tested, .. }) = self.frames.pop() {
            self.reads.tested.truncate(tested);
        }
        Ok(())
    }

    /// The body of the loop is known: its meter is added.
    fn close_loop(&mut self) -> Result<(), Refused> {
        let Some(Frame::For { end, .. }) = self.frames.last() else { return Err(Refused::Syntax(0)) };
        let body = self.reads.scopes.pop().map_or(Work::default(), |scope| scope.work);
        let Work { light, heavy } = body;
        let meter = format!(")|{LOOP}(light={},heavy={heavy})", light + 1);
        self.reads.additions.push((*end, meter));
        Ok(())
    }

    fn set(&mut self, tokens: &[Token<'_>], at: usize) -> Result<(), Refused> {
        let [Token { kind: Kind::Word(name), .. }, Token { kind: Kind::Sign("="), .. }, value @ ..] = tokens else {
            return Err(if tokens.len() == 1 {
                Refused::not_allowed(at, "The tag set with endset")
            } else {
                Refused::Syntax(at)
            });
        };
        let (Some(first), Some(last)) = (value.first(), value.last()) else { return Err(Refused::Syntax(at)) };
        check_name(name, at)?;
        self.sets += 1;
        if self.sets > SETS_MAX {
            return Err(Refused::too_complex(at, "There are too many set."));
        }
        let set = expression::expression(value, at)?;
        // In an `if` the name may get this value or another one.
        let certain = self.reads.scope().is_some_and(|scope| scope.ifs == 0);
        let binding = match &set {
            Expression::Path(path) if certain => {
                self.reads.soften(path);
                let target = self.reads.target(path)?;
                // What stands below an element has no path of its own: the list is read here.
                if matches!(target, Binding::Made) {
                    self.reads.value(&set, Mode::Soft, Use::default())?;
                }
                target
            }
            _ => {
                self.reads.value(&set, Mode::Strict, Use::default())?;
                Binding::Made
            }
        };
        self.reads.additions.push((first.start, "(".to_owned()));
        self.reads.additions.push((last.end, format!(")|{KEPT}")));
        self.reads.bind(name, binding);
        Ok(())
    }
}

fn is_known(tag: &str) -> bool {
    matches!(tag, "else" | "endif" | "endfor" | "break" | "continue")
}

fn check_name(name: &str, at: usize) -> Result<(), Refused> {
    let taken = ["context", "profile", "loop", "true", "True", "false", "False", "none", "None", "null"];
    if taken.contains(&name) || name.starts_with("__") {
        return Err(Refused::Because("not_allowed", at, format!("The name {name} is taken. Use another one.")));
    }
    Ok(())
}

/// The list that a loop goes over, when its elements are those of a path.
fn source_of(expression: &Expression) -> Option<&expression::Path> {
    match expression {
        Expression::Path(path) => Some(path),
        Expression::Filtered { value, name, .. } if passes_elements(name) => source_of(value),
        _ => None,
    }
}

/// Does this filter leave the elements of a list as they are?
fn passes_elements(filter: &str) -> bool {
    matches!(filter, "default" | "reverse" | "take" | "top_n" | "bottom_n" | "distinct")
}
