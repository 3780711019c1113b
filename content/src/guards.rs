//! What a template may not do. Templates are written by people who are not trusted with the machine.
//!
//! Tera bounds nesting and has no access to files once it has no loader, but it has no fuel: loops and growing strings
//! can run for ever. Guarded here: only harmless tags and functions; each pass of a loop takes fuel (a call that is put
//! behind every `for` tag, on the same line); the few filters that can grow a text are replaced by bounded ones;
//! a `set` value cannot feed another one, so nothing doubles; output and source have a limit.

use std::cell::Cell;
use std::io;

use domain::content::TEMPLATE_MAX_BYTES;
use domain::{Fault, Faults};
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::scanner::{Part, Word, parts, words};

/// Largest rendered text of one template, in bytes.
pub(crate) const OUTPUT_MAX_BYTES: usize = 1024 * 1024;
/// Passes through all loops of one rendering.
const LOOP_PASSES: u32 = 50_000;
/// Times `~` may stand in one template.
const JOINS: usize = 100;
/// Longest result of a filter that can grow a text.
const FILTER_MAX_BYTES: usize = 256 * 1024;

const TAGS: [&str; 12] =
    ["if", "elif", "else", "endif", "for", "endfor", "set", "break", "continue", "filter", "endfilter", "raw"];
const FUEL: &str = "hermod_fuel";

thread_local! {
    /// Fuel of the rendering that runs on this thread. Rendering never waits, so it never changes threads.
    static PASSES_LEFT: Cell<u32> = const { Cell::new(0) };
}

/// Fills the tank for one rendering.
pub(crate) fn refuel() {
    PASSES_LEFT.set(LOOP_PASSES);
}

/// A Tera without what could do harm.
pub(crate) fn harmless_tera() -> Tera {
    let mut tera = Tera::default();
    tera.register_function(FUEL, |_: Kwargs, _: &State| -> TeraResult<String> {
        let left = PASSES_LEFT.get();
        PASSES_LEFT.set(left.saturating_sub(1));
        if left == 0 {
            Err(Error::message(format!("The loops make more than {LOOP_PASSES} passes.")))
        } else {
            Ok(String::new())
        }
    });
    tera.register_function("range", |_: Kwargs, _: &State| -> TeraResult<Value> { Err(unavailable("range")) });
    tera.register_function("throw", |_: Kwargs, _: &State| -> TeraResult<Value> { Err(unavailable("throw")) });
    tera.register_filter("indent", |_: &str, _: Kwargs, _: &State| -> TeraResult<String> {
        Err(unavailable("indent"))
    });
    tera.register_filter("replace", |text: &str, arguments: Kwargs, _: &State| -> TeraResult<String> {
        let (from, to) = (arguments.must_get::<&str>("from")?, arguments.must_get::<&str>("to")?);
        let growth = text.matches(from).count().saturating_mul(to.len());
        if growth.saturating_add(text.len()) > FILTER_MAX_BYTES {
            return Err(Error::message("The filter `replace` makes the text too long."));
        }
        Ok(text.replace(from, to))
    });
    tera
}

fn unavailable(name: &str) -> Error {
    Error::message(format!("`{name}` cannot be used in templates."))
}

/// Faults of one template that can be seen without rendering. Paths are `path`.
pub(crate) fn check(path: &str, source: &str) -> Faults {
    let mut faults = Faults::default();
    if source.len() > TEMPLATE_MAX_BYTES {
        faults.add(path, "too_long", format!("Use at most {} KB.", TEMPLATE_MAX_BYTES / 1024));
        return faults;
    }
    let mut joins = 0;
    let mut set: Vec<&str> = Vec::new();
    for part in parts(source) {
        let (expression, line) = match part {
            Part::Print { expression, line } => (expression, line),
            Part::Tag { word, rest, line, .. } => {
                if !TAGS.contains(&word) {
                    faults.add(path, "tag_not_allowed", format!("Line {line}: the tag “{word}” cannot be used here."));
                }
                if word == "set"
                    && let Some((name, value)) = rest.split_once('=')
                {
                    if reads_any(value, &set) {
                        let text =
                            format!("Line {line}: a value that is set cannot be made from another one that is set.");
                        faults.add(path, "set_chain", text);
                    }
                    set.push(name.trim());
                }
                (rest, line)
            }
        };
        if expression.trim_start().starts_with('<') {
            faults.add(path, "tag_not_allowed", format!("Line {line}: components cannot be used here."));
        }
        for word in words(expression) {
            match word {
                Word::Sign('~') => joins += 1,
                Word::Call(name) => {
                    faults.add(path, "function_not_allowed", format!("Line {line}: there is no function “{name}”."));
                }
                _ => {}
            }
        }
    }
    if joins > JOINS {
        faults.add(path, "too_large", format!("Join texts with ~ at most {JOINS} times in one template."));
    }
    faults
}

fn reads_any(expression: &str, names: &[&str]) -> bool {
    words(expression).iter().any(|word| match word {
        Word::Path { path, .. } => names.contains(&path.split('.').next().unwrap_or_default()),
        _ => false,
    })
}

/// The template with a call for fuel at the start of every loop's body. Lines stay where they are.
pub(crate) fn with_fuel(source: &str) -> String {
    let mut fuelled = String::with_capacity(source.len() + 64);
    let mut done = 0;
    for part in parts(source) {
        if let Part::Tag { word: "for", end, trims, .. } = part {
            fuelled.push_str(&source[done..end]);
            let close = if trims { "-}}" } else { "}}" };
            fuelled.push_str(&format!("{{{{ {FUEL}() {close}"));
            done = end;
        }
    }
    fuelled.push_str(&source[done..]);
    fuelled
}

/// Takes output up to a limit.
#[derive(Default)]
pub(crate) struct Bounded(pub(crate) Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_MAX_BYTES {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A fault in plain words from what Tera says.
pub(crate) fn fault_of(path: &str, error: &Error) -> Fault {
    use tera::ErrorKind;
    let (code, text) = match error.kind() {
        ErrorKind::SyntaxError(report) => {
            ("template_syntax", format!("Line {}: {}", report.span().start_line, report.message()))
        }
        ErrorKind::RenderingError(report) => {
            ("render_failed", format!("Line {}: {}", report.span().start_line, report.message()))
        }
        ErrorKind::Io(_) => ("too_large", format!("The rendered text is longer than {} KB.", OUTPUT_MAX_BYTES / 1024)),
        other => ("template_syntax", other.to_string()),
    };
    // The name of the function that fuels loops means nothing to the author.
    let text = text.lines().next().unwrap_or_default().to_owned();
    Fault::new(path, code, text)
}
