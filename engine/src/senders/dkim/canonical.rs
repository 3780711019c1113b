//! The form of a mail that is hashed (RFC 6376 §3.4.2 and §3.4.4, `relaxed`): small changes on the way do not matter.

/// Why a mail is not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// The next server would mend it, and the signature would no longer fit (RFC 5321 §2.3.8).
    #[error("a line does not end with CRLF")]
    LineEnd,
    #[error("no empty line ends the head")]
    NoBody,
    #[error("a line of the head is no header")]
    Header,
    /// RFC 6376 §5.4 demands it.
    #[error("there is no From")]
    NoFrom,
    #[error("the key does not sign")]
    Key,
}

/// Head, each line with its end, and body.
pub fn split(mail: &[u8]) -> Result<(&[u8], &[u8]), Unsignable> {
    let end = memchr::memmem::find(mail, b"\r\n\r\n").ok_or(Unsignable::NoBody)?;
    Ok((&mail[..end + 2], &mail[end + 4..]))
}

/// The headers of a mail, folded as they were, without their last line end.
pub struct Head<'m>(Vec<&'m [u8]>);

impl<'m> Head<'m> {
    pub fn read(head: &'m [u8]) -> Result<Self, Unsignable> {
        let mut fields = Vec::with_capacity(24);
        let (mut start, mut at) = (0, 0);
        for line in Lines(head) {
            let length = line?.len() + 2;
            at += length;
            let goes_on = head.get(at).is_some_and(|next| matches!(next, b' ' | b'\t'));
            if !goes_on {
                let field = &head[start..at - 2];
                name_of(field).ok_or(Unsignable::Header)?;
                fields.push(field);
                start = at;
            }
        }
        Ok(Self(fields))
    }

    /// The headers of that name, the lowest first.
    pub fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'m [u8]> + 'a {
        let is_named = move |field: &&[u8]| name_of(field).is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()));
        self.0.iter().rev().copied().filter(is_named)
    }
}

/// What stands before the colon (RFC 5322 §3.6.8).
fn name_of(field: &[u8]) -> Option<&[u8]> {
    let name = field[..field.iter().position(|byte| *byte == b':')?].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// Lines without their ends; the last may have none.
struct Lines<'m>(&'m [u8]);

impl<'m> Iterator for Lines<'m> {
    type Item = Result<&'m [u8], Unsignable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\r', b'\n', self.0);
        let (line, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        match rest {
            [] => self.0 = rest,
            [b'\r', b'\n', after @ ..] => self.0 = after,
            _ => {
                self.0 = &[];
                return Some(Err(Unsignable::LineEnd));
            }
        }
        Some(Ok(line))
    }
}

/// Name in lower case, unfolded, one space for white space, none around the colon and at the end (§3.4.2). Adds no line end.
pub fn canonical_header(field: &[u8], out: &mut Vec<u8>) {
    let colon = field.iter().position(|byte| *byte == b':').unwrap_or(field.len());
    let (name, value) = field.split_at(colon);
    out.extend(name.trim_ascii_end().iter().map(u8::to_ascii_lowercase));
    out.push(b':');
    let start = out.len();
    let words = value.get(1..).unwrap_or_default().split(|byte| is_space(*byte) || matches!(byte, b'\r' | b'\n'));
    for word in words.filter(|word| !word.is_empty()) {
        if out.len() > start {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// One space for white space, none at the ends of lines, no empty lines at the end (§3.4.4). An empty body stays empty.
pub fn canonical_body(body: &[u8]) -> Result<Vec<u8>, Unsignable> {
    let mut out = Vec::with_capacity(body.len() + 2);
    let mut empty_lines = 0;
    for line in Lines(body) {
        let line = trim_end(line?);
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        (0..std::mem::take(&mut empty_lines)).for_each(|_| out.extend_from_slice(b"\r\n"));
        spaced(line, &mut out);
        out.extend_from_slice(b"\r\n");
    }
    Ok(out)
}

fn trim_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    &line[..end]
}

/// Adds a line that ends with a letter, with one space for each run of white space.
fn spaced(line: &[u8], out: &mut Vec<u8>) {
    if is_spaced(line) {
        return out.extend_from_slice(line);
    }
    let mut rest = line;
    while let Some(space) = rest.iter().position(|byte| is_space(*byte)) {
        let (word, behind) = rest.split_at(space);
        out.extend_from_slice(word);
        out.push(b' ');
        let next = behind.iter().position(|byte| !is_space(*byte)).unwrap_or(behind.len());
        rest = &behind[next..];
    }
    out.extend_from_slice(rest);
}

/// Most lines need no change. Looks at all of the line without a branch, so that the compiler does many bytes at once.
fn is_spaced(line: &[u8]) -> bool {
    let pairs = line.iter().zip(line.get(1..).unwrap_or_default());
    let fault =
        |(one, next): (&u8, &u8)| u8::from(*one == b'\t') | (u8::from(*one == b' ') & u8::from(is_space(*next)));
    pairs.map(fault).fold(0, |all, fault| all | fault) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> String {
        String::from_utf8(canonical_body(text.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn white_space_that_a_relay_may_change_is_not_hashed() {
        // the examples of RFC 6376 §3.4.5
        assert_eq!(body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        let head = Head::read(b"A: X\r\nB : Y\t\r\n\tZ  \r\n").unwrap();
        let header = |name| {
            let mut out = Vec::new();
            head.fields(name).for_each(|field| canonical_header(field, &mut out));
            String::from_utf8(out).unwrap()
        };
        assert_eq!((header("a"), header("b")), ("a:X".to_owned(), "b:Y Z".to_owned()));
    }

    #[test]
    fn a_body_ends_with_its_last_line_that_holds_something() {
        for (written, hashed) in [
            ("", ""),
            ("\r\n", ""),
            (" \t\r\n\r\n \t", ""),
            ("a", "a\r\n"),
            ("a\r\n \r\n\t\r\n", "a\r\n"),
            ("\r\n \r\n a", "\r\n\r\n a\r\n"),
        ] {
            assert_eq!(body(written), hashed, "{written:?}");
        }
    }

    #[test]
    fn a_line_that_ends_by_halves_is_not_signed() {
        for text in ["a\nb", "a\rb", "a\r", "\n", "a\r\r\n"] {
            assert_eq!(canonical_body(text.as_bytes()), Err(Unsignable::LineEnd), "{text:?}");
            assert!(Head::read(format!("A: {text}\r\n").as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_line_that_is_no_header_is_not_signed() {
        for head in ["no header\r\n", ": x\r\n", " A: b\r\n", "Ä: b\r\n", "A b: c\r\n"] {
            assert_eq!(Head::read(head.as_bytes()).err(), Some(Unsignable::Header), "{head}");
        }
    }
}
