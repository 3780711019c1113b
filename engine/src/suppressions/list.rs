//! The suppression list, as callers and people see and change it.

use domain::address::single_line;
use domain::channel_configuration::Channel;
use domain::id::{ChannelConfigurationId, uuid_of};
use domain::listed::{COMMENT_MAX, Listed, USER_MAX};
use domain::suppression::{Suppression, SuppressionKind};
use domain::{Failure, Fault, Faults, Page, SandboxName, Timestamp};
use sha2::{Digest as _, Sha256};

use super::By;
use crate::keys::joined;
use crate::paging::{Order, Start};
use crate::store::suppression_pages::{self, Wanted};
use crate::store::{suppression_uploads, suppressions};
use crate::{Engine, Result};

/// Most rows that people are shown.
const LIST_MAX: i64 = 1_000;
/// Entries that one transaction removes.
const STEP: i64 = 5_000;

/// A page of one of the lists, as callers ask for it.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Domains, or addresses.
    pub domains: bool,
    /// Created at this time or later.
    pub from: Timestamp,
    /// Created before this time.
    pub to: Timestamp,
    pub order: Order<By>,
    pub start: Option<Start>,
    pub limit: usize,
}

/// What somebody enters.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub listed: Listed,
    pub comment: String,
    pub by: String,
}

impl NewEntry {
    /// Without white space around its texts, at most 500 and 255 characters; faults at `comment` and `user`.
    pub(super) fn checked(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let comment = faults.take("comment", single_line(&self.comment, COMMENT_MAX));
        let by = faults.take("user", single_line(&self.by, USER_MAX));
        match (comment, by) {
            (Some(comment), Some(by)) => Ok(Self { listed: self.listed, comment, by }),
            _ => Err(faults),
        }
    }
}

/// All of them, or the faults of each at its place: `[1].comment`.
pub(super) fn checked(new: Vec<NewEntry>) -> Result<Vec<NewEntry>, Failure> {
    let mut faults = Faults::default();
    let mut entries = Vec::with_capacity(new.len());
    for (place, entry) in new.into_iter().enumerate() {
        match entry.checked() {
            Ok(entry) => entries.push(entry),
            Err(of_entry) => faults.0.extend(of_entry.0.into_iter().map(|fault| fault.under(&format!("[{place}]")))),
        }
    }
    faults.into_result().map(|()| entries)
}

/// A UUID of an entry, the same whenever it is there.
pub fn entry_id(sandbox: &str, list: &str, address: &str) -> String {
    let hash = Sha256::digest(joined(&[sandbox, list, &address.to_lowercase()]));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid_of(bytes, 8)
}

impl Engine {
    /// Of every channel, newest first, at most 1,000. `start`: how the address begins, in any case.
    pub async fn list_suppressions(
        &self,
        sandbox: &SandboxName,
        kind: Option<SuppressionKind>,
        start: &str,
    ) -> Result<Vec<Suppression>> {
        let wanted = suppressions::Wanted { kind, start: start.trim() };
        suppressions::list(self.store(), sandbox, wanted, LIST_MAX).await
    }

    /// A page of the list of email: what people want themselves is not on it.
    pub async fn list_suppression_page(&self, sandbox: &SandboxName, query: &ListQuery) -> Result<Page<Suppression>> {
        let ListQuery { domains, from, to, order, start, limit } = query;
        let by = order.by;
        let wanted = Wanted { domains: *domains, from: *from, to: *to };
        let more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let rows = suppression_pages::list(self.store(), sandbox, &wanted, *order, start.as_ref(), more).await?;
        Ok(Page::from_rows(rows, *limit, |row| {
            let key = if by == By::Value { String::new() } else { row.address.to_lowercase() };
            Start { value: suppression_pages::value_of(row, by), key }.to_string()
        }))
    }

    /// `NotFound` `suppression`.
    pub async fn find_suppression(&self, sandbox: &SandboxName, listed: &Listed) -> Result<Suppression> {
        let found = suppressions::find_listed(self.store(), sandbox, listed.as_str()).await?;
        Ok(found.ok_or_else(|| Failure::not_found("suppression"))?)
    }

