//! The suppression API of the contract: addresses and domains that mails do not go to (`type=client`), and those that they
//! may go to alone (`type=allowed`).
//!
//! | file | holds |
//! |---|---|
//! | [`entry`] | an entry, as it comes and as it is answered |
//! | [`listing`] | order, filters and pages of lists |
//! | [`uploads`] | files |

pub mod entry;
pub mod listing;
pub mod uploads;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use domain::listed::{Listed, ListedKind};
use domain::{Failure, Faults, Page};
use engine::Engine;

use self::entry::{ClientOf, Entry, NewListed, new_entries};
use self::listing::{Links, ListType, Listing, PageOf};
use super::Problem;
use super::body::ListBody;
use super::query::{Id, Parameters};
use crate::auth::Caller;

/// Largest body of a call that enters something.
pub const BODY_MAX_BYTES: usize = 2 * 1024 * 1024;
/// The lists of addresses, and those of domains.
pub const ADDRESSES: bool = false;
pub const DOMAINS: bool = true;
/// Where they are, below `/ajo`.
const ADDRESSES_PATH: &str = "/config/suppression/addresses";
const DOMAINS_PATH: &str = "/config/suppression/domains";

/// A page of one of the lists.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Entries {
    #[serde(rename = "_page")]
    page: PageOf,
    items: Vec<Entry>,
    #[serde(rename = "_links")]
    links: Links,
}

/// `GET /config/suppression/addresses`, `…/domains`.
pub async fn list<const OF_DOMAINS: bool>(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Json<Entries>, Problem> {
    let listing = Listing::read(parameters, OF_DOMAINS)?;
    let client = ClientOf::new(&headers, caller.sandbox());
    let with_bounces = !OF_DOMAINS;
    let (sandbox, query) = (caller.sandbox(), &listing.query);
    let Page { rows: items, next } = match listing.list {
        ListType::Client => {
            let page = engine.list_suppression_page(sandbox, query).await?;
            page.map(|it| Entry::suppressed(&it, &client, with_bounces))
        }
        ListType::Allowed => {
            let page = engine.list_allowed_page(sandbox, query).await?;
            page.map(|it| Entry::allowed(&it, &client, with_bounces))
        }
    };
    let path = if OF_DOMAINS { DOMAINS_PATH } else { ADDRESSES_PATH };
    let links = Links::of(path, &listing.asked, next.as_deref());
    let page = PageOf { orderby: listing.orderby, next, count: items.len() };
    Ok(Json(Entries { page, items, links }))
}

/// `POST /config/suppression/addresses`, `…/domains`: all or none. What is there already is answered as it is.
pub async fn add<const OF_DOMAINS: bool>(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    parameters: Parameters,
    ListBody(new): ListBody<NewListed>,
) -> Result<(StatusCode, Json<Vec<Entry>>), Problem> {
    let list = ListType::of(&parameters.only(&["type"])?)?;
    let kind = if OF_DOMAINS { ListedKind::Domain } else { ListedKind::Email };
    let new = new_entries(new, kind, caller.name())?;
    let client = ClientOf::new(&headers, caller.sandbox());
    let entries = match list {
        ListType::Client => {
            let all = engine.add_suppressions(caller.sandbox(), new).await?;
            all.iter().map(|it| Entry::suppressed(it, &client, false)).collect()
        }
        ListType::Allowed => {
            let all = engine.add_allowed(caller.sandbox(), new).await?;
            all.iter().map(|it| Entry::allowed(it, &client, false)).collect()
        }
    };
    Ok((StatusCode::CREATED, Json(entries)))
}

/// `GET /config/suppression/addresses/{email}`, `…/domains/{domain}`.
pub async fn find<const OF_DOMAINS: bool>(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Id(value): Id,
    parameters: Parameters,
) -> Result<Json<Entry>, Problem> {
    let list = ListType::of(&parameters.only(&["type"])?)?;
    let client = ClientOf::new(&headers, caller.sandbox());
    let listed = listed::<OF_DOMAINS>(&value, list)?;
    let entry = match list {
        ListType::Client => {
            let found = engine.find_suppression(caller.sandbox(), &listed).await?;
            Entry::suppressed(&found, &client, !OF_DOMAINS)
        }
        ListType::Allowed => {
            let found = engine.find_allowed(caller.sandbox(), &listed).await?;
            Entry::allowed(&found, &client, !OF_DOMAINS)
        }
    };
    Ok(Json(entry))
}

/// `DELETE /config/suppression/addresses/{email}`, `…/domains/{domain}`.
pub async fn delete<const OF_DOMAINS: bool>(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    Id(value): Id,
    parameters: Parameters,
) -> Result<StatusCode, Problem> {
    let list = ListType::of(&parameters.only(&["type"])?)?;
    let listed = listed::<OF_DOMAINS>(&value, list)?;
    match list {
        ListType::Client => engine.remove_listed(caller.sandbox(), &listed).await?,
        ListType::Allowed => engine.remove_allowed(caller.sandbox(), &listed).await.map(drop)?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What cannot be read is on no list.
fn listed<const OF_DOMAINS: bool>(value: &str, list: ListType) -> Result<Listed, Failure> {
    let kind = if OF_DOMAINS { ListedKind::Domain } else { ListedKind::Email };
    kind.parse(value).map_err(|_| match list {
        ListType::Client => Failure::not_found("suppression"),
        ListType::Allowed => Failure::not_found("allowed address"),
    })
}

/// `DELETE /config/suppression/admin/{imsOrgId}/{sandboxId}`: the organization and the sandbox are those of the headers.
pub async fn wipe(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    headers: HeaderMap,
    Path((organization, sandbox)): Path<(String, String)>,
    parameters: Parameters,
) -> Result<StatusCode, Problem> {
    parameters.only(&[])?;
    if entry::organization(&headers) != organization || caller.sandbox().as_str() != sandbox {
        return Err(Failure::not_found("sandbox").into());
    }
    engine.wipe_suppressions(caller.sandbox()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// All faults of a call at once.
fn all_or_faults<T>(results: Vec<Option<T>>, faults: Faults) -> Result<Vec<T>, Failure> {
    faults.into_result()?;
    Ok(results.into_iter().flatten().collect())
}
