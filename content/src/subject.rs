//! The subject and the preheader: one line.

/// One line without control characters: each run of them becomes a space.
pub(crate) fn one_line(text: &str) -> String {
    let breaks = |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    let mut line = String::with_capacity(text.len());
    let mut broken = false;
    for character in text.trim().chars() {
        if breaks(character) {
            broken = true;
            continue;
        }
        if broken && !line.ends_with(' ') && character != ' ' {
            line.push(' ');
        }
        broken = false;
        line.push(character);
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_subject_cannot_start_a_new_header() {
        assert_eq!(one_line(" Hello\r\nBcc: eve@example.com\u{0}\n "), "Hello Bcc: eve@example.com");
        assert_eq!(one_line("a\u{2028}b \n c"), "a b  c");
        assert_eq!(one_line("안녕하세요 🎉"), "안녕하세요 🎉");
        assert_eq!(one_line("\u{7}\n"), "");
    }
}
