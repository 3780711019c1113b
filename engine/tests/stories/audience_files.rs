//! A file of people is taken in, explained column by column, and becomes a list, whatever happens to a process.

use std::convert::Infallible;
use std::time::Duration;

use crate::support::shop::ANN;
use crate::support::{World, dev, prod};
use bytes::Bytes;
use domain::audience::AudienceChange;
use domain::audience_upload::{AudienceFile, ColumnUse, FileFormat, FileStatus};
use domain::channel_configuration::Channel;
use domain::consent::Choice;
use domain::id::AudienceId;
use engine::Result;
use engine::store::{Store, Tx};
use futures::Stream;

fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().into_failure().code().to_owned()
}

async fn list(world: &World) -> AudienceId {
    let new = AudienceChange { name: "Readers".into(), rule: None, revision: None };
    world.create_audience(&dev(), new, ANN).await.unwrap().id
}

/// As it comes over the network: in small parts.
fn parts(bytes: &[u8]) -> impl Stream<Item = std::result::Result<Bytes, Infallible>> + Send + use<> {
    let parts: Vec<_> = bytes.chunks(1_000).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    futures::stream::iter(parts)
}

async fn send(world: &World, audience: &AudienceId, name: &str, text: &str) -> AudienceFile {
    let id = world.receive_audience_file(&dev(), audience.as_str(), name, parts(text.as_bytes()), ANN).await.unwrap();
    world.find_audience_file(&dev(), id.as_str()).await.unwrap()
}

/// Starts with what was guessed, and enters.
async fn enter(world: &World, file: &AudienceFile) -> AudienceFile {
    world.start_audience_file(&dev(), file.id.as_str(), file.columns.clone(), "crm", "").await.unwrap();
    assert_eq!(world.enter_audience_files().await.unwrap(), 1);
    world.find_audience_file(&dev(), file.id.as_str()).await.unwrap()
}

on_both!(a_table_becomes_a_list_as_its_columns_are_explained, |world| async {
    let audience = list(world).await;
    let table = "\u{feff}E-mail,Phone,Customer ID,City\r\nann@example.com,,17,Seoul\r\nben@example.com,,18,\"Busan, Korea\"\r\n";
    let file = send(world, &audience, "people.csv", table).await;
    assert_eq!((file.status, file.format), (FileStatus::Waiting, FileFormat::Csv));
    let guessed: Vec<ColumnUse> = file.columns.iter().map(|column| column.holds).collect();
    assert_eq!(guessed, [ColumnUse::Email, ColumnUse::Phone, ColumnUse::UserId, ColumnUse::Attribute]);
    assert_eq!(file.columns[3].samples, ["Seoul", "Busan, Korea"]);
    assert_eq!(world.enter_audience_files().await.unwrap(), 0, "nobody has said what the columns hold");
    let done = enter(world, &file).await;
    assert_eq!((done.status, done.rows, done.members, done.failed), (FileStatus::Complete, 2, 2, 0));
    assert_eq!(done.done_bytes, done.bytes);
    assert_eq!(done.columns, [], "what it held of people is gone");
    let members = world.audience_members(&dev(), audience.as_str(), None, 10).await.unwrap().rows;
    let ann = &members[0];
    assert_eq!((ann.namespace.as_str(), ann.user_id.as_str(), ann.email.as_str()), ("crm", "17", "ann@example.com"));
});

on_both!(rows_that_are_left_out_are_told_in_a_table, |world| async {
    let audience = list(world).await;
    let mut table = "email,city\n".to_owned();
    for number in 0..1_200 {
        table.push_str(&format!("p{number}@example.com,Seoul\n"));
    }
    table.push_str("=cmd|' /C calc'!A0,x\n,Busan\nP7@example.com,Seoul\n");
    let done = enter(world, &send(world, &audience, "people.csv", &table).await).await;
    assert_eq!((done.rows, done.members, done.repeated, done.failed), (1_203, 1_200, 1, 2));
    let report = world.audience_file_report(&dev(), done.id.as_str()).await.unwrap();
    let rows: Vec<&str> = report.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(rows, ["row", "1202", "1203"], "{report}");
    assert!(!report.contains("\"="), "no cell is a formula: {report}");
});

on_both!(lines_of_json_need_no_explanation, |world| async {
    let audience = list(world).await;
    let file = send(world, &audience, "people.ndjson", "{\"userId\":\"ann@example.com\"}\n{\"userId\":7}\n").await;
    assert_eq!((file.format, file.columns.len()), (FileFormat::Ndjson, 0));
    let done = enter(world, &file).await;
    assert_eq!((done.status, done.members, done.failed), (FileStatus::Complete, 1, 1));
});

