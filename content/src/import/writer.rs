//! Writes what was read, as a template of ours.

use super::expression;
use super::pieces::{Piece, pieces};
use super::scopes::Scopes;
use super::terms::{self, Fallback};
use super::tokens::tokens;
use super::{Imported, NOTES_MAX, Note, Trouble, WHAT_MAX};

/// Parts in each other; our own guards take as many tags.
const OPEN_MAX: usize = 40;

/// A part that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    If,
    /// `ended`: its `else` has begun.
    Each {
        ended: bool,
    },
    With {
        ended: bool,
    },
}

pub(super) fn converted(source: &str) -> Imported {
    let mut writer = Writer {
        source,
        text: String::with_capacity(source.len() * 2),
        notes: Vec::new(),
        scopes: Scopes::default(),
        open: Vec::new(),
        at: 0,
        seen: (0, 1, 1),
    };
    for (at, piece) in pieces(source) {
        writer.at = at;
        writer.piece(piece);
    }
    writer.at = source.len();
    while let Some(block) = writer.open.pop() {
        writer.note("", Trouble::new("not_closed", "A part that was opened is not closed."));
        writer.close(block);
    }
    Imported { text: writer.text, notes: writer.notes }
}

struct Writer<'a> {
    source: &'a str,
    text: String,
    notes: Vec<Note>,
    scopes: Scopes,
    open: Vec<Block>,
    /// Where the piece begins that is written.
    at: usize,
    /// Offset, line and column that were counted to: the source is counted once.
    seen: (usize, usize, usize),
}

impl<'a> Writer<'a> {
    fn piece(&mut self, piece: Piece<'a>) {
        match piece {
            Piece::Text(text) => self.plain(text),
            Piece::Shown(text) => self.shown(text),
            Piece::Comment(text) => self.comment(text),
            Piece::Open(start) => {
                self.note(start, Trouble::new("not_closed", "This is not closed."));
                self.shown(start);
            }
            Piece::Braces { inside, raw, whole } => {
                let done = self.braces(inside, raw);
                self.done(whole, done);
            }
            Piece::Percent { inside, whole } => {
                let done = self.percent(inside);
                self.done(whole, done);
            }
        }
    }

    fn done(&mut self, whole: &str, done: Result<(), Trouble>) {
        if let Err(trouble) = done {
            self.note(whole, trouble);
            self.comment(whole);
        }
    }

    /// What would begin a comment of ours is text there.
    fn plain(&mut self, text: &str) {
        for (position, part) in text.split("{#").enumerate() {
            if position > 0 {
                self.text.push_str("{{ \"{#\" }}");
            }
            // A brace at the end could begin something with what follows.
            match part.strip_suffix('{') {
                Some(before) => {
                    self.text.push_str(before);
                    self.text.push_str("{{ \"{\" }}");
                }
                None => self.text.push_str(part),
            }
        }
    }

    /// Braces that are shown.
    fn shown(&mut self, text: &str) {
        self.text.push_str("{{ ");
        self.text.push_str(&terms::quoted(text));
        self.text.push_str(" }}");
    }

    fn comment(&mut self, text: &str) {
        self.text.push_str("{# ");
        self.text.push_str(&text.replace("#}", "# }").replace("{#", "{ #"));
        self.text.push_str(" #}");
    }

