//! Which variant of its campaign a message is. Decided once: what was recorded with the message stays.

use content::Data;
use domain::address::comparable;
use domain::experiment::Experiment;
use domain::id::MessageId;
use domain::variants::{LANGUAGE, NoVariant, Reader, VariantKey, Variants};
use serde_json::{Map, Value};

use super::prepare::data_of;
use crate::campaigns::CompiledVersion;
use crate::eligibility::Choice;
use crate::profiles::{ProfileFacts, whom};
use crate::runs::SharedContext;
use crate::store::message_events::Known;
use crate::store::messages::{self, Claimed};
use crate::{Engine, Result};

impl Engine {
    /// Of a message whose person and shared context are known. `None`: its campaign has no variants.
    pub(super) async fn choice_of(
        &self,
        message: &Claimed,
        version: &CompiledVersion,
        profile: Option<&ProfileFacts>,
        context: Option<&SharedContext>,
    ) -> Result<Choice> {
        let variants = &version.definition.variants;
        if variants.is_empty() {
            return Ok(None);
        }
        if let Some(decided) = &message.variant {
            return Ok(Some(Ok(variants.named(decided))));
        }
        // What cannot be read is told where it is filled in.
        let Ok(data) = data_of(message, version, profile, context, self.now()) else { return Ok(None) };
        let experiment = self.experiment_now(&message.campaign_id, version).await?;
        let person = person_of(message, profile);
        let chosen = choose(variants, experiment.as_deref(), &person, &data, profile);
        Ok(Some(chosen.map(|key| variants.named(&key)).map_err(NoVariant::fault)))
    }

    /// The variant of a message of which nobody knows whether it was handed over: as long as nothing has changed, the same is
    /// chosen.
    pub(super) async fn variant_in_doubt(&self, id: &MessageId) -> Result<Option<VariantKey>> {
        let Some(claimed) = messages::find(self.store(), id).await? else { return Ok(None) };
        let definition = self.definition(&claimed.campaign_id, claimed.campaign_version).await?;
        if claimed.variant.is_some() || definition.variants.is_empty() {
            return Ok(claimed.variant);
        }
        let version = self.version(&claimed.campaign_id, claimed.campaign_version).await?;
        self.choose_again(&claimed, &version).await
    }

    /// The variant of a message that was handed over, also in the moment before that is recorded.
    pub(crate) async fn variant_of(&self, message: &Known, version: &CompiledVersion) -> Result<Option<VariantKey>> {
        if message.variant.is_some() || version.definition.variants.is_empty() {
            return Ok(message.variant.clone());
        }
        match messages::find(self.store(), &message.id).await? {
            Some(claimed) => self.choose_again(&claimed, version).await,
            None => Ok(None),
        }
    }

    async fn choose_again(&self, message: &Claimed, version: &CompiledVersion) -> Result<Option<VariantKey>> {
        let context = self.shared_context(message).await?;
        let profile = self.profile_behind(message).await?;
        let choice = self.choice_of(message, version, profile.as_deref(), context.as_ref()).await?;
        Ok(choice.and_then(std::result::Result::ok).map(|named| named.key))
    }
}

/// By which the person of a message is always the same one: the profile, otherwise the identity of the call, otherwise the
/// address.
fn person_of(message: &Claimed, profile: Option<&ProfileFacts>) -> String {
    match (profile, whom(&message.recipient, &message.address)) {
        (Some(profile), _) => profile.profile_id.to_string(),
        (None, Ok((_, named))) => comparable(&format!("{}\n{}", named.namespace.trim(), named.user_id.trim())),
        (None, Err(_)) => comparable(&message.address),
    }
}

fn choose(
    variants: &Variants,
    experiment: Option<&Experiment>,
    person: &str,
    data: &Data,
    profile: Option<&ProfileFacts>,
) -> std::result::Result<VariantKey, NoVariant> {
    let given = data.given.value();
    let value = |path: &str| {
        let (root, path) = path.split_once('.')?;
        match root {
            "context" => value_at(&data.context, path),
            "profile" => value_at(&data.profile, path),
            _ => value_at(given.get(root)?.as_object()?, path),
        }
    };
    let language = language_of(&data.profile, profile);
    variants.choose(&Reader { experiment, person: person.as_bytes(), language, value: &value })
}

/// What stands at a path below.
fn value_at<'v>(values: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let mut names = path.split('.');
    let first = values.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name)).filter(|value| !value.is_null())
}

/// What the call or the list says of it, then the language of the profile, then an attribute. `told`: the values of the call
/// over the attributes.
fn language_of<'v>(told: &'v Map<String, Value>, profile: Option<&'v ProfileFacts>) -> Option<&'v str> {
    let name = LANGUAGE.trim_start_matches("profile.");
    let said = told.get(name).and_then(Value::as_str);
    let stored = profile.and_then(|profile| profile.language.as_deref());
    let is_attribute = profile.is_some_and(|profile| profile.attributes.get(name) == told.get(name));
    if is_attribute { stored.or(said) } else { said.or(stored) }
}
