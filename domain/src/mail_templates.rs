//! What a configuration says in every mail beside the content, for each recipient anew: who it is from, and what its links
//! carry (reference §5.1).

use serde::{Deserialize, Serialize};

use crate::address::single_line;
use crate::{Fault, Faults};

/// Longest template of a header, in characters.
pub const HEADER_TEMPLATE_MAX: usize = 500;
/// Most parameters of links (reference §5.1).
pub const URL_PARAMETERS_MAX: usize = 10;
/// Longest template of a parameter's value, in bytes (reference §5.1).
pub const URL_PARAMETER_MAX_BYTES: usize = 5 * 1024;
/// Longest name of a parameter, in characters.
const PARAMETER_NAME_MAX: usize = 100;

/// Templates such as those of a content. One that is empty is not used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MailTemplates {
    /// In the place of the name of the sender.
    pub from_name: String,
    /// In the place of the from-address, of whose domain it has to be.
    pub from_address: String,
    pub reply_to: String,
    /// Of the header `Sender`; together with the address.
    pub sender_name: String,
    pub sender_address: String,
    /// What links carry, in this order.
    pub url_parameters: Vec<UrlParameter>,
}

/// A parameter that is appended to links.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UrlParameter {
    pub name: String,
    /// A template.
    pub value: String,
}

impl MailTemplates {
    /// Mails say what is fixed in the configuration, and links carry nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The templates of headers with the fields of the form that they stand in.
    pub fn headers(&self) -> [(&'static str, &str); 5] {
        [
            ("fromName", &self.from_name),
            ("fromTemplate", &self.from_address),
            ("replyTo", &self.reply_to),
            ("senderName", &self.sender_name),
            ("senderAddress", &self.sender_address),
        ]
    }
}

/// Is it a template, or does it say the same to everybody?
pub fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|tag| text.contains(tag))
}

/// A template of a header: one line.
pub(crate) fn check_header(text: &str) -> Result<String, Fault> {
    single_line(text, HEADER_TEMPLATE_MAX)
}

/// One parameter a line: `name=value`.
pub(crate) fn check_url_parameters(text: &str) -> Result<Vec<UrlParameter>, Fault> {
    let mut faults = Faults::default();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > URL_PARAMETERS_MAX {
        return Err(Fault::new("", "too_many_lines", format!("Give at most {URL_PARAMETERS_MAX} parameters.")));
    }
    let mut parameters: Vec<UrlParameter> = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(parameter) = faults.take("", check_parameter(line)) else { continue };
        if parameters.iter().any(|known| known.name == parameter.name) {
            return Err(Fault::new("", "duplicate_name", format!("{} stands twice.", parameter.name)));
        }
        parameters.push(parameter);
    }
    faults.0.into_iter().next().map_or(Ok(parameters), Err)
}

fn check_parameter(line: &str) -> Result<UrlParameter, Fault> {
    let shown: String = line.chars().take(40).collect();
    let bad = || Fault::new("", "bad_parameter", format!("“{shown}” is no parameter such as utm_source=hermod."));
    let (name, value) = line.split_once('=').ok_or_else(bad)?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty()
        && name.len() <= PARAMETER_NAME_MAX
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._~".contains(letter));
    if !is_name || value.is_empty() || value.chars().any(char::is_control) {
        return Err(bad());
    }
    if value.len() > URL_PARAMETER_MAX_BYTES {
        return Err(Fault::new("", "too_long", format!("Use at most {} KB.", URL_PARAMETER_MAX_BYTES / 1024)));
    }
    Ok(UrlParameter { name: name.to_owned(), value: value.to_owned() })
}

/// As [`check_url_parameters`] reads them.
pub(crate) fn url_parameters_text(parameters: &[UrlParameter]) -> String {
    parameters
        .iter()
        .map(|UrlParameter { name, value }| format!("{name}={value}\n"))
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_one_a_line_and_come_back() {
        let text = " utm_source = hermod \n\nid={{ campaign_id }}=x\n";
        let read = check_url_parameters(text).unwrap();
        assert_eq!(read[1], UrlParameter { name: "id".into(), value: "{{ campaign_id }}=x".into() });
        assert_eq!(check_url_parameters(&url_parameters_text(&read)).unwrap(), read);
    }

    #[test]
    fn what_is_no_parameter_is_told() {
        let eleven = (0..11).map(|n| format!("a{n}=1\n")).collect::<String>();
        for (text, code) in [
            ("utm_source", "bad_parameter"),
            ("=x", "bad_parameter"),
            ("a=", "bad_parameter"),
            ("a b=1", "bad_parameter"),
            ("a&b=1", "bad_parameter"),
            ("a=1\na=2", "duplicate_name"),
            (&eleven, "too_many_lines"),
        ] {
            assert_eq!(check_url_parameters(text).unwrap_err().code, code, "{text}");
        }
    }
}