on_both!(a_line_with_a_sign_that_no_database_keeps_is_left_out_and_told, |world| async {
    let audience = list(world).await;
    let long = "x".repeat(5_000);
    let lines = format!("{{\"userId\":\"ann@example.com\"}}\n{{\"\\u0000\":1}}\n{{\"userId\":7}}\n{{\"{long}\":1}}\n");
    let done = enter(world, &send(world, &audience, "people.ndjson", &lines).await).await;
    assert_eq!((done.status, done.members, done.failed), (FileStatus::Complete, 1, 3));
    let report = world.audience_file_report(&dev(), done.id.as_str()).await.unwrap();
    assert_eq!((report.lines().count(), report.contains(&long)), (4, false), "{report}");
    let table = send(world, &audience, "people.csv", "email,city\nann@example.com,Se\0oul\nben@example.com,\n").await;
    let done = enter(world, &table).await;
    assert_eq!((done.status, done.members, done.failed), (FileStatus::Complete, 1, 1));
});

/// From now on the database refuses two faults at one place of a file.
async fn refuse_repeated_faults(world: &World) {
    let index = "CREATE UNIQUE INDEX repeated ON audience_file_rejects (file_id, path)";
    let store = Store::open(&world.settings.database_url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::query(index).execute(&mut **tx).await.map(drop),
        Tx::Postgres(tx) => sqlx::query(index).execute(&mut **tx).await.map(drop),
    }
    .unwrap();
    tx.commit().await.unwrap();
    store.close().await;
}

on_both!(a_file_that_the_database_refuses_fails_with_its_reason_and_stops_no_other, |world| async {
    refuse_repeated_faults(world).await;
    let audience = list(world).await;
    enter(world, &send(world, &audience, "former.csv", "email\nann@example.com\ncy@example.com\n").await).await;
    let bad = enter(world, &send(world, &audience, "bad.csv", "email\nann@example.com\nx\ny\n").await).await;
    assert_eq!((bad.status, bad.reason.is_empty()), (FileStatus::Failed, false));
    assert_eq!(world.audience(&dev(), audience.as_str()).await.unwrap().members, 2, "the former list is in force");
    let good = enter(world, &send(world, &audience, "good.csv", "email\nben@example.com\nx\n").await).await;
    assert_eq!((good.status, good.failed), (FileStatus::Complete, 1));
    assert_eq!(world.audience(&dev(), audience.as_str()).await.unwrap().members, 1);
});

on_both!(a_namespace_of_a_file_is_one_line, |world| async {
    let audience = list(world).await;
    let file = send(world, &audience, "people.ndjson", "{\"userId\":\"ann@example.com\"}\n").await;
    let start = world.start_audience_file(&dev(), file.id.as_str(), Vec::new(), "crm\0", "").await;
    assert_eq!(code(start), "control_character");
});

on_both!(a_file_that_names_nobody_leaves_the_former_list, |world| async {
    let audience = list(world).await;
    enter(world, &send(world, &audience, "one.csv", "email\nann@example.com\n").await).await;
    let failed = enter(world, &send(world, &audience, "none.csv", "email\nnobody\n").await).await;
    assert_eq!((failed.status, failed.failed), (FileStatus::Failed, 1));
    assert_eq!(failed.reason, "The list names nobody.");
    assert_eq!(world.audience(&dev(), audience.as_str()).await.unwrap().members, 1);
});

on_both!(what_is_no_list_is_refused, |world| async {
    let audience = list(world).await;
    let refused = async |name: &str, bytes: &[u8]| {
        code(world.receive_audience_file(&dev(), audience.as_str(), name, parts(bytes), ANN).await)
    };
    assert_eq!(refused("empty.csv", b" \n").await, "required");
    assert_eq!(refused("picture.csv", b"\xff\xfe,\x00\n").await, "bad_csv");
    assert_eq!(
        code(world.receive_audience_file(&prod(), audience.as_str(), "x.csv", parts(b"email\n"), ANN).await),
        "not_found"
    );
    let file = send(world, &audience, "cities.csv", "city\nSeoul\n").await;
    let start = world.start_audience_file(&dev(), file.id.as_str(), file.columns.clone(), "", "").await;
    assert_eq!(code(start), "required", "nobody could be written to");
    assert!(world.list_audience_files(&prod(), audience.as_str()).await.is_err());
    assert_eq!(code(world.find_audience_file(&prod(), file.id.as_str()).await), "not_found");
});

