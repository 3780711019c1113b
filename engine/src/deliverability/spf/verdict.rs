//! What a receiver makes of an address (RFC 7208 §4).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::deliverability::Trouble;

use super::super::facts::Facts;
use super::record::{Directive, Mechanism, Qualifier, Record, Target, is_spf, parse};

/// Most lookups of one check (RFC 7208 §4.6.4).
pub(super) const LOOKUPS_MAX: usize = 10;
/// Most hosts of an MX (RFC 7208 §4.6.4).
const EXCHANGES_MAX: usize = 10;

/// How it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// By this term.
    Pass(String),
    Fail,
    SoftFail,
    /// Nothing is said.
    Neutral,
    /// There is no record.
    Absent,
    /// The record cannot be used.
    Broken,
    /// It could not be looked up.
    Unknown {
        name: String,
        why: Trouble,
    },
    /// A macro decides before anything else does.
    Macro,
}

/// The only record of a domain that can be read.
pub(super) fn record_of(facts: &mut Facts, domain: &str) -> Result<Record, Verdict> {
    let texts = facts.txt(domain).map_err(|why| Verdict::Unknown { name: domain.to_owned(), why })?;
    let mut records = texts.iter().filter(|text| is_spf(text));
    match (records.next(), records.next()) {
        (None, _) => Err(Verdict::Absent),
        (Some(text), None) => parse(text).map_err(|_| Verdict::Broken),
        (Some(_), Some(_)) => Err(Verdict::Broken),
    }
}

/// Is one address let through?
pub(super) struct Judge<'a> {
    facts: &'a mut Facts,
    address: IpAddr,
    lookups: usize,
}

impl<'a> Judge<'a> {
    pub(super) const fn new(facts: &'a mut Facts, address: IpAddr) -> Self {
        Self { facts, address, lookups: 0 }
    }

    /// By the record of this domain.
    pub(super) fn judge(&mut self, domain: &str) -> Verdict {
        let record = match record_of(self.facts, domain) {
            Ok(record) => record,
            Err(verdict) => return verdict,
        };
        for directive in &record.directives {
            match self.matches(directive, domain) {
                Ok(true) => return of_qualifier(directive),
                Ok(false) => {}
                Err(verdict) => return verdict,
            }
        }
        match record.redirect {
            None => Verdict::Neutral,
            Some(_) if self.counts_too_many() => Verdict::Broken,
            Some(Target::Macro) => Verdict::Macro,
            Some(Target::Name(name)) => match self.judge(&name) {
                Verdict::Absent => Verdict::Broken,
                verdict => verdict,
            },
        }
    }

