//! Signs mails (DKIM, RFC 6376; Ed25519 by RFC 8463): a domain answers for what it sends. Not the checking of signatures.
//!
//! Always `relaxed/relaxed` (§3.4), never `l=`: text behind the signed part would pass as ours.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use domain::dkim::DnsRecord;

mod canonical;
mod key;

pub use canonical::Unsignable;
use canonical::{Head, canonical_body, canonical_header};
pub use key::{BadKey, Key};

/// Headers that are signed when a mail has them (§5.4.1). The list headers must be (RFC 8058 §4), and `Feedback-ID` is
/// not believed otherwise.
const SIGNED: [&str; 11] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "reply-to",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
];

/// Who signs, and with what.
#[derive(Debug)]
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

impl Signer {
    /// `domain` and `selector` as in the DNS, where [`Key::record`] must stand.
    pub fn new(domain: &str, selector: &str, key: Key) -> Result<Self, BadKey> {
        if is_name(domain) && is_name(selector) {
            Ok(Self { domain: domain.to_lowercase(), selector: selector.to_lowercase(), key })
        } else {
            Err(BadKey::Name)
        }
    }

    /// What must stand in the DNS.
    pub fn record(&self) -> DnsRecord {
        self.key.record(&self.selector, &self.domain)
    }
}

/// A name of the DNS in ASCII.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// The `DKIM-Signature` headers of a whole mail, one for each signer, each with its line end: they go in front of it. The
/// body is read once, however many sign.
pub fn sign(mail: &[u8], signers: &[Signer], at: Timestamp) -> Result<Vec<u8>, Unsignable> {
    let (head, body) = canonical::split(mail)?;
    let head = Head::read(head)?;
    let (names, signed) = signed_headers(&head)?;
    let body_hash = STANDARD.encode(digest(&SHA256, &canonical_body(body)?));
    let mut headers = Vec::with_capacity(signers.len() * (700 + names.len()));
    for signer in signers {
        headers.extend_from_slice(header(signer, &names, &signed, &body_hash, at)?.as_bytes());
    }
    Ok(headers)
}

/// The value of `h=` and the headers in their canonical form. A name that stands twice is listed twice, the lower first
/// (§5.4.2). `from` is listed once more than it stands: adding another breaks the signature (§8.15).
fn signed_headers(head: &Head<'_>) -> Result<(String, Vec<u8>), Unsignable> {
    let mut names = String::from("from");
    let mut signed = Vec::with_capacity(1_500);
    for name in SIGNED {
        for field in head.fields(name) {
            names.push(':');
            names.push_str(name);
            canonical_header(field, &mut signed);
            signed.extend_from_slice(b"\r\n");
        }
        if signed.is_empty() {
            return Err(Unsignable::NoFrom);
        }
    }
    Ok((names, signed))
}

fn header(signer: &Signer, names: &str, signed: &[u8], body_hash: &str, at: Timestamp) -> Result<String, Unsignable> {
    let Signer { domain, selector, key } = signer;
    let seconds = at.as_millis().div_euclid(1_000).max(0);
    let mut header = format!(
        "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={domain};\r\n\ts={selector}; t={seconds};\r\n\th={};\r\n\tbh={body_hash};\r\n\tb=",
        key.algorithm(),
        folded(names),
    );
    // the header signs itself, without signature and line end (§3.7)
    let mut text = Vec::with_capacity(signed.len() + header.len());
    text.extend_from_slice(signed);
    canonical_header(header.as_bytes(), &mut text);
    let signature = STANDARD.encode(key.sign(&text).ok_or(Unsignable::Key)?);
    let (first, rest) = signature.split_at_checked(72).unwrap_or((&signature, ""));
    header.push_str(first);
    for line in rest.as_bytes().chunks(74) {
        header.push_str("\r\n\t");
        header.extend(line.iter().map(|byte| char::from(*byte)));
    }
    header.push_str("\r\n");
    Ok(header)
}

/// Lines of at most about 76 characters; white space around the colons means nothing (§3.5).
fn folded(names: &str) -> String {
    let mut folded = String::with_capacity(names.len() + 12);
    let mut line = 0;
    for name in names.split_inclusive(':') {
        if line + name.len() > 72 {
            folded.push_str("\r\n\t");
            line = 0;
        }
        folded.push_str(name);
        line += name.len();
    }
    folded
}

#[cfg(test)]
mod tests;
