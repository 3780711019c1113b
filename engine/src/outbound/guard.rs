//! Which addresses this server asks when a person has typed them.

use std::fmt;
use tokio::net::TcpStream;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far outside requests go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outside {
    /// Also to this machine and to private networks; never to link-local and metadata addresses.
    pub allow_private: bool,
    /// The setting by which they do.
    pub setting: &'static str,
}

impl Outside {
    /// Whether a connection to this address may be opened.
    pub fn allows(self, address: IpAddr) -> bool {
        match zone(address) {
            Zone::Public => true,
            Zone::Private => self.allow_private,
            Zone::Forbidden => false,
        }
    }

    /// Why none of these addresses of a host is asked.
    pub fn refuse(self, host: &str, mut addresses: impl Iterator<Item = IpAddr>) -> Refused {
        let is_private = !self.allow_private && addresses.any(|address| zone(address) == Zone::Private);
        let setting = Some(self.setting).filter(|setting| is_private && !setting.is_empty());
        Refused { host: host.to_owned(), setting }
    }
}

/// What an address is to this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The public internet.
    Public,
    /// This machine, or a network of its own.
    Private,
    /// Nothing that anyone sends messages through: metadata services, link-local, multicast, documentation, reserved.
    Forbidden,
}

/// The zone of an address; of one that carries an IPv4 address inside, the zone of that.
pub fn zone(address: IpAddr) -> Zone {
    match address {
        IpAddr::V4(address) => zone_v4(address),
        IpAddr::V6(address) => zone_v6(address),
    }
}

/// Metadata and host services of clouds outside 169.254/16: Alibaba, Azure, Oracle.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(192, 0, 0, 192)];

fn zone_v4(address: Ipv4Addr) -> Zone {
    if METADATA_V4.contains(&address) {
        return Zone::Forbidden;
    }
    match address.octets() {
        // RFC 1918, loopback, carrier-grade NAT.
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Zone::Private,
        // "This network", link-local, multicast, reserved, broadcast.
        [0 | 224..=255, ..] | [169, 254, ..] => Zone::Forbidden,
        // Protocol assignments, documentation, the relays of 6to4, benchmarking.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] | [198, 18..=19, ..] => {
            Zone::Forbidden
        }
        _ => Zone::Public,
    }
}

fn zone_v6(address: Ipv6Addr) -> Zone {
    if address == Ipv6Addr::LOCALHOST {
        return Zone::Private;
    }
    if let Some(inner) = carried(address) {
        return zone_v4(inner);
    }
    match address.segments() {
        // Services of clouds for their own machines: Amazon, Google.
        [0xfd00, 0x0ec2, ..] | [0xfd20, 0x00ce, ..] => Zone::Forbidden,
        // Unique local, and site-local before it.
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => Zone::Private,
        // Protocol assignments (benchmarking and ORCHID among them) and documentation.
        [0x2001, 0x0000..=0x01ff | 0x0db8, ..] | [0x3fff, 0x0000..=0x0fff, ..] => Zone::Forbidden,
        [0x2000..=0x3fff, ..] => Zone::Public,
        // Unspecified, link-local, multicast, local NAT64, discard, and what nobody was given yet.
        _ => Zone::Forbidden,
    }
}

/// The IPv4 address that packets to this one end at.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        // Compatible, mapped, translated, NAT64.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => Some(of(high, low)),
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        // 6to4, Teredo (which stores it upside down).
        [0x2002, high, low, ..] => Some(of(high, low)),
        [0x2001, 0, _, _, _, _, high, low] => Some(of(!high, !low)),
        _ => None,
    }
}

/// Why a connection is not opened: all addresses of this host are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As it stands in the URL.
    pub host: String,
    /// The setting of this server with which it were asked.
    pub setting: Option<&'static str>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, setting } = self;
        match setting {
            Some(setting) => {
                write!(f, "“{host}” is in a private network, which this server asks with {setting} = true alone.")
            }
            None => write!(f, "“{host}” is not on the public internet, and this server asks nobody else."),
        }
    }
}

impl std::error::Error for Refused {}
/// Connects to a server that somebody configured by host and port, as relays of mail are: it may stand in a private network,
/// but never at a link-local or metadata address. Addresses are tried in the order of the resolver.
pub async fn connect_guarded(host: &str, port: u16) -> std::io::Result<TcpStream> {
    let outside = Outside { allow_private: true, ..Outside::default() };
    let mut last = None;
    for address in tokio::net::lookup_host((host, port)).await? {
        if !outside.allows(address.ip()) {
            last = Some(std::io::Error::other(Refused { host: host.to_owned(), setting: None }));
            continue;
        }
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "This host has no address.")))
}
