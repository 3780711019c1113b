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

/// Tables that have millions of rows.
const LARGE: [&str; 11] = [
    "attempts",
    "audience_members",
    "consent_history",
    "consents",
    "message_events",
    "messages",
    "profile_identities",
    "profiles",
    "push_tokens",
    "soft_bounces",
    "suppressions",
];

/// Statements that go through a sandbox on purpose: a page of it in the order of the index, whether there is anything, how
/// much; and what is removed once in a while.
const WHOLE: [&str; 6] = [
    "message_events IS_ANY_SENDING",
    "people COUNT",
    "profiles ANY",
    "soft_bounces REMOVE",
    "suppressions LIST",
    "suppressions LOOK",
];

/// SQLite chooses an index without knowing what is in it: where two would do, it may take the one with all rows of a sandbox.
#[tokio::test]
async fn no_statement_reads_a_whole_sandbox_to_find_a_few_rows() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite://{}", folder.path().join("hermod.sqlite").display())).await.unwrap();
    store.migrate().await.unwrap();
    let Store::Sqlite { read, .. } = &store else { panic!("not SQLite") };
    let mut whole = Vec::new();
    for (file, statements) in all_statements::ALL {
        for (name, sql) in *statements {
            let steps =
                sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(read).await.unwrap();
            for step in steps.iter().map(|step| sqlx::Row::get::<String, _>(step, 3)) {
                let is_large =
                    |name: &str| LARGE.contains(&name) || LARGE.iter().any(|table| is_alias(sql, table, name));
                if step.split(' ').nth(1).is_some_and(is_large)
                    && (step.starts_with("SCAN") || step.ends_with("(sandbox=?)"))
                {
                    println!("{file} {name}: {step}");
                    whole.push(format!("{file} {name}"));
                }
            }
        }
    }
    whole.sort_unstable();
    whole.dedup();
    assert_eq!(whole, WHOLE);
}

/// Does a statement call a table so?
fn is_alias(sql: &str, table: &str, name: &str) -> bool {
    let words: Vec<&str> = sql.split_whitespace().map(|word| word.trim_matches(['(', ')', ','])).collect();
    words.windows(2).any(|pair| pair == [table, name])
}
