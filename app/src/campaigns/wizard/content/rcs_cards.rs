//! Cards and suggestions as numbered groups. The last group of each list is empty, and what stays empty is not saved: a list
//! grows with each save, without a program in the page.

use domain::content::MobileContent;
use domain::rcs::{
    CARD_SUGGESTIONS_MAX, CARDS_MAX, CARDS_MIN, PATH, RcsCard, RcsContent, SUGGESTIONS_MAX, Suggestion, SuggestionKind,
    Webview,
};
use leptos::prelude::*;

use super::drawing::Drawing;
use crate::expressions::ExpressionField;
use crate::failure::ServerFailure;
use crate::i18n::{fault_text, texts};
use crate::ui::{SelectField, field_id};

/// The cards that are there and an empty one.
#[component]
pub fn Cards(rcs: RcsContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    let count = (rcs.cards.len() + 1).clamp(CARDS_MIN, CARDS_MAX);
    let cards = (0..count).map(|position| {
        let card = rcs.cards.get(position).cloned().unwrap_or_default();
        view! { <Card position card first=first_of_card(&rcs, position) drawing failure/> }
    });
    let cards = cards.collect_view();
    view! {
        <Group path=format!("{PATH}.cards") legend=t.rcs_step.cards.to_owned() hint=t.rcs_step.cards_hint failure>
            {cards}
            <button type="submit" name="way[stay]" value="true" class="button button-small button-secondary">{t.rcs_step.add_card}</button>
        </Group>
    }
}

#[component]
fn Card(
    position: usize,
    card: RcsCard,
    /// Number in the form of its first suggestion.
    first: usize,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let path = format!("{PATH}.cards.{position}");
    let name = |field: &str| format!("fields[cards][{position}][{field}]");
    let change = move |put: fn(&mut RcsCard, String)| {
        Callback::new(move |text| drawing.change_mobile(|content| put(card_at(content, position), text)))
    };
    view! {
        <fieldset class="group rcs-card">
            <legend>{t.rcs_step.card(position + 1)}</legend>
            <ExpressionField
                path=format!("{path}.mediaUrl") name=name("mediaUrl") label=t.rcs_step.card_media hint=t.rcs_step.card_media_hint
                value=card.media_url failure on_input=change(|card, text| card.media_url = text)
            />
            <ExpressionField
                path=format!("{path}.title") name=name("title") label=t.rcs_step.card_title hint=t.rcs_step.card_title_hint
                value=card.title failure on_input=change(|card, text| card.title = text)
            />
            <ExpressionField
                path=format!("{path}.description") name=name("description") label=t.rcs_step.card_description
                hint=t.rcs_step.card_description_hint value=card.description rows=3 failure
                on_input=change(|card, text| card.description = text)
            />
            <Suggestions card=Some(position) suggestions=card.suggestions most=CARD_SUGGESTIONS_MAX first drawing failure/>
        </fieldset>
    }
}

/// The suggestions below the message.
#[component]
pub fn MessageSuggestions(rcs: RcsContent, drawing: Drawing, failure: Signal<Option<ServerFailure>>) -> impl IntoView {
    let t = texts();
    view! {
        <Group
            path=format!("{PATH}.suggestions") legend=t.rcs_step.suggestions.to_owned() hint=t.rcs_step.suggestions_hint failure
        >
            <Suggestions card=None suggestions=rcs.suggestions most=SUGGESTIONS_MAX first=0 drawing failure/>
            <button type="submit" name="way[stay]" value="true" class="button button-small button-secondary">{t.rcs_step.add_suggestion}</button>
        </Group>
    }
}

/// Those that are there and an empty one.
#[component]
fn Suggestions(
    /// `None`: those of the message.
    card: Option<usize>,
    suggestions: Vec<Suggestion>,
    most: usize,
    first: usize,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let count = offered(suggestions.len(), most);
    let fields = (0..count).map(|position| {
        let suggestion = suggestions.get(position).cloned().unwrap_or_default();
        let place = Place { card, position };
        view! { <SuggestionFields place number=first + position suggestion drawing failure/> }
    });
    fields.collect_view()
}

#[component]
fn SuggestionFields(
    place: Place,
    /// Its number among all of the form.
    number: usize,
    suggestion: Suggestion,
    drawing: Drawing,
    failure: Signal<Option<ServerFailure>>,
) -> impl IntoView {
    let t = texts();
    let path = place.path();
    let name = |field: &str| format!("fields[suggestions][{number}][{field}]");
    let change = move |put: fn(&mut Suggestion, String)| {
        Callback::new(move |text| drawing.change_mobile(|content| put(suggestion_at(content, place), text)))
    };
    view! {
        <fieldset class="group rcs-suggestion">
            <legend>{t.rcs_step.suggestion(place.position + 1)}</legend>
            <input type="hidden" name=name("card") value=place.card.map(|card| card.to_string()).unwrap_or_default()/>
            <SelectField
                path=format!("{path}.kind") name=name("kind") label=t.rcs_step.does value=suggestion.kind.as_str() options=kinds()
                failure on_input=change(|suggestion, word| suggestion.kind = word.parse().unwrap_or_default())
            />
            <ExpressionField
                path=format!("{path}.label") name=name("label") label=t.rcs_step.label hint=t.rcs_step.label_hint
                value=suggestion.label failure on_input=change(|suggestion, text| suggestion.label = text)
            />
            <ExpressionField
                path=format!("{path}.target") name=name("target") label=t.rcs_step.target hint=t.rcs_step.target_hint
                value=suggestion.target failure on_input=change(|suggestion, text| suggestion.target = text)
            />
            <div class="only-open">
                <SelectField
                    path=format!("{path}.webview") name=name("webview") label=t.rcs_step.webview
                    value=suggestion.webview.as_str() options=webviews() failure
                    on_input=change(|suggestion, word| suggestion.webview = word.parse().unwrap_or_default())
                />
            </div>
        </fieldset>
    }
}

