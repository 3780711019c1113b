//! A text as the `submit_sm` PDUs that carry it (SMPP 3.4 §4.4.1).

use rusmpp::pdus::SubmitSm;
use rusmpp::tlvs::MessageSubmissionRequestTlvValue as Tlv;
use rusmpp::types::{AnyOctetString, COctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, MessagePayload, RegisteredDelivery};

use super::account::{Account, Address, GsmOctets, LongMessages};
use crate::providers::{Meaning, Reading};
use domain::segments::{Encoding, encode_gsm, encode_ucs2, split_as};

/// The header counts its parts in one octet.
const MOST_PARTS: usize = 255;

/// With the flag that a user data header begins the text (§5.2.12).
const HEADER_INDICATOR: u8 = 0x40;

/// A short message to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Short<'a> {
    /// A number in E.164, a short code, or a name of at most eleven letters; empty: the SMSC picks one.
    pub from: &'a str,
    /// E.164 with `+`.
    pub to: &'a str,
    pub text: &'a str,
    /// Our message id. A second attempt under the same one makes the same parts, which a phone joins to those of the first.
    pub reference: &'a str,
}

/// The PDUs of a message, in their order; a reading when there can be none.
pub(super) fn pdus(account: &Account, short: &Short<'_>) -> Result<Vec<SubmitSm>, Reading> {
    let form = Form::of(account, short.text);
    let envelope = envelope(short, form.data_coding)?;
    let texts = split_as(short.text, form.counted);
    if texts.len() == 1 {
        return Ok(vec![with_text(envelope, &[], &form.octets(short.text))]);
    }
    if account.long_messages == LongMessages::Payload {
        let mut pdu = envelope;
        let payload = AnyOctetString::from_vec(form.octets(short.text));
        if payload.len() > super::frame::LONGEST / 2 {
            return Err(refusal(Meaning::Rejected, "smpp_too_long", "The text is too long for one message."));
        }
        pdu.push_tlv(Tlv::MessagePayload(MessagePayload::new(payload)));
        return Ok(vec![pdu]);
    }
    if texts.len() > MOST_PARTS {
        return Err(refusal(Meaning::Rejected, "smpp_too_long", "The text takes more than 255 parts."));
    }
    let reference = joining(short.reference);
    let total = u8::try_from(texts.len()).unwrap_or(u8::MAX);
    let parts = (1..=total).zip(texts).map(|(number, text)| {
        let octets = form.octets(text);
        match account.long_messages {
            LongMessages::Sar => with_sar(with_text(envelope.clone(), &[], &octets), reference, total, number),
            // element 0, three octets long: an eight-bit reference, how many, which
            _ => with_text(envelope.clone(), &[5, 0, 3, reference.to_be_bytes()[1], total, number], &octets),
        }
    });
    Ok(parts.collect())
}

/// How a text is written.
struct Form {
    data_coding: DataCoding,
    /// By what it is cut.
    counted: Encoding,
}

impl Form {
    fn of(account: &Account, text: &str) -> Self {
        let is_gsm = Encoding::of(text) == Encoding::Gsm7;
        let is_latin = text.chars().all(|letter| u8::try_from(letter).is_ok());
        match account.gsm_octets {
            GsmOctets::Septets if is_gsm => Self { data_coding: DataCoding::McSpecific, counted: Encoding::Gsm7 },
            GsmOctets::Latin1 if is_gsm && is_latin => {
                Self { data_coding: DataCoding::Latin1, counted: Encoding::Gsm7 }
            }
            _ => Self { data_coding: DataCoding::Ucs2, counted: Encoding::Ucs2 },
        }
    }

    fn octets(&self, text: &str) -> Vec<u8> {
        match self.data_coding {
            DataCoding::McSpecific => encode_gsm(text).unwrap_or_default(),
            DataCoding::Latin1 => text.chars().filter_map(|letter| u8::try_from(letter).ok()).collect(),
            _ => encode_ucs2(text),
        }
    }
}

/// Everything but the text. A receipt is asked for, of good and of bad ends (§5.2.17).
fn envelope(short: &Short<'_>, data_coding: DataCoding) -> Result<SubmitSm, Reading> {
    let (from, to) = (Address::of(short.from), Address::of(short.to));
    let is_number =
        !to.digits.is_empty() && to.digits.len() <= 15 && to.digits.bytes().all(|octet| octet.is_ascii_digit());
    if !is_number {
        return Err(refusal(Meaning::BadAddress, "smpp_bad_number", "The recipient is no phone number."));
    }
    let bad_sender = || refusal(Meaning::Misconfigured, "smpp_bad_sender", "The sender is too long or not ASCII.");
    Ok(SubmitSm::builder()
        .source_addr_ton(from.ton)
        .source_addr_npi(from.npi)
        .source_addr(c_octets(&from.digits).ok_or_else(bad_sender)?)
        .dest_addr_ton(to.ton)
        .dest_addr_npi(to.npi)
        .destination_addr(c_octets(&to.digits).ok_or_else(bad_sender)?)
        .esm_class(EsmClass::from(0))
        .registered_delivery(RegisteredDelivery::from(1))
        .data_coding(data_coding)
        .build())
}

fn with_text(mut pdu: SubmitSm, header: &[u8], text: &[u8]) -> SubmitSm {
    if !header.is_empty() {
        pdu.esm_class = EsmClass::from(HEADER_INDICATOR);
    }
    // at most 6 + 160 of the 254 that fit
    pdu.set_short_message(OctetString::from_vec([header, text].concat()).unwrap_or_default());
    pdu
}

fn with_sar(mut pdu: SubmitSm, reference: u16, total: u8, number: u8) -> SubmitSm {
    pdu.push_tlv(Tlv::SarMsgRefNum(reference));
    pdu.push_tlv(Tlv::SarTotalSegments(total));
    pdu.push_tlv(Tlv::SarSegmentSeqnum(number));
    pdu
}

/// A text with its NUL, when it fits and is ASCII.
pub(super) fn c_octets<const MOST: usize>(text: &str) -> Option<COctetString<1, MOST>> {
    COctetString::from_vec([text.as_bytes(), &[0]].concat()).ok()
}

/// By what a phone joins the parts: FNV-1a of our id, folded to sixteen bits.
fn joining(reference: &str) -> u16 {
    let hash =
        reference.bytes().fold(0x811C_9DC5_u32, |hash, octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193));
    let [first, second, third, fourth] = hash.to_be_bytes();
    u16::from_be_bytes([first ^ third, second ^ fourth])
}

fn refusal(meaning: Meaning, reason: &str, words: &str) -> Reading {
    Reading { meaning, reason: reason.into(), words: words.into() }
}
