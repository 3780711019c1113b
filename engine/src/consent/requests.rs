//! Opt-ins that are confirmed by a mail: whoever types an address into a form is not yet its owner. The mail is a transactional
//! campaign of the caller's, whose content reads `context.confirmUrl`.

use std::collections::HashSet;
use std::time::Duration;

use domain::address::{required_line, single_line};
use domain::channel_configuration::{Category, Channel};
use domain::consent::{Choice, ConsentEntry, ConsentSource};
use domain::execution::{ExecutionRequest, Recipient, RecipientKind};
use domain::id::{ConsentRequestId, TopicId};
use domain::{Failure, Faults, Timestamp};
use serde_json::json;

use super::book::{PROOF_MAX, address_of};
use crate::api_clients::ApiCaller;
use crate::ids::new_id;
use crate::store::consent_requests::{self, StoredRequest};
use crate::store::consents::{self, Put};
use crate::store::{Alone, topics};
use crate::{Engine, Result};

/// How long a link confirms something.
pub const CONFIRM_DAYS: u64 = 7;
/// Most mails that ask one address in a day: forms are no way to annoy people.
const ASKED_MAX: i64 = 3;
const DAY: Duration = Duration::from_hours(24);
/// Longest tag of a language.
const LANGUAGE_MAX: usize = 35;

/// What a form asks for.
#[derive(Debug, Clone)]
pub struct NewConsentRequest {
    pub address: String,
    /// None: the whole channel.
    pub topics: Vec<TopicId>,
    /// What the form said: kept as proof.
    pub source: String,
    /// Tag of the language in which the person was asked, as `ko`; may be empty.
    pub language: String,
    /// The transactional campaign that asks for the confirmation.
    pub campaign_id: String,
}

/// What a link would confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    pub address: String,
    /// It has been confirmed.
    pub is_confirmed: bool,
    /// Tag of the language in which the person was asked; may be empty.
    pub language: String,
}

