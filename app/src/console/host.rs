//! Names under which the console answers. A page of another site can make its own name lead to this machine (DNS
//! rebinding) and would then be of one origin with the console; under a foreign name there is no console.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

/// Hosts that are answered, on any port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hosts {
    /// The name that people type.
    Named(String),
    /// Nothing but names can be rebound: `localhost` and every IP address.
    Addresses,
}

impl Hosts {
    /// Those of the address that people type.
    pub(super) fn of(public_url: &str) -> Self {
        let url = public_url.parse::<Uri>().ok();
        let host = url.as_ref().and_then(Uri::host).unwrap_or_default();
        if host.is_empty() || is_address(host) { Self::Addresses } else { Self::Named(normal(host)) }
    }

    /// May these headers be answered? What names no host is no browser.
    pub(super) fn answer(&self, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(header::HOST).iter();
        let Some(host) = named.next() else { return true };
        let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
        named.next().is_none() && host.is_some_and(|host| self.has(host.host()))
    }

    fn has(&self, host: &str) -> bool {
        match self {
            Self::Named(name) => normal(host) == *name,
            Self::Addresses => is_address(host),
        }
    }
}

fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_lowercase()
}

fn is_address(host: &str) -> bool {
    normal(host) == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// The answer under any other name.
pub(super) fn misdirected(public_url: &str) -> Response {
    let text = format!("The console is at {public_url}. A proxy in front of it has to pass the header Host on.");
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn is_answered(public_url: &str, host: &'static str) -> bool {
        Hosts::of(public_url).answer(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]))
    }

    #[test]
    fn a_console_with_a_name_answers_under_that_name_only() {
        let url = "https://Hermod.example.com";
        for host in ["hermod.example.com", "HERMOD.EXAMPLE.COM:443", "hermod.example.com."] {
            assert!(is_answered(url, host), "{host}");
        }
        for host in
            ["evil.example", "localhost", "127.0.0.1", "x.hermod.example.com", "hermod.example.com.evil.example"]
        {
            assert!(!is_answered(url, host), "{host}");
        }
    }

    #[test]
    fn a_console_without_a_name_answers_to_addresses_and_no_name_but_localhost() {
        for url in ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000", "http://0.0.0.0:3000", ""] {
            for host in ["localhost", "localhost:3100", "127.0.0.1:3000", "[::1]:8080", "192.168.1.7:3000"] {
                assert!(is_answered(url, host), "{url} {host}");
            }
            for host in ["evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", "", "a b"] {
                assert!(!is_answered(url, host), "{url} {host}");
            }
        }
    }

    #[test]
    fn two_hosts_are_none_and_no_host_is_no_browser() {
        let hosts = Hosts::of("http://hermod.test");
        let mut headers = HeaderMap::new();
        assert!(hosts.answer(&headers));
        headers.append(header::HOST, HeaderValue::from_static("hermod.test"));
        assert!(hosts.answer(&headers));
        headers.append(header::HOST, HeaderValue::from_static("evil.example"));
        assert!(!hosts.answer(&headers));
    }
}
