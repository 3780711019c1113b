//! Rows of a file of profiles, one by one: memory does not grow with the file. A row that cannot be read stops no other.

use csv_core::ReadRecordResult;
use domain::channel_configuration::Channel;
use domain::consent::Choice;
use domain::profile::{Identity, ProfileChange};
use domain::profile_import::{ImportFormat, RowFault};
use domain::profile_schema::{Attribute, AttributeType, check_path, put};
use domain::{Fault, Faults, nul};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

use crate::json_line;

/// Longest row, in bytes: the largest attributes, and room for the rest.
const ROW_MAX: usize = domain::profile::ATTRIBUTES_MAX_BYTES + 56 * 1024;
/// Most columns of a table.
const COLUMNS_MAX: usize = 1_000;

/// A row as it was read.
pub(super) struct Row {
    /// From 1, the header too.
    pub(super) line: i64,
    pub(super) change: Result<ProfileChange, Vec<RowFault>>,
}

/// A file that is being read.
pub(super) struct Rows<R> {
    list: R,
    /// Read so far.
    pub(super) bytes: i64,
    line: i64,
    form: Form,
}

enum Form {
    Ndjson { text: Vec<u8> },
    Csv(Box<Table>),
}

impl<R: AsyncBufRead + Unpin + Send> Rows<R> {
    /// Begins to read; of a table its header, whose faults refuse it as a whole.
    pub(super) async fn open(
        list: R,
        format: ImportFormat,
        schema: &[Attribute],
    ) -> std::io::Result<Result<Self, Fault>> {
        let form = match format {
            ImportFormat::Ndjson => Form::Ndjson { text: Vec::new() },
            ImportFormat::Csv => Form::Csv(Box::new(Table::new())),
        };
        let mut rows = Self { list, bytes: 0, line: 1, form };
        if rows.list.fill_buf().await?.starts_with("\u{feff}".as_bytes()) {
            rows.consume(3);
        }
        if let Form::Csv(mut table) = std::mem::replace(&mut rows.form, Form::Ndjson { text: Vec::new() }) {
            let header = rows.record(&mut table).await?;
            let columns = match header {
                Some((_, true)) => columns_of(&table, schema),
                Some((_, false)) => Err(Fault::new("", "bad_csv", "The header of the table is too long.")),
                None => Err(Fault::new("", "bad_csv", "The file is empty: it needs a header that names its columns.")),
            };
            match columns {
                Ok(columns) => table.columns = columns,
                Err(fault) => return Ok(Err(fault)),
            }
            rows.form = Form::Csv(table);
        }
        Ok(Ok(rows))
    }

    /// The next row; `None` at the end. Lines with nothing in them are left out.
    pub(super) async fn next(&mut self) -> std::io::Result<Option<Row>> {
        match std::mem::replace(&mut self.form, Form::Ndjson { text: Vec::new() }) {
            Form::Ndjson { mut text } => {
                let row = self.next_line(&mut text).await;
                self.form = Form::Ndjson { text };
                row
            }
            Form::Csv(mut table) => {
                let record = self.record(&mut table).await;
                let row = record.map(|record| {
                    record.map(|(line, is_whole)| {
                        let change = if is_whole { table.change() } else { Err(vec![too_long()]) };
                        Row { line, change: change.map_err(|faults| at_line(line, faults)) }
                    })
                });
                self.form = Form::Csv(table);
                row
            }
        }
    }

    async fn next_line(&mut self, text: &mut Vec<u8>) -> std::io::Result<Option<Row>> {
        loop {
            text.clear();
            let Some((line, is_whole)) = self.line(text).await? else { return Ok(None) };
            let row = text.trim_ascii();
            if row.is_empty() && is_whole {
                continue;
            }
            let change =
                if is_whole { json_line::read(row).map_err(|fault| vec![fault]) } else { Err(vec![too_long()]) };
            return Ok(Some(Row { line, change: change.map_err(|faults| at_line(line, faults)) }));
        }
    }

