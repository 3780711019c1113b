//! What could be meant by what is typed.

use content::{FUNCTIONS, Function};

use super::asked::{Asked, Wanted};
use super::vocabulary::KnownValue;
use crate::i18n::{Language, Texts};

/// One of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What it is called: `profile.name`, `format_date`.
    pub name: String,
    /// What takes the place of what was typed.
    pub text: String,
    /// How it is written, or what it looks like: `(format="long")`, `Ann`.
    pub detail: String,
    /// What it is for.
    pub about: String,
}

/// Longest list.
const MOST: usize = 40;

/// What can be named where somebody writes.
pub struct Names<'a> {
    pub values: &'a [KnownValue],
    pub fragments: &'a [String],
    /// Names that the template makes.
    pub own: &'a [String],
}

/// Those that fit, the likeliest first.
pub fn proposals(asked: &Asked, names: &Names<'_>, language: Language) -> Vec<Proposal> {
    let t = language.texts();
    let all = match asked.wanted {
        Wanted::Value => values(names, t),
        Wanted::Filter => functions(Function::is_filter, language),
        Wanted::Test => functions(Function::is_test, language),
        Wanted::Tag => tags(t),
        Wanted::Fragment => names.fragments.iter().map(|name| plain(name, name, t.expressions.fragment)).collect(),
    };
    let typed = asked.typed.to_lowercase();
    let mut fitting: Vec<(usize, Proposal)> = all
        .into_iter()
        .filter_map(|proposal| {
            Some((rank(&proposal, &typed)?, Proposal { text: closed(&proposal, asked), ..proposal }))
        })
        .collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    fitting.into_iter().map(|(_, proposal)| proposal).take(MOST).collect()
}

/// The lower, the likelier; `None`: it is not meant.
fn rank(proposal: &Proposal, typed: &str) -> Option<usize> {
    let name = proposal.name.to_lowercase();
    if name.starts_with(typed) {
        Some(0)
    } else if name.split(['.', '_']).any(|part| part.starts_with(typed)) {
        Some(1)
    } else if typed.len() > 1 && (name.contains(typed) || proposal.about.to_lowercase().contains(typed)) {
        Some(2)
    } else {
        None
    }
}

/// With what closes the expression, where somebody would have to type it next.
fn closed(proposal: &Proposal, asked: &Asked) -> String {
    let text = &proposal.text;
    match asked.wanted {
        Wanted::Value if !asked.is_closed && asked.starts_expression => format!("{text} }}}}"),
        Wanted::Filter if !asked.is_closed && !asked.is_tag => format!("{text} }}}}"),
        Wanted::Tag if !asked.is_closed && !text.ends_with(' ') => format!("{text} %}}"),
        Wanted::Fragment if !asked.is_closed => format!("{text}\") }}}}"),
        _ => text.clone(),
    }
}

fn plain(name: &str, text: &str, about: &str) -> Proposal {
    Proposal { name: name.to_owned(), text: text.to_owned(), detail: String::new(), about: about.to_owned() }
}

fn values(names: &Names<'_>, t: &Texts) -> Vec<Proposal> {
    let own = names.own.iter().map(|name| plain(name, name, t.expressions.own_name));
    let known = names.values.iter().map(|value| Proposal {
        name: value.path.clone(),
        text: value.path.clone(),
        detail: value.example.clone(),
        about: value.about.clone(),
    });
    let fragments = names.fragments.iter().map(|name| {
        let text = format!("fragment(\"{name}\")");
        plain(&text, &text, t.expressions.fragment)
    });
    own.chain(known).chain(fragments).collect()
}

fn functions(wanted: fn(&Function) -> bool, language: Language) -> Vec<Proposal> {
    let proposal = |function: &Function| {
        let arguments = arguments(function);
        Proposal {
            name: function.name.to_owned(),
            text: format!("{}{arguments}", function.name),
            detail: arguments.to_owned(),
            about: language.of(function.about).to_owned(),
        }
    };
    FUNCTIONS.into_iter().flatten().filter(|function| wanted(function)).map(proposal).collect()
}

/// As its example has them: `(format="long time", zone="Asia/Seoul")`.
fn arguments(function: &Function) -> &'static str {
    let behind = |before: &str| function.example.split_once(&format!("{before} {}(", function.name));
    let Some((_, rest)) = behind("|").or_else(|| behind("is")) else { return "" };
    let start = function.example.len() - rest.len() - 1;
    let mut is_text = false;
    let end = rest.char_indices().find(|(_, letter)| {
        is_text ^= *letter == '"';
        *letter == ')' && !is_text
    });
    end.map_or("", |(end, _)| &function.example[start..start + end + 2])
}

fn tags(t: &Texts) -> Vec<Proposal> {
    let t = &t.expressions;
    [
        ("if", "if ", t.tag_if),
        ("elif", "elif ", t.tag_elif),
        ("else", "else", t.tag_else),
        ("endif", "endif", t.tag_endif),
        ("for", "for item in ", t.tag_for),
        ("endfor", "endfor", t.tag_endfor),
        ("set", "set ", t.tag_set),
    ]
    .map(|(name, text, about)| plain(name, text, about))
    .into()
}

#[cfg(test)]
mod tests {
    use super::super::asked::asked;
    use super::*;

    fn value(path: &str, about: &str) -> KnownValue {
        KnownValue { path: path.into(), form: None, about: about.into(), example: String::new() }
    }

    /// What the text becomes with the first proposal; `^` is the cursor.
    fn taken(text: &str) -> String {
        let (before, after) = text.split_once('^').unwrap();
        let text = format!("{before}{after}");
        let city = |root: &str| value(&format!("{root}.city"), "");
        let values = [city("context"), value("profile.name", "Given name"), city("profile"), value("now", "")];
        let names = Names { values: &values, fragments: &["Footer".into()], own: &["item".into()] };
        let asked = asked(&text, before.len()).unwrap();
        let found = proposals(&asked, &names, Language::English);
        format!("{}{}{after}", &before[..asked.from], found[0].text)
    }

    #[test]
    fn what_is_taken_completes_what_is_typed() {
        for (typed, text) in [
            ("Hi {{ pro^!", "Hi {{ profile.name }}!"),
            ("{{ profile.c^ }}", "{{ profile.city }}"),
            ("{{ cit^", "{{ context.city }}"),
            ("{{ given^", "{{ profile.name }}"),
            ("{{ it^", "{{ item }}"),
            ("{{ now^", "{{ now }}"),
            ("{% if pro^", "{% if profile.name"),
            ("{{ profile.name | upp^", "{{ profile.name | upper }}"),
            ("{{ profile.name | defa^ }}", "{{ profile.name | default(value=\"friend\") }}"),
            ("{% if a is defi^", "{% if a is defined"),
            ("{% endi^", "{% endif %}"),
            ("{% f^", "{% for item in "),
            ("{{ fragment(\"fo^", "{{ fragment(\"Footer\") }}"),
            ("{{ frag^", "{{ fragment(\"Footer\") }}"),
        ] {
            assert_eq!(taken(typed), text, "{typed}");
        }
    }

    #[test]
    fn every_function_is_proposed_as_its_example_writes_it() {
        for function in FUNCTIONS.into_iter().flatten().filter(|it| it.is_filter() || it.is_test()) {
            let arguments = arguments(function);
            assert!(arguments.is_empty() || arguments.starts_with('(') && arguments.ends_with(')'), "{function:?}");
            assert!(function.example.contains(&format!("{}{arguments}", function.name)), "{function:?}");
        }
    }
}
