//! Server functions of topics.

use domain::topic::{Topic, TopicWords};
use leptos::prelude::*;

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// Those that are offered, by English name.
#[server]
pub async fn list_topics(sandbox: String) -> Answer<Vec<Topic>> {
    answer(server::list(sandbox).await)
}

/// Offers a topic. Gives back its English name.
#[server]
pub async fn create_topic(sandbox: String, #[server(default)] words: TopicWords) -> Answer<String> {
    answer(server::create(sandbox, words).await)
}

/// Other words for a topic. Gives back its English name.
#[server]
pub async fn save_topic(sandbox: String, topic: String, #[server(default)] words: TopicWords) -> Answer<String> {
    answer(server::save(sandbox, topic, words).await)
}

/// Offers a topic to nobody any more. Gives back its id, so that it can be put back.
#[server]
pub async fn remove_topic(sandbox: String, topic: String) -> Answer<String> {
    answer(server::set_removed(sandbox, topic, true).await)
}

/// Undoes that.
#[server]
pub async fn put_back_topic(sandbox: String, topic: String) -> Answer<String> {
    answer(server::set_removed(sandbox, topic, false).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::Failure;
    use domain::access::Permission;
    use domain::id::TopicId;
    use domain::topic::{Topic, TopicWords};
    use engine::{Error, Result};

    use crate::session::caller;

    pub async fn list(sandbox: String) -> Result<Vec<Topic>> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_topics(&sandbox).await
    }

    pub async fn create(sandbox: String, words: TopicWords) -> Result<String> {
        let caller = caller(Permission::ManageConsent).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let topic = caller.engine.create_topic(&sandbox, words, caller.name()).await.map_err(of_form)?;
        Ok(topic.words.name_en)
    }

    pub async fn save(sandbox: String, topic: String, words: TopicWords) -> Result<String> {
        let caller = caller(Permission::ManageConsent).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let topic = caller.engine.save_topic(&sandbox, &known(&topic)?, words, caller.name()).await.map_err(of_form)?;
        Ok(topic.words.name_en)
    }

    pub async fn set_removed(sandbox: String, topic: String, removed: bool) -> Result<String> {
        let caller = caller(Permission::ManageConsent).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.set_topic_removed(&sandbox, &known(&topic)?, removed, caller.name()).await?;
        Ok(topic)
    }

    fn known(id: &str) -> Result<TopicId> {
        Ok(id.parse().map_err(|_| Failure::not_found("topic"))?)
    }

    /// Faults stand at the fields of the form.
    fn of_form(error: Error) -> Error {
        match error {
            Error::Failure(Failure::Invalid { mut faults }) => {
                faults.0.iter_mut().for_each(|fault| *fault = fault.clone().under("words"));
                Failure::Invalid { faults }.into()
            }
            other => other,
        }
    }
}
