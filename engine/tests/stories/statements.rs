//! Every SQL text of the store is understood by both databases.

use crate::support::World;
use engine::store::{Store, all_statements};
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

async fn prepare(store: &Store, sql: &'static str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql).into_sql_str();
    match store {
        Store::Sqlite { read, .. } => read.prepare(sql).await.map(drop),
        Store::Postgres(pool) => pool.prepare(sql).await.map(drop),
    }
}

async fn prepare_all(world: &World) {
    let store = Store::open(&world.settings.database_url).await.unwrap();
    let mut faults = Vec::new();
    let mut count = 0;
    for (file, statements) in all_statements::ALL {
        for (name, sql) in *statements {
            count += 1;
            if let Err(error) = prepare(&store, sql).await {
                faults.push(format!("{file} {name}: {error}"));
            }
        }
    }
    store.close().await;
    assert!(count > 20, "{count} statements");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

on_both!(every_statement_is_understood, |world| prepare_all(world));
