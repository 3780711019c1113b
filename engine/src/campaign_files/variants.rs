//! What a file says of the variants of a campaign.

use std::collections::BTreeMap;
use std::path::Path;

use domain::channel_configuration::Channel;
use domain::content::Content;
use domain::variants::{VariantKey, Variants};

use super::document::content_of;
use super::section::{Notes, Section};
use crate::store::files::NewFile;

/// An experiment, rules and languages as the API has them; contents under their keys, each as the main one.
pub(super) fn read(
    notes: &Notes,
    mut section: Section<'_>,
    channel: Channel,
    folder: Option<&Path>,
    files: &mut Vec<NewFile>,
) -> Variants {
    let is_about_nothing = section.keys() == ["contents"];
    let mut variants = Variants {
        experiment: section.read("experiment"),
        targeting: section.read("targeting"),
        languages: section.read("languages"),
        contents: BTreeMap::new(),
    };
    let mut contents = section.section("contents");
    for name in contents.keys() {
        let at = format!("variants.contents.{name}");
        let mut said = contents.section(&name);
        let content: Content = content_of(channel, &mut said, folder, files);
        said.end();
        let Some(key) = notes.take(&at, name.parse::<VariantKey>()) else { continue };
        if !variants.knows(&key) {
            notes.add(&at, "There is no such treatment, targeting rule or language above.");
        }
        variants.contents.insert(key, content);
    }
    contents.end();
    section.end();
    if is_about_nothing {
        notes.add("variants", "Give an experiment, targeting or languages.");
    }
    variants
}