    /// Reads a line, and whether it is whole: of one that is too long only the start is kept.
    async fn line(&mut self, text: &mut Vec<u8>) -> std::io::Result<Option<(i64, bool)>> {
        let (line, mut any, mut is_whole) = (self.line, false, true);
        loop {
            let part = self.list.fill_buf().await?;
            if part.is_empty() {
                return Ok(any.then_some((line, is_whole)));
            }
            any = true;
            let end = memchr::memchr(b'\n', part);
            let used = end.map_or(part.len(), |end| end + 1);
            let room = ROW_MAX - text.len();
            is_whole &= used <= room;
            text.extend_from_slice(&part[..used.min(room)]);
            self.consume(used);
            if end.is_some() {
                self.line += 1;
                return Ok(Some((line, is_whole)));
            }
        }
    }

    /// Reads a record of a table, and whether it is whole: of one that is too long only the start is kept.
    async fn record(&mut self, table: &mut Table) -> std::io::Result<Option<(i64, bool)>> {
        // What is left of the line before, and lines with nothing in them.
        loop {
            match self.list.fill_buf().await?.first() {
                Some(b'\n') => self.line += 1,
                Some(b'\r') => {}
                Some(_) => break,
                None => return Ok(None),
            }
            self.consume(1);
        }
        let (line, mut is_whole) = (self.line, true);
        let (mut written, mut cells) = (0, 0);
        loop {
            let part = self.list.fill_buf().await?;
            let (result, used, text, ends) =
                table.reader.read_record(part, &mut table.text[written..], &mut table.ends[cells..]);
            self.line += i64::try_from(memchr::memchr_iter(b'\n', &part[..used]).count()).unwrap_or(0);
            self.consume(used);
            (written, cells) = (written + text, cells + ends);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (written, cells, is_whole) = (0, 0, false);
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    table.cells = cells;
                    return Ok(Some((line, is_whole)));
                }
            }
        }
    }

    fn consume(&mut self, bytes: usize) {
        self.list.consume(bytes);
        self.bytes += i64::try_from(bytes).unwrap_or(0);
    }
}

fn too_long() -> Fault {
    Fault::new("", "too_long", format!("A row has at most {} KB.", ROW_MAX / 1024))
}

fn at_line(line: i64, faults: Vec<Fault>) -> Vec<RowFault> {
    faults.into_iter().map(|Fault { path, text, .. }| RowFault { line, path, text }).collect()
}

/// A table, and the record that was read last.
struct Table {
    reader: csv_core::Reader,
    columns: Vec<Column>,
    /// The cells, one after the other.
    text: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// How many there are.
    cells: usize,
}

/// What a column says.
struct Column {
    name: String,
    holds: Holds,
}

enum Holds {
    /// User ids of this namespace.
    Identity(String),
    TimeZone,
    Language,
    Test,
    /// What the person wants of marketing on this channel.
    Consent(Channel),
    Attribute(Attribute),
}

impl Table {
    fn new() -> Self {
        let (text, ends) = (vec![0; ROW_MAX], vec![0; COLUMNS_MAX]);
        Self { reader: csv_core::Reader::new(), columns: Vec::new(), text, ends, cells: 0 }
    }

    /// The cells of the record as texts.
    fn cells(&self) -> Result<Vec<&str>, Fault> {
        let wrong = |_| Fault::new("", "bad_csv", "This is no text in UTF-8.");
        let mut start = 0;
        let cell = |end: &usize| {
            let cell = std::str::from_utf8(&self.text[start..*end]).map_err(wrong);
            start = *end;
            nul::checked(cell?)
        };
        self.ends[..self.cells].iter().map(cell).collect()
    }

