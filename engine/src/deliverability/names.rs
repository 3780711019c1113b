//! Names of domains.

/// As the DNS has it: ASCII (`xn--…` for an international one), in lower case, without a dot at the end.
pub(super) fn ascii(domain: &str) -> String {
    let domain = domain.trim_end_matches('.');
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
        _ => domain.to_ascii_lowercase(),
    }
}

/// The domain that an organisation has registered (RFC 7489 §3.2): `mail.shop.co.uk` is of `shop.co.uk`.
pub(super) fn organisational(domain: &str) -> &str {
    psl::domain_str(domain).unwrap_or(domain)
}

/// Do receivers see one organisation behind both? `strict`: one domain.
pub(super) fn are_aligned(one: &str, other: &str, strict: bool) -> bool {
    one == other || (!strict && organisational(one) == organisational(other))
}

/// Can this be asked about (RFC 1035 §2.3.4)?
pub(super) fn is_name(name: &str) -> bool {
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_graphic());
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_written_as_the_dns_has_it() {
        assert_eq!(ascii("Mail.Example.com."), "mail.example.com");
        assert_eq!(ascii("예시.한국"), "xn--vv4b11d.xn--3e0b707e");
        assert_eq!(ascii("_dmarc.example.com"), "_dmarc.example.com");
    }

    #[test]
    fn one_organisation_may_have_many_domains_below_its_own() {
        assert_eq!(organisational("mail.shop.co.uk"), "shop.co.uk");
        assert_eq!(organisational("co.uk"), "co.uk");
        for (one, other, relaxed, strict) in [
            ("example.com", "example.com", true, true),
            ("bounces.example.com", "mail.example.com", true, false),
            ("a.co.uk", "b.co.uk", false, false),
            ("a.github.io", "b.github.io", false, false),
            ("example.com", "notexample.com", false, false),
        ] {
            assert_eq!(are_aligned(one, other, false), relaxed, "{one} {other}");
            assert_eq!(are_aligned(one, other, true), strict, "{one} {other}");
        }
    }
}
