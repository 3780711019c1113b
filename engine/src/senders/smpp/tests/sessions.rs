use std::process::Command;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::super::{Account, Answer, Coming, Delivery, Smsc, verify};
use super::peer::{Peer, accepted, impatient, no_trust, smsc, to_somebody};
use crate::providers::{Meaning, ToldKind};

async fn coming(deliveries: &mut mpsc::Receiver<Coming>) -> Coming {
    timeout(Duration::from_secs(5), deliveries.recv()).await.unwrap().unwrap()
}

/// Takes the next delivery and says that it is kept.
async fn next(deliveries: &mut mpsc::Receiver<Coming>) -> Delivery {
    let Coming { delivery, acknowledgement } = coming(deliveries).await;
    acknowledgement.kept();
    delivery
}

#[tokio::test]
async fn a_receipt_names_the_message_as_its_answer_did() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, mut deliveries) = smsc(peer.account());
    let bounced = ToldKind::Bounced { is_permanent: false };
    let rows = [("receipt", ToldKind::Delivered, ""), ("fail", bounced, "smpp_undeliv")];
    for (text, kind, reason) in rows {
        let ids = accepted(smsc.submit(to_somebody(text)).await);
        let Delivery::Receipt(receipt) = next(&mut deliveries).await else { panic!() };
        assert_eq!(vec![receipt.provider_id], ids);
        assert_eq!((receipt.kind, receipt.reason.as_str()), (kind, reason));
        assert_eq!(receipt.at.unwrap().to_string(), "2026-11-28T09:30:00.000Z");
        assert_eq!(peer.next("delivered").await["delivered"], 0);
    }
    let ids = accepted(smsc.submit(to_somebody("early-receipt")).await);
    let Delivery::Receipt(receipt) = next(&mut deliveries).await else { panic!() };
    assert_eq!(vec![receipt.provider_id], ids);
}

#[tokio::test]
async fn a_persons_reply_comes_in_with_her_number() {
    let Some(peer) = Peer::start(&[]).await else { return };
    let (smsc, mut deliveries) = smsc(peer.account());
    // the second time as the default alphabet, the first as what the peer guesses
    for words in ["STOP {me} for 5 €", "STOP {me} for 5 €", "Нет, спасибо 😀"] {
        accepted(smsc.submit(to_somebody(&format!("reply:{words}"))).await);
        let Delivery::Inbound(text) = next(&mut deliveries).await else { panic!() };
        assert_eq!((text.from.as_str(), text.to.as_str(), text.text.as_str()), ("+491701234567", "Hermod", words));
    }
}

#[tokio::test]
async fn what_nobody_takes_the_smsc_is_asked_to_keep() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (deliveries, mut receiver) = mpsc::channel(1);
    let smsc = Smsc::new(peer.account(), no_trust(), deliveries).unwrap();
    accepted(smsc.submit(to_somebody("receipt one")).await);
    accepted(smsc.submit(to_somebody("receipt two")).await);
    assert_eq!(peer.next("delivered").await["delivered"], 0x64);
    next(&mut receiver).await;
    assert_eq!(peer.next("delivered").await["delivered"], 0);
}

#[tokio::test]
async fn what_could_not_be_kept_the_smsc_is_asked_to_bring_again() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, mut deliveries) = smsc(peer.account());
    accepted(smsc.submit(to_somebody("reply:STOP")).await);
    drop(coming(&mut deliveries).await);
    assert_eq!(peer.next("delivered").await["delivered"], 0x64);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_not_again() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    for (password, reason) in [("refused", "smpp_000d"), ("wrong", "smpp_000e")] {
        let (smsc, _deliveries) = smsc(Account { password: password.into(), sessions: 3, ..peer.account() });
        for _ in 0..4 {
            let Answer::NotSent(reading) = smsc.submit(to_somebody("Hi")).await else { panic!() };
            assert_eq!((reading.meaning, reading.reason.as_str()), (Meaning::Misconfigured, reason));
        }
        assert!(peer.next_within("bind", Duration::from_secs(2)).await.is_some());
        assert!(peer.next_within("bind", Duration::from_millis(400)).await.is_none());
    }
}

#[tokio::test]
async fn an_account_can_be_tried_out() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let good = verify(&peer.account(), &no_trust()).await;
    assert!(matches!(good.meaning, Meaning::Accepted { .. }), "{good:?}");
    assert_eq!(peer.next("bind").await["version"], 0x34);
    peer.next("unbound").await;
    let rows =
        [("wrong", peer.port, Meaning::Misconfigured), ("twice", peer.port, Meaning::Retry), ("", 1, Meaning::Retry)];
    for (password, port, meaning) in rows {
        let account = Account { password: password.into(), port, ..peer.account() };
        assert_eq!(verify(&account, &no_trust()).await.meaning, meaning);
    }
}

