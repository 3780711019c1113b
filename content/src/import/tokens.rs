//! Words of an expression.

use super::Trouble;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    /// In back quotes: a name that would not be one.
    Quoted(&'a str),
    Text(String),
    Number(&'a str),
    Sign(&'static str),
}

// The longer ones first.
const SIGNS: [&str; 25] = [
    "../", "?:", "<=", ">=", "<>", "!=", "==", "&&", "||", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]",
    ",", ".", "|", "!",
];

/// Most tokens of one tag.
const TOKENS_MAX: usize = 2_000;

pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, Trouble> {
    let mut found = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        if found.len() >= TOKENS_MAX {
            return Err(Trouble::new("too_deep", "This expression is too long."));
        }
        let (token, length) = match first {
            '"' | '\'' => text(rest, first)?,
            '`' => {
                let length = rest[1..].find('`').ok_or_else(Trouble::syntax)?;
                (Token::Quoted(&rest[1..=length]), length + 2)
            }
            _ if first.is_ascii_digit() => number(rest),
            _ if is_word(first) => {
                let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
                (Token::Word(&rest[..length]), length)
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign)).ok_or_else(Trouble::syntax)?;
                (Token::Sign(sign), sign.len())
            }
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '@' | '$')
}

/// `56`, `1.5`, and with the letter of a type behind: `56L`.
fn number(rest: &str) -> (Token<'_>, usize) {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(rest);
    let fraction = rest[length..].strip_prefix('.').map_or(0, digits);
    if fraction > 0 {
        length += 1 + fraction;
    }
    let kind = usize::from(rest[length..].starts_with(['L', 'l', 'd', 'f', 'F', 'D']));
    (Token::Number(&rest[..length]), length + kind)
}

fn text(rest: &str, quote: char) -> Result<(Token<'_>, usize), Trouble> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => text.push(match letters.next().ok_or_else(Trouble::syntax)?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            }),
            _ if letter == quote => return Ok((Token::Text(text), at + 1)),
            _ => text.push(letter),
        }
    }
    Err(Trouble::syntax())
}
