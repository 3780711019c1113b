//! Templates and fragments: one table, a shelf for each.

use domain::id::FragmentId;
use domain::library::{About, Audit, FragmentStatus, Line, Publication, name_key};
use domain::{Failure, SandboxName, Timestamp};
use sqlx::{query, query_as, query_scalar};

use super::{Store, Tx, read, within};
use crate::Result;
use crate::error::OnUnique as _;

/// Everything but what an entry says.
macro_rules! line {
    () => {
        "id, about, kind, channel, status, revision, created_at, created_by, modified_at, modified_by"
    };
}

super::statements! {
    LIST = concat!("SELECT ", line!(), " FROM library WHERE sandbox = $1 AND shelf = $2");
    FIND = concat!("SELECT ", line!(), ", body, published, publication FROM library
                    WHERE sandbox = $1 AND shelf = $2 AND id = $3");
    COUNT = "SELECT COUNT(*) FROM library WHERE sandbox = $1 AND shelf = $2";
    INSERT = "INSERT INTO library (id, sandbox, shelf, name, name_key, kind, channel, status, about, body, revision,
              created_at, created_by, modified_at, modified_by)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $11, $12)";
    CHANGE = "UPDATE library SET name = $3, name_key = $4, kind = $5, channel = $6, status = $7, about = $8, body = $9,
              revision = revision + 1, modified_at = $10, modified_by = $11 WHERE id = $1 AND revision = $2";
    DELETE = "DELETE FROM library WHERE sandbox = $1 AND shelf = $2 AND id = $3";
    PUBLISH = "UPDATE library SET published = $3, status = $4, publication = $5 WHERE id = $1 AND revision = $2";
    REFUSE = "UPDATE library SET publication = $2 WHERE id = $1";
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Templates,
    Fragments,
}

impl Shelf {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Templates => "templates",
            Self::Fragments => "fragments",
        }
    }
}

/// An entry with what it says.
pub(crate) struct Entry {
    pub(crate) line: Line,
    /// JSON.
    pub(crate) body: String,
    pub(crate) published: Option<i64>,
    pub(crate) publication: Option<Publication>,
}

/// An entry as it is to be written.
pub(crate) struct NewEntry<'a> {
    pub(crate) id: &'a str,
    pub(crate) about: &'a About,
    pub(crate) kind: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) status: &'a str,
    /// JSON.
    pub(crate) body: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) by: &'a str,
}

#[derive(sqlx::FromRow)]
struct Head {
    id: String,
    about: String,
    kind: String,
    channel: String,
    status: String,
    revision: i64,
    created_at: i64,
    created_by: String,
    modified_at: i64,
    modified_by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    head: Head,
    body: String,
    published: Option<i64>,
    publication: Option<String>,
}

impl TryFrom<Head> for Line {
    type Error = crate::Error;

    fn try_from(row: Head) -> Result<Self> {
        Ok(Self {
            id: row.id,
            about: serde_json::from_str(&row.about)?,
            kind: row.kind,
            channel: row.channel,
            status: row.status,
            audit: Audit {
                revision: row.revision,
                created_at: Timestamp::from_millis(row.created_at),
                created_by: row.created_by,
                modified_at: Timestamp::from_millis(row.modified_at),
                modified_by: row.modified_by,
            },
        })
    }
}

impl TryFrom<Row> for Entry {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let publication = row.publication.map(|it| serde_json::from_str(&it)).transpose()?;
        Ok(Self { line: row.head.try_into()?, body: row.body, published: row.published, publication })
    }
}

/// All of a shelf, in no order.
pub(crate) async fn list(store: &Store, sandbox: &SandboxName, shelf: Shelf) -> Result<Vec<Line>> {
    let rows: Vec<Head> =
        read!(store, db => query_as(LIST).bind(sandbox.as_str()).bind(shelf.as_str()).fetch_all(db).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn find(store: &Store, sandbox: &SandboxName, shelf: Shelf, id: &str) -> Result<Option<Entry>> {
    let row: Option<Row> = read!(store, db => query_as(FIND)
        .bind(sandbox.as_str()).bind(shelf.as_str()).bind(id).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn find_in(tx: &mut Tx, sandbox: &SandboxName, shelf: Shelf, id: &str) -> Result<Option<Entry>> {
    let row: Option<Row> = within!(tx, db => query_as(FIND)
        .bind(sandbox.as_str()).bind(shelf.as_str()).bind(id).fetch_optional(db).await)?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn count(tx: &mut Tx, sandbox: &SandboxName, shelf: Shelf) -> Result<usize> {
    let count: i64 = within!(tx, db => query_scalar(COUNT)
        .bind(sandbox.as_str()).bind(shelf.as_str()).fetch_one(db).await)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Invalid `name_taken` at `name`: of fragments there is one of a name.
pub(crate) async fn insert(tx: &mut Tx, sandbox: &SandboxName, shelf: Shelf, entry: &NewEntry<'_>) -> Result<()> {
    within!(tx, db => query(INSERT)
        .bind(entry.id)
        .bind(sandbox.as_str())
        .bind(shelf.as_str())
        .bind(&entry.about.name)
        .bind(name_key(&entry.about.name))
        .bind(entry.kind)
        .bind(entry.channel)
        .bind(entry.status)
        .bind(serde_json::to_string(entry.about)?)
        .bind(entry.body)
        .bind(entry.at.as_millis())
        .bind(entry.by)
        .execute(db)
        .await
        .map(drop))
    .on_unique(name_taken)
}

/// Was it still at this revision? Invalid `name_taken` at `name`.
pub(crate) async fn change(tx: &mut Tx, revision: i64, entry: &NewEntry<'_>) -> Result<bool> {
    within!(tx, db => query(CHANGE)
        .bind(entry.id)
        .bind(revision)
        .bind(&entry.about.name)
        .bind(name_key(&entry.about.name))
        .bind(entry.kind)
        .bind(entry.channel)
        .bind(entry.status)
        .bind(serde_json::to_string(entry.about)?)
        .bind(entry.body)
        .bind(entry.at.as_millis())
        .bind(entry.by)
        .execute(db)
        .await
        .map(|done| done.rows_affected() > 0))
    .on_unique(name_taken)
}

fn name_taken() -> Failure {
    Failure::invalid("name", "name_taken", "Another fragment has this name. Choose another one.")
}

/// Was there one?
pub(crate) async fn delete(tx: &mut Tx, sandbox: &SandboxName, shelf: Shelf, id: &str) -> Result<bool> {
    Ok(within!(tx, db => query(DELETE)
        .bind(sandbox.as_str()).bind(shelf.as_str()).bind(id).execute(db).await
        .map(|done| done.rows_affected() > 0))?)
}

/// Contents get this publication from now on. Was the fragment still at the revision that was looked at?
pub(crate) async fn publish(
    tx: &mut Tx,
    id: &FragmentId,
    revision: i64,
    number: i64,
    publication: &Publication,
) -> Result<bool> {
    let publication = serde_json::to_string(publication)?;
    Ok(within!(tx, db => query(PUBLISH)
        .bind(id.as_str())
        .bind(revision)
        .bind(number)
        .bind(FragmentStatus::Published.as_str())
        .bind(publication)
        .execute(db)
        .await
        .map(|done| done.rows_affected() > 0))?)
}

/// Notes why there was no publication.
pub(crate) async fn refuse(tx: &mut Tx, id: &FragmentId, publication: &Publication) -> Result<()> {
    let publication = serde_json::to_string(publication)?;
    within!(tx, db => query(REFUSE).bind(id.as_str()).bind(publication).execute(db).await.map(drop))?;
    Ok(())
}
