//! Who else mails of a sandbox go to nobody, while its allow list is active.

use domain::allow_list::{ALLOWED_MAX, AllowList, Allowed};
use domain::listed::Listed;
use domain::{Failure, Fault, Page, SandboxName};

use super::list::checked;
use super::{By, ListQuery, NewEntry};
use crate::paging::{Value, page_of};
use crate::store::{Alone, allow_lists, suppressions};
use crate::{Engine, Result};

impl Engine {
    /// The list, and whether it is active. `start`: how an address begins, in any case. `NotFound` `sandbox`.
    pub async fn find_allow_list(&self, sandbox: &SandboxName, start: &str) -> Result<AllowList> {
        let look = suppressions::look(self.store(), sandbox).await?.ok_or_else(|| Failure::not_found("sandbox"))?;
        let mut entries = allow_lists::list(self.store(), sandbox).await?;
        let count = entries.len();
        let start = start.trim().to_lowercase();
        entries.retain(|entry| entry.address.to_lowercase().starts_with(&start));
        Ok(AllowList { active: look.allow_list_active, entries, count })
    }

    /// Switches the list. Holds at once in this process, within a second in others. `NotFound` `sandbox`.
    pub async fn set_allow_list_active(&self, sandbox: &SandboxName, active: bool) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !allow_lists::set_active(&mut tx, sandbox, active).await? {
            return Err(Failure::not_found("sandbox").into());
        }
        tx.commit().await?;
        self.lists_changed(sandbox);
        Ok(())
    }

    /// A page of the list.
    pub async fn list_allowed_page(&self, sandbox: &SandboxName, query: &ListQuery) -> Result<Page<Allowed>> {
        let ListQuery { domains, from, to, order, start, limit } = query;
        let mut entries = allow_lists::list(self.store(), sandbox).await?;
        entries.retain(|entry| entry.is_domain() == *domains && (*from..*to).contains(&entry.created_at));
        Ok(page_of(entries, order.is_descending, start.as_ref(), *limit, |entry| place_of(entry, order.by)))
    }

    /// `NotFound` `allowed address`.
    pub async fn find_allowed(&self, sandbox: &SandboxName, listed: &Listed) -> Result<Allowed> {
        let found = allow_lists::find(self.store(), sandbox, listed.as_str()).await?;
        Ok(found.ok_or_else(not_found)?)
    }

    /// Enters addresses and domains, all or none, and gives back what now is on the list. Invalid at `[0].comment` and
    /// `[0].user`; `Conflict` `allow_list_full` for more than 1,000 entries.
    pub async fn add_allowed(&self, sandbox: &SandboxName, new: Vec<NewEntry>) -> Result<Vec<Allowed>> {
        let new = checked(new)?;
        let now = self.now();
        let entries: Vec<Allowed> = new
            .iter()
            .map(|NewEntry { listed, comment, by }| Allowed {
                address: listed.to_string(),
                comment: comment.clone(),
                entered_by: by.clone(),
                created_at: now,
                updated_at: now,
            })
            .collect();
        self.put_allowed(sandbox, &entries).await?;
        let mut entries = Vec::with_capacity(new.len());
        for entry in &new {
            entries.push(self.find_allowed(sandbox, &entry.listed).await?);
        }
        Ok(entries)
    }

    /// Undoes [`Engine::remove_allowed`]. Invalid for an entry that was never there; `Conflict` `allow_list_full`.
    pub async fn put_back_allowed(&self, sandbox: &SandboxName, entry: Allowed) -> Result<()> {
        let Allowed { address, comment, entered_by: by, created_at, updated_at } = entry;
        let bad = || Fault::new("", "bad_entry", "This is no entry of the list.");
        let listed: Listed = address.parse().map_err(|_| bad())?;
        let NewEntry { listed, comment, by } = NewEntry { listed, comment, by }.checked().map_err(|_| bad())?;
        let entry = Allowed {
            address: listed.to_string(),
            comment,
            entered_by: by,
            // Nothing was entered in the future.
            created_at: created_at.min(self.now()),
            updated_at: updated_at.min(self.now()),
        };
        self.put_allowed(sandbox, &[entry]).await
    }

    /// All or none.
    async fn put_allowed(&self, sandbox: &SandboxName, entries: &[Allowed]) -> Result<()> {
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::AllowLists).await?;
        for entry in entries {
            allow_lists::put(&mut tx, sandbox, entry).await?;
        }
        if allow_lists::count(&mut tx, sandbox).await? > i64::try_from(ALLOWED_MAX).unwrap_or(i64::MAX) {
            let text = format!("An allow list has at most {ALLOWED_MAX} entries. Remove some first, or enter domains.");
            return Err(Failure::conflict("allow_list_full", text).into());
        }
        tx.commit().await?;
        self.lists_changed(sandbox);
        Ok(())
    }

    /// While the list is active, mails do not go there any more; the entry as it was. `NotFound` `allowed address`.
    pub async fn remove_allowed(&self, sandbox: &SandboxName, listed: &Listed) -> Result<Allowed> {
        let mut tx = self.store().begin().await?;
        let removed = allow_lists::remove(&mut tx, sandbox, listed.as_str()).await?.ok_or_else(not_found)?;
        tx.commit().await?;
        self.lists_changed(sandbox);
        Ok(removed)
    }
}

fn not_found() -> Failure {
    Failure::not_found("allowed address")
}

fn place_of(entry: &Allowed, by: By) -> (Value, String) {
    let key = entry.address.to_lowercase();
    match by {
        By::Creation => (Value::Number(entry.created_at.as_millis()), key),
        By::Change => (Value::Number(entry.updated_at.as_millis()), key),
        By::User => (Value::Text(entry.entered_by.clone()), key),
        By::Comment => (Value::Text(entry.comment.clone()), key),
        By::Value => (Value::Text(key), String::new()),
    }
}
