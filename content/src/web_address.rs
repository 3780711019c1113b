//! Addresses of pages and media that a template has made.

use domain::Fault;

/// Longest address in characters (reference §5.3, §5.4).
const MAX: usize = 2_000;

/// `http` or `https` with a host, without white space; an address inside an app may have any scheme but `javascript` and
/// `data`.
pub(crate) fn is_good(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    is_one_word(address) && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

/// `scheme:…` of an app.
pub(crate) fn is_good_link(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    let is_harmful = ["javascript", "data", "vbscript"].iter().any(|harmful| scheme.eq_ignore_ascii_case(harmful));
    is_one_word(address) && is_scheme && !is_harmful
}

fn is_one_word(address: &str) -> bool {
    address.chars().count() <= MAX && !address.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

pub(crate) fn fault(path: &str) -> Fault {
    Fault::new(path, "bad_address", "This is not an address such as https://example.com/x.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_fetched() {
        assert!(is_good("https://example.com/a.png?x=1"));
        for bad in ["", "https://", "https:///x", "ftp://example.com", "https://a b", "javascript:alert(1)"] {
            assert!(!is_good(bad), "{bad}");
        }
    }

    #[test]
    fn a_link_into_an_app_has_a_scheme_that_runs_nothing() {
        assert!(is_good_link("shop://orders/17") && is_good_link("https://example.com"));
        for bad in ["", "orders/17", "JavaScript:alert(1)", "data:text/html,x", "1a:b", "shop://a b"] {
            assert!(!is_good_link(bad), "{bad}");
        }
    }
}
