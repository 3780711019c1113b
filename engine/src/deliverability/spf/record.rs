//! Reads SPF records (RFC 7208 §5, §6, §12).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::names::is_name;

/// A record that can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::deliverability) struct Record {
    pub(super) directives: Vec<Directive>,
    pub(super) redirect: Option<Target>,
}

/// A mechanism with its qualifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) qualifier: Qualifier,
    pub(super) mechanism: Mechanism,
    /// As it stands there.
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mechanism {
    All,
    Include(Target),
    /// `None`: the domain itself. Then the lengths of the networks.
    A(Option<Target>, u8, u8),
    Mx(Option<Target>, u8, u8),
    Ptr,
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    Exists(Target),
}

/// Where a mechanism leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// In lower case, without a dot at the end.
    Name(String),
    /// It depends on the mail (RFC 7208 §7).
    Macro,
}

/// Is this a record of SPF, readable or not (RFC 7208 §4.5)?
pub(super) fn is_spf(text: &str) -> bool {
    let (version, _) = text.split_once(' ').unwrap_or((text, ""));
    version.eq_ignore_ascii_case("v=spf1")
}

/// The terms behind the version.
pub(super) fn terms(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').skip(1).filter(|term| !term.is_empty())
}

/// The record, or the first term that cannot be read.
pub(super) fn parse(text: &str) -> Result<Record, String> {
    let mut record = Record::default();
    for term in terms(text) {
        let bad = || term.to_owned();
        match modifier(term) {
            Some((name, value)) if name.eq_ignore_ascii_case("redirect") => {
                let target = target(value).ok_or_else(bad)?;
                if record.redirect.replace(target).is_some() {
                    return Err(bad());
                }
            }
            // Unknown ones are passed over (RFC 7208 §6), and an explanation decides nothing.
            Some(_) => {}
            None => record.directives.push(directive(term).ok_or_else(bad)?),
        }
    }
    Ok(record)
}

/// `name=value`, where a mechanism would have `:` or `/` first.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name.then_some((name, value))
}

pub(super) fn directive(term: &str) -> Option<Directive> {
    let (qualifier, rest) = match term.split_at_checked(1)? {
        ("+", rest) => (Qualifier::Pass, rest),
        ("-", rest) => (Qualifier::Fail, rest),
        ("~", rest) => (Qualifier::SoftFail, rest),
        ("?", rest) => (Qualifier::Neutral, rest),
        _ => (Qualifier::Pass, term),
    };
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    let given = behind.strip_prefix(':');
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" if behind.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(target(given?)?),
        "exists" => Mechanism::Exists(target(given?)?),
        "ptr" if behind.is_empty() || target(given?).is_some() => Mechanism::Ptr,
        "a" => hosts(behind).map(|(target, v4, v6)| Mechanism::A(target, v4, v6))?,
        "mx" => hosts(behind).map(|(target, v4, v6)| Mechanism::Mx(target, v4, v6))?,
        "ip4" => network(given?, 32).map(|(address, length)| Mechanism::Ip4(address, length))?,
        "ip6" => network(given?, 128).map(|(address, length)| Mechanism::Ip6(address, length))?,
        _ => return None,
    };
    Some(Directive { qualifier, mechanism, text: term.to_owned() })
}

fn target(text: &str) -> Option<Target> {
    if text.contains('%') {
        return Some(Target::Macro);
    }
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    (is_name(&name) && !name.contains('/')).then_some(Target::Name(name))
}

/// `:domain/24//64`, each part or none.
fn hosts(text: &str) -> Option<(Option<Target>, u8, u8)> {
    let (name, lengths) = text.find('/').map_or((text, ""), |at| text.split_at(at));
    let target = match name.strip_prefix(':') {
        Some(name) => Some(target(name)?),
        None if name.is_empty() => None,
        None => return None,
    };
    let (v4, v6) = match lengths.split_once("//") {
        Some((v4, v6)) => (v4, Some(v6)),
        None => (lengths, None),
    };
    let v4 = match v4.strip_prefix('/') {
        Some(length) => length.parse().ok().filter(|length| *length <= 32)?,
        None if v4.is_empty() => 32,
        None => return None,
    };
    let v6 = v6.map_or(Some(128), |length| length.parse().ok().filter(|length| *length <= 128))?;
    Some((target, v4, v6))
}

fn network<A: std::str::FromStr>(text: &str, longest: u8) -> Option<(A, u8)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, length.parse().ok().filter(|length| *length <= longest)?),
        None => (text, longest),
    };
    Some((address.parse().ok()?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Target {
        Target::Name(text.to_owned())
    }

    #[test]
    fn a_record_is_known_by_its_version_alone() {
        for (text, is) in [
            ("v=spf1", true),
            ("v=spf1 -all", true),
            ("V=SPF1 -all", true),
            ("v=spf10 -all", false),
            ("v=spf1-all", false),
            (" v=spf1 -all", false),
            ("spf2.0/pra -all", false),
        ] {
            assert_eq!(is_spf(text), is, "{text}");
        }
    }

    #[test]
    fn every_mechanism_is_read() {
        let read = |term: &str| directive(term).map(|it| (it.qualifier, it.mechanism));
        for (term, mechanism) in [
            ("-all", (Qualifier::Fail, Mechanism::All)),
            ("~ALL", (Qualifier::SoftFail, Mechanism::All)),
            ("?include:_spf.Example.com.", (Qualifier::Neutral, Mechanism::Include(name("_spf.example.com")))),
            ("a", (Qualifier::Pass, Mechanism::A(None, 32, 128))),
            ("+a:h.example.com/24//64", (Qualifier::Pass, Mechanism::A(Some(name("h.example.com")), 24, 64))),
            ("mx//64", (Qualifier::Pass, Mechanism::Mx(None, 32, 64))),
            ("mx/24", (Qualifier::Pass, Mechanism::Mx(None, 24, 128))),
            ("ip4:192.0.2.0/24", (Qualifier::Pass, Mechanism::Ip4([192, 0, 2, 0].into(), 24))),
            ("ip6:2001:db8::1", (Qualifier::Pass, Mechanism::Ip6("2001:db8::1".parse().unwrap(), 128))),
            ("exists:%{i}.x.example.com", (Qualifier::Pass, Mechanism::Exists(Target::Macro))),
            ("ptr:example.com", (Qualifier::Pass, Mechanism::Ptr)),
        ] {
            assert_eq!(read(term), Some(mechanism), "{term}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for bad in [
            "ipv4:192.0.2.1",
            "ip4:192.0.2.300",
            "ip4:192.0.2.0/33",
            "ip6:2001:db8::/129",
            "include",
            "include:",
            "include:a..b",
            "all:x",
            "a/33",
            "ahost",
            "192.0.2.1",
            "--all",
            "redirect=",
            "redirect=a.com redirect=b.com",
            "\\226\\128\\156ip4:1.2.3.4",
        ] {
            let term = bad.rsplit(' ').next().unwrap();
            assert_eq!(parse(&format!("v=spf1 mx {bad} -all")), Err(term.to_owned()), "{bad}");
        }
    }

    #[test]
    fn modifiers_that_nobody_knows_are_passed_over() {
        let record = parse("v=spf1  mx exp=why.example.com x-y.z=1 redirect=_spf.example.com ").unwrap();
        assert_eq!((record.directives.len(), record.redirect), (1, Some(name("_spf.example.com"))));
    }
}
