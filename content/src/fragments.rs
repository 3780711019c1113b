//! Fragments: pieces that many contents share. `{{ fragment("Footer") }}` stands for what the fragment of this name, or of
//! this id, said when it was published last. The text takes the place of the reference before anything else reads the
//! template, so that guards, variables and the contract hold for the whole.

use std::borrow::Cow;
use std::collections::BTreeSet;

use domain::content::{Content, TEMPLATE_MAX_BYTES};
use domain::library::{FRAGMENTS_MAX, FragmentKind, FragmentText, Fragments, name_key};
use domain::{Fault, Faults};

use crate::place::Place;
use crate::tokens::{self, Kind, Piece, Token};

/// A reference in a template: what it names, and from where to where it stands.
struct Reference {
    name: String,
    at: usize,
    end: usize,
    /// White space before and after goes, as with any tag that is written with dashes.
    trims: (bool, bool),
}

/// What a content refers to, as keys of [`Fragments`].
pub fn fragments_of(content: &Content) -> BTreeSet<String> {
    content.templates().into_iter().flat_map(|(_, source)| fragments_in(source)).collect()
}

/// The same of a template.
pub fn fragments_in(source: &str) -> BTreeSet<String> {
    references(source).into_iter().map(|it| name_key(&it.name)).collect()
}

/// The content with its fragments in their places. Faults have the paths of the templates: `unknown_fragment`,
/// `fragment_nested`, `fragment_misplaced`, `too_many_fragments`, `too_large`.
pub fn with_fragments<'a>(content: &'a Content, fragments: &Fragments) -> Result<Cow<'a, Content>, Faults> {
    let (content, faults) = with_known_fragments(content, fragments);
    if faults.is_empty() { Ok(content) } else { Err(faults) }
}

/// The same for somebody who is still writing: templates with faults are empty.
pub fn with_known_fragments<'a>(content: &'a Content, fragments: &Fragments) -> (Cow<'a, Content>, Faults) {
    let mut faults = Faults::default();
    if content.templates().iter().all(|(_, source)| references(source).is_empty()) {
        return (Cow::Borrowed(content), faults);
    }
    let mut filler = Filler { fragments, left: FRAGMENTS_MAX };
    let mut content = content.clone();
    for (path, source) in content.templates_mut() {
        *source = filler.filled(&path, source, Depth::Content).unwrap_or_else(|fault| {
            faults.0.push(fault);
            String::new()
        });
    }
    (Cow::Owned(content), faults)
}

/// A fragment with those that it refers to in their places; faults as those of contents, at `path`.
pub fn filled_fragment(path: &str, text: &FragmentText, fragments: &Fragments) -> Result<String, Fault> {
    let place = if text.kind == FragmentKind::Html { HTML } else { path };
    let filled = Filler { fragments, left: FRAGMENTS_MAX - 1 }.filled(place, &text.text, Depth::Fragment);
    filled.map_err(|fault| Fault { path: path.to_owned(), ..fault })
}

/// The one template that pieces of HTML belong into.
const HTML: &str = "content.html";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Content,
    Fragment,
    /// Deeper than fragments may go.
    Nested,
}

/// Puts fragments into their places.
struct Filler<'a> {
    fragments: &'a Fragments,
    /// So many more may come.
    left: usize,
}

impl Filler<'_> {
    fn filled(&mut self, path: &str, source: &str, depth: Depth) -> Result<String, Fault> {
        let mut text = String::with_capacity(source.len());
        let mut done = 0;
        for Reference { name, at, end, trims } in references(source) {
            let fault = |code, words: &str| Fault::new(path, code, Place::of(source, at).before(words));
            if depth == Depth::Nested {
                let words = "A fragment in a fragment may not have others in it.";
                return Err(fault("fragment_nested", words));
            }
            let Some(fragment) = self.fragments.get(&name) else {
                let words = format!("There is no published fragment “{}”.", domain::failure::kept(&name));
                return Err(fault("unknown_fragment", &words));
            };
            if fragment.kind == FragmentKind::Html && path != HTML {
                let words = "This fragment is a piece of a mail's HTML, and stands nowhere else.";
                return Err(fault("fragment_misplaced", words));
            }
            self.left = self.left.checked_sub(1).ok_or_else(|| {
                let words = format!("A message has {FRAGMENTS_MAX} fragments at most, those in fragments counted.");
                fault("too_many_fragments", &words)
            })?;
            let below = if depth == Depth::Content { Depth::Fragment } else { Depth::Nested };
            let filled = self.filled(path, &fragment.text, below)?;
            text.push_str(&source[done..at]);
            if trims.0 {
                text.truncate(text.trim_end().len());
            }
            text.push_str(&filled);
            let rest = &source[end..];
            done = if trims.1 { end + (rest.len() - rest.trim_start().len()) } else { end };
            if text.len() > TEMPLATE_MAX_BYTES {
                return Err(fault("too_large", "With its fragments, the template is too large."));
            }
        }
        text.push_str(&source[done..]);
        Ok(text)
    }
}

/// Those of a template that can be read, in their order.
fn references(source: &str) -> Vec<Reference> {
    if !source.contains("fragment") {
        return Vec::new();
    }
    let pieces = tokens::pieces(source).unwrap_or_default();
    pieces.iter().filter_map(|piece| reference(source, piece)).collect()
}

