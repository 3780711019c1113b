//! What the people of the sample said of marketing: yes, no, not yet confirmed, or nothing, of everything or of a topic.

use std::time::Duration;

use anyhow::Result;
use domain::Timestamp;
use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentSource};
use domain::id::TopicId;
use domain::topic::TopicWords;
use engine::Engine;
use engine::api_clients::ApiCaller;
use engine::consent::{NewConsent, NewConsentRequest};

use super::BY;
use super::people::{COUNT, Person};

const DAY: Duration = Duration::from_hours(24);
const FORM: &str = "Newsletter form of the shop";

/// Offers two topics and enters what everybody said. `confirmation`: the campaign that asks who has not confirmed yet.
pub(super) async fn load(engine: &Engine, caller: &ApiCaller, confirmation: &str, now: Timestamp) -> Result<()> {
    let new_books =
        topic(engine, caller, ["New books", "새 책", "What came in this month.", "이달에 들어온 책."]).await?;
    let offers = topic(engine, caller, ["Offers", "할인 소식", "Books for less.", "할인하는 책."]).await?;
    let everybody = (0..COUNT).flat_map(|number| said_by(number, &new_books, &offers, now));
    engine.set_consents(caller.sandbox(), everybody.collect()).await?;
    for address in (0..COUNT).filter(|number| turn(*number) == ASKED).filter_map(|number| Person(number).email()) {
        let asked = NewConsentRequest {
            address,
            topics: Vec::new(),
            source: FORM.to_owned(),
            language: "en".to_owned(),
            campaign_id: confirmation.to_owned(),
        };
        engine.ask_consent(caller, asked).await?;
    }
    Ok(())
}

async fn topic(engine: &Engine, caller: &ApiCaller, words: [&str; 4]) -> Result<TopicId> {
    let [name_en, name_ko, description_en, description_ko] = words.map(str::to_owned);
    let words = TopicWords { name_en, name_ko, description_en, description_ko };
    Ok(engine.create_topic(caller.sandbox(), words, BY).await?.id)
}

/// Of ten people one is asked and has not answered; see [`said_by`] for the others.
const ASKED: usize = 6;

fn turn(number: usize) -> usize {
    number * 7 / 3 % 10
}

fn said_by(number: usize, new_books: &TopicId, offers: &TopicId, now: Timestamp) -> Vec<NewConsent> {
    let person = Person(number);
    let at = now.minus(DAY * u32::try_from(1 + number * 13 % 300).unwrap_or(1));
    let entry =
        |channel, address: &str, topic: Option<&TopicId>, choice, (source, proof, by): (_, &str, &str)| NewConsent {
            profile_id: None,
            channel,
            address: address.to_owned(),
            topic_id: topic.cloned(),
            choice,
            source,
            at: Some(at),
            proof: proof.to_owned(),
            entered_by: by.to_owned(),
        };
    let by_form = (ConsentSource::Api, FORM, "");
    let chosen = (ConsentSource::PreferencePage, "", "");
    let left = match number % 3 {
        0 => (ConsentSource::Console, "Told us in the shop", BY),
        1 => (ConsentSource::UnsubscribePage, "", ""),
        _ => (ConsentSource::OneClick, "", ""),
    };
    let mut said = Vec::new();
    if let Some(email) = person.email() {
        let mut says = |topic, choice, how| said.push(entry(Channel::Email, &email, topic, choice, how));
        match turn(number) {
            0..=4 => says(None, Choice::In, by_form),
            5 => says(None, Choice::Out, left),
            7 => says(Some(new_books), Choice::In, chosen),
            8 => {
                says(None, Choice::In, by_form);
                says(Some(new_books), Choice::Out, chosen);
                says(Some(offers), Choice::In, chosen);
            }
            _ => {}
        }
    }
    if let Some(phone) = person.phone() {
        let choice = if number.is_multiple_of(2) { Choice::In } else { Choice::Out };
        said.push(entry(Channel::Mobile, &phone, None, choice, by_form));
    }
    said
}
