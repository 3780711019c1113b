//! An entry of the lists, as it comes and as it is answered.

use axum::http::HeaderMap;
use domain::allow_list::Allowed;
use domain::listed::ListedKind;
use domain::object::Object;
use domain::suppression::{Suppression, SuppressionKind};
use domain::{Failure, Faults, SandboxName, Timestamp};
use engine::suppressions::{NewEntry, entry_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::all_or_faults;
use super::listing::ListType;

/// Most entries of one call.
const ENTRIES_MAX: usize = 1_000;

/// Something that is to be entered.
#[derive(Deserialize, JsonSchema)]
pub struct NewListed {
    #[schemars(with = "NewEntity")]
    entity: Object<NewEntity>,
    /// At most 500 characters.
    #[serde(default)]
    comment: String,
    /// Who enters it; the API client when it is left out.
    #[serde(default)]
    user: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewEntity {
    /// `email` or `domain`, as the address of the call has it.
    #[serde(default, rename = "type")]
    kind: Option<ListedKind>,
    entity_value: String,
}

/// What the engine takes, or the faults of every entry.
pub fn new_entries(new: Vec<NewListed>, kind: ListedKind, client: &str) -> Result<Vec<NewEntry>, Failure> {
    if new.is_empty() || new.len() > ENTRIES_MAX {
        let text = format!("Send 1 to {ENTRIES_MAX} entries in one call.");
        return Err(Failure::invalid("", "entry_count", text));
    }
    let mut faults = Faults::default();
    let entries = new.into_iter().enumerate().map(|(place, NewListed { entity: Object(entity), comment, user })| {
        if let Some(other) = entity.kind.filter(|given| *given != kind) {
            let text = format!("“{other}” is not taken at this address: send {kind}.");
            faults.add(format!("[{place}].entity.type"), "unknown_word", text);
        }
        let read = kind.parse(&entity.entity_value);
        let listed = faults.take(&format!("[{place}].entity.entityValue"), read)?;
        let by = if user.trim().is_empty() { client.to_owned() } else { user };
        Some(NewEntry { listed, comment, by })
    });
    let entries = entries.collect();
    all_or_faults(entries, faults)
}

/// Whose list it is, in the contract's words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientOf {
    /// As it was sent in `x-gw-ims-org-id`.
    ims_org_id: String,
    /// Name of the sandbox.
    sandbox_id: String,
}

impl ClientOf {
    pub fn new(headers: &HeaderMap, sandbox: &SandboxName) -> Self {
        Self { ims_org_id: organization(headers).to_owned(), sandbox_id: sandbox.to_string() }
    }
}

/// As it was sent.
pub fn organization(headers: &HeaderMap) -> &str {
    headers.get("x-gw-ims-org-id").and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}

/// An entry of the suppression list or of the allow list. Its times are milliseconds since 1970.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// A UUID; the same for as long as the entry is there, and when it comes again.
    id: String,
    entity: Entity,
    suppressed: Suppressed,
    creation_date: i64,
    last_modified_date: i64,
    status: EntryStatus,
    list_type: ListType,
    client: ClientOf,
    /// Of addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounce_state: Option<BounceState>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Entity {
    #[serde(rename = "type")]
    kind: ListedKind,
    entity_value: String,
}

/// How it came there.
#[derive(Serialize, JsonSchema)]
struct Suppressed {
    #[serde(rename = "type")]
    kind: SuppressedType,
    /// Who entered it.
    #[serde(skip_serializing_if = "String::is_empty")]
    user: String,
    /// The comment, or what the mail system said.
    comment: String,
    date: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum SuppressedType {
    Manual,
    Hard,
    Soft,
}

/// What is removed is not listed any more.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EntryStatus {
    Active,
}

/// What did not arrive there.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BounceState {
    /// Soft bounces that suppressed the address.
    soft_count: u64,
    /// The one that suppressed it.
    bounce_events: Vec<BounceEvent>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BounceEvent {
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    date: Timestamp,
    message: String,
    bounce_type: SuppressedType,
}

impl Entry {
    pub fn suppressed(suppression: &Suppression, client: &ClientOf, with_bounces: bool) -> Self {
        Self {
            bounce_state: with_bounces.then(|| BounceState::of(suppression)),
            ..Self::of(suppression, ListType::Client, client)
        }
    }

    pub fn allowed(allowed: &Allowed, client: &ClientOf, with_bounces: bool) -> Self {
        let Allowed { address, comment, entered_by, created_at, updated_at } = allowed;
        let kind = if allowed.is_domain() { ListedKind::Domain } else { ListedKind::Email };
        Self {
            id: entry_id(&client.sandbox_id, ListType::Allowed.as_str(), address),
            entity: Entity { kind, entity_value: address.clone() },
            suppressed: Suppressed {
                kind: SuppressedType::Manual,
                user: entered_by.clone(),
                comment: comment.clone(),
                date: created_at.as_millis(),
            },
            creation_date: created_at.as_millis(),
            last_modified_date: updated_at.as_millis(),
            status: EntryStatus::Active,
            list_type: ListType::Allowed,
            client: client.clone(),
            bounce_state: with_bounces.then(|| BounceState { soft_count: 0, bounce_events: Vec::new() }),
        }
    }

    fn of(suppression: &Suppression, list_type: ListType, client: &ClientOf) -> Self {
        let Suppression { address, is_domain, detail, entered_by, created_at, updated_at, .. } = suppression;
        let kind = if *is_domain { ListedKind::Domain } else { ListedKind::Email };
        Self {
            id: entry_id(&client.sandbox_id, list_type.as_str(), address),
            entity: Entity { kind, entity_value: address.clone() },
            suppressed: Suppressed {
                kind: SuppressedType::of(suppression),
                user: entered_by.clone(),
                comment: detail.clone(),
                date: created_at.as_millis(),
            },
            creation_date: created_at.as_millis(),
            last_modified_date: updated_at.as_millis(),
            status: EntryStatus::Active,
            list_type,
            client: client.clone(),
            bounce_state: None,
        }
    }
}

impl SuppressedType {
    fn of(suppression: &Suppression) -> Self {
        match suppression.reason.kind() {
            SuppressionKind::Hard => Self::Hard,
            SuppressionKind::Soft => Self::Soft,
            SuppressionKind::Manual | SuppressionKind::Wish => Self::Manual,
        }
    }
}

impl BounceState {
    fn of(suppression: &Suppression) -> Self {
        let kind = SuppressedType::of(suppression);
        if matches!(kind, SuppressedType::Manual) {
            return Self { soft_count: 0, bounce_events: Vec::new() };
        }
        let event = BounceEvent {
            message_id: suppression.message_id.as_ref().map(ToString::to_string),
            date: suppression.created_at,
            message: suppression.detail.clone(),
            bounce_type: kind,
        };
        Self { soft_count: suppression.soft_bounces(), bounce_events: vec![event] }
    }
}
