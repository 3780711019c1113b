//! A file of people that becomes the list of an audience: its columns are shown, each is given a meaning, then it is entered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::audience::Member;
use crate::channel_configuration::Channel;
use crate::csv::quoted_cell;
use crate::execution::ChannelData;
use crate::id::{AudienceId, ImportId};
use crate::profile_schema::{Attribute, AttributeType, check_path, put};
use crate::word::words;
use crate::{Faults, Timestamp};

/// Largest file, in bytes.
pub const FILE_MAX_BYTES: usize = 256 * 1024 * 1024;
/// Rows that are kept with what is wrong with them.
pub const REJECTS_KEPT: usize = 10_000;

words! {
    /// What a file holds.
    FileFormat {
        /// A table whose first line names its columns.
        Csv = "csv",
        /// One JSON object a line: members as `hermod audience import` reads them.
        Ndjson = "ndjson",
    }
}

words! {
    /// How far a file is.
    FileStatus {
        /// Somebody has to say what its columns mean.
        Waiting = "waiting",
        /// It is being entered.
        Running = "running",
        /// It is the list of its audience, unless another one came later.
        Complete = "complete",
        /// It became no list: the former one stays.
        Failed = "failed",
    }
}

words! {
    /// What a column holds.
    ColumnUse {
        Ignore = "ignore",
        Email = "email",
        Phone = "phone",
        /// Of the namespace that is named for the file.
        UserId = "userId",
        Attribute = "attribute",
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// As the first line has it.
    pub name: String,
    #[serde(rename = "use")]
    pub holds: ColumnUse,
    /// Of an attribute: `person.city`.
    #[serde(default)]
    pub path: String,
    /// Of the first rows.
    #[serde(default)]
    pub samples: Vec<String>,
}

/// A file as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AudienceFile {
    pub id: ImportId,
    pub audience_id: AudienceId,
    pub file_name: String,
    pub format: FileFormat,
    pub status: FileStatus,
    /// Of a table.
    pub columns: Vec<Column>,
    /// Of user ids.
    pub namespace: String,
    /// How everybody in it agreed to marketing; empty: nobody says so.
    pub opted_in: String,
    /// Of the whole file.
    pub bytes: i64,
    /// Of these, as far as it was entered.
    pub done_bytes: i64,
    pub rows: i64,
    pub members: i64,
    /// Rows that named somebody once more.
    pub repeated: i64,
    /// Rows that were left out.
    pub failed: i64,
    /// So far, or of the whole.
    pub rows_per_second: i64,
    /// Why it became no list, in words; otherwise empty.
    pub reason: String,
    pub created_at: Timestamp,
    pub created_by: String,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

/// A row that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reject {
    /// From 1, the header too.
    pub row: i64,
    pub path: String,
    pub text: String,
}

impl Column {
    /// What a column of this name probably holds.
    pub fn guessed(name: &str, samples: Vec<String>) -> Self {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let holds = match letters.as_str() {
            "email" | "emailaddress" | "mail" => ColumnUse::Email,
            "phone" | "phonenumber" | "mobile" | "mobilephone" | "mobilephonenumber" | "msisdn" => ColumnUse::Phone,
            "userid" | "customerid" | "crmid" | "id" => ColumnUse::UserId,
            "" => ColumnUse::Ignore,
            _ => ColumnUse::Attribute,
        };
        let path = if holds == ColumnUse::Attribute { path_of(name) } else { String::new() };
        Self { name: name.to_owned(), holds, path, samples }
    }
}

/// The name of a column as faults tell it. Where an address or a number stands among the names, there is no header: the first
/// line is of a person, and faults are kept.
pub fn told_name(columns: &[Column], position: usize) -> String {
    let is_of_person =
        |column: &Column| column.name.contains('@') || column.name.chars().filter(char::is_ascii_digit).count() > 5;
    match columns.get(position) {
        Some(column) if !columns.iter().any(is_of_person) => column.name.clone(),
        _ => format!("column {}", position + 1),
    }
}

