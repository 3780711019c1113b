//! Parameters that are appended to the links of a mail.

use std::fmt::Write as _;

/// Name and value, as meant; the name is one that needs no encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The address with those parameters that it has not itself, before its fragment.
pub(crate) fn with_parameters(url: &str, parameters: &[Parameter]) -> String {
    let (base, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let query = base.split_once('?').map(|(_, query)| query);
    let names: Vec<String> = query.unwrap_or_default().split(['&', ';']).map(name).collect();
    let mut made = base.to_owned();
    let mut sign = if query.is_some() { "&" } else { "?" };
    if made.ends_with(['?', '&']) {
        sign = "";
    }
    for Parameter { name, value } in parameters.iter().filter(|it| !names.contains(&it.name)) {
        made.push_str(sign);
        made.push_str(name);
        made.push('=');
        push_encoded(&mut made, value);
        sign = "&";
    }
    made.push_str(fragment);
    made
}

/// The name of a parameter as it stands in a query, decoded.
fn name(pair: &str) -> String {
    let written = pair.split('=').next().unwrap_or_default().as_bytes();
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some((first, behind)) = rest.split_first() {
        let coded = behind.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match coded.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Adds a text as the value of a query (RFC 3986 §2.3).
pub fn push_encoded(address: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing into a text cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Garbage;
    use super::*;

    fn with(url: &str) -> String {
        let parameter = |name: &str, value: &str| Parameter { name: name.into(), value: value.into() };
        with_parameters(url, &[parameter("utm_source", "a b"), parameter("id", "한&")])
    }

    #[test]
    fn queries_and_fragments_are_respected_and_the_links_own_parameters_win() {
        let all = "utm_source=a%20b&id=%ED%95%9C%26";
        for (url, made) in [
            ("https://x.example", format!("https://x.example?{all}")),
            ("https://x.example/?", format!("https://x.example/?{all}")),
            ("https://x.example/?a=1", format!("https://x.example/?a=1&{all}")),
            ("https://x.example/?a=1&", format!("https://x.example/?a=1&{all}")),
            ("https://x.example/#top?id=2", format!("https://x.example/?{all}#top?id=2")),
            ("https://x.example/?utm%5Fsource=own", "https://x.example/?utm%5Fsource=own&id=%ED%95%9C%26".into()),
            ("https://x.example/?utm_source&id=#e", "https://x.example/?utm_source&id=#e".into()),
        ] {
            assert_eq!(with(url), made);
        }
    }

    #[test]
    fn garbage_does_no_harm() {
        let mut garbage = Garbage(23);
        for _ in 0..2_000 {
            let url = garbage.text(&["?", "&", "#", "%", "%5", "%ff", "é", "id=", ";"], 10);
            assert!(with(&url).len() >= url.len());
        }
    }
}
