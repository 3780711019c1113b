//! What templates can use, each with an example: the one list that the guards, the help of the editor and the documents
//! are made of. A function that is not here does not exist.

mod dates;
mod lists;
mod numbers;
mod tests;
mod texts;
mod values;

/// Something that a template can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// `upper`; of a value its path: `campaign.id`.
    pub name: &'static str,
    pub group: Group,
    pub kind: Kind,
    /// A template that shows it, and what it comes to with [`crate::example_data`].
    pub example: &'static str,
    pub result: &'static str,
    /// What it is for, in English and in Korean.
    pub about: [&'static str; 2],
    pub(crate) takes: Takes,
}

/// What functions are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Values,
    Texts,
    Writings,
    Numbers,
    Dates,
    Lists,
    Tests,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By its path.
    Value,
    /// Behind `|`, and takes a time that depends on the size of the value.
    Filter,
    /// The same, with a time that does not.
    QuickFilter,
    /// Behind `is`.
    Test,
    /// The same, and answers no when the value is not there.
    CalmTest,
    /// The same, and answers yes then.
    AbsenceTest,
}

/// What it is used on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Every kind of value, which says nothing of it.
    Any,
    /// The kind of the value is asked for.
    Kinds,
    /// A text, a number or a truth.
    One,
    Number,
    Moment,
    List,
    Object,
}

impl Function {
    pub const fn is_filter(&self) -> bool {
        matches!(self.kind, Kind::Filter | Kind::QuickFilter)
    }

    pub const fn is_test(&self) -> bool {
        matches!(self.kind, Kind::Test | Kind::CalmTest | Kind::AbsenceTest)
    }
}

/// Everything, by group.
pub const FUNCTIONS: [&[Function]; 7] = [
    values::FUNCTIONS,
    texts::FUNCTIONS,
    texts::WRITINGS,
    numbers::FUNCTIONS,
    dates::FUNCTIONS,
    lists::FUNCTIONS,
    tests::FUNCTIONS,
];

pub(crate) fn filter(name: &str) -> Option<&'static Function> {
    all().find(|it| it.is_filter() && it.name == name)
}

pub(crate) fn test(name: &str) -> Option<&'static Function> {
    all().find(|it| it.is_test() && it.name == name)
}

pub(crate) fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.into_iter().flatten()
}

/// One line of a table for each function: how it is written, its name, what it is used on; then example and result, and
/// what it is for.
macro_rules! functions {
    ($name:ident of $group:ident: $($kind:ident $word:literal on $takes:ident: $example:literal => $result:literal
        $english:literal $korean:literal)*) => {
        pub(super) const $name: &[super::Function] = &[$(super::Function {
            name: $word,
            group: super::Group::$group,
            kind: super::Kind::$kind,
            example: $example,
            result: $result,
            about: [$english, $korean],
            takes: super::Takes::$takes,
        }),*];
    };
}
use functions;