fn reference(source: &str, piece: &Piece<'_>) -> Option<Reference> {
    let Piece::Print { at, tokens } = piece else { return None };
    let [
        Token { kind: Kind::Word("fragment"), .. },
        Token { kind: Kind::Sign("("), .. },
        Token { kind: Kind::Text(name), .. },
        Token { kind: Kind::Sign(")"), end, .. },
    ] = tokens.as_slice()
    else {
        return None;
    };
    let rest = source[*end..].trim_start();
    let after = rest.strip_prefix('-').unwrap_or(rest).strip_prefix("}}")?;
    let trims = (source[*at + 2..].starts_with('-'), rest.starts_with('-'));
    Some(Reference { name: name.clone(), at: *at, end: source.len() - after.len(), trims })
}

/// Where the references of a template stand, in their order.
pub(crate) fn places(source: &str) -> Vec<std::ops::Range<usize>> {
    references(source).into_iter().map(|Reference { at, end, .. }| at..end).collect()
}

/// Is it a fault of a reference?
pub(crate) fn is_about(code: &str) -> bool {
    code == "unknown_fragment" || code == "too_many_fragments" || code.starts_with("fragment_")
}

#[cfg(test)]
mod tests {
    use domain::content::EmailContent;

    use super::*;

    fn all(texts: &[(&str, FragmentKind, &str)]) -> Fragments {
        let mut fragments = Fragments::default();
        for (name, kind, text) in texts {
            fragments.add(name, FragmentText { kind: *kind, text: (*text).to_owned() });
        }
        fragments
    }

    fn mail(subject: &str, html: &str) -> Content {
        EmailContent { subject: subject.into(), html: html.into(), ..Default::default() }.into()
    }

    fn html(content: &Content, fragments: &Fragments) -> String {
        with_fragments(content, fragments).unwrap().email().unwrap().html.clone()
    }

    fn refused(content: &Content, fragments: &Fragments) -> Vec<(String, String)> {
        let faults = with_fragments(content, fragments).unwrap_err();
        faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn a_reference_is_replaced_wherever_it_stands_and_in_any_case() {
        let fragments = all(&[("Footer", FragmentKind::Html, "<p>{{ context.shop }}</p>")]);
        let content = mail("Hi", "<b>a</b> {{- fragment('FOOTER') -}}  {% if x %}{{fragment(\"footer\")}}{% endif %}");
        assert_eq!(
            html(&content, &fragments),
            "<b>a</b><p>{{ context.shop }}</p>{% if x %}<p>{{ context.shop }}</p>{% endif %}"
        );
        assert_eq!(fragments_of(&content), BTreeSet::from(["footer".to_owned()]));
    }

    #[test]
    fn what_only_looks_like_a_reference_stays() {
        let fragments = all(&[("a", FragmentKind::Expression, "A")]);
        for source in [
            "{# {{ fragment('a') }} #}",
            "{% raw %}{{ fragment('a') }}{% endraw %}",
            "fragment('a')",
            "{{ fragment('a') | upper }}",
            "{{ fragment('a')",
        ] {
            assert_eq!(html(&mail("Hi", source), &fragments), source);
        }
    }

    #[test]
    fn a_fragment_may_hold_another_one_and_that_none() {
        let one = |text: &str| {
            all(&[
                ("a", FragmentKind::Expression, "A{{ fragment('b') }}"),
                ("b", FragmentKind::Expression, text),
                ("c", FragmentKind::Expression, "C"),
            ])
        };
        let content = mail("{{ fragment('a') }}", "x");
        let filled = with_fragments(&content, &one("B")).unwrap().into_owned();
        assert_eq!(filled.email().unwrap().subject, "AB");
        let path = || "content.subject".to_owned();
        assert_eq!(refused(&content, &one("{{ fragment('c') }}")), [(path(), "fragment_nested".to_owned())]);
        // One that holds itself ends there, too.
        assert_eq!(refused(&content, &one("{{ fragment('b') }}")), [(path(), "fragment_nested".to_owned())]);
    }

    #[test]
    fn what_is_unknown_misplaced_too_often_or_too_large_is_told_with_its_path() {
        let big = "x".repeat(200 * 1024);
        let fragments = all(&[
            ("piece", FragmentKind::Html, "<p>"),
            ("word", FragmentKind::Expression, "w"),
            ("big", FragmentKind::Expression, &big),
        ]);
        let refused = |subject: &str, html: &str| refused(&mail(subject, html), &fragments);
        let told = |path: &str, code: &str| (path.to_owned(), code.to_owned());
        assert_eq!(
            refused("{{ fragment('piece') }}", "{{ fragment('none') }}"),
            [told("content.subject", "fragment_misplaced"), told("content.html", "unknown_fragment")]
        );
        let many = "{{ fragment('word') }}".repeat(FRAGMENTS_MAX + 1);
        assert_eq!(refused("Hi", &many), [told("content.html", "too_many_fragments")]);
        assert_eq!(html(&mail("Hi", &many[22..]), &fragments), "w".repeat(FRAGMENTS_MAX));
        assert_eq!(refused("Hi", &"{{ fragment('big') }}".repeat(2)), [told("content.html", "too_large")]);
    }
}
