//! A fragment is published: every campaign that names it gets a new version, in one transaction with the publication. So a
//! version stays what it was: messages that wait, links of mails that were sent, and numbers go by the version that made them.

use content::{Compiled, Contents, Sources, filled_fragment, fragments_in, placed};
use domain::campaign::{CampaignDefinition, CampaignVersion};
use domain::content::EmailContent;
use domain::id::FragmentId;
use domain::library::{Fragment, FragmentKind, FragmentText, Publication, Published, name_key};
use domain::mail_templates::MailTemplates;
use domain::variable::rules_of;
use domain::{Failure, Fault, Faults, SandboxName, Timestamp};

use super::fragments::{SHELF, found};
use super::published::{Candidate, Shelf, named};
use crate::campaigns::sources;
use crate::files::put_uses;
use crate::store::fragments::{self, User};
use crate::store::{Alone, Tx, campaign_versions, campaigns, library};
use crate::{Engine, Result};

/// So often a publication begins anew because something that it looked at has changed.
const TRIES: usize = 5;

/// A publication that was looked at and may be written.
struct Ready {
    shelf: Shelf,
    users: Vec<User>,
    /// What each of them says from now on; `None`: what it says already.
    definitions: Vec<Option<CampaignDefinition>>,
}

impl Engine {
    /// Contents get what the fragment says now; those of live campaigns at once in this process, within a second in others.
    /// What keeps it from that stands in [`Fragment::publication`]: it says something wrong itself, or a campaign that is live
    /// could not be sent with it, or would miss values that callers do not give. `NotFound` `fragment`.
    pub async fn publish_fragment(&self, sandbox: &SandboxName, id: &FragmentId, by: &str) -> Result<Fragment> {
        for _ in 0..TRIES {
            let entry = found(library::find(self.store(), sandbox, SHELF, id.as_str()).await?)?;
            let fragment: Fragment = entry.try_into()?;
            let now = self.now();
            match self.look_at_publication(sandbox, &fragment, now).await? {
                Err(errors) => {
                    return self.refuse_publication(sandbox, id, &Publication::refused(now, by, errors)).await;
                }
                Ok(ready) => {
                    if let Some(published) = self.write_publication(sandbox, &fragment, ready, now, by).await? {
                        return Ok(published);
                    }
                }
            }
        }
        Err(Failure::Unavailable { retry_after_seconds: 1 }.into())
    }

    /// Everything that does not need the database to itself.
    async fn look_at_publication(
        &self,
        sandbox: &SandboxName,
        fragment: &Fragment,
        now: Timestamp,
    ) -> Result<Result<Ready, Vec<Fault>>> {
        let text = FragmentText { kind: fragment.what.kind, text: fragment.what.text.clone() };
        let name_key = name_key(&fragment.what.about.name);
        let users = fragments::users(self.store(), sandbox, [fragment.id.as_str(), &name_key], now).await?;
        let candidate = Candidate { id: fragment.id.clone(), name_key, text: text.clone() };
        let shelf = Shelf::open(self.store(), sandbox, Some(candidate)).await?;
        let nested = shelf.resolve(self.store(), fragments_in(&text.text)).await?;
        if let Err(faults) = check_alone(&text, &nested) {
            return Ok(Err(faults.0));
        }
        let mut errors = Vec::new();
        let mut definitions = Vec::with_capacity(users.len());
        for user in &users {
            match self.with_candidate(user, &shelf).await? {
                Ok(definition) => definitions.push(definition),
                Err(fault) => {
                    let text = format!("The campaign “{}” could not be sent with it: {}", user.name, fault.text);
                    errors.push(Fault { text, ..fault });
                }
            }
        }
        Ok(if errors.is_empty() { Ok(Ready { shelf, users, definitions }) } else { Err(errors) })
    }

    /// What a campaign would say. The first fault, if it could not be sent, or if calls that are good today would be refused.
    async fn with_candidate(&self, user: &User, shelf: &Shelf) -> Result<Result<Option<CampaignDefinition>, Fault>> {
        let version = self.version(&user.campaign, user.version).await?;
        let before = &version.definition;
        let fragments = shelf.resolve(self.store(), named(&before.content, &before.variants)).await?;
        if fragments == before.fragments {
            return Ok(Ok(None));
        }
        let sending = self.configuration_if_any(&before.configuration_id).await?;
        let templates = sending.map(|sending| MailTemplates::clone(&sending.templates)).unwrap_or_default();
        let rules = rules_of(&before.variables);
        let after = Sources { fragments: &fragments, ..sources(before, &rules, &templates) };
        let first = |faults: Faults| faults.0.into_iter().next();
        let contents = match Contents::compile_to_publish(after) {
            Ok(contents) => contents,
            Err(faults) => return Ok(Err(first(faults).unwrap_or_else(unknown))),
        };
        let breaks = || contents.contract().breaks(version.contents.contract());
        if let Some(fault) = first(contents.contradictions()).or_else(|| first(breaks())) {
            return Ok(Err(fault));
        }
        let variables = contents.contract().variables().to_vec();
        Ok(Ok(Some(CampaignDefinition { fragments, variables, ..CampaignDefinition::clone(before) })))
    }

