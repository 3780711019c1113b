//! The fields of a report: blocks of `Name: value` lines with an empty line between them, as in a mail's head (RFC 3464 §2.1,
//! RFC 5965 §3). Not what the fields mean.

/// How much of a report is read.
const MOST_BLOCKS: usize = 101;
const MOST_FIELDS: usize = 200;
const LONGEST_VALUE: usize = 2_000;

/// One block; lines that were folded are joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block(Vec<(String, String)>);

impl Block {
    /// The value of the first field of that name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The same without its type (`rfc822; ann@example.com`, RFC 3464 §2.1.2) and without angle brackets.
    pub fn typed_value(&self, name: &str) -> Option<&str> {
        let value = self.value(name)?;
        let plain = value.split_once(';').map_or(value, |(_, plain)| plain).trim();
        Some(plain.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(plain))
    }

    fn add(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut().filter(|(_, value)| value.len() < LONGEST_VALUE) {
                value.push(' ');
                value.push_str(cut(line.trim()));
            }
        } else if let Some((name, value)) = line.split_once(':').filter(|_| self.0.len() < MOST_FIELDS) {
            self.0.push((name.trim().to_owned(), cut(value.trim()).to_owned()));
        }
    }
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_VALUE)).unwrap_or_default()
}

/// The blocks of a report that are not empty.
pub fn blocks(bytes: &[u8]) -> Vec<Block> {
    let text = String::from_utf8_lossy(bytes);
    let mut blocks = Vec::new();
    let mut block = Block::default();
    for line in text.lines() {
        if !line.trim().is_empty() {
            block.add(line);
        } else if !block.0.is_empty() {
            blocks.push(std::mem::take(&mut block));
        }
        if blocks.len() == MOST_BLOCKS {
            return blocks;
        }
    }
    blocks.extend(Some(block).filter(|block| !block.0.is_empty()));
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_blocks_whatever_their_case_and_folds() {
        let text = b"\r\n\r\nReporting-MTA: dns; mx\r\n\r\n \r\nFINAL-recipient: RFC822; <ann@example.com>\r\n\
            Diagnostic-Code: smtp; 550 5.1.1\r\n\t gone\r\nno field\r\nX:\r\n";
        let blocks = blocks(text);
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].typed_value("reporting-mta"), Some("mx"));
        assert_eq!(blocks[1].typed_value("Final-Recipient"), Some("ann@example.com"));
        assert_eq!(blocks[1].value("Diagnostic-Code"), Some("smtp; 550 5.1.1 gone"));
        assert_eq!((blocks[1].value("X"), blocks[1].value("Y")), (Some(""), None));
    }

    #[test]
    fn a_report_without_end_is_read_in_part() {
        let many = "A: b\r\n\r\n".repeat(5_000);
        assert_eq!(blocks(many.as_bytes()).len(), MOST_BLOCKS);
        let long = format!("A: {}\r\n{}", "é".repeat(5_000), " x\r\n".repeat(5_000));
        assert!(blocks(long.as_bytes())[0].value("A").unwrap().len() <= LONGEST_VALUE + 2);
    }
}
