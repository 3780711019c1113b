//! Order, filters and pages of the content API's lists.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Failure;
use engine::library::{Field, Filter, LibraryQuery, OrderBy, Sign};
use engine::paging::{Order, Start};
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::query::Parameters;

/// Entries of a page without `limit`, and the most.
const PAGE: usize = 20;
pub const LIMIT_MAX: usize = 1000;

/// The longer ones first.
const SIGNS: [(&str, Sign); 9] = [
    ("==", Sign::Equal),
    ("!=", Sign::NotEqual),
    ("<=", Sign::LessOrEqual),
    (">=", Sign::GreaterOrEqual),
    ("~=", Sign::Matches),
    ("=", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("~", Sign::Matches),
];

/// What is said of a page.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LibraryPage {
    order_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    /// `start` of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Of this page.
    count: usize,
}

/// Addresses below `/ajo/content`.
#[derive(Serialize, JsonSchema)]
pub struct LibraryLinks {
    #[serde(rename = "self")]
    this: Href,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Href>,
    page: Href,
}

/// An address.
#[derive(Serialize, JsonSchema)]
pub struct Href {
    pub href: String,
}

/// A page of a list, as it was asked for.
pub struct Listing {
    pub query: LibraryQuery,
    order_by: String,
    start: Option<String>,
    filters: Vec<String>,
}

impl Listing {
    pub fn read(parameters: Parameters) -> Result<Self, Failure> {
        let given = parameters.only_repeating(&["orderBy", "limit", "start"], &["property"])?;
        let (order_by, order) = order(given.find("orderBy").unwrap_or("-modifiedAt"))?;
        let start = given.find("start").filter(|text| !text.is_empty());
        let limit = given.find("limit").map_or(Ok(PAGE), |text| {
            let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
            limit.ok_or_else(|| {
                Failure::invalid("limit", "out_of_range", format!("Give a number from 1 to {LIMIT_MAX}."))
            })
        })?;
        let filters: Vec<String> =
            given.all("property").filter(|text| !text.is_empty()).map(ToOwned::to_owned).collect();
        let query = LibraryQuery {
            filters: filters.iter().map(|text| filter(text)).collect::<Result<_, _>>()?,
            order,
            start: start.map(|text| place(text, order.by)).transpose()?,
            limit,
        };
        Ok(Self { query, order_by, start: start.map(ToOwned::to_owned), filters })
    }

    /// What is said of the page at this path, and where the next one is.
    pub fn told(self, path: &str, next: Option<String>, count: usize) -> (LibraryPage, LibraryLinks) {
        let next = next.map(|next| STANDARD.encode(next));
        let link = |start: Option<&str>| {
            let limit = self.query.limit.to_string();
            let mut all = vec![("orderBy", self.order_by.as_str()), ("limit", &limit)];
            all.extend(self.filters.iter().map(|filter| ("property", filter.as_str())));
            all.extend(start.map(|start| ("start", start)));
            Href { href: format!("{path}?{}", serde_urlencoded::to_string(all).unwrap_or_default()) }
        };
        let links = LibraryLinks {
            this: link(self.start.as_deref()),
            next: next.as_deref().map(|next| link(Some(next))),
            page: Href { href: format!("{path}?orderBy={{orderBy}}&start={{start}}&limit={{limit}}") },
        };
        (LibraryPage { order_by: self.order_by, start: self.start, next, count }, links)
    }
}

/// `-` puts the greatest first, as nothing does; `+` the least. A `+` that was not encoded is read as a space.
fn order(text: &str) -> Result<(String, Order<OrderBy>), Failure> {
    let name = text.trim_start_matches(['-', '+', ' ']);
    let by = match name {
        "modifiedAt" => OrderBy::ModifiedAt,
        "createdAt" => OrderBy::CreatedAt,
        "name" => OrderBy::Name,
        _ => {
            let text = "Give modifiedAt, createdAt or name, with - or + before it.";
            return Err(Failure::invalid("orderBy", "unknown_word", text));
        }
    };
    let is_descending = !text.starts_with(['+', ' ']);
    let sign = if is_descending { '-' } else { '+' };
    Ok((format!("{sign}{name}"), Order { by, is_descending }))
}

fn place(text: &str, by: OrderBy) -> Result<Start, Failure> {
    let bad = || Failure::invalid("start", "bad_query", "Send `next` of the page before.");
    // As in an address that was not encoded.
    let bytes = STANDARD.decode(text.replace(' ', "+")).map_err(|_| bad())?;
    let start = Start::parse(&String::from_utf8(bytes).map_err(|_| bad())?);
    if by != OrderBy::Name && start.value.parse::<i64>().is_err() {
        return Err(bad());
    }
    Ok(start)
}

/// `name~^test`, `createdAt>=2026-12-01T09:00:00Z`.
fn filter(text: &str) -> Result<Filter, Failure> {
    let bad = || {
        let text = "Filter by id, name, description, status, templateType, type, channels, origin, parentFolderId, createdAt, \
            createdBy, modifiedAt or modifiedBy: name~^test, id==tpl_….";
        Failure::invalid("property", "bad_query", text)
    };
    let end = text.find(['=', '!', '<', '>', '~']).ok_or_else(bad)?;
    let (name, rest) = text.split_at(end);
    let (sign, of_it) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)).ok_or_else(bad)?;
    let field = match name.trim() {
        "id" => Field::Id,
        "name" => Field::Name,
        "description" => Field::Description,
        "status" => Field::Status,
        "templateType" | "fragmentType" | "type" => Field::Kind,
        "channels" => Field::Channel,
        "origin" | "source.origin" => Field::Origin,
        "parentFolderId" => Field::Folder,
        "createdAt" => Field::CreatedAt,
        "createdBy" => Field::CreatedBy,
        "modifiedAt" => Field::ModifiedAt,
        "modifiedBy" => Field::ModifiedBy,
        _ => return Err(bad()),
    };
    Filter::new(field, *of_it, rest[sign.len()..].trim()).map_err(|fault| fault.under("property").into())
}
