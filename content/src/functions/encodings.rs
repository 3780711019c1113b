//! Texts in other writings, and parts of addresses of the web.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use md5::{Digest, Md5};
use sha2::Sha256;
use tera::{Error, Kwargs, TeraResult, Value};

use super::given;

const FORGIVING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

pub(super) fn base64(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(GeneralPurpose::new(&STANDARD, PAD).encode(given::text(value)?.as_bytes()).into())
}

/// Both alphabets, with or without `=` at the end.
pub(super) fn from_base64(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let alphabet = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let bytes = GeneralPurpose::new(alphabet, FORGIVING).decode(text.trim()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(text.ok_or_else(|| Error::message("This is not a text in base64."))?.into())
}

pub(super) fn md5(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(hexadecimal(&Md5::digest(given::text(value)?.as_bytes())).into())
}

pub(super) fn sha256(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(hexadecimal(&Sha256::digest(given::text(value)?.as_bytes())).into())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `%20` and the like as what they stand for. What is no UTF-8 afterwards becomes �.
pub(super) fn urldecode(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.filter(|code| !code.starts_with('+')).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

/// For the inside of a link.
pub(crate) fn percent_encoded(plain: &str) -> String {
    let mut encoded = String::with_capacity(plain.len());
    for byte in plain.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Scheme, host and path; each empty when there is none.
fn parts(address: &str) -> [&str; 3] {
    let Some((scheme, rest)) = address.trim().split_once("://") else { return ["", "", ""] };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((inside, _)) => inside,
        None => host.split_once(':').map_or(host, |(host, _)| host),
    };
    let path = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    [scheme, host, path]
}

pub(super) fn url_protocol(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(parts(&given::text(value)?)[0].to_ascii_lowercase().into())
}

pub(super) fn url_host(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(parts(&given::text(value)?)[1].to_lowercase().into())
}

pub(super) fn url_path(value: &Value, _: &Kwargs) -> TeraResult<Value> {
    Ok(parts(&given::text(value)?)[2].into())
}

/// The address with one more parameter, before its `#`.
pub(super) fn add_parameter(value: &Value, arguments: &Kwargs) -> TeraResult<Value> {
    let text = given::text(value)?;
    let (name, with) = (given::must_word(arguments, "name")?, given::must_word(arguments, "value")?);
    let (address, rest) = text.split_at(text.find('#').unwrap_or(text.len()));
    let sign = match address {
        _ if !address.contains('?') => "?",
        _ if address.ends_with(['?', '&']) => "",
        _ => "&",
    };
    let (name, with) = (percent_encoded(&name), percent_encoded(&with));
    given::grow(text.len() + name.len() + with.len() + 2)?;
    Ok(format!("{address}{sign}{name}={with}{rest}").into())
}
