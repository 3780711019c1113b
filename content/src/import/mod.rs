//! Templates of another product as ours: Handlebars mixed with a query language (`{{profile.x}}`, `{%= a ?: "b" %}`,
//! `{%#if c%}`, `{{#each xs as |x|}}`, `{% let v = e %}`) become Tera, with a list of what did not.
//!
//! Nothing is trusted: whatever the source is, the import ends, makes a few times its size at most, and what it makes is read
//! by the same guards as a template that was typed. What cannot be converted stays as a comment, which prints nothing.

mod calls;
mod expression;
mod pieces;
mod scopes;
mod terms;
mod tokens;
mod writer;

use domain::content::TEMPLATE_MAX_BYTES;
use serde::{Deserialize, Serialize};

use crate::policy::Refused;
use crate::{filters, template};

/// What became of a template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    pub text: String,
    /// What was not converted, or should be looked at, in order.
    pub notes: Vec<Note>,
}

/// A place of the source that somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// From 1 on; 0: of the whole.
    pub line: usize,
    /// In characters, from 1 on.
    pub column: usize,
    /// The source there, cut.
    pub what: String,
    /// `unknown_function`, `unknown_name`, `fragment`, `audience`, `no_chance`, `not_closed`, `not_opened`, `bad_syntax`,
    /// `too_deep`, `outlives_loop`, `look_at`, `too_large` or `not_taken`.
    pub code: String,
    pub why: String,
}

/// More notes are not kept: the source is no template of that product.
const NOTES_MAX: usize = 200;

/// Longest excerpt of the source, in characters.
const WHAT_MAX: usize = 80;

/// Why something cannot be converted.
#[derive(Debug)]
pub(super) struct Trouble {
    code: &'static str,
    why: String,
}

impl Trouble {
    fn new(code: &'static str, why: impl Into<String>) -> Self {
        Self { code, why: why.into() }
    }

    fn is_unknown(&self) -> bool {
        self.code == "unknown_name"
    }

    fn syntax() -> Self {
        Self::new("bad_syntax", "This cannot be read.")
    }
}

/// Converts a template. Never fails: what is not converted is told.
pub fn import(source: &str) -> Imported {
    if source.len() > TEMPLATE_MAX_BYTES {
        let why = format!("Use at most {} KB.", TEMPLATE_MAX_BYTES / 1024);
        return Imported { text: String::new(), notes: vec![whole("too_large", why)] };
    }
    let mut imported = writer::converted(source);
    if let Some(why) = refusal(&imported.text) {
        imported.notes.push(whole("not_taken", why));
    }
    imported
}

fn whole(code: &str, why: String) -> Note {
    Note { line: 0, column: 0, what: String::new(), code: code.to_owned(), why }
}

/// Why our own guards do not take what was made.
fn refusal(text: &str) -> Option<String> {
    match template::read(text) {
        Err(refused) => Some(refused.into_iter().next().map_or_else(String::new, |refused| match refused {
            Refused::Because(_, _, text) => text,
            Refused::Syntax(_) => "The result cannot be read as a template.".to_owned(),
        })),
        Ok(read) => {
            let ready = read.source?;
            let taken = filters::tera().add_raw_template("import", &ready);
            taken.err().map(|_| "The result cannot be read as a template.".to_owned())
        }
    }
}
