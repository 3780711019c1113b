//! What people do with a mail: they look at it, follow its links, read it as a page, leave the list; and with the links of a
//! mobile message. Addresses in the mail carry a signed token that names the message; where a link leads is never taken from an address that nobody signed.

mod looking;
mod parameters;
mod places;
mod short_links;
mod tokens;
mod unsubscribe;
mod visit;

use domain::campaign::LinkClicks;
use domain::consent::{Choice, Consent, ConsentEntry, ConsentSource, in_force};
use domain::content::Rendered;
use domain::experiment::Fact;
use domain::id::{CampaignId, MessageId};
use domain::message::{Feedback, FeedbackKind};
use domain::{SandboxName, Timestamp};
use serde_json::json;

use crate::experiments;
use crate::store::message_events::{self, Event, Known};
use crate::store::stored;
use crate::{Engine, Result};
pub(crate) use places::{MessageLinks, MessagePlaces};
pub(crate) use short_links::ShortLink;
pub(crate) use tokens::Tokens;
use tokens::{Purpose, Ticket};
pub use unsubscribe::is_one_click;
pub(crate) use unsubscribe::{feedback_id, list_headers};
pub use visit::Visit;

/// How long a mail can be read as a page (reference §5.2).
const MIRROR_DAYS: u64 = 90;

/// Who wants to leave a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaver {
    pub address: String,
    /// Leaving is for all addresses of the person, or has been.
    pub for_all: bool,
    /// For the page on which the person chooses more finely.
    pub preferences: String,
    /// The person has left already.
    pub has_left: bool,
}

impl Engine {
    /// Somebody's program fetched the picture of a mail. A token that is none tells nothing and is no fault: the picture is
    /// given all the same.
    pub async fn note_opening(&self, token: &str, visit: &Visit) -> Result<()> {
        match self.message_of_token(Purpose::Open, token, "").await? {
            Some((_, message)) => self.note_visit(&message, FeedbackKind::Opened, visit, None).await,
            None => Ok(()),
        }
    }

    /// Where the link of a token leads; `None` for a token that we did not make. `target`: as the address says it, when the
    /// link's came out of the data; it counts only as signed.
    pub async fn follow_link(&self, token: &str, target: &str, visit: &Visit) -> Result<Option<String>> {
        let Some((ticket, message)) = self.message_of_token(Purpose::Click, token, target).await? else {
            return Ok(None);
        };
        let version = self.version(&message.campaign_id, message.campaign_version).await?;
        let variant = self.variant_of(&message, &version).await?;
        let links = version.compiled(variant.as_ref()).links();
        let Some(link) = usize::from(ticket.link).checked_sub(1).and_then(|place| links.get(place)) else {
            return Ok(None);
        };
        let url = link.leads_to(target);
        self.note_visit(&message, FeedbackKind::Clicked, visit, Some((ticket.link, url, &link.label))).await?;
        Ok(Some(url.to_owned()))
    }

    /// Whose token this is; `None` for one that we did not make. Changes nothing: programs follow links, too.
    pub async fn find_leaver(&self, token: &str) -> Result<Option<Leaver>> {
        let Some((_, message)) = self.message_of_token(Purpose::Unsubscribe, token, "").await? else { return Ok(None) };
        let reader = self.reader_of(&message).await?;
        let held = self.held_by_reader(&message, &reader).await?;
        let has_left = in_force(held.clone()).iter().any(is_out);
        let for_all = if has_left {
            held.iter().any(|consent| consent.profile_id.is_some() && is_out(consent))
        } else {
            self.answers_for_all(&message.sandbox, &reader).await?
        };
        let preferences = self.0.tokens.issue(Purpose::Preferences, &message.id, 0, "");
        Ok(Some(Leaver { address: message.address, for_all, preferences, has_left }))
    }

