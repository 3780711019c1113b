//! Templates: contents to start from. What is made from one is a copy.

use domain::content::Content;
use domain::id::TemplateId;
use domain::library::{Line, NewTemplate, SHELF_MAX, Template, TemplateKind};
use domain::{Failure, Page, SandboxName};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AboutPatch, LibraryQuery, changed_meanwhile, too_many};
use crate::ids::new_id;
use crate::store::library::{self, Entry, NewEntry, Shelf};
use crate::store::stored;
use crate::{Engine, Error, Result};

const SHELF: Shelf = Shelf::Templates;

/// What stands in `body`.
#[derive(Serialize, Deserialize)]
struct Body {
    content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<Value>,
}

impl Engine {
    /// A new template. Invalid with all faults; `too_many`.
    pub async fn create_template(&self, sandbox: &SandboxName, new: NewTemplate, by: &str) -> Result<Template> {
        let new = tidy(new)?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let now = self.now();
        let id = new_id(now, TemplateId::new);
        let body = body(&new)?;
        let mut tx = self.store().begin().await?;
        if library::count(&mut tx, &sandbox, SHELF).await? >= SHELF_MAX {
            return Err(too_many("templates").into());
        }
        library::insert(&mut tx, &sandbox, SHELF, &entry(&id, &new, &body, now, by)).await?;
        let made = found(library::find_in(&mut tx, &sandbox, SHELF, id.as_str()).await?)?;
        tx.commit().await?;
        made.try_into()
    }

    /// A page of templates, without what they say. Invalid as [`LibraryQuery`] has it.
    pub async fn list_templates(&self, sandbox: &SandboxName, query: &LibraryQuery) -> Result<Page<Line>> {
        query.page(library::list(self.store(), sandbox, SHELF).await?)
    }

    /// `NotFound` `template`.
    pub async fn find_template(&self, sandbox: &SandboxName, id: &TemplateId) -> Result<Template> {
        found(library::find(self.store(), sandbox, SHELF, id.as_str()).await?)?.try_into()
    }

    /// What it says from now on. `NotFound`; Conflict `changed_meanwhile` when it is not at this revision any more.
    pub async fn replace_template(
        &self,
        sandbox: &SandboxName,
        id: &TemplateId,
        revision: i64,
        new: NewTemplate,
        by: &str,
    ) -> Result<Template> {
        let new = tidy(new)?;
        self.change_template(sandbox, id, revision, by, |_| Ok(new)).await
    }

    /// What it is called, what is noted of it, and its folder. As [`Engine::replace_template`].
    pub async fn patch_template(
        &self,
        sandbox: &SandboxName,
        id: &TemplateId,
        revision: i64,
        patch: AboutPatch,
        by: &str,
    ) -> Result<Template> {
        let patched = |mut before: NewTemplate| {
            patch.apply(&mut before.about);
            tidy(before)
        };
        self.change_template(sandbox, id, revision, by, patched).await
    }

    async fn change_template(
        &self,
        sandbox: &SandboxName,
        id: &TemplateId,
        revision: i64,
        by: &str,
        change: impl FnOnce(NewTemplate) -> Result<NewTemplate, Failure>,
    ) -> Result<Template> {
        let mut tx = self.store().begin().await?;
        let before: Template = found(library::find_in(&mut tx, sandbox, SHELF, id.as_str()).await?)?.try_into()?;
        let new = change(before.what)?;
        let body = body(&new)?;
        if !library::change(&mut tx, revision, &entry(id, &new, &body, self.now(), by)).await? {
            return Err(changed_meanwhile("template").into());
        }
        let after = found(library::find_in(&mut tx, sandbox, SHELF, id.as_str()).await?)?;
        tx.commit().await?;
        after.try_into()
    }

    /// What was made from it stays. `NotFound` `template`.
    pub async fn delete_template(&self, sandbox: &SandboxName, id: &TemplateId) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !library::delete(&mut tx, sandbox, SHELF, id.as_str()).await? {
            return Err(Failure::not_found("template").into());
        }
        tx.commit().await
    }
}

fn tidy(new: NewTemplate) -> Result<NewTemplate, Failure> {
    new.check()?;
    Ok(NewTemplate { about: new.about.tidy(), ..new })
}

fn found(entry: Option<Entry>) -> Result<Entry, Failure> {
    entry.ok_or_else(|| Failure::not_found("template"))
}

fn body(new: &NewTemplate) -> Result<String> {
    Ok(serde_json::to_string(&Body { content: new.content.clone(), given: new.given.clone() })?)
}

fn entry<'a>(
    id: &'a TemplateId,
    new: &'a NewTemplate,
    body: &'a str,
    at: domain::Timestamp,
    by: &'a str,
) -> NewEntry<'a> {
    let (kind, channel) = (new.kind.as_str(), new.channel());
    NewEntry { id: id.as_str(), about: &new.about, kind, channel, status: "", body, at, by }
}

impl TryFrom<Entry> for Template {
    type Error = Error;

    fn try_from(Entry { line, body, .. }: Entry) -> Result<Self> {
        let Body { content, given } = serde_json::from_str(&body)?;
        let kind: TemplateKind = stored(&line.kind)?;
        let what = NewTemplate { about: line.about, kind, content, given };
        Ok(Self { id: stored(&line.id)?, what, audit: line.audit })
    }
}
