//! PDUs on the wire: sixteen octets of header — length, command, status, sequence number — and a body (SMPP 3.4 §3.2). The
//! frames are cut here and not by the codec, so that one body it cannot read does not lose the place in the stream.

use bytes::{Buf, BufMut, BytesMut};
use rusmpp::decode::DecodeWithLength;
use rusmpp::encode::Length;
use rusmpp::encode::owned::Encode;
use rusmpp::{Command, CommandId, CommandStatus, Pdu};

/// No PDU of ours or theirs is longer; `message_payload` alone may come to 64 KB, and nobody sends that.
pub(super) const LONGEST: usize = 64 * 1024;

const HEADER: usize = 16;

/// A PDU that arrived.
#[derive(Debug)]
pub(super) struct Frame {
    pub id: CommandId,
    pub status: CommandStatus,
    pub sequence: u32,
    /// `None`: there is no body, or none that can be read.
    pub pdu: Option<Pdu>,
}

/// What arrives is no SMPP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Garbage {
    pub length: usize,
}

/// Takes the next PDU out of what was received; `None`: it is not all there yet.
pub(super) fn take(received: &mut BytesMut) -> Result<Option<Frame>, Garbage> {
    let Some(mut head) = received.get(..HEADER) else { return Ok(None) };
    let length = usize::try_from(head.get_u32()).unwrap_or(usize::MAX);
    if !(HEADER..=LONGEST).contains(&length) {
        return Err(Garbage { length });
    }
    if received.len() < length {
        return Ok(None);
    }
    let (id, status, sequence) = (head.get_u32(), head.get_u32(), head.get_u32());
    let frame = &received.split_to(length)[4..];
    let id = CommandId::from(id);
    let pdu = decode(frame).or_else(|| match id {
        CommandId::DeliverSm => decode(frame.get(..mandatory(frame)?)?),
        _ => None,
    });
    Ok(Some(Frame { id, status: CommandStatus::from(status), sequence, pdu }))
}

/// Reads a PDU from behind its length on.
fn decode(frame: &[u8]) -> Option<Pdu> {
    let (command, _) = Command::decode(&mut BytesMut::from(frame), frame.len()).ok()?;
    command.pdu().cloned()
}

/// Where the optional parameters of a `deliver_sm` begin (§4.6.1). Many an SMSC writes them a little wrong, such as an id
/// without its NUL; the text in front of them says the same.
fn mandatory(frame: &[u8]) -> Option<usize> {
    let after_name = |at: usize| frame.get(at..)?.iter().position(|octet| *octet == 0).map(|length| at + length + 1);
    let source = after_name(HEADER - 4)? + 2;
    let destination = after_name(source)? + 2;
    let schedule = after_name(destination)? + 3;
    let text = after_name(after_name(schedule)?)? + 5;
    Some(text + usize::from(*frame.get(text - 1)?))
}

/// Appends a PDU.
pub(super) fn put(out: &mut BytesMut, status: CommandStatus, sequence: u32, pdu: Pdu) {
    let command = Command::new(status, sequence, pdu);
    let length = 4 + command.length();
    out.reserve(length);
    out.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    command.encode(out);
}

#[cfg(test)]
mod tests {
    use rusmpp::pdus::{DeliverSm, SubmitSmResp};
    use rusmpp::tlvs::{MessageDeliveryRequestTlvValue, MessageSubmissionResponseTlvValue};
    use rusmpp::types::{COctetString, OctetString};
    use rusmpp::values::MessageState;

    use super::*;