/// A header as the path of an attribute: `First name` is `first_name`.
fn path_of(name: &str) -> String {
    if check_path(name).is_ok() {
        return name.to_owned();
    }
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let path = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_");
    if path.starts_with(|first: char| first.is_ascii_digit()) { format!("_{path}") } else { path }
}

/// What is wrong with the meaning of columns, at `columns[0].path`, `columns` and `namespace`.
pub fn check_columns(columns: &[Column], namespace: &str) -> Faults {
    let mut faults = Faults::default();
    let holds = |wanted: ColumnUse| columns.iter().filter(|column| column.holds == wanted).count();
    for (position, column) in columns.iter().enumerate().filter(|(_, column)| column.holds == ColumnUse::Attribute) {
        faults.take(&format!("columns[{position}].path"), check_path(&column.path));
    }
    if holds(ColumnUse::Email) + holds(ColumnUse::Phone) == 0 {
        faults.add(
            "columns",
            "required",
            "One column must hold email addresses or phone numbers: nobody else can be written to.",
        );
    }
    for (once, text) in [
        (ColumnUse::Email, "Only one column holds email addresses."),
        (ColumnUse::Phone, "Only one column holds phone numbers."),
        (ColumnUse::UserId, "Only one column holds user ids."),
    ] {
        if holds(once) > 1 {
            faults.add("columns", "stands_twice", text);
        }
    }
    if holds(ColumnUse::UserId) > 0 {
        faults.take("namespace", crate::address::required_line(namespace, 100));
    }
    faults
}

