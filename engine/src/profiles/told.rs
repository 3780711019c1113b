//! What is said of people's wish for marketing together with their profiles. It is of the person: of all addresses.

use std::collections::HashMap;

use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentEntry, ConsentSource};
use domain::id::ProfileId;
use domain::profile::ProfileChange;
use domain::{SandboxName, Timestamp};

use super::imports::Progress;
use crate::Result;
use crate::store::Tx;
use crate::store::consents::{self, Put};

/// Who says something of people.
pub(super) enum Telling<'a> {
    /// A caller of this name.
    Call(&'a str),
    /// Rows of a file, or of a call that has many.
    Import(&'a mut Progress),
}

impl Telling<'_> {
    /// An entry of the change at this place.
    fn entry(&self, place: usize, (channel, choice): (Channel, Choice), now: Timestamp) -> ConsentEntry {
        let (source, proof, by) = match self {
            Telling::Call(by) => (ConsentSource::Api, String::new(), *by),
            Telling::Import(progress) => progress.proof(place),
        };
        let entered_by = by.to_owned();
        ConsentEntry { proof, entered_by, ..ConsentEntry::of(channel, String::new(), choice, source, now) }
    }
}

/// What changes say, each with the profile that it was written to, if it was. Of several about the same the first no stays, or the
/// first yes.
pub(super) fn said<'a>(
    changes: impl Iterator<Item = (Option<&'a ProfileId>, &'a ProfileChange)>,
    told: &Telling<'_>,
    now: Timestamp,
) -> Vec<ConsentEntry> {
    let mut all: HashMap<(&ProfileId, Channel), ConsentEntry> = HashMap::new();
    for (place, (id, change)) in changes.enumerate() {
        let Some(id) = id else { continue };
        for (channel, choice) in change.consents.said() {
            let known = all.get(&(id, channel)).map(|entry| entry.choice);
            if known.is_none() || (known == Some(Choice::In) && choice == Choice::Out) {
                let entry = told.entry(place, (channel, choice), now).of_person(id.clone());
                all.insert((id, channel), entry);
            }
        }
    }
    all.into_values().collect()
}

/// Enters it: a no over a yes, and a yes where nobody ever answered.
pub(super) async fn put_said(tx: &mut Tx, sandbox: &SandboxName, said: &[ConsentEntry]) -> Result<()> {
    let (nos, others): (Vec<_>, Vec<_>) = said.iter().cloned().partition(|entry| entry.choice == Choice::Out);
    consents::put(tx, sandbox, &nos, Put::Said).await?;
    consents::put(tx, sandbox, &others, Put::Filled).await?;
    Ok(())
}
