//! Faults at the places where the author wrote. Before a template is read, links and places of it give way to marks, and
//! fragments stand in it: lines and columns are those of what came of it. Here they become those of what was written.

use domain::content::Content;
use domain::{Fault, Faults};

use crate::place::Place;
use crate::{compiled, email, filters, fragments, links, template, trouble};

/// The same faults; those that are also found in a template as it is written stand where they are found there. Of others, such
/// as those that are inside of a fragment, the column is left out in templates that are not read as they are written.
pub fn placed(faults: Faults, content: &Content) -> Faults {
    let mut faults = faults;
    for (path, source) in content.templates() {
        if faults.at(&path).is_some() {
            place(&mut faults.0, &path, source);
        }
    }
    faults
}

/// The same for one template.
pub(crate) fn place(faults: &mut [Fault], path: &str, source: &str) {
    let readable = as_read(path, source);
    let mut found = template_faults(path, &readable).0;
    let is_changed = path == email::HTML || readable != source;
    for fault in faults.iter_mut().filter(|fault| fault.path == path) {
        let Some((told, sentence)) = Place::split(&fault.text) else { continue };
        let same = found.iter().position(|other| {
            other.code == fault.code && Place::split(&other.text).is_some_and(|(_, words)| words == sentence)
        });
        match same {
            Some(same) => *fault = found.remove(same),
            None if is_changed && !fragments::is_about(&fault.code) => {
                fault.text = Place::of_line(told.line).before(sentence);
            }
            None => {}
        }
    }
}

/// What is wrong with a template on its own, at its places in it.
pub(crate) fn template_faults(path: &str, source: &str) -> Faults {
    let read = match template::read(source) {
        Ok(read) => read,
        Err(refused) => return Faults(refused.into_iter().map(|why| compiled::fault(path, source, why)).collect()),
    };
    let ready = read.source.unwrap_or_default();
    let parsed = filters::tera().add_raw_template("part.html", &ready);
    Faults(parsed.err().map(|error| trouble::of_syntax(path, source, &ready, &error)).into_iter().collect())
}

/// The template with remarks in the places of fragments and of what each message says of its own: of the same size, so that
/// everything else stands where it stood.
fn as_read(path: &str, source: &str) -> String {
    let mut readable = source.to_owned();
    for range in fragments::places(source).into_iter().rev() {
        still(&mut readable, range);
    }
    if path == email::HTML || path == email::TEXT {
        for range in links::places(&readable).into_iter().rev() {
            still(&mut readable, range);
        }
    }
    readable
}

/// As many characters and lines as before.
fn still(text: &mut String, range: std::ops::Range<usize>) {
    let inside = range.start + 2..range.end - 2;
    let blank: String = text[inside].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
    text.replace_range(range, &format!("{{#{blank}#}}"));
}

#[cfg(test)]
mod tests {
    use domain::content::EmailContent;
    use domain::library::{FragmentKind, FragmentText, Fragments};
    use domain::mail_templates::MailTemplates;

    use super::*;
    use crate::{Compiled, with_known_fragments};

    /// Where the first fault of the HTML is told.
    fn told(html: &str, fragment: &str) -> String {
        let mut all = Fragments::default();
        all.add("Kopf 푸터", FragmentText { kind: FragmentKind::Html, text: fragment.to_owned() });
        let mail = EmailContent { subject: "S".into(), html: html.into(), track_clicks: true, ..Default::default() };
        let content = Content::from(mail);
        let (filled, mut faults) = with_known_fragments(&content, &all);
        let compiled = Compiled::compile_with(&filled, &MailTemplates::default());
        faults.0.extend(compiled.err().unwrap_or_default().0);
        placed(faults, &content).at("content.html").map(|fault| fault.text.clone()).unwrap_or_default()
    }

    #[test]
    fn a_fault_behind_links_places_and_fragments_is_told_where_it_was_written() {
        let before = "<a href=\"{{ unsubscribe_url }}\">x</a><a href=\"https://shop.example/\">y</a>";
        let html = format!("{before}{{{{ fragment('Kopf 푸터') }}}}\n{before}{{{{ foo }}}}");
        let told = told(&html, "one\ntwo\nthree");
        let column = before.len() + 4;
        assert!(told.starts_with(&format!("Line 2, column {column}: “foo” is not known.")), "{told}");
    }

    #[test]
    fn the_same_fault_in_two_places_is_told_in_both() {
        let content = Content::from(EmailContent {
            subject: "S".into(),
            html: "{{ unsubscribe_url }}{{ foo }}\n{{ foo }}".into(),
            ..Default::default()
        });
        let faults = placed(Compiled::compile(&content).unwrap_err(), &content);
        let places: Vec<_> = faults.0.iter().filter_map(|fault| Place::split(&fault.text)).map(|(it, _)| it).collect();
        assert_eq!(places, [Place { line: 1, column: 25 }, Place { line: 2, column: 4 }]);
    }

    #[test]
    fn a_fault_inside_of_a_fragment_has_no_column() {
        let told = told("<p>{{ fragment('Kopf 푸터') }}</p>", "{{ foo }}");
        assert!(told.starts_with("Line 1: “foo”"), "{told}");
    }

    #[test]
    fn an_unknown_fragment_is_told_where_it_stands() {
        let told = told("<p>\n  {{ fragment('none') }}</p>", "");
        assert!(told.starts_with("Line 2, column 3: There is no published fragment"), "{told}");
    }
}