    /// What the record says. An empty cell says nothing.
    fn change(&self) -> Result<ProfileChange, Vec<Fault>> {
        let cells = self.cells().map_err(|fault| vec![fault])?;
        if cells.len() > self.columns.len() {
            let text = format!("There are {} cells in this row, and {} columns.", cells.len(), self.columns.len());
            return Err(vec![Fault::new("", "bad_csv", text)]);
        }
        let (mut change, mut faults) = (ProfileChange::default(), Faults::default());
        for (column, cell) in self.columns.iter().zip(cells).filter(|(_, cell)| !cell.trim().is_empty()) {
            let text = cell.trim().to_owned();
            match &column.holds {
                Holds::Identity(namespace) => {
                    let identity = Identity { namespace: namespace.clone(), user_id: text };
                    match identity.checked() {
                        Ok(identity) => change.identities.push(identity),
                        Err(wrong) => {
                            faults.0.extend(wrong.0.into_iter().map(|it| Fault { path: column.name.clone(), ..it }));
                        }
                    }
                }
                Holds::TimeZone => change.time_zone = Some(Some(text)),
                Holds::Language => change.language = Some(Some(text)),
                Holds::Test => match boolean().parse(cell) {
                    Ok(value) => change.test = value.as_bool(),
                    Err(_) => faults.add(&column.name, "wrong_type", "This must be true or false."),
                },
                Holds::Consent(channel) => match text.to_lowercase().parse() {
                    Ok(choice) if choice != Choice::Pending => change.consents.say(*channel, choice),
                    _ => faults.add(&column.name, "not_settable", "This must be in or out."),
                },
                Holds::Attribute(attribute) => {
                    if let Some(value) = faults.take(&column.name, attribute.parse(cell)) {
                        put(&mut change.attributes, &attribute.path, value);
                    }
                }
            }
        }
        if faults.is_empty() && change.identities.is_empty() {
            faults.add(
                "",
                "identity_count",
                "This row has no identity: fill email, phone, ecid or a column userId:… .",
            );
        }
        if faults.is_empty() { Ok(change) } else { Err(faults.0) }
    }
}

fn boolean() -> Attribute {
    Attribute { path: String::new(), kind: AttributeType::Boolean, label: String::new(), example: String::new() }
}

/// The columns that a header names; the schema says what their cells are, and other attributes are texts.
fn columns_of(header: &Table, schema: &[Attribute]) -> Result<Vec<Column>, Fault> {
    let mut columns: Vec<Column> = Vec::new();
    for name in header.cells()? {
        let name = name.trim();
        let at = |fault: Fault| Fault { text: format!("Column “{}”: {}", shown(name), fault.text), ..fault };
        let holds = match name {
            "email" | "phone" | "ecid" => Holds::Identity(name.to_owned()),
            "timeZone" => Holds::TimeZone,
            "language" => Holds::Language,
            "test" => Holds::Test,
            _ => match (name.strip_prefix("userId:"), name.strip_prefix("consents.")) {
                (Some(namespace), _) => {
                    let namespace = domain::address::required_line(namespace, 100).map_err(at)?;
                    Holds::Identity(namespace)
                }
                (_, Some(channel)) => Holds::Consent(channel.parse().map_err(at)?),
                (None, None) => {
                    check_path(name).map_err(at)?;
                    let known = schema.iter().find(|attribute| attribute.path == name);
                    Holds::Attribute(known.cloned().unwrap_or_else(|| text_at(name)))
                }
            },
        };
        if columns.iter().any(|column| column.name == name) {
            return Err(at(Fault::new("", "stands_twice", "This column stands twice.")));
        }
        columns.push(Column { name: name.to_owned(), holds });
    }
    if columns.iter().any(|column| matches!(column.holds, Holds::Identity(_))) {
        return Ok(columns);
    }
    let text = "The header needs a column of identities: email, phone, ecid, or userId: and a namespace of yours.";
    Err(Fault::new("", "bad_csv", text))
}

fn text_at(path: &str) -> Attribute {
    let none = String::new;
    Attribute { path: path.to_owned(), kind: AttributeType::Text, label: none(), example: none() }
}

fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

