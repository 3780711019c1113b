//! What a `deliver_sm` says (SMPP 3.4 §4.6): a receipt, or a text from a person.

use rusmpp::pdus::DeliverSm;
use rusmpp::tlvs::TlvValue;
use rusmpp::values::{DataCoding, Ton};

use super::account::{Account, GsmOctets};
use super::receipt::{Parameters, Receipt, read as read_receipt};
use domain::segments::{decode_gsm, decode_ucs2};

/// Bits of `esm_class` that say what kind of message it is (§5.2.12): 0 is a text, 1 a receipt, 8 an intermediate notice.
const KIND: u8 = 0b0011_1100;
const HAS_HEADER: u8 = 0x40;

/// What an SMSC hands over by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Receipt(Receipt),
    Inbound(Text),
}

/// A text from a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "a text has a text")]
pub struct Text {
    /// E.164 with `+` when the SMSC says that the number is international.
    pub from: String,
    pub to: String,
    pub text: String,
    /// It is a piece of a longer one.
    pub piece: Option<Piece>,
}

/// Which piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The same for all pieces of a text from one sender.
    pub reference: u16,
    pub total: u8,
    /// From 1.
    pub number: u8,
}

/// Reads it; `None`: a receipt that names no message or no state, or an acknowledgement of some other kind.
pub(super) fn read(pdu: &DeliverSm, account: &Account) -> Option<Delivery> {
    let class = u8::from(pdu.esm_class);
    let octets = octets(pdu);
    let parameters = parameters(pdu);
    if class & KIND != 0 || parameters.id.is_some() {
        let text = match pdu.data_coding {
            DataCoding::Ucs2 => decode_ucs2(octets),
            // receipts are ASCII, also where texts are GSM: `_` and `@` are common in ids
            _ => String::from_utf8_lossy(octets).into_owned(),
        };
        return read_receipt(&text, parameters, account.ids).map(Delivery::Receipt);
    }
    let (header, body) = if class & HAS_HEADER == 0 { (&[][..], octets) } else { cut_header(octets) };
    Some(Delivery::Inbound(Text {
        from: number(pdu.source_addr_ton, pdu.source_addr.as_str()),
        to: number(pdu.dest_addr_ton, pdu.destination_addr.as_str()),
        text: decode(pdu.data_coding, body, account.gsm_octets),
        piece: of_header(header).or_else(|| of_parameters(pdu)),
    }))
}

/// The text is in one of two places.
fn octets(pdu: &DeliverSm) -> &[u8] {
    let payload = values(pdu).find_map(|value| match value {
        TlvValue::MessagePayload(payload) => Some(payload.value.as_ref()),
        _ => None,
    });
    payload.unwrap_or_else(|| pdu.short_message().as_ref())
}

fn parameters(pdu: &DeliverSm) -> Parameters<'_> {
    let mut parameters = Parameters::default();
    for value in values(pdu) {
        match value {
            TlvValue::ReceiptedMessageId(id) => parameters.id = Some(id.as_str()),
            TlvValue::MessageState(state) => parameters.state = Some(u8::from(*state)),
            TlvValue::NetworkErrorCode(error) => {
                parameters.network_error = Some((u8::from(error.network_type), error.error_code));
            }
            _ => {}
        }
    }
    parameters
}

fn values(pdu: &DeliverSm) -> impl Iterator<Item = &TlvValue> {
    pdu.tlvs().iter().filter_map(|tlv| tlv.value())
}

fn number(ton: Ton, digits: &str) -> String {
    match ton {
        Ton::International if !digits.starts_with('+') => format!("+{digits}"),
        _ => digits.to_owned(),
    }
}

/// By `data_coding` (§5.2.19); what is not text is read as Latin-1 all the same. Many an SMSC says ASCII of septets: octets
/// that no ASCII text has, such as the escape, give it away.
fn decode(coding: DataCoding, octets: &[u8], gsm: GsmOctets) -> String {
    match (coding, gsm) {
        (DataCoding::Ucs2, _) => decode_ucs2(octets),
        (DataCoding::McSpecific, GsmOctets::Septets) => decode_gsm(octets),
        (DataCoding::Ia5, _) if octets.iter().any(|o| *o < b' ' && !b"\t\r\n".contains(o)) => decode_gsm(octets),
        _ => octets.iter().copied().map(char::from).collect(),
    }
}

/// Header and text; a header longer than all there is leaves no text.
fn cut_header(octets: &[u8]) -> (&[u8], &[u8]) {
    let Some((&length, rest)) = octets.split_first() else { return (&[], &[]) };
    rest.split_at(usize::from(length).min(rest.len()))
}

/// The element that joins pieces, with a reference of eight bits (0) or of sixteen (8): 3GPP TS 23.040 §9.2.3.24.
fn of_header(mut header: &[u8]) -> Option<Piece> {
    while let [element, length, rest @ ..] = header {
        let (value, further) = rest.split_at_checked(usize::from(*length))?;
        match (element, value) {
            (0, &[reference, total, number]) => return Some(Piece { reference: reference.into(), total, number }),
            (8, &[high, low, total, number]) => {
                return Some(Piece { reference: u16::from_be_bytes([high, low]), total, number });
            }
            _ => header = further,
        }
    }
    None
}

