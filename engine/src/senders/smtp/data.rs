//! A mail as it stands after DATA, and after BDAT.

use std::borrow::Cow;

use memchr::memchr2;

/// The mail with CRLF at the end of every line and nowhere else, as BDAT carries it (RFC 3030). Nothing is doubled: the
/// server counts. A bare CR or LF becomes a line end of its own, see [`after_data`]: the mail may travel on after a DATA.
pub(super) fn in_lines(mail: &[u8]) -> Cow<'_, [u8]> {
    if is_in_lines(mail) {
        return Cow::Borrowed(mail);
    }
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 32 + 16);
    for line in lines(mail) {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    Cow::Owned(out)
}

fn is_in_lines(mail: &[u8]) -> bool {
    let mut rest = mail;
    while let Some(end) = memchr2(b'\r', b'\n', rest) {
        match rest[end..].strip_prefix(b"\r\n") {
            Some(next) => rest = next,
            None => return false,
        }
    }
    rest.is_empty()
}

/// Without their ends, of which any of CRLF, CR and LF is one.
fn lines(mail: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = mail;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, end) = rest.split_at(memchr2(b'\r', b'\n', rest).unwrap_or(rest.len()));
        rest = end.strip_prefix(b"\r\n").or_else(|| end.get(1..)).unwrap_or_default();
        Some(line)
    })
}

/// Every line ends with CRLF, dots at the start of lines are doubled, and the final dot follows. A bare CR or LF becomes
/// a line end of its own, so nothing inside a mail can look like its end to some server further on (SMTP smuggling).
pub(super) fn after_data(mail: &[u8], out: &mut Vec<u8>) {
    out.reserve(mail.len() + mail.len() / 32 + 16);
    for line in lines(mail) {
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(mail: &str) -> String {
        let mut out = Vec::new();
        after_data(mail.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_mail_in_lines_is_carried_as_it_is_and_any_other_gets_line_ends() {
        for good in ["", "\r\n", "a\r\n", ".\r\n..x\r\n\r\n"] {
            assert!(matches!(in_lines(good.as_bytes()), Cow::Borrowed(same) if same == good.as_bytes()), "{good:?}");
        }
        for (bad, good) in [
            ("a", "a\r\n"),
            ("a\nb\r\n", "a\r\nb\r\n"),
            ("a\rb\r\n", "a\r\nb\r\n"),
            ("a\r\r\n", "a\r\n\r\n"),
            ("a\n\r", "a\r\n\r\n"),
            ("a\r\n.\n", "a\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&in_lines(bad.as_bytes())), good, "{bad:?}");
        }
    }

    #[test]
    fn a_dot_at_the_start_of_a_line_is_doubled_and_the_mail_ends_with_a_dot() {
        assert_eq!(sent("A: b\r\n\r\n.\r\n..x\r\ny."), "A: b\r\n\r\n..\r\n...x\r\ny.\r\n.\r\n");
        assert_eq!(sent("a\r\n"), "a\r\n.\r\n");
        assert_eq!(sent(""), ".\r\n");
    }

    #[test]
    fn nothing_in_a_mail_can_end_it_early() {
        for smuggled in ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\n.\r\n", "\r\r\n.\r\r\n"] {
            let bytes = sent(&format!("a{smuggled}MAIL FROM:<evil@example.com>\r\n"));
            let lines: Vec<&str> = bytes.split("\r\n").collect();
            assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])), "{smuggled:?} {bytes:?}");
            assert_eq!(lines.iter().filter(|line| **line == ".").count(), 1, "{smuggled:?} {bytes:?}");
            assert!(bytes.ends_with("\r\n.\r\n"), "{smuggled:?} {bytes:?}");
        }
    }
}