/// A list of groups, with the fault that is of the whole list.
#[component]
fn Group(
    path: String,
    legend: String,
    hint: &'static str,
    failure: Signal<Option<ServerFailure>>,
    children: Children,
) -> impl IntoView {
    let id = field_id(&path);
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described = format!("{hint_id} {fault_id}");
    let fault = move || failure.get().and_then(|failure| failure.faults().at(&path).map(fault_text));
    view! {
        <fieldset class="group" id=id tabindex="-1" aria-describedby=described>
            <legend>{legend}</legend>
            <p class="hint" id=hint_id>{hint}</p>
            <p class="field-fault" id=fault_id>{fault}</p>
            {children()}
        </fieldset>
    }
}

/// Where a suggestion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    card: Option<usize>,
    position: usize,
}

impl Place {
    fn path(self) -> String {
        let of_card = self.card.map(|card| format!(".cards.{card}")).unwrap_or_default();
        format!("{PATH}{of_card}.suggestions.{}", self.position)
    }
}

/// So many groups are offered for a list.
const fn offered(there: usize, most: usize) -> usize {
    if there < most { there + 1 } else { there }
}

/// Number in the form of the first suggestion of a card: those of the message come first.
fn first_of_card(rcs: &RcsContent, position: usize) -> usize {
    let before = (0..position).map(|card| {
        let there = rcs.cards.get(card).map_or(0, |card| card.suggestions.len());
        offered(there, CARD_SUGGESTIONS_MAX)
    });
    offered(rcs.suggestions.len(), SUGGESTIONS_MAX) + before.sum::<usize>()
}

fn card_at(content: &mut MobileContent, position: usize) -> &mut RcsCard {
    at(&mut content.rcs.cards, position)
}

fn suggestion_at(content: &mut MobileContent, place: Place) -> &mut Suggestion {
    let suggestions = match place.card {
        Some(card) => &mut card_at(content, card).suggestions,
        None => &mut content.rcs.suggestions,
    };
    at(suggestions, place.position)
}

/// The element at this position, which is there from now on.
fn at<T: Default + Clone>(list: &mut Vec<T>, position: usize) -> &mut T {
    if list.len() <= position {
        list.resize(position + 1, T::default());
    }
    &mut list[position]
}

fn kinds() -> Vec<(String, String)> {
    let t = texts();
    let name = |kind: &SuggestionKind| match kind {
        SuggestionKind::Reply => t.rcs_step.reply,
        SuggestionKind::OpenUrl => t.rcs_step.open_url,
        SuggestionKind::Dial => t.rcs_step.dial,
        SuggestionKind::ShowLocation => t.rcs_step.show_location,
    };
    SuggestionKind::ALL.iter().map(|kind| (kind.to_string(), name(kind).to_owned())).collect()
}

fn webviews() -> Vec<(String, String)> {
    let t = texts();
    let name = |webview: &Webview| match webview {
        Webview::Browser => t.rcs_step.browser,
        Webview::Half => t.rcs_step.half,
        Webview::Tall => t.rcs_step.tall,
        Webview::Full => t.rcs_step.full,
    };
    Webview::ALL.iter().map(|webview| (webview.to_string(), name(webview).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_suggestions_of_the_form_have_one_number() {
        let suggestions = |count: usize| vec![Suggestion::default(); count];
        let card = |count: usize| RcsCard { suggestions: suggestions(count), ..RcsCard::default() };
        let rcs = RcsContent { cards: vec![card(4), card(0)], suggestions: suggestions(2), ..RcsContent::default() };
        let of_cards = (0..3).flat_map(|position| {
            let there = rcs.cards.get(position).map_or(0, |card| card.suggestions.len());
            let first = first_of_card(&rcs, position);
            first..first + offered(there, CARD_SUGGESTIONS_MAX)
        });
        let numbers: Vec<_> = (0..3).chain(of_cards).collect();
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len(), "{numbers:?}");
        // A form is read as a list: no number is left out.
        assert_eq!(numbers.iter().max(), Some(&(numbers.len() - 1)));
    }

    #[test]
    fn what_is_typed_into_an_empty_group_finds_its_place() {
        let mut content = MobileContent::default();
        suggestion_at(&mut content, Place { card: Some(1), position: 0 }).label = "Go".into();
        assert_eq!(content.rcs.without_blanks().cards.len(), 1);
        assert_eq!(Place { card: Some(1), position: 2 }.path(), "content.rcs.cards.1.suggestions.2");
    }
}