on_both!(a_file_is_begun_anew_when_its_process_died, |world| async {
    let audience = list(world).await;
    let mut table = "email\n".to_owned();
    for number in 0..3_000 {
        table.push_str(&format!("p{number}@example.com\n"));
    }
    let file = send(world, &audience, "people.csv", &table).await;
    world.start_audience_file(&dev(), file.id.as_str(), file.columns.clone(), "", "").await.unwrap();
    let dying = world.other_process().await;
    let engine = dying.clone();
    let entering = tokio::spawn(async move { engine.enter_audience_files().await });
    while world.find_audience_file(&dev(), file.id.as_str()).await.unwrap().rows == 0 {
        tokio::task::yield_now().await;
    }
    entering.abort();
    let _ = entering.await;
    world.clock.advance(Duration::from_mins(3));
    world.enter_audience_files().await.unwrap();
    let done = world.find_audience_file(&dev(), file.id.as_str()).await.unwrap();
    assert_eq!((done.status, done.members), (FileStatus::Complete, 3_000));
    assert!(done.rows_per_second > 1_000, "its time began anew, too: {done:?}");
    assert_eq!(world.audience(&dev(), audience.as_str()).await.unwrap().members, 3_000);
    dying.close().await;
});

on_both!(people_of_a_file_have_agreed_when_somebody_says_how, |world| async {
    let audience = list(world).await;
    let file = send(world, &audience, "people.csv", "email\nann@example.com\n").await;
    world.start_audience_file(&dev(), file.id.as_str(), file.columns.clone(), "", "Fair in May").await.unwrap();
    world.enter_audience_files().await.unwrap();
    let record = world.find_consent(&dev(), Channel::Email, "ann@example.com").await.unwrap();
    assert_eq!(record.consents[0].choice, Choice::In);
    assert!(record.history[0].proof.contains("Fair in May"), "{record:?}");
});

on_both!(who_is_erased_comes_back_by_no_file_that_waits, |world| async {
    let audience = list(world).await;
    let people = "ann@example.com,1\nben@example.com,2\nnobody,3\n";
    let running = send(world, &audience, "started.csv", &people.replace("ann", "cy")).await;
    let mut columns = running.columns.clone();
    columns[0].holds = ColumnUse::Email;
    columns[1].holds = ColumnUse::Ignore;
    world.start_audience_file(&dev(), running.id.as_str(), columns, "", "").await.unwrap();
    let waiting = send(world, &audience, "people.csv", people).await;
    let erased = world.erase_person(&dev(), "ann@example.com", ANN).await.unwrap();
    assert_eq!(erased.files, 1);
    assert_eq!(code(world.find_audience_file(&dev(), waiting.id.as_str()).await), "not_found");
    assert_eq!(pieces(world).await, 1, "those of the file that is being entered");
    assert_eq!(world.enter_audience_files().await.unwrap(), 1);
    let report = world.audience_file_report(&dev(), running.id.as_str()).await.unwrap();
    assert!(report.contains("column 1") && !report.contains("cy@"), "the first line may be of a person: {report}");
});

on_both!(what_is_left_of_a_file_that_was_cut_off_goes_after_a_day, |world| async {
    let audience = list(world).await;
    let dying = world.engine.clone();
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let part = Ok::<_, Infallible>(Bytes::from(vec![b'x'; 600 * 1024]));
    sender.send(part).unwrap();
    let receiving = tokio::spawn(async move {
        let bytes = futures::stream::unfold(receiver, async |mut parts| Some((parts.recv().await?, parts)));
        dying.receive_audience_file(&dev(), audience.as_str(), "people.csv", bytes, ANN).await
    });
    while pieces(world).await == 0 {
        tokio::task::yield_now().await;
    }
    receiving.abort();
    assert!(receiving.await.unwrap_err().is_cancelled());
    world.clock.advance(Duration::from_hours(23));
    world.sweep().await.unwrap();
    assert_eq!(pieces(world).await, 1, "it may still be coming");
    world.clock.advance(Duration::from_hours(2));
    world.sweep().await.unwrap();
    assert_eq!(pieces(world).await, 0);
});

/// How many pieces of files are kept?
async fn pieces(world: &World) -> i64 {
    let count = "SELECT COUNT(*) FROM audience_file_pieces";
    let store = Store::open(&world.settings.database_url).await.unwrap();
    let found = match &store {
        Store::Sqlite { read, .. } => sqlx::query_scalar(count).fetch_one(read).await,
        Store::Postgres(pool) => sqlx::query_scalar(count).fetch_one(pool).await,
    };
    store.close().await;
    found.unwrap()
}

on_both!(a_file_that_nobody_explains_goes_after_a_day, |world| async {
    let audience = list(world).await;
    let file = send(world, &audience, "people.csv", "email\nann@example.com\n").await;
    world.clock.advance(Duration::from_hours(23));
    world.sweep().await.unwrap();
    assert!(world.find_audience_file(&dev(), file.id.as_str()).await.is_ok());
    world.clock.advance(Duration::from_hours(2));
    world.sweep().await.unwrap();
    assert_eq!(code(world.find_audience_file(&dev(), file.id.as_str()).await), "not_found");
});