/// A row as a member. `schema`: what is known of attributes; the others are texts. Faults at the names of columns.
pub fn member_of(columns: &[Column], namespace: &str, schema: &[Attribute], cells: &[&str]) -> Result<Member, Faults> {
    let mut faults = Faults::default();
    if cells.len() > columns.len() {
        let text = format!("There are {} cells in this row, and {} columns.", cells.len(), columns.len());
        faults.add("", "bad_csv", text);
        return Err(faults);
    }
    let (mut email, mut phone, mut user_id) = (None, None, None);
    let mut profile = Map::new();
    for (position, (column, cell)) in columns.iter().zip(cells).enumerate() {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        match column.holds {
            ColumnUse::Ignore => {}
            ColumnUse::Email => email = Some(cell.to_owned()),
            ColumnUse::Phone => phone = Some(cell.to_owned()),
            ColumnUse::UserId => user_id = Some(cell.to_owned()),
            ColumnUse::Attribute => {
                let text = || text_attribute(&column.path);
                let known = schema.iter().find(|known| known.path == column.path).cloned().unwrap_or_else(text);
                if let Some(value) = faults.take(&told_name(columns, position), known.parse(cell)) {
                    put(&mut profile, &column.path, value);
                }
            }
        }
    }
    let (user_id, namespace) = match (user_id, &email, &phone) {
        (Some(id), ..) => (id, namespace.to_owned()),
        (None, Some(email), _) => (email.clone(), "email".to_owned()),
        (None, None, Some(phone)) => (phone.clone(), "phone".to_owned()),
        (None, None, None) => {
            faults.add("", "required", "This row has neither an email address nor a phone number.");
            (String::new(), String::new())
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    // Whose user id is the address, nothing more is said of them.
    let beside = |address: Option<String>, channel: Channel| {
        address.filter(|address| *address != user_id || !namespace.eq_ignore_ascii_case(channel.namespace()))
    };
    let data = ChannelData {
        email_address: beside(email, Channel::Email),
        mobile_phone_number: beside(phone, Channel::Mobile),
        push_token: None,
    };
    let channel_data = (data != ChannelData::default()).then_some(data);
    Ok(Member { user_id, namespace, channel_data, profile })
}

fn text_attribute(path: &str) -> Attribute {
    Attribute { path: path.to_owned(), kind: AttributeType::Text, label: String::new(), example: String::new() }
}

/// Rows that were left out, as a table. Spreadsheets take no cell of it for a formula.
pub fn report(rejects: &[Reject]) -> String {
    let mut table = "row,column,text\r\n".to_owned();
    for Reject { row, path, text } in rejects {
        table.push_str(&format!("{row},{},{}\r\n", quoted_cell(path), quoted_cell(text)));
    }
    table
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn columns(names: &[&str]) -> Vec<Column> {
        names.iter().map(|name| Column::guessed(name, Vec::new())).collect()
    }

    #[test]
    fn a_header_says_what_its_column_probably_holds() {
        let guessed: Vec<_> = columns(&["E-Mail", "Phone number", "CRM ID", "First name", "person.city", "2nd", " "])
            .into_iter()
            .map(|column| (column.holds.as_str(), column.path))
            .collect();
        let expected = [
            ("email", ""),
            ("phone", ""),
            ("userId", ""),
            ("attribute", "first_name"),
            ("attribute", "person.city"),
            ("attribute", "_2nd"),
            ("ignore", ""),
        ];
        assert_eq!(guessed, expected.map(|(holds, path)| (holds, path.to_owned())));
    }

    #[test]
    fn a_row_becomes_a_member_by_what_it_has() {
        let columns = columns(&["email", "phone", "id", "city", "points"]);
        let points = Attribute {
            path: "points".into(),
            kind: AttributeType::Number,
            label: String::new(),
            example: String::new(),
        };
        let member = |cells: &[&str]| member_of(&columns, "crm", std::slice::from_ref(&points), cells);
        let ann = member(&["ann@example.com", "", "", "Seoul", "7"]).unwrap();
        assert_eq!(
            (ann.user_id.as_str(), ann.namespace.as_str(), ann.channel_data),
            ("ann@example.com", "email", None)
        );
        assert_eq!(Value::Object(ann.profile), json!({"city": "Seoul", "points": 7}));
        let ben = member(&["ben@example.com", "+821012345678", "17"]).unwrap();
        assert_eq!((ben.user_id.as_str(), ben.namespace.as_str()), ("17", "crm"));
        assert_eq!(ben.channel_data.unwrap().mobile_phone_number.as_deref(), Some("+821012345678"));
        // Whose user id looks like an address of theirs still has it.
        let una = member(&["una@example.com", "", "una@example.com"]).unwrap();
        assert_eq!((una.namespace.as_str(), una.addresses(100).unwrap().email.is_some()), ("crm", true));
        assert_eq!(una.channel_data.unwrap().email_address.as_deref(), Some("una@example.com"));
        assert_eq!(member(&["", "+821012345678"]).unwrap().namespace, "phone");
        assert_eq!(member(&["", "", "", "Seoul"]).unwrap_err().0[0].code, "required");
        assert_eq!(member(&["a@example.com", "", "", "", "many"]).unwrap_err().0[0].path, "points");
        assert_eq!(member(&["a", "b", "c", "d", "e", "f"]).unwrap_err().0[0].code, "bad_csv");
    }

    #[test]
    fn columns_must_say_where_people_are_written_to() {
        let codes = |names: &[&str], namespace: &str| {
            let faults = check_columns(&columns(names), namespace).0;
            faults.into_iter().map(|fault| (fault.path, fault.code)).collect::<Vec<_>>()
        };
        let fault = |path: &str, code: &str| vec![(path.to_owned(), code.to_owned())];
        assert!(codes(&["email", "city"], "").is_empty());
        assert_eq!(codes(&["city"], ""), fault("columns", "required"));
        assert_eq!(codes(&["email", "mail"], ""), fault("columns", "stands_twice"));
        assert_eq!(codes(&["email", "id"], " "), fault("namespace", "required"));
        let mut wrong = columns(&["email", "city"]);
        wrong[1].path = "a..b".into();
        assert_eq!(check_columns(&wrong, "").0[0].path, "columns[1].path");
    }

    #[test]
    fn a_report_is_a_table_without_formulas() {
        let rejects = [Reject { row: 2, path: "=email".into(), text: "Say \"hi\".".into() }];
        assert_eq!(report(&rejects), "row,column,text\r\n2,\"'=email\",\"Say \"\"hi\"\".\"\r\n");
    }
}
