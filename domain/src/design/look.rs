//! Colours, letters and room of a mail.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::word::words;
use crate::{Fault, Faults};

/// A colour as `#rrggbb`, in lower case: what all mail programs understand.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color(String);

impl Color {
    /// `#rrggbb`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Red, green and blue.
    pub fn channels(&self) -> [u8; 3] {
        let part = |at: usize| u8::from_str_radix(self.0.get(at..at + 2).unwrap_or_default(), 16).unwrap_or_default();
        [part(1), part(3), part(5)]
    }
}

impl FromStr for Color {
    type Err = Fault;

    /// Takes `#rgb` as well.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let digits = text.trim().strip_prefix('#').unwrap_or_default().to_ascii_lowercase();
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        match digits.len() {
            6 if is_hex => Ok(Self(format!("#{digits}"))),
            3 if is_hex => Ok(Self(digits.chars().fold("#".to_owned(), |hex, digit| format!("{hex}{digit}{digit}")))),
            _ => Err(Fault::new("", "bad_color", "Write a colour as #rrggbb.")),
        }
    }
}

impl TryFrom<String> for Color {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<Color> for String {
    fn from(color: Color) -> String {
        color.0
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for Color {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Color".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$" })
    }
}

words! {
    /// Letters that mail programs have.
    #[derive(Default)]
    Font {
        #[default]
        System = "system",
        Arial = "arial",
        Helvetica = "helvetica",
        Georgia = "georgia",
        Verdana = "verdana",
        Tahoma = "tahoma",
        Courier = "courier",
    }
}

/// Room on the four sides, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Padding {
    pub top: u8,
    pub right: u8,
    pub bottom: u8,
    pub left: u8,
}

impl Default for Padding {
    fn default() -> Self {
        Self { top: 10, right: 25, bottom: 10, left: 25 }
    }
}

/// What holds in the whole mail unless a block says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Theme {
    /// Of the mail, in pixels.
    #[schemars(range(min = 320, max = 900))]
    pub width: u16,
    /// Around the mail.
    pub backdrop: Color,
    /// Of the mail.
    pub background: Color,
    pub text: Color,
    pub link: Color,
    pub button: Color,
    pub button_text: Color,
    pub font: Font,
    /// Of running text, in pixels.
    #[schemars(range(min = 10, max = 28))]
    pub font_size: u8,
    /// Of the corners of buttons, in pixels.
    #[schemars(range(min = 0, max = 40))]
    pub radius: u8,
    /// In mail programs that show dark mails; none: theirs.
    pub dark: Option<DarkColors>,
}

/// Colours of a mail at night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct DarkColors {
    pub backdrop: Color,
    pub background: Color,
    pub text: Color,
    pub link: Color,
}

impl Default for DarkColors {
    fn default() -> Self {
        Self {
            backdrop: Color("#121316".into()),
            background: Color("#1d1f24".into()),
            text: Color("#ececef".into()),
            link: Color("#9db8ff".into()),
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            width: 600,
            backdrop: Color("#f2f3f5".into()),
            background: Color("#ffffff".into()),
            text: Color("#1f2430".into()),
            link: Color("#2f55c8".into()),
            button: Color("#2f55c8".into()),
            button_text: Color("#ffffff".into()),
            font: Font::System,
            font_size: 16,
            radius: 6,
            dark: None,
        }
    }
}

impl Theme {
    /// Faults with paths such as `theme.width`.
    pub fn check(&self) -> Faults {
        let mut faults = Faults::default();
        for (path, value, from, to) in [
            ("theme.width", self.width, 320, 900),
            ("theme.fontSize", self.font_size.into(), 10, 28),
            ("theme.radius", self.radius.into(), 0, 40),
        ] {
            if !(from..=to).contains(&value) {
                faults.add(path, "out_of_range", format!("Use {from} to {to} pixels."));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_one_in_any_of_its_writings_and_nothing_else() {
        for written in ["#FFAA00", " #ffaa00 ", "#fa0"] {
            assert_eq!(written.parse::<Color>().unwrap().as_str(), "#ffaa00");
        }
        assert_eq!("#ffaa00".parse::<Color>().unwrap().channels(), [255, 170, 0]);
        for bad in ["", "red", "#ffaa0", "#ffaa00;}", "ffaa00", "#ééé"] {
            assert!(bad.parse::<Color>().is_err(), "{bad:?}");
        }
    }
}
