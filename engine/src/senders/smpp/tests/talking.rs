//! A session without a connection: what is said when, and what is in doubt.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::sync::{mpsc, oneshot};

use super::super::ending::Ended;
use super::super::frame::{Frame, take};
use super::super::talk::{Job, Talk};
use super::super::{Account, Answer, Coming, outgoing};
use super::peer::{account, to_somebody};
use crate::providers::Meaning;

const LOST: Ended = Ended("The connection broke.");
const WAIT: Duration = Duration::from_secs(1);

fn job(account: &Account, text: &str) -> (Job, oneshot::Receiver<Answer>) {
    let (answer, answered) = oneshot::channel();
    (Job { pdus: outgoing::pdus(account, &to_somebody(text)).unwrap(), answer }, answered)
}

fn said(out: &BytesMut) -> Vec<Frame> {
    let mut out = out.clone();
    std::iter::from_fn(|| take(&mut out).unwrap()).collect()
}

/// The answer to a message of which so many octets were written when the line broke, all of them for `None`.
fn lost_after(text: &str, octets: Option<usize>) -> Answer {
    let account = account(1);
    let (deliveries, _receiver) = mpsc::channel::<Coming>(1);
    let mut talk = Talk::new(&account, &deliveries, 1, Instant::now());
    let (job, mut answered) = job(&account, text);
    talk.accept(job);
    talk.fill(Instant::now());
    let octets = octets.unwrap_or(talk.out.len());
    talk.wrote(Some(octets).filter(|octets| *octets > 0)).unwrap();
    let _ = talk.out.split_to(octets);
    talk.finish(LOST, WAIT);
    answered.try_recv().unwrap()
}

#[test]
fn a_message_of_which_only_a_piece_was_written_may_go_again() {
    for octets in [0, 1, 40] {
        assert!(matches!(lost_after("Hi", Some(octets)), Answer::NotSent(_)), "{octets}");
    }
    assert!(matches!(lost_after("Hi", None), Answer::InDoubt { .. }));
    let long = "a".repeat(200);
    assert!(matches!(lost_after(&long, None), Answer::InDoubt { .. }));
    let Answer::Answered { reading, .. } = lost_after(&long, Some(250)) else { panic!() };
    assert_eq!((reading.meaning, reading.reason.as_str()), (Meaning::Retry, "smpp_partly_sent"));
}

#[test]
fn a_message_that_waits_to_be_written_is_in_doubt_once_we_wait_no_longer() {
    let account = account(1);
    let (deliveries, _receiver) = mpsc::channel(1);
    let now = Instant::now();
    let mut talk = Talk::new(&account, &deliveries, 1, now);
    let (job, mut answered) = job(&account, "Hi");
    talk.accept(job);
    talk.fill(now);
    talk.tick(now + account.pace.answer).unwrap();
    let Answer::InDoubt { reading, .. } = answered.try_recv().unwrap() else { panic!() };
    assert_eq!(reading.reason, "smpp_no_answer");
}

#[test]
fn a_message_for_whose_answer_nobody_waits_is_not_begun() {
    let account = account(1);
    let (deliveries, _receiver) = mpsc::channel(1);
    let mut talk = Talk::new(&account, &deliveries, 1, Instant::now());
    let (job, answered) = job(&account, "Hi");
    drop(answered);
    talk.accept(job);
    talk.fill(Instant::now());
    assert!(talk.out.is_empty());
    assert!(talk.is_hungry());
}

#[test]
fn sequence_numbers_begin_anew_after_the_last() {
    let account = account(1);
    let (deliveries, _receiver) = mpsc::channel(1);
    let mut talk = Talk::new(&account, &deliveries, 0x7FFF_FFFE, Instant::now());
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let (job, answered) = job(&account, "Hi");
            talk.accept(job);
            answered
        })
        .collect();
    talk.fill(Instant::now());
    assert_eq!(said(&talk.out).iter().map(|frame| frame.sequence).collect::<Vec<_>>(), [0x7FFF_FFFF, 1, 2]);
    drop(waiting);
}