    async fn refuse_publication(
        &self,
        sandbox: &SandboxName,
        id: &FragmentId,
        publication: &Publication,
    ) -> Result<Fragment> {
        let mut tx = self.store().begin().await?;
        library::refuse(&mut tx, id, publication).await?;
        let after = found(library::find_in(&mut tx, sandbox, SHELF, id.as_str()).await?)?;
        tx.commit().await?;
        after.try_into()
    }

    /// `None`: something that was looked at has changed.
    async fn write_publication(
        &self,
        sandbox: &SandboxName,
        fragment: &Fragment,
        ready: Ready,
        now: Timestamp,
        by: &str,
    ) -> Result<Option<Fragment>> {
        let Fragment { id, what, .. } = fragment;
        let Ready { shelf, users, definitions } = ready;
        let name_key = name_key(&what.about.name);
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::Fragments).await?;
        let users_now = fragments::users_in(&mut tx, sandbox, [id.as_str(), &name_key], now).await?;
        if users_now != users || !shelf.is_unchanged(&mut tx, sandbox).await? {
            return Ok(None);
        }
        let number = fragments::last_number(&mut tx, id).await? + 1;
        let text = FragmentText { kind: what.kind, text: what.text.clone() };
        fragments::insert(&mut tx, &Published { id: id.clone(), number, text }, now, by).await?;
        let publication = Publication::complete(now, by);
        if !library::publish(&mut tx, id, fragment.audit.revision, number, &publication).await? {
            return Ok(None);
        }
        for (user, definition) in users.iter().zip(definitions) {
            let Some(definition) = definition else { continue };
            if !put_version(&mut tx, user, definition, now, by).await? {
                return Ok(None);
            }
        }
        let after = found(library::find_in(&mut tx, sandbox, SHELF, id.as_str()).await?)?;
        tx.commit().await?;
        for user in &users {
            self.0.versions.forget_campaign(sandbox, &user.campaign);
        }
        after.try_into().map(Some)
    }
}

/// Was the version that it takes the place of still the newest?
async fn put_version(
    tx: &mut Tx,
    user: &User,
    definition: CampaignDefinition,
    now: Timestamp,
    by: &str,
) -> Result<bool> {
    let User { campaign, version, .. } = user;
    let number = campaign_versions::last_number(tx, campaign).await? + 1;
    if !campaigns::set_live_version(tx, campaign, *version, number).await? {
        return Ok(false);
    }
    let version = CampaignVersion {
        campaign_id: campaign.clone(),
        number,
        definition,
        mail: MailTemplates::default(),
        published_at: now,
        published_by: by.to_owned(),
    };
    campaign_versions::insert(tx, &version).await?;
    fragments::insert_uses(tx, &version).await?;
    let CampaignDefinition { content, variants, .. } = &version.definition;
    put_uses(tx, &format!("{campaign}/{number}"), content, variants).await?;
    Ok(true)
}

/// A fragment is a template that stands for itself: what it opens, it closes.
fn check_alone(text: &FragmentText, nested: &domain::library::Fragments) -> Result<(), Faults> {
    let path = if text.kind == FragmentKind::Html { "fragment.content" } else { "fragment.expression" };
    let filled = filled_fragment(path, text, nested).map_err(|fault| Faults(vec![fault]))?;
    if filled.trim().is_empty() {
        // An empty footer is one, too.
        return Ok(());
    }
    let mail = EmailContent { subject: "–".to_owned(), html: filled, ..EmailContent::default() };
    let compiled = Compiled::compile(&mail.into());
    let Err(faults) = compiled else { return Ok(()) };
    let written = EmailContent { html: text.text.clone(), ..EmailContent::default() };
    let faults = placed(faults, &written.into());
    Err(Faults(faults.0.into_iter().map(|fault| Fault { path: path.to_owned(), ..fault }).collect()))
}

fn unknown() -> Fault {
    Fault::new("content", "template_syntax", "The content does not compile.")
}