    /// Enters addresses and domains, all or none, and gives back what now is on the list: an address that bounced before
    /// stays what it is. Holds at once. Invalid at `[0].comment` and `[0].user`.
    pub async fn add_suppressions(&self, sandbox: &SandboxName, new: Vec<NewEntry>) -> Result<Vec<Suppression>> {
        let new = checked(new)?;
        let now = self.now();
        let mut tx = self.store().begin().await?;
        for entry in &new {
            let NewEntry { listed, comment, by } = entry.clone();
            suppressions::insert(&mut tx, sandbox, &Suppression::by_hand(&listed, comment, by, now)).await?;
        }
        tx.commit().await?;
        self.lists_changed(sandbox);
        let mut entries = Vec::with_capacity(new.len());
        for entry in &new {
            entries.push(self.find_suppression(sandbox, &entry.listed).await?);
        }
        Ok(entries)
    }

    /// Takes an address or a domain of email off the list. `NotFound` `suppression`.
    pub async fn remove_listed(&self, sandbox: &SandboxName, listed: &Listed) -> Result<()> {
        let (channel, address) = (Channel::Email, listed.as_str());
        self.remove(sandbox, suppressions::Entry { channel, address, configuration: "", own_wish: false }).await?;
        Ok(())
    }

    /// The address is written to again; the entry as it was. `NotFound` `suppression`.
    pub async fn remove_suppression(
        &self,
        sandbox: &SandboxName,
        channel: Channel,
        address: &str,
        configuration: Option<&ChannelConfigurationId>,
        own_wish: bool,
    ) -> Result<Suppression> {
        let configuration = configuration.map_or("", ChannelConfigurationId::as_str);
        self.remove(sandbox, suppressions::Entry { channel, address, configuration, own_wish }).await
    }

    async fn remove(&self, sandbox: &SandboxName, entry: suppressions::Entry<'_>) -> Result<Suppression> {
        let mut tx = self.store().begin().await?;
        let removed = suppressions::remove(&mut tx, sandbox, entry).await?;
        let removed = removed.ok_or_else(|| Failure::not_found("suppression"))?;
        tx.commit().await?;
        self.lists_changed(sandbox);
        Ok(removed)
    }

    /// Undoes [`Engine::remove_suppression`], unless the address was entered anew. Invalid for an entry that was never there.
    pub async fn put_back_suppression(&self, sandbox: &SandboxName, entry: Suppression) -> Result<()> {
        let is_listed = match entry.channel {
            Channel::Email if entry.is_domain => Listed::domain(&entry.address).is_ok(),
            Channel::Email => entry.address.parse::<domain::address::EmailAddress>().is_ok(),
            Channel::Mobile => !entry.is_domain && entry.address.parse::<domain::address::PhoneNumber>().is_ok(),
            Channel::Push => false,
        };
        let texts = single_line(&entry.detail, 2_000).and_then(|_| single_line(&entry.entered_by, USER_MAX));
        if !is_listed || texts.is_err() {
            return Err(Fault::new("", "bad_entry", "This is no entry of the list.").into());
        }
        // Nothing was entered in the future.
        let (created_at, updated_at) = (entry.created_at.min(self.now()), entry.updated_at.min(self.now()));
        let mut tx = self.store().begin().await?;
        suppressions::insert(&mut tx, sandbox, &Suppression { created_at, updated_at, ..entry }).await?;
        tx.commit().await?;
        self.lists_changed(sandbox);
        Ok(())
    }

    /// Removes the whole list of email, in steps, and ends the files that are being entered. What people want themselves
    /// stays.
    pub async fn wipe_suppressions(&self, sandbox: &SandboxName) -> Result<()> {
        let mut tx = self.store().begin().await?;
        suppression_uploads::cancel_all(&mut tx, sandbox, self.now()).await?;
        tx.commit().await?;
        loop {
            let mut tx = self.store().begin().await?;
            let removed = suppressions::wipe(&mut tx, sandbox, STEP).await?;
            tx.commit().await?;
            self.lists_changed(sandbox);
            if removed == 0 {
                return Ok(());
            }
        }
    }

    pub(super) fn lists_changed(&self, sandbox: &SandboxName) {
        self.0.suppressions.forget(sandbox);
        self.0.news.tell(sandbox);
    }
}
