//! Addresses of web services, where they come from a form, a file or a browser.

use std::net::{Ipv4Addr, Ipv6Addr};

use domain::Fault;
use http::Uri;

use super::Settings;

/// Longest address that is taken.
const ADDRESS_MAX_BYTES: usize = 2_048;

/// [`Settings::base_url`], when it is an address to which a path can be added.
pub fn base_url(settings: &Settings, own: &str) -> Result<String, Fault> {
    let base = settings.base_url(own);
    let is_base = read(&base).is_some_and(|uri| uri.query().is_none());
    if is_base { Ok(base) } else { Err(bad_address("baseUrl")) }
}

/// An absolute address, `http` or `https`, without user name and fragment.
pub fn read(text: &str) -> Option<Uri> {
    if text.len() > ADDRESS_MAX_BYTES || text.contains('#') {
        return None;
    }
    let uri: Uri = text.parse().ok()?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority()?;
    (is_web && !authority.as_str().contains('@') && !authority.host().is_empty()).then_some(uri)
}

/// Fault for what [`read`] does not take.
pub fn bad_address(path: &str) -> Fault {
    Fault::new(path, "bad_url", "Give an address such as https://push.example.com, without user name and query.")
}

/// Scheme, host and port of an address as RFC 6454 §6.2 writes them: lower-case, without the scheme's own port.
pub fn origin(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    match (scheme, uri.port_u16()) {
        (_, None) | ("https", Some(443)) | ("http", Some(80)) => format!("{scheme}://{host}"),
        (_, Some(port)) => format!("{scheme}://{host}:{port}"),
    }
}

/// Is it this machine, by name or number?
pub fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let number = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || number.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_names_a_port_only_when_it_is_not_the_usual_one() {
        for (address, expected) in [
            ("https://Push.Example.com/a?b", "https://push.example.com"),
            ("https://push.example.com:443/a", "https://push.example.com"),
            ("https://push.example.com:8443/a", "https://push.example.com:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8190/x", "http://[::1]:8190"),
        ] {
            assert_eq!(origin(&read(address).unwrap()), expected);
        }
    }

    #[test]
    fn what_is_no_plain_web_address_is_not_taken() {
        let long = format!("https://a.example/{}", "a".repeat(ADDRESS_MAX_BYTES));
        for address in
            ["", "push", "/path", "ftp://a.example", "https://", "https://u:p@a.example", "https://a.example/#b", &long]
        {
            assert!(read(address).is_none(), "{address}");
        }
        assert!(read("https://a.example/b\r\nHost: c").is_none());
    }

    #[test]
    fn this_machine_is_known_by_name_and_number_but_not_by_likeness() {
        let is = |address: &str| is_loopback(&read(address).unwrap());
        assert!(is("http://localhost:1") && is("http://127.9.9.9") && is("http://[::1]:2/a"));
        assert!(!is("http://localhost.example") && !is("http://127.0.0.1.example") && !is("http://10.0.0.1"));
    }

    #[test]
    fn a_base_address_is_the_providers_own_unless_a_good_one_is_given() {
        let settings = |value: &str| Settings([("baseUrl".to_owned(), value.to_owned())].into());
        assert_eq!(base_url(&Settings::default(), "https://own.example").unwrap(), "https://own.example");
        assert_eq!(base_url(&settings("http://mock:80/fcm/"), "https://own.example").unwrap(), "http://mock:80/fcm");
        for bad in ["mock", "https://a.example/?b=", "javascript:alert(1)"] {
            assert_eq!(base_url(&settings(bad), "").unwrap_err().path, "baseUrl", "{bad}");
        }
    }
}
