//! Order, filters and pages of the suppression API's lists.

use std::ops::Range;

use domain::{Failure, Timestamp};
use engine::paging::{Order, Start};
use engine::suppressions::{By, ListQuery, UploadBy};
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::query::Parameters;

/// Entries of a page without `limit`.
const PAGE: usize = 20;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ListType {
    /// Mails do not go there.
    Client,
    /// While the allow list is active, mails go there and nowhere else.
    Allowed,
}

impl ListType {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Allowed => "allowed",
        }
    }

    /// The parameter `type`, in any case.
    pub fn of(given: &Parameters) -> Result<Self, Failure> {
        match given.find("type").map(str::to_ascii_lowercase).as_deref() {
            None | Some("client") => Ok(Self::Client),
            Some("allowed") => Ok(Self::Allowed),
            _ => Err(Failure::invalid("type", "unknown_word", "Give client or allowed.")),
        }
    }
}

/// What is said of a page.
#[derive(Serialize, JsonSchema)]
pub struct PageOf {
    pub orderby: String,
    /// `start` of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Of this page.
    pub count: usize,
}

/// Addresses below `/ajo`.
#[derive(Serialize, JsonSchema)]
pub struct Links {
    #[serde(rename = "self")]
    this: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Link>,
}

#[derive(Serialize, JsonSchema)]
struct Link {
    href: String,
}

impl Links {
    /// Of a page that was asked for so.
    pub fn of(path: &str, asked: &[(String, String)], next: Option<&str>) -> Self {
        let link = |start: Option<&str>| {
            let asked = asked.iter().filter(|(name, _)| start.is_none() || name != "start");
            let mut all: Vec<(&str, &str)> = asked.map(|(name, value)| (name.as_str(), value.as_str())).collect();
            all.extend(start.map(|start| ("start", start)));
            Link { href: format!("{path}?{}", serde_urlencoded::to_string(all).unwrap_or_default()) }
        };
        Self { this: link(None), next: next.map(|next| link(Some(next))) }
    }
}

/// A page of a list, as it was asked for.
pub struct Listing {
    pub list: ListType,
    pub query: ListQuery,
    /// As it was given.
    pub orderby: String,
    /// Every parameter, for the links.
    pub asked: Vec<(String, String)>,
}

impl Listing {
    pub fn read(parameters: Parameters, domains: bool) -> Result<Self, Failure> {
        let given = parameters.only_repeating(&["type", "orderby", "limit", "start"], &["property"])?;
        let list = ListType::of(&given)?;
        let (orderby, order) = order(&given, "-creationdate", |name| {
            Some(match name {
                // All entries of a list are of one type.
                "creationdate" | "suppresseddate" | "entitytype" => By::Creation,
                "lastmodifieddate" => By::Change,
                "suppresseduser" => By::User,
                "suppressedcomment" => By::Comment,
                "entityvalue" => By::Value,
                _ => return None,
            })
        })?;
        let start = start(&given, matches!(order.by, By::Creation | By::Change))?;
        let times = created(&given, &["creationdate"])?;
        let limit = given.limit(PAGE)?;
        let asked = asked(&given, &[("type", list.as_str()), ("limit", &limit.to_string()), ("orderby", &orderby)]);
        let query = ListQuery { domains, from: times.start, to: times.end, order, start, limit };
        Ok(Self { list, query, orderby, asked })
    }
}

/// A page of files, as it was asked for.
pub struct UploadListing {
    pub times: Range<Timestamp>,
    pub order: Order<UploadBy>,
    pub start: Option<Start>,
    pub limit: usize,
    pub orderby: String,
    pub asked: Vec<(String, String)>,
}

