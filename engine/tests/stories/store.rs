//! The database itself: migrations, durability settings, what SQL text can and cannot do.

use crate::support::World;
use domain::Timestamp;
use engine::store::{Store, Tx};
use engine::{Engine, ManualClock, Settings};
use sqlx::{query, query_scalar};
use std::sync::Arc;

on_both!(migrations_are_applied_once_and_keep_what_is_there, |world| async {
    let client = world.create_api_client(&crate::support::dev(), "Shop", "ann@example.com").await.unwrap();
    let store = Store::open(&world.settings.database_url).await.unwrap();
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    store.close().await;
    assert_eq!(world.list_api_clients(&crate::support::dev()).await.unwrap()[0].id, client.client_id);
});

#[tokio::test]
async fn a_database_that_was_full_takes_writes_again_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("full.sqlite").display())).await.unwrap();
    store.migrate().await.unwrap();
    let Store::Sqlite { write, .. } = &store else { panic!("not an SQLite file") };
    // Holds for one connection, as long as it lives.
    query("PRAGMA max_page_count = 1").execute(write).await.unwrap();
    let add = async |name: String| {
        let mut tx = store.begin().await.unwrap();
        let Tx::Sqlite(connection) = &mut tx else { panic!("not an SQLite file") };
        let inserted = query("INSERT INTO sandboxes (name, mode) VALUES ($1, $2)");
        inserted.bind(name).bind("x".repeat(100_000)).execute(&mut **connection).await?;
        tx.commit().await.unwrap();
        Ok::<_, sqlx::Error>(())
    };
    assert!(add("too-much".to_owned()).await.is_err(), "the database is not full");
    add("later".to_owned()).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_new_database_lacks_every_migration_and_an_open_one_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("new.sqlite").display())).await.unwrap();
    assert!(store.missing_migrations().await.unwrap()[0].ends_with(" first"));
    store.migrate().await.unwrap();
    assert!(store.missing_migrations().await.unwrap().is_empty());
    store.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_can_read_a_new_database() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("new.sqlite").display())).await.unwrap();
    store.migrate().await.unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
    store.close().await;
}

#[tokio::test]
async fn several_processes_may_start_at_once_on_an_empty_database() {
    let Some(world) = World::postgres().await else { return };
    let database = crate::support::Database::create().await.unwrap();
    let opens = (0..4).map(|_| {
        let settings = Settings::new(database.url.clone(), world.settings.secret_key.clone());
        Engine::open(settings, Arc::new(ManualClock::at(Timestamp::from_millis(0))))
    });
    for opened in futures::future::join_all(opens).await {
        opened.unwrap().close().await;
    }
    database.drop().await;
    world.end().await;
}

#[tokio::test]
async fn sqlite_commits_reach_the_disk_and_readers_do_not_wait_for_writers() {
    let world = World::sqlite().await;
    let store = Store::open(&world.settings.database_url).await.unwrap();
    let Store::Sqlite { read, write } = &store else { panic!("sqlite") };
    let journal: String = query_scalar("PRAGMA journal_mode").fetch_one(write).await.unwrap();
    let synchronous: i64 = query_scalar("PRAGMA synchronous").fetch_one(write).await.unwrap();
    let foreign_keys: i64 = query_scalar("PRAGMA foreign_keys").fetch_one(write).await.unwrap();
    assert_eq!((journal.as_str(), synchronous, foreign_keys), ("wal", 2, 1));
    let tx = store.begin().await.unwrap();
    assert_eq!(world.list_sandboxes().await.unwrap().len(), 2);
    drop(tx);
    assert!(sqlx::query("DELETE FROM sandboxes").execute(read).await.is_err(), "readers cannot write");
}

on_both!(a_transaction_that_is_not_committed_changes_nothing, |world| async {
    let store = Store::open(&world.settings.database_url).await.unwrap();
    let insert = "INSERT INTO sandboxes (name, mode) VALUES ('test', 'live')";
    let mut tx = store.begin().await.unwrap();
    match &mut tx {
        engine::store::Tx::Sqlite(tx) => sqlx::query(insert).execute(&mut **tx).await.map(drop).unwrap(),
        engine::store::Tx::Postgres(tx) => sqlx::query(insert).execute(&mut **tx).await.map(drop).unwrap(),
    }
    drop(tx);
    assert_eq!(world.list_sandboxes().await.unwrap().len(), 2);
    store.close().await;
});

#[tokio::test]
async fn a_database_url_of_another_kind_is_refused() {
    assert!(Store::open("mysql://localhost/hermod").await.is_err());
}
