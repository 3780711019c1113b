//! What marketing is about, for people to choose from: “New books”, “Offers of the week”.

use serde::{Deserialize, Serialize};

use crate::address::{required_line, single_line};
use crate::id::TopicId;
use crate::{Faults, Timestamp};

/// Longest name in characters.
pub const NAME_MAX: usize = 80;
/// Longest description in characters.
pub const DESCRIPTION_MAX: usize = 300;
/// Most topics that a sandbox offers: a page of choices has an end.
pub const TOPICS_MAX: i64 = 50;

/// What people read, in each language of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopicWords {
    pub name_en: String,
    pub name_ko: String,
    pub description_en: String,
    pub description_ko: String,
}

impl TopicWords {
    /// Without white space around them. Faults at the fields; names are needed, in both languages.
    pub fn checked(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let name_en = faults.take("nameEn", required_line(&self.name_en, NAME_MAX));
        let name_ko = faults.take("nameKo", required_line(&self.name_ko, NAME_MAX));
        let description_en = faults.take("descriptionEn", single_line(&self.description_en, DESCRIPTION_MAX));
        let description_ko = faults.take("descriptionKo", single_line(&self.description_ko, DESCRIPTION_MAX));
        if !faults.is_empty() {
            return Err(faults);
        }
        let words = [name_en, name_ko, description_en, description_ko].map(Option::unwrap_or_default);
        let [name_en, name_ko, description_en, description_ko] = words;
        Ok(Self { name_en, name_ko, description_en, description_ko })
    }
}

/// A topic of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Topic {
    pub id: TopicId,
    pub words: TopicWords,
    /// Offered to nobody any more.
    pub removed: bool,
    pub modified_at: Timestamp,
    pub modified_by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_a_name_in_both_languages() {
        let words = TopicWords { name_en: " New books ".into(), name_ko: "새 책".into(), ..TopicWords::default() };
        assert_eq!(words.clone().checked().unwrap().name_en, "New books");
        let faults = TopicWords { name_ko: String::new(), ..words }.checked().unwrap_err();
        assert_eq!((faults.0.len(), faults.0[0].path.as_str()), (1, "nameKo"));
    }
}
