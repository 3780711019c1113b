//! Images: added and removed by callers, and shown to everybody.

use axum::http::Method;

use crate::support::World;

const ASSETS: &str = "/ajo/content/assets";
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xc8\0\0\xff\xff\xff\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[tokio::test]
async fn an_image_is_added_shown_to_everybody_and_removed() {
    let world = World::new().await;
    let add =
        async || world.client(Method::POST, &format!("{ASSETS}?name=logo.gif&alt=Our%20logo")).body(GIF).send().await;
    let made = add().await;
    assert_eq!(made.status, 201, "{made:?}");
    let location = made.header("location").to_owned();
    assert_eq!(location, format!("{ASSETS}/{}", made.header("x-resource-id")));
    assert_eq!((made.json["name"].as_str(), made.json["width"].as_u64()), (Some("logo.gif"), Some(1)));
    assert_eq!(add().await.json["id"], made.json["id"], "the same bytes are there once");
    assert_eq!(world.get(&location).await.json, made.json);
    assert_eq!(world.get(&format!("{ASSETS}?name=LOGO")).await.json["assets"][0], made.json);

    let url = made.json["url"].as_str().unwrap();
    let path = &url[url.find("/assets/").unwrap()..];
    let shown = world.anonymous(Method::GET, path).send().await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/gif"));
    assert_eq!(shown.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert_eq!(shown.header("content-security-policy"), "default-src 'none'; sandbox");
    let tag = shown.header("etag").to_owned();
    let again = world.anonymous(Method::GET, path).header("if-none-match", &tag).send().await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));

    assert_eq!(world.client(Method::DELETE, &location).send().await.status, 204);
    assert_eq!(world.get(&location).await.status, 404);
}

#[tokio::test]
async fn nothing_but_an_image_is_shown() {
    let world = World::new().await;
    let hash = "0".repeat(64);
    for path in [
        format!("/assets/dev/{hash}.png"),
        format!("/assets/dev/{hash}.svg"),
        "/assets/dev/..%2f..%2fsecret.key".to_owned(),
        format!("/assets/..%2f..%2fetc/{hash}.png"),
        "/assets/dev/hermod.sqlite".to_owned(),
    ] {
        let answer = world.anonymous(Method::GET, &path).send().await;
        assert_eq!((answer.status, answer.text.as_str()), (404, "not found"), "{path}");
    }
}

#[tokio::test]
async fn what_is_no_image_is_refused_with_its_reason() {
    let world = World::new().await;
    let add = async |body: Vec<u8>| world.client(Method::POST, ASSETS).body(body).send().await;
    assert_eq!(add(b"<svg/>".to_vec()).await.fault(), ("file", "not_an_image"));
    assert_eq!(add(GIF[..20].to_vec()).await.fault(), ("file", "incomplete_image"));
    assert_eq!(add(vec![0; 6 * 1024 * 1024]).await.refusal(), (413, "body_too_large"));
    let unknown = world.client(Method::DELETE, &format!("{ASSETS}/ast_none")).send().await;
    assert_eq!(unknown.refusal(), (404, "asset_not_found"));
}
