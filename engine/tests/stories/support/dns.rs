//! A DNS server on this machine, with the zones that a test writes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use hickory_server::proto::rr::Name;
use hickory_server::proto::serialize::txt::Parser;
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType};
use tokio::net::{TcpListener, UdpSocket};

/// Answers as long as it lives.
pub struct Dns {
    pub address: SocketAddr,
    _server: Server<Catalog>,
}

impl Dns {
    /// Zones by their origin, in the language of zone files. What is of none of them is refused.
    pub async fn start(zones: &[(&str, &str)]) -> Self {
        let mut catalog = Catalog::new();
        for (origin, lines) in zones {
            let origin = Name::from_ascii(origin).unwrap();
            let soa = "@ IN SOA ns.invalid. admin.invalid. 1 3600 600 86400 60";
            // A line that begins with a space would go on with the name before.
            let lines: String = lines.lines().map(|line| format!("{}\n", line.trim())).collect();
            let text = format!("$TTL 60\n{soa}\n{lines}");
            let (_, records) = Parser::new(text, None, Some(origin.clone())).parse().unwrap();
            let zone: InMemoryZoneHandler =
                InMemoryZoneHandler::new(origin.clone(), records, ZoneType::Primary, AxfrPolicy::Deny).unwrap();
            catalog.upsert(origin.into(), vec![Arc::new(zone) as Arc<dyn ZoneHandler>]);
        }
        let mut server = Server::new(catalog);
        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = udp.local_addr().unwrap();
        // Long answers come again over TCP, at the same port.
        let tcp = TcpListener::bind(address).await.unwrap();
        server.register_socket(udp);
        server.register_listener(tcp, Duration::from_secs(5), 4_096);
        Self { address, _server: server }
    }
}
