//! Expressions of a template, as far as variables and work go. Tera reads them again for rendering; what the two
//! could read differently is refused here.

use crate::policy::{self, Refused};
use crate::tokens::{Kind, Token};

/// Levels of brackets and operators.
const DEPTH_MAX: usize = 40;

/// Operators in one expression: `a + b + c` nests to the left.
const OPERATORS_MAX: usize = 100;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Path(Path),
    Literal(Literal),
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    /// `==`: a missing value is simply not equal.
    Equal(Box<Expression>, Box<Expression>),
    /// Arithmetic and order: both must be numbers, or at least comparable.
    Calculation(Box<Expression>, Box<Expression>),
    /// `~`.
    Joined(Box<Expression>, Box<Expression>),
    /// `in`.
    Within(Box<Expression>, Box<Expression>),
    Negative(Box<Expression>),
    Filtered {
        value: Box<Expression>,
        name: String,
        arguments: Vec<Expression>,
    },
    Tested {
        value: Box<Expression>,
        name: String,
        arguments: Vec<Expression>,
    },
    /// `a if condition else b`.
    Choice {
        then: Box<Expression>,
        condition: Box<Expression>,
        otherwise: Box<Expression>,
    },
}

/// A value that is written in the template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Integer,
    Other,
}

/// `context.order["id"]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    pub(crate) root: String,
    pub(crate) at: usize,
    pub(crate) steps: Vec<Step>,
}

/// One `.name` or `[…]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    /// Where its `.` or `[` stands.
    pub(crate) at: usize,
    /// It is `?.` or `?[` already.
    pub(crate) optional: bool,
    pub(crate) to: Box<Expression>,
}

