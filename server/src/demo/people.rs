//! The people of the sample: what their attributes are, a file of two hundred of them with one row that is no good, and the
//! audience of those who come often.

use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use domain::SandboxName;
use domain::profile_import::ImportFormat;
use domain::profile_schema::Attribute;
use engine::profiles::{ImportSource, rows_from};
use engine::{Engine, ManualClock};
use futures::StreamExt as _;
use futures::stream::iter;
use serde_json::json;

use super::{BY, PEOPLE};

/// The audience by a rule.
pub(super) const REGULARS: &str = "Regulars";
pub(super) const COUNT: usize = 200;

const COLUMNS: &str = "email,phone,userId:crm,person.name.firstName,person.address.city,loyalty.points,person.birthday,\
                       language,timeZone,test";
/// People for trying out contents; of the last one little is known.
const TESTS: [&str; 3] = [
    "test.english@moonlit.example,,,Robin,London,480,1990-01-01,en-GB,Europe/London,true",
    "test.korean@moonlit.example,,,보람,Seoul,720,1985-05-05,ko-KR,Asia/Seoul,true",
    "test.unknown@moonlit.example,,,,,,,,,true",
];
/// Comes after so many others.
const BAD_ROW: (usize, &str) = (117, "no address,,,Nobody,London,0,1970-01-01,en-GB,Europe/London,");

const ELSEWHERE: [(&str, &str); 4] = [
    ("London", "Europe/London"),
    ("Berlin", "Europe/Berlin"),
    ("New York", "America/New_York"),
    ("Lisbon", "Europe/Lisbon"),
];
const IN_KOREA: [(&str, &str); 3] = [("Seoul", "Asia/Seoul"), ("Busan", "Asia/Seoul"), ("Jeju", "Asia/Seoul")];

/// The file comes in pieces of so many bytes, and each takes a while.
const PIECE: usize = 4 * 1024;
const READING: Duration = Duration::from_millis(60);

/// Stores them, and makes the audience.
pub(super) async fn load(engine: &Engine, sandbox: &SandboxName, clock: &ManualClock) -> Result<()> {
    engine.set_profile_schema(sandbox, &serde_json::from_value::<Vec<Attribute>>(schema())?, BY).await?;
    let file = file();
    let source = ImportSource {
        file_name: "customers.csv".to_owned(),
        format: ImportFormat::Csv,
        total_bytes: Some(i64::try_from(file.len())?),
        by: BY.to_owned(),
    };
    let pieces = file.into_bytes();
    let pieces = iter(pieces.chunks(PIECE)).map(|piece| {
        clock.advance(READING);
        Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece))
    });
    engine.import_profiles(sandbox, source, rows_from(pieces, u64::MAX)).await.context("the sample's people")?;
    engine.create_audience(sandbox, serde_json::from_value(regulars())?, BY).await?;
    Ok(())
}

fn schema() -> serde_json::Value {
    json!([
        { "path": "person.name.firstName", "type": "text", "label": "First name", "example": "Ann" },
        { "path": "person.address.city", "type": "text", "label": "City", "example": "Seoul" },
        { "path": "person.birthday", "type": "date", "label": "Birthday", "example": "1988-04-12" },
        { "path": "loyalty.points", "type": "number", "label": "Points of the shop's card", "example": "640" },
    ])
}

fn regulars() -> serde_json::Value {
    let points =
        |over: u64| json!({ "type": "attribute", "path": "loyalty.points", "operator": "greaterThan", "value": over });
    let cities = json!(["Busan", "Jeju"]);
    json!({ "name": REGULARS, "rule": { "type": "all", "of": [
        { "type": "any", "of": [
            points(850),
            { "type": "all", "of": [
                { "type": "language", "isOneOf": ["ko"] },
                { "type": "attribute", "path": "person.address.city", "operator": "isOneOf", "value": cities },
                points(600),
            ] },
        ] },
        { "type": "not", "of": { "type": "testProfile" } },
    ] } })
}

fn file() -> String {
    let (place, bad) = BAD_ROW;
    let mut rows: Vec<String> = (0..COUNT).map(|number| Person(number).row()).collect();
    rows.insert(place, bad.to_owned());
    rows.extend(TESTS.map(str::to_owned));
    format!("{COLUMNS}\n{}\n", rows.join("\n"))
}

/// Somebody who follows from a number.
pub(super) struct Person(pub(super) usize);

impl Person {
    /// One in nine is known by a telephone number alone.
    pub(super) fn email(&self) -> Option<String> {
        let (_, mailbox) = self.named();
        (self.0 % 9 != 4).then(|| format!("{mailbox}.{}@mail.example", self.0))
    }

    pub(super) fn phone(&self) -> Option<String> {
        let number = self.0;
        let phone = if self.is_korean() {
            format!("+8210{:08}", 20_000_000 + number * 3_571)
        } else {
            format!("+447700900{number:03}")
        };
        (number.is_multiple_of(3) || self.email().is_none()).then_some(phone)
    }

    fn named(&self) -> (&'static str, &'static str) {
        PEOPLE[self.0 % PEOPLE.len()]
    }

    /// Every other name is Korean.
    fn is_korean(&self) -> bool {
        self.0 % 2 == 1
    }

    fn row(&self) -> String {
        let number = self.0;
        let (first_name, _) = self.named();
        let turn = number / 2;
        let (city, zone) =
            if self.is_korean() { IN_KOREA[turn % IN_KOREA.len()] } else { ELSEWHERE[turn % ELSEWHERE.len()] };
        let language = if self.is_korean() { "ko-KR" } else { "en-GB" };
        let unless = |is_missing: bool, text: &str| if is_missing { String::new() } else { text.to_owned() };
        let birthday = format!("{}-{:02}-{:02}", 1950 + number * 7 % 55, 1 + number * 5 % 12, 1 + number * 11 % 28);
        [
            self.email().unwrap_or_default(),
            self.phone().unwrap_or_default(),
            unless(!number.is_multiple_of(4), &format!("C-{}", 10_000 + number)),
            first_name.to_owned(),
            city.to_owned(),
            ((number * 137 + 61) % 1_000).to_string(),
            birthday,
            unless(number % 11 == 10, language),
            unless(number % 13 == 12, zone),
            String::new(),
        ]
        .join(",")
    }
}