impl<R> Rows<R> {
    /// Faults of a checked row in the words of the file: a table has columns where JSON has paths.
    pub(super) fn in_words_of_file(&self, line: i64, faults: Faults) -> Vec<RowFault> {
        let is_table = matches!(self.form, Form::Csv(_));
        let named = |fault: Fault| match fault.path.strip_prefix("attributes.") {
            Some(column) if is_table => Fault { path: column.to_owned(), ..fault },
            _ => fault,
        };
        at_line(line, faults.0.into_iter().map(named).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    async fn all(text: &[u8], format: ImportFormat, schema: &[Attribute]) -> Vec<Row> {
        // A buffer of three bytes: whatever falls apart, falls apart here.
        let list = tokio::io::BufReader::with_capacity(3, text);
        let mut rows = Rows::open(list, format, schema).await.unwrap().unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().await.unwrap() {
            all.push(row);
        }
        assert_eq!(rows.bytes, i64::try_from(text.len()).unwrap());
        all
    }

    fn faults(row: &Row) -> Vec<(i64, &str)> {
        let faults = row.change.as_ref().unwrap_err();
        faults.iter().map(|fault| (fault.line, fault.path.as_str())).collect()
    }

    #[tokio::test]
    async fn a_table_is_read_as_the_schema_says() {
        let schema = [Attribute { kind: AttributeType::Number, ..text_at("points") }];
        let csv = "\u{feff}email,userId:crm,name.first,points,test\r\n\r\nann@example.com,17,\"Ann, \nLee\",7.5,yes\r\n\
                   ben@example.com,,,many,\nnobody,,,,\r\n,,x,,\ncy@example.com";
        let rows = all(csv.as_bytes(), ImportFormat::Csv, &schema).await;
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 5, 6, 7, 8]);
        let ann = rows[0].change.as_ref().unwrap();
        assert_eq!(ann.identities.len(), 2);
        assert_eq!(Value::Object(ann.attributes.clone()), json!({"name": {"first": "Ann, \nLee"}, "points": 7.5}));
        assert_eq!(ann.test, Some(true));
        assert_eq!(faults(&rows[1]), [(5, "points")]);
        assert_eq!(faults(&rows[2]), [(6, "email")]);
        assert_eq!(faults(&rows[3]), [(7, "")]);
        assert!(rows[4].change.is_ok(), "the last line needs no end");
    }

    #[tokio::test]
    async fn a_header_that_says_nothing_refuses_the_table() {
        for bad in ["", "name", "email,email", "email,a b", "email,userId:"] {
            let opened = Rows::open(bad.as_bytes(), ImportFormat::Csv, &[]).await.unwrap();
            assert!(opened.is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_row_that_is_too_long_stops_no_other() {
        let long = "x".repeat(ROW_MAX + 1);
        let csv = format!("email,name\nann@example.com,{long}\nben@example.com,Ben\n");
        let rows = all(csv.as_bytes(), ImportFormat::Csv, &[]).await;
        assert_eq!((faults(&rows[0]), rows[1].change.is_ok()), (vec![(2, "")], true));
        let lines = format!("{{\"a\":\"{long}\"}}\n{{\"identities\":[{{\"namespace\":\"crm\",\"userId\":\"1\"}}]}}");
        let rows = all(lines.as_bytes(), ImportFormat::Ndjson, &[]).await;
        assert_eq!((faults(&rows[0]), rows[1].change.is_ok()), (vec![(1, "")], true));
    }

    #[tokio::test]
    async fn a_faulty_line_is_told_without_its_values() {
        let lines = "{\"identities\":[{\"namespace\":\"crm\",\"userId\":\"1\"}]}\n\n{\"test\":\"Secret\"}\n{\"identities\":[{\"userId\":7}]}\nnope\n";
        let rows = all(lines.as_bytes(), ImportFormat::Ndjson, &[]).await;
        let told: Vec<_> = rows[1..].iter().map(faults).collect();
        assert_eq!(told, [vec![(3, "test")], vec![(4, "identities[0].userId")], vec![(5, "")]]);
        assert!(!rows[1].change.as_ref().unwrap_err()[0].text.contains("Secret"));
    }
}