    fn note(&mut self, what: &str, Trouble { code, why }: Trouble) {
        if self.notes.len() >= NOTES_MAX {
            return;
        }
        let (from, mut line, mut column) = self.seen;
        for letter in self.source[from..self.at].chars() {
            (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        self.seen = (self.at, line, column);
        let what = what.chars().take(WHAT_MAX).collect();
        self.notes.push(Note { line, column, what, code: code.to_owned(), why });
    }

    /// `{{ … }}`.
    fn braces(&mut self, inside: &'a str, raw: bool) -> Result<(), Trouble> {
        let left = inside.starts_with('~');
        let inside = inside.strip_prefix('~').unwrap_or(inside);
        let right = inside.ends_with('~');
        let inside = inside.strip_suffix('~').unwrap_or(inside).trim();
        let dashes = [if left { "-" } else { "" }, if right { "-" } else { "" }];
        if let Some(block) = inside.strip_prefix('#') {
            return self.begin(block, dashes);
        }
        if let Some(name) = inside.strip_prefix('/') {
            return self.end(name.trim());
        }
        if let Some(condition) = after_word(inside, "else") {
            return self.otherwise(condition);
        }
        if inside.starts_with('>') || after_word(inside, "fragment").is_some_and(|rest| rest.starts_with("id")) {
            return Err(Trouble::new("fragment", "Fragments are not imported."));
        }
        let filter = if raw { " | safe" } else { "" };
        self.print(inside, filter, dashes)
    }

    /// `{% … %}`.
    fn percent(&mut self, inside: &'a str) -> Result<(), Trouble> {
        let inside = inside.trim();
        if let Some(shown) = inside.strip_prefix('=') {
            return self.print(shown, "", ["", ""]);
        }
        if let Some(block) = inside.strip_prefix('#') {
            return self.begin(block, ["", ""]);
        }
        if let Some(name) = inside.strip_prefix('/') {
            return self.end(name.trim());
        }
        if let Some(condition) = after_word(inside, "else") {
            return self.otherwise(condition);
        }
        match after_word(inside, "let") {
            Some(rest) => self.set(rest),
            None => Err(Trouble::syntax()),
        }
    }

    /// An expression of the source as one of ours; what should be looked at is noted.
    fn term(&mut self, source: &str, fallback: Fallback) -> Result<String, Trouble> {
        let read = expression::expression(&tokens(source)?)?;
        let mut looks = Vec::new();
        let term = terms::written(&read, &self.scopes, fallback, &mut looks)?;
        for why in looks {
            self.note(source.trim(), Trouble::new("look_at", why));
        }
        Ok(term)
    }

    fn print(&mut self, source: &str, filter: &str, [left, right]: [&str; 2]) -> Result<(), Trouble> {
        let mut term = self.term(source, Fallback::Text)?;
        if !filter.is_empty() {
            term = format!("({term}){filter}");
        }
        self.text.push_str(&format!("{{{{{left} {term} {right}}}}}"));
        Ok(())
    }

    /// `{% let v = expression %}`.
    fn set(&mut self, source: &str) -> Result<(), Trouble> {
        let (name, value) = source.split_once('=').ok_or_else(Trouble::syntax)?;
        let name = name.trim();
        if name.is_empty() || !name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            return Err(Trouble::syntax());
        }
        let term = self.term(value, Fallback::None)?;
        let (name, outlives) = self.scopes.variable(name);
        if outlives {
            let why = "What a loop sets is gone after it. For totals there are pluck and sum.";
            self.note(source.trim(), Trouble::new("outlives_loop", why));
        }
        self.text.push_str(&format!("{{% set {name} = {term} %}}"));
        Ok(())
    }

    /// A part begins. What cannot be read is a part that is never shown, so that its end has a beginning.
    fn begin(&mut self, block: &str, [left, right]: [&str; 2]) -> Result<(), Trouble> {
        let (name, rest) = split_word(block.trim_start());
        let done = match name {
            _ if self.open.len() >= OPEN_MAX => Err(Trouble::new("too_deep", "Parts are nested too deeply.")),
            "if" => self.term(rest, Fallback::None).map(|term| (Block::If, format!("if {term}"))),
            "unless" => self.term(rest, Fallback::None).map(|term| (Block::If, format!("if not ({term})"))),
            "each" => self.each(rest),
            "with" => self.with(rest),
            _ => Err(Trouble::new("unknown_function", "There is no such part of a template.")),
        };
        let (block, tag) = done.as_ref().map_or((Block::If, "if false".to_owned()), Clone::clone);
        self.open.push(block);
        self.text.push_str(&format!("{{%{left} {tag} {right}%}}"));
        done.map(|_| ())
    }

    fn each(&mut self, source: &str) -> Result<(Block, String), Trouble> {
        let (list, names) = named(source);
        let list = self.term(list, Fallback::List)?;
        let name = self.scopes.enter(&names, true);
        Ok((Block::Each { ended: false }, format!("for {name} in {list}")))
    }

    fn with(&mut self, source: &str) -> Result<(Block, String), Trouble> {
        let (object, names) = named(source);
        let object = self.term(object, Fallback::None)?;
        let name = self.scopes.enter(&names, false);
        self.text.push_str(&format!("{{% set {name} = {object} %}}"));
        Ok((Block::With { ended: false }, format!("if {name}")))
    }

    fn otherwise(&mut self, condition: &str) -> Result<(), Trouble> {
        let condition = condition.trim();
        let astray = || Trouble::new("not_opened", "There is no part that this belongs to.");
        let block = self.open.last_mut().ok_or_else(astray)?;
        if condition.is_empty() {
            let is_new = match block {
                Block::If => true,
                Block::Each { ended } | Block::With { ended } => !std::mem::replace(ended, true),
            };
            if !is_new {
                return Err(astray());
            }
            if *block != Block::If {
                self.scopes.leave();
            }
            self.text.push_str("{% else %}");
            return Ok(());
        }
        let rest = after_word(condition, "if").filter(|_| *block == Block::If).ok_or_else(astray)?;
        let term = self.term(rest, Fallback::None);
        let shown = term.as_deref().unwrap_or("false");
        self.text.push_str(&format!("{{% elif {shown} %}}"));
        term.map(|_| ())
    }

    fn end(&mut self, name: &str) -> Result<(), Trouble> {
        if !matches!(name, "if" | "unless" | "each" | "with") && self.open.is_empty() {
            return Err(Trouble::new("not_opened", "There is no part that this belongs to."));
        }
        let block =
            self.open.pop().ok_or_else(|| Trouble::new("not_opened", "There is no part that this belongs to."))?;
        self.close(block);
        Ok(())
    }

    fn close(&mut self, block: Block) {
        match block {
            Block::Each { ended: false } | Block::With { ended: false } => self.scopes.leave(),
            _ => {}
        }
        self.text.push_str(if matches!(block, Block::Each { .. }) { "{% endfor %}" } else { "{% endif %}" });
    }
}

/// The first word, and the rest.
fn split_word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(text.len()))
}

/// What follows the word, when the text begins with it.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = split_word(text);
    (first == word).then(|| rest.trim_start())
}

/// `xs as |x i|`.
fn named(source: &str) -> (&str, Vec<&str>) {
    let Some((list, names)) = source.split_once('|') else { return (source, Vec::new()) };
    let list = list.trim_end();
    let list = list.strip_suffix("as").unwrap_or(list);
    let names = names.split('|').next().unwrap_or_default().split([' ', ',']).filter(|name| !name.is_empty());
    (list, names.take(2).collect())
}