fn of_parameters(pdu: &DeliverSm) -> Option<Piece> {
    let (mut reference, mut total, mut number) = (None, None, None);
    for value in values(pdu) {
        match value {
            TlvValue::SarMsgRefNum(value) => reference = Some(*value),
            TlvValue::SarTotalSegments(value) => total = Some(*value),
            TlvValue::SarSegmentSeqnum(value) => number = Some(*value),
            _ => {}
        }
    }
    Some(Piece { reference: reference?, total: total?, number: number? })
}

#[cfg(test)]
mod tests {
    use rusmpp::tlvs::MessageDeliveryRequestTlvValue as Tlv;
    use rusmpp::types::{COctetString, OctetString};
    use rusmpp::values::EsmClass;

    use super::*;

    fn account() -> Account {
        Account::new("localhost", 2775, "hermod", "secret")
    }

    fn deliver(class: u8, coding: DataCoding, octets: &[u8]) -> DeliverSm {
        DeliverSm::builder()
            .source_addr_ton(Ton::International)
            .source_addr(COctetString::from_static_slice(b"491701234567\0").unwrap())
            .destination_addr(COctetString::from_static_slice(b"72404\0").unwrap())
            .esm_class(EsmClass::from(class))
            .data_coding(coding)
            .short_message(OctetString::from_slice(octets).unwrap())
            .build()
    }

    fn text(pdu: &DeliverSm) -> Text {
        match read(pdu, &account()) {
            Some(Delivery::Inbound(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_persons_text_is_read_in_each_coding() {
        let rows: [(DataCoding, &[u8], &str); 6] = [
            (DataCoding::Ia5, b"A@[b]_", "A@[b]_"),
            (DataCoding::Ia5, &[0x41, 0x00, 0x1B, 0x65], "A@€"),
            (DataCoding::McSpecific, &[0x53, 0x54, 0x4F, 0x50, 0x1B, 0x65], "STOP€"),
            (DataCoding::Ucs2, &[0x04, 0x16, 0xD8, 0x3D, 0xDE, 0x00], "Ж😀"),
            (DataCoding::Latin1, &[0x67, 0xE7], "gç"),
            (DataCoding::Other(0xF5), &[0x41], "A"),
        ];
        for (coding, octets, expected) in rows {
            let text = text(&deliver(0, coding, octets));
            assert_eq!(
                (text.from.as_str(), text.to.as_str(), text.text.as_str()),
                ("+491701234567", "72404", expected)
            );
        }
    }

    #[test]
    fn a_piece_says_to_what_it_belongs() {
        let eight = text(&deliver(0x40, DataCoding::Latin1, &[5, 0, 3, 9, 2, 1, b'A']));
        assert_eq!((eight.piece, eight.text.as_str()), (Some(Piece { reference: 9, total: 2, number: 1 }), "A"));
        let sixteen = text(&deliver(0x40, DataCoding::Latin1, &[8, 1, 0, 8, 4, 1, 2, 3, 2, b'B']));
        assert_eq!((sixteen.piece, sixteen.text.as_str()), (Some(Piece { reference: 258, total: 3, number: 2 }), "B"));
        let mut sar = deliver(0, DataCoding::Latin1, b"C");
        sar.set_tlvs(vec![Tlv::SarMsgRefNum(7), Tlv::SarTotalSegments(2), Tlv::SarSegmentSeqnum(2)]);
        assert_eq!(text(&sar).piece, Some(Piece { reference: 7, total: 2, number: 2 }));
        for torn in [&[][..], &[200], &[5, 0, 3], &[2, 0, 255]] {
            assert_eq!(text(&deliver(0x40, DataCoding::Latin1, torn)).piece, None);
        }
    }

    #[test]
    fn a_receipt_is_known_by_its_class_or_by_its_parameters() {
        let by_class = deliver(4, DataCoding::McSpecific, b"id:a_1 stat:DELIVRD");
        let Some(Delivery::Receipt(receipt)) = read(&by_class, &account()) else { panic!() };
        assert_eq!(receipt.provider_id, "a_1");
        let mut by_parameters = deliver(0, DataCoding::McSpecific, b"");
        by_parameters.set_tlvs(vec![
            Tlv::ReceiptedMessageId(COctetString::from_static_slice(b"77\0").unwrap()),
            Tlv::MessageState(rusmpp::values::MessageState::Expired),
        ]);
        let Some(Delivery::Receipt(receipt)) = read(&by_parameters, &account()) else { panic!() };
        assert_eq!((receipt.provider_id.as_str(), receipt.reason.as_str()), ("77", "smpp_expired"));
        assert_eq!(read(&deliver(4, DataCoding::McSpecific, b"nothing"), &account()), None);
    }
}
