//! The record that should stand there instead.

use super::record::{Mechanism, Qualifier, directive, is_spf, parse, terms};

/// All that stood in the records, without what cannot be read and what is said twice, with what is needed before the end.
/// `None`: there is nothing to say.
pub(super) fn proposal(records: &[String], needed: &[String]) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    let (mut strict, mut redirect) = (false, None);
    for term in records.iter().filter(|text| is_spf(text)).flat_map(|text| terms(text)) {
        match directive(term) {
            Some(it) if it.mechanism == Mechanism::All => strict |= it.qualifier == Qualifier::Fail,
            Some(it) if it.mechanism == Mechanism::Ptr => {}
            Some(_) => add(&mut kept, term),
            None if parse(&format!("v=spf1 {term}")).is_err() => {}
            None if term.to_ascii_lowercase().starts_with("redirect=") => redirect = Some(term),
            None => add(&mut kept, term),
        }
    }
    for term in needed {
        add(&mut kept, term);
    }
    let has_end = records.iter().flat_map(|text| terms(text)).any(is_all);
    let end = match redirect {
        Some(redirect) if !has_end && records.len() == 1 => redirect,
        _ if strict => "-all",
        _ => "~all",
    };
    let says_something = !kept.is_empty() || end.starts_with("redirect");
    says_something.then(|| ["v=spf1"].into_iter().chain(kept).chain([end]).collect::<Vec<_>>().join(" "))
}

fn is_all(term: &str) -> bool {
    directive(term).is_some_and(|directive| directive.mechanism == Mechanism::All)
}

fn add<'a>(kept: &mut Vec<&'a str>, term: &'a str) {
    if !kept.contains(&term) {
        kept.push(term);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_comes_before_the_end_and_what_is_wrong_goes() {
        let needs = "ip4:192.0.2.1";
        for (records, needed, proposed) in [
            (&[][..], needs, Some("v=spf1 ip4:192.0.2.1 ~all")),
            (&["v=spf1 mx -all"], needs, Some("v=spf1 mx ip4:192.0.2.1 -all")),
            (&["v=spf1 mx ?all"], "", Some("v=spf1 mx ~all")),
            (&["v=spf1 mx +all"], "", Some("v=spf1 mx ~all")),
            (&["v=spf1 mx"], "", Some("v=spf1 mx ~all")),
            (&["v=spf1 mx ipv4:192.0.2.2 ptr -all"], needs, Some("v=spf1 mx ip4:192.0.2.1 -all")),
            (&["v=spf1 redirect=_spf.a.com"], needs, Some("v=spf1 ip4:192.0.2.1 redirect=_spf.a.com")),
            (&["v=spf1 mx ~all", "v=spf1 mx include:b.com -all"], "", Some("v=spf1 mx include:b.com -all")),
            (&["v=spf1 -all"], "", None),
            (&[], "", None),
        ] {
            let records: Vec<String> = records.iter().map(|text| (*text).to_owned()).collect();
            let needed: Vec<String> = needed.split_whitespace().map(str::to_owned).collect();
            assert_eq!(proposal(&records, &needed).as_deref(), proposed, "{records:?} {needed:?}");
        }
    }
}
