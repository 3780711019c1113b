//! All that a record can make a receiver look up, whichever address is asked about.

use std::collections::BTreeSet;

use domain::deliverability::{Finding, SpfFinding};

use super::super::facts::Facts;
use super::record::{Mechanism, Record, Target};
use super::verdict::{LOOKUPS_MAX, Verdict, record_of};

/// Most lookups that find nothing (RFC 7208 §4.6.4).
const VOIDS_MAX: usize = 2;
/// So many are counted; nobody reads further.
const COUNTED_MAX: usize = 30;

/// What was met.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) lookups: usize,
    voids: usize,
    /// Domains whose records are read, too.
    pub(super) included: BTreeSet<String>,
    pub(super) findings: Vec<Finding>,
}

impl Walk {
    /// From the record of a domain on.
    pub(super) fn of(facts: &mut Facts, domain: &str, record: &Record) -> Self {
        let mut walk = Self::default();
        walk.read(facts, &[domain], record);
        if walk.lookups > LOOKUPS_MAX {
            walk.note(Finding::Spf(SpfFinding::TooManyLookups { lookups: walk.lookups }));
        }
        if walk.voids > VOIDS_MAX {
            walk.note(Finding::Spf(SpfFinding::TooManyVoidLookups { lookups: walk.voids }));
        }
        walk
    }

    /// `path`: through which records it was come to, the last one's record being read.
    fn read(&mut self, facts: &mut Facts, path: &[&str], record: &Record) {
        let domain = path.last().copied().unwrap_or_default();
        for directive in &record.directives {
            match &directive.mechanism {
                Mechanism::All | Mechanism::Ip4(..) | Mechanism::Ip6(..) => continue,
                _ if self.lookups >= COUNTED_MAX => return,
                _ => self.lookups += 1,
            }
            match &directive.mechanism {
                Mechanism::Include(Target::Name(name)) => self.follow(facts, path, name),
                Mechanism::A(None, ..) => self.look_up(facts, domain),
                Mechanism::A(Some(Target::Name(name)), ..) | Mechanism::Exists(Target::Name(name)) => {
                    self.look_up(facts, name);
                }
                Mechanism::Mx(None, ..) => self.look_up_exchanges(facts, domain),
                Mechanism::Mx(Some(Target::Name(name)), ..) => self.look_up_exchanges(facts, name),
                _ => {}
            }
        }
        let ends = record.directives.iter().any(|directive| directive.mechanism == Mechanism::All);
        if let Some(target) = record.redirect.as_ref().filter(|_| !ends && self.lookups < COUNTED_MAX) {
            self.lookups += 1;
            if let Target::Name(name) = target {
                self.follow(facts, path, name);
            }
        }
    }

    fn follow(&mut self, facts: &mut Facts, path: &[&str], name: &str) {
        let bad = Finding::Spf(SpfFinding::BadInclude { name: name.to_owned() });
        if path.contains(&name) {
            return self.note(bad);
        }
        self.included.insert(name.to_owned());
        match record_of(facts, name) {
            Ok(record) => self.read(facts, &[path, &[name]].concat(), &record),
            Err(Verdict::Unknown { name, why }) => self.note(Finding::NotLookedUp { name, why }),
            Err(_) => {
                self.voids += usize::from(facts.txt(name).is_ok_and(|texts| texts.is_empty()));
                self.note(bad);
            }
        }
    }

    fn look_up(&mut self, facts: &mut Facts, name: &str) {
        match facts.addresses(name) {
            Ok(addresses) => self.voids += usize::from(addresses.is_empty()),
            Err(why) => self.note(Finding::NotLookedUp { name: name.to_owned(), why }),
        }
    }

    fn look_up_exchanges(&mut self, facts: &mut Facts, name: &str) {
        match facts.mx(name) {
            Ok(exchanges) => {
                self.voids += usize::from(exchanges.is_empty());
                for exchange in exchanges.iter().filter(|exchange| !exchange.host.is_empty()) {
                    // So that it is known by the time an address is judged.
                    drop(facts.addresses(&exchange.host));
                }
            }
            Err(why) => self.note(Finding::NotLookedUp { name: name.to_owned(), why }),
        }
    }

    fn note(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::tests::judged;
    use super::*;

    fn walked(zone: &str) -> (usize, usize, Vec<Finding>) {
        judged(zone, |facts| {
            let Ok(record) = record_of(facts, "example.com") else { return (0, 0, Vec::new()) };
            let walk = Walk::of(facts, "example.com", &record);
            (walk.lookups, walk.voids, walk.findings)
        })
    }

    #[test]
    fn lookups_are_counted_through_what_is_included() {
        let zone = "
            example.com TXT v=spf1 a mx include:one.net include:two.net ip4:192.0.2.1 ~all
            example.com A 192.0.2.1
            example.com MX 10 mx.example.com
            mx.example.com A 192.0.2.2
            one.net TXT v=spf1 include:three.net ip4:192.0.2.3 ?all redirect=nowhere.net
            two.net TXT v=spf1 redirect=three.net
            three.net TXT v=spf1 a:host.net -all
            host.net A 192.0.2.4
        ";
        // a, mx, one, three, host; two, three, host
        assert_eq!(walked(zone), (8, 0, Vec::new()));
    }

    #[test]
    fn too_many_lookups_and_too_many_for_nothing_are_told() {
        let many: String = (0..11).map(|number| format!("include:{number}.net ")).collect();
        let records: String = (0..11).map(|number| format!("{number}.net TXT v=spf1 -all\n")).collect();
        let zone = format!("example.com TXT v=spf1 {many}-all\n{records}");
        assert_eq!(walked(&zone), (11, 0, vec![Finding::Spf(SpfFinding::TooManyLookups { lookups: 11 })]));

        let zone = "example.com TXT v=spf1 a:a.net a:b.net mx:c.net -all";
        assert_eq!(walked(zone), (3, 3, vec![Finding::Spf(SpfFinding::TooManyVoidLookups { lookups: 3 })]));
    }

    #[test]
    fn an_include_without_a_record_or_of_itself_breaks_the_whole() {
        let bad = |name: &str| Finding::Spf(SpfFinding::BadInclude { name: name.into() });
        assert_eq!(walked("example.com TXT v=spf1 include:none.net -all"), (1, 1, vec![bad("none.net")]));
        let zone = "
            example.com TXT v=spf1 include:one.net -all
            one.net TXT v=spf1 include:example.com -all
        ";
        assert_eq!(walked(zone), (2, 0, vec![bad("example.com")]));
    }

    #[test]
    fn a_chain_without_end_is_not_followed_for_ever() {
        let mut zone = "example.com TXT v=spf1 include:0.net -all\n".to_owned();
        for number in 0..100 {
            zone += &format!("{number}.net TXT v=spf1 include:{}.net a:{number}.net -all\n", number + 1);
        }
        let (lookups, ..) = walked(&zone);
        assert_eq!(lookups, COUNTED_MAX);
    }
}
