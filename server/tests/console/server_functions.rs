//! Server functions are a public API: each asks who calls, and whether they may.

use std::collections::BTreeMap;

use axum::http::Method;
use domain::access::Role;
use leptos::server_fn::axum::server_fn_paths;

use crate::support::{World, name_of};

/// Everybody may call these.
const OPEN: [&str; 3] = ["create_first_administrator", "sign_in", "sign_out"];

/// A viewer may call these; they change nothing but the viewer's own account.
const FOR_VIEWERS: [&str; 29] = [
    "change_own_password",
    "find_campaign",
    "find_campaign_results",
    "find_captured",
    "find_execution",
    "find_experiment",
    "find_frame",
    "find_message",
    "find_profile",
    "list_assets",
    "list_audiences",
    "list_campaign_choices",
    "list_campaigns",
    "list_executions",
    "list_fragments",
    "list_inbound_messages",
    "list_messages",
    "list_profile_attributes",
    "list_profile_imports",
    "list_profiles",
    "list_proofs",
    "list_reply_configurations",
    "list_schedules",
    "list_templates",
    "list_topics",
    "open_audience",
    "open_campaign",
    "open_fragment",
    "open_variant",
];

/// Something for every argument that a server function takes. Others are ignored.
const ARGUMENTS: [(&str, &str); 65] = [
    ("active", "true"),
    ("address", "ann@example.com"),
    ("allowed", "{}"),
    ("alt", ""),
    ("asset", "ast_00000000000000000000000000"),
    ("audience", "aud_00000000000000000000000000"),
    ("campaign", "cmp_00000000000000000000000000"),
    ("category", "marketing"),
    ("channel", "email"),
    ("choice", "in"),
    ("client", "cli_00000000000000000000000000"),
    ("contents", "{}"),
    ("configuration", "chc_00000000000000000000000000"),
    ("cursor", ""),
    ("design", "{}"),
    ("device", "{}"),
    ("domain", "example.com"),
    ("draft[name]", "Shop"),
    ("email", "ann@example.com"),
    ("person", "ann@example.com"),
    ("empty", "opt_out"),
    ("entry", "example.com"),
    ("execution", "UMA-00000000000000000000000000"),
    ("file", "imp_00000000000000000000000000"),
    ("filter[recipient]", ""),
    ("fragment", "frg_00000000000000000000000000"),
    ("form[name]", "Weekly"),
    ("language", "en"),
    ("message", "msg_00000000000000000000000000"),
    ("mode", "live"),
    ("name", "Ann"),
    ("namespace", "email"),
    ("new_password", "correct horse battery"),
    ("next", "/"),
    ("password", "correct horse battery"),
    ("kind", "text"),
    ("path", "person.age"),
    ("platform", "fcm"),
    ("proof[addresses]", "ann@example.com"),
    ("profile", "pro_00000000000000000000000000"),
    ("present", "correct horse battery"),
    ("reason", "told on the phone"),
    ("removed", "{}"),
    ("revision", "1"),
    ("role", "viewer"),
    ("rule", "rul_00000000000000000000000000"),
    ("sandbox", "dev"),
    ("source", "{{context.a}}"),
    ("schedule", "sch_00000000000000000000000000"),
    ("search", ""),
    ("selector", "hermod1"),
    ("set", "rls_00000000000000000000000000"),
    ("status", "active"),
    ("suppression", "{}"),
    ("template", "tpl_00000000000000000000000000"),
    ("to", "ann@example.com"),
    ("token", "abc"),
    ("topic", "top_00000000000000000000000000"),
    ("treatment", "a"),
    ("upload", "none"),
    ("user_id", "ann@example.com"),
    ("user", "usr_00000000000000000000000000"),
    ("variant", "-/-/ko"),
    ("way[step]", "content"),
    ("words[nameEn]", "Books"),
];

/// Every server function that is not open to everybody, by name.
fn guarded() -> BTreeMap<&'static str, (&'static str, Method)> {
    let all: BTreeMap<_, _> = server_fn_paths().map(|(path, method)| (name_of(path), (path, method))).collect();
    assert_eq!(all.len(), server_fn_paths().count(), "two server functions have one name: {:?}", all.keys());
    for open in OPEN {
        assert!(all.contains_key(open), "{open} is not there, so these tests see none");
    }
    all.into_iter().filter(|(name, _)| !OPEN.contains(name)).collect()
}

#[tokio::test]
async fn no_server_function_answers_a_stranger() {
    let world = World::new().await;
    for (name, (path, method)) in guarded() {
        let answer = world.stranger().call(method, path, &ARGUMENTS).await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text);
        assert!(answer.text.contains("signed_out"), "{name}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_viewer_is_refused_everything_but_looking() {
    let world = World::new().await;
    let viewer = world.browser(Role::Viewer).await;
    for (name, (path, method)) in guarded() {
        let answer = viewer.call(method, path, &ARGUMENTS).await;
        let refused = answer.status == 403 && answer.text.contains("not_permitted");
        assert_eq!(refused, !FOR_VIEWERS.contains(&name), "{name}: {} {}", answer.status, answer.text);
    }
}