    /// The person gets no more marketing on the channel: at this address, or at all of theirs, as the configuration of the message
    /// says. Holds at once. Harmless when done twice. `source` is how they said so.
    /// Was the token ours?
    pub async fn unsubscribe(&self, token: &str, source: ConsentSource) -> Result<bool> {
        let Some((_, message)) = self.message_of_token(Purpose::Unsubscribe, token, "").await? else {
            return Ok(false);
        };
        self.opt_out_reader(&message, source).await?;
        Ok(true)
    }

    /// The reader of a message wants no more marketing.
    pub(crate) async fn opt_out_reader(&self, message: &Known, source: ConsentSource) -> Result<()> {
        let reader = self.reader_of(message).await?;
        let arm = self.arm_told_of(message).await?;
        let entry = said(message, Choice::Out, source, self.now());
        let mut tx = self.store().begin().await?;
        if self.note_answer(&mut tx, &message.sandbox, &reader, &[entry]).await? {
            let feedback = self.feedback(FeedbackKind::Unsubscribed, json!({}));
            // Once for each message, however often somebody goes back and forth.
            message_events::insert(&mut tx, &message.id, "unsubscribed", &Event { feedback: &feedback, link: None })
                .await?;
            let fact = arm.as_ref().map(|arm| (&message.id, Fact::Unsubscribed, arm));
            experiments::count(&mut tx, fact.as_slice(), self.now()).await?;
        }
        tx.commit().await?;
        self.0.news.tell(&message.sandbox);
        Ok(())
    }

    pub(crate) async fn message_of_preferences(&self, token: &str) -> Result<Option<Known>> {
        Ok(self.message_of_token(Purpose::Preferences, token, "").await?.map(|(_, message)| message))
    }

    pub(crate) async fn message_of_params(&self, params: &str) -> Result<Option<Known>> {
        let Some(message) = self.0.tokens.of_parameters(params) else { return Ok(None) };
        message_events::find_any_message(self.store(), &message).await
    }

    /// The person has changed their mind. Undoes [`Engine::unsubscribe`] and nothing else. Was the token ours?
    pub async fn resubscribe(&self, token: &str) -> Result<bool> {
        let Some((_, message)) = self.message_of_token(Purpose::Unsubscribe, token, "").await? else {
            return Ok(false);
        };
        let reader = self.reader_of(&message).await?;
        if in_force(self.held_by_reader(&message, &reader).await?).iter().any(is_out) {
            let entry = said(&message, Choice::In, ConsentSource::UnsubscribePage, self.now());
            let mut tx = self.store().begin().await?;
            self.note_answer(&mut tx, &message.sandbox, &reader, &[entry]).await?;
            tx.commit().await?;
            self.0.news.tell(&message.sandbox);
        }
        Ok(true)
    }

    /// The HTML of a mail as it was sent; `None` for a token that we did not make, and once the mail is no longer kept.
    pub async fn mail_as_page(&self, token: &str) -> Result<Option<String>> {
        let Some((_, message)) = self.message_of_token(Purpose::Mirror, token, "").await? else { return Ok(None) };
        let oldest = self.now().minus(std::time::Duration::from_hours(24 * MIRROR_DAYS));
        if message.created_at < oldest {
            return Ok(None);
        }
        let rendered = self.find_message(&message.sandbox, &message.id).await?.rendered;
        Ok(rendered.and_then(|rendered| match rendered.content {
            Rendered::Email(email) => Some(email.html),
            Rendered::Mobile(_) | Rendered::Push(_) => None,
        }))
    }

    /// How often each counted link of the version of a campaign was followed by people, in the order of its contents; once for
    /// a link that stands in several. `NotFound` `campaign`.
    pub async fn list_link_clicks(&self, sandbox: &SandboxName, campaign: &CampaignId) -> Result<Vec<LinkClicks>> {
        let detail = self.find_campaign(sandbox, campaign).await?;
        let Some(live) = detail.live else { return Ok(Vec::new()) };
        let version = self.version(campaign, live.number).await?;
        let mut all = LinkList::default();
        for (_, content) in version.contents.all() {
            for place in 0..content.links().len() {
                all.of(content.links(), place);
            }
        }
        for counted in message_events::clicks(self.store(), campaign, live.number).await? {
            let variant = counted.variant.as_deref().map(stored).transpose()?;
            let links = version.compiled(variant.as_ref()).links();
            let place = usize::try_from(counted.link).unwrap_or_default().checked_sub(1);
            let Some(place) = place.filter(|place| *place < links.len()) else { continue };
            let line = all.of(links, place);
            line.clicks += counted.times;
            line.people += counted.people;
        }
        Ok(all.0)
    }

