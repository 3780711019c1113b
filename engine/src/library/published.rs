//! The published texts that a content names, by name or by id.

use std::collections::BTreeSet;

use content::{fragments_in, fragments_of};
use domain::campaign::CampaignDefinition;
use domain::content::Content;
use domain::id::FragmentId;
use domain::library::{FragmentText, Fragments, name_key};
use domain::variants::Variants;
use domain::{Failure, SandboxName};

use crate::store::fragments::{self, Head};
use crate::store::{Store, Tx};
use crate::{Engine, Result};

/// Most bytes of texts that an editor gets beside those that its content names.
const AT_HAND_BYTES: usize = 256 * 1024;

/// What contents get of the fragments of a sandbox, at one moment.
pub(super) struct Shelf {
    heads: Vec<Head>,
    /// What one of them would say.
    candidate: Option<Candidate>,
}

/// A fragment that is about to be published.
pub(super) struct Candidate {
    pub(super) id: FragmentId,
    pub(super) name_key: String,
    pub(super) text: FragmentText,
}

impl Shelf {
    pub(super) async fn open(store: &Store, sandbox: &SandboxName, candidate: Option<Candidate>) -> Result<Self> {
        Ok(Self { heads: fragments::heads(store, sandbox).await?, candidate })
    }

    /// Is it still what was looked at?
    pub(super) async fn is_unchanged(&self, tx: &mut Tx, sandbox: &SandboxName) -> Result<bool> {
        Ok(fragments::heads_in(tx, sandbox).await? == self.heads)
    }

    /// Those that are named, as far as there are such, and those that they name.
    pub(super) async fn resolve(&self, store: &Store, named: BTreeSet<String>) -> Result<Fragments> {
        let mut all = Fragments::default();
        let mut nested = BTreeSet::new();
        for reference in named {
            if let Some(text) = self.text(store, &reference).await? {
                nested.extend(fragments_in(&text.text));
                all.add(&reference, text);
            }
        }
        for reference in nested {
            if all.get(&reference).is_none()
                && let Some(text) = self.text(store, &reference).await?
            {
                all.add(&reference, text);
            }
        }
        Ok(all)
    }

    async fn text(&self, store: &Store, reference: &str) -> Result<Option<FragmentText>> {
        if let Some(candidate) = &self.candidate
            && (reference == candidate.id.as_str() || reference == candidate.name_key)
        {
            return Ok(Some(candidate.text.clone()));
        }
        let head = self.heads.iter().find(|head| head.id == reference || head.name_key == reference);
        match head {
            Some(head) => fragments::find(store, &head.id, head.published).await,
            None => Ok(None),
        }
    }
}

/// The names and ids in all contents.
pub(super) fn named(content: &Content, variants: &Variants) -> BTreeSet<String> {
    let written = variants.written().map(|(_, content)| content);
    std::iter::once(content).chain(written).flat_map(fragments_of).collect()
}

impl Engine {
    /// What the fragments that a content and those of its variants name say now, as far as they are published; those in
    /// fragments too.
    pub async fn fragments_for(
        &self,
        sandbox: &SandboxName,
        content: &Content,
        variants: &Variants,
    ) -> Result<Fragments> {
        let named = named(content, variants);
        if named.is_empty() {
            return Ok(Fragments::default());
        }
        Shelf::open(self.store(), sandbox, None).await?.resolve(self.store(), named).await
    }

    /// The same for whoever is still writing: with others of the sandbox that may be named next, as far as there is room.
    pub async fn fragments_at_hand(&self, sandbox: &SandboxName, content: &Content) -> Result<Fragments> {
        let mut all = self.fragments_for(sandbox, content, &Variants::default()).await?;
        let mut room = AT_HAND_BYTES;
        for head in fragments::heads(self.store(), sandbox).await? {
            let Some(text) = fragments::find(self.store(), &head.id, head.published).await? else { continue };
            match room.checked_sub(2 * text.text.len()) {
                Some(left) => room = left,
                None => break,
            }
            all.add(&head.id, text.clone());
            all.add(&head.name_key, text);
        }
        Ok(all)
    }

    /// A definition has what its fragments say now; none was published since it was reviewed. Conflict `changed_meanwhile`.
    pub(crate) async fn check_fragments(
        &self,
        tx: &mut Tx,
        sandbox: &SandboxName,
        definition: &CampaignDefinition,
    ) -> Result<()> {
        if definition.fragments.is_empty() {
            return Ok(());
        }
        let heads = fragments::heads_in(tx, sandbox).await?;
        for reference in definition.fragments.references() {
            let head = heads.iter().find(|head| head.id == reference || head.name_key == name_key(reference));
            let text = match head {
                Some(head) => fragments::find_in(tx, &head.id, head.published).await?,
                None => None,
            };
            if text.as_ref() != definition.fragments.get(reference) {
                let text = "A fragment of the content was published meanwhile. Activate the campaign again.";
                return Err(Failure::conflict("changed_meanwhile", text).into());
            }
        }
        Ok(())
    }
}