impl UploadListing {
    pub fn read(parameters: Parameters) -> Result<Self, Failure> {
        let given = parameters.only_repeating(&["orderby", "limit", "start"], &["property"])?;
        let (orderby, order) = order(&given, "-createtime", |name| {
            Some(match name {
                "jobid" | "id" => UploadBy::Id,
                "user" => UploadBy::User,
                "filename" => UploadBy::FileName,
                // Every file that is here was accepted with the same code.
                "createtime" | "creationdate" | "responsecode" => UploadBy::Creation,
                "endtime" => UploadBy::End,
                "status" => UploadBy::Status,
                "recordcount" => UploadBy::Records,
                "handledcount" => UploadBy::Handled,
                "failedcount" => UploadBy::Failed,
                _ => return None,
            })
        })?;
        let is_number = !matches!(order.by, UploadBy::Id | UploadBy::User | UploadBy::FileName | UploadBy::Status);
        let start = start(&given, is_number)?;
        let times = created(&given, &["creationdate", "createtime"])?;
        let limit = given.limit(PAGE)?;
        let asked = asked(&given, &[("limit", &limit.to_string()), ("orderby", &orderby)]);
        Ok(Self { times, order, start, limit, orderby, asked })
    }
}

/// `-` before the name puts the greatest first.
fn order<By>(given: &Parameters, usual: &str, by: impl Fn(&str) -> Option<By>) -> Result<(String, Order<By>), Failure> {
    let orderby = given.find("orderby").unwrap_or(usual).to_ascii_lowercase();
    let name = orderby.strip_prefix('-').unwrap_or(&orderby);
    let by = by(name);
    let text = "This is nothing that the list can be put in order by; see the document at /docs.";
    let by = by.ok_or_else(|| Failure::invalid("orderby", "unknown_word", text))?;
    let is_descending = orderby.starts_with('-');
    Ok((orderby, Order { by, is_descending }))
}

fn start(given: &Parameters, is_number: bool) -> Result<Option<Start>, Failure> {
    let Some(start) = given.find("start").filter(|text| !text.is_empty()).map(Start::parse) else { return Ok(None) };
    if is_number && start.value.parse::<i64>().is_err() {
        let text = "Send `next` of the page before; the list is in order by a number.";
        return Err(Failure::invalid("start", "bad_query", text));
    }
    if start.value.contains('\0') || start.key.contains('\0') {
        return Err(Failure::invalid("start", "bad_query", "Send `next` of the page before."));
    }
    Ok(Some(start))
}

/// When entries were made, by the filters `property=creationdate<1631739725150`; `createtime` is in seconds. Everything here
/// is of the channel email.
fn created(given: &Parameters, names: &[&str]) -> Result<Range<Timestamp>, Failure> {
    let (mut from, mut to) = (i64::MIN, i64::MAX);
    for filter in given.all("property").filter(|filter| !filter.is_empty()) {
        let bad = || {
            let text =
                format!("Filter by {} and a number, with <, <=, >, >= or =, or by channel=email.", names.join(" or "));
            Failure::invalid("property", "bad_query", text)
        };
        let end = filter.find(['<', '>', '=']).ok_or_else(bad)?;
        let (name, rest) = filter.split_at(end);
        let name = name.trim().to_ascii_lowercase();
        let sign = ["<=", ">=", "==", "<", ">", "="].into_iter().find(|sign| rest.starts_with(sign)).ok_or_else(bad)?;
        let value = rest[sign.len()..].trim();
        if name == "channel" && sign.starts_with('=') {
            if !value.eq_ignore_ascii_case("email") {
                to = i64::MIN;
            }
            continue;
        }
        let unit = if name == "createtime" { 1_000 } else { 1 };
        let number: i64 = value.parse().ok().filter(|_| names.contains(&name.as_str())).ok_or_else(bad)?;
        let (first, after) = (number.saturating_mul(unit), number.saturating_add(1).saturating_mul(unit));
        match sign {
            "<" => to = to.min(first),
            "<=" => to = to.min(after),
            ">" => from = from.max(after),
            ">=" => from = from.max(first),
            _ => (from, to) = (from.max(first), to.min(after)),
        }
    }
    Ok(Timestamp::from_millis(from)..Timestamp::from_millis(to))
}

/// What was asked for, with what was left out.
fn asked(given: &Parameters, filled: &[(&str, &str)]) -> Vec<(String, String)> {
    let filled = filled.iter().copied();
    let filters = given.all("property").map(|filter| ("property", filter));
    let start = given.find("start").map(|start| ("start", start));
    filled.chain(filters).chain(start).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
