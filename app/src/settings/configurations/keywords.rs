//! What people who write to the sender's number mean, and what they get back.

use domain::channel_configuration::ChannelConfigurationDraft;
use domain::keywords::{CUSTOM_MAX, CustomKeywordDraft, FuzzyStop, KeywordsDraft, built_in};
use leptos::prelude::*;

use super::super::alive::alive;
use super::section::FormSection;
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::ui::{SelectField, TextField};

/// Empty rows for further keywords that a form has at least.
const EMPTY_ROWS: usize = 2;

/// One section for each thing that people may want.
#[component]
pub fn KeywordFields(draft: ChannelConfigurationDraft, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let is_new = draft.from_number.is_empty() && draft.keywords == KeywordsDraft::default();
    view! {
        <fieldset class="form">
            <legend>{t.keywords.title}</legend>
            <p class="hint">{t.keywords.about}</p>
            <OptOutFields draft=draft.clone() open=is_new failure/>
            <OptInFields draft=draft.clone() failure/>
            <HelpFields draft=draft.clone() failure/>
            <CustomFields rows=draft.keywords.custom failure/>
            <FormSection
                title=t.keywords.other about=t.keywords.other_about paths=vec!["replyToOther".to_owned()]
                open=!draft.reply_to_other.is_empty() failure
            >
                <TextField
                    path="replyToOther" name="draft[replyToOther]" label=t.providers.reply_to_other
                    hint=t.providers.reply_to_other_hint value=draft.reply_to_other failure
                />
            </FormSection>
        </fieldset>
    }
}

#[component]
fn OptOutFields(draft: ChannelConfigurationDraft, open: bool, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let paths = ["keywords.stop", "replyToStop", "keywords.fuzzyStop", "replyToFuzzy"].map(str::to_owned).to_vec();
    let word = |fuzzy: FuzzyStop, label: &str| (fuzzy.to_string(), label.to_owned());
    let options = vec![
        word(FuzzyStop::Off, t.keywords.fuzzy_off),
        word(FuzzyStop::Ask, t.keywords.fuzzy_ask),
        word(FuzzyStop::Stop, t.keywords.fuzzy_stop),
    ];
    view! {
        <FormSection title=t.keywords.stop about=t.keywords.stop_about(listed(built_in::STOP)) paths open failure>
            <TextField
                path="keywords.stop" name="draft[keywords][stop]" label=t.keywords.stop_words hint=t.keywords.words_hint
                value=draft.keywords.stop failure
            />
            <TextField
                path="replyToStop" name="draft[replyToStop]" label=t.providers.reply_to_stop
                hint=t.providers.reply_to_stop_hint value=draft.reply_to_stop failure
            />
            <SelectField
                path="keywords.fuzzyStop" name="draft[keywords][fuzzyStop]" label=t.keywords.fuzzy hint=t.keywords.fuzzy_hint
                value=draft.keywords.fuzzy_stop options failure
            />
            <div class="form if-asked">
                <TextField
                    path="replyToFuzzy" name="draft[replyToFuzzy]" label=t.keywords.reply_to_fuzzy
                    hint=t.keywords.reply_to_fuzzy_hint value=draft.reply_to_fuzzy failure
                />
            </div>
        </FormSection>
    }
}

#[component]
fn OptInFields(draft: ChannelConfigurationDraft, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let paths = ["keywords.start", "replyToStart", "keywords.doubleOptIn", "askToConfirm", "keywords.confirm"];
    let options =
        vec![(false.to_string(), t.keywords.single.to_owned()), (true.to_string(), t.keywords.double.to_owned())];
    let open = draft.keywords.double_opt_in;
    view! {
        <FormSection
            title=t.keywords.start about=t.keywords.start_about(listed(built_in::START))
            paths=paths.map(str::to_owned).to_vec() open failure
        >
            <TextField
                path="keywords.start" name="draft[keywords][start]" label=t.keywords.start_words hint=t.keywords.words_hint
                value=draft.keywords.start failure
            />
            <TextField
                path="replyToStart" name="draft[replyToStart]" label=t.providers.reply_to_start
                hint=t.providers.reply_to_start_hint value=draft.reply_to_start failure
            />
            <SelectField
                path="keywords.doubleOptIn" name="draft[keywords][doubleOptIn]" label=t.keywords.double_opt_in
                hint=t.keywords.double_opt_in_hint value=draft.keywords.double_opt_in.to_string() options failure
            />
            <div class="form if-confirmed">
                <TextField
                    path="askToConfirm" name="draft[askToConfirm]" label=t.keywords.ask_to_confirm
                    hint=t.keywords.ask_to_confirm_hint value=draft.ask_to_confirm failure
                />
                <TextField
                    path="keywords.confirm" name="draft[keywords][confirm]" label=t.keywords.confirm_words
                    hint=t.keywords.confirm_words_hint(listed(built_in::CONFIRM)) value=draft.keywords.confirm failure
                />
            </div>
        </FormSection>
    }
}

