//! Fragments: made, changed, looked for. What contents get of them is another matter, see `publish`.

use domain::id::FragmentId;
use domain::library::{
    Fragment, FragmentFormat, FragmentKind, FragmentStatus, FragmentText, Line, NewFragment, SHELF_MAX, name_key,
};
use domain::{Failure, Page, SandboxName, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AboutPatch, LibraryQuery, changed_meanwhile, too_many};
use crate::ids::new_id;
use crate::store::library::{self, Entry, NewEntry, Shelf};
use crate::store::{Alone, Tx, fragments, stored};
use crate::{Engine, Error, Result};

pub(super) const SHELF: Shelf = Shelf::Fragments;

/// What stands in `body`.
#[derive(Serialize, Deserialize)]
struct Body {
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<FragmentFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    editor_context: Option<Value>,
}

impl Engine {
    /// A new fragment, as a draft. Invalid with all faults, `name_taken` at `name`; `too_many`.
    pub async fn create_fragment(&self, sandbox: &SandboxName, new: NewFragment, by: &str) -> Result<Fragment> {
        let new = tidy(new)?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let now = self.now();
        let id = new_id(now, FragmentId::new);
        let body = body(&new)?;
        let mut tx = self.store().begin().await?;
        if library::count(&mut tx, &sandbox, SHELF).await? >= SHELF_MAX {
            return Err(too_many("fragments").into());
        }
        let new = entry(&id, &new, FragmentStatus::Draft, &body, now, by);
        library::insert(&mut tx, &sandbox, SHELF, &new).await?;
        let made = found(library::find_in(&mut tx, &sandbox, SHELF, id.as_str()).await?)?;
        tx.commit().await?;
        made.try_into()
    }

    /// A page of fragments, without what they say. Invalid as [`LibraryQuery`] has it.
    pub async fn list_fragments(&self, sandbox: &SandboxName, query: &LibraryQuery) -> Result<Page<Line>> {
        query.page(library::list(self.store(), sandbox, SHELF).await?)
    }

    /// `NotFound` `fragment`.
    pub async fn find_fragment(&self, sandbox: &SandboxName, id: &FragmentId) -> Result<Fragment> {
        found(library::find(self.store(), sandbox, SHELF, id.as_str()).await?)?.try_into()
    }

    /// What contents get of it: what was published last. `NotFound` `fragment`, `published fragment`.
    pub async fn live_fragment(&self, sandbox: &SandboxName, id: &FragmentId) -> Result<FragmentText> {
        let entry = found(library::find(self.store(), sandbox, SHELF, id.as_str()).await?)?;
        let text = match entry.published {
            Some(number) => fragments::find(self.store(), id.as_str(), number).await?,
            None => None,
        };
        Ok(text.ok_or_else(|| Failure::not_found("published fragment"))?)
    }

    /// What it says from now on; contents get that once it is published. `NotFound`; Conflict `changed_meanwhile` when it is not
    /// at this revision any more, `fragment_in_use` when a campaign names it by the name that would be given up.
    pub async fn replace_fragment(
        &self,
        sandbox: &SandboxName,
        id: &FragmentId,
        revision: i64,
        new: NewFragment,
        by: &str,
    ) -> Result<Fragment> {
        let new = tidy(new)?;
        self.change_fragment(sandbox, id, revision, by, |_| Ok(new)).await
    }

    /// What it is called, what is noted of it, and its folder. As [`Engine::replace_fragment`].
    pub async fn patch_fragment(
        &self,
        sandbox: &SandboxName,
        id: &FragmentId,
        revision: i64,
        patch: AboutPatch,
        by: &str,
    ) -> Result<Fragment> {
        let patched = |mut before: NewFragment| {
            patch.apply(&mut before.about);
            tidy(before)
        };
        self.change_fragment(sandbox, id, revision, by, patched).await
    }

    async fn change_fragment(
        &self,
        sandbox: &SandboxName,
        id: &FragmentId,
        revision: i64,
        by: &str,
        change: impl FnOnce(NewFragment) -> Result<NewFragment, Failure>,
    ) -> Result<Fragment> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Fragments).await?;
        let before: Fragment = found(library::find_in(&mut tx, sandbox, SHELF, id.as_str()).await?)?.try_into()?;
        let new = change(before.what.clone())?;
        check_change(&mut tx, sandbox, &before, &new, now).await?;
        // What contents get is what it says, still.
        let same = before.what.text == new.text && before.what.format == new.format;
        let status = if same { before.status } else { FragmentStatus::Draft };
        let body = body(&new)?;
        if !library::change(&mut tx, revision, &entry(id, &new, status, &body, now, by)).await? {
            return Err(changed_meanwhile("fragment").into());
        }
        let after = found(library::find_in(&mut tx, sandbox, SHELF, id.as_str()).await?)?;
        tx.commit().await?;
        after.try_into()
    }
}

/// Contents that name it must find it, and what they get must fit where they have it.
async fn check_change(
    tx: &mut Tx,
    sandbox: &SandboxName,
    before: &Fragment,
    new: &NewFragment,
    now: Timestamp,
) -> Result<()> {
    if before.what.kind != new.kind {
        let text = "A fragment stays what it is. Make another one.";
        return Err(Failure::invalid("type", "type_frozen", text).into());
    }
    let (was, is) = (name_key(&before.what.about.name), name_key(&new.about.name));
    if was == is {
        return Ok(());
    }
    let users = fragments::users_in(tx, sandbox, [&was, &was], now).await?;
    if let Some(user) = users.first() {
        let text =
            format!("The campaign “{}” names this fragment by its name. Let it name it by its id first.", user.name);
        return Err(Failure::conflict("fragment_in_use", text).into());
    }
    Ok(())
}

fn tidy(new: NewFragment) -> Result<NewFragment, Failure> {
    new.check()?;
    let format = new.format.filter(|_| new.kind == FragmentKind::Expression);
    Ok(NewFragment { about: new.about.tidy(), format, ..new })
}

pub(super) fn found(entry: Option<Entry>) -> Result<Entry, Failure> {
    entry.ok_or_else(|| Failure::not_found("fragment"))
}

fn body(new: &NewFragment) -> Result<String> {
    let (text, format, editor_context) = (new.text.clone(), new.format, new.editor_context.clone());
    Ok(serde_json::to_string(&Body { text, format, editor_context })?)
}

fn entry<'a>(
    id: &'a FragmentId,
    new: &'a NewFragment,
    status: FragmentStatus,
    body: &'a str,
    at: Timestamp,
    by: &'a str,
) -> NewEntry<'a> {
    let channel = if new.kind == FragmentKind::Html { "email" } else { "shared" };
    let (kind, status) = (new.kind.as_str(), status.as_str());
    NewEntry { id: id.as_str(), about: &new.about, kind, channel, status, body, at, by }
}

impl TryFrom<Entry> for Fragment {
    type Error = Error;

    fn try_from(entry: Entry) -> Result<Self> {
        let Entry { line, body, published, publication } = entry;
        let Body { text, format, editor_context } = serde_json::from_str(&body)?;
        let what = NewFragment { about: line.about, kind: stored(&line.kind)?, format, text, editor_context };
        let (id, status) = (stored(&line.id)?, stored(&line.status)?);
        Ok(Self { id, what, status, published, publication, audit: line.audit })
    }
}
