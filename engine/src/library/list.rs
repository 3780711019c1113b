//! Order, filters and pages of the lists of templates and of fragments.

use domain::library::Line;
use domain::{Failure, Fault, Page, Timestamp};
use regex::{Regex, RegexBuilder};

use crate::Result;
use crate::paging::{Order, Start, Value, page_of};

/// Largest regular expression, compiled. What callers send takes no more, and the time of a search is linear in the text.
const REGEX_MAX_BYTES: usize = 64 * 1024;
/// Filters of one call.
const FILTERS_MAX: usize = 20;

/// By what a list is put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    Name,
    CreatedAt,
    ModifiedAt,
}

/// By what a list is filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Id,
    Name,
    Description,
    Status,
    Kind,
    Channel,
    Origin,
    Folder,
    CreatedBy,
    ModifiedBy,
    CreatedAt,
    ModifiedAt,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// A regular expression finds something in it.
    Matches,
}

/// What is asked of a value.
#[derive(Debug, Clone)]
pub enum Test {
    Text(Sign, String),
    Time(Sign, Timestamp),
    Matches(Regex),
}

/// Entries that do not pass are left out.
#[derive(Debug, Clone)]
pub struct Filter {
    field: Field,
    test: Test,
}

impl Filter {
    /// Invalid `bad_query` when this field is not compared so, or not with this.
    pub fn new(field: Field, sign: Sign, value: &str) -> Result<Self, Fault> {
        let bad = |text: &str| Fault::new("", "bad_query", text);
        let is_time = matches!(field, Field::CreatedAt | Field::ModifiedAt);
        let test = match (is_time, sign) {
            (_, Sign::Matches) if is_time => return Err(bad("A time is compared with <, <=, >, >=, == or !=.")),
            (_, Sign::Matches) => {
                let regex =
                    RegexBuilder::new(value).size_limit(REGEX_MAX_BYTES).dfa_size_limit(REGEX_MAX_BYTES).build();
                Test::Matches(regex.map_err(|_| bad("This is no regular expression, or a too large one."))?)
            }
            (true, _) => {
                let millis = value.parse().map(Timestamp::from_millis).ok();
                let time = millis.or_else(|| value.parse().ok());
                Test::Time(sign, time.ok_or_else(|| bad("Give a time such as 2026-12-01T09:00:00Z."))?)
            }
            (false, Sign::Equal | Sign::NotEqual) => Test::Text(sign, value.to_owned()),
            (false, _) => return Err(bad("A text is compared with ==, != or ~.")),
        };
        Ok(Self { field, test })
    }

    fn lets_pass(&self, line: &Line) -> bool {
        let time = match self.field {
            Field::ModifiedAt => line.audit.modified_at,
            _ => line.audit.created_at,
        };
        match &self.test {
            Test::Time(sign, at) => match sign {
                Sign::Equal | Sign::Matches => time == *at,
                Sign::NotEqual => time != *at,
                Sign::Less => time < *at,
                Sign::LessOrEqual => time <= *at,
                Sign::Greater => time > *at,
                Sign::GreaterOrEqual => time >= *at,
            },
            Test::Text(sign, wanted) => (self.text(line) == wanted) == (*sign == Sign::Equal),
            Test::Matches(regex) => regex.is_match(self.text(line)),
        }
    }

    fn text<'a>(&self, line: &'a Line) -> &'a str {
        match self.field {
            Field::Id => &line.id,
            Field::Name => &line.about.name,
            Field::Description => &line.about.description,
            Field::Status => &line.status,
            Field::Kind => &line.kind,
            Field::Channel => &line.channel,
            Field::Origin => line.about.source.as_ref().and_then(|it| it["origin"].as_str()).unwrap_or_default(),
            Field::Folder => line.about.parent_folder_id.as_deref().unwrap_or_default(),
            Field::CreatedBy => &line.audit.created_by,
            Field::ModifiedBy => &line.audit.modified_by,
            Field::CreatedAt | Field::ModifiedAt => "",
        }
    }
}

/// Which page of which entries.
#[derive(Debug, Clone)]
pub struct LibraryQuery {
    /// All of them hold.
    pub filters: Vec<Filter>,
    pub order: Order<OrderBy>,
    pub start: Option<Start>,
    pub limit: usize,
}

impl LibraryQuery {
    /// The newest change first.
    pub fn newest(limit: usize) -> Self {
        let order = Order { by: OrderBy::ModifiedAt, is_descending: true };
        Self { filters: Vec::new(), order, start: None, limit }
    }

    pub(super) fn page(&self, mut lines: Vec<Line>) -> Result<Page<Line>> {
        if self.filters.len() > FILTERS_MAX {
            let text = format!("Give {FILTERS_MAX} filters at most.");
            return Err(Failure::invalid("property", "bad_query", text).into());
        }
        lines.retain(|line| self.filters.iter().all(|filter| filter.lets_pass(line)));
        Ok(page_of(lines, self.order.is_descending, self.start.as_ref(), self.limit, |line| {
            let value = match self.order.by {
                OrderBy::Name => Value::Text(line.about.name.clone()),
                OrderBy::CreatedAt => Value::Number(line.audit.created_at.as_millis()),
                OrderBy::ModifiedAt => Value::Number(line.audit.modified_at.as_millis()),
            };
            (value, line.id.clone())
        }))
    }
}
