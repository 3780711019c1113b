//! The words of a topic, in both languages.

use domain::topic::TopicWords;
use leptos::prelude::*;

use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::TextField;

/// Four fields; the names are needed.
#[component]
pub fn TopicFields(words: TopicWords, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    view! {
        <TextField path="words.nameEn" name="words[nameEn]" label=t.topics.name_en value=words.name_en required=true failure/>
        <TextField path="words.nameKo" name="words[nameKo]" label=t.topics.name_ko value=words.name_ko required=true failure/>
        <TextField
            path="words.descriptionEn" name="words[descriptionEn]" label=t.topics.description_en
            hint=t.topics.description_hint value=words.description_en failure
        />
        <TextField
            path="words.descriptionKo" name="words[descriptionKo]" label=t.topics.description_ko value=words.description_ko
            failure
        />
    }
}
