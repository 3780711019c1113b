//! What people may choose from.

use domain::id::TopicId;
use domain::topic::{TOPICS_MAX, Topic, TopicWords};
use domain::{Failure, SandboxName};

use crate::ids::new_id;
use crate::store::topics;
use crate::{Engine, Result};

impl Engine {
    /// Those that are offered, by English name.
    pub async fn list_topics(&self, sandbox: &SandboxName) -> Result<Vec<Topic>> {
        let all = topics::list(self.store(), sandbox).await?;
        Ok(all.into_iter().filter(|topic| !topic.removed).collect())
    }

    /// Those that are offered, and those that were: what people said of them is still in force.
    pub async fn list_all_topics(&self, sandbox: &SandboxName) -> Result<Vec<Topic>> {
        topics::list(self.store(), sandbox).await
    }

    /// Offers a topic. Invalid at `nameEn`, `nameKo`, `descriptionEn`, `descriptionKo`; Conflict `too_many_topics`;
    /// `NotFound` `sandbox`.
    pub async fn create_topic(&self, sandbox: &SandboxName, words: TopicWords, by: &str) -> Result<Topic> {
        let words = words.checked().map_err(|faults| Failure::Invalid { faults })?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let now = self.now();
        let id = new_id(now, TopicId::new);
        let topic = Topic { id, words, removed: false, modified_at: now, modified_by: by.to_owned() };
        let mut tx = self.store().begin().await?;
        if topics::count(&mut tx, &sandbox).await? >= TOPICS_MAX {
            let text = format!("A sandbox offers at most {TOPICS_MAX} topics.");
            return Err(Failure::conflict("too_many_topics", text).into());
        }
        topics::insert(&mut tx, &sandbox, &topic).await?;
        tx.commit().await?;
        self.0.news.tell(&sandbox);
        Ok(topic)
    }

    /// Other words for a topic. Invalid as [`Engine::create_topic`]; `NotFound` `topic`.
    pub async fn save_topic(&self, sandbox: &SandboxName, id: &TopicId, words: TopicWords, by: &str) -> Result<Topic> {
        let words = words.checked().map_err(|faults| Failure::Invalid { faults })?;
        let topic =
            Topic { id: id.clone(), words, removed: false, modified_at: self.now(), modified_by: by.to_owned() };
        let mut tx = self.store().begin().await?;
        if !topics::save(&mut tx, sandbox, &topic).await? {
            return Err(Failure::not_found("topic").into());
        }
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(topic)
    }

    /// Offers a topic to nobody any more, or again. What people said of it stays, and campaigns that name it still keep to it.
    /// `NotFound` `topic`.
    pub async fn set_topic_removed(&self, sandbox: &SandboxName, id: &TopicId, removed: bool, by: &str) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !topics::set_removed(&mut tx, sandbox, id, removed, (self.now(), by)).await? {
            return Err(Failure::not_found("topic").into());
        }
        tx.commit().await?;
        self.0.news.tell(sandbox);
        Ok(())
    }

    /// The topic that a campaign names, by its id or by its English name; `None`: none of this sandbox that is offered.
    pub(crate) async fn topic_named(&self, sandbox: &SandboxName, name: &str) -> Result<Option<TopicId>> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(None);
        }
        let offered = self.list_topics(sandbox).await?;
        Ok(offered.into_iter().find(|it| it.id.as_str() == name || it.words.name_en == name).map(|topic| topic.id))
    }
}