impl Engine {
    /// Notes what is asked for as pending, and sends the mail that asks for the confirmation: three a day to one address at
    /// most. What is beyond that is answered alike, so that nobody learns from it. Invalid at `address`, `topics[0]`, `source`,
    /// `language`, `campaignId`; Conflict `no_public_address` where links could lead nowhere; and as a call of the campaign.
    pub async fn ask_consent(&self, caller: &ApiCaller, new: NewConsentRequest) -> Result<()> {
        let request = self.checked_request(caller, &new).await?;
        let since = request.asked_at.minus(DAY);
        // The link must lead somewhere before the mail that has it can arrive.
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::ConsentRequests).await?;
        if consent_requests::asked_since(&mut tx, &request.sandbox, &request.address, since).await? >= ASKED_MAX {
            return Ok(());
        }
        consent_requests::insert(&mut tx, &request).await?;
        tx.commit().await?;
        let sent = self.trigger_unitary(caller, self.asking(&request, &new.campaign_id)).await;
        let mut tx = self.store().begin().await?;
        if let Err(refused) = sent {
            consent_requests::remove(&mut tx, &request.id).await?;
            tx.commit().await?;
            return Err(refused);
        }
        consents::put(&mut tx, &request.sandbox, &entries(&request, Choice::Pending, self.now()), Put::Said).await?;
        tx.commit().await?;
        self.0.news.tell(&request.sandbox);
        Ok(())
    }

    /// What the link of a token would confirm; `None` for one that we did not make, or that is older than a week. Changes
    /// nothing.
    pub async fn find_confirmation(&self, token: &str) -> Result<Option<Confirmation>> {
        let found = self.request_of_token(token).await?;
        Ok(found.map(|request| Confirmation {
            is_confirmed: request.confirmed_at.is_some(),
            address: request.address,
            language: request.language,
        }))
    }

    /// The person agrees; once, however often the button is pressed. Was the token ours, and young enough?
    pub async fn confirm_consent(&self, token: &str) -> Result<bool> {
        let Some(request) = self.request_of_token(token).await? else { return Ok(false) };
        let mut tx = self.store().begin().await?;
        if consent_requests::confirm(&mut tx, &request.id, self.now()).await? {
            consents::put(&mut tx, &request.sandbox, &entries(&request, Choice::In, self.now()), Put::Said).await?;
        }
        tx.commit().await?;
        self.0.news.tell(&request.sandbox);
        Ok(true)
    }

    async fn request_of_token(&self, token: &str) -> Result<Option<StoredRequest>> {
        let Some(id) = self.0.tokens.confirmed(token) else { return Ok(None) };
        let found = consent_requests::find(self.store(), &id).await?;
        Ok(found.filter(|request| self.now() < request.expires_at))
    }

    async fn checked_request(&self, caller: &ApiCaller, new: &NewConsentRequest) -> Result<StoredRequest> {
        if self.0.settings.public_url.is_empty() {
            let text = "This server has no public address (server.public_url): nobody could confirm.";
            return Err(Failure::conflict("no_public_address", text).into());
        }
        let known = topics::ids(self.store(), caller.sandbox()).await?;
        let mut faults = Faults::default();
        let address = faults.take("address", address_of(Channel::Email, &new.address));
        let source = faults.take("source", required_line(&new.source, PROOF_MAX));
        let language = faults.take("language", single_line(&new.language, LANGUAGE_MAX));
        for (place, _) in new.topics.iter().enumerate().filter(|(_, topic)| !known.contains(*topic)) {
            faults.add(format!("topics[{place}]"), "unknown_topic", "There is no such topic in this sandbox.");
        }
        faults.into_result()?;
        let campaign = self.live_campaign(caller.sandbox(), new.campaign_id.trim()).await?;
        if campaign.category != Category::Transactional {
            let text = "Only a transactional campaign may ask somebody who has not agreed yet.";
            return Err(Failure::invalid("campaignId", "not_transactional", text).into());
        }
        let now = self.now();
        let topics: HashSet<TopicId> = new.topics.iter().cloned().collect();
        Ok(StoredRequest {
            id: new_id(now, ConsentRequestId::new),
            sandbox: caller.sandbox().clone(),
            address: address.unwrap_or_default(),
            topics: topics.into_iter().collect(),
            source: source.unwrap_or_default(),
            language: language.unwrap_or_default(),
            asked_at: now,
            expires_at: now.plus(DAY * u32::try_from(CONFIRM_DAYS).unwrap_or(u32::MAX)),
            confirmed_at: None,
        })
    }

    /// The call that sends the mail.
    fn asking(&self, request: &StoredRequest, campaign_id: &str) -> ExecutionRequest {
        let token = self.0.tokens.confirmation(&request.id);
        let link = format!("{}/confirm/{token}", self.0.settings.public_url);
        let context = json!({ "confirmUrl": link, "language": request.language });
        ExecutionRequest {
            // Nothing of the person stands in it.
            request_id: request.id.to_string(),
            campaign_id: campaign_id.trim().to_owned(),
            recipients: vec![Recipient {
                kind: RecipientKind::External,
                user_id: request.address.clone(),
                namespace: "email".to_owned(),
                channel_data: None,
                profile: None,
                context: context.as_object().cloned(),
                attachments: Vec::new(),
            }],
            attachments: Vec::new(),
        }
    }
}

/// What is asked for, or confirmed: of each topic, or of the whole channel; of the address alone, whose owner confirms it.
fn entries(request: &StoredRequest, choice: Choice, now: Timestamp) -> Vec<ConsentEntry> {
    let asked = request.asked_at;
    let proof = match choice {
        Choice::Pending => request.source.clone(),
        _ => format!("{} (asked at {asked}, confirmed by the link of the mail)", request.source),
    };
    let of_channel = ConsentEntry {
        proof,
        ..ConsentEntry::of(Channel::Email, &request.address, choice, ConsentSource::DoubleOptIn, now)
    };
    if request.topics.is_empty() {
        return vec![of_channel];
    }
    let of_topic = |topic: &TopicId| ConsentEntry { topic_id: Some(topic.clone()), ..of_channel.clone() };
    request.topics.iter().map(of_topic).collect()
}
