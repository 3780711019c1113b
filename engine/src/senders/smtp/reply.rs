//! What an SMTP server says.

use super::fault::Fault;

/// Longest reply that is read. A reply to EHLO has some twenty lines.
const LONGEST: usize = 32 * 1024;
/// Most characters of a reply that are kept as the server's words.
const WORDS_MAX: usize = 1_000;

/// One reply: a code and at least one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// 200 to 599.
    pub(super) code: u16,
    /// As they came, without line ends and control characters.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// Takes the first whole reply out of what was read; `None` when more has to be read.
    pub(super) fn take(unread: &mut Vec<u8>) -> Result<Option<Self>, Fault> {
        let mut lines = Vec::new();
        let mut start = 0;
        while let Some(length) = unread[start..].iter().position(|byte| *byte == b'\n') {
            let line = &unread[start..start + length];
            start += length + 1;
            let (code, last) = parse(line).ok_or_else(|| bad_reply(&text(line)))?;
            lines.push(text(line));
            if unread[..3] != line[..3] {
                return Err(bad_reply(&lines.join(" ")));
            }
            if last {
                unread.drain(..start);
                return Ok(Some(Self { code, lines }));
            }
        }
        if unread.len() > LONGEST { Err(bad_reply("a reply without end")) } else { Ok(None) }
    }

    /// The server's own words: code and texts, such as `550 5.1.1 No such user`.
    pub(super) fn words(&self) -> String {
        let rest = self.lines.iter().map(|line| line.get(4..).unwrap_or_default());
        let words = format!("{} {}", self.code, rest.collect::<Vec<_>>().join("\n"));
        words.trim().chars().take(WORDS_MAX).collect()
    }

    /// The enhanced status code (RFC 3463), such as `5.1.1`; empty when the server gives none.
    pub(super) fn status(&self) -> &str {
        let text = self.lines.first().and_then(|line| line.get(4..)).unwrap_or_default();
        let word = text.split(' ').next().unwrap_or_default();
        let numbers = word.split('.').filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if numbers.count() == 3 && word.matches('.').count() == 2 { word } else { "" }
    }

    /// 2xx.
    pub(super) const fn is_yes(&self) -> bool {
        self.code / 100 == 2
    }

    /// The server closes the connection.
    pub(super) const fn is_goodbye(&self) -> bool {
        self.code == 421
    }
}

/// Code, and whether this is the last line.
fn parse(line: &[u8]) -> Option<(u16, bool)> {
    let digits = line.get(..3)?;
    if !digits.iter().all(u8::is_ascii_digit) || !(b'2'..=b'5').contains(&digits[0]) {
        return None;
    }
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    match line.get(3) {
        None | Some(b' ' | b'\r') => Some((code, true)),
        Some(b'-') => Some((code, false)),
        Some(_) => None,
    }
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).chars().filter(|c| !c.is_control()).take(WORDS_MAX).collect()
}

fn bad_reply(words: &str) -> Fault {
    Fault::new("bad_reply", format!("The server did not speak SMTP: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &str) -> (Result<Option<Reply>, Fault>, String) {
        let mut unread = text.as_bytes().to_vec();
        (Reply::take(&mut unread), String::from_utf8(unread).unwrap())
    }

    #[test]
    fn replies_are_taken_one_by_one_and_in_order() {
        let (first, rest) = take("250 ok\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n354");
        assert_eq!(first.unwrap().unwrap().words(), "250 ok");
        let (second, rest) = take(&rest);
        assert_eq!(second.unwrap().unwrap().words(), "550 5.1.1 no\n5.1.1 such user");
        assert_eq!(take(&rest), (Ok(None), "354".to_owned()));
    }

    #[test]
    fn an_enhanced_status_is_read_where_there_is_one() {
        let status = |line: &str| take(&format!("{line}\r\n")).0.unwrap().unwrap().status().to_owned();
        assert_eq!(status("550 5.1.1 No such user"), "5.1.1");
        assert_eq!(status("550-5.7.1 No\r\n550 5.7.1 relaying"), "5.7.1");
        for none in ["550", "550 No such user", "550 5.1 x", "550 5..1.1 x", "550 10.0.0.1.2 x", "550 5.1.x y"] {
            assert_eq!(status(none), "", "{none}");
        }
    }

    #[test]
    fn what_is_not_smtp_is_a_fault() {
        for bad in ["HTTP/1.1 400 Bad Request\r\n", "25\r\n", "250-a\r\n550 b\r\n", "999 x\r\n", "250x\r\n", "\r\n"] {
            assert_eq!(take(bad).0.unwrap_err().reason, "bad_reply", "{bad:?}");
        }
        assert_eq!(take(&"250-again\r\n".repeat(4_000)).0.unwrap_err().reason, "bad_reply");
    }

    #[test]
    fn words_of_a_server_hold_no_control_characters_and_end_somewhere() {
        let (reply, _) = take(&format!("550 \u{1b}[31mno{}\r\n", "x".repeat(5_000)));
        let words = reply.unwrap().unwrap().words();
        assert!(words.starts_with("550 [31mno"), "{words}");
        assert_eq!(words.len(), WORDS_MAX);
        assert_eq!(take("250\r\n").0.unwrap().unwrap().words(), "250");
    }
}