#[tokio::test]
async fn a_message_is_in_doubt_when_the_line_breaks_before_its_answer() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    for (text, reason) in [
        ("drop", "smpp_connection_lost"),
        ("unbind", "smpp_connection_lost"),
        ("garbage", "smpp_connection_lost"),
        ("silent", "smpp_no_answer"),
    ] {
        let (smsc, _deliveries) = smsc(impatient(peer.account()));
        let Answer::InDoubt { reading, .. } = smsc.submit(to_somebody(text)).await else { panic!("{text}") };
        assert_eq!((reading.meaning, reading.reason.as_str()), (Meaning::Retry, reason), "{text}");
        peer.next("bind").await;
        if text != "silent" {
            // it comes back by itself, for receipts may be waiting
            peer.next("bind").await;
            sleep(Duration::from_millis(50)).await;
        }
        accepted(smsc.submit(to_somebody("again")).await);
    }
}

#[tokio::test]
async fn while_there_is_no_session_nothing_is_sent_and_the_message_says_when_to_come_again() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let mut account = peer.account();
    account.pace.first_back_off = Duration::from_millis(600);
    let (smsc, _deliveries) = smsc(account);
    smsc.submit(to_somebody("drop")).await;
    sleep(Duration::from_millis(50)).await;
    let Answer::NotSent(reading) = smsc.submit(to_somebody("Hi")).await else { panic!() };
    let Meaning::Busy { retry_after: Some(wait) } = reading.meaning else { panic!("{reading:?}") };
    assert!(wait <= Duration::from_millis(600) && !wait.is_zero());
    peer.next("bind").await;
    peer.next("bind").await;
    sleep(Duration::from_millis(50)).await;
    accepted(smsc.submit(to_somebody("Hi")).await);
}

#[tokio::test]
async fn the_line_is_tried_both_ways_and_left_when_it_is_dead() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(impatient(Account { enquire_link: Duration::from_secs(1), ..peer.account() }));
    accepted(smsc.submit(to_somebody("Hi")).await);
    assert_eq!(peer.next("link").await["link"], 0);
    sleep(Duration::from_millis(1_700)).await;
    assert!(
        peer.next_within("bind", Duration::from_millis(100)).await.is_none(),
        "an answered enquiry keeps the session"
    );
    accepted(smsc.submit(to_somebody("deaf")).await);
    assert!(peer.next_within("bind", Duration::from_secs(4)).await.is_some(), "one that is not answered ends it");
}

#[tokio::test]
async fn sessions_are_opened_as_there_is_work_and_unbound_at_the_end() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(Account { sessions: 3, ..peer.account() });
    accepted(smsc.submit(to_somebody("one")).await);
    accepted(smsc.submit(to_somebody("two")).await);
    peer.next("bind").await;
    assert!(peer.next_within("bind", Duration::from_millis(200)).await.is_none());
    smsc.open();
    peer.next("bind").await;
    peer.next("bind").await;
    sleep(Duration::from_millis(100)).await;
    smsc.close().await;
    for _ in 0..3 {
        peer.next("unbound").await;
    }
    assert!(matches!(smsc.submit(to_somebody("late")).await, Answer::NotSent(_)));
}

#[tokio::test]
async fn letting_go_of_an_account_unbinds_it() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(peer.account());
    accepted(smsc.submit(to_somebody("Hi")).await);
    drop(smsc);
    peer.next("unbound").await;
}

#[tokio::test]
async fn the_same_goes_over_tls_and_only_with_a_certificate_that_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let (key, cert) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args([
            "-subj",
            "/CN=peer",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        println!("skipped: no openssl");
        return;
    }
    let Some(peer) = Peer::start(&["tell", key.to_str().unwrap(), cert.to_str().unwrap()]).await else { return };
    let account = Account { is_tls: true, ..peer.account() };
    assert_eq!(verify(&account, &no_trust()).await.reason, "smpp_tls");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&cert).unwrap()).unwrap();
    let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let (deliveries, mut receiver) = mpsc::channel(1);
    let smsc = Smsc::new(account, tls.into(), deliveries).unwrap();
    let ids = accepted(smsc.submit(to_somebody("receipt please")).await);
    let Delivery::Receipt(receipt) = next(&mut receiver).await else { panic!() };
    assert_eq!(vec![receipt.provider_id], ids);
}
