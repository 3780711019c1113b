//! The calls of images.

use domain::asset::Asset;
use domain::id::AssetId;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::calls::{Answer, Body, CURSOR, Call, Door, LIMIT, Parameter, path, query, text};
use crate::api::library::assets::Assets;

const ASSET_ID: Parameter = path("assetId", "The image.", SchemaGenerator::subschema_for::<AssetId>);
const NAME: Parameter = query("name", "What it is called; a path is cut.", text);
const PART: Parameter = query("name", "A part of the name.", text);
const ALT: Parameter = query("alt", "Says what it shows, to whoever does not see it.", text);

fn image(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "binary" })
}

const fn answer(status: u16, about: &'static str) -> Answer {
    Answer { status, about, schema: Some(SchemaGenerator::subschema_for::<Asset>) }
}

const fn call(
    method: &'static str,
    path: &'static str,
    operation: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    answers: &'static [Answer],
) -> Call {
    let (door, about) = (Door::Client, "");
    let refusals = &[400, 404];
    Call { method, path, operation, tag: "content", summary, about, door, parameters, body: None, answers, refusals }
}

/// In the order of the page.
pub const CALLS: &[Call] = &[
    Call {
        about: "PNG, JPEG, GIF or WebP, by its bytes. The same bytes are stored once.",
        body: Some(Body { media_type: "application/octet-stream", schema: image }),
        refusals: &[400, 404, 413],
        ..call(
            "post",
            "/ajo/content/assets",
            "addAsset",
            "Add an image",
            &[NAME, ALT],
            &[answer(
                201,
                "The image, and in `url` where everybody finds it. The one that was there, if it has the same bytes.",
            )],
        )
    },
    call(
        "get",
        "/ajo/content/assets",
        "listAssets",
        "Images, the newest first",
        &[PART, LIMIT, CURSOR],
        &[Answer { status: 200, about: "A page of them.", schema: Some(SchemaGenerator::subschema_for::<Assets>) }],
    ),
    call("get", "/ajo/content/assets/{assetId}", "findAsset", "One image", &[ASSET_ID], &[answer(200, "The image.")]),
    Call {
        about: "Refused while a campaign, a template or a fragment shows it. Its bytes are kept for 30 days.",
        refusals: &[404, 409],
        ..call(
            "delete",
            "/ajo/content/assets/{assetId}",
            "removeAsset",
            "Remove an image",
            &[ASSET_ID],
            &[Answer { status: 204, about: "It is not in the list any more.", schema: None }],
        )
    },
];
