//! Checks signatures as a receiver does (RFC 6376 §6), by hand and with dkimpy.

use std::io::Write as _;
use std::process::{Command, Stdio};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::dkim::DnsRecord;

/// Written from the standard, not from what signs: one signature on top, relaxed/relaxed, RSA, no header twice but `from`.
pub fn verify(mail: &str, record: &DnsRecord) -> Result<(), String> {
    let (head, body) = mail.split_once("\n\n").ok_or("no body")?;
    let fields = unfolded(head);
    let signature = fields.first().ok_or("no header")?;
    let tag = |name: &str| tag(&signature.1, name).ok_or(format!("no {name}="));
    let name = format!("{}._domainkey.{}", tag("s")?, tag("d")?);
    if name != record.name {
        return Err(format!("{name} is not {}", record.name));
    }
    let lines: Vec<String> = body.lines().map(|line| squeezed(line).trim_end().to_owned()).collect();
    let body = format!("{}\r\n", lines.join("\r\n").trim_end_matches("\r\n"));
    if STANDARD.encode(digest(&SHA256, body.as_bytes())) != tag("bh")? {
        return Err("the body is another".to_owned());
    }
    let mut text = String::new();
    let mut seen = Vec::new();
    for wanted in tag("h")?.split(':').map(str::to_lowercase) {
        let field = fields.iter().find(|(name, _)| name.to_lowercase() == wanted);
        if let Some((name, value)) = field.filter(|_| !seen.contains(&wanted)) {
            text += &format!("{}:{}\r\n", name.to_lowercase(), squeezed(value).trim());
        }
        seen.push(wanted);
    }
    let (unsigned, _) = signature.1.rsplit_once("b=").ok_or("no b=")?;
    text += &format!("dkim-signature:{}", squeezed(&format!("{unsigned}b=")).trim());
    let public = record.value.split_once("p=").ok_or("no p=")?.1;
    let public = STANDARD.decode(public).map_err(|error| error.to_string())?;
    let signed = STANDARD.decode(tag("b")?).map_err(|error| error.to_string())?;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
    key.verify(text.as_bytes(), &signed).map_err(|_| "the signature is another".to_owned())
}

/// Name and value of each header, in one line.
fn unfolded(head: &str) -> Vec<(String, String)> {
    let head = head.replace("\n\t", " ").replace("\n ", " ");
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn squeezed(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars().map(|letter| if letter == '\t' { ' ' } else { letter }) {
        if letter != ' ' || !out.ends_with(' ') {
            out.push(letter);
        }
    }
    out
}

fn tag(header: &str, name: &str) -> Option<String> {
    let value = header.split(';').map(str::trim).find_map(|tag| tag.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.split_whitespace().collect())
}

/// The clock of tests may be ahead, and dkimpy believes no signature of the future.
const SCRIPT: &str = "import dkim, sys, time\ntime.time = lambda: 2**31\nname, value = sys.argv[1:]\n\
    dns = lambda asked, timeout=5: value.encode() if asked.decode().rstrip('.') == name else None\n\
    sys.exit(0 if dkim.verify(sys.stdin.buffer.read(), dnsfunc=dns) else 1)";

/// With the interpreter in `HERMOD_TEST_AIOSMTPD`, whose environment has dkimpy; without it the test says that it is skipped.
pub fn verify_with_dkimpy(mail: &str, record: &DnsRecord) {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
    let Ok(python) = std::env::var("HERMOD_TEST_AIOSMTPD") else {
        println!("skipped: HERMOD_TEST_AIOSMTPD is not set");
        return;
    };
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT, &record.name, &record.value]).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(mail.replace('\n', "\r\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "dkimpy does not verify:\n{mail}");
}
