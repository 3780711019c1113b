//! A mail as it stands after DATA.

/// Every line ends with CRLF, dots at the start of lines are doubled, and the final dot follows. A bare CR or LF becomes
/// a line end of its own, so nothing inside a mail can look like its end to some server further on (SMTP smuggling).
pub(super) fn after_data(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 32 + 16);
    let mut rest = mail;
    while !rest.is_empty() {
        let length = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, end) = rest.split_at(length);
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = end.strip_prefix(b"\r\n").or_else(|| end.get(1..)).unwrap_or_default();
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(mail: &str) -> String {
        String::from_utf8(after_data(mail.as_bytes())).unwrap()
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