/// Reads the whole of `tokens` as one expression.
pub(crate) fn expression(tokens: &[Token<'_>], at: usize) -> Result<Expression, Refused> {
    let mut reader = Reader { tokens, next: 0, at, depth: 0, operators: 0 };
    let found = reader.expression(0)?;
    if reader.next < tokens.len() { Err(reader.unexpected()) } else { Ok(found) }
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    next: usize,
    at: usize,
    depth: usize,
    operators: usize,
}

impl<'t, 'a> Reader<'t, 'a> {
    fn peek(&self) -> Option<&'t Kind<'a>> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn position(&self) -> usize {
        self.tokens.get(self.next).map_or(self.at, |token| token.start)
    }

    fn unexpected(&self) -> Refused {
        Refused::Syntax(self.position())
    }

    fn takes(&mut self, kind: &Kind<'_>) -> bool {
        let found = self.peek() == Some(kind);
        self.next += usize::from(found);
        found
    }

    fn needs(&mut self, sign: &'static str) -> Result<(), Refused> {
        if self.takes(&Kind::Sign(sign)) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn word(&mut self) -> Result<&'a str, Refused> {
        match self.peek() {
            Some(Kind::Word(word)) => {
                self.next += 1;
                Ok(word)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn expression(&mut self, least: u8) -> Result<Expression, Refused> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Refused::too_complex(self.position(), "This expression is nested too deeply."));
        }
        let mut left = self.operand()?;
        while let Some((operator, left_power, right_power)) = self.operator()? {
            if left_power < least {
                break;
            }
            let start = self.position();
            self.operators += 1;
            if self.operators > OPERATORS_MAX {
                return Err(Refused::too_complex(start, "This expression is too long."));
            }
            self.next += operator.tokens();
            left = self.operation(left, operator, right_power)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expression, Refused> {
        let start = self.position();
        let Some(kind) = self.peek() else { return Err(self.unexpected()) };
        self.next += 1;
        Ok(match kind {
            Kind::Text(text) => Expression::Literal(Literal::Text(text.clone())),
            Kind::Number(number) if number.contains('.') => Expression::Literal(Literal::Other),
            Kind::Number(_) => Expression::Literal(Literal::Integer),
            Kind::Sign("(") => {
                let inner = self.expression(0)?;
                self.needs(")")?;
                inner
            }
            Kind::Sign("[") => self.literal_list()?,
            Kind::Sign("-") => match self.expression(20)? {
                literal @ Expression::Literal(Literal::Integer) => literal,
                other => Expression::Negative(Box::new(other)),
            },
            Kind::Sign("{") => return Err(Refused::not_allowed(start, "A map in an expression")),
            Kind::Sign("<") => return Err(Refused::not_allowed(start, "A component")),
            Kind::Word("true" | "True" | "false" | "False" | "none" | "None" | "null") => {
                Expression::Literal(Literal::Other)
            }
            Kind::Word("not") => Expression::Not(Box::new(self.expression(5)?)),
            Kind::Word(word) => self.path(word, start)?,
            Kind::Sign(_) => return Err(Refused::Syntax(start)),
        })
    }

    /// A list of texts and numbers: `["a", "b"]`. Lists of values could be nested without end.
    fn literal_list(&mut self) -> Result<Expression, Refused> {
        while !self.takes(&Kind::Sign("]")) {
            let start = self.position();
            let Expression::Literal(_) = self.expression(0)? else {
                return Err(Refused::not_allowed(start, "A list that is made of values"));
            };
            if !self.takes(&Kind::Sign(",")) {
                self.needs("]")?;
                break;
            }
        }
        Ok(Expression::Literal(Literal::Other))
    }

    fn path(&mut self, root: &str, at: usize) -> Result<Expression, Refused> {
        if self.peek() == Some(&Kind::Sign("(")) {
            return Err(Refused::not_allowed(at, &format!("The function {root}()")));
        }
        let mut steps = Vec::new();
        loop {
            let start = self.position();
            let (optional, bracket) = match self.peek() {
                Some(Kind::Sign(".")) => (false, false),
                Some(Kind::Sign("?.")) => (true, false),
                Some(Kind::Sign("[")) => (false, true),
                Some(Kind::Sign("?[")) => (true, true),
                _ => break,
            };
            self.next += 1;
            let to = if bracket {
                let inner = self.expression(0)?;
                if self.peek() == Some(&Kind::Sign(":")) {
                    return Err(Refused::not_allowed(start, "A slice"));
                }
                self.needs("]")?;
                inner
            } else {
                Expression::Literal(Literal::Text(self.word()?.to_owned()))
            };
            steps.push(Step { at: start, optional, to: Box::new(to) });
        }
        Ok(Expression::Path(Path { root: root.to_owned(), at, steps }))
    }

    /// The operator that comes next, with its powers: the table of Tera.
    fn operator(&self) -> Result<Option<(Operator, u8, u8)>, Refused> {
        let second = self.tokens.get(self.next + 1).map(|token| &token.kind);
        Ok(Some(match self.peek() {
            Some(Kind::Word("or")) => (Operator::Or, 1, 2),
            Some(Kind::Word("and")) => (Operator::And, 3, 4),
            Some(Kind::Word("not")) if second == Some(&Kind::Word("in")) => (Operator::NotIn, 5, 6),
            Some(Kind::Word("in")) => (Operator::In, 5, 6),
            Some(Kind::Word("is")) if second == Some(&Kind::Word("not")) => (Operator::IsNot, 5, 6),
            Some(Kind::Word("is")) => (Operator::Is, 5, 6),
            Some(Kind::Word("if")) => (Operator::If, 0, 0),
            Some(Kind::Sign("==")) => (Operator::Equal, 7, 8),
            Some(Kind::Sign("!=")) => (Operator::Unequal, 7, 8),
            Some(Kind::Sign("<" | "<=" | ">" | ">=")) => (Operator::Calculation, 7, 8),
            Some(Kind::Sign("+" | "-")) => (Operator::Calculation, 11, 12),
            Some(Kind::Sign("*" | "/" | "%" | "//")) => (Operator::Calculation, 13, 14),
            Some(Kind::Sign("~")) => (Operator::Joined, 13, 14),
            Some(Kind::Sign("**")) => return Err(Refused::not_allowed(self.position(), "The operator **")),
            Some(Kind::Sign("|")) => (Operator::Filter, 17, 18),
            _ => return Ok(None),
        }))
    }

    fn operation(&mut self, left: Expression, operator: Operator, power: u8) -> Result<Expression, Refused> {
        let left = Box::new(left);
        match operator {
            Operator::Filter => {
                let at = self.position();
                let name = self.word()?.to_owned();
                policy::check_filter(&name, at)?;
                Ok(Expression::Filtered { value: left, name, arguments: self.arguments()? })
            }
            Operator::Is | Operator::IsNot => {
                let at = self.position();
                let name = self.word()?.to_owned();
                policy::check_test(&name, at)?;
                let tested = Expression::Tested { value: left, name, arguments: self.arguments()? };
                Ok(if operator == Operator::IsNot { Expression::Not(Box::new(tested)) } else { tested })
            }
            Operator::If => {
                let condition = Box::new(self.expression(0)?);
                if !self.takes(&Kind::Word("else")) {
                    return Err(self.unexpected());
                }
                Ok(Expression::Choice { then: left, condition, otherwise: Box::new(self.expression(0)?) })
            }
            _ => {
                let right = Box::new(self.expression(power)?);
                Ok(match operator {
                    Operator::Or => Expression::Or(left, right),
                    Operator::And => Expression::And(left, right),
                    Operator::Equal => Expression::Equal(left, right),
                    Operator::Unequal => Expression::Not(Box::new(Expression::Equal(left, right))),
                    Operator::Joined => Expression::Joined(left, right),
                    Operator::In => Expression::Within(left, right),
                    Operator::NotIn => Expression::Not(Box::new(Expression::Within(left, right))),
                    _ => Expression::Calculation(left, right),
                })
            }
        }
    }

    /// `(name=value, …)`.
    fn arguments(&mut self) -> Result<Vec<Expression>, Refused> {
        let mut arguments = Vec::new();
        if !self.takes(&Kind::Sign("(")) {
            return Ok(arguments);
        }
        while !self.takes(&Kind::Sign(")")) {
            self.word()?;
            self.needs("=")?;
            arguments.push(self.expression(0)?);
            if !self.takes(&Kind::Sign(",")) {
                self.needs(")")?;
                break;
            }
        }
        Ok(arguments)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    In,
    NotIn,
    Is,
    IsNot,
    If,
    Equal,
    Unequal,
    Calculation,
    Joined,
    Filter,
}

impl Operator {
    fn tokens(self) -> usize {
        if matches!(self, Self::NotIn | Self::IsNot) { 2 } else { 1 }
    }
}
