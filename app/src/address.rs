//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

/// The caller's network, for limits: that of the connection, or what the proxy in front says. A proxy adds its entry behind
/// what the caller may have written, so only the last entry of the last line counts.
pub fn caller_address(trust_proxy: bool, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().filter(|_| trust_proxy);
    let last = forwarded.and_then(|list| list.to_str().ok()).and_then(|list| list.rsplit(',').next());
    let said = last.and_then(|address| address.trim().parse().ok());
    let peer = || extensions.get().map(|ConnectInfo(peer): &ConnectInfo<SocketAddr>| peer.ip());
    said.or_else(peer).map(network_of)
}

/// What counts as one caller: whoever has an IPv6 address has its whole /64, and could count as anybody in it.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn from(trust_proxy: bool, lines: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4_000))));
        caller_address(trust_proxy, &headers, &extensions).unwrap().to_string()
    }

    #[test]
    fn a_caller_cannot_choose_the_address_that_the_sign_in_limit_counts() {
        assert_eq!(from(true, &["1.2.3.4", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(from(true, &["1.2.3.4, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(from(true, &["nobody"]), "10.0.0.1");
        assert_eq!(from(false, &["1.2.3.4"]), "10.0.0.1");
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_are_one_caller() {
        assert_eq!(from(true, &["2001:db8:1:2:aaaa::1"]), "2001:db8:1:2::");
        assert_eq!(from(true, &["2001:db8:1:2:bbbb::7"]), "2001:db8:1:2::");
        assert_eq!(from(true, &["2001:db8:1:3::7"]), "2001:db8:1:3::");
        assert_eq!(from(true, &["::ffff:192.0.2.7"]), "192.0.2.7");
    }
}