#[component]
fn HelpFields(draft: ChannelConfigurationDraft, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let paths = ["keywords.help", "replyToHelp"].map(str::to_owned).to_vec();
    view! {
        <FormSection title=t.keywords.help about=t.keywords.help_about(listed(built_in::HELP)) paths open=false failure>
            <TextField
                path="keywords.help" name="draft[keywords][help]" label=t.keywords.help_words hint=t.keywords.words_hint
                value=draft.keywords.help failure
            />
            <TextField
                path="replyToHelp" name="draft[replyToHelp]" label=t.providers.reply_to_help
                hint=t.providers.reply_to_help_hint value=draft.reply_to_help failure
            />
        </FormSection>
    }
}

/// The stored rows and some empty ones; a save without a program brings more.
#[component]
fn CustomFields(rows: Vec<CustomKeywordDraft>, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let open = !rows.is_empty();
    let count = RwSignal::new((rows.len() + EMPTY_ROWS).min(CUSTOM_MAX));
    let alive = alive();
    let paths =
        (0..CUSTOM_MAX).flat_map(|row| [words_path(row), reply_path(row)]).chain(["keywords.custom".to_owned()]);
    let paths = paths.collect();
    let row = move |position: usize| {
        let row = rows.get(position).cloned().unwrap_or_default();
        view! { <CustomRow position row failure/> }
    };
    let more = move || {
        (alive.get() && count.get() < CUSTOM_MAX).then(|| {
            let add = move |_| count.update(|count| *count += 1);
            view! { <button type="button" class="button button-secondary button-small" on:click=add>{t.keywords.add}</button> }
        })
    };
    view! {
        <FormSection title=t.keywords.custom about=t.keywords.custom_about(CUSTOM_MAX) paths open failure>
            <For each=move || 0..count.get() key=|position| *position children=row/>
            <noscript><p class="hint">{t.keywords.more_rows}</p></noscript>
            {more}
        </FormSection>
    }
}

#[component]
fn CustomRow(position: usize, row: CustomKeywordDraft, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let name = |field: &str| format!("draft[keywords][custom][{position}][{field}]");
    view! {
        <div class="keyword-row">
            <TextField
                path=words_path(position) name=name("words") label=t.keywords.custom_words(position + 1) value=row.words failure
            />
            <TextField
                path=reply_path(position) name=name("reply") label=t.keywords.custom_reply(position + 1) value=row.reply failure
            />
        </div>
    }
}

fn words_path(row: usize) -> String {
    format!("keywords.custom[{row}].words")
}

fn reply_path(row: usize) -> String {
    format!("keywords.custom[{row}].reply")
}

fn listed(words: &[&str]) -> String {
    words.join(", ")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_keywords_is_in_the_form_once_with_what_is_stored() {
        let row = CustomKeywordDraft { words: "HOURS".into(), reply: "9 to 18".into() };
        let keywords = KeywordsDraft { stop: "BASTA".into(), custom: vec![row], ..Default::default() };
        let draft = ChannelConfigurationDraft { keywords, ..Default::default() };
        let html = Owner::new().with(|| view! { <KeywordFields draft failure=Signal::stored(None)/> }.to_html());
        for name in ["stop", "start", "help", "confirm", "doubleOptIn", "fuzzyStop"] {
            assert_eq!(html.matches(&format!("name=\"draft[keywords][{name}]\"")).count(), 1, "{name}");
        }
        for name in ["replyToStop", "replyToStart", "replyToHelp", "replyToOther", "replyToFuzzy", "askToConfirm"] {
            assert_eq!(html.matches(&format!("name=\"draft[{name}]\"")).count(), 1, "{name}");
        }
        assert!(html.contains("name=\"draft[keywords][custom][2][reply]\"") && !html.contains("[custom][3]"), "{html}");
        assert!(html.contains("value=\"BASTA\"") && html.contains("value=\"9 to 18\""), "{html}");
    }
}
