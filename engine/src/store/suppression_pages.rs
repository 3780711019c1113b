//! The suppression list in pages, in each of its orders: one statement each, so that the common ones go by an index.

use domain::address::comparable;
use domain::suppression::Suppression;
use domain::{SandboxName, Timestamp};
use sqlx::query_as;

use super::messages::search_key;
use super::suppressions::{Row, columns, listed};
use super::{Store, read};
use crate::Result;
use crate::paging::{Order, Start};

/// A page after a row that is known by the value of the order and its key. `$7` is the first page.
macro_rules! page {
    ($by:literal, $after:literal, $direction:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM suppressions WHERE ",
            listed!(),
            " AND is_domain = $2 AND created_at >= $3 AND created_at < $4 AND ($7 OR (",
            $by,
            ", address_key) ",
            $after,
            " ($5, $6)) ORDER BY ",
            $by,
            " ",
            $direction,
            ", address_key ",
            $direction,
            " LIMIT $8"
        )
    };
}

super::statements! {
    BY_CREATION = page!("created_at", ">", "ASC");
    BY_CREATION_DOWN = page!("created_at", "<", "DESC");
    BY_CHANGE = page!("updated_at", ">", "ASC");
    BY_CHANGE_DOWN = page!("updated_at", "<", "DESC");
    BY_USER = page!("entered_by", ">", "ASC");
    BY_USER_DOWN = page!("entered_by", "<", "DESC");
    BY_COMMENT = page!("detail", ">", "ASC");
    BY_COMMENT_DOWN = page!("detail", "<", "DESC");
    BY_VALUE = page!("address_key", ">", "ASC");
    BY_VALUE_DOWN = page!("address_key", "<", "DESC");
}

/// What a list is put in order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Creation,
    Change,
    User,
    Comment,
    Value,
}

/// Which rows.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) domains: bool,
    /// Created at this time or later.
    pub(crate) from: Timestamp,
    /// Created before this time.
    pub(crate) to: Timestamp,
}

/// The value by which a row is put in order, as text.
pub(crate) fn value_of(entry: &Suppression, by: By) -> String {
    match by {
        By::Creation => entry.created_at.as_millis().to_string(),
        By::Change => entry.updated_at.as_millis().to_string(),
        By::User => entry.entered_by.clone(),
        By::Comment => entry.detail.clone(),
        By::Value => comparable(&entry.address),
    }
}

pub(crate) async fn list(
    store: &Store,
    sandbox: &SandboxName,
    wanted: &Wanted,
    order: Order<By>,
    start: Option<&Start>,
    limit: i64,
) -> Result<Vec<Suppression>> {
    let sql = match (order.by, order.is_descending) {
        (By::Creation, false) => BY_CREATION,
        (By::Creation, true) => BY_CREATION_DOWN,
        (By::Change, false) => BY_CHANGE,
        (By::Change, true) => BY_CHANGE_DOWN,
        (By::User, false) => BY_USER,
        (By::User, true) => BY_USER_DOWN,
        (By::Comment, false) => BY_COMMENT,
        (By::Comment, true) => BY_COMMENT_DOWN,
        (By::Value, false) => BY_VALUE,
        (By::Value, true) => BY_VALUE_DOWN,
    };
    let (value, key) = start.map(|start| (start.value.as_str(), start.key.as_str())).unwrap_or_default();
    let key = if order.by == By::Value { value } else { key };
    let (mut from, mut to) = (wanted.from.as_millis(), wanted.to.as_millis());
    // The index then begins there, however deep the page.
    if let (By::Creation, Some(at)) = (order.by, start.and_then(|start| start.value.parse::<i64>().ok())) {
        if order.is_descending {
            to = to.min(at.saturating_add(1));
        } else {
            from = from.max(at);
        }
    }
    let rows: Vec<Row> = read!(store, db => {
        let page = query_as(sql).bind(sandbox.as_str()).bind(wanted.domains).bind(from).bind(to);
        let page = match order.by {
            By::Creation | By::Change => page.bind(value.parse::<i64>().unwrap_or_default()),
            By::User | By::Comment => page.bind(value),
            By::Value => page.bind(search_key(value)),
        };
        page.bind(search_key(key)).bind(start.is_none()).bind(limit).fetch_all(db).await
    })?;
    rows.into_iter().map(TryInto::try_into).collect()
}
