//! Expressions of the source.

use super::Trouble;
use super::tokens::Token;

/// Brackets and operators in each other.
const DEPTH_MAX: usize = 20;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Path {
        root: Root,
        steps: Vec<Step>,
    },
    Text(String),
    Number(String),
    /// `true`, `false`, `null`.
    Word(&'static str),
    List(Vec<Expression>),
    Call {
        name: String,
        arguments: Vec<Expression>,
    },
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary {
        operator: &'static str,
        left: Box<Expression>,
        right: Box<Expression>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Root {
    Name(String),
    /// `this`, or one of so many loops further out.
    This(usize),
    /// `@index`, without its sign.
    OfLoop(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Name(String),
    At(Expression),
}

/// Reads all of the tokens.
pub(super) fn expression(tokens: &[Token<'_>]) -> Result<Expression, Trouble> {
    let mut reader = Reader { tokens, next: 0, depth: 0 };
    let found = reader.expression(0)?;
    if reader.next == tokens.len() { Ok(found) } else { Err(Trouble::syntax()) }
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    next: usize,
    depth: usize,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.get(self.next)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(it)) if *it == sign);
        self.next += usize::from(found);
        found
    }

    fn needs(&mut self, sign: &str) -> Result<(), Trouble> {
        if self.takes(sign) { Ok(()) } else { Err(Trouble::syntax()) }
    }

    fn expression(&mut self, least: u8) -> Result<Expression, Trouble> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Trouble::new("too_deep", "This expression is nested too deeply."));
        }
        let mut left = self.operand()?;
        let mut operators = 0;
        while let Some((operator, power, words)) = self.operator() {
            if power < least {
                break;
            }
            operators += 1;
            if operators > DEPTH_MAX {
                return Err(Trouble::new("too_deep", "This expression is too long."));
            }
            self.next += words;
            let right = Box::new(self.expression(power + 1)?);
            left = Expression::Binary { operator, left: Box::new(left), right };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// As ours is written, how strongly it binds, and how many words it has.
    fn operator(&self) -> Option<(&'static str, u8, usize)> {
        let word = |at: usize| match self.tokens.get(self.next + at) {
            Some(Token::Word(word)) => word.to_ascii_lowercase(),
            _ => String::new(),
        };
        Some(match self.peek()? {
            Token::Sign("?:") => ("?:", 1, 1),
            Token::Sign("||") => ("or", 2, 1),
            Token::Sign("&&") => ("and", 3, 1),
            Token::Sign("=" | "==") => ("==", 5, 1),
            Token::Sign("!=" | "<>") => ("!=", 5, 1),
            Token::Sign("<") => ("<", 5, 1),
            Token::Sign("<=") => ("<=", 5, 1),
            Token::Sign(">") => (">", 5, 1),
            Token::Sign(">=") => (">=", 5, 1),
            Token::Sign("+") => ("+", 6, 1),
            Token::Sign("-") => ("-", 6, 1),
            Token::Sign("*") => ("*", 7, 1),
            Token::Sign("/") => ("/", 7, 1),
            Token::Sign("%") => ("%", 7, 1),
            Token::Word(_) => match (word(0).as_str(), word(1).as_str()) {
                ("or", _) => ("or", 2, 1),
                ("and", _) => ("and", 3, 1),
                ("in", _) => ("in", 5, 1),
                ("not", "in") => ("not in", 5, 2),
                _ => return None,
            },
            _ => return None,
        })
    }

    fn operand(&mut self) -> Result<Expression, Trouble> {
        let token = self.peek().ok_or_else(Trouble::syntax)?;
        self.next += 1;
        Ok(match token {
            Token::Text(text) => Expression::Text(text.clone()),
            Token::Number(number) => Expression::Number((*number).to_owned()),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.needs(")")?;
                inner
            }
            Token::Sign("[") => Expression::List(self.until("]")?),
            Token::Sign("-") => Expression::Negative(Box::new(self.expression(8)?)),
            Token::Sign("!") => Expression::Not(Box::new(self.expression(8)?)),
            Token::Sign("../") => {
                let mut out = 1;
                while self.takes("../") {
                    out += 1;
                }
                let steps = match self.peek() {
                    Some(Token::Word("this")) => {
                        self.next += 1;
                        Vec::new()
                    }
                    Some(Token::Word(name) | Token::Quoted(name)) => {
                        self.next += 1;
                        vec![Step::Name((*name).to_owned())]
                    }
                    _ => return Err(Trouble::syntax()),
                };
                self.path(Root::This(out), steps)?
            }
            Token::Sign(".") => Expression::Path { root: Root::This(0), steps: Vec::new() },
            Token::Sign(_) => return Err(Trouble::syntax()),
            Token::Quoted(name) => self.path(Root::Name((*name).to_owned()), Vec::new())?,
            Token::Word(word) => self.word(word)?,
        })
    }

    fn word(&mut self, word: &str) -> Result<Expression, Trouble> {
        Ok(match word.to_ascii_lowercase().as_str() {
            "true" => Expression::Word("true"),
            "false" => Expression::Word("false"),
            "null" | "undefined" => Expression::Word("none"),
            "not" => Expression::Not(Box::new(self.expression(4)?)),
            "this" => self.path(Root::This(0), Vec::new())?,
            _ if word.starts_with('@') => {
                Expression::Path { root: Root::OfLoop(word[1..].to_owned()), steps: Vec::new() }
            }
            _ if self.takes("(") => {
                let arguments = self.until(")")?;
                Expression::Call { name: word.to_owned(), arguments }
            }
            _ => self.path(Root::Name(word.to_owned()), Vec::new())?,
        })
    }

    fn path(&mut self, root: Root, mut steps: Vec<Step>) -> Result<Expression, Trouble> {
        loop {
            if self.takes("[") {
                let inside = self.expression(0)?;
                self.needs("]")?;
                steps.push(Step::At(inside));
                continue;
            }
            if !self.takes(".") {
                break;
            }
            let name = match self.peek() {
                Some(Token::Word(name) | Token::Quoted(name) | Token::Number(name)) => *name,
                Some(Token::Sign("[")) => continue,
                _ => return Err(Trouble::syntax()),
            };
            self.next += 1;
            if !self.takes("(") {
                steps.push(Step::Name(name.to_owned()));
                continue;
            }
            // A lookup in a map; other functions stand before their values.
            let mut arguments = self.until(")")?;
            match (name, arguments.len()) {
                ("get", 1) => steps.push(Step::At(arguments.remove(0))),
                _ => return Err(Trouble::new("unknown_function", "There is no such function of a value.")),
            }
        }
        Ok(Expression::Path { root, steps })
    }

    /// Expressions between commas, up to the bracket.
    fn until(&mut self, bracket: &str) -> Result<Vec<Expression>, Trouble> {
        let mut found = Vec::new();
        while !self.takes(bracket) {
            found.push(self.expression(0)?);
            if !self.takes(",") {
                self.needs(bracket)?;
                break;
            }
        }
        Ok(found)
    }
}