    fn samples() -> Vec<u8> {
        let deliver = DeliverSm::builder()
            .short_message(OctetString::from_static_slice(b"id:1 stat:DELIVRD").unwrap())
            .push_tlv(MessageDeliveryRequestTlvValue::MessageState(MessageState::Delivered))
            .push_tlv(MessageDeliveryRequestTlvValue::ReceiptedMessageId(
                COctetString::from_static_slice(b"77\0").unwrap(),
            ))
            .build();
        let answer = SubmitSmResp::new(
            COctetString::from_static_slice(b"77\0").unwrap(),
            vec![MessageSubmissionResponseTlvValue::AdditionalStatusInfoText(
                COctetString::from_static_slice(b"ok\0").unwrap(),
            )],
        );
        let mut out = BytesMut::new();
        put(&mut out, CommandStatus::EsmeRok, 1, deliver.into());
        put(&mut out, CommandStatus::EsmeRok, 2, answer.into());
        put(&mut out, CommandStatus::EsmeRok, 3, Pdu::EnquireLink);
        out.to_vec()
    }

    #[test]
    fn pdus_are_cut_wherever_the_network_cuts_them() {
        let octets = samples();
        for cut in 0..octets.len() {
            let mut received = BytesMut::from(&octets[..cut]);
            let mut sequences = Vec::new();
            while let Some(frame) = take(&mut received).unwrap() {
                sequences.push(frame.sequence);
            }
            received.extend_from_slice(&octets[cut..]);
            while let Some(frame) = take(&mut received).unwrap() {
                assert!(frame.pdu.is_some());
                sequences.push(frame.sequence);
            }
            assert_eq!(sequences, [1, 2, 3]);
        }
    }

    #[test]
    fn a_length_that_cannot_be_ends_the_session_before_anything_is_kept() {
        for length in [0_u32, 15, 65_537, u32::MAX] {
            let mut received = BytesMut::from(&length.to_be_bytes()[..]);
            received.extend_from_slice(&[0; 12]);
            assert_eq!(take(&mut received).unwrap_err().length, usize::try_from(length).unwrap());
        }
        assert!(take(&mut BytesMut::from(&b"HTTP/1.1 400 Bad Request\r\n"[..])).is_err());
    }

    #[test]
    fn a_body_that_cannot_be_read_does_not_lose_the_place() {
        let mut received = BytesMut::new();
        received.put_slice(&[0, 0, 0, 18, 0x80, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 9, 0xFF, 0xFF]);
        put(&mut received, CommandStatus::EsmeRok, 10, Pdu::EnquireLink);
        let broken = take(&mut received).unwrap().unwrap();
        assert_eq!((broken.id, broken.sequence, broken.pdu), (CommandId::SubmitSmResp, 9, None));
        assert_eq!(take(&mut received).unwrap().unwrap().sequence, 10);
    }

    #[test]
    fn a_receipt_is_read_though_its_parameters_are_wrong() {
        let text =
            DeliverSm::builder().short_message(OctetString::from_static_slice(b"id:1 stat:DELIVRD").unwrap()).build();
        let mut good = BytesMut::new();
        put(&mut good, CommandStatus::EsmeRok, 7, text.clone().into());
        // receipted_message_id without its NUL
        good.put_slice(&[0x00, 0x1E, 0, 2, b'7', b'7']);
        let length = u32::try_from(good.len()).unwrap();
        good[..4].copy_from_slice(&length.to_be_bytes());
        assert_eq!(take(&mut good).unwrap().unwrap().pdu, Some(text.into()));
    }

    #[test]
    fn no_octets_make_the_codec_panic() {
        let good = samples();
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = move |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed >> 11).unwrap() % below
        };
        for _ in 0..60_000 {
            let mut octets = good.clone();
            for _ in 0..=random(6) {
                let at = random(octets.len());
                octets[at] = u8::try_from(random(256)).unwrap();
            }
            octets.truncate(1 + random(octets.len()));
            let mut received = BytesMut::from(&octets[..]);
            while let Ok(Some(_)) = take(&mut received) {}
        }
        for id in (0..0x120_u32).chain(0x8000_0000..0x8000_0120) {
            for body in [0, 1, 7, 40] {
                let mut received = BytesMut::new();
                received.put_u32(16 + body);
                received.put_u32(id);
                received.put_u64(0);
                received.extend((0..body).map(|_| u8::try_from(random(256)).unwrap()));
                assert!(take(&mut received).unwrap().is_some());
            }
        }
    }
}
