use std::net::IpAddr;

use super::super::guard::{Zone, zone};
use super::server::{Server, ok};
use super::*;

fn all_are(expected: Zone, addresses: &[&str]) {
    for address in addresses {
        assert_eq!(zone(address.parse::<IpAddr>().unwrap()), expected, "{address}");
    }
}

#[test]
fn the_public_internet_is_open() {
    all_are(
        Zone::Public,
        &["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"],
    );
    all_are(Zone::Public, &["128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0"]);
    all_are(Zone::Public, &["192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255"]);
    all_are(Zone::Public, &["2606:4700::1111", "2001:200::1", "2a00:1450:4001::1", "3ffe::1"]);
    all_are(Zone::Public, &["::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1", "2001:0:1::fefe:fefe"]);
}

#[test]
fn this_machine_and_private_networks_are_open_only_when_allowed() {
    let addresses = [
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.168.0.1",
        "100.64.0.0",
        "100.127.255.255",
        "::1",
        "fc00::1",
        "fdff::1",
        "fd00:ec1::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "::ffff:0:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        // Teredo: 127.0.0.1 upside down.
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ];
    all_are(Zone::Private, &addresses);
    for address in addresses {
        let address = address.parse().unwrap();
        assert!(!Outside::default().allows(address));
        assert!(Outside { allow_private: true, ..Outside::default() }.allows(address));
    }
}

#[test]
fn link_local_metadata_and_reserved_addresses_are_never_open() {
    let addresses = [
        "0.0.0.0",
        "0.1.2.3",
        "169.254.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.0.1",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "198.18.0.0",
        "198.19.255.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "fe80::1",
        "febf::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "2001:2::1",
        "2001:10::1",
        "100::1",
        "64:ff9b:1::1",
        "4000::1",
        "5f00::1",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "::ffff:0.0.0.0",
        "2001:0:1::5601:5601",
        "::ffff:224.0.0.1",
    ];
    all_are(Zone::Forbidden, &addresses);
    for address in addresses {
        assert!(!Outside { allow_private: true, ..Outside::default() }.allows(address.parse().unwrap()));
    }
}

#[tokio::test]
async fn a_private_address_is_refused_and_can_be_allowed() {
    let server = Server::plain(|_| ok("hello")).await;
    let outside = crate::outbound::Settings::default().options().outside;
    let told = client(Options { outside, ..Options::default() }).await.look_at(&server.url("/")).await;
    let Trouble::NotSent { reason: "address_refused", words } = told.unwrap_err() else { panic!("not refused") };
    assert_eq!(
        words,
        "“127.0.0.1” is in a private network, which this server asks with outbound.allow_private = true alone."
    );
    let refused = client(Options::default()).await.ask(get(server.url("/"))).await;
    assert_eq!(short(refused), ("not sent", "address_refused"));
    assert!(server.paths().is_empty());
    let localhost = format!("http://localhost:{}/", server.port);
    assert!(client(Options::default()).await.look_at(&localhost).await.is_err());
    assert!(client(inside()).await.look_at(&localhost).await.is_ok());
    let answer = client(inside()).await.ask(get(server.url("/"))).await.unwrap();
    assert_eq!((answer.status, &*answer.body), (200, b"hello".as_slice()));
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused_after_it_was_looked_up() {
    let server = Server::plain(|_| ok("hello")).await;
    let url = format!("http://localhost:{}/", server.port);
    let refused = client(Options::default()).await.ask(get(&url)).await.unwrap_err();
    let Trouble::NotSent { reason: "address_refused", words } = refused else { panic!("{refused:?}") };
    assert_eq!(words, "“localhost” is not on the public internet, and this server asks nobody else.");
    assert!(server.paths().is_empty());
    assert_eq!(short(client(inside()).await.ask(get(url)).await), ("answered", ""));
}

#[tokio::test]
async fn an_address_in_disguise_is_refused() {
    let client = client(Options::default()).await;
    let disguises = [
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "0",
        "[::1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:169.254.169.254]",
        "user@127.0.0.1",
    ];
    for disguise in disguises {
        let answer = client.ask(get(format!("http://{disguise}/"))).await;
        assert_eq!(short(answer), ("not sent", "address_refused"), "{disguise}");
    }
}

#[tokio::test]
async fn what_is_not_a_web_address_is_not_asked() {
    let client = client(inside()).await;
    for url in ["", "/path", "ftp://example.com/", "file:///etc/passwd", "http://", "http://a b/", "http://256.1.1.1/"]
    {
        assert_eq!(short(client.ask(get(url)).await), ("not sent", "request_unfit"), "{url}");
    }
}

#[tokio::test]
async fn a_proxy_may_stand_inside_and_is_not_a_way_around_the_guard() {
    let proxy = Server::plain(|asked| ok(asked.uri().to_string())).await;
    let address = format!("http://localhost:{}", proxy.port);
    let client = client(Options { proxy: Some(address), ..Options::default() }).await;
    let answer = client.ask(get("http://shop.example.com/a")).await.unwrap();
    assert_eq!(String::from_utf8(answer.body).unwrap(), "http://shop.example.com/a");
    for inside in ["http://10.0.0.1/", "http://localhost/", "http://x.localhost./", "http://[fd00:ec2::254]/"] {
        assert_eq!(short(client.ask(get(inside)).await), ("not sent", "address_refused"), "{inside}");
    }
    let faulty = Client::new(&Options { proxy: Some("socks5://example.com".into()), ..Options::default() }).await;
    assert_eq!(faulty.unwrap_err().path, "proxy");
}