    async fn message_of_token(&self, purpose: Purpose, token: &str, target: &str) -> Result<Option<(Ticket, Known)>> {
        let Some(ticket) = self.0.tokens.check(purpose, token, target) else { return Ok(None) };
        let found = message_events::find_any_message(self.store(), &ticket.message).await?;
        Ok(found.map(|message| (ticket, message)))
    }

    async fn note_visit(
        &self,
        message: &Known,
        kind: FeedbackKind,
        visit: &Visit,
        link: Option<(u16, &str, &str)>,
    ) -> Result<()> {
        let is_machine = visit.is_machine(self.sent_at(&message.id).await?, self.now());
        let mut raw = json!({ "userAgent": visit.user_agent, "machine": is_machine });
        if let Some((number, url, label)) = link {
            raw["link"] = json!({ "number": number, "url": url, "label": label });
        }
        let feedback = self.feedback(kind, raw);
        let key = format!("{kind} {} {}", link.map_or(0, |(number, _, _)| number), self.now().as_millis());
        let arm = self.arm_told_of(message).await?;
        let mut tx = self.store().begin().await?;
        // What machines do is told in the timeline, and counted nowhere.
        let number = link.map(|(number, _, _)| i64::from(number)).filter(|_| !is_machine);
        message_events::insert_visit(&mut tx, &message.id, &key, &Event { feedback: &feedback, link: number }).await?;
        let fact = if kind == FeedbackKind::Clicked { Fact::Clicked } else { Fact::Opened };
        let fact = arm.as_ref().filter(|_| !is_machine).map(|arm| (&message.id, fact, arm));
        experiments::count(&mut tx, fact.as_slice(), self.now()).await?;
        tx.commit().await?;
        self.0.news.tell(&message.sandbox);
        Ok(())
    }

    fn feedback(&self, kind: FeedbackKind, raw: serde_json::Value) -> Feedback {
        let now = self.now();
        Feedback { kind, told_at: now, received_at: now, reason: None, words: String::new(), raw }
    }

    /// When the last attempt for a message began.
    async fn sent_at(&self, message: &MessageId) -> Result<Option<Timestamp>> {
        let attempts = crate::store::attempts::list(self.store(), message).await?;
        Ok(attempts.last().map(|attempt| attempt.started_at))
    }
}

/// Links with what became of them. The same link in two contents is one, and twice in one content two.
#[derive(Default)]
struct LinkList(Vec<LinkClicks>);

impl LinkList {
    fn of(&mut self, links: &[content::Link], place: usize) -> &mut LinkClicks {
        let link = &links[place];
        let before = links[..place].iter().filter(|it| *it == link).count();
        let is_same = |line: &LinkClicks| line.label == link.label && line.url == link.url;
        let mut same = self.0.iter().enumerate().filter(|(_, line)| is_same(line)).map(|(at, _)| at);
        let found = same.nth(before).unwrap_or(self.0.len());
        if found == self.0.len() {
            self.0.push(LinkClicks { label: link.label.clone(), url: link.url.clone(), clicks: 0, people: 0 });
        }
        &mut self.0[found]
    }
}

/// Does it say no to the whole channel?
fn is_out(consent: &Consent) -> bool {
    consent.topic_id.is_none() && consent.choice == Choice::Out
}

/// What the reader of a message says of the channel on which it came.
pub(crate) fn said(message: &Known, choice: Choice, source: ConsentSource, now: Timestamp) -> ConsentEntry {
    let of_channel = ConsentEntry::of(message.channel, &message.address, choice, source, now);
    ConsentEntry { message_id: Some(message.id.clone()), ..of_channel }
}
