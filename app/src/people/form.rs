//! What a person writes of a profile: texts, which become a draft; and where its faults stand on the form.

use domain::profile::Profile;
use serde::{Deserialize, Serialize};

/// The fields of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProfileForm {
    /// A line for each: namespace, space, user id.
    pub identities: String,
    /// A JSON object.
    pub attributes: String,
    pub time_zone: String,
    pub language: String,
    /// `true`: made up, for trying out contents.
    pub test: String,
}

impl ProfileForm {
    /// What the form shows of a profile.
    pub fn of(profile: &Profile) -> Self {
        let line = |identity: &domain::profile::Identity| format!("{} {}\n", identity.namespace, identity.user_id);
        Self {
            identities: profile.identities.iter().map(line).collect(),
            attributes: pretty(profile),
            time_zone: profile.time_zone.clone().unwrap_or_default(),
            language: profile.language.clone().unwrap_or_default(),
            test: profile.is_test.to_string(),
        }
    }
}

/// Attributes as people read them.
pub fn pretty(profile: &Profile) -> String {
    serde_json::to_string_pretty(&profile.attributes).unwrap_or_default()
}

#[cfg(feature = "ssr")]
pub use server::of_form;

#[cfg(feature = "ssr")]
mod server {
    use domain::profile::{Identity, ProfileDraft};
    use domain::{Failure, Fault, Faults};
    use engine::Error;
    use serde_json::{Map, Value};

    use super::ProfileForm;

    impl ProfileForm {
        /// The draft that these texts are. Faults at `identities` and `attributes`.
        pub fn draft(self) -> Result<ProfileDraft, Failure> {
            let mut faults = Faults::default();
            let identities = faults.take("identities", identities(&self.identities));
            let attributes = faults.take("attributes", attributes(&self.attributes));
            faults.into_result()?;
            Ok(ProfileDraft {
                identities: identities.unwrap_or_default(),
                attributes: attributes.unwrap_or_default(),
                time_zone: self.time_zone,
                language: self.language,
                is_test: self.test == "true",
            })
        }
    }

    fn identities(lines: &str) -> Result<Vec<Identity>, Fault> {
        let lines = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let identity = |(position, line): (usize, &str)| {
            let (namespace, user_id) = line.trim().split_once(char::is_whitespace).ok_or_else(|| {
                let text = format!("Line {}: write a namespace, a space and the user id.", position + 1);
                Fault::new("", "bad_identity_line", text)
            })?;
            Ok(Identity { namespace: namespace.to_owned(), user_id: user_id.trim().to_owned() })
        };
        lines.map(identity).collect()
    }

    fn attributes(text: &str) -> Result<Map<String, Value>, Fault> {
        if text.trim().is_empty() {
            return Ok(Map::new());
        }
        serde_json::from_str(text)
            .map_err(|error| Fault::new("", "bad_json", format!("This is not a JSON object: {error}.")))
    }

    /// The form has one field for all identities and one for all attributes: a fault says in which line, or at which path.
    pub fn of_form(error: Error) -> Error {
        let Error::Failure(Failure::Invalid { mut faults }) = error else { return error };
        for fault in &mut faults.0 {
            if let Some(rest) = fault.path.strip_prefix("identities[") {
                let line = rest.split(']').next().and_then(|number| number.parse::<usize>().ok()).unwrap_or(0) + 1;
                *fault = Fault::new("identities", "bad_identity_line", format!("Line {line}: {}", fault.text));
            } else if let Some(path) = fault.path.strip_prefix("attributes.") {
                let text = format!("{path}: {}", fault.text);
                *fault = Fault::new("attributes", "wrong_attribute", text);
            }
        }
        Failure::Invalid { faults }.into()
    }
}
