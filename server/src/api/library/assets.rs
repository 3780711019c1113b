//! Images that mails show: `/content/assets`. The contract has none; these calls are ours.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::asset::Asset;
use domain::id::AssetId;
use domain::{Failure, Page};
use engine::Engine;
use engine::assets::NewAsset;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::Problem;
use crate::api::body::bytes;
use crate::api::query::{Id, Parameters};
use crate::auth::Caller;

/// Rows of a page without `limit`.
const PAGE: usize = 50;

/// A page of images.
#[derive(Serialize, JsonSchema)]
pub struct Assets {
    assets: Vec<Asset>,
    next: Option<String>,
}

/// `POST /content/assets`: the body is the image. 201, also when the same bytes are there already.
pub async fn add(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
    request: Request,
) -> Result<Response, Problem> {
    let given = parameters.only(&["name", "alt"])?;
    let bytes = bytes(request, &()).await?.to_vec();
    let new = NewAsset { name: given.get("name").to_owned(), alt: given.get("alt").to_owned(), bytes };
    let asset = engine.add_asset(caller.sandbox(), new, caller.name()).await?;
    let location = format!("/ajo/content/assets/{}", asset.id);
    let headers = [(HeaderName::from_static("x-resource-id"), asset.id.to_string()), (header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, Json(asset)).into_response())
}

/// `GET /content/assets`: the newest first.
pub async fn list(
    State(engine): State<Engine>,
    Caller(caller): Caller,
    parameters: Parameters,
) -> Result<Json<Assets>, Problem> {
    let given = parameters.only(&["name", "limit", "cursor"])?;
    let (name, cursor, limit) = (given.get("name"), given.find("cursor"), given.limit(PAGE)?);
    let Page { rows: assets, next } = engine.list_assets(caller.sandbox(), name, cursor, limit).await?;
    Ok(Json(Assets { assets, next }))
}

/// `GET /content/assets/{assetId}`.
pub async fn find(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<Json<Asset>, Problem> {
    Ok(Json(engine.find_asset(caller.sandbox(), &id_of(&id)?).await?))
}

/// `DELETE /content/assets/{assetId}`: 204; 409 while something shows it.
pub async fn remove(State(engine): State<Engine>, Caller(caller): Caller, Id(id): Id) -> Result<StatusCode, Problem> {
    engine.remove_asset(caller.sandbox(), &id_of(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn id_of(text: &str) -> Result<AssetId, Failure> {
    text.parse().map_err(|_| Failure::not_found("asset"))
}