    fn matches(&mut self, directive: &Directive, domain: &str) -> Result<bool, Verdict> {
        match &directive.mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(network, length) => Ok(self.is_in(IpAddr::V4(*network), *length, *length)),
            Mechanism::Ip6(network, length) => Ok(self.is_in(IpAddr::V6(*network), *length, *length)),
            _ if self.counts_too_many() => Err(Verdict::Broken),
            // Whoever writes it is told not to; what it would match is not worth asking for.
            Mechanism::Ptr => Ok(false),
            Mechanism::Include(target) => match self.judge(name(Some(target), domain)?) {
                Verdict::Pass(_) => Ok(true),
                Verdict::Fail | Verdict::SoftFail | Verdict::Neutral => Ok(false),
                Verdict::Absent | Verdict::Broken => Err(Verdict::Broken),
                verdict => Err(verdict),
            },
            Mechanism::Exists(target) => {
                let name = name(Some(target), domain)?;
                Ok(!self.addresses(name)?.is_empty())
            }
            Mechanism::A(target, v4, v6) => self.has_address(name(target.as_ref(), domain)?, *v4, *v6),
            Mechanism::Mx(target, v4, v6) => {
                let name = name(target.as_ref(), domain)?;
                let unknown = |why| Verdict::Unknown { name: name.to_owned(), why };
                let exchanges = self.facts.mx(name).map_err(unknown)?;
                if exchanges.len() > EXCHANGES_MAX {
                    return Err(Verdict::Broken);
                }
                let mut ended = Ok(false);
                // All are asked for at once, whichever it is.
                for exchange in exchanges.iter().filter(|exchange| !exchange.host.is_empty()) {
                    match self.has_address(&exchange.host, *v4, *v6) {
                        Ok(true) => return Ok(true),
                        Ok(false) => {}
                        Err(verdict) => ended = Err(verdict),
                    }
                }
                ended
            }
        }
    }

    fn counts_too_many(&mut self) -> bool {
        self.lookups += 1;
        self.lookups > LOOKUPS_MAX
    }

    fn has_address(&mut self, name: &str, v4: u8, v6: u8) -> Result<bool, Verdict> {
        let addresses = self.addresses(name)?;
        Ok(addresses.into_iter().any(|network| self.is_in(network, v4, v6)))
    }

    fn addresses(&mut self, name: &str) -> Result<Vec<IpAddr>, Verdict> {
        self.facts.addresses(name).map_err(|why| Verdict::Unknown { name: name.to_owned(), why })
    }

    fn is_in(&self, network: IpAddr, v4: u8, v6: u8) -> bool {
        match (self.address, network) {
            (IpAddr::V4(address), IpAddr::V4(network)) => {
                let mask = u32::MAX.checked_shl(u32::from(32 - v4)).unwrap_or(0);
                (Ipv4Addr::to_bits(address) ^ network.to_bits()) & mask == 0
            }
            (IpAddr::V6(address), IpAddr::V6(network)) => {
                let mask = u128::MAX.checked_shl(u32::from(128 - v6)).unwrap_or(0);
                (Ipv6Addr::to_bits(address) ^ network.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

fn name<'a>(target: Option<&'a Target>, domain: &'a str) -> Result<&'a str, Verdict> {
    match target {
        None => Ok(domain),
        Some(Target::Name(name)) => Ok(name),
        Some(Target::Macro) => Err(Verdict::Macro),
    }
}

fn of_qualifier(directive: &Directive) -> Verdict {
    match directive.qualifier {
        Qualifier::Pass => Verdict::Pass(directive.text.clone()),
        Qualifier::Fail => Verdict::Fail,
        Qualifier::SoftFail => Verdict::SoftFail,
        Qualifier::Neutral => Verdict::Neutral,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::tests::judged;
    use super::*;

    const ZONE: &str = "
        example.com TXT v=spf1 ip4:192.0.2.0/28 a:out.example.com//64 mx include:_spf.net -all
        out.example.com AAAA 2001:db8:1::7
        example.com MX 10 mx.example.com
        mx.example.com A 198.51.100.1
        _spf.net TXT v=spf1 ip4:203.0.113.7 -all
        moved.com TXT v=spf1 redirect=example.com
        lost.com TXT v=spf1 redirect=nowhere.com
        open.com TXT v=spf1 ip4:192.0.2.1
        neutral.com TXT v=spf1 include:example.com ?all
        loop.com TXT v=spf1 include:loop.com -all
        two.com TXT v=spf1 -all
        two.com TXT v=spf1 +all
        macro.com TXT v=spf1 exists:%{i}.example.com -all
        slow.com TXT !timed_out
        via.com TXT v=spf1 include:slow.com ip4:192.0.2.1 -all
        early.com TXT v=spf1 ip4:192.0.2.1 include:slow.com -all
    ";

    fn verdict(domain: &str, address: &str) -> Verdict {
        let address = address.parse().unwrap();
        judged(ZONE, |facts| Judge::new(facts, address).judge(domain))
    }

    #[test]
    fn the_first_term_that_matches_decides() {
        for (address, by) in [
            ("192.0.2.15", "ip4:192.0.2.0/28"),
            ("2001:db8:1::ffff", "a:out.example.com//64"),
            ("198.51.100.1", "mx"),
            ("203.0.113.7", "include:_spf.net"),
        ] {
            assert_eq!(verdict("example.com", address), Verdict::Pass(by.to_owned()), "{address}");
            assert_eq!(verdict("moved.com", address), Verdict::Pass(by.to_owned()), "{address}");
        }
        assert_eq!(verdict("example.com", "192.0.2.16"), Verdict::Fail);
        assert_eq!(verdict("open.com", "192.0.2.2"), Verdict::Neutral);
        // the -all of what is included ends nothing
        assert_eq!(verdict("neutral.com", "192.0.2.16"), Verdict::Neutral);
        assert_eq!(verdict("early.com", "192.0.2.1"), Verdict::Pass("ip4:192.0.2.1".to_owned()));
    }

    #[test]
    fn a_record_that_cannot_be_used_lets_nobody_through() {
        for domain in ["lost.com", "loop.com", "two.com"] {
            assert_eq!(verdict(domain, "192.0.2.1"), Verdict::Broken, "{domain}");
        }
        assert_eq!(verdict("none.com", "192.0.2.1"), Verdict::Absent);
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(verdict("macro.com", "192.0.2.1"), Verdict::Macro);
        let unknown = Verdict::Unknown { name: "slow.com".into(), why: Trouble::TimedOut };
        assert_eq!(verdict("via.com", "192.0.2.1"), unknown);
    }

    #[test]
    fn networks_of_all_lengths_are_compared() {
        let in_network = |network: &str, length: u8, address: &str| {
            let (mut facts, network): (_, IpAddr) = (Facts::default(), network.parse().unwrap());
            Judge::new(&mut facts, address.parse().unwrap()).is_in(network, length, length)
        };
        assert!(in_network("0.0.0.0", 0, "203.0.113.1"));
        assert!(in_network("192.0.2.1", 32, "192.0.2.1"));
        assert!(!in_network("192.0.2.1", 32, "192.0.2.2"));
        assert!(in_network("::", 0, "2001:db8::1"));
        assert!(!in_network("2001:db8::", 33, "2001:db8:8000::"));
        assert!(!in_network("0.0.0.0", 0, "2001:db8::1"));
    }
}
