use std::time::Duration;

use serde_json::json;

use super::super::account::{GsmOctets, LongMessages};
use super::super::{Account, Answer, Short};
use super::peer::{Peer, accepted, smsc, to_somebody};
use crate::providers::Meaning;

#[tokio::test]
async fn a_text_arrives_as_it_was_written_and_is_known_by_the_smscs_name() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(peer.account());
    // all of both tables
    let all = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§\
               ¿abcdefghijklmnopqrstuvwxyzäöñüà\u{c}^{}\\[~]|€";
    for (text, coding) in [(all, 0), ("Hi {Ann}, £5 or 5 € @ Ñandù?", 0), ("Привет, Анна 😀", 8), ("", 0)]
    {
        let ids = accepted(smsc.submit(to_somebody(text)).await);
        assert_eq!(ids.len(), 1);
        let seen = peer.next("text").await;
        assert_eq!((&seen["text"], &seen["coding"]), (&json!(text), &json!(coding)));
        assert_eq!((&seen["class"], &seen["registered"], &seen["header"]), (&json!(0), &json!(1), &json!(null)));
        assert_eq!(seen["from"], json!([5, 0, "Hermod"]));
        assert_eq!(seen["to"], json!([1, 1, "491701234567"]));
    }
}

#[tokio::test]
async fn numbers_and_short_codes_send_under_their_own_type() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(peer.account());
    for (from, seen) in [("+4915112345678", json!([1, 1, "4915112345678"])), ("72404", json!([3, 0, "72404"]))] {
        accepted(smsc.submit(Short { from, ..to_somebody("Hi") }).await);
        assert_eq!(peer.next("text").await["from"], seen);
    }
}

#[tokio::test]
async fn a_long_text_goes_in_parts_that_a_phone_can_join() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let text = format!("{}€{}", "a".repeat(152), "b".repeat(200));
    for long_messages in [LongMessages::Udh, LongMessages::Sar] {
        let (smsc, _deliveries) = smsc(Account { long_messages, window: 1, ..peer.account() });
        let ids = accepted(smsc.submit(to_somebody(&text)).await);
        assert_eq!(ids.len(), 3);
        let mut joined = String::new();
        let mut references = Vec::new();
        for number in 1..=3_u8 {
            let seen = peer.next("text").await;
            joined.push_str(seen["text"].as_str().unwrap());
            if long_messages == LongMessages::Udh {
                let header = seen["header"].as_str().unwrap();
                assert_eq!((&header[..4], &header[6..]), ("0003", format!("03{number:02x}").as_str()));
                assert_eq!(seen["class"], 0x40);
                references.push(json!(header[4..6]));
            } else {
                assert_eq!((&seen["sar"][1], &seen["sar"][2]), (&json!(3), &json!(number)));
                assert_eq!(seen["class"], 0);
                references.push(seen["sar"][0].clone());
            }
        }
        assert_eq!(joined, text);
        references.dedup();
        assert_eq!(references.len(), 1);
    }
}

#[tokio::test]
async fn a_long_text_goes_whole_to_an_smsc_that_makes_the_parts_itself() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(Account { long_messages: LongMessages::Payload, ..peer.account() });
    let text = "жук ".repeat(200);
    assert_eq!(accepted(smsc.submit(to_somebody(&text)).await).len(), 1);
    let seen = peer.next("text").await;
    assert_eq!((&seen["text"], &seen["payload"], &seen["coding"]), (&json!(text), &json!(true), &json!(8)));
    accepted(smsc.submit(to_somebody("short")).await);
    assert_eq!(peer.next("text").await["payload"], false);
}

#[tokio::test]
async fn an_smsc_that_wants_latin_1_gets_it_where_it_can() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(Account { gsm_octets: GsmOctets::Latin1, ..peer.account() });
    for (text, coding) in [("Größe @ £5", 3), ("5 €", 8), ("garçon", 8)] {
        accepted(smsc.submit(to_somebody(text)).await);
        let seen = peer.next("text").await;
        assert_eq!((&seen["text"], &seen["coding"]), (&json!(text), &json!(coding)));
    }
}

#[tokio::test]
async fn what_the_smsc_says_decides_what_becomes_of_the_message() {
    let Some(peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(peer.account());
    let busy = Meaning::Busy { retry_after: Some(Duration::from_millis(50)) };
    let rows = [
        ("no-such-number", Meaning::BadAddress, "smpp_000b"),
        ("throttle", busy.clone(), "smpp_0058"),
        ("full", busy, "smpp_0014"),
    ];
    for (text, meaning, reason) in rows {
        let Answer::Answered { reading, provider_ids } = smsc.submit(to_somebody(text)).await else { panic!("{text}") };
        assert_eq!((reading.meaning, reading.reason.as_str()), (meaning, reason));
        assert!(provider_ids.is_empty());
    }
    accepted(smsc.submit(to_somebody("and on it goes")).await);
}

#[tokio::test]
async fn a_part_that_was_too_much_is_sent_again_and_the_others_are_not() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(Account { window: 1, ..peer.account() });
    let text = format!("{}throttle-once {}", "a".repeat(153), "b".repeat(100));
    assert_eq!(accepted(smsc.submit(to_somebody(&text)).await).len(), 2);
    let mut starts = Vec::new();
    for _ in 0..3 {
        starts.push(peer.next("text").await["text"].as_str().unwrap()[..4].to_owned());
    }
    assert_eq!(starts, ["aaaa", "thro", "thro"]);
}

#[tokio::test]
async fn a_part_that_is_refused_takes_the_rest_with_it() {
    let Some(mut peer) = Peer::start(&[]).await else { return };
    let (smsc, _deliveries) = smsc(Account { window: 1, ..peer.account() });
    let text = format!("no-such-number {}", "b".repeat(400));
    let Answer::Answered { reading, .. } = smsc.submit(to_somebody(&text)).await else { panic!() };
    assert_eq!(reading.meaning, Meaning::BadAddress);
    accepted(smsc.submit(to_somebody("next")).await);
    assert!(peer.next("text").await["text"].as_str().unwrap().starts_with("no-such-number"));
    assert_eq!(peer.next("text").await["text"], "next");
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_without_asking_anybody() {
    let (smsc, _deliveries) = smsc(Account::new("127.0.0.1", 1, "hermod", "secret"));
    let long = "a".repeat(153 * 255 + 1);
    let rows = [
        (Short { to: "Ann", ..to_somebody("Hi") }, Meaning::BadAddress),
        (Short { to: "", ..to_somebody("Hi") }, Meaning::BadAddress),
        (Short { from: "Grüße", ..to_somebody("Hi") }, Meaning::Misconfigured),
        (Short { from: "A sender of no end at all", ..to_somebody("Hi") }, Meaning::Misconfigured),
        (to_somebody(&long), Meaning::Rejected),
    ];
    for (short, meaning) in rows {
        let Answer::NotSent(reading) = smsc.submit(short).await else { panic!("{short:?}") };
        assert_eq!(reading.meaning, meaning);
    }
}
