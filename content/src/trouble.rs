//! Errors of Tera as faults: one plain sentence with a line, without excerpts of the template or names of the data.

use domain::Fault;
use tera::{Error, ErrorKind, ReportError};

use crate::place::Place;
use crate::work::{GROWN, SPENT};

/// Why Tera does not take a template. `given` is what it was given: the source, or that with additions in its lines.
pub(crate) fn of_syntax(path: &str, source: &str, given: &str, error: &Error) -> Fault {
    let text = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let at = report.span().range.start;
            let place = if given == source { Place::of(source, at) } else { line_of(report) };
            place.before(&sentence(report.message()))
        }
        other => sentence(first_line(&other.to_string())),
    };
    Fault::new(path, "template_syntax", text)
}

/// Why a template could not be rendered. `source` is what Tera was given.
pub(crate) fn of_rendering(path: &str, source: &str, error: &Error) -> Fault {
    let report = match error.kind() {
        ErrorKind::RenderingError(report) => report,
        ErrorKind::Io(_) => return too_large(path),
        other => return Fault::new(path, "render_failed", sentence(first_line(&other.to_string()))),
    };
    let message = report.message();
    if let Some(known) = [SPENT, GROWN].into_iter().find(|known| message.contains(known)) {
        return Fault::new(path, "too_large", known);
    }
    if message.contains("undefined") || message.contains("is not defined") {
        return missing(source, report);
    }
    Fault::new(path, "render_failed", line_of(report).before(&sentence(message)))
}

/// The result would be larger than any mail should be.
pub(crate) fn too_large(path: &str) -> Fault {
    Fault::new(path, "too_large", "The rendered content is too large.")
}

fn missing(source: &str, report: &ReportError) -> Fault {
    let name = path_around(source, report.span().range.clone());
    let text = line_of(report).before(&format!("{name} has no value."));
    Fault::new(name, "missing_variable", text)
}

/// What is rendered has additions in its lines: only the line is that of the template.
fn line_of(report: &ReportError) -> Place {
    Place::of_line(report.span().start_line)
}

/// Tera marks one name of a path; the path is what stands around it.
fn path_around(source: &str, range: std::ops::Range<usize>) -> String {
    let of_path = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'?' | b'[' | b']');
    let bytes = source.as_bytes();
    let (start, end) = (range.start.min(bytes.len()), range.end.min(bytes.len()));
    let before = bytes[..start].iter().rev().take_while(|byte| of_path(byte)).count();
    let after = bytes[end..].iter().take_while(|byte| of_path(byte)).count();
    let path = source.get(start - before..end + after).unwrap_or_default();
    path.replace('?', "").trim_matches(['.', '[', ' ']).to_owned()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Without the lists of names that Tera adds for programmers.
fn sentence(message: &str) -> String {
    let end = [" Available variables:", " Available fields:"].iter().filter_map(|mark| message.find(mark)).min();
    let mut text = first_line(&message[..end.unwrap_or(message.len())]).trim().to_owned();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
